"""For whom a threshold does something else: segments side by side, with the adverse impact ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.measures import FOUR_FIFTHS
from policy_engine.reporting.as_html.figures import count, percent, share, threshold, undefined
from policy_engine.reporting.as_html.markup import Html, element, html_of, joined, section, table
from policy_engine.reporting.as_html.words import chosen, single

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.reporting.as_html.page import Parts


def segments(parts: Parts) -> Html:
    """Return what the choice does to each segment; what the slider does is put in its place by the script."""
    found = (parts.tuning or {}).get("segments")
    if not found or parts.tuning is None:
        return Html("")
    is_guaranteed = parts.tuning["guaranteed"] is not None
    names = list(found[0]["segment"])
    head = [*names, "cases", "positive", "flagged", "precision", "recall", "impact ratio", "own best"]
    rows = [_row(parts, one, is_guaranteed=is_guaranteed) for one in found]
    note = (
        "Impact ratio: the share of those who fare better, over the greatest such share of all segments. Below 0.8, "
        "the rule of four fifths (29 CFR 1607.4 D) asks for a reason; of a segment with few cases it says little."
    )
    return section(
        "segments",
        "By segment",
        element("p", _at_which(parts, parts.tuning), id="segments-at", class_="note"),
        table(
            [*head, *(["guaranteed"] if is_guaranteed else [])],
            rows,
            caption="Segments at one threshold",
            words=len(names),
        ),
        element("p", note, class_="note"),
    )


def _at_which(parts: Parts, tuning: Mapping[str, Any]) -> Html:
    choice = chosen(tuning)
    if choice is None:
        return html_of("There is no threshold to take. Of each segment:")
    return joined(("At the threshold to take, ", threshold(choice["threshold"], parts.labels), ":"))


def _row(parts: Parts, one: Mapping[str, Any], *, is_guaranteed: bool) -> list[object]:
    measures = (one["at_choice"] or {}).get("measures", {})
    own = [one["empirical"], *([one["guaranteed"]] if is_guaranteed else [])]
    return [
        *map(single, one["segment"].values()),
        count(one["n"]),
        count(one["positives"]),
        percent(measures.get("flagged_share"), "there is no choice"),
        share(measures.get("precision"), "nothing is flagged"),
        share(measures.get("recall"), one["undefined"] or "there is no choice"),
        impact(one["adverse_impact_ratio"]),
        *(
            undefined("no threshold has what is wanted here")
            if each is None or not each["feasible"]
            # Another curve's digits: its own, as they are
            else threshold(each["threshold"], parts.labels)
            for each in own
        ),
    ]


def impact(ratio: float | None) -> Html:
    """Return an adverse impact ratio, marked where it asks for a reason."""
    if ratio is None or ratio >= FOUR_FIFTHS:
        return share(ratio, "nobody fares better anywhere")
    return element("span", html_of(f"{ratio:.3f}"), " ▼", class_="bad", title="below four fifths")
