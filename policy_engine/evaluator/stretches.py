"""Where most scores fall, by one look-up: the range in buckets, each with the code that its scores get."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK: Final = 1 << 15
"""So many rows at a time, which stay in the processor's cache from one step to the next."""

UNKNOWN: Final = 0xFFFF
"""No code, but that there is none."""

_MOST_BUCKETS: Final = 1024
_FEWEST_BUCKETS: Final = 32
_MOST_ENTRIES: Final = 1 << 17
_WHOLE: Final = 2.0**52
"""From here on to twice as much, binary64 has only whole numbers, whose last bits count them."""
_BITS_OF_WHOLE: Final = int(np.float64(_WHOLE).view(np.int64))
_ROOM: Final = 4
"""Buckets that no score comes into, so that no rounding leads out of the table."""
_MUCH_WIDER: Final = 4
_CLOSEST: Final = 2.0**-30


class Buckets:
    """Codes by combination and bucket. An entry is unknown until `note`, and stays so where a cut lies in the bucket.

    INVARIANT: from score to bucket, every step keeps the order of the scores. So a score in a bucket below that of a
    cut is below the cut, and one in a bucket above is above it, however the steps round.
    """

    def __init__(self, combinations: int, ends: tuple[float, float], cuts: NDArray[np.float64]) -> None:
        """Make room for so many combinations, of scores between *ends* that are compared with *cuts*."""
        self.room = combinations
        self.low, self.high = max(ends[0], -sys.float_info.max), min(ends[1], sys.float_info.max)
        self.many = min(_MOST_BUCKETS, max(_FEWEST_BUCKETS, _MOST_ENTRIES // (combinations + 1)))
        self.begin, self.end = _window(self.low, self.high, cuts)
        self.is_clipped = (self.begin, self.end) != (self.low, self.high)
        with np.errstate(all="ignore"):
            self.scale = np.float64(self.many - _ROOM) / (np.float64(self.end) - self.begin)
            self.shift = _WHOLE + _ROOM / 2 - self.begin * self.scale
            first, last = self._of(np.array([self.begin, self.end]))
        # Otherwise numbers are so great or so close that they cannot be told apart by buckets
        self.is_apt = bool(np.isfinite(self.scale) and 0 <= first < last < self.many)
        # INVARIANT: combination 0, which stands for what has not been met, has no known entry.
        self.codes = np.full((combinations + 1, self.many), UNKNOWN, dtype=np.uint16)

    def places_of(self, cuts: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the buckets in which cuts lie; of those beyond the range, none or one behind all."""
        with np.errstate(all="ignore"):
            return np.clip(self._of(cuts), -1, self.many)

    def note(self, combination: int, after: int, before: int, code: int) -> None:
        """Note the code of all scores in the buckets between two others."""
        if code < UNKNOWN:
            self.codes[combination, after + 1 : max(before, 0)] = code

    def look_up(self, starts: NDArray[np.int64] | int, numbers: NDArray[np.float64], out: NDArray[np.uint16]) -> None:
        """Write the codes of scores between the ends into *out*, `UNKNOWN` where only a comparison can tell.

        *starts* are those of the combinations, see `starts_of`.
        """
        scaled = self._scaled(numbers)
        entries = scaled.view(np.int64)
        entries += starts
        self.codes.reshape(-1).take(entries, out=out, mode="clip")

    def starts_of(self, combinations: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return where the entries of combinations start, less what the bits of a bucket's number have too many."""
        return combinations.astype(np.int64) * self.many - _BITS_OF_WHOLE

    def _of(self, numbers: NDArray[np.float64]) -> NDArray[np.int64]:
        return self._scaled(numbers).view(np.int64) - _BITS_OF_WHOLE

    def _scaled(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return numbers whose last bits are those of their buckets' numbers."""
        scaled: NDArray[np.float64] = np.clip(numbers, self.begin, self.end) if self.is_clipped else numbers
        scaled = scaled * self.scale
        scaled += self.shift
        return scaled


def _window(low: float, high: float, cuts: NDArray[np.float64]) -> tuple[float, float]:
    """Return the part of the range in which the cuts lie, if it is much narrower; beyond it all scores are alike."""
    if not len(cuts):
        return low, high
    first, last = float(cuts.min()), float(cuts.max())
    # Cuts that are next to each other must not make a window in which numbers are too close
    margin = max((last - first) / 8, max(abs(first), abs(last)) * _CLOSEST) or 1.0
    begin, end = max(low, first - margin), min(high, last + margin)
    return (begin, end) if end - begin < (high / _MUCH_WIDER - low / _MUCH_WIDER) else (low, high)
