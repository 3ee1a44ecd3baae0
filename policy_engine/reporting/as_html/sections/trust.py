"""How far to trust a choice: what is guaranteed, what it is worth on other cases, and what if something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.reporting.as_html.figures import DASH, count, measured, said, share, threshold
from policy_engine.reporting.as_html.markup import Html, element, section, table
from policy_engine.reporting.as_html.words import chosen, measure_of, scenario
from policy_engine.reporting.starts import STARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.reporting.as_html.page import Parts

_SHOWN: Final = ("precision", "recall", "f1", "mcc", "flagged_share")
_CHANGING: Final = ("precision", "recall")


def trust(parts: Parts) -> Html:
    """Return the guarantee, the honest numbers with their intervals, and the scenarios."""
    tuning = parts.tuning
    if tuning is None:
        return Html("")
    return section(
        "trust",
        "How far to trust it",
        _guarantee(parts, tuning["guaranteed"]),
        element("div", _honest(tuning), _interval(parts, tuning), class_="pair"),
        _scenarios(parts, tuning),
    )


def _guarantee(parts: Parts, found: Mapping[str, Any] | None) -> Html:
    if found is None:
        return element("p", "Nothing was to be guaranteed: no bound with a confidence was asked for.", class_="note")
    if found["why"] is not None:
        return element("p", f"Nothing is guaranteed: {found['why']}.")
    rows = [_bound(parts, one) for one in found["bounds"]]
    head = ["bound", "verdict", "begun at", "right", "of", "p-value", "level", "lower bound", "it takes"]
    how = (
        "Thresholds are tested one after the other, from strict to loose, by the exact tail of the binomial "
        "distribution; the first that fails ends it."
    )
    begun = {STARTS.get(one["start"]["rule"], "") for one in found["bounds"]}
    starts = "; ".join(sorted(one for one in begun if one))
    return Html(
        table(head, rows, caption="What is guaranteed of the population, by an exact test", words=2)
        + element("p", f"{how} Testing began at {starts}." if starts else how, class_="note")
    )


def _bound(parts: Parts, one: Mapping[str, Any]) -> list[object]:
    passed = element("span", "kept", class_="good") if one["feasible"] else element("span", "not shown", class_="bad")
    takes = DASH if one["needed"] is None else count(one["needed"])
    begun = DASH if one["n"] is None else threshold(one["start"]["threshold"], parts.labels)
    p_value = DASH if one["p_value"] is None else f"{one['p_value']:.3g}"
    bound = f"{said(one['measure'])} at least {one['at_least']:g}"
    return [
        bound,
        passed,
        begun,
        count(one["k"]),
        count(one["n"]),
        p_value,
        f"{one['delta']:.3g}",
        share(one["lower_bound"]),
        takes,
    ]


def _honest(tuning: Mapping[str, Any]) -> Html:
    """Return each measure on the cases, on other cases, and in the population."""
    empirical, honest, interval = tuning["empirical"], tuning["honest"], tuning["interval"]
    if not empirical["feasible"] or (honest is None and interval is None):
        return Html("")
    own = measure_of(tuning["objective"])
    names = [*_SHOWN, *([own] if own not in (*_SHOWN, "flagged") else [])]
    rows = []
    for name in names:
        here = empirical["measures"].get(name, empirical["value"])
        there = None if honest is None else honest["measures"].get(name, honest["value"])
        ends = None if interval is None else interval["measures"].get(name, interval["value"])
        low, high = (None, None) if ends is None else (ends["low"], ends["high"])
        rows.append([said(name), *(measured(name, one) for one in (here, there, low, high))])
    head = ["measure", "on these cases", "elsewhere", "population, from", "to"]
    caption = "The best on these cases, here and elsewhere"
    return element("div", table(head, rows, caption=caption), element("p", _how(tuning), class_="note"))


def _how(tuning: Mapping[str, Any]) -> str:
    honest, interval = tuning["honest"], tuning["interval"]
    told = ["What is measured on the cases that chose a threshold flatters it."]
    if honest is not None and honest["method"] == "holdout":
        told.append("Elsewhere: on cases that were held out.")
    elif honest is not None:
        told.append(f"Elsewhere: chosen on a part of the cases and measured on the rest, in {honest['parts']} folds.")
    if interval is not None:
        sure = f"{interval['confidence'] * 100:g}%"
        told.append(f"Population: {sure} interval from {interval['replicates']:,} resamples (seed {interval['seed']}).")
    return " ".join(told)


def _interval(parts: Parts, tuning: Mapping[str, Any]) -> Html:
    """Return which thresholds resamples chose."""
    found = tuning["interval"]
    if found is None or found["threshold"] is None:
        return Html("")
    ends = " to ".join(threshold(found["threshold"][end], parts.labels) for end in ("low", "high"))
    rows = [[threshold(one["threshold"], parts.labels), f"{one['share']:.1%}"] for one in found["selected"]]
    sure = f"{found['confidence'] * 100:g}% of {found['replicates']:,} resamples choose one from {ends}."
    caption = "What resamples choose most often"
    return element(
        "div", table(["threshold", "of resamples"], rows, caption=caption), element("p", sure, class_="note")
    )


def _scenarios(parts: Parts, tuning: Mapping[str, Any]) -> Html:
    choice, own = chosen(tuning), measure_of(tuning["objective"])
    if choice is None or not tuning["scenarios"]:
        return Html("")
    last = [own] if own not in (*_CHANGING, "flagged") else []
    head = [f"at {threshold(choice['threshold'], parts.labels)}, if", *_CHANGING, *map(said, last), "then best"]
    rows = [_scenario(parts, one, own if last else None) for one in tuning["scenarios"]]
    why = [element("p", f"{scenario(one)}: {one['why']}.", class_="note") for one in tuning["scenarios"] if one["why"]]
    return Html(table(head, rows, caption="And if something were otherwise?") + "".join(why))


def _scenario(parts: Parts, one: Mapping[str, Any], own: str | None) -> list[object]:
    measures = one["measures"] or {}
    best = one["best"]
    told: list[object] = [scenario(one), *(share(measures.get(name)) for name in _CHANGING)]
    if own is not None:
        told.append(measured(own, one["value"]))
    return [*told, DASH if best is None or not best["feasible"] else threshold(best["threshold"], parts.labels)]
