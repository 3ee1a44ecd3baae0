"""A batch gives each row the verdict that it gets alone, whatever its columns are made of and however it is cut up."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.evaluator import Evaluator, batch, numbers_in_rows, short_texts
from policy_engine.evaluator.batch import verdicts
from policy_engine.evaluator.columns import Columns
from policy_engine.exceptions import InvalidRequestError
from tests.support.evaluators import answer, compiled, in_full
from tests.support.requests import cases, numbers_of
from tests.support.strategies import policy_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import DataObject

    from policy_engine.evaluator import PolicyEvaluator
    from policy_engine.model import Policy, Request

ROWS = 96
TEXTS: dict[str, Callable[[Sequence[Any]], Any]] = {
    "list": list,
    "objects": lambda items: np.array([*items, None], dtype=object)[:-1],
    "arrow": lambda items: pa.array(items, pa.string()),
    "arrow in chunks": lambda items: pa.chunked_array(
        [pa.array(items[:7], pa.large_string()), pa.array(items[7:], pa.large_string())]
    ),
    "arrow views": lambda items: pa.array(["x", *items], pa.string_view()).slice(1),
    "arrow dictionary": lambda items: pa.array(items, pa.string()).dictionary_encode(),
    "arrow dictionaries": lambda items: pa.chunked_array(
        [pa.array(one, pa.string()).dictionary_encode() for one in (items[:9], items[9:])]
    ),
    "polars": lambda items: pl.Series(items, dtype=pl.String),
    "polars categories": lambda items: pl.Series(items, dtype=pl.String).cast(pl.Categorical),
    "pandas objects": lambda items: pd.Series(items, dtype=object),
}
"""Columns of texts and None."""
WITHOUT_NULLS: dict[str, Callable[[Sequence[Any]], Any]] = {
    "texts": lambda items: np.array(items, dtype=np.str_),
    "pandas": pd.Series,
    "pandas categories": lambda items: pd.Series(items, dtype="category"),
    "categories": pd.Categorical,
}
NUMBERS: dict[str, Callable[[Sequence[Any]], Any]] = {
    "list": list,
    "masked": lambda items: np.ma.array([one or 0.0 for one in items], mask=[one is None for one in items]),
    "arrow": lambda items: pa.array(items, pa.float64()),
    "arrow in chunks": lambda items: pa.chunked_array([pa.array(one, pa.float64()) for one in (items[:9], items[9:])]),
    "polars": lambda items: pl.Series(items, dtype=pl.Float64, strict=False),
    "pandas objects": lambda items: pd.Series(items, dtype=object),
}
"""Columns of numbers and None."""


@pytest.fixture(autouse=True)
def small_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut a batch up where there are few rows, as otherwise millions are, with buckets from the second piece on."""
    monkeypatch.setattr(batch, "_FIRST", 8)
    monkeypatch.setattr(batch, "_AT_ONCE", 30)
    monkeypatch.setattr(numbers_in_rows, "CHUNK", 8)
    monkeypatch.setattr(short_texts, "CHUNK", 16)


@given(st.data())
def test_a_batch_in_any_shape_is_its_rows(data: DataObject) -> None:
    evaluator, policy, case = _drawn(data)
    near = [*numbers_of(policy), *(math.nextafter(one, way) for one in numbers_of(policy) for way in (-9e9, 9e9))]
    odd = [None, math.nan, math.inf, -math.inf, -1e300, 1e300]
    scores = _cycled(data, [*near, *odd])
    dimensions = {
        name: _cycled(data, [*_values(evaluator, name), "nobody declared this", None]) for name in _names(evaluator)
    }
    rows = [
        replace(case, score=scores[row], dimensions={name: column[row] for name, column in dimensions.items()})
        for row in range(ROWS)
    ]
    expected = [answer(evaluator.verdict, row) for row in rows]
    accepted = [place for place, one in enumerate(expected) if one != "InvalidRequestError"]
    for threads in (1, 2, 4):
        shaped = {name: _shaped(data, [column[row] for row in accepted]) for name, column in dimensions.items()}
        given_scores = _shape(data, NUMBERS)([scores[row] for row in accepted])
        found = verdicts(evaluator, _columns(case, given_scores, shaped), threads=threads)
        assert [in_full(found[place]) for place in range(len(found))] == [expected[row] for row in accepted]
        assert found.outcomes.tolist() == [found[place].outcome for place in range(len(found))]
    if len(accepted) < ROWS:
        shaped = {name: _shaped(data, column) for name, column in dimensions.items()}
        with pytest.raises(InvalidRequestError):
            verdicts(evaluator, _columns(case, _shape(data, NUMBERS)(scores), shaped), threads=2)


