"""The command `policy-engine`: its subcommands, and what becomes of whatever goes wrong in one.

Commands import what they need inside themselves, so that `--help` and `validate` start fast.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

import click

from policy_engine import __version__
from policy_engine.cli._ending import end
from policy_engine.cli._messages import tell, tell_lines, width_of_messages
from policy_engine.cli.audit import audit
from policy_engine.cli.compare import compare
from policy_engine.cli.decide import decide
from policy_engine.cli.drift import drift
from policy_engine.cli.fmt import fmt
from policy_engine.cli.init import init
from policy_engine.cli.refit import refit
from policy_engine.cli.report import report
from policy_engine.cli.rule import rule
from policy_engine.cli.schema import schema
from policy_engine.cli.show import show
from policy_engine.cli.sweep import sweep
from policy_engine.cli.test import test
from policy_engine.cli.timeline import timeline
from policy_engine.cli.tune import tune
from policy_engine.cli.validate import validate
from policy_engine.cli.verify_targets import verify_targets
from policy_engine.exceptions import (
    AuditError,
    InvalidPolicyError,
    InvalidRequestError,
    MiscompiledError,
    PolicyEngineError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.diagnostics import Report

PROGRAM = "policy-engine"

_EPILOG = """\b
Example:
  policy-engine validate
  policy-engine show card-fraud --jurisdiction DE --tier gold
  policy-engine decide card-fraud --score 0.71 --model-version 4.3 --explain

Without a PATH, policies are looked for where pyproject.toml says so under
[tool.policy_engine], as in policies = "policies"; else in policies/.

\b
Exit codes:
  0  all is well, or there are only warnings
  1  findings, failing tests, a broken log or target, cases without a decision
  2  wrong usage, no policy found, or an internal error

\b
Completion for bash (zsh and fish likewise):
  eval "$(_POLICY_ENGINE_COMPLETE=bash_source policy-engine)"
"""


class _ReaderIsGoneError(Exception):
    """The standard output was closed before everything was written."""


class _Program(click.Group):
    """A group that answers for everything that its commands let through."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own
        """Run the command. A closed pipe is told apart here: click would make an exit code of 1 of it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderIsGoneError from error

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ANN401 - click's own
        """Run the command line and exit with its code."""
        kwargs |= {"prog_name": PROGRAM, "standalone_mode": False}
        sys.exit(_exit_code(lambda: super(_Program, self).main(*args, **kwargs)))


@click.group(
    cls=_Program,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(__version__, message=f"{PROGRAM} %(version)s")
def main() -> None:
    """Thresholds as policy: check them, see what holds where, decide by them, verify the log."""


_COMMANDS = (
    init, validate, rule, fmt, show, timeline, decide, test,
    sweep, tune, refit, report, compare, drift, verify_targets, audit, schema,
)  # fmt: skip

for _command in _COMMANDS:
    main.add_command(_command)


def run() -> NoReturn:
    """Run the command line as a program: the process ends here, and nobody learns of it."""
    code: object = 0
    try:
        main()
    except SystemExit as ending:
        code = ending.code
    end(code if isinstance(code, int) else int(code is not None))


def _exit_code(run: Callable[[], int | None]) -> int:
    """Return the exit code of *run*, whatever it raises; say on the standard error what went wrong."""
    try:
        return run() or 0
    except click.Abort:
        return 130
    except _ReaderIsGoneError:
        return _reader_is_gone()
    except click.ClickException as error:
        _tell_usage(error)
        return 2
    except InvalidPolicyError as error:
        return _tell_findings(error.report)
    except (AuditError, InvalidRequestError) as error:
        _tell(str(error))
        return 1
    except MiscompiledError as error:
        return _bug(error)
    except PolicyEngineError as error:
        _tell(str(error))
        return 2
    except OSError as error:
        _tell(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error))
        return 2
    except Exception as error:  # noqa: BLE001 - the last to be asked: a traceback helps nobody who runs a command
        return _bug(error)


def _tell_usage(error: click.ClickException) -> None:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        tell_lines(error.format_message())
        return
    if isinstance(error, click.UsageError) and error.ctx is not None:
        tell_lines(f"{error.ctx.get_usage()}\nTry '{error.ctx.command_path} --help' for help.\n")
    _tell(error.format_message())


def _tell_findings(report: Report) -> int:
    """Say what is wrong with policies that another command than `validate` needs."""
    from policy_engine.reporting.as_text import findings_as_text, summary_of

    tell_lines(findings_as_text(report, wrap=width_of_messages()).rstrip("\n") + "\n")
    _tell(f"{summary_of(report, 0)}: the policies cannot be used")
    return 1


def _tell(message: str) -> None:
    tell(f"{PROGRAM}: {message}")


def _reader_is_gone() -> int:
    """End like a program that the closed pipe ended; what is still buffered goes nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141


def _bug(error: Exception) -> int:
    if os.environ.get("POLICY_ENGINE_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
        return 2
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    _tell(
        f"a bug of policy-engine {__version__} ({what[:300]}): "
        "run this again with POLICY_ENGINE_DEBUG=1 and report what it prints"
    )
    return 2
