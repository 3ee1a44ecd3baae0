"""`decide` with one case from options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policy_engine.audit import read_records
from policy_engine.audit.mask_key import MaskKey
from tests.support.commands import POLICIES, assert_fits, json_of, run, started
from tests.support.language import LANGUAGE

FRAUD = ("decide", "card-fraud", "--policies", POLICIES, "--at", "2027-02-01T00:00:00Z")
CASE = ("--model-version", "4.3", "--jurisdiction", "DE-BY", "--tier", "gold", "--amount", "20")


def decided(*args: str) -> dict[str, Any]:
    """Return the decision on one case."""
    result = run(*FRAUD, *args)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json_of(result)
    return found


def test_a_case_from_options_is_decided_by_its_cell() -> None:
    found = decided("--score", "0.71", *CASE)
    assert found["outcome"] == "review"
    assert found["threshold_from"] == "de-gold"
    assert found["threshold"] == 0.70
    assert found["next_threshold"] == 0.97
    assert found["audited"] is False


SCORES = [
    # text of the option, class of bad input, outcome
    (None, "missing", "review"),
    ("null", "missing", "review"),
    ('"0.95"', "wrong_type", "review"),
    ("true", "wrong_type", "review"),
    ("[]", "wrong_type", "review"),
    ("{}", "wrong_type", "review"),
    ('{"a": 1, "a": 2}', "wrong_type", "review"),
    ("high", "wrong_type", "review"),
    ("", "wrong_type", "review"),
    ("0,95", "wrong_type", "review"),
    ("\u0660.\u0669", "wrong_type", "review"),
    ("0x1", "wrong_type", "review"),
    ("1_0", "wrong_type", "review"),
    (" 0.5", "wrong_type", "review"),
    ("[" * 5000, "wrong_type", "review"),
    ("NaN", "not_finite", "review"),
    ("nan", "not_finite", "review"),
    ("-nan", "not_finite", "review"),
    ("inf", "not_finite", "review"),
    ("-inf", "not_finite", "review"),
    ("Infinity", "not_finite", "review"),
    ("-Infinity", "not_finite", "review"),
    ("1e400", "not_finite", "review"),
    ("1" + "0" * 400, "not_finite", "review"),
    ("9" * 5000, "not_finite", "review"),
    ("-0.1", "out_of_range", "review"),
    ("1.1", "out_of_range", "review"),
    ("0.69999999999999995559", None, "review"),
    ("0.6999999999999999", None, "allow"),
    ("0.97", None, "block"),
    (".97", None, "block"),
    ("+0.97", None, "block"),
    ("97e-2", None, "block"),
    ("1", None, "block"),
    ("0", None, "allow"),
    ("-0.0", None, "allow"),
    ("1e-400", None, "allow"),
]


@pytest.mark.parametrize(("score", "invalid", "outcome"), SCORES)
def test_every_kind_of_score_is_told_apart(score: str | None, invalid: str | None, outcome: str) -> None:
    found = decided(*CASE, *(() if score is None else ("--score", score)))
    assert (found["invalid"], found["outcome"]) == (invalid, outcome)
    assert (found["signal"] is None) == (invalid is not None)


@pytest.mark.parametrize("version", [None, "5.0", "4.1", "four", "", "4.3.dev1.x", "1" * 5000])
def test_a_model_version_that_is_wrong_or_absent_is_told_first(version: str | None) -> None:
    given = () if version is None else ("--model-version", version)
    found = decided("--score", "0.99", "--jurisdiction", "DE", *given)
    assert (found["invalid"], found["outcome"]) == ("wrong_model", "review")


def test_a_model_of_another_name_is_wrong() -> None:
    found = decided("--score", "0.99", "--model-version", "4.3", "--model", "other")
    assert found["invalid"] == "wrong_model"


def test_several_jurisdictions_give_the_strictest() -> None:
    found = decided("--score", "0.91", *CASE[:2], "--jurisdiction", "US-NY", "--jurisdiction", "DE", *CASE[4:])
    assert (found["outcome"], found["threshold"]) == ("block", 0.9)
    # A person is required of `block` in both, so whom the case goes to is what the first by name says.
    assert found["jurisdiction"] == "DE"


def test_a_number_dimension_takes_a_number() -> None:
    assert decided("--score", "0.45", *CASE[:6], "--amount", "1000")["threshold_from"] == "big"
    assert decided("--score", "0.45", *CASE[:6], "--amount", "999.99")["outcome"] == "allow"


def test_a_number_dimension_that_gets_a_text_is_unknown() -> None:
    assert decided("--score", "0.45", *CASE[:6], "--amount", "1.000,00")["unknown"] == ["amount"]


def test_a_dimension_has_three_spellings() -> None:
    plain = decided("--score", "0.71", *CASE)
    signed = decided("--score=0.71", *CASE[:4], "--tier=gold", "--amount=20")
    long = decided("--score", "0.71", *CASE[:4], "--dim", "tier=gold", "--dim", "amount=20")
    assert plain["threshold_from"] == signed["threshold_from"] == long["threshold_from"] == "de-gold"


def test_two_dashes_end_the_options() -> None:
    result = run("decide", "--policies", POLICIES, "--", "card-fraud")
    assert (result.exit_code, json_of(result)["invalid"]) == (0, "wrong_model")
    assert "no policy is for the use case `--tier`" in run("decide", "--policies", POLICIES, "--", "--tier").stderr


def test_an_open_escalation_path_counts() -> None:
    found = decided("--score", "0.5", "--model-version", "4.3", "--escalation-path", "night-shift", "--tier", "gold")
    assert (found["outcome"], found["threshold_from"]) == ("review", "night")


def test_explain_says_why_in_words_that_fit() -> None:
    result = run(*FRAUD, "--score", "0.71", *CASE, "--explain")
    assert result.exit_code == 0
    assert result.stdout.startswith("`review`: score 0.71 ")
    assert "override `de-gold`" in result.stdout
    assert "recorded in no log" in result.stdout
    assert_fits(result.stdout)


def test_explain_is_a_key_of_the_json() -> None:
    found = json_of(run(*FRAUD, "--score", "0.71", *CASE, "--explain", "--format", "json"))
    assert found["explanation"].startswith("`review`: score 0.71 ")


def test_text_is_the_explanation() -> None:
    result = run(*FRAUD, "--score", "0.71", *CASE, "--format", "text")
    assert result.stdout.startswith("`review`: score 0.71 ")


def test_a_decision_is_one_line_off_a_terminal_and_the_help_says_so() -> None:
    assert run(*FRAUD, "--score", "0.71", *CASE).stdout.count("\n") == 1
    assert "one line of JSON" in " ".join(run("decide", "--help").stdout.split())


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    result = run(*FRAUD, "--score", "0.71", *CASE, "-o", tmp_path / "one.json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads((tmp_path / "one.json").read_bytes())["outcome"] == "review"


def test_what_was_printed_is_in_the_log(tmp_path: Path) -> None:
    found = decided("--score", "0.71", *CASE, "--subject", "c-17", "--audit", str(tmp_path / "log"))
    (record,) = (one.payload for one in read_records(tmp_path / "log") if one.payload["type"] == "decision")
    assert found["audited"] is True
    assert {name: record[name] for name in found} == found
    assert record["request"]["subject"] == "c-17"


def _with_pseudonyms(folder: Path) -> Path:
    """Return a folder with a sample policy, and its catalog with pseudonyms for subjects."""
    policies = folder / "shop"
    policies.mkdir()
    for name in ("catalog.yaml", "card-fraud.yaml"):
        (policies / name).write_bytes((Path(POLICIES) / name).read_bytes())
    catalog = (policies / "catalog.yaml").read_text(encoding="utf-8")
    (policies / "catalog.yaml").write_text(
        catalog.replace("\naudit:", "\naudit:\n  subject: hmac\n  #"), encoding="utf-8"
    )
    return policies


@pytest.mark.parametrize("source", ["one case", "a file"])
def test_a_log_has_pseudonyms_under_the_key_of_the_environment(source: str, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"use_case": "card-fraud", "score": 0.71, "subject": "c-17"}\n')
    case = ("card-fraud", "--score", "0.71", "--subject", "c-17") if source == "one case" else ("--input", file)
    where = ("--policies", _with_pseudonyms(tmp_path), "--audit", tmp_path / "log")
    result = run("decide", *where, *case, POLICY_ENGINE_MASK_KEY=bytes(range(32)).hex())
    assert result.exit_code == 0, result.stderr
    (record,) = (one.payload for one in read_records(tmp_path / "log") if one.payload["type"] == "decision")
    assert record["request"]["subject"] == MaskKey(bytes(range(32))).pseudonym("c-17")
    assert record["masked"] == ["subject"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ({}, "there is no key for them; set `POLICY_ENGINE_MASK_KEY` to what `openssl rand -hex 32` prints"),
        ({"POLICY_ENGINE_MASK_KEY": "s3cret!"}, "`POLICY_ENGINE_MASK_KEY` is neither hexadecimal digits nor Base64"),
        ({"POLICY_ENGINE_MASK_KEY": "00ff"}, "a mask key has at least 32 bytes, and this one has 2"),
        ({"POLICY_ENGINE_MASK_KEY_FILE": "/nowhere/key"}, "/nowhere/key: No such file or directory"),
    ],
)
def test_without_a_key_for_its_pseudonyms_nothing_is_decided(key: dict[str, str], said: str, tmp_path: Path) -> None:
    where = ("--policies", _with_pseudonyms(tmp_path), "--audit", tmp_path / "log")
    result = run("decide", "card-fraud", "--score", "0.71", "--subject", "c-17", *where, **key)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "s3cret" not in result.stderr
    assert "Traceback" not in result.stderr
    assert [one.payload["type"] for one in read_records(tmp_path / "log")] == ["start"]


def test_without_a_log_the_same_case_needs_no_key(tmp_path: Path) -> None:
    result = run("decide", "card-fraud", "--score", "0.71", "--policies", _with_pseudonyms(tmp_path))
    assert result.exit_code == 0


MISTAKES = [
    # arguments behind `decide`, exit code, what is said
    (("card-fraud", "--teir", "gold"), 2, "did you mean `--tier`?"),
    (("card-fraud", "--jurisdction", "DE"), 2, "did you mean `--jurisdiction`?"),
    (("card-fraud", "--scor", "0.5"), 2, "did you mean `--score`?"),
    (("card-fraud", "--explian"), 2, "did you mean `--explain`?"),
    (("card-fraud", "--explian", "--score", "0.5"), 2, "did you mean `--explain`?"),
    (("card-fraud", "--tier"), 2, "--tier needs a value, as in --tier VALUE"),
    (("card-fraud", "--tier", "--score", "0.5"), 2, "--tier needs a value, as in --tier VALUE"),
    (("card-fraud", "--dim", "=x"), 2, "--dim takes NAME=VALUE, not `=x`"),
    (("card-fraud", "--=x"), 2, "--dim takes NAME=VALUE, not `=x`"),
    (("card-fraud", "--zzz", "1"), 2, "known here: "),
    (("card-fraud", "--dim", "tier"), 2, "--dim takes NAME=VALUE, not `tier`"),
    (("card-fraud", "--tier", "gold", "--tier", "gold"), 2, "`tier` is given twice"),
    (("card-fruad",), 2, "no policy is for the use case `card-fruad`: did you mean `card-fraud`?"),
    ((), 2, "name the USE_CASE to decide"),
    (("card-fraud", "more"), 2, "unexpected extra argument"),
    (("card-fraud", "--at", "yesterday"), 2, "--at takes an instant with an offset"),
    (("card-fraud", "--at", "2026-13-01T00:00:00Z"), 2, "--at takes an instant"),
    (("card-fraud", "--at", "2020-01-01T00:00:00Z"), 1, "no live policy covers the use case `card-fraud`"),
    (("card-fraud", "--summary"), 2, "--summary goes with --input FILE"),
    (("card-fraud", "--column", "score=s"), 2, "--column goes with --input FILE"),
    (("card-fraud", "--policies", "/nowhere"), 2, "`/nowhere` does not exist"),
    (("card-fraud", "--audit", "/dev/null"), 1, "/dev/null"),
    (("card-fraud", "-o", "/nowhere/out.json"), 2, "/nowhere/out.json: No such file or directory"),
]


@pytest.mark.parametrize(("args", "code", "said"), MISTAKES)
def test_a_mistake_is_named_with_what_was_meant(args: tuple[str, ...], code: int, said: str) -> None:
    result = run("decide", *(() if "--policies" in args else ("--policies", POLICIES)), *args)
    assert said in result.stderr
    assert (result.exit_code, result.stdout) == (code, "")
    assert "Traceback" not in result.stderr


def test_policies_with_errors_are_told_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("schema: policy/v1\nuse_cse: a\n")
    result = run("decide", "a", "--policies", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "did you mean `use_case`?" in result.stderr
    assert "the policies cannot be used" in result.stderr


def test_a_policy_that_refuses_the_unknown_gives_no_decision(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "schema: policy/v1\nuse_case: a\nversion: 1\nowner: o\neffective: {from: 2026-01-01T00:00:00Z}\n"
        "score: {kind: probability, higher_is: riskier, model: {name: m}}\n"
        "bands: [{name: no, at_least: 0.5}, {name: yes}]\non_invalid: 'no'\nunknown: {jurisdiction: error}\n"
        "fail_open_because: a test\n".replace("yes", "go")
    )
    result = run("decide", "a", "--policies", tmp_path, "--score", "0.4")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "`jurisdiction` is not known or left out" in result.stderr


@pytest.mark.parametrize("hostile", ["\x1b[31mred", "a\x07b", "\u202eright to left", "\u009b31m", "\x7f", "\ud800"])
def test_nothing_that_a_terminal_obeys_comes_back(hostile: str) -> None:
    args = ("--jurisdiction", hostile, "--tier", hostile, "--score", hostile, "--model-version", hostile)
    for form in ("json", "text"):
        result = run(*FRAUD, *args, "--format", form)
        assert result.exit_code == 0
        shown = result.stdout.replace("\n", "")
        assert shown.isprintable()
    for mistake in (
        ("decide", hostile),
        ("decide", "card-fraud", f"--{hostile}", "1"),
        ("validate", hostile),
        (hostile,),
    ):
        result = run(*mistake)
        assert result.exit_code == 2
        assert result.stderr.replace("\n", "").isprintable()


def test_a_terminal_and_a_pipe_get_the_same_decision() -> None:
    result = started(*FRAUD, "--score", "0.71", *CASE)
    assert result.returncode == 0
    assert result.stdout.count(b"\n") == 1
    assert json.loads(result.stdout)["outcome"] == "review"


@pytest.fixture
def language(tmp_path: Path) -> Path:
    for name, text in LANGUAGE.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


TAGS_CLEAR = ("--fact", "sanctioned=false")


@pytest.mark.parametrize(
    ("args", "outcome"),
    [
        (("kyc", "--score", "document=0.9", "--score", "face=0.8", "--model-version", "face=2.0"), "pass"),
        (("kyc", "--score", '{"document": 0.9, "face": 0.79}', "--model-version", "face=2.0"), "manual"),
        (("kyc", "--score", "document=0.9", "--score", "face=0.8", "--model-version", "face=1.9"), "manual"),
        (("kyc", "--score", "face=0.49", "--model-version", "face=2.0"), "reject"),
        (
            ("kyc", "--score", "document=0.9", "--score", "face=0.8", "--model-version", "face=2", "--model", "face=g"),
            "manual",
        ),
        (("tags", "--score", "a=0.4", "--score", "b=0.2", *TAGS_CLEAR), "pass"),
        (("tags", "--score", "a=0.4", *TAGS_CLEAR), "pass"),
        (("tags", "--score", "a=b=0.6", *TAGS_CLEAR), "tag"),
        (("tags", "--score", '[{"label": "a", "score": 0.6}]', *TAGS_CLEAR), "tag"),
        (("tags", "--score", "a=0.95", *TAGS_CLEAR), "tag"),
        (("tags", "--score", "a=0.95", "--reason-code", "X", "--reason-code", "R2", *TAGS_CLEAR), "block"),
        (("tags", "--score", "a=high", "--reason-code", "R1", *TAGS_CLEAR), "block"),
        (("tags", "--score", "a=0.4"), "tag"),
        (("tags", "--score", "a=0.4", "--fact", "sanctioned=true"), "tag"),
        (("tags", "--score", "a=0.4", *TAGS_CLEAR, "--threshold", "tag=0.35"), "tag"),
        (("tags", "--score", "a=0.4", *TAGS_CLEAR, "--threshold", "tag=0.7"), "pass"),
    ],
)
def test_the_whole_language_can_be_said_in_options(language: Path, args: tuple[str, ...], outcome: str) -> None:
    result = run("decide", *args, "--policies", language)
    assert (result.exit_code, json_of(result)["outcome"]) == (0, outcome), result.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ("tags", "--fact", "sanctoined=true"),
            "the catalog declares no fact `sanctoined`: did you mean `sanctioned`?",
        ),
        (("tags", "--fact", "sanctioned=yes"), "--fact sanctioned takes true or false, not `yes`"),
        (("tags", "--fact", "sanctioned"), "--fact takes NAME=true or NAME=false, not `sanctioned`"),
        (("tags", "--threshold", "0.4"), "--threshold takes NAME=NUMBER, not `0.4`"),
        (("tags", "--score", "0.4", "--score", "0.5"), "--score, where it is given several times, takes NAME=SCORE"),
        (("tags", "--score", "a=0.4", "--score", "a=0.5"), "one SCORE for each name, and `a` has two"),
        (("tags", "--model", "m", "--model", "n"), "--model is given several times: each takes SCORE=TEXT"),
        (("kyc", "--model-version", "face=1", "--model-version", "nose=2"), "--model-version is given several times"),
    ],
)
def test_what_options_cannot_mean_is_wrong_usage(language: Path, args: tuple[str, ...], message: str) -> None:
    result = run("decide", *args, "--policies", language)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_score_that_nobody_declared_is_no_case(language: Path) -> None:
    result = run("decide", "kyc", "--score", "nose=0.9", "--policies", language)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "`score` names `nose`, which is none of the policy's `scores`" in result.stderr


def test_the_text_of_a_case_with_several_scores_fits(language: Path) -> None:
    result = run("decide", "kyc", "--score", "document=0.7", "--policies", language, "--explain")
    assert "scores, of which the strictest band holds:\n  document  reject  0.7\n" in result.stdout
    assert_fits(result.stdout)


def test_a_variable_of_the_environment_moves_a_threshold(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "schema: policy/v1\nuse_case: a\nversion: 1\nowner: o\neffective: {from: 2026-01-01T00:00:00Z}\n"
        "score: {kind: probability, higher_is: riskier, model: {name: m}}\n"
        "bands: [{name: block, at_least: 0.5}, {name: allow}]\non_invalid: block\n"
        "tunable: {block: {env: BLOCK_AT, within: [0.4, 0.6]}}\n"
    )
    found = json_of(run("decide", "a", "--policies", tmp_path, "--score", "0.45", BLOCK_AT="0.4"))
    assert (found["outcome"], found["threshold"], found["threshold_from"]) == ("block", 0.4, "env")
    refused = run("decide", "a", "--policies", tmp_path, "--score", "0.45", BLOCK_AT="0.9")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "outside its bounds from 0.4 to 0.6" in refused.stderr
