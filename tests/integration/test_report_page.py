"""The page of `report`, opened in a real browser: what it counts, what it asks for, and how it looks."""

from __future__ import annotations

import csv
import json
import re
import shutil
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

from policy_engine.reporting.as_html import report_as_html
from policy_engine.reporting.as_html.figures import DASH
from tests.support.browser import Opened, opened_page, started_browser
from tests.support.class_scores import drawn_classes
from tests.support.commands import CASES, POLICIES, json_of, run
from tests.support.pages import DRIFT, REFIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser

COLUMNS: Final = ("--score", "score", "--label", "label")
COSTS: Final = ("--minimise", "cost", "--fp-cost", "1", "--fn-cost", "5")
BOUND: Final = ("--min-precision", "0.6", "--start-flagged", "100")
QUICK: Final = ("--bootstrap", "20")
SHOWN: Final = ("tp", "fp", "fn", "tn", "precision", "recall", "f1", "flagged_share")
HOSTILE: Final = "</script><img src=x onerror=\"alert('x')\">'&\u2028\u202e"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started_browser() as found:
        yield found


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the credit cases, with everything that one file of cases can have."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    asked = ("--by", "sex,age_band", "--prevalence", "0.1", "--label-noise", "0.07:0.16")
    result = run("report", CASES, *COLUMNS, *BOUND, *QUICK, *asked, "-o", path)
    assert result.exit_code == 0, result.stderr
    return path


@pytest.fixture
def opened(browser: Browser, page_file: Path) -> Iterator[Opened]:
    with opened_page(browser, page_file, viewport={"width": 1280, "height": 900}) as found:
        yield found


@pytest.fixture(scope="module")
def swept() -> Mapping[float | None, Mapping[str, Any]]:
    """Return what `sweep` says of every threshold."""
    found = json_of(run("sweep", CASES, *COLUMNS, "--format", "json"))
    return {one["threshold"]: one for one in found["curve"]}


def _shown(opened: Opened) -> dict[str, float | None]:
    return {name: opened.value(f"at-{name}") for name in SHOWN}


def _said(row: Mapping[str, Any]) -> dict[str, float | None]:
    return {name: row[name] for name in SHOWN}


