"""The page of a threshold in its parts: what is kept of a long curve, and sections of what other commands print."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.measures import LabelledScores, curve_of
from policy_engine.reporting.as_html import report_as_html, threshold_part
from policy_engine.reporting.as_html.figures import value
from policy_engine.reporting.as_html.markup import Html, data_block, element, table
from policy_engine.reporting.as_html.plot import Axis, axis, polyline, steps
from policy_engine.reporting.as_html.thinning import hull_corners, kept_places
from policy_engine.reporting.as_html.words import wanted
from tests.support.pages import DRIFT, REFIT

if TYPE_CHECKING:
    from policy_engine.vocabulary import Direction

SECTIONS_OF_A_REFIT: Final = (
    *("thresholds", "tiers", "mix", "coverage", "coverage-curve", "refer", "highlight", "flips", "baseline"),
    "tiers-by-segment",
)


class _Ids(HTMLParser):
    """Reads a page: which ids it has, and whether every element ends that begins."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [str(text) for name, text in attrs if name == "id"]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _ids(page: str) -> list[str]:
    found = _Ids(page)
    assert found.open == []
    assert len(set(found.ids)) == len(found.ids)
    return found.ids


# --- what is kept of a curve ---


@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=2, max_size=60),
    st.sampled_from(["riskier", "safer"]),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
def test_the_corners_have_the_least_cost_of_all_thresholds(
    cases: list[tuple[int, bool]], higher_is: Direction, costs: tuple[int, int]
) -> None:
    curve = curve_of(LabelledScores.of([score / 30 for score, _ in cases], [label for _, label in cases]), higher_is)
    total = curve.counts.fp * costs[0] + curve.counts.fn * costs[1]
    corners = hull_corners(curve)
    assert total[corners].min() == total.min()
    if any(costs):
        assert corners[total[corners].argmin()] == total.argmin()
    hits = 2 * curve.counts.tp / np.maximum(2 * curve.counts.tp + curve.counts.fp + curve.counts.fn, 1)
    assert hits[corners].max() == hits.max()


def test_of_a_long_curve_about_as_many_are_kept_as_there_may_be() -> None:
    rng = np.random.default_rng(1)
    curve = curve_of(LabelledScores.of(rng.random(20_000), rng.random(20_000) < 0.2))
    places = kept_places(curve, [777, 12_345])
    assert 500 < len(places) <= 1000
    assert {0, 777, 12_345, len(curve) - 1} <= set(places.tolist())
    assert places.tolist() == sorted(set(places.tolist()))
    assert np.diff(curve.flagged[places]).max() < 100


def test_a_short_curve_is_kept_as_a_whole() -> None:
    curve = curve_of(LabelledScores.of(np.arange(999) / 999, np.arange(999) % 2))
    assert len(kept_places(curve)) == 1000


def test_cases_that_weigh_nothing_hide_no_corner() -> None:
    labelled = LabelledScores.of([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 0], [1.0, 0.0, 0.0, 2.0])
    curve = curve_of(labelled)
    corners = hull_corners(curve).tolist()
    assert (curve.counts.tp[corners] == 1.0).any()
    assert (curve.counts.fp + curve.counts.fn)[corners].min() == 0


@pytest.mark.parametrize("higher_is", ["riskier", "safer"])
def test_the_part_has_the_counts_of_the_curve_by_rising_threshold(higher_is: Direction) -> None:
    curve = curve_of(LabelledScores.of([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0]), higher_is)
    part = threshold_part(curve)
    assert part["threshold"] == [0.1, 0.4, 0.9, None]
    assert part["text"][3] == ("none" if higher_is == "riskier" else "all")
    for name in ("tp", "fp", "fn", "tn"):
        places = [curve.place_of(0.1), curve.place_of(0.4), curve.place_of(0.9), curve.place_of(2.0)]
        assert part[name] == [getattr(curve.counts, name)[place] for place in places]
    assert sum(part["histogram"]["positive"]) == 2
    assert sum(part["histogram"]["negative"]) == 2


def test_scores_beyond_0_and_1_are_no_chances() -> None:
    assert threshold_part(curve_of(LabelledScores.of([1.5, 0.2], [1, 0])))["chances"] is None
    found = threshold_part(curve_of(LabelledScores.of([1.0, 0.25, 0.25, 0.0], [1, 0, 1, 0])))["chances"]
    assert found["brier"] == pytest.approx((0.25**2 + 0.75**2) / 4)
    assert [(one["from"], one["n"], one["found"]) for one in found["bins"]] == [
        (0.0, 1, 0.0),
        (0.2, 2, 0.5),
        (0.9, 1, 1.0),
    ]


def test_where_higher_is_safer_a_score_is_the_chance_of_a_negative() -> None:
    found = threshold_part(curve_of(LabelledScores.of([0.95, 0.05], [0, 1]), "safer"))["chances"]
    assert [(one["from"], one["found"]) for one in found["bins"]] == [(0.0, 0.0), (0.9, 1.0)]


# --- sections ---


