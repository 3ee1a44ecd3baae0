"""A tuned threshold as text: what it does, what is guaranteed of it, how far to trust it, and for whom it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.measures import MEASURES, Counts
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.guarantees import guarantee_lines
from policy_engine.reporting.as_text.measured import SHOWN, measure_name, number_as_text
from policy_engine.reporting.as_text.segments import (
    NOTHING,
    impact_as_text,
    named_rows,
    note_on_impact,
    segment_name,
)
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.thresholds import threshold_as_text
from policy_engine.reporting.as_text.trust import trust_lines
from policy_engine.reporting.as_text.wrapped import COLUMNS, wrapped

if TYPE_CHECKING:
    from policy_engine.measures import Curve
    from policy_engine.tuning import Choice, Objective, Plan, Scenario, Tuned

_CELLS: Final = {"tp": "flagged rightly", "fp": "flagged wrongly", "fn": "missed", "tn": "left alone rightly"}
_MOST_TIES: Final = 5


def tuning_as_text(tuned: Tuned) -> str:
    """Return a tuned threshold for people."""
    curve, plan = tuned.curve, tuned.plan
    share = curve.positive_cases / curve.cases
    weighed = f", worth {tuned.effective_cases:,.0f} of equal weight" if curve.is_weighted else ""
    reached = "reach" if curve.higher_is == "riskier" else "do not reach"
    lines = [
        f"{counted(curve.cases, 'case')}, {curve.positive_cases:,} positive ({share:.1%}){weighed}",
        f"flagged are the cases that {reached} the threshold",
        *_wanted(plan),
        "",
        *_choices(tuned),
        *_ties(curve, tuned.empirical),
        "",
        _to_take(tuned),
    ]
    if tuned.guaranteed is not None:
        lines += ["", *guarantee_lines(curve, tuned.guaranteed)]
    if tuned.empirical is not None:
        lines += trust_lines(tuned, tuned.empirical)
    if tuned.scenarios:
        lines += ["", *_scenarios(tuned)]
    if tuned.segments:
        lines += ["", *_segments(tuned)]
    return "\n".join(short for line in lines for short in (wrapped(line) if len(line) > COLUMNS else [line])) + "\n"


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
    return f"the greatest {measure_name(objective.measure)}{beta}"


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
    measures = {name: MEASURES[name](curve.counts) for name in SHOWN}
    told = tuned.plan.objective.measure
    if told not in (*measures, "flagged"):
        measures[told] = tuned.plan.objective.told(curve)
    rows += [
        [measure_name(name), *(_measure(column, place) for _, place in columns)] for name, column in measures.items()
    ]
    return table(rows, right=range(1, len(columns) + 1))


def _threshold(curve: Curve, place: int | None) -> str:
    return NOTHING if place is None else threshold_as_text(curve, curve.threshold_at(place))


def _cell(curve: Curve, place: int | None, cell: str) -> str:
    if place is None:
        return NOTHING
    value = getattr(curve.counts, cell)[place]
    return f"{value:,.1f}" if curve.is_weighted else f"{int(value):,}"


def _measure(column: np.ndarray[Any, Any], place: int | None) -> str:
    return NOTHING if place is None else number_as_text(float(column[place]))


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


def _scenarios(tuned: Tuned) -> list[str]:
    objective, curve = tuned.plan.objective, tuned.curve
    choice = tuned.choice
    at = NOTHING if choice is None else threshold_as_text(curve, choice.threshold)
    rows = [[f"at {at}, if", "precision", "recall", measure_name(objective.measure), "then best"]]
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
        return f"{one.given:.15g} of the cases are positive"
    if one.kind == "label_noise":
        return f"{one.given:.15g} of the labels are wrong"
    return f"missing costs {one.given:g} times as much"


def _there(objective: Objective, counts: Counts | None) -> tuple[str, ...]:
    if counts is None:
        return (NOTHING,) * 3
    measure = objective.measuring
    told = None if measure is None else float(measure(counts))
    return (*(number_as_text(float(MEASURES[name](counts))) for name in ("precision", "recall")), number_as_text(told))


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
            shares = [
                number_as_text(float(MEASURES[name](segment.at))) for name in ("flagged_share", "precision", "recall")
            ]
        row = [
            segment_name(segment.values),
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
