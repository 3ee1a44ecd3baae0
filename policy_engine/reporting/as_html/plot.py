"""Plots that need no script: SVG that stretches to any width, with what has to be read beside it as text."""

from __future__ import annotations

from math import ceil, floor, isclose, log10
from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.reporting.as_html.markup import Html, element, html_of, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIZE: Final = 1000
"""Width and height of every plot, in the units of its paths."""
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_INTERVALS: Final = 5


class Axis(NamedTuple):
    """From `low` to `high`, with marks that are equally far apart."""

    low: float
    high: float
    marks: tuple[str, ...]
    name: str

    def at(self, value: float | None) -> int:
        """Return where a value is, from 0 to `SIZE`; at the end, for the choice that is no score."""
        if value is None:
            return SIZE
        return round(min(max((value - self.low) / (self.high - self.low), 0.0), 1.0) * SIZE)


class Line(NamedTuple):
    """A path, or a mark of another kind; `kind` is its class, and `name` what the legend calls it."""

    kind: str
    name: str
    drawn: Html


def axis(low: float, high: float, name: str) -> Axis:
    """Return an axis over these values that begins and ends at round numbers.

    >>> axis(0.0046, 0.93, "threshold").marks
    ('0', '0.2', '0.4', '0.6', '0.8', '1')
    """
    span = high - low if high > low else abs(low) or 1.0
    power = 10.0 ** floor(log10(span / _INTERVALS))
    step = next(one * power for one in _STEPS if one * power * _INTERVALS >= span * (1 - 1e-9))
    first = floor(low / step + 1e-9)
    last = max(ceil(high / step - 1e-9), first + 1)
    marks = tuple(_mark(place * step, step) for place in range(first, last + 1))
    return Axis(first * step, last * step, marks, name)


def _mark(value: float, step: float) -> str:
    if isclose(value, 0, abs_tol=step / 1000):
        return "0"
    rounded = float(f"{value:.6g}")
    return f"{rounded:,.0f}" if rounded.is_integer() else f"{rounded:.6g}"


def share_axis(name: str) -> Axis:
    """Return the axis of what lies between 0 and 1."""
    return axis(0, 1, name)


def steps(x: Axis, y: Axis, thresholds: Sequence[float | None], values: Sequence[float | None]) -> str:
    """Return the path of a measure over rising thresholds, the last of which may be no score.

    A threshold between two scores does what the higher does. Where the measure is not defined there is a gap.
    """
    path: list[str] = []
    at, up, is_drawn = 0, -1, False
    for threshold, value in zip(thresholds, values, strict=True):
        here = x.at(threshold)
        if value is not None:
            level = SIZE - y.at(value)
            if not is_drawn:
                path.append(f"M{at} {level}")
            elif level != up:
                path.append(f"V{level}")
            if here != at:
                path.append(f"H{here}")
            up = level
        at, is_drawn = here, value is not None
    return "".join(path)


def polyline(x: Axis, y: Axis, points: Iterable[tuple[float, float]]) -> str:
    """Return the path over points, without those that nobody would see."""
    path: list[str] = []
    before = (-1, -1)
    for across, up in points:
        here = (x.at(across), SIZE - y.at(up))
        if here != before:
            path.append(f"{'L' if path else 'M'}{here[0]} {here[1]}")
        before = here
    return "".join(path)


def drawn(path: str, kind: str) -> Html:
    """Return a path of a class; what it looks like is for the style to say."""
    return element("path", class_=kind, d=path or "M0 0")


def upright(x: Axis, threshold: float | None, kind: str) -> Html:
    """Return a line from bottom to top at a threshold."""
    return drawn(f"M{x.at(threshold)} 0V{SIZE}", kind)


def dot(x: Axis, y: Axis, across: float, up: float, kind: str) -> Html:
    """Return a dot, which stays round however the plot is stretched."""
    return drawn(f"M{x.at(across)} {SIZE - y.at(up)}h0", f"dot {kind}")


def bar(left: int, right: int, bottom: int, top: int, kind: str) -> Html:
    """Return a bar between such places, counted from the lower left corner."""
    sides = {"x": left, "y": SIZE - top, "width": max(right - left, 0), "height": max(top - bottom, 0)}
    return element("rect", class_=kind, **{name: str(one) for name, one in sides.items()})


def plot(
    name: str,
    title: str,
    axes: tuple[Axis, Axis],
    lines: Sequence[Line],
    *,
    told: str,
    note: object = "",
    follows: str = "",
) -> Html:
    """Return a figure; *told* is what it shows in words, and *follows* what moves with the threshold of the slider."""
    x, y = axes
    grid = _grid(len(x.marks), len(y.marks))
    inside = joined((grid, *(one.drawn for one in lines)))
    follow = {"data_follows": follows} if follows else {}
    picture = element(
        "svg",
        inside,
        viewBox=f"0 0 {SIZE} {SIZE}",
        preserveAspectRatio="none",
        role="img",
        aria_label=told,
        data_low=repr(x.low),
        data_high=repr(x.high),
        **follow,
    )
    body = element(
        "div",
        element("div", y.name, class_="name-y"),
        element("div", *(element("span", one) for one in reversed(y.marks)), class_="marks-y", aria_hidden="true"),
        picture,
        element("div", *(element("span", one) for one in x.marks), class_="marks-x", aria_hidden="true"),
        element("div", x.name, class_="name-x"),
        class_="plot",
    )
    below = element("p", note, class_="note") if note else ""
    return element("figure", element("figcaption", title), body, _legend(lines), below, id=name)


def _grid(across: int, up: int) -> Html:
    marks = [f"M0 {round(SIZE * place / (up - 1))}H{SIZE}" for place in range(up)]
    marks += [f"M{round(SIZE * place / (across - 1))} 0V{SIZE}" for place in range(across)]
    return drawn("".join(marks), "grid")


def _legend(lines: Sequence[Line]) -> Html:
    named = {one.name: one.kind for one in lines if one.name}
    items = [element("li", _sample(kind), html_of(name)) for name, kind in named.items()]
    return element("ul", *items, class_="legend") if items else Html("")


def _sample(kind: str) -> Html:
    """Return a piece of a line or a bar as the plot has it."""
    if kind.startswith(("dot", "area")):
        shape = drawn("M500 500h0", kind) if kind.startswith("dot") else bar(0, SIZE, 0, SIZE, kind)
    else:
        shape = drawn("M0 500H1000", kind)
    return element("svg", shape, viewBox="0 0 1000 1000", preserveAspectRatio="none", aria_hidden="true")
