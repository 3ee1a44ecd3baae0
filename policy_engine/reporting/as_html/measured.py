"""The measures of every threshold that a page keeps, from its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policy_engine.measures import MEASURES, Counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def measured_at(part: Mapping[str, Any], names: Sequence[str]) -> dict[str, list[float | None]]:
    """Return the measures of these *names* at each threshold of the part, None where one is not defined.

    >>> measured_at({"tp": [1, 0], "fp": [1, 0], "fn": [0, 1], "tn": [0, 1]}, ["precision"])
    {'precision': [0.5, None]}
    """
    counts = Counts(*(np.array(part[name]) for name in Counts._fields))
    return {name: [None if np.isnan(one) else one for one in MEASURES[name](counts).tolist()] for name in names}
