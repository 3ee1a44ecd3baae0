"""`check` passes what leaves nothing open, and nothing else; only what it passes is compiled."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from policy_engine.canonical import canonical_json
from policy_engine.compiler import compile_policies
from policy_engine.loader import read_documents
from policy_engine.model import Policy
from policy_engine.validator import check
from tests.support.evaluators import compiled
from tests.support.files import written
from tests.support.oracle import Oracle, fields_of
from tests.support.strategies import PolicySet, overrides, policy_sets

if TYPE_CHECKING:
    from datetime import datetime

    from hypothesis.strategies import DataObject

    from policy_engine.validator import CheckedPolicySet
    from tests.support.oracle import Cell
    from tests.support.strategies import Document

OPEN_IN_A_CELL = {"PE201", "PE203", "PE212"}
"""The codes of what no look at single keys can find: ladders that do not fall, ties, and equal sets."""


@given(policy_sets(guarded=False))
def test_what_leaves_nothing_open_passes_and_compiles_to_the_same_table(drawn: PolicySet) -> None:
    checked, codes = _checked(drawn.catalog_document, *drawn.policy_documents)
    assert codes == []
    assert checked is not None
    assert compile_policies(checked).digest == compiled(drawn.catalog, drawn.policies).digest


@given(st.data())
def test_an_override_that_leaves_something_open_in_any_cell_is_refused_and_no_other(data: DataObject) -> None:
    drawn = data.draw(policy_sets(guarded=False), label="policies")
    # whether calls and variables leave a ladder open is asked elsewhere
    document = {key: value for key, value in drawn.policy_documents[0].items() if key != "tunable"}
    one_more = data.draw(overrides(drawn.catalog, document), label="override")
    longer = {**document, "overrides": [*document["overrides"], one_more]}
    _, codes = _checked(drawn.catalog_document, longer)
    oracle = Oracle(Policy.model_validate(longer), drawn.catalog)
    assert bool(OPEN_IN_A_CELL.intersection(codes)) == _leaves_something_open(oracle)


def _checked(catalog: Document, *policies: Document) -> tuple[CheckedPolicySet | None, list[str]]:
    with TemporaryDirectory() as folder:
        checked, report = check(read_documents([written(Path(folder), catalog, *policies)]))
    assert (checked is None) == bool(report.errors)
    return checked, [found.code for found in report.diagnostics if found.severity == "error"]


# --- by the oracle alone, one cell and one instant after the other -------------------------------------------------


def _leaves_something_open(oracle: Oracle) -> bool:
    return _has_equal_pair(oracle) or any(
        _has_tie(oracle, cell, at) or not _falls(oracle, cell, at)
        for at in _instants(oracle)
        for cell in oracle.cells()
    )


def _instants(oracle: Oracle) -> set[datetime]:
    """Return the beginning of every stretch in which the same overrides are in force."""
    begin, until = oracle.policy.effective.from_, oracle.policy.effective.until
    ends = {end for override in oracle.policy.overrides for end in oracle.window(override)}
    return {begin, *(end for end in ends if begin <= end and (until is None or end < until))}


def _has_tie(oracle: Oracle, cell: Cell, at: datetime) -> bool:
    settles = (oracle.policy.ties or oracle.catalog.ties) == "strictest"
    return any(
        len({_in_full(value) for _, value in oracle.remaining(cell, at, field)}) > 1
        for field in oracle.fields()
        if not (settles and field[0] in ("thresholds", "on_invalid"))
    )


def _in_full(value: Any) -> str | bytes:  # noqa: ANN401 - a field may hold anything
    """Return a field's value as text in which `1` and `true` differ, and nothing else that is equal."""
    return repr(value) if isinstance(value, BaseModel) else canonical_json(value)


def _falls(oracle: Oracle, cell: Cell, at: datetime) -> bool:
    return all(
        lower is None or upper is None or upper > lower
        for (_, upper, _), (_, lower, _) in pairwise(oracle.ladder(cell, at))
    )


def _has_equal_pair(oracle: Oracle) -> bool:
    """Say whether two match the very same cells and share a field and an instant, neither window the inner one."""
    return any(
        oracle.same_cells(one, other)
        and fields_of(one).keys() & fields_of(other).keys()
        and max(oracle.window(one)[0], oracle.window(other)[0]) < min(oracle.window(one)[1], oracle.window(other)[1])
        and not oracle.is_narrower(one, other)
        and not oracle.is_narrower(other, one)
        for place, one in enumerate(oracle.policy.overrides)
        for other in oracle.policy.overrides[:place]
    )
