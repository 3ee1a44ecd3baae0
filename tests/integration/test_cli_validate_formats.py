"""`validate` and `test` in the formats that CI systems take: places that a repository knows, and no forgeries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policy_engine.diagnostics import Report
from tests.support.commands import POLICIES, run, started
from tests.support.policies import POLICY, USED_CATALOG, edited
from tests.support.reports import json_in, junit_in, sarif_in, shown

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

MISSPELT = ("owner: payments-risk", "ownr: payments-risk")
ENDS = ("from: 2026-07-01T00:00:00Z", "from: 2026-07-01T00:00:00Z, until: 2227-07-01T00:00:00Z")
"""Nothing follows it, which is a warning."""

TESTED = POLICY + "tests:\n  - {name: 'a|@b', given: {score: 0.6}, expect: {outcome: allow}}\n"
FORMATS = ("github", "gitlab", "sarif", "junit", "markdown")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with a policy that has an error in its line 4; it is the working folder."""
    repo = tmp_path.resolve() / "repo"
    (repo / "policies").mkdir(parents=True)
    (repo / ".git").mkdir()
    (repo / "policies" / "catalog.yaml").write_text(USED_CATALOG)
    write(repo, edited(POLICY, MISSPELT))
    monkeypatch.chdir(repo)
    return repo


def write(repo: Path, text: str) -> None:
    """Write the policy anew."""
    (repo / "policies" / "fraud.yaml").write_text(text)


def paths_in(result: Result, form: str) -> set[str]:
    """Return the paths that a format tells."""
    if form == "github":
        return {line.partition("file=")[2].partition(",")[0] for line in shown(result.stdout_bytes).splitlines()}
    if form == "gitlab":
        return {issue["location"]["path"] for issue in json_in(result.stdout_bytes)}
    places = [one["locations"][0]["physicalLocation"] for one in sarif_in(result.stdout_bytes)["results"]]
    return {place["artifactLocation"]["uri"] for place in places}


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif"])
def test_paths_are_told_from_the_root_of_the_repository(repo: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    assert paths_in(run("validate", "--format", form), form) == {"policies/fraud.yaml"}
    assert paths_in(run("validate", repo / "policies", "--format", form), form) == {"policies/fraud.yaml"}
    (repo / "deep" / "folder").mkdir(parents=True)
    monkeypatch.chdir(repo / "deep" / "folder")
    assert paths_in(run("validate", "../../policies", "--format", form), form) == {"policies/fraud.yaml"}
    assert paths_in(run("validate", repo / "policies", "--format", form), form) == {"policies/fraud.yaml"}


@pytest.mark.parametrize("form", ["github", "gitlab"])
def test_a_file_outside_the_repository_stays_as_it_is(repo: Path, form: str) -> None:
    outside = repo.parent / "outside.yaml"
    outside.write_text(edited(POLICY, MISSPELT))
    assert paths_in(run("validate", outside, "--format", form), form) == {outside.as_posix()}
    assert paths_in(run("validate", "../outside.yaml", "--format", form), form) == {"../outside.yaml"}


def test_in_sarif_a_file_outside_the_repository_has_a_whole_address(repo: Path) -> None:
    outside = repo.parent / "outside.yaml"
    outside.write_text(edited(POLICY, MISSPELT))
    assert paths_in(run("validate", "../outside.yaml", "--format", "sarif"), "sarif") == {outside.as_uri()}


@pytest.mark.parametrize("form", FORMATS)
def test_the_exit_code_and_the_summary_are_those_of_text(repo: Path, form: str) -> None:
    result = run("validate", "--format", form)
    assert (result.exit_code, result.stderr) == (1, "1 error in 1 of 2 files\n")
    shown(result.stdout_bytes)
    write(repo, POLICY)
    result = run("validate", "--format", form)
    assert (result.exit_code, result.stderr) == (0, "2 files, 1 policy: no findings\n")


@pytest.mark.parametrize("command", ["validate", "test"])
@pytest.mark.parametrize("form", ["text", "json", *FORMATS])
def test_any_format_goes_to_a_file(repo: Path, command: str, form: str) -> None:
    printed = run(command, "--format", form).stdout_bytes
    result = run(command, "--format", form, "-o", "found")
    assert result.stdout == ""
    assert (repo / "found").read_bytes() == printed != b""


@pytest.mark.parametrize("form", FORMATS)
def test_a_policy_from_the_standard_input_lies_nowhere(repo: Path, form: str) -> None:
    assert repo.is_dir()
    result = run("validate", "-", "--format", form, text=edited(POLICY, MISSPELT))
    assert result.exit_code == 1
    name = {"github": "file=<stdin>,", "sarif": "%3Cstdin%3E", "junit": "&lt;stdin&gt;", "markdown": "&#60;stdin&#62;"}
    assert name.get(form, "<stdin>") in result.stdout


# --- what is hostile -----------------------------------------------------------------------------------------

FORGED = "x|@all`<b>\n::error::forged\x1b[2J\u202e.yaml"


@pytest.mark.parametrize("form", ["text", "json", *FORMATS])
def test_a_hostile_name_and_a_hostile_key_forge_nothing(repo: Path, form: str) -> None:
    key = r'"\n::error::forged\e[31m\u202e|@all`</failure>": x'
    (repo / "policies" / FORGED).write_text(edited(POLICY, ("card-fraud", "other"), ("owner: payments-risk", key)))
    result = run("validate", "--format", form)
    assert result.exit_code == 1
    text = shown(result.stdout_bytes)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::error::")]
    if form == "github":
        assert {line.partition("=")[0] for line in text.splitlines()} == {"::error file"}
    elif form == "gitlab":
        json_in(result.stdout_bytes)
    elif form == "sarif":
        sarif_in(result.stdout_bytes)
    elif form == "junit":
        junit_in(result.stdout_bytes)
    elif form == "markdown":
        rows = [line for line in text.splitlines() if line.startswith("|")]
        assert {line.count("|") for line in rows} == {6}
        assert "@" not in text


# --- warnings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("json", '"severity": "warning"'),
        ("github", "::warning file=policies/fraud.yaml,"),
        ("gitlab", '"severity": "minor"'),
        ("sarif", '"level": "warning"'),
        ("markdown", "| warning | PE424 |"),
        ("junit", "PE424 warning: "),
    ],
)
def test_a_warning_is_one_everywhere(repo: Path, form: str, said: str) -> None:
    write(repo, edited(POLICY, ENDS))
    result = run("validate", "--format", form)
    assert result.exit_code == 0
    assert said in result.stdout


