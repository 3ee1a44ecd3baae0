"""What every command has in common: help that fits, exit codes, and never a traceback."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click
import pytest

from policy_engine import __version__
from policy_engine.cli import main
from policy_engine.exceptions import MiscompiledError
from tests.support.commands import POLICIES, assert_fits, run
from tests.support.policies import CATALOG, POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def commands(group: click.Group = main, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, the program itself with none."""
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_help_fits_and_has_an_example(words: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        result = run(*words, flag)
        assert result.exit_code == 0
        assert f"\n  Example:\n    policy-engine {' '.join(words)}" in result.stdout
        assert "..." not in result.stdout.partition("Commands:")[2].partition("Example:")[0]
        assert_fits(result.stdout)


def test_the_version_is_said() -> None:
    assert run("--version").stdout == f"policy-engine {__version__}\n"


def test_a_misspelt_command_or_option_is_answered_with_the_likely_one() -> None:
    result = run("validat")
    assert result.exit_code == 2
    assert "Did you mean 'validate'?" in result.stderr
    result = run("validate", "--strct")
    assert result.exit_code == 2
    assert "'--strict'" in result.stderr


@pytest.mark.parametrize("group", [(), ("audit",)], ids=" ".join)
def test_no_command_at_all_is_the_help_once(group: tuple[str, ...]) -> None:
    result = run(*group)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == run(*group, "--help").stdout


def broken(error: BaseException) -> object:
    """Return a function that raises *error*."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_a_bug_is_one_line_that_says_how_to_report_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.validator.review", broken(KeyError("x\x1b[31m")))
    result = run("validate", POLICIES)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"policy-engine: a bug of policy-engine {__version__} (KeyError: 'x")
    assert "run this again with POLICY_ENGINE_DEBUG=1 and report what it prints" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr


def test_a_bug_without_words_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.validator.review", broken(RecursionError()))
    assert "(RecursionError)" in run("validate", POLICIES).stderr


def test_a_bug_has_its_traceback_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.validator.review", broken(KeyError("x")))
    result = run("validate", POLICIES, POLICY_ENGINE_DEBUG="1")
    assert result.exit_code == 2
    assert "Traceback (most recent call last)" in result.stderr


def test_a_table_that_the_reference_does_not_confirm_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.compiler.compile_policies", broken(MiscompiledError("wrong")))
    result = run("decide", "card-fraud", "--policies", POLICIES)
    assert result.exit_code == 2
    assert "a bug of policy-engine" in result.stderr


@pytest.mark.parametrize("error", [KeyboardInterrupt(), EOFError()])
def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    monkeypatch.setattr("policy_engine.validator.review", broken(error))
    assert run("validate", POLICIES).exit_code == 130


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(5, "Input/output error", "a\x1bb"), "policy-engine: a\\x1bb: Input/output error\n"),
        (OSError(5, "Input/output error"), "policy-engine: Input/output error\n"),
        (OSError("of its own making"), "policy-engine: of its own making\n"),
    ],
)
def test_an_error_of_the_system_is_said_with_the_file(
    monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    monkeypatch.setattr("policy_engine.validator.review", broken(error))
    result = run("validate", POLICIES)
    assert (result.exit_code, result.stderr) == (2, said)


FORGED = "x\n::error file=a::forged\r::error::forged"


@pytest.mark.parametrize(
    "args",
    [
        ("validate", POLICIES, "--select", FORGED),
        ("validate", POLICIES, "--ignore", FORGED),
        ("validate", POLICIES, "--at", FORGED),
        ("validate", POLICIES, "--against", FORGED),
        ("validate", POLICIES, "--output", f"{FORGED}/x"),
        ("validate", FORGED),
        ("validate", f"--{FORGED}"),
        ("rule", FORGED),
        ("show", "card-fraud", "--policies", POLICIES, "--tier", FORGED),
        ("audit", "verify", FORGED),
        (FORGED,),
    ],
    ids=lambda args: " ".join(one for one in args if one not in (FORGED, POLICIES)),
)
def test_a_line_break_in_words_from_outside_begins_no_line(args: tuple[str, ...]) -> None:
    stderr = run(*args).stderr
    assert stderr
    assert "\r" not in stderr
    assert [line for line in stderr.split("\n") if line.startswith("::")] == []


@pytest.mark.parametrize("text", ["select = [{}]", "ignore = {}", "{} = 1"])
def test_a_line_break_in_pyproject_begins_no_line(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = '"PE\\n::error file=a::forged"'
    (tmp_path / "pyproject.toml").write_text(f"[tool.policy_engine]\n{text.format(forged)}\n")
    monkeypatch.chdir(tmp_path)
    stderr = run("validate", POLICIES, "--format", "github").stderr
    assert "PE\\n::error file=a::forged" in stderr
    assert [line for line in stderr.split("\n") if line.startswith("::")] == []


EMPTY = [
    ("validate", ""),
    ("validate", POLICIES, ""),
    ("validate", "--output", ""),
    ("fmt", ""),
    ("test", ""),
    ("test", "--output", ""),
    ("show", "--policies", ""),
    ("show", "--output", ""),
    ("timeline", "x", "--policies", ""),
    ("decide", "x", "--policies", ""),
    ("decide", "--input", ""),
    ("decide", "x", "--audit", ""),
    ("audit", "verify", ""),
    ("schema", "--write", ""),
    ("schema", "--check", ""),
    ("init", "x", "--output", ""),
    ("rule", "--output", ""),
]


@pytest.mark.parametrize("args", EMPTY, ids=lambda args: " ".join(one for one in args if one != POLICIES))
def test_an_empty_path_is_wrong_usage_and_not_the_working_folder(
    args: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.yaml").write_text("owner: a\nschema: policy/v1\n")
    monkeypatch.chdir(tmp_path)
    result = run(*args)
    assert result.exit_code == 2
    assert "it is empty: name a file or a folder; `.` is the working folder" in result.stderr
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("x.yaml", "owner: a\nschema: policy/v1\n")]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a project with a policy, its catalog and its evidence, and another name of the policy elsewhere."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "catalog.yaml").write_text(CATALOG)
    (folder / "fraud.yaml").write_text(f"{POLICY}evidence: e.json\n")
    (folder / "e.json").write_text("{}")
    (tmp_path / "link").symlink_to("policies/fraud.yaml")
    (tmp_path / "second").hardlink_to(folder / "fraud.yaml")
    (tmp_path / "pyproject.toml").write_text('[tool.policy_engine]\npolicies = "policies"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


OVERWRITING = [
    *(
        ("validate", "--output", name)
        for name in (
            "policies/fraud.yaml",
            "policies/catalog.yaml",
            "policies/e.json",
            "link",
            "second",
            "pyproject.toml",
        )
    ),
    ("validate", "policies/fraud.yaml", "--output", "policies/catalog.yaml"),
    ("validate", "-", "--output", "policies/catalog.yaml"),
    ("test", "--output", "policies/fraud.yaml"),
    ("show", "--output", "policies/fraud.yaml"),
    ("timeline", "card-fraud", "--output", "policies/fraud.yaml"),
    ("decide", "card-fraud", "--score", "0.5", "--output", "policies/fraud.yaml"),
    ("decide", "card-fraud", "--input", "-", "--output", "policies/fraud.yaml"),
]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no links")
@pytest.mark.parametrize("args", OVERWRITING, ids=" ".join)
def test_what_was_read_is_not_overwritten(project: Path, args: tuple[str, ...]) -> None:
    before = {one: one.read_bytes() for one in project.rglob("*") if one.is_file()}
    result = run(*args, text=POLICY)
    assert result.exit_code == 2
    assert f"--output is a file that was read: `{args[-1]}` would be lost" in result.stderr
    assert {one: one.read_bytes() for one in project.rglob("*") if one.is_file()} == before


def test_what_was_not_read_may_be_overwritten(project: Path) -> None:
    (project / "policies" / "found.txt").write_text("from before")
    assert run("validate", "--output", "policies/found.txt").exit_code == 0
    assert "from before" not in (project / "policies" / "found.txt").read_text()
