"""`--select` and `--ignore`, on the command line and in pyproject.toml: which findings are told, and count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.commands import json_of, run
from tests.support.policies import POLICY, USED_CATALOG, edited

if TYPE_CHECKING:
    from pathlib import Path

MISTAKES = (
    ("effective: {from: 2026-07-01T00:00:00Z}", "effective: {from: 2026-07-01T00:00:00Z, until: 2227-01-01T00:00:00Z}"),
    ("at_least: 0.55", "at_least: 0.95"),
    ("model: {name: fraud-gbm}", "model: {name: fraud-gbm}\n  signal: top"),
)
"""The warning PE424 and the error PE104; with the last two, the cells are not looked at."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "catalog.yaml").write_text(USED_CATALOG)
    (tmp_path / "policies" / "fraud.yaml").write_text(edited(POLICY, MISTAKES[0], MISTAKES[1]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes(*args: str) -> list[str]:
    return [one["code"] for one in json_of(run("validate", "--format", "json", *args))["findings"]]


def test_without_them_everything_is_told() -> None:
    assert sorted(codes()) == ["PE201", "PE424"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--select", "PE2"], ["PE201"]),
        (["--select", "pe424"], ["PE424"]),
        (["--select", "PE1,PE4"], ["PE424"]),
        (["--select", "PE1", "--select", "PE4"], ["PE424"]),
        (["--select", "end-without-successor"], ["PE424"]),
        (["--ignore", "PE424"], ["PE201"]),
        (["--ignore", "PE"], []),
        (["--ignore", "PE4", "--select", "PE424"], ["PE424"]),
        (["--select", "PE", "--ignore", "PE2"], ["PE424"]),
        (["--select", "PE2", "--ignore", "PE2"], []),
        (["--ignore", "PE201, PE424"], []),
    ],
)
def test_the_longer_beginning_of_a_code_decides_and_of_equals_the_ignored_one(args: list[str], told: list[str]) -> None:
    assert codes(*args) == told


def test_only_what_is_told_counts_and_what_is_left_out_is_said() -> None:
    result = run("validate", "--ignore", "PE2")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "1 warning in 1 of 2 files",
        "left out by --select and --ignore: 1 error: the policies cannot be used before every error is mended",
    ]
    assert run("validate", "--ignore", "PE2", "--strict").exit_code == 1
    assert run("validate", "--ignore", "PE").stderr.splitlines()[0] == "2 files, 1 policy: no findings"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("PE9", "no rule has the code or name `PE9`"),
        ("PE2O1", "`policy-engine rule` lists them"),
        ("end-without-sucessor", "did you mean `end-without-successor`?"),
        ("xyz", "`policy-engine rule` lists them"),
    ],
)
@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_code_that_no_rule_has_is_told(option: str, text: str, hint: str) -> None:
    result = run("validate", option, text)
    assert result.exit_code == 2
    assert f"{option}: no rule has the code or name `{text}`" in result.stderr
    assert hint in result.stderr


@pytest.mark.parametrize("text", ["", " ", ",,"])
@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_text_that_names_no_code_is_told(option: str, text: str) -> None:
    result = run("validate", option, text)
    assert result.exit_code == 2
    assert f"{option} names no code" in result.stderr


def test_the_project_may_say_it_and_the_command_line_says_otherwise(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.policy_engine]\nselect = ["PE4"]\nstrict = true\n')
    assert codes() == ["PE424"]
    assert run("validate").exit_code == 1
    assert codes("--select", "PE2") == ["PE201"]
    (folder / "pyproject.toml").write_text('[tool.policy_engine]\nignore = "PE2"\n')
    assert codes() == ["PE424"]
    assert run("validate").exit_code == 0
    assert codes("--ignore", "PE4") == ["PE201"]


def test_what_is_waived_is_in_the_json_with_its_reason(folder: Path) -> None:
    path = folder / "policies" / "fraud.yaml"
    waived = (MISTAKES[0][0], f"{MISTAKES[0][1]} # policy-engine: ignore[PE424] the shop closes")
    path.write_text(edited(POLICY, waived))
    found = json_of(run("validate", "--format", "json"))
    assert found["findings"] == []
    assert [(one["code"], one["line"], one["reason"]) for one in found["waived"]] == [("PE424", 5, "the shop closes")]
    assert run("validate", "--strict").stderr == "2 files, 1 policy: no findings, 1 waived\n"
