"""Where numbers come from: the command that made them, the files that it read, and the versions of what counted."""

from __future__ import annotations

import platform
import shlex
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from policy_engine.cli._file_formats import STANDARD
from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_PACKAGES: Final = ("policy-engine", "numpy", "scipy")


def command_of(ctx: click.Context, name: str, without: Collection[str]) -> str:
    """Return the command *name* with what was given on the command line, but for the options *without*."""
    return shlex.join(("policy-engine", name, *_arguments(ctx, without)))


def data_of(files: Sequence[str]) -> list[dict[str, Any]]:
    """Return each file with its digest, None for the standard input and pipes, which are read but once."""
    return [{"file": path, "sha256": _digest(path)} for path in files]


def states_of(files: Sequence[str]) -> dict[str, tuple[int, ...] | None]:
    """Return what tells whether a file is still the one that was read, None of what is no file."""
    return {path: _state(path) for path in files}


def expect_unchanged(states: Mapping[str, tuple[int, ...] | None]) -> None:
    """Raise `click.UsageError` where a file is no longer what it was: its digest would be that of other data."""
    for path, state in states.items():
        if _state(path) != state:
            raise click.UsageError(f"`{printable(path)}` changed while it was read: run again")


def expect_files(states: Mapping[str, tuple[int, ...] | None], which: str = "with --write, DATA are files") -> None:
    """Raise `click.UsageError` for what is no file, and cannot be read again for its digest; *which* have to be some.

    What is not there at all is left to whoever reads it.
    """
    for path, state in states.items():
        if state is None and (path == STANDARD or Path(path).exists()):
            raise click.UsageError(f"{which}, and `{printable(path)}` is none: evidence has their digests")


def _state(path: str) -> tuple[int, ...] | None:
    if path == STANDARD or not Path(path).is_file():
        return None
    found = Path(path).stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def packages_of(*more: str) -> dict[str, str]:
    """Return the versions of what numbers are counted with, and of *more* packages."""
    return {"python": platform.python_version(), **{name: version(name) for name in (*_PACKAGES, *more)}}


def _digest(path: str) -> str | None:
    if _state(path) is None:
        return None
    with Path(path).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _arguments(ctx: click.Context, without: Collection[str]) -> list[str]:
    """Return what was given on the command line, in the order of the help."""
    found: list[str] = []
    for one in ctx.command.params:
        if one.name is None or ctx.get_parameter_source(one.name) != ParameterSource.COMMANDLINE:
            continue
        value = ctx.params[one.name]
        if isinstance(one, click.Argument):
            found += value
        elif one.name not in without:
            values = value if one.multiple else [value]
            found += [part for each in values for part in (one.opts[-1], _as_given(each))]
    return found


def _as_given(value: Any) -> str:  # noqa: ANN401 - whatever an option takes
    return ":".join(str(one) for one in value) if isinstance(value, tuple) else str(value)
