"""Which number each row of data is counted by: held to the cells of the policy, whatever the columns hold."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.tuning.band import band_to_tune
from policy_engine.tuning.policy_file import PolicyFile, read_policy_file
from policy_engine.tuning.sources import sources_of_rows
from tests.support.policies import CATALOG, POLICY, edited, plus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

AT = datetime(2026, 8, 1, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 8, 1, tzinfo=UTC)
WITH_ALL = edited(
    POLICY,
    ("on_invalid: review", "on_invalid: review\nties: strictest"),
    plus(
        "{id: gold, when: {jurisdiction: DE, tier: gold}, thresholds: {block: 0.95}, because: known}",
        "{id: big, when: {amount: {at_least: 1000}}, thresholds: {block: 0.85}}",
        "{id: open, when: {escalation_path: none}, thresholds: {review: 0.5}}",
        "{id: later, when: {jurisdiction: US}, thresholds: {block: 0.8}, effective: {from: 2027-01-01T00:00:00Z}}",
    ),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> PolicyFile:
    """Return a policy with overrides of every kind of dimension."""
    folder: Path = tmp_path_factory.mktemp("policies")
    (folder / "catalog.yaml").write_text(CATALOG)
    (folder / "policy.yaml").write_text(WITH_ALL)
    return read_policy_file(folder / "policy.yaml")


def sources(
    file: PolicyFile, columns: Mapping[str, Sequence[Any]], at: datetime = AT, band: str = "block"
) -> list[str]:
    """Return the source of each row's threshold."""
    return sources_of_rows(band_to_tune(file, band), columns, len(next(iter(columns.values()), ())), at)


ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing is known": ({}, "base"),
    "in a group": ({"jurisdiction": "DE"}, "eu"),
    "the narrower of two": ({"jurisdiction": "DE", "tier": "gold"}, "gold"),
    "a part of what is declared": ({"jurisdiction": "DE-BY", "tier": "gold"}, "gold"),
    "an undeclared part of a country": ({"jurisdiction": "DE-XX", "tier": "gold"}, "gold"),
    "a country that nobody declared": ({"jurisdiction": "AU", "tier": "gold"}, "base"),
    "a value that nobody declared": ({"jurisdiction": "DE", "tier": "diamond"}, "eu"),
    "an empty value": ({"jurisdiction": "", "tier": None}, "base"),
    "no text": ({"jurisdiction": ["DE"], "tier": 7}, "base"),
    "on a cut": ({"amount": 1000}, "big"),
    "just under it": ({"amount": 999.9999}, "base"),
    "a number as text": ({"amount": "1e3"}, "big"),
    "a decimal": ({"amount": Decimal("1000.00")}, "big"),
    "no number": ({"amount": "many"}, "base"),
    "a truth value": ({"amount": True}, "base"),
    "no finite number": ({"amount": float("inf")}, "base"),
    "a number beyond binary64": ({"amount": 10**400}, "base"),
    "the strictest where they tie": ({"jurisdiction": "DE", "amount": 5000}, "big"),
    "before an override begins": ({"jurisdiction": "US"}, "base"),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_is_counted_by_what_holds_there(file: PolicyFile, case: str) -> None:
    row, source = ROWS[case]
    columns = {"score": [0.5], **{name: [value] for name, value in row.items()}}
    assert sources(file, columns) == [source]


def test_an_override_holds_while_it_is_effective(file: PolicyFile) -> None:
    assert sources(file, {"jurisdiction": ["US", "US-CA", "FR"]}, NEXT_YEAR) == ["later", "later", "eu"]


def test_without_a_path_none_is_open(file: PolicyFile) -> None:
    paths = ["none", "fraud-ops", "", None, "nobody"]
    assert sources(file, {"escalation_path": paths}, band="review") == ["open", "base", "open", "open", "base"]
    assert sources(file, {"tier": ["gold"]}, band="review") == ["open"]


def test_no_rows_have_no_sources(file: PolicyFile) -> None:
    assert sources(file, {}) == []
    assert sources(file, {"tier": []}) == []


def test_columns_may_be_arrays(file: PolicyFile) -> None:
    amounts = np.array([10, 1000, np.nan])
    assert sources(file, {"amount": amounts, "jurisdiction": np.array(["DE", "US", "FR"])}) == ["eu", "big", "eu"]  # type: ignore[dict-item]


VALUES = {
    "jurisdiction": st.sampled_from(["EU", "DE", "DE-BY", "FR", "US", "US-CA", "ZZ", "", None]),
    "tier": st.sampled_from(["standard", "gold", "platinum", "diamond", None]),
    "amount": st.sampled_from([0, 99.5, 100, 999, 1000, "1000", "x", None]),
    "escalation_path": st.sampled_from(["none", "fraud-ops", "fraud-disputes", None]),
}


@given(
    names=st.sets(st.sampled_from(sorted(VALUES))),
    rows=st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=40),
    at=st.sampled_from([AT, NEXT_YEAR]),
)
def test_rows_together_are_what_each_is_alone(
    file: PolicyFile, names: set[str], rows: list[dict[str, Any]], at: datetime
) -> None:
    columns = {"n": range(len(rows)), **{name: [row[name] for row in rows] for name in sorted(names)}}
    alone = [sources(file, {"n": [0], **{name: [row[name]] for name in sorted(names)}}, at) for row in rows]
    assert sources(file, columns, at) == [one for (one,) in alone]
