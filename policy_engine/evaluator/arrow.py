"""Columns of Arrow, polars and pandas, read a stretch of rows at a time and without a Python object per row."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Kind = Literal["numbers", "truths", "texts", "categories"]

_BLOCK: Final = 1024
"""So many rows become Python objects at once, where single ones are asked for."""


class ArrowColumn:
    """A column of numbers, truth values, texts or categories. Nobody edits what Arrow holds."""

    def __init__(self, data: Any, kind: Kind) -> None:  # noqa: ANN401 - pyarrow has no types
        """Keep *data*, a chunked array of a type that is read as *kind*."""
        self.kind = kind
        # Categories are numbered anew in each chunk, and here all rows have the same numbers
        self._data = data.unify_dictionaries() if kind == "categories" else data
        self._read: tuple[int, list[Any]] = -1, []

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._data)

    def __getitem__(self, row: int) -> Any:  # noqa: ANN401 - as given
        """Return what stands in a row, None for a null."""
        block = row // _BLOCK
        # One assignment and one look, so that threads may ask at once
        read, items = self._read
        if read != block:
            items = self._data.slice(block * _BLOCK, _BLOCK).to_pylist()
            self._read = block, items
        return items[row % _BLOCK]

    def numbers(self, begin: int, end: int) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """Return numbers or truth values from *begin* to *end*, and which of them are null, None where none is."""
        rows = _in_one(self._data, begin, end)
        if not rows.null_count:
            return rows.to_numpy(zero_copy_only=False), None
        # Without this, whole numbers beside a null would become floats
        return rows.fill_null(0 if self.kind == "numbers" else False).to_numpy(
            zero_copy_only=False
        ), rows.is_null().to_numpy(zero_copy_only=False)

    @property
    def categories(self) -> Sequence[Any]:
        """The values of the dictionary; last, what stands for a null."""
        return [*(self._data.chunk(0).dictionary.to_pylist() if self._data.num_chunks else ()), None]

    def category_codes(self, begin: int, end: int) -> NDArray[Any]:
        """Return the places of the rows from *begin* to *end* among the categories."""
        indices = _in_one(self._data, begin, end).indices
        if not indices.null_count:
            codes: NDArray[Any] = indices.to_numpy()
            return codes
        is_null = indices.is_null().to_numpy(zero_copy_only=False)
        return np.where(is_null, len(self.categories) - 1, indices.fill_null(0).to_numpy())

    def views(self, begin: int, end: int) -> tuple[NDArray[np.uint64], NDArray[np.bool_] | None] | None:
        """Return the views of texts, two numbers each, and which are null, None where none is.

        Where Arrow keeps texts otherwise, it makes their views, in an eighth of the time that it takes to look them up.
        Of gigabytes of text it makes none; there are none to return then.
        """
        if sys.byteorder != "little":
            return None
        import pyarrow as pa  # noqa: PLC0415 - only who has such a column has it

        rows = _in_one(self._data, begin, end)
        is_null = rows.is_null().to_numpy(zero_copy_only=False) if rows.null_count else None
        try:
            rows = _from_its_first(rows).cast(pa.string_view())
        except pa.ArrowCapacityError:
            return None
        views = np.frombuffer(rows.buffers()[1], dtype=np.uint64).reshape(-1, 2)
        return views[rows.offset : rows.offset + len(rows)], is_null

    def text_codes(self, begin: int, end: int, known: Sequence[str]) -> tuple[NDArray[np.int32], list[str]]:
        """Return the places of the rows from *begin* to *end* among the texts, and those texts that are not *known*.

        The texts are the known ones from place 1 on, then the others; 0 is the place of a null.
        """
        import pyarrow as pa  # noqa: PLC0415 - only who has such a column has it
        import pyarrow.compute as pc  # noqa: PLC0415

        rows = _in_one(self._data, begin, end)
        if str(rows.type) == "string_view":
            # In which Arrow looks nothing up
            rows = rows.cast(pa.large_string())
        places = pc.index_in(rows, value_set=pa.array(known, type=rows.type))
        new: list[str] = []
        if places.null_count > rows.null_count:
            new = pc.unique(rows.filter(places.is_null())).drop_null().to_pylist()
            places = pc.index_in(rows, value_set=pa.array([*known, *new], type=rows.type))
        return (places.fill_null(-1) if places.null_count else places).to_numpy() + 1, new


def _in_one(data: Any, begin: int, end: int) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return some rows as one array, which is a copy only where they lie in several chunks."""
    rows = data.slice(begin, end - begin)
    return rows.chunk(0) if rows.num_chunks == 1 else rows.combine_chunks()


def _from_its_first(rows: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return texts without those that lie before them in memory, which Arrow would make views of as well.

    What is null is some text or other then. Nothing is copied.
    """
    import pyarrow as pa  # noqa: PLC0415 - only who has such a column has it

    if pa.types.is_string_view(rows.type):
        return rows
    _, ends, letters = rows.buffers()
    width = 4 if pa.types.is_string(rows.type) else 8
    ends = ends.slice(rows.offset * width, (len(rows) + 1) * width)
    return type(rows).from_buffers(len(rows), ends, letters)


def arrow_column(given: object) -> ArrowColumn | None:
    """Return a column of Arrow or polars, where pyarrow is there to read it and its type is one that is read fast."""
    of = type(given).__module__.partition(".")[0]
    # What pandas exports has lost the difference between a null and a NaN
    if of not in ("pyarrow", "polars") or find_spec("pyarrow") is None:
        return None
    import pyarrow as pa  # noqa: PLC0415 - only who has such a column has it

    try:
        data = pa.chunked_array([given]) if isinstance(given, pa.Array) else pa.chunked_array(given)
        kind = _kind(data.type)
        return None if kind is None else ArrowColumn(data, kind)
    except (pa.ArrowException, TypeError):
        # What cannot be exported so is read row by row
        return None


def pandas_numbers(given: object) -> NDArray[Any] | None:
    """Return the array under a column of pandas that holds numbers or truth values of NumPy's types, else None."""
    if not _is_pandas(given):
        return None
    kind = getattr(getattr(given, "dtype", None), "kind", "")
    values = getattr(given, "to_numpy", None)
    found = values() if values is not None and kind in ("i", "u", "f", "b") else None
    return found if isinstance(found, np.ndarray) and found.dtype == getattr(given, "dtype", None) else None


def pandas_categories(given: Any) -> tuple[list[Any], NDArray[Any]] | None:  # noqa: ANN401 - pandas need not be there
    """Return the categories of a column of pandas and the place of each row among them, -1 for none; else None."""
    categorical = getattr(given, "array", given)
    if not _is_pandas(given) or type(categorical).__name__ != "Categorical":
        return None
    return list(categorical.categories.tolist()), categorical.codes


def _is_pandas(given: object) -> bool:
    return "pandas" in sys.modules and type(given).__module__.partition(".")[0] == "pandas"


def _kind(kind: Any) -> Kind | None:  # noqa: ANN401 - pyarrow has no types
    from pyarrow import types  # noqa: PLC0415 - only who has such a column has it

    if types.is_integer(kind) or types.is_floating(kind):
        return "numbers"
    if types.is_boolean(kind):
        return "truths"
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "texts"
    return "categories" if types.is_dictionary(kind) else None
