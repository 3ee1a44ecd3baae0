"""Every evaluator gives the decisions that the vectors ask for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from policy_engine.loader import read_documents
from policy_engine.validator import check
from tests.conformance.list_vectors import PAGE, page
from tests.support.evaluators import EVALUATORS
from tests.support.files import written
from tests.support.vectors import Vector, VectorFile, clauses, found, vector_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.evaluators import Decide

FILES = {one.name: one for one in vector_files()}
VECTORS = [pytest.param(vector, id=f"{one.name}-{vector.id}") for one in vector_files() for vector in one.vectors]


@lru_cache
def _decide(evaluator: str, file: str) -> Decide:
    one = FILES[file]
    return EVALUATORS[evaluator](one.catalog, one.policies)


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("vector", VECTORS)
def test_the_decision_is_the_one_that_the_vector_asks_for(vector: Vector, evaluator: str) -> None:
    assert found(_decide(evaluator, vector.file), vector) == vector.expect, vector.why


@pytest.mark.parametrize("file", vector_files(), ids=lambda one: one.name)
def test_the_policies_of_the_vectors_pass_check(file: VectorFile, tmp_path: Path) -> None:
    _, report = check(read_documents([written(tmp_path, file.catalog_document, *file.policy_documents)]))
    assert [found.message for found in report.diagnostics] == []


def test_every_clause_has_a_vector_and_every_vector_a_clause() -> None:
    assert {vector.clause for one in vector_files() for vector in one.vectors} == set(clauses())


@pytest.mark.parametrize("file", vector_files(), ids=lambda one: one.name)
def test_every_id_stands_once_and_every_vector_says_why(file: VectorFile) -> None:
    ids = [vector.id for vector in file.vectors]
    assert len(set(ids)) == len(ids)
    assert all(vector.why.endswith(".") for vector in file.vectors)


def test_the_page_of_clauses_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python tests/conformance/list_vectors.py`"
