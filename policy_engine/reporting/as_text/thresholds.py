"""Thresholds of a curve as text: in as few digits as flag the same cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from policy_engine.measures import Curve

_DIGITS: Final = range(6, 18)
"""Significant digits, from few to as many as tell any two numbers apart."""


def place_as_text(curve: Curve, place: int) -> str:
    """Return the threshold of a place; the choice that is no score is named by what it flags."""
    exact = curve.threshold_at(place)
    if exact is None:
        return "none" if curve.higher_is == "riskier" else "all"
    texts = (f"{exact:.{digits}g}" for digits in _DIGITS)
    return next(text for text in texts if curve.place_of(float(text)) == place)


def threshold_as_text(curve: Curve, threshold: float | None) -> str:
    """Return a threshold in digits that flag the same; `none` or `all` for the choice that is no score."""
    if threshold is None:
        return "none" if curve.higher_is == "riskier" else "all"
    return place_as_text(curve, curve.place_of(threshold))
