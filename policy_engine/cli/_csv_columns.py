"""A block of plain CSV lines as columns of text, read by Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.cli._columns import Columns


def columns_of_block(block: bytes, header: Sequence[str], spec: Columns) -> pa.Table | None:
    """Return the columns that *spec* reads, an empty field as null; None for lines that are no such rows."""
    # By place: a name in a header may be anything
    names = [str(place) for place in range(len(header))]
    # Of subjects there are many; of all else that is text, few
    few = {str(place) for place, key in spec.texts if key != "subject"}
    few |= {str(place) for place, key, _ in spec.parts if key == "facts"}
    try:
        return csv.read_csv(
            pa.py_buffer(block),
            read_options=csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            parse_options=csv.ParseOptions(quote_char=False, ignore_empty_lines=True),
            convert_options=csv.ConvertOptions(
                column_types={
                    name: pa.dictionary(pa.int32(), pa.string()) if name in few else pa.string() for name in names
                },
                include_columns=[str(place) for place in spec.used],
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
