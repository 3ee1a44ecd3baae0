"""`policy-engine test`."""

from __future__ import annotations

import click


@click.command()
def test() -> int:
    """Todo."""
    return 0
