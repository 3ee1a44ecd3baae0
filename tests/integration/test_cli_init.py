"""`init`: a new policy is in order from the start, whatever it is made from, and nothing is overwritten."""

from __future__ import annotations

from datetime import UTC, datetime
from errno import ENOSPC
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine import Engine
from policy_engine.cli._template import policy_text
from policy_engine.cli._wanted import KINDS, BandWanted, Variable, Wanted, bands_of
from policy_engine.loader import read_document
from policy_engine.model import Policy
from tests.support.commands import run
from tests.support.policies import checked

if TYPE_CHECKING:
    from click.testing import Result

DERM = ("TIER_CONFIDENT_THRESHOLD=0.815", "TIER_REFER_THRESHOLD=0.433", "POSSIBLE_ITEM_THRESHOLD=0.25")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(*args: str, **env: str) -> Result:
    """Run `init`, and see that it said what it wrote and that this is in order."""
    result = run("init", *args, **env)
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    validated = run("validate", "--strict")
    assert (validated.exit_code, validated.stdout) == (0, ""), validated.stdout
    return result


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("higher_is", ["riskier", "safer"])
def test_every_kind_is_in_order_at_once_and_its_tests_pass(kind: str, higher_is: str) -> None:
    result = init("new-case", "--kind", kind, "--higher-is", higher_is)
    assert result.stderr == "wrote policies/catalog.yaml\nwrote policies/new-case.yaml\n"
    tested = run("test")
    assert tested.exit_code == 0
    assert "5 tests, none failed" in tested.stderr


def test_variables_of_an_old_service_become_bands_that_they_may_still_move() -> None:
    init("derm-triage", "--kind", "classes", "--from-env", *DERM)
    document, _ = read_document(Path("policies/derm-triage.yaml").read_bytes(), "derm-triage.yaml")
    policy = Policy.model_validate(document.data)
    assert [(band.name, band.at_least) for band in policy.bands] == [
        ("confident", 0.815),
        ("refer", 0.433),
        ("possible-item", 0.25),
        ("rest", None),
    ]
    assert {name: tunable.env for name, tunable in policy.tunable.items()} == {
        "confident": "TIER_CONFIDENT_THRESHOLD",
        "refer": "TIER_REFER_THRESHOLD",
        "possible-item": "POSSIBLE_ITEM_THRESHOLD",
    }


def test_the_service_decides_by_its_variables_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    init("derm-triage", "--kind", "classes", "--from-env", *DERM)
    monkeypatch.setenv("TIER_CONFIDENT_THRESHOLD", "0.85")
    decision = Engine.load("policies").decide("derm-triage", {"acne": 0.83}, at=datetime(2100, 1, 1, tzinfo=UTC))
    assert (decision.outcome, decision.next_threshold) == ("refer", 0.85)


def test_a_variable_may_name_its_band_or_be_another_number_than_a_threshold() -> None:
    variables = ("SURE=0.8", "possible:TIER_REFER=0.4", "possible.highlight.above:SHOWN=0.25", "lead.ratio:CLEAR=1.5")
    init("derm-triage", "--kind", "classes", "--rest", "refer", "--from-env", *variables)
    document, _ = read_document(Path("policies/derm-triage.yaml").read_bytes(), "derm-triage.yaml")
    policy = Policy.model_validate(document.data)
    assert [(band.name, band.at_least, band.highlight and band.highlight.above) for band in policy.bands] == [
        ("sure", 0.8, None),
        ("possible", 0.4, 0.25),
        ("refer", None, None),
    ]
    assert policy.lead is not None
    assert (policy.lead.ratio, policy.lead.bands) == (1.5, ("sure",))
    assert {name: (tunable.env, tunable.within) for name, tunable in policy.tunable.items()} == {
        "sure": ("SURE", (0.7, 0.88)),
        "possible": ("TIER_REFER", (0.34, 0.5)),
        "possible.highlight.above": ("SHOWN", (0.15, 0.31)),
        "lead.ratio": ("CLEAR", (1.2, 1.8)),
    }


def test_a_name_alone_is_read_from_the_environment() -> None:
    init("fraud", "--from-env", "BLOCK_AT", "REVIEW_AT=0.5", BLOCK_AT="0.9")
    text = Path("policies/fraud.yaml").read_text(encoding="utf-8")
    assert "{name: block-at, at_least: 0.9, escalate: reviewers}" in text
    assert "review-at: {env: REVIEW_AT, within: [0.4, 0.6]}" in text


