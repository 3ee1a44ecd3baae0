"""The bands of a policy: how many cases each would get, and how many positives are among them."""

from __future__ import annotations

from bisect import bisect_left
from math import inf
from typing import TYPE_CHECKING, Any

from policy_engine.reporting.as_html.figures import count, percent, share, threshold
from policy_engine.reporting.as_html.inputs import number_and_slide
from policy_engine.reporting.as_html.markup import Html, element, section, table
from policy_engine.reporting.as_html.words import chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.reporting.as_html.page import Parts


def bands(parts: Parts) -> Html:
    """Return the bands at the choice to take; those at thresholds that are moved come from the script."""
    part, found = parts.threshold, parts.bands
    if part is None or not found:
        return Html("")
    choice = None if parts.tuning is None else chosen(parts.tuning)
    cuts = [
        one["threshold"] if choice is None or not one["tuned"] else _as_number(choice["threshold"]) for one in found
    ]
    rows = [
        [element("b", one["name"]) if one["tuned"] else one["name"], _from(cut, one, parts), *_cells(counts)]
        for one, cut, counts in zip(found, cuts, _between(part, cuts), strict=True)
    ]
    head = ["band", "from", "cases", "share", "positive", "share of them", "of all positives"]
    return section(
        "bands",
        "By band",
        _others(part, found),
        element("p", *_at_which(parts, choice), id="bands-at", class_="note"),
        table(head, rows, caption="The bands, the highest scores first"),
    )


def _at_which(parts: Parts, choice: Mapping[str, Any] | None) -> tuple[object, ...]:
    if choice is None:
        return ("At the thresholds that the policy has:",)
    return (
        "At the threshold to take, ",
        threshold(choice["threshold"], parts.labels),
        ", and those that the policy has:",
    )


def _others(part: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> Html:
    """Return inputs for the thresholds that the slider does not move."""
    last = str(len(part["threshold"]) - 1)
    fields = [
        number_and_slide(
            f"band-{place}", f"{one['name']}, from", {}, {"min": "0", "max": last, "step": "1", "value": "0"}
        )
        for place, one in enumerate(found)
        if not one["tuned"] and one["threshold"] is not None
    ]
    if not fields:
        return Html("")
    legend = element("legend", "The other thresholds ", element("small", "(the policy's, to begin with)"))
    again = element("p", element("button", "as the policy has them", type="button", id="bands-again"))
    return element("fieldset", legend, *fields, again, class_="fields live", hidden="")


def _as_number(cut: float | None) -> float:
    """Return a threshold as a number: that which no score is lies above all of them."""
    return inf if cut is None else cut


def _from(cut: float | None, band: Mapping[str, Any], parts: Parts) -> Html:
    if cut is None:
        return Html("the rest")
    return threshold(None if band["tuned"] and cut == inf else cut, parts.labels)


def _between(part: Mapping[str, Any], cuts: Sequence[float | None]) -> list[tuple[float, float, float, float]]:
    """Return for each band how many cases, of all, and how many positives, of all, reach it and no band above it."""
    rising = [_as_number(one) for one in part["threshold"]]
    in_all, in_positives = part["fp"][0] + part["tp"][0], part["tp"][0]
    found, before = [], (0.0, 0.0)
    for cut in cuts:
        place = 0 if cut is None else min(bisect_left(rising, cut), len(rising) - 1)
        cases, positives = part["tp"][place] + part["fp"][place], part["tp"][place]
        reached = (max(cases, before[0]), max(positives, before[1]))
        found.append((reached[0] - before[0], in_all, reached[1] - before[1], in_positives))
        before = reached
    return found


def _cells(counts: tuple[float, float, float, float]) -> list[Html]:
    cases, in_all, positives, in_positives = counts
    return [
        count(cases),
        percent(cases / in_all if in_all else None),
        count(positives),
        share(positives / cases if cases else None, "no case is in it"),
        share(positives / in_positives if in_positives else None, "there are no positives"),
    ]
