"""The baseline of a refit as text: how far scores have moved, what the thresholds do there, and whether it is equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.printable import printable
from policy_engine.reporting.as_text.p_values import p_value_as_text
from policy_engine.reporting.as_text.segments import NOTHING
from policy_engine.reporting.as_text.shares import percent, rate
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.wrapped import wrapped
from policy_engine.reporting.drifts import reading_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.measures import Interval
    from policy_engine.reporting.refits import Told
    from policy_engine.tuning import AgainstBaseline, Refit, TierFit
    from policy_engine.tuning.refitting import BaselineTables


def baseline_as_text(found: Refit, baseline: BaselineTables, told: Told) -> Iterator[str]:
    """Yield the lines about the *baseline* of a refit."""
    yield f"the baseline, of {baseline.fit.whole.cases:,} cases, at the same thresholds"
    yield from _tables(found, baseline, told)
    yield from wrapped(_own_fit(baseline.fit))
    yield from _moved(baseline.against, found.plan.confidence)
    yield from _equality(baseline.against)
    if told.absent:
        columns = ", ".join(f"`{printable(name)}`" for name in told.absent)
        yield from wrapped(f"columns that only the baseline has: {columns}")


def _tables(found: Refit, baseline: BaselineTables, told: Told) -> list[str]:
    rows: list[Sequence[str]] = [("tier", "baseline", "now", "change", "from", "to", "top 1", "now", "top 3", "now")]
    both = ((), ()) if baseline.tables is None or found.tables is None else (baseline.tables.tiers, found.tables.tiers)
    for name, shift, before, now in zip(told.tiers, baseline.against.shifts, *both, strict=False):
        change = NOTHING if shift.difference is None else f"{shift.difference:+.1%}"
        shares = (percent(before.share), percent(now.share), change, *_ends(shift.of_difference))
        rows.append((printable(name), *shares, *map(rate, (before.top1, now.top1, before.top3, now.top3))))
    whole, now_whole = baseline.fit.whole, found.fit.whole
    rows.append(("all", *[""] * 5, *map(rate, (whole.top1, now_whole.top1, whole.top3, now_whole.top3))))
    return table(rows, right=range(1, 10))


def _ends(interval: Interval | None) -> tuple[str, str]:
    return (NOTHING, NOTHING) if interval is None else (f"{interval.low:+.1%}", f"{interval.high:+.1%}")


def _own_fit(fit: TierFit) -> str:
    if fit.cuts is None:
        return f"for itself it would have none: {fit.why}"
    return f"for itself it would have {fit.cuts.confident!r} and {fit.cuts.refer!r}"


def _moved(against: AgainstBaseline, confidence: float) -> Iterator[str]:
    stability, distance = against.stability, against.distance
    if stability is None:
        yield "stability index (PSI) of the highest score: not defined, every baseline score is the same"
    else:
        side = "more than" if stability.is_more_than_chance else "no more than"
        yield f"stability index (PSI) of the highest score: {stability.value:.4f}, {side} by chance"
        often = f"without a drift, {confidence:g} of samples stay below {stability.by_chance:.4f}"
        yield f"  {often}; by custom: {reading_of(stability.value)}"
    if distance is not None:
        told = f"{distance.statistic:.4f}, at {distance.at:.6g}, {p_value_as_text(distance.p_value)}"
        yield f"largest distance of the distributions (KS): {told}"


def _equality(against: AgainstBaseline) -> Iterator[str]:
    """Yield whether accuracy is as good as equal, which nothing but the test of equivalence says."""
    equivalence = against.equivalence
    low, high = _ends(against.of_difference)
    whose = "the same cases scored twice" if against.are_pairs else "different cases"
    yield f"top 1 of all, {whose}: {against.difference:+.2%} (from {low} to {high})"
    verdict = "equal" if equivalence.equivalent else "not shown to be equal"
    p_value = "" if equivalence.p_value is None else f", {p_value_as_text(equivalence.p_value)}"
    yield f"  {verdict} within {equivalence.margin:g} either way (TOST{p_value})"