@given(st.data(), st.sampled_from((np.float64, np.float32, np.float16, np.int64, np.uint64, np.longdouble)))
def test_a_long_array_is_its_elements(data: DataObject, dtype: Any) -> None:  # noqa: ANN401 - of any type
    evaluator, policy, case = _drawn(data)
    near = [*numbers_of(policy), *(math.nextafter(one, way) for one in numbers_of(policy) for way in (-9e9, 9e9))]
    with np.errstate(all="ignore"):
        scores = np.array(_cycled(data, [*near, math.nan, math.inf, 2.0**60, -1.0]), dtype=np.longdouble).astype(dtype)
    dimensions = {name: ([*_values(evaluator, name), None])[0] for name in _names(evaluator)}
    rows = [replace(case, score=score, dimensions=dimensions) for score in scores]
    expected = [answer(evaluator.verdict, row) for row in rows]
    if "InvalidRequestError" in expected:
        return
    for threads in (1, 4):
        found = verdicts(evaluator, _columns(case, scores, dimensions), threads=threads)
        assert [in_full(found[row]) for row in range(ROWS)] == expected


def _drawn(data: DataObject) -> tuple[PolicyEvaluator, Policy, Request]:
    drawn = data.draw(policy_sets(("number",)), label="policies")
    policy = data.draw(st.sampled_from(drawn.policies), label="policy")
    case = data.draw(cases(drawn, policy), label="case")
    case = replace(case, use_case=policy.use_case, at=policy.effective.from_, thresholds={})
    evaluator = Evaluator(compiled(drawn.catalog, drawn.policies, drawn.environment))
    return evaluator.policy_for(case.use_case, case.at), policy, case


def _cycled(data: DataObject, values: Sequence[Any]) -> list[Any]:
    """Draw a few values, which then come again and again, in an order that no stretch is as long as."""
    few = data.draw(st.lists(st.sampled_from(values), min_size=1, max_size=13))
    return [few[row * 7 % len(few)] for row in range(ROWS)]


def _names(evaluator: PolicyEvaluator) -> list[str]:
    return [step.name for step in evaluator.outer_steps if not step.cuts]


def _values(evaluator: PolicyEvaluator, name: str) -> list[str]:
    return sorted(next(step for step in evaluator.outer_steps if step.name == name).known)


def _shape(data: DataObject, shapes: dict[str, Callable[[Sequence[Any]], Any]]) -> Callable[[Sequence[Any]], Any]:
    return shapes[data.draw(st.sampled_from(sorted(shapes)), label="shape")]


def _shaped(data: DataObject, items: list[Any]) -> Any:  # noqa: ANN401 - a column of any library
    return _shape(data, TEXTS if None in items or not items else TEXTS | WITHOUT_NULLS)(items)


def _columns(case: Request, scores: Any, dimensions: dict[str, Any]) -> Columns:  # noqa: ANN401 - a column of any library
    return Columns.keep(
        case.use_case,
        case.at,
        scores,
        dimensions,
        copies=False,
        model=[case.model] * len(scores),
        model_version=[case.model_version] * len(scores),
        subject=[case.subject] * len(scores),
        facts=[case.facts] * len(scores),
        thresholds=None,
        reason_codes=[case.reason_codes] * len(scores),
        context=None,
    )
