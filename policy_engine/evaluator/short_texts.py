"""Texts of up to twelve bytes among those that were met, by the sixteen bytes that Arrow and polars have for each.

Such a view is the length and then the text itself, and nothing but zeros behind it: equal views are equal texts. So a
text is found by two numbers, without looking at its letters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from policy_engine.evaluator.stretches import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_MOST_BYTES: Final = 12
_MOST_TEXTS: Final = 1024
_AT_ONCE: Final = 256
_HASHED_BITS: Final = 16
_UNUSED_BITS: Final = np.uint64(64 - _HASHED_BITS)
_LENGTH: Final = np.uint64(0xFFFF_FFFF)
# Odd, and with ones and zeros all over them, as multiplicative hashing wants them
_FIRST: Final = np.uint64(0x9E3779B97F4A7C15)
_SECOND: Final = np.uint64(0xC2B2AE3D27D4EB4F)


class _Known(NamedTuple):
    """The texts met by now: the place of each hash, and the two halves of each place's view."""

    of_hash: NDArray[np.uint16]
    first: NDArray[np.uint64]
    second: NDArray[np.uint64]

    def places(self, views: NDArray[np.uint64], out: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """Write the places of texts into *out*, and return for which of them that is another text's."""
        first, second = views[:, 0], views[:, 1]
        self.of_hash.take(hashed(first, second), out=out, mode="clip")
        places = out.astype(np.intp)
        is_other: NDArray[np.bool_] = self.first.take(places) != first
        is_other |= self.second.take(places) != second
        return is_other


def hashed(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the hashes of views by their halves: as many as there are entries in the table."""
    mixed = first * _FIRST
    mixed += second * _SECOND
    mixed >>= _UNUSED_BITS
    return mixed.view(np.int64)


class ShortTexts:
    """The places of short texts, as somebody else numbers them. To be used by one thread at a time."""

    def __init__(self) -> None:
        """Begin with none."""
        nothing = np.full(1, ~np.uint64(0))
        self._known = _Known(np.zeros(1 << _HASHED_BITS, dtype=np.uint16), nothing, nothing)
        self._numbers: list[int] = [0]
        self._is_apt = True

    @property
    def are_apt(self) -> bool:
        """Whether all texts that were met could be found so: then it is worth a try with the next ones."""
        return self._is_apt

    def places(
        self, views: NDArray[np.uint64], is_null: NDArray[np.bool_] | None, number: Callable[[str], int]
    ) -> NDArray[Any] | None:
        """Return the numbers of texts, 0 for a null; None where some are too long, or there are too many.

        *number* gives that of a text that was not met before.
        """
        if not self._is_apt:
            return None
        found = np.empty(len(views), dtype=np.uint16)
        for at in range(0, len(views), CHUNK // 2):
            rows = slice(at, at + CHUNK // 2)
            is_other = self._known.places(views[rows], found[rows])
            if is_null is not None:
                is_other &= ~is_null[rows]
            while is_other.any():
                # A few are mostly all there are
                if not self._meet(views[rows][is_other][:_AT_ONCE], number):
                    return None
                is_other &= self._known.places(views[rows], found[rows])
            if is_null is not None:
                found[rows][is_null[rows]] = 0
        is_same = self._numbers == [*range(len(self._numbers))]
        return found if is_same else np.array(self._numbers)[found]

    def _meet(self, views: NDArray[np.uint64], number: Callable[[str], int]) -> bool:
        """Take new texts in, and say whether that could be done."""
        new = np.unique(views, axis=0)
        of_hash, *known = self._known
        first, second = (np.append(one, half) for one, half in zip(known, new.T, strict=True))
        hashes = hashed(first, second)[1:]
        is_short = bool(((new[:, 0] & _LENGTH) <= _MOST_BYTES).all())
        # Of two texts with one hash only one would be found
        self._is_apt = is_short and len(first) <= _MOST_TEXTS and len(set(hashes.tolist())) == len(hashes)
        if self._is_apt:
            of_hash[hashes] = np.arange(1, len(first))
            self._known = _Known(of_hash, first, second)
            self._numbers += [number(_text(view)) for view in new]
        return self._is_apt


def _text(view: NDArray[np.uint64]) -> str:
    raw = view.astype("<u8").tobytes()
    return raw[4 : 4 + int.from_bytes(raw[:4], "little")].decode()
