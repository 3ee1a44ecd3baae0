"""`validate` and `test`: what they find, how they say it, and with which exit code."""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from policy_engine import Engine
from tests.support.commands import POLICIES, assert_fits, json_of, run
from tests.support.policies import CATALOG, POLICY, edited

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policy_engine.diagnostics import Report
    from policy_engine.loader import Loaded

TESTED = POLICY + (
    "tests:\n"
    "  - {name: high, given: {score: 0.95}, expect: {outcome: block}}\n"
    "  - {given: {score: 0.6}, expect: {outcome: allow}}\n"
)
"""A policy with a test that passes and one that fails, in line 19."""

REACHED = POLICY + (
    "tests:\n"
    "  - {given: {jurisdiction: DE, score: 0.93}, expect: {outcome: block, threshold_from: eu}}\n"
    "  - {given: {score: 0.6}, expect: {outcome: review}}\n"
    "  - {given: {score: 0.1}, expect: {outcome: allow}}\n"
)
"""A policy whose tests reach all of it."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with a sound policy and its catalog in `policies/`."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "catalog.yaml").write_text(CATALOG)
    (tmp_path / "policies" / "fraud.yaml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rewrite(folder: Path, *edits: tuple[str, str], text: str = POLICY) -> None:
    """Write the policy anew, with edits."""
    (folder / "policies" / "fraud.yaml").write_text(edited(text, *edits))


@pytest.mark.parametrize("was_on", [True, False])
def test_garbage_collection_is_as_it_was_before(folder: Path, was_on: bool) -> None:  # noqa: FBT001 - a parameter
    assert folder.is_dir()
    before = gc.isenabled()
    (gc.enable if was_on else gc.disable)()
    try:
        assert run("validate").exit_code == 0
        assert gc.isenabled() is was_on
    finally:
        (gc.enable if before else gc.disable)()


MISSPELT = ("owner: payments-risk", "ownr: payments-risk")


def test_sound_policies_are_no_findings() -> None:
    result = run("validate", POLICIES)
    assert (result.exit_code, result.stdout) == (0, "")
    files = len(list(Path(POLICIES).glob("*.yaml")))
    assert result.stderr == f"{files} files, {files - 1} policies: no findings\n"


_ENDING = ("because: fewer refusals}", "because: fewer refusals, effective: {until: 2027-01-01T00:00:00Z}}")


@pytest.mark.parametrize(("at", "is_over"), [("2026-12-31T23:59:59Z", False), ("2027-01-01T01:00:00+01:00", True)])
def test_what_is_over_at_an_instant_is_told_by_it(folder: Path, at: str, *, is_over: bool) -> None:
    rewrite(folder, _ENDING)
    told = json_of(run("validate", "--at", at, "--format", "json"))["findings"]
    assert ("PE431" in {one["code"] for one in told}) == is_over


def test_left_out_it_is_now(folder: Path) -> None:
    began, ended = "2020-07-01T00:00:00Z", "effective: {until: 2021-01-01T00:00:00Z}}"
    rewrite(folder, ("2026-07-01T00:00:00Z", began), ("fewer refusals}", f"fewer refusals, {ended}"))
    assert "PE431" in run("validate").stdout


def test_an_instant_without_an_offset_is_refused(folder: Path) -> None:
    assert folder.is_dir()
    result = run("validate", "--at", "2027-01-01")
    assert result.exit_code == 2
    assert "--at takes an instant with an offset" in result.stderr


def test_a_folder_is_looked_at_as_a_reviewer_would(folder: Path) -> None:
    only_low = "tests:\n  - {given: {score: 0.1, jurisdiction: US}, expect: {outcome: allow}}\n"
    rewrite(folder, text=POLICY + only_low)
    result = run("validate", "--strict", "--format", "json")
    assert result.exit_code == 1
    told = [(one["code"], one["severity"], Path(one["file"]).name) for one in json_of(result)["findings"]]
    assert told == [
        *[("PE245", "warning", "catalog.yaml")] * 2,
        *[("PE502", "warning", "fraud.yaml")] * 2,
        ("PE503", "warning", "fraud.yaml"),
    ]


def test_a_policy_that_brings_its_catalog_says_nothing_of_what_that_declares(folder: Path) -> None:
    rewrite(folder, text=REACHED)
    assert run("validate", "--strict", "policies/fraud.yaml").exit_code == 0
    assert run("validate", "--strict", "policies").exit_code == 1


def test_what_only_a_reviewer_wants_to_know_is_not_asked_where_policies_are_loaded(folder: Path) -> None:
    report = Engine.load(folder / "policies").reload().report
    assert report is not None
    assert report.diagnostics == ()
    assert run("test").exit_code == 0


def test_a_finding_has_its_place_its_line_and_its_help(folder: Path) -> None:
    rewrite(folder, MISSPELT)
    result = run("validate")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:4] == [
        "policies/fraud.yaml:4:1: PE101 `ownr` is no key of a policy",
        "    4 | ownr: payments-risk",
        "      | ^^^^",
        " help: did you mean `owner`?",
    ]
    assert result.stderr == "1 error in 1 of 2 files\n"


def test_json_has_exactly_the_keys_that_tools_rely_on(folder: Path) -> None:
    rewrite(folder, ("block: 0.93", "block: 0.50"))
    result = run("validate", "--format", "json")
    found = json_of(result)
    assert result.exit_code == 1
    assert list(found) == ["findings", "errors", "warnings", "files", "waived"]
    (first, *_) = found["findings"]
    keys = "code severity file line column end_line end_column message help cell witness"
    assert list(first) == keys.split()
    assert (first["file"], first["line"], first["severity"]) == ("policies/fraud.yaml", 16, "error")
    assert first["cell"]["jurisdiction"] == "EU"
    assert isinstance(first["witness"], float)


def test_json_without_findings_is_whole() -> None:
    assert json_of(run("validate", POLICIES, "--format", "json")) == {
        "findings": [],
        "errors": 0,
        "warnings": 0,
        "files": len(list(Path(POLICIES).glob("*.yaml"))),
        "waived": [],
    }


def test_output_goes_to_a_file(folder: Path) -> None:
    rewrite(folder, MISSPELT)
    result = run("validate", "-o", "found.txt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "`ownr` is no key" in (folder / "found.txt").read_text()


def test_a_warning_counts_only_where_it_is_asked_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from policy_engine import validator

    whole = validator.review

    def mild(loaded: Loaded, **asked: Any) -> Report:  # noqa: ANN401 - whatever `review` takes
        report = whole(loaded, **asked)
        found = [one._replace(severity="warning") for one in report.diagnostics]
        return replace(report, diagnostics=tuple(found))

    rewrite(folder, MISSPELT)
    monkeypatch.setattr(validator, "review", mild)
    assert run("validate").exit_code == 0
    result = run("validate", "--strict")
    assert result.exit_code == 1
    assert "policies/fraud.yaml:4:1: PE101 warning: `ownr`" in result.stdout
    assert result.stderr == "1 warning in 1 of 2 files\n"


def test_colour_is_asked_for(folder: Path) -> None:
    rewrite(folder, MISSPELT)
    assert "\x1b[1;31mPE101\x1b[0m" in run("validate", "--color", "always").stdout
    assert "\x1b" not in run("validate", "--color", "auto").stdout


# --- which policies ------------------------------------------------------------------------------------------


def test_a_file_brings_its_catalog() -> None:
    result = run("validate", Path(POLICIES) / "card-fraud.yaml")
    assert (result.exit_code, result.stderr) == (0, "2 files, 1 policy: no findings\n")


def test_the_standard_input_is_a_policy_beside_the_catalog(folder: Path) -> None:
    result = run("validate", "-", text=edited(POLICY, MISSPELT))
    assert result.exit_code == 1
    assert result.stdout.startswith("<stdin>:4:1: PE101 `ownr`")
    assert run("validate", "-", text=POLICY).exit_code == 0
    assert run("validate", "-", text=CATALOG).exit_code == 0
    assert run("validate", "-", "policies", text=POLICY).exit_code == 2
    (folder / "policies" / "catalog.yaml").unlink()
    assert run("validate", "-", text=POLICY).exit_code == 1


def test_pyproject_says_where_the_policies_are(folder: Path) -> None:
    rewrite(folder, text=REACHED)
    (folder / "policies").rename(folder / "rules")
    assert run("validate").exit_code == 2
    (folder / "pyproject.toml").write_text('[tool.policy_engine]\npolicies = "rules"\n')
    assert run("validate").exit_code == 0
    (folder / "pyproject.toml").write_text('[tool.policy_engine]\npolicies = ["rules/fraud.yaml"]\n')
    assert run("validate").stderr == "2 files, 1 policy: no findings\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[tool.policy_engine]\npolices = "x"\n',
            "[tool.policy_engine] has an unknown key `polices`: did you mean `policies`?",
        ),
        ("[tool.policy_engine]\npolicies = 7\n", "is a path or a list of paths, as text"),
        ("[tool.policy_engine]\npolicies = [7]\n", "is a path or a list of paths, as text"),
        ("[tool.policy_engine]\nstrict = 1\n", "says `strict`, which is true or false"),
        ("[tool.policy_engine]\nignore = [2]\n", "says `ignore`, which is a code or a list of codes, as text"),
        ("[tool.policy_engine]\nselect = 'PE9'\n", "no rule has the code or name `PE9`"),
        ("[tool.policy_engine\n", "pyproject.toml cannot be read"),
        ("tool = 7 # policy_engine\n", "pyproject.toml cannot be read: `tool` is no table"),
        ("[tool]\npolicy_engine = 7\n", "pyproject.toml: [tool.policy_engine] is no table"),
        ("[[tool.policy_engine]]\nstrict = true\n", "pyproject.toml: [tool.policy_engine] is an array of tables"),
        (
            "[tool.policy-engine]\nstrict = true\n",
            "[tool.policy-engine] is read by nobody: did you mean [tool.policy_eng",
        ),
        ("[tool]\nPolicyEngine.strict = true\n", "[tool.PolicyEngine] is read by nobody: did you mean"),
        ("[tool.policy_engine]\nselect = ''\n", "says `select`, which is a code or a list of codes, and an empty text"),
        (
            "[tool.policy_engine]\nignore = ['PE4', ' , ']\n",
            "says `ignore`, which is a code or a list of codes, and an",
        ),
        (
            "[tool.policy_engine]\npolicies = ['']\n",
            "says `policies`, which is a path or a list of paths, and an empty",
        ),
        ("[tool.policy_engine]\nselect = 'PE9'\n", "pyproject.toml: [tool.policy_engine] select: no rule has"),
        ("# policy_engine\nx=" + "[" * 9000, "pyproject.toml cannot be read: it is nested too deeply"),
        ("# policy_engine\n" + "a." * 40_000 + "b=1", "it has a key of more than 32 parts (at line 2)"),
        ("# policy_engine\n[" + "'a'. " * 40_000 + "b]", "it has a key of more than 32 parts (at line 2)"),
        ("# policy_engine\na={" + '"\\"".' * 40_000 + "b=1}", "it has a key of more than 32 parts (at line 2)"),
        ("# policy_engine\na=" + "1" * 9000, "pyproject.toml cannot be read: "),
        ("#" * 2**20 + "\n", "pyproject.toml cannot be read: it is larger than 1 MiB"),
    ],
)
def test_a_mistake_in_pyproject_is_told(folder: Path, text: str, said: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    result = run("validate")
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_pyproject_in_another_encoding_is_told(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.policy_engine]\nstrict = true\n", encoding="utf-16")
    result = run("validate")
    assert result.exit_code == 2
    assert "pyproject.toml cannot be read: it is no text in UTF-8: save it as UTF-8" in result.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes and links of this kind")
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (os.mkfifo, "it is a pipe, not a file: put a regular file in its place"),
        (lambda path: path.symlink_to("/dev/zero"), "it is a device, not a file"),
        (lambda path: path.symlink_to("nowhere"), "it is gone, or its link leads nowhere"),
        (lambda path: path.mkdir(), "it is a folder, not a file"),
    ],
    ids=["pipe", "device", "dangling", "folder"],
)
def test_a_pyproject_that_is_no_file_is_told_and_nobody_waits(
    folder: Path, make: Callable[[Path], None], why: str
) -> None:
    make(folder / "pyproject.toml")
    result = run("validate")
    assert result.exit_code == 2
    assert f"pyproject.toml cannot be read: {why}" in result.stderr


def test_a_pyproject_may_be_a_link(folder: Path) -> None:
    (folder / "settings.toml").write_text('[tool.policy_engine]\npolicies = "nowhere"\n')
    (folder / "pyproject.toml").symlink_to("settings.toml")
    assert "`nowhere` does not exist" in run("validate").stderr


@pytest.mark.parametrize(
    "text",
    [
        "# policy_engine\n",
        "[tool.policy_engine]\n",
        "[tool.policy_engineer]\nstrict = 7\n",
        "[project]\nname = 'x'\ndependencies = ['policy-engine']\n",
        f"# policy_engine\n{'.'.join(['a'] * 32)} = '{'.' * 99}'\n",
    ],
)
def test_a_pyproject_that_says_nothing_of_policies_leaves_the_usual_folder(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    assert run("validate").exit_code == 0


NOTHING = [
    (("nowhere",), "`nowhere` does not exist"),
    (("empty",), "there is no `*.yaml` file in `empty`"),
    (("only",), "there is no policy, only a catalog: only/catalog.yaml"),
]


@pytest.mark.parametrize("command", ["validate", "test"])
@pytest.mark.parametrize(("paths", "said"), NOTHING)
def test_no_policy_at_all_is_wrong_usage(folder: Path, command: str, paths: Sequence[str], said: str) -> None:
    (folder / "empty").mkdir()
    (folder / "only").mkdir()
    (folder / "only" / "catalog.yaml").write_text(CATALOG)
    result = run(command, *paths)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_catalog_that_is_named_is_validated(folder: Path) -> None:
    assert folder.is_dir()
    result = run("validate", "policies/catalog.yaml")
    assert (result.exit_code, result.stderr) == (0, "1 file, 0 policies: no findings\n")
    assert run("decide", "card-fraud", "--policies", "policies/catalog.yaml").exit_code == 2


def test_a_working_folder_without_policies_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("validate")
    assert result.exit_code == 2
    assert "write [tool.policy_engine] policies" in result.stderr


def test_hostile_words_are_shown_as_escapes(folder: Path) -> None:
    rewrite(folder, ("owner: payments-risk", '"own\\e[31m\\u202er": x'))
    result = run("validate")
    assert "own\\x1b[31m\\u202er" in result.stdout
    assert result.stdout.replace("\n", "").isprintable()


# --- the policies' own tests ---------------------------------------------------------------------------------


def test_tests_that_pass_are_counted_by_policy() -> None:
    result = run("test", POLICIES)
    assert result.exit_code == 0
    written = yaml.safe_load((Path(POLICIES) / "tool-routing.yaml").read_text(encoding="utf-8"))["tests"]
    assert result.stdout.splitlines()[-1].endswith(f"{len(written)} tests  passed")
    assert "none failed" in result.stderr
    assert_fits(result.stdout.replace(POLICIES, "policies"))


def test_a_test_that_fails_says_where_what_was_expected_and_what_it_got(folder: Path) -> None:
    rewrite(folder, text=TESTED)
    result = run("test")
    assert result.exit_code == 1
    assert "policies/fraud.yaml:19:45: PE501 the test fails: `outcome` is `review`, not `allow`" in result.stdout
    assert "policies/fraud.yaml  2 tests  1 failed\n" in result.stdout
    assert result.stderr == "2 tests, 1 failed\n"


def test_tests_as_json(folder: Path) -> None:
    rewrite(folder, text=TESTED)
    found = json_of(run("test", "--format", "json"))
    assert (found["passed"], found["failed"], found["not_run"], found["findings"]) == (1, 1, [], [])
    high, other = found["tests"]
    assert (high["name"], high["passed"], high["line"], high["finding"]) == ("high", True, 18, None)
    assert (other["name"], other["passed"], other["line"], other["use_case"]) == ("test 2", False, 19, "card-fraud")
    assert other["finding"]["code"] == "PE501"


def test_a_policy_with_other_errors_is_not_tested(folder: Path) -> None:
    (folder / "policies" / "other.yaml").write_text(edited(TESTED, ("card-fraud", "other"), MISSPELT))
    result = run("test")
    assert result.exit_code == 1
    assert "policies/other.yaml  " in result.stdout
    assert "not run: see the findings" in result.stdout
    assert "policies/fraud.yaml  0 tests  nothing is promised" in result.stdout
    assert result.stderr == "0 tests, none failed, those of 1 policy not run, 1 other finding\n"
    assert json_of(run("test", "--format", "json"))["not_run"] == ["policies/other.yaml"]


def test_a_file_that_is_no_yaml_is_a_finding_of_test_too(folder: Path) -> None:
    (folder / "policies" / "other.yaml").write_text("a: [")
    result = run("test", "--color", "always")
    assert result.exit_code == 1
    assert "policies/other.yaml:1" in result.stdout


def test_colour_tells_tests_apart(folder: Path) -> None:
    rewrite(folder, text=TESTED)
    assert "\x1b[1;31m1 failed\x1b[0m" in run("test", "--color", "always").stdout
    assert "\x1b[32mpassed\x1b[0m" in run("test", POLICIES, "--color", "always").stdout


def test_results_go_to_a_file(folder: Path) -> None:
    assert run("test", "--format", "json", "-o", "results.json").stdout == ""
    assert json.loads((folder / "results.json").read_bytes())["failed"] == 0
