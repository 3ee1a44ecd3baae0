"""The page of a threshold in its parts: what is kept of a long curve, and sections of what other commands print."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.measures import Cuts, LabelledScores, curve_of
from policy_engine.reporting.as_html import report_as_html, threshold_part
from policy_engine.reporting.as_html.markup import data_block, element, table
from policy_engine.reporting.as_html.plot import Axis, axis, polyline, steps
from policy_engine.reporting.as_html.thinning import hull_corners, kept_places
from policy_engine.reporting.as_html.words import wanted
from policy_engine.tuning import TierPlan, fit_tiers
from tests.support.class_scores import drawn_classes, first_test_failed
from tests.support.pages import DRIFT, PLAN, REFIT, refit_part

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
    equal = (
        "On the whole: as good as equal, within 1 percentage point either way (TOST, p &lt; 0.0001): top-1 of the same"
    )
    assert f"{equal} cases scored twice moved by +0.00" in page
    assert page.index("Accuracy of the tiers, before and now") < page.index(equal)


def _text(page: str) -> str:
    """Return the text of a page without its tags."""
    return unescape(re.sub(r"<[^>]*>", "", page.partition("<main>")[2].partition("<script>")[0]))


def _refit_page(*given: Any, **more: Any) -> str:  # noqa: ANN401 - of `refit_part`
    page = report_as_html("Refit", {"refit": refit_part(*given, **more)})
    _ids(page)
    return page


@pytest.mark.parametrize("name", ["flips", "baseline", "at_old"])
def test_a_refit_without_a_part_has_no_section_of_it(name: str) -> None:
    page = report_as_html("Refit", {"refit": {**REFIT, name: None}})
    assert name not in _ids(page)
    assert "None" not in _text(page)


def test_thresholds_that_collide_are_told_with_the_reason_and_nothing_is_taken() -> None:
    page = _refit_page(drawn_classes(), TierPlan(0.75, 0.9))
    assert "<strong>Take none: </strong>the tiers collide: the confident threshold, " in page
    assert not {"tiers", "mix", "highlight"} & set(_ids(page))
    assert "None" not in _text(page)
    assert "taken" not in _text(page).replace("guaranteedtaken", "")


def test_a_guarantee_is_told_with_its_test() -> None:
    scores = drawn_classes()
    tested = fit_tiers(scores, PLAN).confident.certified
    assert f"Guaranteed by an exact test: {tested.k} of {tested.n} covered cases right, lower" in _text(
        _refit_page(scores)
    )


@pytest.mark.parametrize("take", ["empirical", "guaranteed"])
def test_a_first_test_that_failed_guarantees_nothing(take: Any) -> None:  # noqa: ANN401 - one of two words
    page = _text(_refit_page(first_test_failed(), TierPlan(0.95, 0.13, take=take)))
    assert "Nothing is guaranteed: 51 of 59 covered cases right, p = 0.997 at a level of 0.05." in page
    assert "Guaranteed by" not in page
    nearly = first_test_failed(right=58)
    needed = fit_tiers(nearly, TierPlan(0.95, 0.13)).confident.certified.needed
    page = _text(_refit_page(nearly, TierPlan(0.95, 0.13, take=take)))
    assert f"at a level of 0.05; it takes {needed} covered cases at this share of errors." in page


def test_too_few_cases_to_test_say_how_many_it_takes() -> None:
    page = _text(_refit_page(drawn_classes(20)))
    assert "too few cases to test an accuracy of 0.95; it takes 59 covered cases at least." in page
    assert "it takes 59 covered cases at least, or a lower accuracy" in page


def test_what_is_taken_reads_back_as_the_same_number() -> None:
    scores = drawn_classes()
    plan = replace(PLAN, highlights=(0.123456789,))
    fit = fit_tiers(scores, plan)
    assert fit.cuts is not None
    page = _refit_page(scores, plan, old=Cuts(0.8200000001, 0.4))
    assert f"Take {fit.cuts.confident!r} and {fit.cuts.refer!r}" in _text(page)
    for number in (0.123456789, 0.8200000001, fit.confident.empirical, fit.confident.staying):
        assert f">{number!r}<" in page
    assert "labels shown above 0.123456789 (" in page


def test_what_was_wanted_is_what_was_asked_for() -> None:
    scores = drawn_classes()
    page = _text(_refit_page(scores, TierPlan(0.95, 0.13)))
    assert "Wanted: confident with an accuracy of 0.95, refer for 0.13 of the cases." in page
    page = _text(_refit_page(scores, PLAN))
    more = "labels shown above 0.2 or 0.25 (at least 1, at most 3), with a confidence of 0.95."
    assert f"refer for 0.13 of the cases, {more}" in page


def test_tiers_are_called_as_in_the_text_and_the_candidate_that_is_taken_is_marked() -> None:
    found = refit_part(drawn_classes(), PLAN, old=Cuts(0.8, 0.4), tiers=("accept", "suggest", "label"))
    page = report_as_html("Refit", {"refit": found})
    assert "confident" not in _text(page)
    for name in ("accept", "suggest"):
        assert f'<th scope="row">{name}</th><td class="number">0.' in page
    assert "suggest, the truth among three" in page
    assert page.count("<small> taken</small>") == 1
    assert f"{found['thresholds']['refer']['taken']!r}<small> taken</small>" in page
    assert "Who changes tiers" in page
    assert "cases would change tiers" in page


def test_the_rows_that_were_read_are_told_beside_the_cases_that_count() -> None:
    files = [
        {"file": name, "sha256": "", "rows": 2500, "baseline": name == "before.csv"} for name in ("a.csv", "before.csv")
    ]
    told = []
    for rows in (2500, 2000):
        files[0]["rows"] = rows
        told.append(
            _text(report_as_html("Refit", {"refit": REFIT, "provenance": {"data": files, "rows": rows + 2500}}))
        )
    assert "2,000 cases of 4 classes, of 2,500 rows that were read, count: the first is right for 70.2%" in told[0]
    assert "2,000 cases of 4 classes count: the first" in told[1]


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
