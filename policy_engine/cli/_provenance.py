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

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_PACKAGES: Final = ("policy-engine", "numpy", "scipy")


def command_of(ctx: click.Context, name: str, without: Collection[str]) -> str:
    """Return the command *name* with what was given on the command line, but for the options *without*."""
    return shlex.join(("policy-engine", name, *_arguments(ctx, without)))


def data_of(files: Sequence[str]) -> list[dict[str, Any]]:
    """Return each file with its digest, None for the standard input, which is read but once."""
    return [{"file": path, "sha256": _digest(path)} for path in files]


def packages_of() -> dict[str, str]:
    """Return the versions of what numbers are counted with."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def _digest(path: str) -> str | None:
    if path == STANDARD:
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
