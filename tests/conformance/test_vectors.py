"""Every evaluator gives the decisions that the vectors ask for."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import pytest

from policy_engine import reference
from policy_engine.engine import Engine
from policy_engine.exceptions import EnvironmentNumberError
from policy_engine.loader import read_documents
from policy_engine.model import Request
from policy_engine.validator import check
from tests.conformance.list_vectors import PAGE, page
from tests.support.evaluators import EVALUATORS, PATIENT, compiled
from tests.support.files import written
from tests.support.vectors import (
    BESIDE_THE_VERDICT,
    Vector,
    VectorFile,
    as_far_as_expected,
    clauses,
    decision_of,
    found,
    vector_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from _pytest.mark.structures import ParameterSet

    from tests.support.evaluators import Decide

_LIVE_ONLY: Final = frozenset({"candidates"})

BEYOND: Final[dict[str, frozenset[str]]] = {
    "reference": _LIVE_ONLY,
    "scalar": _LIVE_ONLY,
    "batch": _LIVE_ONLY,
    "oracle": _LIVE_ONLY,
    "ready": _LIVE_ONLY,
}
"""Evaluator to the files of vectors that it is not asked about, as it does not know what they are about: all but the
engine apply one policy, and know no candidates."""

FILES = {one.name: one for one in vector_files()}
VECTORS = [vector for one in vector_files() for vector in one.vectors]
EVERY = [
    pytest.param(vector, evaluator, id=f"{one.name}-{vector.id}-{evaluator}")
    for one in vector_files()
    for vector in one.vectors
    for evaluator in EVALUATORS
    if one.name not in BEYOND.get(evaluator, ())
]


def _by_id(vectors: Iterable[Vector]) -> list[ParameterSet]:
    return [pytest.param(one, id=f"{one.file}-{one.id}") for one in vectors]


@lru_cache
def _decide(evaluator: str, file: str, environment: str) -> Decide | str:
    """Return an evaluator of a file's policies, or the word for why they cannot be loaded."""
    one = FILES[file]
    try:
        return EVALUATORS[evaluator](one.catalog, one.policies, json.loads(environment))
    except EnvironmentNumberError:
        return "invalid_environment"


def _answer(evaluator: str, vector: Vector) -> dict[str, Any]:
    decide = _decide(evaluator, vector.file, json.dumps(vector.environment))
    return {"error": decide} if isinstance(decide, str) else found(decide, vector)


@pytest.mark.parametrize(("vector", "evaluator"), EVERY)
def test_the_decision_is_the_one_that_the_vector_asks_for(vector: Vector, evaluator: str) -> None:
    assert _answer(evaluator, vector) == vector.expect, vector.why


@pytest.mark.parametrize(
    ("evaluator", "file"), [(evaluator, file) for evaluator, files in BEYOND.items() for file in sorted(files)]
)
def test_an_evaluator_is_spared_only_what_it_does_not_know(evaluator: str, file: str) -> None:
    def fails(vector: Vector) -> bool:
        try:
            return _answer(evaluator, vector) != vector.expect
        except Exception:  # noqa: BLE001 - whatever it fails with, it does not know what the vector is about
            return True

    assert any(fails(vector) for vector in FILES[file].vectors), f"take `{file}` from the list of the {evaluator}"


@pytest.mark.parametrize(
    "vector", _by_id(one for one in VECTORS if any(name in one.expect for name in BESIDE_THE_VERDICT))
)
def test_the_engine_tells_the_signal_and_the_candidates_that_the_vector_asks_for(vector: Vector) -> None:
    file = FILES[vector.file]
    table = compiled(file.catalog, file.policies, vector.environment)
    with Engine(table, candidate_budget=PATIENT) as engine:
        said = json.loads(engine.decide_request(_as_given(vector.request)).to_json())
    expect: dict[str, Any] = {name: vector.expect[name] for name in BESIDE_THE_VERDICT if name in vector.expect}
    assert as_far_as_expected(said, expect) == expect, vector.why


@pytest.mark.parametrize("vector", _by_id(one for one in VECTORS if "signal" in one.expect))
def test_the_reference_reads_the_signal_that_the_vector_asks_for(vector: Vector) -> None:
    request = vector.request
    first, *_ = reference.read(reference.live_policy(FILES[vector.file].policies, request), request)
    signal = None if isinstance(first.signal, str) or first.name is not None else first.signal
    assert signal == vector.expect["signal"], vector.why


@pytest.mark.parametrize("file", vector_files(), ids=lambda one: one.name)
def test_one_batch_of_all_cases_gives_the_decisions_one_by_one(file: VectorFile) -> None:
    asked = [one for one in file.vectors if "error" not in one.expect and not one.written.get("thresholds")]
    requests = [(one.written["use_case"], one.request.at, json.dumps(one.environment)) for one in asked]
    order = sorted(range(len(asked)), key=lambda place: requests[place])
    for (use_case, at, environment), places in groupby(order, key=lambda place: requests[place]):
        vectors = [asked[place] for place in places]
        table = compiled(file.catalog, file.policies, json.loads(environment))
        with Engine(table, candidate_budget=PATIENT) as engine:
            batch = engine.decide_batch(use_case, at=at, **_columns([one.request for one in vectors]))
        for vector, decision in zip(vectors, batch, strict=True):
            told = json.loads(decision.to_json())
            said = {
                **{name: told[name] for name in BESIDE_THE_VERDICT},
                **decision_of(decision.verdict, vector.request),
            }
            assert as_far_as_expected(said, vector.expect) == vector.expect, vector.id


def _as_given(request: Request) -> dict[str, Any]:
    """Return a request with the names that JSON requests have."""
    given = {name: getattr(request, name) for name in Request.__slots__ if name != "dimensions"}
    return {name: value for name, value in {**given, **request.dimensions}.items() if value is not None}


def _columns(requests: list[Request]) -> dict[str, Any]:
    kept = ("model", "model_version", "subject", "facts", "reason_codes")
    columns = {name: [getattr(one, name) for one in requests] for name in kept}
    dimensions = sorted({name for one in requests for name in one.dimensions})
    return {
        "scores": [one.score for one in requests],
        **columns,
        **{name: [one.dimensions.get(name) for one in requests] for name in dimensions},
    }


@pytest.mark.parametrize("file", vector_files(), ids=lambda one: one.name)
def test_the_policies_of_the_vectors_pass_check(file: VectorFile, tmp_path: Path) -> None:
    _, report = check(read_documents([written(tmp_path, file.catalog_document, *file.policy_documents)]))
    # a gap in time is meant: that a case of then is refused is what its vectors say
    assert [found.message for found in report.diagnostics if found.severity == "error"] == []


def test_every_clause_has_a_vector_and_every_vector_a_clause() -> None:
    assert {vector.clause for one in vector_files() for vector in one.vectors} == set(clauses())


@pytest.mark.parametrize("file", vector_files(), ids=lambda one: one.name)
def test_every_id_stands_once_and_every_vector_says_why(file: VectorFile) -> None:
    ids = [vector.id for vector in file.vectors]
    assert len(set(ids)) == len(ids)
    assert all(vector.why.endswith(".") for vector in file.vectors)


def test_the_page_of_clauses_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python tests/conformance/list_vectors.py`"
