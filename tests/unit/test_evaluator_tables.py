"""Batches from Arrow, pandas and polars: what their columns and tables look like to this package, and 2-D arrays.

The libraries themselves are no dependency. The stand-ins have the methods and the values that pyarrow 26, pandas 3
and polars 1 were seen to have.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from policy_engine import Engine
from policy_engine.exceptions import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

POLICIES = {
    "tags": """\
schema: policy/v1
use_case: tags
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, higher_is: safer, labels: [a, b], model: {name: m}}
bands: [{name: sure, at_least: 0.8}, {name: unsure}]
on_invalid: unsure
""",
    "kyc": """\
schema: policy/v1
use_case: kyc
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
bands: [{name: reject}, {name: accept}]
scores:
  x: {kind: probability, higher_is: safer, thresholds: {accept: 0.5}, model: {name: x}, on_invalid: reject}
  y: {kind: probability, higher_is: safer, thresholds: {accept: 0.5}, model: {name: y}, on_invalid: reject}
""",
    "spam": """\
schema: policy/v1
use_case: spam
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: labels, higher_is: riskier, labels: [a, b], model: {name: m}}
bands: [{name: block, at_least: 0.8}, {name: allow}]
on_invalid: block
""",
    "open": """\
schema: policy/v1
use_case: open
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, higher_is: safer, model: {name: m}}
bands: [{name: sure, at_least: 0.8}, {name: unsure}]
on_invalid: unsure
""",
    "fraud": """\
schema: policy/v1
use_case: fraud
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: m}}
bands: [{name: block, at_least: 0.5}, {name: allow}]
on_invalid: block
""",
}


class ArrowColumn:
    """A `pyarrow.Array` or a `ChunkedArray`."""

    def __init__(self, rows: Sequence[Any], kind: str = "double") -> None:
        self._rows, self.type = rows, kind

    def __len__(self) -> int:
        return len(self._rows)

    def to_pylist(self) -> list[Any]:
        """Return the rows, structs as dicts and maps as lists of pairs."""
        return list(self._rows)


class ArrowTable:
    """A `pyarrow.Table` or a `RecordBatch`: its `columns` are no names."""

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self._columns = columns
        self.column_names = list(columns)
        self.columns = [ArrowColumn(rows) for rows in columns.values()]

    def __len__(self) -> int:
        return len(self.columns[0])

    def __getitem__(self, name: str) -> ArrowColumn:
        return ArrowColumn(self._columns[name])


class NAType:
    """The type of `pandas.NA`."""


class PandasColumn:
    """A `pandas.Series`; one of polars has `to_list` alone."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def tolist(self) -> list[Any]:
        """Return the rows."""
        return list(self._rows)


class PandasTable:
    """A `pandas.DataFrame` or a `polars.DataFrame`."""

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self._columns = columns
        self.columns = list(columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __getitem__(self, name: str) -> PandasColumn:
        return PandasColumn(self._columns[name])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder: Path = tmp_path_factory.mktemp("policies")
    for name, text in POLICIES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Engine.load(folder, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))


COLUMNS: Mapping[str, Sequence[Any]] = {"a": [0.9, 0.5, None], "b": [0.1, 0.5, 0.1]}
NAN = float("nan")


