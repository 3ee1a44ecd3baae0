"""Shares as values of options."""

from __future__ import annotations

from typing import Any

import click

_WHOLLY_RANDOM = 0.5


class Share(click.ParamType[float]):
    """A share: a number from 0 to 1, with or without the two ends."""

    name = "share"

    def __init__(self, *, ends: bool = False) -> None:
        """Take 0 and 1 where *ends* says so."""
        self._ends = ends

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Return *value* as a number, unless it is none, or none of these."""
        try:
            share = float(value)
        except (TypeError, ValueError):
            self.fail(f"`{value}` is no number", param, ctx)
        if not ((0 <= share <= 1) if self._ends else (0 < share < 1)):
            self.fail(f"{value} does not lie between 0 and 1{'' if self._ends else ', both ends excluded'}", param, ctx)
        return share


class NoiseRange(click.ParamType[tuple[float, float]]):
    """Two shares of wrong labels, the lower first; one alone is both."""

    name = "low:high"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - a text, or what a default is
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[float, float]:
        """Return *value* as two numbers."""
        if isinstance(value, tuple):
            return value
        try:
            ends = [float(one) for one in value.split(":")]
        except ValueError:
            self.fail(f"`{value}` is not two shares, such as 0.07:0.16", param, ctx)
        low, high = ends[0], ends[-1]
        if len(ends) > 2 or not 0 <= low <= high < _WHOLLY_RANDOM:  # noqa: PLR2004 - a lower and an upper end
            self.fail(f"`{value}` is not two shares from 0 up to less than 0.5, the lower first", param, ctx)
        return low, high