def test_a_catalog_that_is_there_is_used_and_kept() -> None:
    Path("policies").mkdir()
    catalog = "schema: catalog/v1\nescalation_paths: {ops: {levels: [{to: queue:ops, within: P1D}]}}\n"
    Path("policies/catalog.yaml").write_text(catalog, encoding="utf-8")
    assert init("fraud").stderr == "wrote policies/fraud.yaml\n"
    assert "escalate: ops}" in Path("policies/fraud.yaml").read_text(encoding="utf-8")
    assert Path("policies/catalog.yaml").read_text(encoding="utf-8") == catalog


def test_without_an_escalation_path_nothing_escalates() -> None:
    Path("policies").mkdir()
    Path("policies/catalog.yaml").write_text("schema: catalog/v1\n", encoding="utf-8")
    init("fraud")
    assert "escalate" not in Path("policies/fraud.yaml").read_text(encoding="utf-8")


def test_the_standard_output_takes_a_policy_that_needs_no_catalog() -> None:
    result = run("init", "fraud", "-o", "-")
    assert result.exit_code == 0
    assert not Path("policies").exists()
    assert run("validate", "-", text=result.stdout).exit_code == 0


def test_nothing_is_overwritten() -> None:
    init("fraud")
    before = Path("policies/fraud.yaml").read_bytes()
    result = run("init", "fraud", "--kind", "number")
    assert result.exit_code == 2
    assert "policies/fraud.yaml is there already, and nothing is overwritten" in result.stderr
    assert Path("policies/fraud.yaml").read_bytes() == before


def test_a_link_to_nowhere_is_not_written_through() -> None:
    Path("policies").mkdir()
    Path("policies/fraud.yaml").symlink_to("elsewhere.yaml")
    assert run("init", "fraud").exit_code == 2
    assert not Path("policies/elsewhere.yaml").exists()


def test_a_use_case_that_has_a_policy_is_not_begun_again() -> None:
    init("fraud")
    result = run("init", "fraud", "-o", "policies/other.yaml")
    assert result.exit_code == 2
    assert "policies/fraud.yaml is a policy of `fraud` already" in result.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("../fraud",), "USE_CASE is a letter, then up to 63 letters"),
        (("a b",), "USE_CASE is a letter"),
        (("",), "USE_CASE is a letter"),
        (("fraud", "--from-env", "A B=0.5"), "--from-env takes NAME=VALUE or NAME"),
        (("fraud", "--from-env", "A\n=0.5"), "--from-env takes NAME=VALUE or NAME"),
        (("fraud", "--from-env", "A=0.5", "A=0.6"), "--from-env names `A` twice"),
        (("fraud", "--from-env", "A=0.5", "B=0.5"), "`A` and `B` are the same number"),
        (("fraud", "--from-env", "x:A=0.5", "x:B=0.6"), "--from-env sets `x` twice"),
        (("fraud", "--from-env", "1:A=0.5"), "`1` is no WHAT: a band is a letter, then up to 63 letters"),
        (("fraud", "--from-env", ":A=0.5"), "`` is no WHAT"),
        (("fraud", "--from-env", "A=0.5", "lead.ratio:B=2"), "`lead.ratio` is of classes: say --kind classes"),
        (("fraud", "--kind", "classes", "--from-env", "lead.ratio:B=2"), "no variable is a threshold"),
        (
            ("fraud", "--kind", "classes", "--from-env", "A=0.5", "y.highlight.above:B=0.2"),
            "`y.highlight.above` is of no band that is made here: a, rest",
        ),
        (("fraud", "--from-env", "rest:A=0.5"), "gives `rest` a threshold, and it is the band below all"),
        (("x", "--kind", "classes", "--from-env", "A=0.5", "lead.ratio:B=0.5"), "`B` is a ratio, which is 1 or more"),
        (
            ("x", "--kind", "classes", "--from-env", "a:A=0.5", "a.highlight.above:B=0.6"),
            "`B` is above `A`, so that a case of `a` may show no class",
        ),
        (("fraud", "-o", "catalog.yaml"), "--output: `catalog.yaml` is the name of a catalog"),
        (("fraud", "--from-env", "A=0.5", "--rest", "1"), "--rest: a band is a letter"),
        (("fraud", "--rest", "low"), "--rest goes with --from-env"),
        (("fraud", "--from-env", "A=high"), "`A` is no number that a threshold could be: `high`"),
        (("fraud", "--from-env", "A=nan"), "`A` is no number that a threshold could be"),
        (("fraud", "--from-env", "NOT_SET_ANYWHERE"), "the environment has no variable `NOT_SET_ANYWHERE`"),
        (("fraud", "--from-env", "A=1.5"), "a probability lies between 0 and 1, and not all of these do"),
        (("fraud", "--kind", "classes", "--from-env", "A=-1"), "the scores of classes are not below 0 here"),
        (("fraud", "--kind", "scores", "--from-env", "A=0.5"), "--from-env makes the bands of one score"),
        (("fraud", "A=0.5"), "what is `A=0.5`? Only --from-env NAME=VALUE takes several arguments"),
        (("fraud", "--owner", "a\nb"), "--owner takes one line of up to 200 visible characters"),
        (("fraud", "--owner", " "), "--owner takes one line"),
        (("fraud", "-o", "fraud.txt"), "--output: policies end in .yaml"),
    ],
)
def test_what_cannot_become_a_policy_is_refused_and_nothing_written(args: tuple[str, ...], message: str) -> None:
    result = run("init", *args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert list(Path().iterdir()) == []


def test_names_that_yaml_takes_for_something_else_stay_names() -> None:
    Path("policies").mkdir()
    catalog = 'schema: catalog/v1\nescalation_paths: {"true": {levels: [{to: queue:ops, within: P1D}]}}\n'
    Path("policies/catalog.yaml").write_text(catalog, encoding="utf-8")
    init("fraud", "--from-env", "true:C=0.5", "--rest", "null")
    document, _ = read_document(Path("policies/fraud.yaml").read_bytes(), "fraud.yaml")
    assert [band["name"] for band in document.data["bands"]] == ["true", "null"]
    init("other", "--kind", "number", "--from-env", "A=1e308", "B=-1.7e308")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("nowhere/catalog.yaml", "it is gone, or its link leads nowhere"),
        ("../elsewhere.yaml", "leads out of the folder"),
    ],
)
def test_beside_a_catalog_that_cannot_be_read_no_policy_is_written(target: str, why: str) -> None:
    Path("policies").mkdir()
    Path("elsewhere.yaml").write_text("words of another folder\n", encoding="utf-8")
    Path("policies/catalog.yaml").symlink_to(target)
    result = run("init", "fraud")
    assert result.exit_code == 1
    assert "policies/catalog.yaml:1:1: PE001" in result.stderr
    assert why in result.stderr
    assert "words of" not in result.stderr
    assert not Path("policies/fraud.yaml").exists()


