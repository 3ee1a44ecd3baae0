"""`validate --against REVISION`: an edit by which a policy decides otherwise needs a new version."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import json_of, run
from tests.support.policies import POLICY, USED_CATALOG, Edit, edited

if TYPE_CHECKING:
    from pathlib import Path

LOWER = ("at_least: 0.55", "at_least: 0.5")
"""An edit that changes decisions."""


def git(*args: str) -> None:
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    subprocess.run(["git", *who, *args], check=True, capture_output=True)  # noqa: S607 - the one that is there


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose branch `main` has a policy and its catalog."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "catalog.yaml").write_text(USED_CATALOG)
    (tmp_path / "policies" / "fraud.yaml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    return tmp_path


def found(repository: Path, *edits: Edit, name: str = "fraud.yaml", args: tuple[str, ...] = ()) -> list[str]:
    """Return the findings of the policy with some edits, held against `main`."""
    (repository / "policies" / name).write_text(edited(POLICY, *edits))
    findings = json_of(run("validate", "--against", "main", "--format", "json", *args))["findings"]
    places = [f"{one['file']}:{one['line']}:{one['column']} {one['code']}" for one in findings]
    return [f"{place} {one['message']} / {one['help']}" for place, one in zip(places, findings, strict=True)]


def test_another_threshold_under_the_same_version_is_told(repository: Path) -> None:
    (told,) = found(repository, LOWER)
    assert told == (
        "policies/fraud.yaml:3:10 PE414 version 7 decides otherwise here than in `main`: whoever reads a decision of "
        "version 7 cannot know which of both made it / write `version: 8`"
    )
    assert run("validate", "--against", "main").exit_code == 1
    assert run("validate").exit_code == 0


@pytest.mark.parametrize(
    "edits",
    [
        [],
        [LOWER, ("version: 7", "version: 8")],
        [("owner: payments-risk", "owner: someone-else")],
        [("because: fewer refusals", "because: another reason")],
        [("at_least: 0.90", "at_least: 0.9")],
    ],
    ids=["nothing", "raised", "owner", "reason", "spelling"],
)
def test_what_is_raised_or_changes_no_decision_is_not_told(repository: Path, edits: list[Edit]) -> None:
    assert found(repository, *edits) == []


def test_a_version_below_those_there_were_is_told(repository: Path) -> None:
    (told,) = found(repository, ("version: 7", "version: 6"))
    assert "version 6 is new here, and lower than version 7 in `main`" in told
    assert told.endswith("write `version: 8`")


def test_a_file_that_moved_is_still_the_same_policy(repository: Path) -> None:
    (repository / "policies" / "fraud.yaml").rename(repository / "policies" / "cards.yaml")
    assert found(repository, name="cards.yaml") == []
    assert len(found(repository, LOWER, name="cards.yaml")) == 1


def test_a_new_use_case_and_an_edit_of_the_catalog_that_changes_nothing_are_not_told(repository: Path) -> None:
    (repository / "policies" / "catalog.yaml").write_text(USED_CATALOG + "facts: [vip]\n")
    told = found(repository, ("use_case: card-fraud", "use_case: other"), name="other.yaml")
    # That nothing uses the fact is another finding
    assert not any("PE414" in one for one in told)


def test_one_file_is_held_against_with_the_catalog_that_it_had(repository: Path) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    result = run("validate", "policies/fraud.yaml", "--against", "main")
    assert "PE414" in result.stdout


def test_from_a_folder_below_the_top_it_is_the_same(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    monkeypatch.chdir(repository / "policies")
    assert "fraud.yaml:3:10: PE414" in run("validate", ".", "--against", "HEAD").stdout


def test_where_the_revision_has_errors_versions_are_not_held_against_it(repository: Path) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, ("owner: payments-risk", "ownr: x")))
    git("commit", "--quiet", "-am", "broken")
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    result = run("validate", "--against", "main")
    assert result.exit_code == 0
    assert "the policies of `main` have errors (1): versions are not held against them" in result.stderr


@pytest.mark.parametrize("revision", ["nowhere", "--all", "", "main:policies"])
def test_a_revision_that_git_does_not_know_is_a_wrong_usage(revision: str) -> None:
    result = run("validate", "--against", revision)
    assert result.exit_code == 2
    assert "--against" in result.stderr


def test_without_a_repository_it_is_a_wrong_usage(tmp_path_factory: pytest.TempPathFactory) -> None:
    away = tmp_path_factory.mktemp("away")
    (away / "fraud.yaml").write_text(POLICY)
    (away / "catalog.yaml").write_text(USED_CATALOG)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(away)
        result = run("validate", "fraud.yaml", "--against", "main")
    assert result.exit_code == 2
    assert "not a git repository" in result.stderr


def test_what_comes_from_the_standard_input_has_no_revision() -> None:
    result = run("validate", "-", "--against", "main", text=POLICY)
    assert result.exit_code == 2
    assert "--against needs policies in files" in result.stderr
