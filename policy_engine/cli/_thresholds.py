"""Thresholds that an option lists."""

from __future__ import annotations

from math import isfinite

import click

from policy_engine.cli._given import number_or_text


def thresholds_of(said: str, option: str = "--thresholds") -> list[float]:
    """Return the numbers that an *option* lists; raise `click.UsageError` for what is none, or stands there twice.

    >>> thresholds_of("0.5, .3")
    [0.5, 0.3]
    """
    found: list[float] = []
    for text in said.split(","):
        number = number_or_text(text.strip())
        if isinstance(number, str) or not isfinite(number):
            raise click.UsageError(f"{option} takes finite numbers with commas between, not `{text}`")
        # A zero has no sign, as in every comparison
        if number + 0.0 in found:
            raise click.UsageError(f"{option} names {shown(number)} twice")
        found.append(number + 0.0)
    return found


def shown(number: float) -> str:
    """Return a threshold as people write it.

    >>> shown(0.30), shown(700.0)
    ('0.3', '700')
    """
    return repr(number).removesuffix(".0")