def test_junit_fails_for_warnings_where_the_command_does(repo: Path) -> None:
    write(repo, edited(POLICY, ENDS))
    assert junit_in(run("validate", "--format", "junit").stdout_bytes).get("failures") == "0"
    result = run("validate", "--format", "junit", "--strict")
    assert result.exit_code == 1
    assert junit_in(result.stdout_bytes).get("failures") == "1"


# --- the policies' own tests ---------------------------------------------------------------------------------


def test_failing_tests_are_findings_beside_their_lines(repo: Path) -> None:
    write(repo, TESTED)
    result = run("test", "--format", "github")
    assert (result.exit_code, result.stderr) == (1, "1 test, 1 failed\n")
    assert result.stdout.startswith("::error file=policies/fraud.yaml,line=18,endLine=18,col=")
    assert "title=PE501::the test `a|@b` fails: " in result.stdout
    (issue,) = json_in(run("test", "--format", "gitlab").stdout_bytes)
    assert issue["check_name"] == "PE501"
    (one,) = sarif_in(run("test", "--format", "sarif").stdout_bytes)["results"]
    assert one["ruleId"] == "PE501"


def test_tests_are_test_cases(repo: Path) -> None:
    write(repo, TESTED)
    root = junit_in(run("test", "--format", "junit").stdout_bytes)
    assert [(case.get("name"), case[0].tag) for case in root.iter("testcase")] == [("a|@b", "failure")]
    root = junit_in(run("test", POLICIES, "--format", "junit").stdout_bytes)
    assert (root.get("failures"), root.get("errors")) == ("0", "0")
    assert int(root.get("tests", "0")) > 50


def test_failing_tests_fit_a_comment(repo: Path) -> None:
    write(repo, TESTED)
    page = shown(run("test", "--format", "markdown").stdout_bytes)
    assert page.startswith("**policy-engine**: 1 test, 1 failed\n\n| severity |")
    assert "the test <code>a&#124;&#64;&#8203;b</code> fails" in page


def test_findings_are_in_utf_8_whatever_the_terminal_speaks(repo: Path) -> None:
    write(repo, edited(POLICY, ("owner: payments-risk", "ownür: payments-risk")))
    made = started("validate", "--format", "github", folder=repo, PYTHONIOENCODING="ascii").stdout
    assert "`ownür`" in made.decode()


def test_an_empty_report_has_every_format() -> None:
    from policy_engine.cli._formats import FORMATS as ALL
    from policy_engine.cli._formats import findings_in

    for form in ALL[1:]:
        shown(findings_in(form, Report(()), 0, strict=False))
