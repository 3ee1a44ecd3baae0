"""`policy-engine schema`."""

from __future__ import annotations

import click


@click.command()
def schema() -> int:
    """Todo."""
    return 0
