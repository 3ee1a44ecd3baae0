"""Cases that belong together, as all of one subject do: they are drawn together, and set aside together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policy_engine.exceptions import LabelledDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def numbered(clusters: Sequence[Any] | NDArray[Any], cases: int) -> NDArray[np.intp]:
    """Return the number of each case's cluster, from 0 on without a gap.

    Raises `LabelledDataError` for another number of clusters than *cases*, and for one that is missing (None, NaN, an
    empty text) or no single value. Rows are counted from 1.

    >>> numbered(["b", "a", "b"], 3).tolist()
    [0, 1, 0]
    """
    if len(clusters) != cases:
        raise LabelledDataError(f"there are {cases} scores and {len(clusters)} clusters")
    if isinstance(clusters, np.ndarray) and clusters.dtype.kind in "iu":
        numbers: NDArray[np.intp] = np.unique(clusters, return_inverse=True)[1]
        return numbers
    known: dict[tuple[type, Any], int] = {}
    found = np.empty(cases, dtype=np.intp)
    for row, one in enumerate(clusters):
        if one is None or one == "" or one != one:  # noqa: PLR0124 - only what is no number differs from itself
            raise LabelledDataError(f"row {row + 1:,} has no cluster; leave out cases of which it is not known")
        if isinstance(one, (list, dict, set, tuple)):
            raise LabelledDataError(f"row {row + 1:,}: a cluster is a single value, not {str(one)[:50]}")
        found[row] = known.setdefault((type(one), one), len(known))
    return found
