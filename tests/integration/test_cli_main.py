"""What every command has in common: help that fits, exit codes, and never a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from policy_engine import __version__
from policy_engine.cli import main
from policy_engine.exceptions import MiscompiledError
from tests.support.commands import POLICIES, assert_fits, run

if TYPE_CHECKING:
    from collections.abc import Iterator


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
