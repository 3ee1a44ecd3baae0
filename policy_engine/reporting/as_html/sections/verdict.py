"""What was wanted, what to take, and what it does: the first thing that anybody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.reporting.as_html.figures import DASH, count, measured, said, threshold
from policy_engine.reporting.as_html.markup import Html, element, joined, table
from policy_engine.reporting.as_html.words import chosen, measure_of, wanted, why_none

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.reporting.as_html.page import Parts

_CELLS: Final = {"tp": "flagged rightly", "fp": "flagged wrongly", "fn": "missed", "tn": "left alone rightly"}
_MEASURES: Final = ("precision", "recall", "f1", "mcc", "flagged_share")
_MOST_TIES: Final = 8


def verdict(parts: Parts) -> Html:
    """Return what to take, with its measures, beside the other choices that there are."""
    tuning = parts.tuning
    if tuning is None:
        return Html("")
    choice = chosen(tuning)
    return element(
        "section",
        _sentence(parts, tuning, choice),
        element("p", "Wanted: ", element("b", wanted(tuning["objective"])), ".", class_="wanted"),
        _cases(tuning, (parts.provenance or {}).get("rows", tuning["n"])),
        _cards(tuning, choice) if choice is not None else "",
        _side_by_side(parts, tuning),
        _ties(parts, tuning["empirical"]),
        id="verdict",
        aria_label="What to take",
    )


def _sentence(parts: Parts, tuning: Mapping[str, Any], choice: Mapping[str, Any] | None) -> Html:
    if choice is None:
        return element("p", element("strong", "Take none: "), why_none(tuning), class_="take none")
    which = "the best on these cases" if tuning["guaranteed"] is None else "the best of those that are guaranteed"
    number = element("strong", threshold(choice["threshold"], parts.labels))
    return element("p", "Take ", number, element("span", which), class_="take")


def _cases(tuning: Mapping[str, Any], rows: int) -> Html:
    reach = "reach" if tuning["higher_is"] == "riskier" else "do not reach"
    weighed = tuning["effective_n"] != tuning["n"]
    worth = joined((", worth ", count(round(tuning["effective_n"])), " of equal weight")) if weighed else ""
    others = rows - tuning["n"]
    left_out = f" {others:,} more get their threshold from elsewhere in the policy, and do not count." if others else ""
    share = f" ({tuning['positives'] / tuning['n']:.1%})" if tuning["n"] else ""
    return element(
        "p",
        *(count(tuning["n"]), " cases, of which ", count(tuning["positives"]), " positive", share, worth, ". "),
        *("Positive is the label ", element("q", tuning["positive"]), ". "),
        f"Flagged are the cases whose scores {reach} the threshold; a score on it reaches it.",
        left_out,
        class_="note",
    )


def _cards(tuning: Mapping[str, Any], choice: Mapping[str, Any]) -> Html:
    own = measure_of(tuning["objective"])
    shown = ["flagged_share", "precision", "recall"]
    shown += [own] if own not in (*shown, "flagged") else ["f1"]
    is_empirical = tuning["guaranteed"] is None
    cards = []
    for name in shown:
        worth = choice["value"] if name == own else choice["measures"].get(name)
        beside = _elsewhere(tuning, name, own) if is_empirical else ""
        cards.append(element("div", element("dt", said(name)), element("dd", measured(name, worth), beside)))
    return element("dl", *cards, class_="cards")


def _elsewhere(tuning: Mapping[str, Any], name: str, own: str) -> Html:
    """Return the interval of a measure, or else what it is on other cases."""
    interval, honest = tuning["interval"], tuning["honest"]
    found = None if interval is None else interval["value"] if name == own else interval["measures"].get(name)
    if found is not None:
        sure = f"{interval['confidence'] * 100:g}%: "
        return element("small", sure, measured(name, found["low"]), " to ", measured(name, found["high"]))
    if honest is None:
        return Html("")
    return element("small", "elsewhere ", measured(name, honest["value"] if name == own else honest["measures"][name]))


def _side_by_side(parts: Parts, tuning: Mapping[str, Any]) -> Html:
    columns = {"best on these cases": tuning["empirical"]}
    if tuning["guaranteed"] is not None:
        columns["guaranteed"] = tuning["guaranteed"]
    columns |= {"flag all": tuning["baselines"]["flag_all"], "flag none": tuning["baselines"]["flag_none"]}
    there = [one if one.get("feasible", True) else None for one in columns.values()]
    rows: list[list[object]] = [
        ["threshold", *(DASH if one is None else threshold(one["threshold"], parts.labels) for one in there)]
    ]
    rows += [
        [text, *(DASH if one is None else count(one["confusion"][cell]) for one in there)]
        for cell, text in _CELLS.items()
    ]
    rows += [
        [said(name), *(DASH if one is None else measured(name, one["measures"][name], _WHY[name]) for one in there)]
        for name in _MEASURES
    ]
    own = measure_of(tuning["objective"])
    if own not in (*_MEASURES, "flagged"):
        rows.append([said(own), *(DASH if one is None else measured(own, one["value"]) for one in there)])
    return joined((table(["", *columns], rows, caption="The choices beside each other"), _reasons(there)))


def _reasons(choices: Sequence[Mapping[str, Any] | None]) -> Html:
    """Return why some of the measures are dashes."""
    missing = [name for name in _MEASURES for one in choices if one is not None and one["measures"][name] is None]
    told = "; ".join(f"{said(name)} where {_WHY[name]}" for name in dict.fromkeys(missing))
    return element("p", f"Not defined: {told}.", class_="note") if told else Html("")


_WHY: Final = {
    "precision": "nothing is flagged",
    "recall": "there are no positives",
    "f1": "there are no positives, and nothing is flagged",
    "mcc": "decisions or labels are all the same",
    "flagged_share": "there are no cases",
}


def _ties(parts: Parts, empirical: Mapping[str, Any]) -> Html:
    """Return the other thresholds that do exactly as well."""
    others = empirical["ties"][1 : _MOST_TIES + 1]
    if not others:
        return Html("")
    more = empirical["tied"] - 1 - len(others)
    named = ", ".join(threshold(one, parts.labels) for one in others)
    also = f", and {more:,} more" if more else ""
    return element("p", f"As good on these cases, but flagging more: {named}{also}.", class_="note")
