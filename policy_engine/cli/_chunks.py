"""What goes through `decide --input`: pieces of the file, and what is to be written for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from policy_engine.cli._rows import Row

MOST_TOLD = 5
"""So many rows without a decision are told of one by one; all are in the output."""


class Chunk(NamedTuple):
    """Some rows of a file, as they were read: another process can make requests of them.

    So many rows and lines are `before` them. `share` is how much of the file is read by then, None if nobody knows.
    """

    before: int
    lines_before: int
    rows: int
    data: Any
    share: float | None = None


class WrittenBatch(NamedTuple):
    """A batch for the log, which has its file as bytes: so it can travel between processes."""

    fields: dict[str, Any]
    written: bytes

    def write_to(self, file: BinaryIO) -> None:
        """Write the file."""
        file.write(self.written)


class Answer(NamedTuple):
    """What is to be written for some rows, and what became of them.

    `told` are the first problems in words; `mix` counts outcomes by policy and cell. `records`, or a `batch`, have to
    be in the log before anything is written; there is neither where whoever decided has recorded it.
    """

    payload: Any
    rows: int
    problems: int = 0
    told: tuple[str, ...] = ()
    mix: Counter[Any] | None = None
    records: tuple[bytes, ...] = ()
    batch: WrittenBatch | None = None


class CaseColumns(NamedTuple):
    """Cases by column, as `Engine.decide_batch` takes them: the scores, and every other argument by name.

    `by_cell` has a code for each row by dimension: rows of the same codes are in the same cell.
    """

    scores: Any
    given: dict[str, Any]
    by_cell: dict[str, NDArray[np.int64]]


class Cases(Protocol):
    """A file of cases. `by_column` is None where none of its chunks has columns."""

    @property
    def by_column(self) -> object:
        """What reads a chunk by column."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """Yield the file piece by piece, in order."""
        ...

    def rows(self, chunk: Chunk) -> Iterator[list[Row]]:
        """Yield the rows of a chunk, as many at once as are decided together."""
        ...

    def columns(self, chunk: Chunk) -> CaseColumns | None:
        """Return the cases of a chunk by column, or None where they mean the same only row by row."""
        ...
