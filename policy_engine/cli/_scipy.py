"""Whether scipy is there, which some commands need and the engine does not."""

from __future__ import annotations

from importlib.util import find_spec

import click


def require_scipy(command: str) -> None:
    """Raise `click.UsageError` where *command* cannot do without scipy, and has to."""
    if find_spec("scipy") is None:
        raise click.UsageError(f"`{command}` needs scipy, which is not there: pip install 'policy-engine[tune]'")
