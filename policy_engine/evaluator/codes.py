"""The verdicts of a batch: a small number for each row, and what the numbers stand for."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from numpy.typing import NDArray

    from policy_engine.model import Verdict

_TYPES: Final = (np.uint16, np.uint32, np.int64)


def first_rows(codes: NDArray[Any], count: int) -> list[tuple[int, int]]:
    """Return each of the *count* codes that is there, with the first row that has it."""
    first = np.full(count, -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return [(code, row) for code, row in enumerate(first.tolist()) if row >= 0]


@dataclass(frozen=True, slots=True)
class BatchVerdicts:
    """The verdicts of a batch: `verdicts[codes[i]]` is that of row *i*.

    Codes are of the smallest unsigned type that has room for them. Their order means nothing.

    Of cases with several classes, labels or scores, a verdict of the table is what rows with one code have in common:
    that on row *i*, with its own labels and members, is `self[i]`.
    """

    codes: NDArray[Any]
    verdicts: tuple[Verdict, ...]
    own: Callable[[int], Verdict] | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def __getitem__(self, row: int) -> Verdict:
        """Return the verdict of a row."""
        return self.verdicts[int(self.codes[row])] if self.own is None else self.own(row)

    @property
    def outcomes(self) -> NDArray[np.str_]:
        """The outcome of every row, in the order of the rows."""
        outcomes = np.array([verdict.outcome for verdict in self.verdicts], dtype=np.str_)
        of_rows: NDArray[np.str_] = outcomes[self.codes]
        return of_rows


class Codes:
    """The codes of rows as they are found, by several threads perhaps, in whatever order."""

    def __init__(self, rows: int) -> None:
        """Make room for the codes of so many rows."""
        self._codes: NDArray[Any] = np.empty(rows, dtype=_TYPES[0])
        self._verdicts: list[Verdict] = []
        self._alike: dict[Hashable, int] = {}
        self._turn = Lock()

    def add(self, verdict: Verdict) -> int:
        """Return the code of a verdict that there was not before."""
        with self._turn:
            self._verdicts.append(verdict)
            return len(self._verdicts) - 1

    def add_alike(self, verdict: Verdict, key: Hashable) -> int:
        """Return the code of a verdict, which is that of an equal one if the last one under *key* is equal."""
        known = self._alike.get(key)
        if known is not None and self._verdicts[known] == verdict:
            return known
        code = self._alike[key] = self.add(verdict)
        return code

    def put(self, begin: int, codes: NDArray[Any]) -> None:
        """Keep the codes of the rows from *begin* on."""
        most = int(codes.max(initial=0)) if codes.dtype != _TYPES[0] else 0
        with self._turn:
            if most > np.iinfo(self._codes.dtype).max:
                self._codes = self._codes.astype(next(one for one in _TYPES if most <= np.iinfo(one).max))
            self._codes[begin : begin + len(codes)] = codes

    def kept(self, own: Callable[[int], Verdict] | None = None) -> BatchVerdicts:
        """Return what was found, once all rows have their code; *own* tells the verdict on a row in full."""
        return BatchVerdicts(self._codes, tuple(self._verdicts), own)
