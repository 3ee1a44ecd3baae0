"""Accuracy by coverage as a picture. Needs matplotlib, the extra `plots`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.measures import TIERS
from policy_engine.reporting.drawing import drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from policy_engine.measures import Coverage
    from policy_engine.tuning import Refit

_MOST_POINTS: Final = 2000
"""More than there are dots across."""


def coverage_as_png(found: Refit, tiers: Sequence[str] = TIERS) -> bytes:
    """Return the curve of the first class and of the first three, with the wanted accuracy, and where *tiers* begin."""
    return drawn(lambda figure: _draw(figure.add_subplot(), found, tiers), "png")


def _draw(axes: Axes, found: Refit, tiers: Sequence[str]) -> None:
    coverage = found.fit.coverage
    places = _thinned(len(coverage.thresholds))
    share = coverage.covered[places] / coverage.cases
    axes.plot(share, coverage.accuracy[places], color="#1f4e79", label="first class true")
    axes.plot(share, (coverage.at_top / coverage.covered)[places], color="#7f7f7f", label="truth among the first three")
    axes.axhline(found.plan.confident_accuracy, color="#b03a2e", linewidth=0.8, linestyle="--", label="wanted")
    for threshold, name in zip(found.fit.cuts or (), tiers, strict=False):
        at = _covered(coverage, threshold)
        axes.axvline(at, color="#555555", linewidth=0.8, linestyle=":")
        axes.annotate(
            f"{name} {threshold:.4g}", (at, 0.02), xycoords=("data", "axes fraction"), rotation=90, ha="right"
        )
    axes.set(xlabel="coverage", ylabel="accuracy of the covered", xlim=(0, 1))
    axes.legend(loc="lower left", frameon=False)


def _thinned(many: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    return np.unique(np.linspace(0, many - 1, min(many, _MOST_POINTS)).round().astype(np.intp))


def _covered(coverage: Coverage, threshold: float) -> float:
    """Return the part of the cases that one of the observed thresholds covers."""
    place = int(np.flatnonzero(coverage.thresholds == threshold)[0])
    return float(coverage.covered[place] / coverage.cases)
