"""Messages for the person who runs a command, on the standard error."""

from __future__ import annotations

import os
import sys
import textwrap
from contextlib import suppress

import click

from policy_engine.printable import printable

_NARROWEST, _USUAL, _WIDEST = 40, 80, 120


def tell(message: str) -> None:
    """Write a message, which is one line: a line break in words that it quotes is spelled out, and begins no line.

    A line that a terminal is too narrow for is broken at blanks. That nobody can read it any more changes nothing.
    """
    _write([message])


def tell_lines(text: str) -> None:
    """Write a text of several lines, in which whatever comes from outside was made printable before."""
    _write(text.split("\n"))


def _write(lines: list[str]) -> None:
    columns = width_of_messages()
    with suppress(OSError):
        click.echo("\n".join(_broken(printable(line), columns) for line in lines), err=True)


def width_of_messages() -> int | None:
    """Return how wide a message may be: as wide as the terminal, within reason; None where they go anywhere else."""
    stream = sys.stderr
    if stream is None or stream.closed or not stream.isatty():
        return None
    columns = _USUAL
    with suppress(OSError, ValueError):
        columns = os.get_terminal_size(stream.fileno()).columns or _USUAL
    return min(max(columns, _NARROWEST), _WIDEST)


def _broken(line: str, columns: int | None) -> str:
    if columns is None or len(line) <= columns:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def show_in_place(text: str) -> None:
    """Write *text* over the line that was shown in place before."""
    with suppress(OSError):
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
