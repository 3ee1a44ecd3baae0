"""Tables of decisions and of cases, as files."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COLUMNS: Final = (
    *("row", "decision_id", "at", "use_case", "outcome", "signal", "label", "threshold", "threshold_from"),
    *("next_threshold", "invalid", "unknown", "knock_outs", "reasons", "escalation", "sample", "policy_version"),
    "error",
)
"""The columns of a table of decisions."""


def written_parquet(path: Path, columns: Mapping[str, Any], **options: Any) -> Path:  # noqa: ANN401 - pyarrow's own
    """Write a Parquet file: each column as an array of Arrow, or as values of which Arrow finds the type."""
    arrays = [one if isinstance(one, (pa.Array, pa.ChunkedArray)) else pa.array(one) for one in columns.values()]
    pq.write_table(pa.table(arrays, names=list(columns)), path, **options)
    return path


def rows_of_parquet(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a Parquet file."""
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def rows_of_csv(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV text."""
    return list(csv.DictReader(text.splitlines(), strict=True))
