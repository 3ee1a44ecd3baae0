"""Values of Arrow's types as a request has them: as they are, where a request may say them so."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """Return the column of a table in one piece."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def as_text(column: pa.Array) -> pa.Array:
    """Return texts for whole numbers, as CSV has them, and for bytes that are UTF-8; all else as it is."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_integer(kind) or _is_bytes(kind):
        try:
            return pc.cast(column, pa.string())
        except pa.ArrowException:
            return column
    return column


def numbers_of(column: pa.Array) -> Any:  # noqa: ANN401 - NumPy's numbers, Arrow's, or a list of anything
    """Return numbers as an array, nulls among them as Arrow's; a list of anything that is none."""
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return values_of(column)
    return column if column.null_count else column.to_numpy(zero_copy_only=False)


def values_of(column: pa.Array) -> list[Any]:
    """Return each value as Python has it, null as None.

    What cannot be read, such as text that is no UTF-8 or a year beyond 9999, becomes an object that is no value of any
    key, and is decided as such.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        # Python has microseconds
        column = pc.cast(column, pa.timestamp("us", column.type.tz), safe=False)
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        values = [_value_of(one) for one in column]
    if pa.types.is_map(column.type):
        return [None if one is None else [{"label": label, "score": score} for label, score in one] for one in values]
    return values


def is_readable(column: pa.Array) -> bool:
    """Say whether all texts of a column are UTF-8, which a file only claims."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _value_of(scalar: pa.Scalar) -> Any:  # noqa: ANN401 - any value
    try:
        return scalar.as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        return object()


def _is_bytes(kind: pa.DataType) -> bool:
    return kind in (pa.binary(), pa.large_binary(), pa.binary_view())
