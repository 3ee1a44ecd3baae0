"""The reference, one case at a time, and the batch give the same verdicts, bit by bit, whatever they are asked."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policy_engine.evaluator import Evaluator
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import NumberDimension
from tests.support.evaluators import EVALUATORS, answer, compiled, in_batch, in_full
from tests.support.requests import cases, numbers_of, plain_cases, scores_given, telling_scores, valid_scores
from tests.support.strategies import KINDS, PolicySet, policy_sets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import DataObject

    from policy_engine.evaluator import PolicyEvaluator
    from policy_engine.model import Policy, Request, Verdict
    from tests.support.evaluators import Decide


def _drawn(data: DataObject, kinds: Sequence[str] = KINDS) -> tuple[PolicySet, Policy]:
    drawn = data.draw(policy_sets(kinds), label="policies")
    return drawn, data.draw(st.sampled_from(drawn.policies), label="policy")


@given(st.data())
def test_every_evaluator_says_what_the_reference_says(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    decide = {name: _made(name, drawn) for name in EVALUATORS if name != "oracle"}
    for case in data.draw(st.lists(cases(drawn, policy), min_size=4, max_size=6), label="cases"):
        for score in data.draw(scores_given(policy), label="scores"):
            request = replace(case, score=score)
            answers = {name: answer(one, request) for name, one in decide.items()}
            assert answers == dict.fromkeys(answers, answers["reference"]), request


@given(st.data())
def test_the_reference_says_what_the_oracle_says(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    asked, wanted = (_made(name, drawn) for name in ("reference", "oracle"))
    for case in data.draw(st.lists(cases(drawn, policy), min_size=2, max_size=3), label="cases"):
        for score in data.draw(scores_given(policy, most=4), label="scores"):
            request = replace(case, score=score)
            assert answer(asked, request) == answer(wanted, request), request


@given(st.data())
def test_what_an_evaluator_remembers_never_changes_its_answers(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    table = compiled(drawn.catalog, drawn.policies, drawn.environment)
    used = Evaluator(table).verdict
    asked = data.draw(st.lists(cases(drawn, policy), min_size=5, max_size=8), label="cases")
    scores = [*data.draw(valid_scores(policy, most=2), label="scores"), None]
    for case in (*asked, *asked):
        for score in scores:
            request = replace(case, score=score)
            assert answer(used, request) == answer(Evaluator(table).verdict, request)


@given(st.data())
def test_a_batch_of_rows_is_its_rows(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    rows = data.draw(st.permutations(_rows(data, drawn, policy)), label="rows")
    alone = _made("scalar", drawn)
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
    rows = [replace(case, score=score) for score in data.draw(valid_scores(policy), label="scores")]
    evaluator = _evaluator(drawn, case)
    found = in_batch(
        evaluator, [row.score for row in rows], at=case.at, model_version=case.model_version, **case.dimensions
    )
    assert found.outcomes.tolist() == [found[row].outcome for row in range(len(found))]


@given(st.data(), st.sampled_from((np.float64, np.float32, np.float16, np.longdouble, np.int64, np.uint8, np.bool_)))
def test_a_batch_of_an_array_is_its_elements(data: DataObject, dtype: Any) -> None:  # noqa: ANN401 - of any type
    drawn, policy = _drawn(data, ("number",))
    case = _rows(data, drawn, policy)[0]
    numbers = [score for score in telling_scores(policy) if isinstance(score, (float, np.floating))]
    with np.errstate(all="ignore"):
        scores = np.array(numbers, dtype=np.longdouble).astype(dtype)
    _agree_on(drawn, case, scores, list(scores))


@given(st.data(), st.sampled_from((np.float64, np.float32, np.float16, np.int64, np.bool_)))
def test_a_batch_of_an_array_of_rows_and_labels_is_its_rows(data: DataObject, dtype: Any) -> None:  # noqa: ANN401 - of any type
    drawn, policy = _drawn(data, ("classes", "labels"))
    assert policy.score is not None
    assume(policy.score.kind in ("classes", "labels"))
    case = _rows(data, drawn, policy)[0]
    many = len(policy.score.labels or "abc") + data.draw(st.sampled_from((0, 0, 0, 1)), label="too many")
    numbers = st.sampled_from([*numbers_of(policy), math.nan, math.inf, -1.0])
    drawn_rows = data.draw(st.lists(st.lists(numbers, min_size=many, max_size=many), min_size=1, max_size=8))
    with np.errstate(all="ignore"):
        scores = np.array(drawn_rows).astype(dtype)
    _agree_on(drawn, case, scores, list(scores))


@given(st.data())
def test_a_batch_of_a_mapping_of_columns_is_its_rows(data: DataObject) -> None:
    drawn, policy = _drawn(data, ("classes", "labels", "scores"))
    case = _rows(data, drawn, policy)[0]
    rows = data.draw(valid_scores(policy), label="scores")
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in names}
    for name in names:
        shape = data.draw(st.sampled_from(("list", "array", "masked", "one")), label=name)
        if shape == "array":
            columns[name] = np.array(columns[name])
        if shape == "masked":
            mask = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
            columns[name] = np.ma.array(columns[name], mask=mask)
        if shape == "one" and name != names[0]:
            columns[name] = columns[name][0]
    each = [{name: _item(column, row) for name, column in columns.items()} for row in range(len(rows))]
    _agree_on(drawn, case, columns, each)


def _item(column: Any, row: int) -> Any:  # noqa: ANN401 - a column, or one value for all
    item = column[row] if isinstance(column, (list, np.ndarray)) else column
    return None if item is np.ma.masked else item


def _agree_on(drawn: PolicySet, case: Request, scores: Any, each: Sequence[Any]) -> None:  # noqa: ANN401 - in any shape
    """Hold a batch in which only the scores differ to the answers that they get one by one."""
    alone = _made("scalar", drawn)
    expected = [answer(alone, replace(case, score=score)) for score in each]
    rows = [replace(case, score=score) for score in each]
    if any(_is_refusal(one) for one in expected):
        with pytest.raises(InvalidRequestError):
            _in_batch(drawn, rows, scores=scores)
        return
    assert [in_full(one) for one in _in_batch(drawn, rows, scores=scores)] == expected


def _made(name: str, drawn: PolicySet) -> Decide:
    return EVALUATORS[name](drawn.catalog, drawn.policies, drawn.environment)


def _evaluator(drawn: PolicySet, case: Request) -> PolicyEvaluator:
    return Evaluator(compiled(drawn.catalog, drawn.policies, drawn.environment)).policy_for(case.use_case, case.at)


def _rows(data: DataObject, drawn: PolicySet, policy: Policy) -> list[Request]:
    """Draw requests to one policy at one instant, which is what a batch may hold."""
    first = data.draw(cases(drawn, policy), label="first")
    others = data.draw(st.lists(cases(drawn, policy), min_size=1, max_size=5), label="others")
    alike = [replace(one, use_case=policy.use_case, at=policy.effective.from_) for one in (first, *others)]
    if data.draw(st.booleans(), label="nobody asks for numbers"):
        # rows that ask for none are judged together
        alike = [replace(one, thresholds={}) for one in alike]
    scores = data.draw(scores_given(policy), label="scores")
    return [replace(alike[place % len(alike)], score=score) for place, score in enumerate(scores)]


def _in_batch(drawn: PolicySet, rows: Sequence[Request], scores: Any = None) -> list[Verdict]:  # noqa: ANN401 - any array
    names = {name for row in rows for name in row.dimensions}
    found = in_batch(
        _evaluator(drawn, rows[0]),
        [row.score for row in rows] if scores is None else scores,
        at=rows[0].at,
        model=_column(drawn, "model", [row.model for row in rows]),
        model_version=[row.model_version for row in rows],
        subject=_column(drawn, "subject", [row.subject for row in rows]),
        facts=_column_of_mappings([row.facts for row in rows]),
        thresholds=_column_of_mappings([row.thresholds for row in rows]),
        reason_codes=[row.reason_codes for row in rows],
        **{name: _column(drawn, name, [row.dimensions.get(name) for row in rows]) for name in names},
    )
    assert len(found) == len(rows)
    each = [found[row] for row in range(len(found))]
    assert found.outcomes.tolist() == [one.outcome for one in each]
    # What a row says by itself comes on top of what it shares with all rows of its code
    shared = [found.verdicts[code] for code in found.codes]
    assert [_shared(one) for one in shared] == [_shared(one) for one in each]
    return each


def _shared(verdict: Verdict) -> str:
    members = tuple(one._replace(signal=None) for one in verdict.members)
    return in_full(replace(verdict, label=None, ambiguous=(), highlighted=(), reasons=(), members=members))


def _column_of_mappings(values: list[Any]) -> Any:  # noqa: ANN401 - as a caller may
    """Return mappings as a list of them, or as one mapping of columns where all have the same names."""
    names = values[0].keys()
    if not any(values):
        return None
    if all(value.keys() == names for value in values):
        return {name: [value[name] for value in values] for name in names}
    return values


def _column(drawn: PolicySet, name: str, values: list[Any]) -> Any:  # noqa: ANN401 - a value, a list or an array
    """Return a column in the shape that its values allow: an array, one value for all rows, else a list."""
    if isinstance(drawn.catalog.dimensions.get(name), NumberDimension):
        if all(type(value) is float for value in values):
            return np.array(values)
        if all(isinstance(value, float) or value is None for value in values):
            return np.ma.array([value or 0.0 for value in values], mask=[value is None for value in values])
    if all(type(value) is str for value in values):
        return values[0] if len(set(values)) == 1 else np.array(values, dtype=object)
    return values


def _is_refusal(found: str) -> bool:
    return found.endswith("Error")
