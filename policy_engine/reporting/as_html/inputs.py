"""Inputs of a page: a number to type, with a slide for the same number."""

from __future__ import annotations

from policy_engine.reporting.as_html.markup import Html, element


def alone(tag: str, **attributes: str) -> Html:
    """Return an element that has no content and no end."""
    return Html(element(tag, **attributes).removesuffix(f"</{tag}>"))


def number_and_slide(name: str, text: str, number: dict[str, str], slide: dict[str, str]) -> Html:
    """Return both under one label: the number has *name* as its id, and the slide the same with `-slide` behind it."""
    label = element("label", text, for_=name)
    typed = alone("input", id=name, type="number", step="any", **number)
    return element(
        "div", label, typed, alone("input", id=f"{name}-slide", type="range", aria_label=text, **slide), class_="field"
    )