@pytest.mark.parametrize(
    ("use_case", "scores", "told"),
    [
        ("tags", np.array([[0.9, 0.1], [0.5, 0.5], [NAN, 0.1]]), ["sure", "unsure", "not_finite"]),
        ("tags", np.array([[0.9, 0.1], [0.5, 0.5]], dtype=np.float32, order="F"), ["sure", "unsure"]),
        (
            "tags",
            np.ma.masked_array([[0.9, 0.1], [0.5, 0.5]], mask=np.array([[False, False], [False, True]])),
            ["sure", "missing"],
        ),
        ("tags", ArrowColumn([[0.9, 0.1], [0.5, 0.5], None, [0.9]]), ["sure", "unsure", "missing", "wrong_type"]),
        ("tags", ArrowColumn([{"a": 0.9, "b": 0.1}, {"a": 0.5, "b": None}, None]), ["sure", "missing", "missing"]),
        (
            "tags",
            ArrowColumn([[("a", 0.9)], [("a", 0.9), ("a", 0.1)], [], None], "map<string, double>"),
            ["sure", "wrong_type", "no_candidates", "missing"],
        ),
        ("tags", ArrowTable(COLUMNS), ["sure", "unsure", "missing"]),
        ("tags", PandasTable(COLUMNS), ["sure", "unsure", "missing"]),
        ("tags", PandasTable({"a": [0.9, NAN], "b": [0.1, 0.1]}), ["sure", "not_finite"]),
        ("tags", {"a": ArrowColumn([0.9, 0.1]), "b": PandasColumn([0.1, 0.1])}, ["sure", "unsure"]),
        ("kyc", ArrowTable({"x": [0.9, 0.5, None], "y": [0.6, 0.1, 0.5]}), ["accept", "reject", "missing"]),
        ("kyc", ArrowColumn([{"x": 0.9, "y": 0.6}, {"x": None, "y": 0.6}]), ["accept", "missing"]),
        ("fraud", ArrowColumn([0.9, None, NAN, 0.2]), ["block", "missing", "not_finite", "allow"]),
        ("fraud", PandasColumn([0.9, NAType(), "0.2"]), ["block", "missing", "wrong_type"]),
    ],
)
def test_columns_and_tables_of_other_libraries_are_read_row_by_row(
    engine: Engine, use_case: str, scores: object, told: list[str]
) -> None:
    found = engine.decide_batch(use_case, scores)
    assert [one.invalid or one.outcome for one in found] == told
    assert list(found.outcomes) == [one.outcome for one in found]


@pytest.mark.parametrize(
    ("use_case", "scores", "told"),
    [
        (
            "tags",
            np.array([[0.9, 0.1, 0.0]]),
            "`scores` has 3 columns, and `labels` has 2, one for each column: `a`, `b`",
        ),
        (
            "tags",
            np.array([[0.9]], dtype=object),
            "`scores` has 1 columns, and `labels` has 2, one for each column: `a`, `b`",
        ),
        (
            "tags",
            np.array([0.9, 0.1]),
            (
                "`scores` has one number for each row, and a case has one for each of its classes: give an array of "
                "shape (rows, 2)"
            ),
        ),
        (
            "spam",
            np.array([1, 0]),
            (
                "`scores` has one number for each row, and a case has one for each of its labels: give an array of "
                "shape (rows, 2)"
            ),
        ),
        (
            "open",
            np.array([[0.9, 0.1]]),
            (
                "`scores` has columns, and `open` declares no `labels` to say which classes they are: give a mapping "
                "of columns by name"
            ),
        ),
        (
            "open",
            np.array([0.9]),
            (
                "`scores` has one number for each row, and a case has one for each of its classes: give an array of "
                "shape (rows, classes)"
            ),
        ),
        (
            "kyc",
            np.array([[0.9, 0.1]]),
            "`scores` is one array, and a case has several scores: give a mapping of columns, of `x`, `y`",
        ),
    ],
)
def test_an_array_whose_rows_hold_no_case_is_a_fault_of_the_batch(
    engine: Engine, use_case: str, scores: object, told: str
) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        engine.decide_batch(use_case, scores)
    assert str(raised.value) == told


@pytest.mark.parametrize("scores", [np.array([]), np.empty((0, 2)), np.empty((0, 3))], ids=repr)
@pytest.mark.parametrize("use_case", ["tags", "spam", "open", "kyc"])
def test_of_an_array_without_rows_nothing_is_said(engine: Engine, use_case: str, scores: object) -> None:
    assert len(engine.decide_batch(use_case, scores)) == 0


def test_a_row_of_a_table_is_decided_as_if_it_came_alone(engine: Engine) -> None:
    found = engine.decide_batch("kyc", ArrowTable({"x": [0.9, 0.4], "y": [0.6, 0.7]}))
    alone = [engine.decide("kyc", score) for score in ({"x": 0.9, "y": 0.6}, {"x": 0.4, "y": 0.7})]
    assert [one.verdict for one in found] == [one.verdict for one in alone]


def test_columns_of_different_lengths_are_refused(engine: Engine) -> None:
    with pytest.raises(InvalidRequestError, match="has 1 rows, the scores have 2"):
        engine.decide_batch("kyc", ArrowTable({"x": [0.9, 0.4], "y": [0.6]}))


def test_a_score_of_a_table_that_nobody_declared_is_refused(engine: Engine) -> None:
    with pytest.raises(InvalidRequestError, match="`score` names `z`"):
        engine.decide_batch("kyc", ArrowTable({"x": [0.9], "z": [0.6]}))
