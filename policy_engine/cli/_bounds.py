"""How far the variables of an old service may move the numbers of a new policy."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from policy_engine.cli._wanted import HIGHLIGHT, LEAD_RATIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.cli._wanted import BandWanted, Wanted


def tunables(wanted: Wanted) -> Iterator[tuple[str, str, tuple[float, float]]]:
    """Yield the name of each number that a variable sets, the variable, and the bounds."""
    for band in wanted.bands:
        if band.env is not None:
            yield band.name, band.env, _bounds(wanted, band)
        if band.highlight is not None:
            yield band.name + HIGHLIGHT, band.highlight.name, _bounds_of_highlight(wanted, band, band.highlight.number)
    if wanted.lead is not None:
        at = wanted.lead.number
        yield (
            LEAD_RATIO,
            wanted.lead.name,
            (max(1.0, _away(at, -0.2 * at)), _away(at, 0.2 * at)),
        )


def _bounds(wanted: Wanted, band: BandWanted) -> tuple[float, float]:
    """Return how far a variable may move a threshold: a little, and never so far that two bands could meet."""
    at = float(band.at_least or 0.0)
    cuts = sorted(one.at_least for one in wanted.bands if one.at_least is not None)
    place = cuts.index(at)
    low = cuts[place - 1] if place else wanted.score_range[0]
    if band.highlight is not None and band.highlight.number < at:
        # Nor so far that a case of the band could have no class above the cut
        low = max(band.highlight.number, -math.inf if low is None else low)
    high = cuts[place + 1] if place + 1 < len(cuts) else wanted.score_range[1]
    return _between(wanted, at, low, high)


def _bounds_of_highlight(wanted: Wanted, band: BandWanted, at: float) -> tuple[float, float]:
    """Return how far a variable may move the cut of a highlight: never above the threshold of its band."""
    high = wanted.score_range[1] if band.at_least is None else band.at_least
    return _between(wanted, at, wanted.score_range[0], high)


def _between(wanted: Wanted, at: float, low: float | None, high: float | None) -> tuple[float, float]:
    usual = 0.1 * (max(abs(at), 1e-6) if None in wanted.score_range else _span(wanted.score_range))
    below = usual if low is None else min(usual, 0.4 * (at - low))
    above = usual if high is None else min(usual, 0.4 * (high - at))
    return _away(at, -below), _away(at, above)


def _span(score_range: tuple[float | None, float | None]) -> float:
    low, high = score_range
    return 1.0 if low is None or high is None else high - low


def _away(at: float, distance: float) -> float:
    """Return the number that lies so far from *at*, with two digits of the distance, rounded towards *at*."""
    exact = Decimal(f"{distance:.12g}")  # what binary64 adds behind that makes no better bound
    if not exact:
        return at
    digit = Decimal(1).scaleb(exact.adjusted() - 1)
    towards = ROUND_CEILING if distance < 0 else ROUND_FLOOR
    found = float((Decimal(repr(at)) + exact).quantize(digit, towards))
    return found if math.isfinite(found) else at