def test_a_refit_has_its_sections_and_no_slider() -> None:
    page = report_as_html("Refit", {"refit": REFIT})
    ids = _ids(page)
    assert [one for one in ids if one in SECTIONS_OF_A_REFIT] == list(SECTIONS_OF_A_REFIT)
    assert "try" not in ids
    assert "counts" not in ids
    assert "Reduced: 1,000 of 2,000 points are drawn." in page
    assert "Equivalent: top-1 moved by -0.31 points" in page


@pytest.mark.parametrize(
    "name", ["tiers", "outcome_mix", "highlight", "flips", "baseline", "curve", "segments", "at_old"]
)
def test_a_refit_without_a_part_has_no_section_of_it(name: str) -> None:
    page = report_as_html("Refit", {"refit": {**REFIT, name: None}})
    _ids(page)
    assert "None" not in page.partition("<main>")[2].partition("<script>")[0]


def test_thresholds_that_collide_are_told_with_the_reason() -> None:
    page = report_as_html("Refit", {"refit": {**REFIT, "feasible": False, "why": "confident is below refer"}})
    assert "<strong>Take none: </strong>confident is below refer" in page


def test_a_guarantee_that_is_not_reached_says_what_it_takes() -> None:
    guarantee = {**REFIT["thresholds"]["confident"]["guarantee"], "n": None, "needed": 59}
    confident = {**REFIT["thresholds"]["confident"], "guarantee": guarantee, "taken": None}
    page = report_as_html("Refit", {"refit": {**REFIT, "thresholds": {"confident": confident}}})
    assert "An accuracy of 0.95 is not guaranteed: it takes 59 covered cases." in page


def test_a_drift_has_its_distances_bands_and_segments() -> None:
    page = report_as_html("Drift", {"drift": DRIFT})
    assert "drift-bins" in _ids(page)
    assert "some, as custom reads it" in page
    assert "+3.0" in page
    undefined = report_as_html("Drift", {"drift": {**DRIFT, "undefined": "there are no current cases"}})
    assert "No distance is defined: there are no current cases." in undefined


def test_nothing_makes_a_page_of_nothing() -> None:
    assert _ids(report_as_html("Nothing", {})) == []


def test_a_part_that_nobody_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="tunning"):
        report_as_html("x", {"tunning": {}})


# --- pieces ---


def test_texts_are_escaped_wherever_they_stand() -> None:
    bad = "</td><script>\"'&\x00\u202e\u2028"
    safe = "&lt;/td&gt;&lt;script&gt;&quot;&#x27;&amp;\\x00\\u202e\\u2028"
    assert element("p", bad, title=bad) == f'<p title="{safe}">{safe}</p>'
    assert table([bad], [[bad]], caption=bad).count(safe) == 4


@given(st.text())
def test_no_text_ends_the_block_of_data(text: str) -> None:
    inside = data_block("x", {"text": text}).removeprefix('<script type="application/json" id="x">')
    inside = inside.removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028\u2029")
    assert json.loads(inside) == {"text": text.encode("utf-8", "backslashreplace").decode()}


def test_half_of_a_surrogate_pair_is_no_trouble() -> None:
    assert "\\udc80" in data_block("x", "\udc80")
    report_as_html("\udc80", {}).encode()


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0, 1, ("0", "0.2", "0.4", "0.6", "0.8", "1")),
        (-7.5, 12, ("-10", "-5", "0", "5", "10", "15")),
        (0.5, 0.5, ("0.5", "0.6")),
        (0, 0, ("0", "0.2")),
        (0, 1234, ("0", "250", "500", "750", "1,000", "1,250")),
    ],
)
def test_axes_begin_and_end_at_round_numbers(low: float, high: float, marks: tuple[str, ...]) -> None:
    found = axis(low, high, "x")
    assert found.marks == marks
    assert found.low <= low
    assert found.high >= high


def test_a_measure_is_constant_up_to_its_threshold_and_has_gaps() -> None:
    x = y = Axis(0, 1, ("0", "1"), "")
    assert steps(x, y, [0.2, 0.5, None], [1.0, 0.5, None]) == "M0 0H200V500H500"
    assert steps(x, y, [0.2, 0.5, None], [None, 0.5, 0.5]) == "M200 500H500H1000"
    assert polyline(x, y, [(0, 0), (0, 0), (1, 0.5)]) == "M0 1000L1000 500"


def test_what_is_wanted_is_told_in_a_sentence() -> None:
    bounds: dict[str, Any] = {"at_least": {}, "confidence": 0.95}
    assert wanted({"capacity": 200, **bounds}) == "at most 200 cases flagged"
    assert wanted({"share": 0.13, **bounds}) == "a share of 0.13 of the cases flagged"
    assert wanted({"maximise": "fbeta", "beta": 2, **bounds}) == "the greatest F-beta (beta 2)"


def test_any_json_has_a_text() -> None:
    assert [value(one) for one in (True, None, 3, 0.25, {"top1": 1}, [1, 2], Html("<b>"))] == [
        *("yes", "\u2013", "3", "0.25", "top-1 1", "1, 2", "<b>"),
    ]
