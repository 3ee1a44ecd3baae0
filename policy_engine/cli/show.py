"""`policy-engine show`."""

from __future__ import annotations

import click


@click.command()
def show() -> int:
    """Todo."""
    return 0
