"""A refit of a classifier's tiers: the old and the new design point, and what each tier then holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.reporting.as_html.figures import DASH, count, percent, said, share
from policy_engine.reporting.as_html.markup import Html, element, joined, section, table
from policy_engine.reporting.as_html.plot import SIZE, Axis, Line, axis, bar, drawn, plot, polyline, share_axis, upright
from policy_engine.reporting.as_html.sections.drift import distances, shifts
from policy_engine.reporting.as_html.words import segment
from policy_engine.reporting.as_text.p_values import p_value_as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.reporting.as_html.page import Parts

_ONE_PER_CENT: Final = 0.01
_MOST_POINTS: Final = 1000
_MEASURES: Final = ("share", "top1", "top3")
_CONFIDENT: Final = ("empirical", "staying", "guaranteed")


def refit(parts: Parts) -> Html:
    """Return every section of a refit that its part has something for."""
    found = parts.refit
    if found is None:
        return Html("")
    return joined(
        (
            section("thresholds", "The design point", _feasible(found), _cases(found, parts), _thresholds(found)),
            section("tiers", "Tiers", _tiers(found), _mix(found)),
            section("coverage", "Accuracy and coverage", _coverage(found)),
            section("refer", "What referring more or fewer would do", _candidates(found)),
            section("highlight", "Labels shown", _highlight(found["highlight"] or ())),
            section("flips", "Who changes tiers", _flips(found["flips"])),
            section("baseline", "Against the baseline", _baseline(found["baseline"], found["tiers"] or ())),
            section("tiers-by-segment", "Tiers by segment", _segments(found["segments"])),
        )
    )


def _feasible(found: Mapping[str, Any]) -> Html:
    """Return what to take, and what was wanted; or why that cannot be had."""
    asked = element("p", "Wanted: ", element("b", _wanted(found)), ".", class_="wanted")
    if not found["feasible"]:
        return joined((element("p", element("strong", "Take none: "), found["why"], class_="take none"), asked))
    numbers = element("strong", " and ".join(_cut(one["taken"]) for one in _both(found)))
    is_empirical = found["wanted"]["take"] == "empirical"
    which = "the best on these cases" if is_empirical else "of which the first is guaranteed"
    return joined((element("p", "Take ", numbers, element("span", which), class_="take"), asked))


def _both(found: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return found["thresholds"]["confident"], found["thresholds"]["refer"]


def _wanted(found: Mapping[str, Any]) -> str:
    wanted, (first, _, last) = found["wanted"], found["tier_names"]
    told = [
        f"{first} with an accuracy of {wanted['confident_accuracy']!r}",
        f"{last} for {wanted['refer_share']!r} of the cases",
    ]
    if wanted["highlight"]:
        cuts = " or ".join(_cut(one) for one in wanted["highlight"])
        told.append(f"labels shown above {cuts} (at least {wanted['floor']}, at most {wanted['cap']})")
    if wanted["take"] == "guaranteed":
        told.append(f"with a confidence of {wanted['confidence']!r}")
    return ", ".join(told)


def _cases(found: Mapping[str, Any], parts: Parts) -> Html:
    """Return how many cases count, of the rows that were read, and how good the classifier is on them."""
    read = [one for one in (parts.provenance or {}).get("data", ()) if "rows" in one and not one.get("baseline")]
    rows = sum(one["rows"] for one in read)
    of_rows = f", of {rows:,} rows that were read," if read and rows != found["n"] else ""
    right = f"the first is right for {percent(found['all']['top1'])}, one of three for {percent(found['all']['top3'])}"
    return element(
        "p", f"{found['n']:,} cases of {len(found['classes'])} classes{of_rows} count: {right}.", class_="note"
    )


def _thresholds(found: Mapping[str, Any]) -> Html:
    of_confident, of_refer = _both(found)
    first, middle, _ = found["tier_names"]
    rows = [
        [name, _cut(one["old"]), *map(_cut, others), _cut(one["taken"] if found["feasible"] else None)]
        for name, one, others in (
            (first, of_confident, [of_confident[which] for which in _CONFIDENT]),
            (middle, of_refer, [of_refer["empirical"], None, None]),
        )
    ]
    head = ["threshold", "old", "best on these cases", "and all above", "guaranteed", "taken"]
    return joined((table(head, rows, caption="Thresholds, before and now"), _guarantee(of_confident)))


def _cut(threshold: float | None) -> Html:
    """Return a threshold that reads back as the same number: of fewer digits, a case on it might not reach it."""
    return Html(DASH if threshold is None else repr(threshold))


def _guarantee(confident: Mapping[str, Any]) -> Html:
    found = confident["guarantee"]
    is_tested = found["n"] is not None
    needed = f"{found['needed']:,} covered cases" if found["needed"] is not None else ""
    more = f"; it takes {needed} {'at this share of errors' if is_tested else 'at least'}" if needed else ""
    if not is_tested:
        text = f"Nothing is guaranteed: too few cases to test an accuracy of {found['at_least']:g}{more}."
        return element("p", text, class_="note")
    what = f"{found['k']:,} of {found['n']:,} covered cases right"
    sure = f"p = {found['p_value']:.3g} at a level of {found['delta']:.3g}"
    if confident["guaranteed"] is None:
        return element("p", f"Nothing is guaranteed: {what}, {sure}{more}.", class_="note")
    bound = f"lower bound {found['lower_bound']:.4f}"
    return element("p", f"Guaranteed by an exact test: {what}, {bound}, {sure}.", class_="note")


def _tiers(found: Mapping[str, Any]) -> Html:
    rows = [_tier(one["name"], one) for one in found["tiers"] or ()]
    if rows:
        # That all are all is no estimate
        rows.append(_tier("all", {**found["all"], "intervals": {**found["all"]["intervals"], "share": None}}))
    head = ["tier", "cases", *(said(name) for name in _MEASURES)]
    old = [] if found["at_old"] is None else [_tier(one["name"], one) for one in found["at_old"]["tiers"]]
    now = table(head, rows, caption="Tiers at the new thresholds")
    before = table(head, old, caption="Tiers at the old thresholds")
    return element("div", now, before, class_="pair") if now or before else Html("")


def _tier(name: object, one: Mapping[str, Any]) -> list[object]:
    cells = [joined((percent(one[each]), _reach(one["intervals"][each]))) for each in _MEASURES]
    return [name, count(one["n"]), *cells]


def _reach(interval: Mapping[str, Any] | None) -> Html:
    if interval is None:
        return Html("")
    return element("small", f" {interval['low']:.1%} to {interval['high']:.1%}")


def _mix(found: Mapping[str, Any]) -> Html:
    """Return what became of all cases, as one bar and as numbers."""
    if found["outcome_mix"] is None:
        return Html("")
    parts = {text: found["outcome_mix"][name] for name, text in _outcomes(*found["tier_names"]).items()}
    lines, left = [], 0.0
    for place, (name, one) in enumerate(parts.items()):
        right = left + one["share"]
        kind = f"area mix-{place}"
        lines.append(Line(kind, name, bar(round(SIZE * left), round(SIZE * right), 0, SIZE, kind)))
        left = right
    x = share_axis("share of the cases")
    figure = plot(
        "mix", "Outcome mix", (x, Axis(0, 1, ("", ""), "")), lines, told="What becomes of all cases, as shares"
    )
    rows = [[name, count(one["n"]), percent(one["share"])] for name, one in parts.items()]
    numbers = table(["outcome", "cases", "share"], rows, caption="What becomes of the cases")
    return element("div", figure, numbers, class_="pair")


def _outcomes(first: str, middle: str, last: str) -> dict[str, str]:
    """Return what may become of a case in the words of the text output."""
    return {
        "confident_right": f"{first} and right",
        "confident_wrong": f"{first} and wrong",
        "possible_top3": f"{middle}, the truth among three",
        "possible_miss": f"{middle}, missed",
        "refer": last,
    }


def _coverage(found: Mapping[str, Any]) -> Html:
    """Return the accuracy of those whose score reaches a threshold, against how many they are."""
    points = found["curve"]
    pairs = _thinned([(one["coverage"], one["top1"]) for one in points])
    lowest = min(up for _, up in pairs)
    x, y = share_axis("coverage: share of the cases decided without a person"), axis(lowest, 1, "accuracy of those")
    lines = [Line("line recall", "top-1", drawn(polyline(x, y, pairs), "line recall"))]
    tops = _thinned([(one["coverage"], one["top3"]) for one in points])
    lines.append(Line("line f1", "top-3", drawn(polyline(x, y, tops), "line f1")))
    wanted = found["wanted"]["confident_accuracy"]
    lines.append(Line("line chance", f"wanted: {wanted!r}", drawn(f"M0 {SIZE - y.at(wanted)}H{SIZE}", "line chance")))
    if found["feasible"]:
        taken = found["thresholds"]["confident"]["taken"]
        covered = max(one["coverage"] for one in points if one["threshold"] >= taken)
        lines.append(Line("guaranteed", f"{found['tier_names'][0]}, as taken", upright(x, covered, "guaranteed")))
        kept = 1 - found["tiers"][-1]["share"]
        lines.append(Line("empirical", f"{found['tier_names'][-1]} beyond", upright(x, kept, "empirical")))
    aurc = f"Area under the risk-coverage curve: {found['aurc']:.4f}. "
    note = aurc + (f"Reduced: {len(pairs):,} of {len(points):,} points are drawn." if len(pairs) < len(points) else "")
    return plot("coverage-curve", "Accuracy by coverage", (x, y), lines, told="Accuracy against coverage", note=note)


def _thinned(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    if len(points) <= _MOST_POINTS:
        return points
    return [points[round(at * (len(points) - 1) / (_MOST_POINTS - 1))] for at in range(_MOST_POINTS)]


def _candidates(found: Mapping[str, Any]) -> Html:
    """Return the refer thresholds around the share that is wanted, and which of them is taken."""
    taken = found["thresholds"]["refer"]["taken"] if found["feasible"] else None
    rows = [
        [
            percent(one["wanted"]),
            joined((_cut(one["threshold"]), element("small", " taken") if one["threshold"] == taken else "")),
            count(one["n"]),
            percent(one["share"]),
            percent(one["kept"]["top1"]),
        ]
        for one in found["refer_candidates"]
    ]
    head = ["share wanted", "threshold", found["tier_names"][2], "share", "top-1 of the rest"]
    return table(head, rows, caption="Refer thresholds to choose from")


def _highlight(found: Sequence[Mapping[str, Any]]) -> Html:
    many = sorted({key for one in found for key in one["shown"]}, key=lambda key: (len(key), key))
    rows = [
        [
            _cut(one["above"]),
            *(percent(one["shown"][key]) for key in many),
            share(one["mean"]),
            joined((percent(one["truth"]), _reach(one["truth_interval"]))),
        ]
        for one in found
    ]
    head = ["labels above", *(f"{key} shown" for key in many), "mean shown", "truth among them"]
    return table(head, rows, caption="How many labels are shown, and how often the truth is one of them")


def _flips(found: Mapping[str, Any] | None) -> Html:
    """Return who changes tiers, with those that stay on the diagonal, and how many there are in all."""
    if found is None:
        return Html("")
    cells = {(one["from"], one["to"]): one for one in found["table"]}
    names = list(dict.fromkeys(name for pair in cells for name in pair))
    rows = [[before, *(_flip(cells[before, after]) for after in names)] for before in names]
    told = element("p", count(found["n"]), " cases would change tiers", f" ({percent(found['share'])}).")
    return joined((told, table(["from \\ to", *names], rows, caption="From (rows) to (columns)")))


def _flip(one: Mapping[str, Any]) -> Html:
    number = count(one["n"])
    is_bold = one["n"] and one["from"] != one["to"]
    right = element("small", " ", count(one["right"]), " right")
    return element("span", element("b", number) if is_bold else number, right)


def _baseline(found: Mapping[str, Any] | None, tiers: Sequence[Mapping[str, Any]]) -> Html:
    """Return what has moved, in the scores and in each tier, and whether accuracy on the whole is as good as equal."""
    if found is None:
        return Html("")
    absent = found["absent_columns"]
    missing = element("p", f"Columns that only the baseline has: {', '.join(absent)}.", class_="bad") if absent else ""
    whose = "the same cases scored twice" if found["pairs"] else "different cases"
    tests = element("p", _equivalent(found["top1"], whose), class_="wanted")
    moved = joined((distances(found), shifts(found["shifts"], "Shares of the tiers, before and now", "tier")))
    return joined((missing, moved, _accuracies(found["tiers"] or (), tiers), tests))


def _accuracies(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> Html:
    """Return how often each tier was right and is: it may be otherwise where on the whole nothing has changed."""
    rows = [
        [one["name"], *(percent(each[name]) for name in ("top1", "top3") for each in (one, other))]
        for one, other in zip(before, now, strict=True)
    ]
    return table(
        ["tier", "top-1 before", "now", "top-3 before", "now"], rows, caption="Accuracy of the tiers, before and now"
    )


def _equivalent(found: Mapping[str, Any], whose: str) -> str:
    verdict = "as good as equal" if found["equivalent"] else "not shown to be as good as equal"
    interval = found["interval"]
    reach = "" if interval is None else f", from {100 * interval['low']:+.2f} to {100 * interval['high']:+.2f}"
    margin = f"{100 * found['margin']:g} percentage point{'' if found['margin'] == _ONE_PER_CENT else 's'}"
    told = f"top-1 of {whose} moved by {100 * found['difference']:+.2f}{reach}"
    return f"On the whole: {verdict}, within {margin} either way (TOST, {p_value_as_text(found['p_value'])}): {told}."


def _segments(found: Sequence[Mapping[str, Any]]) -> Html:
    rows = [[segment(one["segment"]), *_tier(tier["name"], tier)] for one in found for tier in one["tiers"] or ()]
    head = ["segment", "tier", "cases", *(said(name) for name in _MEASURES)]
    return table(head, rows, caption="Tiers of each segment", words=2)
