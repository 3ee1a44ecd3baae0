"""Decisions as CSV, the same as `_csv_out` makes of them, with what varies by row put together by Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from policy_engine.cli import _csv_out
from policy_engine.cli._csv_out import heads_of, tails_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.cli._outcomes import Outcomes

_COMMA = ord(",")


def csv_of(outcomes: Outcomes) -> bytes:
    """Return a line for each row."""
    rows = len(outcomes.codes)
    if outcomes.ids is not None or not rows:
        # Where decisions are recorded, each has a Python object anyhow
        return _csv_out.csv_of(outcomes)
    codes = pa.array(outcomes.codes)
    first = outcomes.before + 1
    lines = pc.binary_join_element_wise(
        pc.cast(pa.array(np.arange(first, first + rows, dtype=np.int64)), pa.string()),
        pa.array([f",,{head}," for head in heads_of(outcomes)]).take(codes),
        _spelled(outcomes.signals),
        pa.array([f"{tail}\n" for tail in tails_of(outcomes)]).take(codes),
        "",
    )
    return _bytes_of(lines)


def _spelled(numbers: NDArray[np.float64]) -> pa.Array:
    """Return each number as JSON has it, NaN as nothing, with a comma behind it."""
    # With the comma in the place of the bracket that ends the array, every number ends with one
    spelled = orjson.dumps(numbers, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].replace(b"null", b"") + b","
    offsets = np.zeros(len(numbers) + 1, dtype=np.int32)
    offsets[1:] = np.flatnonzero(np.frombuffer(spelled, dtype=np.uint8) == _COMMA) + 1
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(spelled))


def _bytes_of(texts: pa.Array) -> bytes:
    """Return all texts, one behind the other, as Arrow keeps them."""
    _, offsets, data = texts.buffers()
    end = np.frombuffer(offsets, dtype=np.int32)[texts.offset + len(texts)]
    made: bytes = data.slice(0, int(end)).to_pybytes()
    return made
