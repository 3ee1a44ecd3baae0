"""Messages for the person who runs a command, on the standard error."""

from __future__ import annotations

import sys
from contextlib import suppress

import click

from policy_engine.printable import printable


def tell(message: str) -> None:
    """Write a message, which may have several lines. That nobody can read it any more changes nothing."""
    with suppress(OSError):
        click.echo("\n".join(map(printable, message.split("\n"))), err=True)


def show_in_place(text: str) -> None:
    """Write *text* over the line that was shown in place before."""
    with suppress(OSError):
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
