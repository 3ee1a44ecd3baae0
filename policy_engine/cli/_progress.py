"""How far a long command is: one line on the standard error that is written over, on a terminal only."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Self

from policy_engine.cli._messages import show_in_place
from policy_engine.cli._terminal import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_SECONDS = 0.1


class Progress:
    """Counts *unit*s, out of *total* where that is known. Nothing is shown where *quiet*."""

    def __init__(
        self, unit: str, *, total: int = 0, quiet: bool = False, clock: Callable[[], float] = monotonic
    ) -> None:
        """Begin at nothing. *clock* counts seconds."""
        self._unit = unit
        self._total = total
        self._done = 0
        self._clock = clock
        self._next = clock() + _SECONDS
        self._quiet = quiet or not is_terminal(sys.stderr)

    def advance(self, done: int, share: float | None = None) -> None:
        """Note that so many more are done, and which *share* of all is, where only that is known."""
        self._done += done
        if self._quiet or self._clock() < self._next:
            return
        self._next = self._clock() + _SECONDS
        if self._total:
            share = self._done / self._total
        show_in_place(f"{self._done:,} {self._unit}" + ("" if share is None else f" ({share:.0%})"))

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clear the line."""
        if not self._quiet:
            show_in_place("")