def test_the_slider_moved_by_keys_shows_what_sweep_says(
    opened: Opened, swept: Mapping[float | None, Mapping[str, Any]]
) -> None:
    rising = sorted(one for one in swept if one is not None)
    slider = opened.page.locator("#threshold")
    slider.focus()
    slider.press("Home")
    for key, place in (("", 0), ("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("ArrowRight", 2)):
        if key:
            slider.press(key)
        assert opened.value("says") == rising[place]
        assert _shown(opened) == _said(swept[rising[place]])
    slider.press("PageUp")
    assert (opened.value("says") or 0) > rising[50]
    assert _shown(opened) == _said(swept[opened.value("says")])
    slider.press("End")
    assert opened.page.locator("#says").text_content() == "none: 0 of 1,000 flagged"
    assert _shown(opened) == _said(swept[None])
    slider.press("ArrowLeft")
    assert _shown(opened) == _said(swept[rising[-1]])
    assert slider.get_attribute("aria-valuetext") == f"threshold {rising[-1]:g}, 1 of 1,000 flagged"


def test_the_slider_moved_by_mouse_shows_what_sweep_says(
    opened: Opened, swept: Mapping[float | None, Mapping[str, Any]]
) -> None:
    seen = set()
    for selector in ("#threshold", "#measures svg[data-follows]", "#costs svg[data-follows]"):
        opened.page.locator(selector).scroll_into_view_if_needed()
        box = opened.page.locator(selector).bounding_box()
        assert box is not None
        opened.page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
        opened.page.mouse.down()
        for part in (0.3, 0.61):
            opened.page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
            seen.add(opened.value("says"))
            assert _shown(opened) == _said(swept[opened.value("says")])
        opened.page.mouse.up()
    assert len(seen) >= 4


def test_every_threshold_that_is_kept_counts_as_in_the_sweep(
    opened: Opened, swept: Mapping[float | None, Mapping[str, Any]]
) -> None:
    found = opened.page.evaluate(
        """(names) => {
            const slider = document.getElementById("threshold"), rows = [];
            for (let at = 0; at <= Number(slider.max); at += 1) {
                slider.value = String(at);
                slider.dispatchEvent(new Event("input"));
                rows.push(["says", ...names].map((name) =>
                    document.getElementById(name === "says" ? name : "at-" + name).dataset.value));
            }
            return rows;
        }""",
        list(SHOWN),
    )
    told = [[float(one) if one else None for one in row] for row in found]
    expected = [[one, *_said(swept[one]).values()] for one in sorted(one for one in swept if one is not None)]
    assert told == [*expected, [None, *_said(swept[None]).values()]]


def test_a_number_that_is_typed_takes_the_threshold_that_flags_the_same(
    opened: Opened, swept: Mapping[float | None, Mapping[str, Any]]
) -> None:
    opened.page.locator("#typed").fill("0.5")
    assert opened.value("says") == min(one for one in swept if one is not None and one >= 0.5)
    opened.page.locator("#typed").fill("7")
    assert opened.page.locator("#at-precision").text_content() == "\u2013"
    assert opened.page.locator("#why-precision").inner_text() == "nothing is flagged"


def test_other_costs_have_the_least_that_tune_finds(opened: Opened) -> None:
    for wrongly, missed in (("1", "5"), ("3", "1"), ("0", "1")):
        costs = ("--minimise", "cost", "--fp-cost", wrongly, "--fn-cost", missed)
        best = json_of(run("tune", CASES, *COLUMNS, *costs, "--bootstrap", "0", "--format", "json"))["empirical"]
        opened.page.locator("#false_positive").fill(wrongly)
        opened.page.locator("#false_negative").fill(missed)
        assert opened.value("least") == best["value"]
        opened.page.get_by_role("button", name="least cost").click()
        assert opened.value("says") == best["threshold"]
        assert opened.value("at-cost") == best["value"]


def test_segments_follow_the_slider(opened: Opened) -> None:
    opened.page.locator("#typed").fill("0.3")
    rows = [line.split(",") for line in CASES.read_text(encoding="utf-8").splitlines()]
    names = {name: rows[0].index(name) for name in ("sex", "age_band", "score")}
    for sex, age in (("female", "26_plus"), ("male", "under_26")):
        own = [row for row in rows[1:] if (row[names["sex"]], row[names["age_band"]]) == (sex, age)]
        flagged = sum(float(row[names["score"]]) >= 0.3 for row in own) / len(own)
        row = opened.page.locator("#segments tbody tr").filter(has_text=re.compile(f"^{sex}{age}"))
        cell = row.locator("td").nth(3)
        assert float(cell.get_attribute("data-value") or "") == flagged
        assert cell.text_content() == f"{flagged:.1%}"


def test_the_bands_of_a_policy_follow_the_slider(browser: Browser, tmp_path: Path) -> None:
    policy = ("--policy", f"{POLICIES}/credit-default.yaml", "--band", "refer")
    assert run("report", CASES, *COLUMNS, *policy, *QUICK, "-o", tmp_path / "page.html").exit_code == 0
    with opened_page(browser, tmp_path / "page.html") as opened:
        opened.page.locator("#typed").fill("0.3")
        cells = opened.page.locator("#bands tbody tr")
        texts = [row.inner_text().split() for row in cells.all()]
        assert [row[0] for row in texts] == ["decline", "refer", "approve"]
        assert [row[1] for row in texts] == ["0.7", opened.page.locator("#says").inner_text().split(":")[0], "the"]
        many = [float(row.locator("td").nth(1).get_attribute("data-value") or "") for row in cells.all()]
        assert sum(many) == 716
        assert many[0] == 32
        assert many[0] + many[1] == (opened.value("at-tp") or 0) + (opened.value("at-fp") or 0)
        assert "+  - {name: refer, at_least: 0.193763" in opened.page.locator("#policy pre").inner_text()
        assert opened.complaints == []


def _bands(opened: Opened) -> list[tuple[str, float]]:
    """Return what each band begins with, and how many cases it has."""
    rows = [row.locator("td") for row in opened.page.locator("#bands tbody tr").all()]
    return [(cells.nth(0).inner_text(), float(cells.nth(1).get_attribute("data-value") or "")) for cells in rows]


def test_the_other_bands_of_a_policy_can_be_moved_and_put_back(browser: Browser, tmp_path: Path) -> None:
    policy = ("--policy", f"{POLICIES}/credit-default.yaml", "--band", "refer")
    assert run("report", CASES, *COLUMNS, *policy, *QUICK, "-o", tmp_path / "page.html").exit_code == 0
    with opened_page(browser, tmp_path / "page.html") as opened:
        page = opened.page
        page.locator("#typed").fill("0.3")
        typed, slide, says = page.locator("#band-0"), page.locator("#band-0-slide"), page.locator("#bands-at")
        before = _bands(opened)
        assert (typed.input_value(), before[0]) == ("0.7", ("0.7", 32))
        typed.fill("0.5")
        (first, many), (_, of_refer), (_, of_rest) = _bands(opened)
        assert float(first) >= 0.5
        assert many > 32
        assert (many + of_refer, of_rest) == (before[0][1] + before[1][1], before[2][1])
        assert says.inner_text().endswith("and those set above:")
        slide.press("ArrowRight")
        assert _bands(opened)[0][1] == many - 1
        assert slide.get_attribute("aria-valuetext") == f"threshold {_bands(opened)[0][0]}"
        assert float(typed.input_value()) == pytest.approx(float(_bands(opened)[0][0]), abs=1e-6)
        # Of two that cross, the one above has the cases
        typed.fill("0.1")
        assert [one[1] for one in _bands(opened)][1] == 0
        assert sum(one[1] for one in _bands(opened)) == 716
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("#bands tbody tr").first.inner_text().split()[:3] == ["decline", "0.7", "32"]
        assert says.inner_text() == "At the threshold to take, 0.193763, and those that the policy has:"
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert _bands(opened)[1][1] == 0
        page.get_by_role("button", name="as the policy has them").click()
        assert _bands(opened) == before
        assert (typed.input_value(), says.inner_text()[-28:]) == ("0.7", "and those that the policy has:"[-28:])
        assert opened.complaints == []


def test_only_segments_that_have_the_threshold_follow_the_slider(browser: Browser, tmp_path: Path) -> None:
    policy = ("--policy", f"{POLICIES}/credit-default.yaml", "--band", "refer", "--by", "sex")
    assert run("report", CASES, *COLUMNS, *policy, *QUICK, "-o", tmp_path / "page.html").exit_code == 0
    with opened_page(browser, tmp_path / "page.html") as opened:
        rows = opened.page.locator("#segments tbody tr")

        def shown() -> list[tuple[str, str]]:
            texts = [row.locator("th, td").all_inner_texts() for row in rows.all()]
            return [(text[0], text[4]) for text in texts]

        assert {name: flagged for name, flagged in shown() if name != "base"} == {"new-cars": DASH, "students": DASH}
        opened.page.locator("#threshold").press("Home")
        assert {flagged for name, flagged in shown() if name == "base"} == {"100.0%"}
        assert {flagged for name, flagged in shown() if name != "base"} == {DASH}
        assert opened.complaints == []


def test_of_many_segments_none_follows_the_slider(browser: Browser, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    rows = [f"{one:.3f},{int(rng.random() < one)},s{place % 25}" for place, one in enumerate(rng.random(500))]
    data = tmp_path / "scored.csv"
    data.write_text("\n".join(["score,label,site", *rows, ""]), encoding="utf-8")
    for sites, follows in ((25, False), (24, True)):
        text = "".join(line for line in data.read_text().splitlines(keepends=True) if sites == 25 or "s24" not in line)
        (tmp_path / f"{sites}.csv").write_text(text, encoding="utf-8")
        page = tmp_path / f"{sites}.html"
        shown = ("--by", "site", "--maximise", "f1", *QUICK, "-o", page)
        assert run("report", tmp_path / f"{sites}.csv", *COLUMNS, *shown).exit_code == 0
        with opened_page(browser, page) as opened:
            table = opened.page.locator("#segments")
            before = table.inner_text()
            opened.page.locator("#threshold").press("Home")
            assert (table.inner_text() != before) == follows
            assert table.inner_text().count("100.0%") >= 24 * follows
            assert ("At the threshold to take, " in table.inner_text()) != follows


def test_the_script_rounds_as_the_page_does(browser: Browser, tmp_path: Path) -> None:
    # Sixteen positives: recall is n / 16, whose fourth digit is a 5 that nobody may round in two ways
    rows = [f"{(place + 1) / 40},{int(place % 2)}" for place in range(32)]
    data = tmp_path / "scored.csv"
    data.write_text("\n".join(["score,label", *rows, ""]), encoding="utf-8")
    for many in (3, 5, 10, 21):
        page = tmp_path / "page.html"
        assert run("report", data, *COLUMNS, "--capacity", str(many), *QUICK, "-o", page).exit_code == 0
        with opened_page(browser, page) as opened:
            cards = opened.page.locator("#verdict .cards > div").all()
            stated = {one.locator("dt").inner_text(): one.locator("dd").inner_text() for one in cards}
            for name in ("precision", "recall", "flagged_share"):
                said = stated[name.replace("_", " ")].partition("\n")[0]
                assert opened.page.locator(f"#at-{name}").inner_text() == said


def test_costs_are_the_same_text_before_and_after_the_script(browser: Browser, tmp_path: Path) -> None:
    for wrongly, missed in (("1", "5"), ("0.37", "12.5"), ("1234.5", "98765.4321"), ("0.00371", "0.0042")):
        costs = ("--minimise", "cost", "--fp-cost", wrongly, "--fn-cost", missed)
        page = tmp_path / "page.html"
        assert run("report", CASES, *COLUMNS, *costs, *QUICK, "-o", page).exit_code == 0
        still = re.search(r'id="cost-note">([^<]*)<', page.read_text(encoding="utf-8"))
        marks = re.search(r'id="costs".*?class="marks-y"[^>]*>(.*?)</div>', page.read_text(encoding="utf-8"))
        assert still is not None
        assert marks is not None
        with opened_page(browser, page) as opened:
            assert opened.page.locator("#cost-note").text_content() == still[1]
            live = opened.page.locator("#costs .marks-y span").all_inner_texts()
            assert live == re.findall(r"<span>(.*?)</span>", marks[1])


@pytest.mark.parametrize("text", ["1e308", "-10", "", "1e13"])
def test_what_is_no_cost_is_told_and_the_one_before_stays(opened: Opened, text: str) -> None:
    typed, told = opened.page.locator("#false_negative"), opened.page.locator("#no-cost")
    typed.fill("7")
    least = opened.page.locator("#least").inner_text()
    typed.fill(text)
    assert opened.page.locator("#least").inner_text() == least
    assert told.inner_text() == "A cost is a number from 0 to 1,000,000,000,000: the one before stays."
    assert typed.get_attribute("aria-invalid") == "true"
    typed.fill("7.5")
    assert (told.inner_text(), typed.get_attribute("aria-invalid")) == ("", "false")
    assert opened.complaints == []


def test_a_long_name_of_a_segment_leaves_room_for_its_numbers(browser: Browser, tmp_path: Path) -> None:
    rows = [f"{one / 40},{int(one % 2)},{'x' * 300 if one % 3 else 'y'}" for one in range(40)]
    data = tmp_path / "scored.csv"
    data.write_text("\n".join(["score,label,site", *rows, ""]), encoding="utf-8")
    page = tmp_path / "page.html"
    assert run("report", data, *COLUMNS, "--by", "site", "--maximise", "f1", *QUICK, "-o", page).exit_code == 0
    for width, most in ((1280, 330), (360, 170)):
        with opened_page(browser, page, viewport={"width": width, "height": 740}) as opened:
            box = opened.page.locator("#segments tbody th").first.bounding_box()
            assert box is not None
            assert box["width"] <= most
            assert opened.page.evaluate("document.documentElement.scrollWidth") == width


def test_on_paper_stands_what_was_written(browser: Browser, page_file: Path) -> None:
    with opened_page(browser, page_file, java_script_enabled=False) as still:
        written = still.page.locator("#segments").inner_text()
    with opened_page(browser, page_file) as opened:
        opened.page.locator("#threshold").press("Home")
        moved = opened.page.locator("#segments").inner_text()
        assert moved != written
        opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert opened.page.locator("#segments").inner_text() == written
        opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert opened.page.locator("#segments").inner_text() == moved


def test_nothing_leaves_the_page_and_nothing_goes_wrong_on_it(opened: Opened) -> None:
    opened.page.locator("#threshold").press("Home")
    opened.page.get_by_role("button", name="guaranteed").click()
    opened.page.emulate_media(media="print", color_scheme="dark")
    opened.page.wait_for_timeout(50)
    assert [re.sub(r".*/", "", one) for one in opened.asked] == ["report.html"]
    assert opened.complaints == []
    blocked = opened.page.evaluate(
        """async () => {
            const refused = [];
            document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
            document.body.insertAdjacentHTML("beforeend", "<img src='https://example.org/x.png'><b style='color:red'>");
            document.body.append(Object.assign(document.createElement("script"), { text: "window.ran = 1" }));
            await fetch("https://example.org/x").catch(() => 0);
            await new Promise((done) => setTimeout(done, 50));
            return [window.ran ?? 0, ...refused.sort()];
        }"""
    )
    assert blocked == [0, "connect-src", "img-src", "script-src-elem", "style-src-attr"]
    assert len(opened.asked) == 1


def test_hostile_texts_stay_texts(browser: Browser, tmp_path: Path) -> None:
    rows = ["score,label,who", *(f'0.{place},{place % 2},"{_quoted(place)}"' for place in range(10, 40))]
    (tmp_path / "cases.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    label = ("--score", "score", "--label", "label", "--by", "who")
    path = tmp_path / "page.html"
    result = run("report", tmp_path / "cases.csv", *label, "--maximise", "f1", *QUICK, "--title", HOSTILE, "-o", path)
    assert result.exit_code == 0, result.stderr
    with opened_page(browser, path) as opened:
        opened.page.locator("#typed").fill("0.2")
        assert opened.page.locator("img").count() == 0
        assert opened.page.locator("script").count() == 2
        told = HOSTILE.replace("\u2028", "\\u2028").replace("\u202e", "\\u202e")
        assert opened.page.locator("h1").text_content() == told
        assert told in (opened.page.locator("#segments").text_content() or "")
        assert opened.complaints == []
        assert len(opened.asked) == 1


def test_texts_of_a_refit_and_a_drift_stay_texts_too(browser: Browser, tmp_path: Path) -> None:
    parts = json.dumps({"refit": REFIT, "drift": DRIFT, "provenance": {"command": "refit", "data": [], "packages": {}}})
    for name in ("possible", "p_water", "north", "sex"):
        parts = parts.replace(f'"{name}"', json.dumps(HOSTILE))
    (tmp_path / "page.html").write_text(report_as_html(HOSTILE, json.loads(parts)), encoding="utf-8")
    with opened_page(browser, tmp_path / "page.html", viewport={"width": 360, "height": 740}) as opened:
        assert opened.page.locator("img").count() == 0
        assert opened.page.locator("script").count() == 1
        for section in ("tiers", "flips", "baseline", "drift"):
            assert "<img src=x" in opened.page.locator(f"#{section}").inner_text()
        assert opened.complaints == []
        assert len(opened.asked) == 1
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_real_refit_with_hostile_classes_opens_in_peace_on_a_telephone(browser: Browser, tmp_path: Path) -> None:
    classes = [HOSTILE.replace("\u2028", "").replace("\u202e", ""), "<b>grey</b>", "red & rot"]
    for name in ("catalog", "satellite-labelling"):
        shutil.copy(f"{POLICIES}/{name}.yaml", tmp_path)
    policy = tmp_path / "satellite-labelling.yaml"
    text = policy.read_text(encoding="utf-8").partition("tests:")[0]
    before, rest = text.split("  labels:")
    policy.write_text(f"{before}  labels: {json.dumps(classes)}\n  signal:{rest.partition('  signal:')[2]}", "utf-8")
    scores = drawn_classes(600)
    scores = scores.where(scores.labels < len(classes))
    for name in ("now.csv", "before.csv"):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(
                ["id", "label", *(f"p_{one}" for one in classes), *([HOSTILE] if name == "before.csv" else [])]
            )
            for at, (label, row) in enumerate(zip(scores.labels, scores.scores[:, : len(classes)], strict=True)):
                table.writerow([at, classes[label], *row.tolist(), *([1] if name == "before.csv" else [])])
    asked = ("--label", "label", "--class-prefix", "p_", "--confident-accuracy", "0.9", "--refer-share", "0.13")
    more = ("--policy", policy, "--baseline", tmp_path / "before.csv", "--id", "id", "--by", "label")
    result = run("refit", tmp_path / "now.csv", *asked, *more, "--confidence", "0.5", "--output-dir", tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    with opened_page(browser, tmp_path / "out" / "report.html", viewport={"width": 360, "height": 740}) as opened:
        assert opened.page.locator("img").count() == 0
        assert opened.page.locator("script").count() == 1
        for section in ("tiers-by-segment", "baseline"):
            assert "<img src=x" in opened.page.locator(f"#{section}").inner_text()
        assert "<b>grey</b>" in opened.page.locator("#tiers-by-segment").inner_text()
        taken = json_of(
            run("refit", tmp_path / "now.csv", *asked, *more[:2], "--confidence", "0.5", "--format", "json")
        )
        cuts = [repr(one["taken"]) for one in taken["thresholds"].values()]
        assert f"Take {' and '.join(cuts)}" in (opened.page.locator("#thresholds .take").text_content() or "")
        assert "accept" in opened.page.locator("#thresholds table").inner_text()
        assert opened.complaints == []
        assert len(opened.asked) == 1
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 360


def _quoted(place: int) -> str:
    return HOSTILE.replace('"', '""') if place % 3 else "plain"


def test_texts_can_be_read_in_light_and_dark_and_on_paper(browser: Browser, page_file: Path) -> None:
    papers = []
    with opened_page(browser, page_file) as opened:
        for settings in SETTINGS:
            opened.page.emulate_media(**settings)
            found = opened.page.evaluate(CONTRAST)
            assert found["least"] >= 4.5, (settings, found)
            papers.append(found["paper"])
    assert papers[0] == papers[2] == "rgb(255, 255, 255)"
    assert papers[1] != papers[0]


SETTINGS: Final[tuple[dict[str, Any], ...]] = (
    {"media": "screen", "color_scheme": "light"},
    {"media": "screen", "color_scheme": "dark"},
    {"media": "print", "color_scheme": "dark"},
)

CONTRAST: Final = """() => {
    const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = (color) => {
        const [r, g, b] = numbers(color).slice(0, 3).map((one) => one / 255)
            .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const color = getComputedStyle(at).backgroundColor;
            if (numbers(color)[3] !== 0) return color;
        }
        return "rgb(255, 255, 255)";
    };
    let least = 99, where = "";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!node.textContent.trim() || !element.getClientRects().length) continue;
        const pair = [light(getComputedStyle(element).color), light(behind(element))].sort();
        const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        if (ratio < least) [least, where] = [ratio, node.textContent];
    }
    return { least, where, paper: getComputedStyle(document.body).backgroundColor };
}"""


def test_it_fits_a_telephone_and_what_is_wide_scrolls_by_itself(browser: Browser, page_file: Path) -> None:
    with opened_page(browser, page_file, viewport={"width": 360, "height": 740}) as opened:
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 360
        assert (
            opened.page.evaluate(
                "Math.min(...[...document.querySelectorAll('p, td, th, li, span')]"
                ".map((one) => parseFloat(getComputedStyle(one).fontSize)))"
            )
            >= 12
        )
        assert opened.page.locator("#threshold").bounding_box() is not None


def test_on_paper_there_is_no_slider_and_the_choice_to_take_is_shown(browser: Browser, page_file: Path) -> None:
    with opened_page(browser, page_file) as opened:
        opened.page.locator("#threshold").press("Home")
        opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        opened.page.emulate_media(media="print")
        assert not opened.page.locator("#threshold").is_visible()
        assert opened.page.locator("#measures svg").first.is_visible()
        taken = opened.page.locator(".take strong").inner_text()
        assert taken in opened.page.locator("#segments-at").inner_text()
        assert opened.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_without_a_script_tables_and_curves_are_there(browser: Browser, page_file: Path) -> None:
    with opened_page(browser, page_file, java_script_enabled=False) as opened:
        assert "needs a script" in opened.page.locator("#try").inner_text()
        assert not opened.page.locator("#threshold").is_visible()
        assert opened.page.locator("#verdict table").is_visible()
        assert opened.page.locator("#measures svg path.precision").first.is_visible()


def test_a_hundred_times_the_rows_make_no_larger_page(browser: Browser, tmp_path: Path) -> None:
    sizes = {}
    for many in (1_000, 100_000):
        rng = np.random.default_rng(5)
        is_positive = rng.random(many) < 0.3
        scores = np.where(is_positive, rng.beta(6, 2, many), rng.beta(2, 5, many))
        cases, path = tmp_path / f"{many}.csv", tmp_path / f"{many}.html"
        pairs = zip(scores.tolist(), is_positive.tolist(), strict=True)
        cases.write_text("score,label\n" + "".join(f"{score!r},{int(one)}\n" for score, one in pairs))
        assert run("report", cases, *COLUMNS, *COSTS, "--bootstrap", "0", "-o", path).exit_code == 0
        sizes[many] = path.stat().st_size
    assert sizes[100_000] < 1.5 * sizes[1_000]
    best = json_of(run("tune", tmp_path / "100000.csv", *COLUMNS, *COSTS, "--bootstrap", "0", "--format", "json"))
    with opened_page(browser, tmp_path / "100000.html") as opened:
        assert "Of 100,001 thresholds this page keeps" in opened.page.locator("#try").inner_text()
        assert opened.value("says") == best["empirical"]["threshold"]
        assert opened.value("least") == best["empirical"]["value"]
        assert {name: opened.value(f"at-{name}") for name in ("tp", "fp", "fn", "tn")} == best["empirical"]["confusion"]


def test_the_page_allows_its_own_style_and_script_alone(page_file: Path) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page_file.read_text(encoding="utf-8"))
    assert policy is not None
    allowed = dict(one.split(" ", 1) for one in policy[1].split("; "))
    assert allowed["default-src"] == "'none'"
    for name in ("style-src", "script-src"):
        assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", allowed[name])
