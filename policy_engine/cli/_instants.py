"""The instant that an option names."""

from __future__ import annotations

from typing import Any

import click


def instant_of(text: str, option: str = "--at") -> Any:  # noqa: ANN401 - a datetime, whose module is not needed here
    """Return the instant that *option* names; raise `click.UsageError` where it names none."""
    from policy_engine.model import parse_instant

    try:
        return parse_instant(text)
    except ValueError:
        raise click.UsageError(
            f"{option} takes an instant with an offset, such as 2026-07-01T00:00:00Z, not `{text}`"
        ) from None
