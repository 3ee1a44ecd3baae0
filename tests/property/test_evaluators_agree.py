"""The reference, one case at a time, and the batch give the same verdicts, bit by bit, whatever they are asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.evaluator import Evaluator
from policy_engine.evaluator.batch import verdicts
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import NumberDimension
from tests.support.evaluators import EVALUATORS, answer, compiled, in_full
from tests.support.strategies import PolicySet, cases, numbers_of, plain_cases, policy_sets, some_of, telling_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import DataObject

    from policy_engine.model import Policy, Request, Verdict


def _drawn(data: DataObject) -> tuple[PolicySet, Policy]:
    drawn = data.draw(policy_sets(), label="policies")
    return drawn, data.draw(st.sampled_from(drawn.policies), label="policy")


@given(st.data())
def test_every_evaluator_says_what_the_reference_says(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    decide = {name: make(drawn.catalog, drawn.policies) for name, make in EVALUATORS.items() if name != "oracle"}
    for case in data.draw(st.lists(cases(drawn, policy), min_size=4, max_size=6), label="cases"):
        for score in data.draw(some_of(telling_scores(policy)), label="scores"):
            request = replace(case, score=score)
            answers = {name: answer(one, request) for name, one in decide.items()}
            assert answers == dict.fromkeys(answers, answers["reference"]), request


@given(st.data())
def test_the_reference_says_what_the_oracle_says(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    asked, wanted = (EVALUATORS[name](drawn.catalog, drawn.policies) for name in ("reference", "oracle"))
    for case in data.draw(st.lists(cases(drawn, policy), min_size=2, max_size=3), label="cases"):
        for score in data.draw(some_of(telling_scores(policy), most=4), label="scores"):
            request = replace(case, score=score)
            assert answer(asked, request) == answer(wanted, request), request


@given(st.data())
def test_what_an_evaluator_remembers_never_changes_its_answers(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    table = compiled(drawn.catalog, drawn.policies)
    used = Evaluator(table).verdict
    asked = data.draw(st.lists(cases(drawn, policy), min_size=5, max_size=8), label="cases")
    for case in (*asked, *asked):
        for score in (0.9, None):
            request = replace(case, score=score)
            assert answer(used, request) == answer(Evaluator(table).verdict, request)


@given(st.data())
def test_a_batch_of_rows_is_its_rows(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    rows = data.draw(st.permutations(_rows(data, drawn, policy)), label="rows")
    alone = Evaluator(compiled(drawn.catalog, drawn.policies)).verdict
    expected = [answer(alone, row) for row in rows]
    if any(_is_refusal(one) for one in expected):
        with pytest.raises(InvalidRequestError):
            _in_batch(drawn, rows)
    accepted = [row for row, one in zip(rows, expected, strict=True) if not _is_refusal(one)]
    found = _in_batch(drawn, accepted) if accepted else ()
    assert [in_full(one) for one in found] == [one for one in expected if not _is_refusal(one)]


@given(st.data())
def test_the_outcomes_of_a_batch_are_those_of_its_rows(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    case = data.draw(plain_cases(drawn, policy), label="case")
    evaluator = Evaluator(compiled(drawn.catalog, drawn.policies)).policy_for(case.use_case, case.at)
    found = verdicts(evaluator, numbers_of(policy), at=case.at, dimensions=case.dimensions, model_version="4.2")
    assert found.outcomes.tolist() == [found[row].outcome for row in range(len(found))]


@given(st.data(), st.sampled_from((np.float64, np.float32, np.float16, np.longdouble, np.int64, np.uint8, np.bool_)))
def test_a_batch_of_an_array_is_its_elements(data: DataObject, dtype: Any) -> None:  # noqa: ANN401 - of any type
    drawn, policy = _drawn(data)
    case = _rows(data, drawn, policy)[0]
    numbers = [score for score in telling_scores(policy) if isinstance(score, (float, np.floating))]
    with np.errstate(all="ignore"):
        scores = np.array(numbers, dtype=np.longdouble).astype(dtype)
    alone = Evaluator(compiled(drawn.catalog, drawn.policies)).verdict
    expected = [answer(alone, replace(case, score=score)) for score in scores]
    if _is_refusal(expected[0]):
        with pytest.raises(InvalidRequestError):
            _in_batch(drawn, [case] * len(scores), scores=scores)
        return
    assert [in_full(one) for one in _in_batch(drawn, [case] * len(scores), scores=scores)] == expected


def _rows(data: DataObject, drawn: PolicySet, policy: Policy) -> list[Request]:
    """Draw requests to one policy at one instant, which is what a batch may hold."""
    first = data.draw(cases(drawn, policy), label="first")
    others = data.draw(st.lists(cases(drawn, policy), min_size=1, max_size=5), label="others")
    alike = [replace(one, use_case=policy.use_case, at=policy.effective.from_) for one in (first, *others)]
    scores = data.draw(some_of(telling_scores(policy)), label="scores")
    return [replace(alike[place % len(alike)], score=score) for place, score in enumerate(scores)]


def _in_batch(drawn: PolicySet, rows: Sequence[Request], scores: Any = None) -> list[Verdict]:  # noqa: ANN401 - any array
    evaluator = Evaluator(compiled(drawn.catalog, drawn.policies)).policy_for(rows[0].use_case, rows[0].at)
    names = {name for row in rows for name in row.dimensions}
    found = verdicts(
        evaluator,
        [row.score for row in rows] if scores is None else scores,
        at=rows[0].at,
        dimensions={name: _column(drawn, name, [row.dimensions.get(name) for row in rows]) for name in names},
        model=_column(drawn, "model", [row.model for row in rows]),
        model_version=[row.model_version for row in rows],
    )
    assert len(found) == len(rows)
    return [found[row] for row in range(len(found))]


def _column(drawn: PolicySet, name: str, values: list[Any]) -> Any:  # noqa: ANN401 - a value, a list or an array
    """Return a column in the shape that its values allow: an array, one value for all rows, else a list."""
    if isinstance(drawn.catalog.dimensions.get(name), NumberDimension):
        if all(type(value) is float for value in values):
            return np.array(values)
        if all(isinstance(value, float) or value is None for value in values):
            return np.ma.array([value or 0.0 for value in values], mask=[value is None for value in values])
    if all(type(value) is str for value in values):
        return values[0] if len(set(values)) == 1 else np.array(values)
    return values


def _is_refusal(found: str) -> bool:
    return found.endswith("Error")
