"""A tuned threshold as plain data: the same names in JSON, in tables and in evidence, null for what is not defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.measures import MEASURES
from policy_engine.reporting.sweeps import why_undefined
from policy_engine.tuning.guaranteeing import METHOD

if TYPE_CHECKING:
    from policy_engine.measures import Counts, Curve, Interval
    from policy_engine.tuning import (
        Bootstrapped,
        Choice,
        Guaranteed,
        Honest,
        Kept,
        Objective,
        Plan,
        Scenario,
        SegmentTuned,
        ThresholdRange,
        Tuned,
    )

MOST_TIES: Final = 1000
"""Of more thresholds that do equally well, these many are listed, and `tied` counts all."""


_BREAK: Final = {"tie_break": "fewest_flagged"}


def tuning_as_plain(tuned: Tuned, positive: str) -> dict[str, Any]:
    """Return all of a tuned threshold as JSON has it, of which *positive* is the label that is to be found."""
    plan, curve = tuned.plan, tuned.curve
    return {
        "n": curve.cases,
        "positives": curve.positive_cases,
        "effective_n": tuned.effective_cases,
        "clusters": tuned.clusters,
        "positive": positive,
        "higher_is": plan.higher_is,
        "undefined": why_undefined(curve),
        "objective": objective_as_plain(plan),
        "feasible": tuned.choice is not None,
        "empirical": _choice(curve, plan.objective, tuned.empirical),
        "guaranteed": _guaranteed(curve, tuned),
        "interval": _interval(plan.objective, tuned.interval),
        "honest": _honest(tuned.honest),
        "baselines": _baselines(curve, plan.objective),
        "scenarios": [_scenario(curve, plan.objective, one) for one in tuned.scenarios],
        "segments": [_segment(plan, one) for one in tuned.segments],
    }


def objective_as_plain(plan: Plan) -> dict[str, Any]:
    """Return what is wanted of a threshold, with the words of policies."""
    objective = plan.objective
    found: dict[str, Any] = {}
    if objective.kind in ("maximise", "minimise"):
        found[objective.kind] = objective.measure
    else:
        found[objective.kind] = objective.at_most
    if objective.beta is not None:
        found["beta"] = objective.beta
    if objective.costs is not None:
        found["costs"] = dict(zip(("false_positive", "false_negative"), objective.costs, strict=True))
    return {**found, "at_least": dict(plan.at_least), "confidence": plan.confidence}


def _choice(curve: Curve, objective: Objective, choice: Choice | None) -> dict[str, Any]:
    if choice is None:
        return {"feasible": False, "threshold": None, "confusion": None, "value": None, "ties": [], "tied": 0, **_BREAK}
    return {
        "feasible": True,
        "threshold": choice.threshold,
        "flagged": int(curve.flagged[choice.place]),
        **_at(objective, choice.counts, choice.value),
        "ties": [curve.threshold_at(place) for place in choice.ties[:MOST_TIES]],
        "tied": len(choice.ties),
        **_BREAK,
    }


def _at(objective: Objective, counts: Counts, value: float | None) -> dict[str, Any]:
    """Return what four counts come to; without a *value*, what the objective tells of them, where they are enough."""
    if value is None and objective.measuring is not None:
        value = _or_null(objective.measuring(counts))
    return {
        "confusion": {name: _or_null(one) for name, one in counts._asdict().items()},
        "value": value,
        "measures": {name: _or_null(measure(counts)) for name, measure in MEASURES.items()},
    }


def _guaranteed(curve: Curve, tuned: Tuned) -> dict[str, Any] | None:
    found = _guaranteed_of(curve, tuned.plan.objective, tuned.guaranteed)
    if found is None:
        return None
    also = None if tuned.interval is None else tuned.interval.also
    intervals = {name: None if one is None else _ends(one) for name, one in (also or {}).items()}
    return {**found, "interval": intervals or None, "honest": _honest(tuned.honest_of_guaranteed)}


def _guaranteed_of(curve: Curve, objective: Objective, found: Guaranteed | None) -> dict[str, Any] | None:
    if found is None:
        return None
    bounds = [_bound(one) for one in found.bounds]
    # Of several, the one that is not kept, or is nearest to that; what could not be tested is not kept
    most = max(bounds, key=_how_near_to_failing, default=_NO_BOUND)
    chosen = _choice(curve, objective, found.choice)
    told = {name: most[name] for name in ("start", "n", "k", "p_value", "lower_bound", "needed")}
    return {**chosen, "method": METHOD, "delta": found.delta, **told, "bounds": bounds, "why": found.why}


def _how_near_to_failing(bound: dict[str, Any]) -> tuple[bool, float]:
    return not bound["feasible"], 1.0 if bound["p_value"] is None else bound["p_value"]


_NO_BOUND: Final[dict[str, Any]] = dict.fromkeys(("start", "n", "k", "p_value", "lower_bound", "needed"))


def _bound(kept: Kept) -> dict[str, Any]:
    certified, at = kept.certified, kept.at
    return {
        "measure": certified.measure,
        "at_least": certified.at_least,
        "delta": certified.delta,
        "feasible": certified.last is not None,
        "start": {"rule": kept.begins, "threshold": kept.start},
        "n": None if at is None else at.n,
        "k": None if at is None else at.k,
        "p_value": None if at is None else at.p_value,
        "lower_bound": None if at is None else at.lower_bound,
        "needed": certified.needed,
    }


def _interval(objective: Objective, found: Bootstrapped | None) -> dict[str, Any] | None:
    if found is None:
        return None
    measures = {
        name: None if interval is None else {**_ends(interval), "optimism": found.optimism[name]}
        for name, interval in found.measures.items()
    }
    return {
        "method": {"threshold": "percentile", "measures": "bca_less_optimism"},
        "replicates": found.replicates,
        "chosen": found.chosen,
        "seed": found.seed,
        "confidence": found.confidence,
        "threshold": None if found.threshold is None else _ends(found.threshold),
        "value": measures.get(objective.measure),
        "measures": {name: one for name, one in measures.items() if name in MEASURES},
        "selected": [one._asdict() for one in found.selected],
    }


def _ends(interval: Interval | ThresholdRange) -> dict[str, Any]:
    return {"low": interval.low, "high": interval.high}


def _honest(found: Honest | None) -> dict[str, Any] | None:
    if found is None:
        return None
    measures = {name: _or_null(measure(found.counts)) for name, measure in MEASURES.items()}
    return {
        "method": found.method,
        "value": found.value,
        "confusion": {name: _or_null(one) for name, one in found.counts._asdict().items()},
        "measures": measures,
        "parts": found.parts,
        "chosen": found.chosen,
    }


def _baselines(curve: Curve, objective: Objective) -> dict[str, Any]:
    told = objective.told(curve)
    places = {"flag_all": len(curve) - 1, "flag_none": 0}
    return {
        name: {"threshold": curve.threshold_at(place), **_at(objective, curve.counts.at(place), _or_null(told[place]))}
        for name, place in places.items()
    }


def _scenario(curve: Curve, objective: Objective, found: Scenario) -> dict[str, Any]:
    nothing = {"confusion": None, "value": None, "measures": None}
    if found.kind == "cost_ratio":
        objective = objective.with_cost_ratio(found.given)
    return {
        "kind": found.kind,
        "given": found.given,
        **(nothing if found.counts is None else _at(objective, found.counts, None)),
        "best": None if found.best is None else _choice(curve, objective, found.best),
        "why": found.why,
    }


def _segment(plan: Plan, found: SegmentTuned) -> dict[str, Any]:
    segment, objective = found.segment, plan.objective
    return {
        "segment": dict(segment.values),
        "n": segment.curve.cases,
        "positives": segment.curve.positive_cases,
        "undefined": why_undefined(segment.curve),
        "at_choice": None if segment.at is None else _at(objective, segment.at, None),
        "adverse_impact_ratio": segment.adverse_impact_ratio,
        "empirical": _choice(segment.curve, objective, found.empirical),
        "guaranteed": _guaranteed_of(segment.curve, objective, found.guaranteed),
    }


def _or_null(value: Any) -> Any:  # noqa: ANN401 - a number of NumPy's, of either kind
    number = np.asarray(value).item()
    return None if number != number else number  # noqa: PLR0124 - only what is no number differs from itself
