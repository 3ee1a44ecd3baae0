"""`report`: the page of a threshold, as a file. What a browser makes of it is in `test_report_page.py`."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.browser import opened_page, started_browser
from tests.support.commands import CASES, POLICIES, json_of, run, started

COLUMNS: Final = ("--score", "score", "--label", "label")
CREDIT: Final = ("report", CASES, *COLUMNS)
COSTS: Final = ("--minimise", "cost", "--fp-cost", "1", "--fn-cost", "5")
QUICK: Final = ("--bootstrap", "20")
ODD: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "one score": ("0.5,1\n0.5,0\n0.5,0\n", ("--maximise", "f1")),
    "no positive": ("0.5,0\n0.7,0\n", ("--maximise", "f1", "--by", "label")),
    "no negative": ("0.5,1\n0.7,1\n", ("--maximise", "recall")),
    "nothing satisfies": ("0.9,0\n0.7,1\n0.2,0\n", ("--min-precision", "0.9")),
    "logarithms": ("-7.5,0\n-1,1\n3.25,0\n12,1\n", ("--minimise", "cost", "--fp-cost", "2", "--fn-cost", "0")),
    "none is best": ("0.9,0\n0.7,0\n0.2,1\n", ("--minimise", "cost", "--fp-cost", "9", "--fn-cost", "1")),
    "safer": ("0.9,0\n0.7,0\n0.2,1\n0.3,1\n", ("--maximise", "mcc", "--higher-is", "safer", "--by", "label")),
    "room for few": ("0.9,1\n0.7,0\n0.2,1\n", ("--capacity", "2")),
    "a share": ("0.9,1\n0.7,0\n0.2,1\n", ("--share", "0.3", "--prevalence", "0.01")),
    "weighed": ("0.9,1\n0.7,0\n0.2,1\n", ("--min-recall", "0.5", "--weight", "score")),
    "one subject": ("0.9,1\n0.7,0\n0.2,1\n", ("--min-recall", "0.5", "--cluster", "label")),
    "tiny": ("1e-300,1\n2e-300,0\n", ("--maximise", "net_benefit")),
    "huge": ("1e300,1\n2e299,0\n-1e300,1\n", ("--maximise", "net_benefit")),
}


def _written(folder: Path, rows: str) -> Path:
    path = folder / "cases.csv"
    path.write_text(f"score,label\n{rows}", encoding="utf-8")
    return path


def _counts(page: str) -> Any:  # noqa: ANN401 - JSON
    found = re.search(r'<script type="application/json" id="counts">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def test_the_page_holds_what_tune_finds() -> None:
    page = run(*CREDIT, *COSTS, *QUICK, "--by", "sex").stdout
    tuned = json_of(run("tune", CASES, *COLUMNS, *COSTS, *QUICK, "--by", "sex", "--format", "json"))
    assert page.startswith("<!doctype html>")
    assert f"<strong>{tuned['empirical']['threshold']:g}</strong>" in page
    assert "the least cost, where flagging a case wrongly costs 1 and missing one costs 5" in page
    for name in ("tp", "fp", "fn", "tn"):
        assert f'<td class="number">{tuned["empirical"]["confusion"][name]:,}</td>' in page
    for one in tuned["segments"]:
        assert f'<td class="number">{one["adverse_impact_ratio"]:.3f}</td>' in page


def test_the_same_command_makes_the_same_page_and_so_does_tune(tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("one.html", "two.html", "three.html")]
    assert run(*CREDIT, *COSTS, *QUICK, "-o", names[0]).exit_code == 0
    assert run(*CREDIT, *COSTS, *QUICK, "-o", names[1]).exit_code == 0
    result = run("tune", CASES, *COLUMNS, *COSTS, *QUICK, "--report", names[2])
    assert "take 0.111397, the best on these cases" in result.stdout
    first, second, third = (one.read_bytes() for one in names)
    assert first == second == third


def test_with_a_policy_the_page_shows_its_bands_and_what_would_change(tmp_path: Path) -> None:
    policy = ("--policy", f"{POLICIES}/credit-default.yaml", "--band", "refer", "--at", "2026-06-01T00:00:00Z")
    before = (CASES.parents[2] / "policies" / "credit-default.yaml").read_bytes()
    page = run(*CREDIT, *policy, *QUICK).stdout
    assert "<title>credit-default: the threshold of refer</title>" in page
    assert '<span class="added">+version: 3\n</span>' in page
    assert [one["threshold"] for one in _counts(page)["bands"]] == [0.7, 0.1667, None]
    assert (CASES.parents[2] / "policies" / "credit-default.yaml").read_bytes() == before
    other = run("tune", CASES, *COLUMNS, *policy, *QUICK, "--format", "json", "--report", tmp_path / "page.html")
    assert json_of(other)["policy"]["why_not"] is None
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page


def test_an_override_has_bands_of_its_own() -> None:
    policy = ("--policy", f"{POLICIES}/credit-default.yaml", "--band", "refer", "--override", "students")
    page = run(*CREDIT, *policy, "--maximise", "f1", *QUICK).stdout
    assert [one["threshold"] for one in _counts(page)["bands"]] == [0.65, 0.15, None]


def test_a_policy_that_would_not_change_says_so(tmp_path: Path) -> None:
    policy = tmp_path / "credit-default.yaml"
    for name in ("catalog.yaml", "credit-default.yaml"):
        (tmp_path / name).write_bytes((CASES.parents[2] / "policies" / name).read_bytes())
    asked = (CASES, *COLUMNS, "--policy", policy, "--band", "refer", *QUICK)
    assert run("tune", *asked, "--write").exit_code == 0
    assert "The policy has this threshold already." in run("report", *asked).stdout
    none = run("report", CASES, *COLUMNS, "--policy", policy, "--band", "refer", "--min-precision", "0.99", *QUICK)
    assert "Nothing would be written: there is no threshold that has what is wanted." in none.stdout


def test_cases_that_were_held_out_are_named(tmp_path: Path) -> None:
    rows = CASES.read_text(encoding="utf-8").splitlines(keepends=True)
    for name, part in (("first.csv", rows[:601]), ("second.csv", [rows[0], *rows[601:]])):
        (tmp_path / name).write_text("".join(part), encoding="utf-8")
    page = run("report", tmp_path / "first.csv", *COLUMNS, *COSTS, *QUICK, "--holdout", tmp_path / "second.csv").stdout
    assert "Elsewhere: on cases that were held out." in page
    assert "600 rows" in page
    assert page.count("second.csv") == 2


def test_the_page_is_utf_8_whatever_the_terminal_reads() -> None:
    page = started(*CREDIT, *COSTS, *QUICK, "--title", "Gr\u00f6\u00dfe \u2013", PYTHONIOENCODING="latin-1").stdout
    assert "<h1>Gr\u00f6\u00dfe \u2013</h1>" in page.decode("utf-8")


def test_where_it_comes_from_is_said() -> None:
    page = run(*CREDIT, *COSTS, *QUICK, "--title", "On <us>").stdout
    assert "<h1>On &lt;us&gt;</h1>" in page
    command = f"policy-engine report {CASES} --score score --label label"
    assert command in page
    assert re.search(r'<code class="digest">[0-9a-f]{64}</code>', page)
    assert "1,000 rows. python 3." in page


def test_a_file_that_is_read_is_not_written_over(tmp_path: Path) -> None:
    cases = _written(tmp_path, ODD["a share"][0])
    for command, flag in (("report", "--output"), ("tune", "--report")):
        result = run(command, cases, *COLUMNS, *COSTS, flag, cases)
        assert result.exit_code == 2
        assert f"{flag} is a file that is read: `{cases}` would be lost" in result.stderr
    both = run("tune", cases, *COLUMNS, *COSTS, "--report", tmp_path / "x", "--output", tmp_path / "x")
    assert "--output and --report are one file: one of the two would be lost" in both.stderr
    assert not (tmp_path / "x").exists()


def test_what_does_not_go_together_is_refused_as_tune_refuses_it() -> None:
    assert "what is the threshold chosen for? Say it by --maximise f1" in run(*CREDIT).stderr
    assert "--band goes with --policy" in run(*CREDIT, *COSTS, "--band", "refer").stderr


def test_pictures_are_the_same_each_time(tmp_path: Path) -> None:
    bound = ("--min-precision", "0.6", "--start-flagged", "100")
    for name in ("one", "two"):
        result = run(*CREDIT, *bound, *QUICK, "-o", tmp_path / "page.html", "--plots", tmp_path / name)
        assert result.exit_code == 0, result.stderr
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    kinds = ("costs", "measures", "precision_recall", "roc", "scores")
    assert names == sorted(f"{kind}.{form}" for kind in kinds for form in ("png", "svg"))
    for name in names:
        content = (tmp_path / "one" / name).read_bytes()
        assert content == (tmp_path / "two" / name).read_bytes()
        assert content.startswith(b"\x89PNG" if name.endswith("png") else b"<?xml")


def test_pictures_need_matplotlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("policy_engine.cli._plots.find_spec", lambda _: None)
    result = run(*CREDIT, *COSTS, "--plots", tmp_path)
    assert result.exit_code == 2
    assert "pip install 'policy-engine[plots]'" in result.stderr


def test_a_picture_does_not_take_the_place_of_the_cases(tmp_path: Path) -> None:
    cases = _written(tmp_path, ODD["a share"][0]).rename(tmp_path / "roc.svg")
    result = run("report", cases, *COLUMNS, *COSTS, "--input-format", "csv", "-o", tmp_path / "x", "--plots", tmp_path)
    assert f"--plots is a file that is read: `{cases}` would be lost" in result.stderr
    assert cases.read_text(encoding="utf-8").startswith("score,label")


def test_cases_that_get_their_threshold_elsewhere_are_counted() -> None:
    result = run(*CREDIT, "--policy", f"{POLICIES}/credit-default.yaml", "--band", "refer", *QUICK)
    told = "284 of 1,000 cases get their threshold from elsewhere in the policy, and do not count"
    assert told in result.stderr
    assert "284 more get their threshold from elsewhere in the policy, and do not count." in result.stdout


def test_scores_that_no_axis_has_room_for_are_refused(tmp_path: Path) -> None:
    cases = _written(tmp_path, "-5,0\n1e308,1\n-1e308,0\n")
    result = started("report", cases, *COLUMNS, "--maximise", "f1")
    assert (result.returncode, b"a page draws scores that lie up to 1e+307 apart" in result.stderr) == (2, True)
    assert b"Warning" not in result.stderr


def test_every_file_is_in_order_before_any_is_written(tmp_path: Path) -> None:
    cases = _written(tmp_path, ODD["a share"][0]).rename(tmp_path / "roc.svg")
    page = tmp_path / "page.html"
    result = run("report", cases, *COLUMNS, *COSTS, "--input-format", "csv", "-o", page, "--plots", tmp_path)
    assert (result.exit_code, page.exists()) == (2, False)


def test_pictures_of_one_class_have_no_empty_legend(tmp_path: Path) -> None:
    cases = _written(tmp_path, "0.1,0\n0.2,0\n")
    given = ("--positive", "1", "--maximise", "f1", *QUICK, "-o", tmp_path / "page.html", "--plots", tmp_path / "plots")
    done = started("report", cases, *COLUMNS, *given)
    assert (done.returncode, b"Warning" in done.stderr) == (0, False)
    assert len(list((tmp_path / "plots").iterdir())) == 10


@pytest.mark.parametrize(
    ("word", "bands"),
    [("never", ["refer", "approve"]), ("always", ["decline"]), ("0.75", ["decline", "refer", "approve"])],
)
def test_an_override_may_empty_bands(tmp_path: Path, word: str, bands: list[str]) -> None:
    before, _, rest = Path(POLICIES, "credit-default.yaml").read_text(encoding="utf-8").partition("overrides:")
    own = f"{{id: new-cars, when: {{purpose: car (new)}}, thresholds: {{decline: {word}, refer: 0.15}}, because: so}}"
    after = rest.partition("\nobjective:")[2].partition("\ntests:")[0]
    policy = tmp_path / "credit-default.yaml"
    policy.write_text(f"{before}overrides: [{own}]\nobjective:{after}\n", encoding="utf-8")
    shutil.copy(f"{POLICIES}/catalog.yaml", tmp_path)
    result = run(*CREDIT, "--policy", policy, "--band", "refer", "--override", "new-cars", *QUICK)
    assert result.exit_code == 0, result.stderr
    table = result.stdout.partition('<section id="bands">')[2].partition("</section>")[0]
    assert re.findall(r'<th scope="row">(?:<b>)?(\w+)', table) == bands


@pytest.fixture(scope="module")
def odd_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a page for each kind of odd cases."""
    found = {}
    for name, (rows, options) in ODD.items():
        folder = tmp_path_factory.mktemp("odd")
        result = run("report", _written(folder, rows), *COLUMNS, *options, *QUICK, "-o", folder / "page.html")
        assert result.exit_code == 0, (name, result.stderr)
        found[name] = folder / "page.html"
    return found


@pytest.mark.parametrize("name", ODD)
def test_odd_cases_have_a_page_without_numbers_that_are_none(odd_pages: dict[str, Path], name: str) -> None:
    page = odd_pages[name].read_text(encoding="utf-8")
    assert not re.search(r"\b(nan|inf|NaN|Infinity|None)\b", page.partition("<main>")[2].partition("<script>")[0])


def test_odd_cases_are_no_trouble_to_a_browser(odd_pages: dict[str, Path]) -> None:
    with started_browser() as browser:
        for name, path in odd_pages.items():
            with opened_page(browser, path) as opened:
                opened.page.evaluate(MOVE)
                assert opened.complaints == [], name
                assert "NaN" not in opened.page.locator("body").inner_text(), name


MOVE: Final = """() => {
    const slider = document.getElementById("threshold");
    for (const place of ["0", "1", slider.max]) {
        slider.value = place;
        slider.dispatchEvent(new Event("input"));
    }
}"""
