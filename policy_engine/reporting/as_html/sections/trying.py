"""A threshold to move: what it would do, counted anew at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.measures import GREATEST_COST
from policy_engine.reporting.as_html.figures import DASH, said
from policy_engine.reporting.as_html.inputs import alone, number_and_slide
from policy_engine.reporting.as_html.markup import Html, element, section
from policy_engine.reporting.as_html.words import costs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.reporting.as_html.page import Parts

MEASURES: Final = ("precision", "recall", "f1", "flagged_share", "cost")
_NOT_HERE: Final = "The slider needs a script, which does not run here: the tables and curves on this page do without."


def trying(parts: Parts) -> Html:
    """Return the slider with what it moves: the confusion matrix, the measures and the costs."""
    part = parts.threshold
    if part is None:
        return Html("")
    return section(
        "try",
        "Try a threshold",
        element("noscript", element("p", _NOT_HERE, class_="note")),
        element(
            "div",
            _slider(part),
            element("div", _matrix(), _measures(), class_="beside"),
            _costs(parts.tuning),
            class_="live",
            hidden="",
        ),
    )


def _slider(part: Mapping[str, Any]) -> Html:
    last = str(len(part["threshold"]) - 1)
    label = element("label", "Threshold", for_="threshold")
    slide = alone("input", id="threshold", type="range", min="0", max=last, step="1", value="0")
    typed = alone("input", id="typed", type="number", step="any", aria_label="Threshold as a number")
    said = element("output", "", id="says", for_="threshold")
    return element(
        "div",
        element("div", label, typed, said, class_="row"),
        slide,
        element("div", id="jumps", class_="jumps"),
        element("p", _KEYS, *_thin(part)),
        class_="slider",
    )


_KEYS: Final = "Arrow keys go to the next threshold, Page Up and Page Down further, Home and End to the ends. "


def _thin(part: Mapping[str, Any]) -> tuple[object, ...]:
    kept, every = len(part["threshold"]), part["choices"]
    if kept == every:
        return ()
    which = "those that were chosen are among them, and all that have the least cost for some two costs."
    return (element("b", f"Of {every:,} thresholds this page keeps {kept:,}"), f", each with its exact counts: {which}")


def _matrix() -> Html:
    def cell(name: str, kind: str) -> Html:
        return element("td", _live(name), class_=kind)

    return element(
        "table",
        element("caption", "What it does"),
        element("thead", element("tr", *(element("th", one, scope="col") for one in ("", "positive", "negative")))),
        element(
            "tbody",
            element("tr", element("th", "flagged", scope="row"), cell("tp", "right"), cell("fp", "wrong")),
            element("tr", element("th", "left alone", scope="row"), cell("fn", "wrong"), cell("tn", "right")),
        ),
        class_="matrix",
    )


def _live(name: str) -> Html:
    """Return where the script puts what the threshold of the slider does."""
    return element("span", DASH, id=f"at-{name}")


def _measures() -> Html:
    shown = [
        element("div", element("dt", said(name)), element("dd", _live(name), element("small", id=f"why-{name}")))
        for name in MEASURES
    ]
    return element("dl", *shown, class_="cards")


def _costs(tuning: Mapping[str, Any] | None) -> Html:
    costs, are_given = costs_of(tuning)
    whose = "as they were given" if are_given else "an example: none were given"
    fields = [_cost(*one) for one in zip(("false_positive", "false_negative"), _ASKED, costs, strict=True)]
    least = element("output", DASH, id="least", for_="false_positive false_negative")
    wrong = element("p", id="no-cost", class_="bad", role="alert")
    legend = element("legend", "Costs of mistakes ", element("small", f"({whose})"))
    return element("fieldset", legend, *fields, element("p", least), wrong, class_="fields")


_ASKED: Final = ("Flagging a case wrongly costs", "Missing a case costs")


def _cost(name: str, text: str, cost: float) -> Html:
    given = {"min": "0", "value": repr(cost).removesuffix(".0")}
    return number_and_slide(
        name,
        text,
        {**given, "max": f"{GREATEST_COST:.0f}"},
        {**given, "step": "any", "max": f"{max(10 * cost, 10.0):g}"},
    )
