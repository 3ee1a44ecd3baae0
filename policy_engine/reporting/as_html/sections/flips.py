"""Who changes band: a table of how many cases go from which to which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.reporting.as_html.figures import count, percent
from policy_engine.reporting.as_html.markup import Html, element, section, table

if TYPE_CHECKING:
    from collections.abc import Mapping


def flips(found: Mapping[str, Any] | None) -> Html:
    """Return the flips with those that stay on the diagonal, and how many there are in all."""
    if not found:
        return Html("")
    cells = {(one["from"], one["to"]): one for one in found["table"]}
    names = list(dict.fromkeys(name for pair in cells for name in pair))
    rows = [
        [before, *(_cell(cells.get((before, after)), is_same=before == after) for after in names)] for before in names
    ]
    told = element("p", count(found["n"]), " cases change band", f" ({percent(found['share'])}).")
    head = ["from \\ to", *names]
    return section("flips", "Who changes band", told, table(head, rows, caption="From (rows) to (columns)"))


def _cell(one: Mapping[str, Any] | None, *, is_same: bool) -> Html:
    if one is None:
        return Html("0")
    right = "" if one.get("right") is None else element("small", " ", count(one["right"]), " right")
    number = count(one["n"])
    return element("span", number if is_same or not one["n"] else element("b", number), right)
