"""`check` passes what leaves nothing open, and nothing else; only what it passes is compiled."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from policy_engine import reference
from policy_engine.canonical import canonical_json
from policy_engine.compiler import compile_policies
from policy_engine.loader import read_documents
from policy_engine.model import Policy
from policy_engine.validator import check
from tests.support.evaluators import compiled
from tests.support.files import written
from tests.support.strategies import PolicySet, overrides, policy_sets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from hypothesis.strategies import DataObject

    from policy_engine.model import Catalog, Override
    from policy_engine.validator import CheckedPolicySet
    from tests.support.strategies import Document

OPEN_IN_A_CELL = {"PE201", "PE203", "PE212"}
"""The codes of what no look at single keys can find: ladders that do not fall, ties, and equal sets."""


@given(policy_sets())
def test_what_leaves_nothing_open_passes_and_compiles_to_the_same_table(drawn: PolicySet) -> None:
    checked, codes = _checked(drawn.catalog_document, *drawn.policy_documents)
    assert codes == []
    assert checked is not None
    assert compile_policies(checked).digest == compiled(drawn.catalog, drawn.policies).digest


@given(st.data())
def test_an_override_that_leaves_something_open_in_any_cell_is_refused_and_no_other(data: DataObject) -> None:
    drawn = data.draw(policy_sets(), label="policies")
    document = drawn.policy_documents[0]
    one_more = data.draw(overrides(drawn.catalog, document), label="override")
    longer = {**document, "overrides": [*document["overrides"], one_more]}
    _, codes = _checked(drawn.catalog_document, longer)
    assert bool(OPEN_IN_A_CELL.intersection(codes)) == _leaves_something_open(
        Policy.model_validate(longer), drawn.catalog
    )


def _checked(catalog: Document, *policies: Document) -> tuple[CheckedPolicySet | None, list[str]]:
    with TemporaryDirectory() as folder:
        checked, report = check(read_documents([written(Path(folder), catalog, *policies)]))
    assert (checked is None) == bool(report.errors)
    return checked, [found.code for found in report.diagnostics]


# --- by the reference alone, one cell and one instant after the other ---------------------------------------------


def _leaves_something_open(policy: Policy, catalog: Catalog) -> bool:
    for at in _instants(policy):
        in_force = [one for one in policy.overrides if _is_in_force(policy, one, at)]
        if _has_equal_pair(policy, catalog, in_force):
            return True
        for cell in _cells(policy, catalog):
            matching = [one for one in in_force if reference.matches(catalog, one, cell)]
            if _has_tie(policy, catalog, matching) or not _falls(policy, catalog, cell, at):
                return True
    return False


def _instants(policy: Policy) -> set[datetime]:
    """Return the beginning of every stretch in which the same overrides are in force."""
    ends = {end for override in policy.overrides for end in reference.window_of(policy, override)}
    return {end for end in {*ends, policy.effective.from_} if _is_live(policy, end)}


def _is_live(policy: Policy, at: datetime) -> bool:
    return policy.effective.from_ <= at and (policy.effective.until is None or at < policy.effective.until)


def _is_in_force(policy: Policy, override: Override, at: datetime) -> bool:
    begin, end = reference.window_of(policy, override)
    return begin <= at < end


def _cells(policy: Policy, catalog: Catalog) -> Iterator[reference.Cell]:
    used = reference.used_dimensions(policy, catalog)
    for values in product(*((None, *reference.all_values(catalog, name)) for name in used)):
        yield dict(zip(used, values, strict=True))


def _has_tie(policy: Policy, catalog: Catalog, matching: Sequence[Override]) -> bool:
    left: dict[reference.Field, list[Any]] = {}
    for one in matching:
        for field, value in reference.fields_of(one).items():
            rivals = [other for other in matching if field in reference.fields_of(other)]
            if not any(reference.is_narrower(policy, catalog, other, one) for other in rivals):
                left.setdefault(field, []).append(value)
    chosen = ("thresholds", "on_invalid") if (policy.ties or catalog.ties) == "strictest" else ()
    return any(
        field[0] not in chosen and canonical_json(values[0]) != canonical_json(value)
        for field, values in left.items()
        for value in values
    )


def _falls(policy: Policy, catalog: Catalog, cell: reference.Cell, at: datetime) -> bool:
    held = reference.what_holds(policy, catalog, cell, at)
    numbers = []
    for band in policy.band_names[:-1]:
        value, _ = held["thresholds", band]
        if value == "always":
            break
        if value != "never":
            numbers.append(value)
    return all(above > below for above, below in pairwise(numbers))


def _has_equal_pair(policy: Policy, catalog: Catalog, in_force: Sequence[Override]) -> bool:
    """Say whether two that hold at once match the very same cells and share a field, neither the inner one."""
    return any(
        reference.fields_of(one).keys() & reference.fields_of(other).keys()
        and all(
            reference.matched_values(catalog, one, name) == reference.matched_values(catalog, other, name)
            for name in {**one.when, **other.when}
        )
        and not reference.is_narrower(policy, catalog, one, other)
        and not reference.is_narrower(policy, catalog, other, one)
        for i, one in enumerate(in_force)
        for other in in_force[:i]
    )