def test_a_catalog_that_cannot_be_written_leaves_no_policy_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_new(path: Path, text: str) -> None:
        if path.name == "catalog.yaml":
            raise OSError(ENOSPC, "no space left on device", str(path))
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr("policy_engine.cli.init._write_new", write_new)
    assert run("init", "fraud").exit_code == 2
    assert not Path("policies/fraud.yaml").exists()


def test_a_threshold_at_the_end_of_the_range_has_no_case_below_it() -> None:
    init("fraud", "--from-env", "A=0", "B=0.5")
    assert "score: -" not in Path("policies/fraud.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["true", "null", "No", "a: b", "- x", "#1", '"quoted"', "it's", "1", "日本", "a  b", "'"]
)
def test_an_owner_and_a_model_are_read_back_as_given(text: str) -> None:
    init("fraud", "--owner", text, "--model", text)
    document, _ = read_document(Path("policies/fraud.yaml").read_bytes(), "fraud.yaml")
    assert isinstance(document.data, dict)
    assert document.data["owner"] == document.data["score"]["model"]["name"] == text


@pytest.mark.parametrize("use_case", ["true", "Null", "a.b-c_d"])
def test_a_use_case_is_text_even_where_yaml_has_another_idea(use_case: str) -> None:
    init(use_case)
    assert Path(f"policies/{use_case}.yaml").exists()


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True),
        st.floats(0.001, 0.999).map(lambda number: round(number, 4)),
        min_size=1,
        max_size=6,
    ).filter(lambda found: len(set(found.values())) == len(found)),
    st.sampled_from(("riskier", "safer")),
    st.sampled_from(("probability", "number", "classes", "labels")),
)
def test_any_variables_make_a_policy_in_order_whose_bounds_never_meet(
    variables: dict[str, float], higher_is: str, kind: str
) -> None:
    bands = bands_of([Variable(*one) for one in variables.items()], "use-case")
    ends = (None, None) if kind == "number" else (0.0, 1.0)
    text = policy_text(
        Wanted("use-case", kind, higher_is, "me", "m", "2026-01-01T00:00:00Z", bands, ends, None)  # type: ignore[arg-type]
    )
    found = checked(text, None)
    assert found.report.diagnostics == (), text
    policies = found.policies
    assert policies is not None
    tunable = policies.policies[0].policy.tunable
    for one, other in combinations(tunable.values(), 2):
        assert one.within[1] < other.within[0] or other.within[1] < one.within[0], text
    written = {band.name: band.at_least for band in bands if band != BandWanted("rest")}
    for name, number in written.items():
        low, high = tunable[name].within
        assert number is not None
        assert low <= number <= high, text
