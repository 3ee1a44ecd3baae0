"""A refit of a classifier's tiers: the old and the new design point, and what each tier then holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.reporting.as_html.figures import DASH, amount, count, percent, said, share, value
from policy_engine.reporting.as_html.markup import Html, element, joined, section, table
from policy_engine.reporting.as_html.plot import SIZE, Axis, Line, axis, bar, drawn, plot, polyline, share_axis, upright
from policy_engine.reporting.as_html.sections.drift import distances, shifts
from policy_engine.reporting.as_html.sections.flips import flips
from policy_engine.reporting.as_html.words import segment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.reporting.as_html.page import Parts

_MOST_POINTS: Final = 1000
_MEASURES: Final = ("share", "top1", "top3")
_OUTCOMES: Final = {
    "confident_right": "confident and right",
    "confident_wrong": "confident and wrong",
    "possible_top3": "possible, the truth among three",
    "possible_miss": "possible, missed",
    "refer": "referred",
}


def refit(parts: Parts) -> Html:
    """Return every section of a refit that its part has something for."""
    found = parts.refit
    if found is None:
        return Html("")
    return joined(
        (
            section("thresholds", "The design point", _feasible(found), _thresholds(found)),
            section("tiers", "Tiers", _tiers(found), _mix(found.get("outcome_mix"))),
            section("coverage", "Accuracy and coverage", _coverage(found)),
            section("refer", "What referring more or fewer would do", _candidates(found.get("refer_candidates") or ())),
            section("highlight", "Labels shown", _highlight(found.get("highlight") or ())),
            flips(found.get("flips")),
            section("baseline", "Against the baseline", _baseline(found.get("baseline"))),
            section("tiers-by-segment", "Tiers by segment", _segments(found.get("segments") or ())),
        )
    )


def _feasible(found: Mapping[str, Any]) -> Html:
    """Return what to take, and what was wanted; or why that cannot be had."""
    asked = element("p", "Wanted: ", element("b", _wanted(found.get("wanted") or {})), ".", class_="wanted")
    cuts = [(one or {}).get("taken") for one in (found.get("thresholds") or {}).values()]
    if not found.get("feasible", True):
        why = found.get("why") or "the thresholds collide"
        return joined((element("p", element("strong", "Take none: "), why, class_="take none"), asked))
    numbers = element("strong", " and ".join(_cut(one) for one in cuts))
    which = {"guaranteed": "the best of those that are guaranteed"}.get((found.get("wanted") or {}).get("take", ""))
    named = element("span", which or "the best on these cases")
    return joined((element("p", "Take ", numbers, named, class_="take") if cuts else "", asked))


def _wanted(found: Mapping[str, Any]) -> str:
    told = [
        f"{text} {value(found[name])}"
        for name, text in _WANTED.items()
        if found.get(name) is not None and found[name] != []
    ]
    return ", ".join(told) or "the tiers"


_WANTED: Final = {
    "confident_accuracy": "a confident tier with an accuracy of",
    "refer_share": "a share of referred cases of",
    "highlight": "labels shown above",
    "floor": "at least",
    "cap": "at most",
    "confidence": "with a confidence of",
}


def _thresholds(found: Mapping[str, Any]) -> Html:
    rows = [
        [name, *(_cut(one.get(which)) for which in ("old", "empirical", "guaranteed", "taken"))]
        for name, one in (found.get("thresholds") or {}).items()
    ]
    guarantee = ((found.get("thresholds") or {}).get("confident") or {}).get("guarantee")
    head = ["threshold", "old", "best on these cases", "guaranteed", "taken"]
    return joined((table(head, rows, caption="Thresholds, before and now"), _guarantee(guarantee)))


def _cut(threshold: float | None) -> Html:
    return Html(DASH) if threshold is None else Html(f"{threshold:.6g}")


def _guarantee(found: Mapping[str, Any] | None) -> Html:
    if found is None:
        return Html("")
    if found["n"] is None:
        needed = "" if found["needed"] is None else f": it takes {found['needed']:,} covered cases"
        return element("p", f"An accuracy of {found['at_least']:g} is not guaranteed{needed}.", class_="note")
    sure = f"lower bound {found['lower_bound']:.4f}, p = {found['p_value']:.3g} at a level of {found['delta']:.3g}"
    text = f"Guaranteed by an exact test: {found['k']:,} of {found['n']:,} covered cases right, {sure}."
    return element("p", text, class_="note")


def _tiers(found: Mapping[str, Any]) -> Html:
    tiers = found.get("tiers") or ()
    rows = [_tier(one["name"], one) for one in tiers]
    if rows and found.get("all"):
        # That all are all is no estimate
        known = {name: one for name, one in (found["all"].get("intervals") or {}).items() if name != "share"}
        rows.append(_tier("all", {**found["all"], "intervals": known}))
    head = ["tier", "cases", *(said(name) for name in _MEASURES)]
    before = found.get("at_old") or {}
    old = [_tier(one["name"], one) for one in before.get("tiers") or ()]
    now = table(head, rows, caption="Tiers at the new thresholds")
    return element("div", now, table(head, old, caption="Tiers at the old thresholds"), class_="pair")


def _tier(name: object, one: Mapping[str, Any]) -> list[object]:
    intervals = one.get("intervals") or {}
    cells = [joined((percent(one.get(each)), _reach(intervals.get(each)))) for each in _MEASURES]
    return [name, count(one["n"]), *cells]


def _reach(interval: Mapping[str, Any] | None) -> Html:
    if interval is None:
        return Html("")
    return element("small", f" {interval['low']:.1%} to {interval['high']:.1%}")


def _mix(found: Mapping[str, Any] | None) -> Html:
    """Return what became of all cases, as one bar and as numbers."""
    if not found:
        return Html("")
    parts = {name: one if isinstance(one, dict) else {"n": None, "share": one} for name, one in found.items()}
    lines, left = [], 0.0
    for place, (name, one) in enumerate(parts.items()):
        right = left + (one["share"] or 0.0)
        kind = f"area mix-{place % 5}"
        lines.append(
            Line(kind, _OUTCOMES.get(name, said(name)), bar(round(SIZE * left), round(SIZE * right), 0, SIZE, kind))
        )
        left = right
    x = share_axis("share of the cases")
    figure = plot(
        "mix", "Outcome mix", (x, Axis(0, 1, ("", ""), "")), lines, told="What becomes of all cases, as shares"
    )
    rows = [[_OUTCOMES.get(name, said(name)), count(one["n"]), percent(one["share"])] for name, one in parts.items()]
    numbers = table(["outcome", "cases", "share"], rows, caption="What becomes of the cases")
    return element("div", figure, numbers, class_="pair")


def _coverage(found: Mapping[str, Any]) -> Html:
    """Return the accuracy of those whose score reaches a threshold, against how many they are."""
    points = found.get("curve") or ()
    if not points:
        return Html("")
    pairs = _thinned([(one["coverage"], one["top1"]) for one in points if one["top1"] is not None])
    lowest = min((up for _, up in pairs), default=0.0)
    x, y = share_axis("coverage: share of the cases decided without a person"), axis(lowest, 1, "accuracy of those")
    lines = [Line("line recall", "top-1", drawn(polyline(x, y, pairs), "line recall"))]
    tops = _thinned([(one["coverage"], one["top3"]) for one in points if one.get("top3") is not None])
    if tops:
        lines.append(Line("line f1", "top-3", drawn(polyline(x, y, tops), "line f1")))
    wanted = (found.get("wanted") or {}).get("confident_accuracy")
    if wanted is not None:
        lines.append(
            Line("line chance", f"wanted: {wanted:g}", drawn(f"M0 {SIZE - y.at(wanted)}H{SIZE}", "line chance"))
        )
    taken = ((found.get("thresholds") or {}).get("confident") or {}).get("taken")
    at = [
        one["coverage"]
        for one in points
        if taken is not None and one["threshold"] is not None and one["threshold"] >= taken
    ]
    if at:
        lines.append(Line("guaranteed", "confident, as taken", upright(x, max(at), "guaranteed")))
    aurc = "" if found.get("aurc") is None else f"Area under the risk-coverage curve: {found['aurc']:.4f}. "
    note = aurc + (f"Reduced: {len(pairs):,} of {len(points):,} points are drawn." if len(pairs) < len(points) else "")
    return plot("coverage-curve", "Accuracy by coverage", (x, y), lines, told="Accuracy against coverage", note=note)


def _thinned(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    if len(points) <= _MOST_POINTS:
        return points
    return [points[round(at * (len(points) - 1) / (_MOST_POINTS - 1))] for at in range(_MOST_POINTS)]


def _candidates(found: Sequence[Mapping[str, Any]]) -> Html:
    rows = [
        [
            percent(one.get("wanted")),
            _cut(one.get("threshold")),
            count(one["n"]),
            percent(one["share"]),
            percent((one.get("kept") or {}).get("top1")),
        ]
        for one in found
    ]
    head = ["share wanted", "threshold", "referred", "share", "top-1 of the rest"]
    return table(head, rows, caption="Refer thresholds to choose from")


def _highlight(found: Sequence[Mapping[str, Any]]) -> Html:
    many = sorted({key for one in found for key in one["shown"]}, key=lambda key: (len(key), key))
    rows = [
        [
            amount(one["above"]),
            *(percent(one["shown"].get(key)) for key in many),
            share(one["mean"]),
            joined((percent(one["truth"]), _reach(one.get("truth_interval")))),
        ]
        for one in found
    ]
    head = ["labels above", *(f"{key} shown" for key in many), "mean shown", "truth among them"]
    return table(head, rows, caption="How many labels are shown, and how often the truth is one of them")


def _baseline(found: Mapping[str, Any] | None) -> Html:
    if not found:
        return Html("")
    absent = found.get("absent_columns") or ()
    missing = element("p", f"Columns that only the baseline has: {', '.join(absent)}.", class_="bad") if absent else ""
    tests = element("p", _equivalent(found["top1"]), class_="wanted") if found.get("top1") else ""
    moved = distances(found) if found.get("psi") or found.get("ks") else ""
    return joined((missing, tests, moved, shifts(found.get("shifts") or (), "Tiers, before and now")))


def _equivalent(found: Mapping[str, Any]) -> str:
    verdict = {True: "Equivalent", False: "Not shown to be equivalent"}.get(found["equivalent"], "Not decided")
    interval = found["interval"]
    reach = "" if interval is None else f", from {100 * interval['low']:+.2f} to {100 * interval['high']:+.2f}"
    moved = "unknown" if found["difference"] is None else f"{100 * found['difference']:+.2f}"
    p_value = "" if found["p_value"] is None else f", p = {found['p_value']:.3g}"
    margin = f"{100 * found['margin']:g}"
    return f"{verdict}: top-1 moved by {moved} points{reach}; margin of {margin} points (TOST{p_value})."


def _segments(found: Sequence[Mapping[str, Any]]) -> Html:
    rows = [[segment(one["segment"]), *_tier(tier["name"], tier)] for one in found for tier in one.get("tiers") or ()]
    head = ["segment", "tier", "cases", *(said(name) for name in _MEASURES)]
    return table(head, rows, caption="Tiers of each segment", words=2)
