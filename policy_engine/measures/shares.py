"""Measures that are a share of cases: of which, and among which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.measures.intervals import Proportion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.measures.rates import Counts

    Cells = tuple[tuple[str, ...], tuple[str, ...]]

SHARES: Final[Mapping[str, Cells]] = {
    "precision": (("tp",), ("tp", "fp")),
    "recall": (("tp",), ("tp", "fn")),
    "specificity": (("tn",), ("tn", "fp")),
    "false_positive_rate": (("fp",), ("tn", "fp")),
    "accuracy": (("tp", "tn"), ("tp", "fp", "fn", "tn")),
    "flagged_share": (("tp", "fp"), ("tp", "fp", "fn", "tn")),
}
"""The cells of the cases that are hits, and of those that they are among, by the measure."""


def proportion_in(counts: Counts, cells: Cells) -> Proportion:
    """Return how many cases of whole *counts* are hits, and among how many.

    >>> from policy_engine.measures.rates import Counts
    >>> proportion_in(Counts(3, 1, 2, 4), SHARES["precision"])
    Proportion(hits=3, cases=4)
    """
    hits, cases = (int(sum(getattr(counts, cell) for cell in which)) for which in cells)
    return Proportion(hits, cases)
