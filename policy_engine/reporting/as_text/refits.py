"""A refit of tiers as text: the thresholds old and new, what they do, and what speaks for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.measures import Proportion, outcome_mix_of
from policy_engine.printable import printable
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.refit_baselines import baseline_as_text
from policy_engine.reporting.as_text.segments import NOTHING, named_rows, segment_name
from policy_engine.reporting.as_text.shares import percent, rate
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.thresholds import threshold_as_text
from policy_engine.reporting.as_text.wrapped import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.measures import Curve, Tier
    from policy_engine.reporting.refits import Told
    from policy_engine.tuning import Refit, Tables


def refit_as_text(found: Refit, told: Told) -> str:
    """Return a refit for people."""
    lines = [
        *_cases(found, told),
        "",
        *_thresholds(found, told),
        "",
        *_to_take(found),
    ]
    if found.tables is not None:
        lines += ["", *_tiers(found, told, found.tables)]
        lines += ["", *_mix(found, told)]
    if found.flips is not None:
        lines += ["", *_flips(found, told)]
    lines += ["", *_others(found, told)]
    if found.tables is not None and found.tables.highlights:
        lines += ["", *_highlights(found.tables, told)]
    if found.baseline is not None:
        lines += ["", *baseline_as_text(found, found.baseline, told)]
    if found.segments and found.tables is not None:
        lines += ["", *_segments(found, told)]
    return "\n".join(lines) + "\n"


def _cases(found: Refit, told: Told) -> list[str]:
    plan, whole = found.plan, found.fit.whole
    right = f"the first is right for {percent(whole.top1)}, one of three for {percent(whole.top3)}"
    accuracy, share = f"{plan.confident_accuracy:g}", f"{plan.refer_share:.4g}"
    return [
        f"{counted(whole.cases, 'case')} of {len(told.classes)} classes: {right}",
        f"wanted: {_name(told, 0)} with an accuracy of {accuracy}, {_name(told, 2)} for {share} of the cases",
    ]


def _name(told: Told, place: int) -> str:
    return printable(told.tiers[place])


def _thresholds(found: Refit, told: Told) -> list[str]:
    fit = found.fit
    of_confident, curve = fit.confident, fit.coverage.curve
    both = (of_confident.empirical, of_confident.staying, of_confident.guaranteed)
    old = (None, None) if found.old is None else found.old.cuts
    rows = [
        ("threshold", "old", "on these cases", "and all above", "guaranteed"),
        (
            _name(told, 0),
            _written(old[0]),
            *(NOTHING if one is None else threshold_as_text(curve, one) for one in both),
        ),
        (_name(told, 1), _written(old[1]), threshold_as_text(curve, fit.refer.threshold), "", ""),
    ]
    return [*table(rows, right=range(1, 5)), *_guaranteed(found)]


def _written(threshold: float | None) -> str:
    return NOTHING if threshold is None else f"{threshold!r}"


def _guaranteed(found: Refit) -> list[str]:
    confident, plan = found.fit.confident, found.plan
    certified, more = confident.certified, "" if confident.takes is None else f"; it takes {confident.takes}"
    if certified.first is None:
        return wrapped(f"nothing is guaranteed: too few cases to test {plan.confident_accuracy:g}{more}")
    what = f"{certified.k:,} of {certified.n:,} right, p = {certified.p_value:.3g} at a level of {certified.delta:.3g}"
    if certified.last is not None:
        return [f"guaranteed with {plan.confidence:g} confidence:", f"  {what}"]
    return wrapped(f"nothing is guaranteed: {what}{more}")


def _to_take(found: Refit) -> list[str]:
    cuts = found.fit.cuts
    if cuts is None:
        return wrapped(f"nothing to take: {found.fit.why}")
    curve = found.fit.coverage.curve
    which = "on these cases" if found.plan.take == "empirical" else "guaranteed"
    return [f"take {' and '.join(threshold_as_text(curve, one) for one in cuts)} ({which})"]


def _tiers(found: Refit, told: Told, tables: Tables) -> list[str]:
    rows: list[Sequence[str]] = [("tier", "cases", "share", "top 1", "top 3")]
    old = None if found.old is None else found.old.tiers
    if old is not None:
        rows = [(*rows[0], "old share", "top 1", "top 3")]
    for place, tier in enumerate(tables.tiers):
        row = [_name(told, place), f"{tier.cases:,}", percent(tier.share), rate(tier.top1), rate(tier.top3)]
        if old is not None:
            row += [percent(old[place].share), rate(old[place].top1), rate(old[place].top3)]
        rows.append(row)
    return table(rows, right=range(1, len(rows[0])))


def _mix(found: Refit, told: Told) -> list[str]:
    heads = (
        f"{_name(told, 0)} and right",
        f"{_name(told, 0)} and wrong",
        f"{_name(told, 1)}, the truth among three",
        f"{_name(told, 1)}, missed",
        _name(told, 2),
    )
    both = [("", found.tables), ("old", found.old)]
    columns = [(name, outcome_mix_of(one.tiers)) for name, one in both if one is not None]
    rows = [["of all cases", *(name for name, _ in columns)]]
    rows += [
        [head, *(f"{mix[place] / found.fit.whole.cases:.2%}" for _, mix in columns)] for place, head in enumerate(heads)
    ]
    return table(rows, right=range(1, len(rows[0])))


def _flips(found: Refit, told: Told) -> list[str]:
    flips = found.flips or ()
    moved = Proportion(sum(one.cases for one in flips if one.before != one.after), found.fit.whole.cases)
    names = [_name(told, place) for place in range(3)]
    rows = [["from \\ to", *names]]
    rows += [[name, *(f"{one.cases:,}" for one in flips if one.before == place)] for place, name in enumerate(names)]
    head = f"{counted(moved.hits, 'case')} of {moved.cases:,} would change tiers ({percent(moved)})"
    return [head, *table(rows, right=range(1, 4))]


def _others(found: Refit, told: Told) -> list[str]:
    """Return a stricter confident threshold, and refer thresholds around the share that is wanted."""
    stricter, curve = found.stricter, found.fit.coverage.curve
    rows: list[tuple[str, ...]] = [("instead", "threshold", "cases", "share", "top 1", "top 3")]
    name = f"{_name(told, 0)} at {found.plan.stricter:g}"
    if stricter is None:
        rows += [(name, *[NOTHING] * 5)]
    else:
        rows += [(name, *_covering(curve, stricter.threshold, stricter.covered))]
    rows += [
        (f"{_name(told, 2)} {one.wanted:.4g}; kept:", *_covering(curve, one.threshold, one.kept))
        for one in found.candidates
    ]
    return [*table(rows, right=range(1, 6)), f"area under the risk-coverage curve: {found.fit.coverage.aurc:.4f}"]


def _covering(curve: Curve, threshold: float, tier: Tier) -> tuple[str, ...]:
    cells = (f"{tier.cases:,}", percent(tier.share), rate(tier.top1), rate(tier.top3))
    return (threshold_as_text(curve, threshold), *cells)


def _highlights(tables: Tables, told: Told) -> list[str]:
    first = tables.highlights[0]
    many = [one for one in range(first.cap + 1) if one or not first.floor]
    rows = [["above", *(f"{one} shown" for one in many), "mean", "truth among them"]]
    for one in tables.highlights:
        shares = [NOTHING if not one.cases else f"{one.shown[place] / one.cases:.1%}" for place in many]
        mean = NOTHING if one.mean is None else f"{one.mean:.2f}"
        rows.append([f"{one.above!r}", *shares, mean, rate(one.truth)])
    bounds = f"at least {first.floor}, at most {first.cap}"
    head = f"highlighted where {_name(told, 1)} ({counted(first.cases, 'case')}), {bounds}"
    return [head, *table(rows, right=range(1, len(rows[0])))]


def _segments(found: Refit, told: Told) -> list[str]:
    rows = [["segment", "cases", *(_name(told, place) for place in range(3)), f"{_name(told, 0)} right", "top 3"]]
    for one, tables in ((one, one.tables) for one in found.segments if one.tables is not None):
        tiers = tables.tiers
        at_top = sum(tier.at_top for tier in tiers) / one.cases
        shares = [percent(tier.share) for tier in tiers]
        rows.append([segment_name(one.values), f"{one.cases:,}", *shares, rate(tiers[0].top1), f"{at_top:.3f}"])
    return ["by segment, at these thresholds", *named_rows(rows)]
