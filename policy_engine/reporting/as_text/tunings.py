"""A tuned threshold as text: what it does, what is guaranteed of it, how far to trust it, and for whom it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.measures import MEASURES, Counts
from policy_engine.printable import printable
from policy_engine.reporting.as_text.segments import (
    NOTHING,
    impact_as_text,
    named_rows,
    note_on_impact,
    segment_name,
)
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.thresholds import threshold_as_text

if TYPE_CHECKING:
    from policy_engine.measures import Curve
    from policy_engine.tuning import Bootstrapped, Choice, Guaranteed, Kept, Objective, Plan, Scenario, Tuned

_SHOWN: Final = ("precision", "recall", "f1", "mcc", "flagged_share")
_CELLS: Final = {"tp": "flagged rightly", "fp": "flagged wrongly", "fn": "missed", "tn": "left alone rightly"}
_RULES: Final = {
    "least_certifiable": "the strictest threshold that could pass without an error",
    "threshold": "the threshold that --start says",
    "flagged": "the strictest threshold that flags as many as --start-flagged says",
    "flag_all": "the threshold that flags all",
}
_MOST_TIES: Final = 5


def tuning_as_text(tuned: Tuned) -> str:
    """Return a tuned threshold for people."""
    curve, plan = tuned.curve, tuned.plan
    share = curve.positive_cases / curve.cases
    weighed = f", worth {tuned.effective_cases:,.0f} of equal weight" if curve.is_weighted else ""
    reached = "reach" if curve.higher_is == "riskier" else "do not reach"
    lines = [
        f"{curve.cases:,} cases, {curve.positive_cases:,} positive ({share:.1%}){weighed}",
        f"flagged are the cases that {reached} the threshold",
        *_wanted(plan),
        "",
        *_choices(tuned),
        *_ties(curve, tuned.empirical),
        "",
        _to_take(tuned),
    ]
    if tuned.guaranteed is not None:
        lines += ["", *_guaranteed(curve, tuned.guaranteed)]
    if tuned.empirical is not None:
        lines += _trust(tuned, tuned.empirical)
    if tuned.scenarios:
        lines += ["", *_scenarios(tuned)]
    if tuned.segments:
        lines += ["", *_segments(tuned)]
    return "\n".join(lines) + "\n"


def _wanted(plan: Plan) -> list[str]:
    bounds = " and ".join(f"{name} at least {bound:g}" for name, bound in plan.at_least.items())
    sure = f" ({plan.confidence:g} confidence)" if bounds and plan.confidence is not None else ""
    return [f"wanted: {_objective(plan.objective)}", *([f"  with {bounds}{sure}"] if bounds else [])]


def _objective(objective: Objective) -> str:
    if objective.kind == "capacity":
        return f"flag at most {objective.at_most:,g} cases"
    if objective.kind == "share":
        return f"flag {objective.at_most:.4g} of the cases"
    if objective.costs is not None:
        wrongly, missed = objective.costs
        return f"the least cost, where flagging wrongly costs {wrongly:g} and missing costs {missed:g}"
    beta = "" if objective.beta is None else f" (beta {objective.beta:g})"
    return f"the greatest {_said(objective.measure)}{beta}"


def _said(measure: str) -> str:
    return measure.replace("_", " ")


def _choices(tuned: Tuned) -> list[str]:
    """Return the choices beside each other, with flagging all and none."""
    curve = tuned.curve
    columns: list[tuple[str, int | None]] = [
        ("best on these cases", None if tuned.empirical is None else tuned.empirical.place)
    ]
    if tuned.guaranteed is not None:
        sure = tuned.guaranteed.choice
        columns.append(("guaranteed", None if sure is None else sure.place))
    columns += [("flag all", len(curve) - 1), ("flag none", 0)]
    rows = [["", *(name for name, _ in columns)], ["threshold", *(_threshold(curve, place) for _, place in columns)]]
    rows += [[said, *(_cell(curve, place, cell) for _, place in columns)] for cell, said in _CELLS.items()]
    measures = {name: MEASURES[name](curve.counts) for name in _SHOWN}
    told = tuned.plan.objective.measure
    if told not in (*measures, "flagged"):
        measures[told] = tuned.plan.objective.told(curve)
    rows += [[_said(name), *(_measure(column, place) for _, place in columns)] for name, column in measures.items()]
    return table(rows, right=range(1, len(columns) + 1))


def _threshold(curve: Curve, place: int | None) -> str:
    return NOTHING if place is None else threshold_as_text(curve, curve.threshold_at(place))


def _cell(curve: Curve, place: int | None, cell: str) -> str:
    if place is None:
        return NOTHING
    value = getattr(curve.counts, cell)[place]
    return f"{value:,.1f}" if curve.is_weighted else f"{int(value):,}"


def _measure(column: np.ndarray[Any, Any], place: int | None) -> str:
    return NOTHING if place is None else _number(float(column[place]))


def _number(value: float | None) -> str:
    if value is None or np.isnan(value):
        return NOTHING
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:,.6g}"


def _ties(curve: Curve, choice: Choice | None) -> list[str]:
    if choice is None or len(choice.ties) == 1:
        return []
    others = [threshold_as_text(curve, curve.threshold_at(place)) for place in choice.ties[1 : _MOST_TIES + 1]]
    more = len(choice.ties) - 1 - len(others)
    also = f" and {more:,} more" if more else ""
    return [f"as good on these cases, but flagging more: {', '.join(others)}{also}"]


def _to_take(tuned: Tuned) -> str:
    if tuned.empirical is None:
        return _why_none(tuned)
    if tuned.choice is None:
        return "no threshold can be guaranteed to have what is wanted"
    which = "the best of those that are guaranteed" if tuned.guaranteed is not None else "the best on these cases"
    return f"take {threshold_as_text(tuned.curve, tuned.choice.threshold)}, {which}"


def _why_none(tuned: Tuned) -> str:
    curve, at_least = tuned.curve, tuned.plan.at_least
    if not curve.positive_cases:
        return "there is no threshold to choose: there are no positives"
    if tuned.plan.objective.measure == "net_benefit" and np.isnan(curve.net_benefit).all():
        return "there is no threshold to choose: net benefit needs scores that are probabilities"
    bounds = " and ".join(f"{name} of {bound:g}" for name, bound in at_least.items())
    return f"no threshold has {'a ' + bounds if bounds else 'a value that is defined'} on these cases"


def _guaranteed(curve: Curve, found: Guaranteed) -> list[str]:
    if found.why is not None:
        return [f"nothing is guaranteed: {found.why}"]
    head = "guaranteed" if found.choice is not None else "nothing is guaranteed"
    return [f"{head}, by the exact test of one threshold after the other", *_bounds(curve, found)]


def _bounds(curve: Curve, found: Guaranteed) -> list[str]:
    return [line for kept in found.bounds for line in _bound(curve, kept)]


def _bound(curve: Curve, kept: Kept) -> list[str]:
    certified, at = kept.certified, kept.at
    said = f"  {certified.measure} at least {certified.at_least:g}"
    if at is None:
        return [f"{said}: no threshold flags as many cases as testing begins with ({certified.needed or 0:,})"]
    start = threshold_as_text(curve, kept.start)
    lines = [
        f"{said}: {at.k:,} of {at.n:,} right, p = {at.p_value:.3g} at a level of {certified.delta:.3g},",
        f"    lower bound {at.lower_bound:.4f}; begun at {start},",
        f"    {_RULES[kept.begins]}",
    ]
    return lines if certified.last is not None else [*lines, f"    {_needed(kept)}"]


def _needed(kept: Kept) -> str:
    needed, what = kept.certified.needed, "flagged cases" if kept.certified.measure == "precision" else "positives"
    if needed is None:
        return f"no number of {what} would do at this share of hits; it takes a better score, or a lower bound"
    return f"it takes {needed:,} {what} where this share of them is right"


def _trust(tuned: Tuned, choice: Choice) -> list[str]:
    """Return the measures on the cases themselves beside those on other cases, and those of the population."""
    interval, honest = tuned.interval, tuned.honest
    if interval is None and honest is None:
        return []
    rows = [["best on these cases", "here", "elsewhere", "population, from", "to"]]
    own = tuned.plan.objective.measuring
    measures = {**MEASURES, **({} if own is None else {tuned.plan.objective.measure: own})}
    for name in (*_SHOWN, *(one for one in (tuned.plan.objective.measure,) if one not in _SHOWN and one in measures)):
        here = _number(float(measures[name](choice.counts)))
        elsewhere = NOTHING if honest is None else _number(float(measures[name](honest.counts)))
        rows.append([f"  {_said(name)}", here, elsewhere, *_ends(interval, name)])
    return ["", *table(rows, right=range(1, 5)), *_how_far(tuned.curve, interval), *_elsewhere(tuned)]


def _ends(interval: Bootstrapped | None, name: str) -> tuple[str, str]:
    found = None if interval is None else interval.measures.get(name)
    return (NOTHING, NOTHING) if found is None else (_number(found.low), _number(found.high))


def _how_far(curve: Curve, found: Bootstrapped | None) -> list[str]:
    if found is None or found.threshold is None:
        return []
    ends = [threshold_as_text(curve, end) for end in found.threshold]
    most = found.selected[0]
    return [
        f"threshold: from {ends[0]} to {ends[1]} in {found.confidence:.4g} of {found.replicates:,} resamples,",
        f"  most often {threshold_as_text(curve, most.threshold)} (in {most.share:.1%}; seed {found.seed})",
    ]


def _elsewhere(tuned: Tuned) -> list[str]:
    if tuned.honest is None:
        return []
    if tuned.honest.method == "holdout":
        return ["elsewhere: on the cases of --holdout"]
    folds = f"{tuned.honest.parts} folds"
    if tuned.honest.chosen < tuned.honest.parts:
        folds += f", {tuned.honest.parts - tuned.honest.chosen} of them without a choice"
    return [f"elsewhere: chosen on a part of the cases and measured on the rest ({folds})"]


def _scenarios(tuned: Tuned) -> list[str]:
    objective, curve = tuned.plan.objective, tuned.curve
    choice = tuned.choice
    at = NOTHING if choice is None else threshold_as_text(curve, choice.threshold)
    rows = [[f"at {at}, if", "precision", "recall", _said(objective.measure), "then best"]]
    for one in tuned.scenarios:
        there = objective.with_cost_ratio(one.given) if one.kind == "cost_ratio" else objective
        best = NOTHING if one.best is None else threshold_as_text(curve, one.best.threshold)
        rows.append([_scenario(one), *_there(there, one.counts), best])
    if objective.measure in ("precision", "recall", "flagged"):
        rows = [[*row[:3], row[4]] for row in rows]
    why = [line for one in tuned.scenarios if one.why is not None for line in (f"{_scenario(one)}:", f"  {one.why}")]
    return [*table(rows, right=range(1, len(rows[0]))), *why]


def _scenario(one: Scenario) -> str:
    if one.kind == "prevalence":
        return f"{one.given:.4g} of the cases are positive"
    if one.kind == "label_noise":
        return f"{one.given:.4g} of the labels are wrong"
    return f"missing costs {one.given:g} times as much"


def _there(objective: Objective, counts: Counts | None) -> tuple[str, ...]:
    if counts is None:
        return (NOTHING,) * 3
    measure = objective.measuring
    told = None if measure is None else float(measure(counts))
    return (*(_number(float(MEASURES[name](counts))) for name in ("precision", "recall")), _number(told))


def _segments(tuned: Tuned) -> list[str]:
    curve = tuned.curve
    choice = tuned.choice
    at = "" if choice is None else f", at the threshold {threshold_as_text(curve, choice.threshold)}"
    head = ["segment", "cases", "positive", "flagged", "precision", "recall", "impact", "own best"]
    if tuned.guaranteed is not None:
        head.append("guaranteed")
    rows = [head]
    for one in tuned.segments:
        segment = one.segment
        shares = [NOTHING] * 3
        if segment.at is not None:
            shares = [_number(float(MEASURES[name](segment.at))) for name in ("flagged_share", "precision", "recall")]
        row = [
            printable(segment_name(segment.values)),
            f"{segment.curve.cases:,}",
            f"{segment.curve.positive_cases:,}",
            *shares,
            impact_as_text(segment.adverse_impact_ratio),
            _own(segment.curve, one.empirical),
        ]
        if tuned.guaranteed is not None:
            row.append(_own(segment.curve, None if one.guaranteed is None else one.guaranteed.choice))
        rows.append(row)
    fares_better = "who are flagged" if tuned.plan.flagged_fare_better else "who are not flagged"
    ratios = [one.segment.adverse_impact_ratio for one in tuned.segments]
    return [f"by segment{at}", *named_rows(rows), *note_on_impact(ratios, fares_better)]


def _own(curve: Curve, choice: Choice | None) -> str:
    return NOTHING if choice is None else threshold_as_text(curve, choice.threshold)
