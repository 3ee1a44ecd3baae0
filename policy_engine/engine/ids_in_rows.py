"""The ids of a batch: made when it is decided, and spelled when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from policy_engine.engine.ids import NOISE_BITS, id_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEXADECIMAL: Final = np.array([[*b"%02x" % byte] for byte in range(256)], dtype=np.uint8)
_BEGIN: Final = len("00000000-0000-0000-")
"""So many characters the ids of a batch have in common; 64 bits follow, with a dash behind their first four digits."""


class RowIds:
    """The id of each row: the same instant and noise, and the row as the number."""

    def __init__(self, now_ns: int, noise: int) -> None:
        """Begin with what `DecisionIds.many` returned."""
        self._now_ns = now_ns
        self._noise = noise

    def __getitem__(self, row: int) -> str:
        """Return the id of a row."""
        return id_of(self._now_ns, row, self._noise)

    def spelled(self, begin: int, end: int) -> NDArray[np.uint8]:
        """Return the ids of the rows from *begin* to *end* as their characters, of shape (rows, 36)."""
        first = self[0]
        begins, rest = first[:_BEGIN], first[_BEGIN:].replace("-", "")
        numbers = np.arange(begin, end, dtype=np.uint64) << np.uint64(NOISE_BITS) | np.uint64(int(rest, 16))
        digits = _HEXADECIMAL[numbers.astype(">u8").view(np.uint8).reshape(-1, 8)].reshape(-1, 16)
        found = np.empty((end - begin, len(first)), dtype=np.uint8)
        found[:, :_BEGIN] = np.frombuffer(begins.encode("ascii"), dtype=np.uint8)
        found[:, _BEGIN : _BEGIN + 4] = digits[:, :4]
        found[:, _BEGIN + 4] = ord("-")
        found[:, _BEGIN + 5 :] = digits[:, 4:]
        return found
