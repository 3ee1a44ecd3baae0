"""Whether scores have moved since: how far their distribution is from the baseline, and what that does to the bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.reporting.as_html.figures import DASH, count, percent, share
from policy_engine.reporting.as_html.markup import Html, element, joined, section, table
from policy_engine.reporting.as_html.plot import SIZE, Axis, Line, axis, bar, plot
from policy_engine.reporting.as_html.words import segment
from policy_engine.reporting.as_text.p_values import p_value_as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.reporting.as_html.page import Parts

_READINGS = {"little": "good", "some": "", "much": "bad"}


def drift(parts: Parts) -> Html:
    """Return the distances, the two distributions, the shifts of the bands, and the same of segments."""
    found = parts.drift
    if found is None:
        return Html("")
    return section(
        "drift",
        "Has anything moved?",
        distances(found),
        shifts(found["bands"], "Shares of the bands, before and now"),
        _segments(found.get("segments", ())),
    )


def distances(found: Mapping[str, Any]) -> Html:
    """Return the two distances of the distributions, with the bins that one was counted in."""
    if found.get("undefined"):
        return element("p", f"No distance is defined: {found['undefined']}.")
    psi, ks = found["psi"], found["ks"]
    cards = []
    if psi is not None:
        reading = psi["custom"]["reading"]
        said = element("small", f"{reading}, as custom reads it; {psi['by_chance']:.3f} may be chance")
        kind = {"class_": _READINGS[reading]} if _READINGS.get(reading) else {}
        number = element("span", share(psi["value"]), **kind)
        cards.append(element("div", element("dt", "stability index (PSI)"), element("dd", number, said)))
    if ks is not None:
        small = element("small", f"at {ks['at']:.6g}, {p_value_as_text(ks['p_value'])}")
        cards.append(
            element("div", element("dt", "largest distance (KS)"), element("dd", share(ks["statistic"]), small))
        )
    return joined((element("dl", *cards, class_="cards"), _bins(psi)))


def _bins(psi: Mapping[str, Any] | None) -> Html:
    """Return how the cases of both samples fall into the bins of the index, which hold about equally many at first."""
    if psi is None:
        return Html("")
    sides = {name: [one / (sum(psi[name]) or 1) for one in psi[name]] for name in ("baseline", "current")}
    many = len(sides["baseline"])
    x = Axis(0, many, ("lowest", *[""] * (many - 1), "highest"), "bins of the baseline's scores")
    y = axis(0, max(*sides["baseline"], *sides["current"]), "share of the cases")
    width = SIZE / many
    lines = []
    for offset, (name, kind) in enumerate((("baseline", "area negative"), ("current", "area positive"))):
        bars = [
            bar(round(width * (at + 0.1 + 0.4 * offset)), round(width * (at + 0.5 + 0.4 * offset)), 0, y.at(one), kind)
            for at, one in enumerate(sides[name])
        ]
        lines.append(Line(kind, name, joined(bars)))
    return plot(
        "drift-bins", "Scores before and now", (x, y), lines, told="The share of cases in each bin, before and now"
    )


def shifts(found: Sequence[Mapping[str, Any]], caption: str, what: str = "band") -> Html:
    """Return the share of each band (or whatever is asked for) before and now, with the interval of the difference."""
    rows = [
        [
            one.get("name", one.get("band", "")),
            percent(one["baseline"]["share"]),
            percent(one["current"]["share"]),
            _points(one["difference"]),
            _points(one["low"]),
            _points(one["high"]),
        ]
        for one in found
    ]
    return table([what, "before", "now", "difference", "from", "to"], rows, caption=caption)


def _points(value: float | None) -> Html:
    return Html(DASH) if value is None else Html(f"{100 * value:+.1f}")


def _segments(found: Sequence[Mapping[str, Any]]) -> Html:
    rows = [
        [
            segment(one["segment"]),
            count(one["n"]["baseline"]),
            count(one["n"]["current"]),
            share(None if one["psi"] is None else one["psi"]["value"], one.get("undefined") or ""),
            *(share(one["adverse_impact_ratio"][name]) for name in ("baseline", "current")),
        ]
        for one in found
    ]
    head = ["segment", "cases before", "now", "PSI", "impact ratio before", "now"]
    return table(head, rows, caption="Segments, before and now")
