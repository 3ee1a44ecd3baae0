"""What is wanted of a threshold and what was chosen, in sentences, from the JSON of `tune`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.reporting.as_html.figures import said

if TYPE_CHECKING:
    from collections.abc import Mapping


def wanted(objective: Mapping[str, Any]) -> str:
    """Return what a threshold was chosen for.

    >>> wanted({"maximise": "recall", "at_least": {"precision": 0.6}, "confidence": 0.95})
    'the greatest recall, with precision at least 0.6 (95% confidence)'
    """
    bounds = " and ".join(f"{said(name)} at least {bound:g}" for name, bound in objective["at_least"].items())
    confidence = objective["confidence"]
    sure = f" ({confidence * 100:g}% confidence)" if bounds and confidence is not None else ""
    return f"{_goal(objective)}{', with ' if bounds else ''}{bounds}{sure}"


def _goal(objective: Mapping[str, Any]) -> str:
    if "capacity" in objective:
        return f"at most {objective['capacity']:,g} cases flagged"
    if "share" in objective:
        return f"a share of {objective['share']:.4g} of the cases flagged"
    if "minimise" in objective:
        costs = objective["costs"]
        each = f"{costs['false_positive']:g} and missing one costs {costs['false_negative']:g}"
        return f"the least cost, where flagging a case wrongly costs {each}"
    beta = f" (beta {objective['beta']:g})" if "beta" in objective else ""
    return f"the greatest {said(objective['maximise'])}{beta}"


def measure_of(objective: Mapping[str, Any]) -> str:
    """Return the name of what is told of a choice."""
    if "capacity" in objective:
        return "flagged"
    return "flagged_share" if "share" in objective else str(objective.get("maximise") or objective.get("minimise"))


def costs_of(tuning: Mapping[str, Any] | None) -> tuple[tuple[float, float], bool]:
    """Return what a false positive and a false negative cost, and whether that was given: else both cost 1."""
    costs = None if tuning is None else tuning["objective"].get("costs")
    if costs is None:
        return (1.0, 1.0), False
    return (float(costs["false_positive"]), float(costs["false_negative"])), True


def chosen(tuning: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the choice to take: the guaranteed one where something is to be guaranteed; None where there is none."""
    found: Mapping[str, Any] = tuning["empirical"] if tuning["guaranteed"] is None else tuning["guaranteed"]
    return found if found["feasible"] else None


def why_none(tuning: Mapping[str, Any]) -> str:
    """Return why there is no choice to take."""
    if tuning["empirical"]["feasible"]:
        why = tuning["guaranteed"]["why"]
        return f"nothing is guaranteed: {why}" if why else "no threshold can be guaranteed to have what is wanted"
    if not tuning["positives"]:
        return "there is no threshold to choose: there are no positives"
    if tuning["objective"].get("maximise") == "net_benefit":
        return "there is no threshold to choose: net benefit needs scores that are probabilities"
    return "no threshold has what is wanted on these cases"


def scenario(one: Mapping[str, Any]) -> str:
    """Return what a scenario supposes.

    >>> scenario({"kind": "cost_ratio", "given": 0.5})
    'missing costs 0.5 times as much'
    """
    if one["kind"] == "prevalence":
        return f"{one['given'] * 100:.4g}% of the cases are positive"
    if one["kind"] == "label_noise":
        return f"{one['given'] * 100:.4g}% of the labels are wrong"
    return f"missing costs {one['given']:g} times as much"


def segment(values: Mapping[str, Any]) -> str:
    """Return what a segment is called: its columns with their values.

    >>> segment({"sex": "f", "age": None})
    'sex f, age (none)'
    """
    return ", ".join(f"{name} {single(value)}" for name, value in values.items())


def single(value: Any) -> str:  # noqa: ANN401 - whatever stands in a column
    """Return a value of a column, or that there is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "(none)" if value is None else str(value)
