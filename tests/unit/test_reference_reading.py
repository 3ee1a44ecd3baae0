"""What arrays a case of several classes may come as: numbers of any width, and nothing that only looks like numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from policy_engine.evaluator import Evaluator
from tests.support.evaluators import compiled, in_batch
from tests.support.plain import catalog_with, policy_with, request_with

if TYPE_CHECKING:
    from policy_engine.model import Policy

POLICY: Policy = policy_with(
    score={
        "kind": "classes",
        "labels": ["cat", "dog"],
        "range": [0, None],
        "higher_is": "riskier",
        "model": {"name": "gbm"},
    },
    bands=[{"name": "block", "at_least": 5}, {"name": "review", "at_least": 2}, {"name": "allow"}],
    on_invalid="block",
)

ARRAYS = {
    "float32": (np.array([3, 1], dtype=np.float32), None),
    "whole": (np.array([3, 1]), None),
    "anything": (np.array([3, 1.5], dtype=object), None),
    "durations in nanoseconds": (np.array([3, 1], dtype="timedelta64[ns]"), "wrong_type"),
    "instants in nanoseconds": (np.array([3, 1], dtype="datetime64[ns]"), "wrong_type"),
    "booleans": (np.array([True, False]), "wrong_type"),
    "text": (np.array(["3", "1"]), "wrong_type"),
    "masked": (np.ma.array([3.0, 1.0], mask=[False, True]), "missing"),
    "of two dimensions": (np.array([[3.0, 1.0]]), "wrong_type"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_of_classes_holds_numbers_or_is_invalid(name: str) -> None:
    scores, invalid = ARRAYS[name]
    found = Evaluator(compiled(catalog_with(), [POLICY])).verdict(request_with(scores))
    assert (found.invalid, found.outcome) == (invalid, "review" if invalid is None else "block")


@pytest.mark.parametrize("name", [name for name in ARRAYS if name != "of two dimensions"])
def test_a_row_of_a_matrix_is_what_it_is_by_itself(name: str) -> None:
    scores, _ = ARRAYS[name]
    request = request_with(scores)
    evaluator = Evaluator(compiled(catalog_with(), [POLICY])).policy_for(request.use_case, request.at)
    matrix = np.ma.stack([scores, scores]) if np.ma.isMaskedArray(scores) else np.stack([scores, scores])
    rows = in_batch(evaluator, matrix, at=request.at)
    assert [rows[0], rows[1]] == [evaluator.verdict(request)] * 2
