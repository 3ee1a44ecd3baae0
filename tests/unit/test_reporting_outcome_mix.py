"""Outcome mixes: every case counted once, in a table that fits."""

from __future__ import annotations

from collections import Counter

import pytest

from policy_engine.engine import Engine
from policy_engine.model import Policy
from policy_engine.reporting import outcome_mix
from policy_engine.reporting.as_text import outcome_mix_as_text
from policy_engine.reporting.outcome_mix import OutcomeMix, OutcomeMixes
from tests.support.commands import POLICIES, assert_fits


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Return an engine with the sample policies."""
    return Engine.load(POLICIES)


def policy_with(engine: Engine, bands: int) -> Policy:
    """Return a policy with so many bands."""
    (table,) = engine.table.policies["card-fraud"]
    written = table.policy.model_dump(by_alias=True, exclude_none=True)
    written["bands"] = [{"name": f"band-with-a-name-{number}"} for number in range(bands)]
    return Policy.model_validate(written)


def test_a_cell_is_what_the_policy_made_of_each_dimension(engine: Engine) -> None:
    mixes = OutcomeMixes()
    at = "2027-02-01T00:00:00Z"
    case = {"model_version": "4.3", "at": at}
    mixes.add(engine.decide("card-fraud", 0.5, jurisdiction="DE-BY", tier="gold", amount=100, **case))  # type: ignore[arg-type]
    mixes.add(engine.decide("card-fraud", 0.5, jurisdiction=["US", "XX"], tier=7, amount="much", **case))  # type: ignore[arg-type]
    mixes.add(engine.decide("card-fraud", 0.5, escalation_path="night-shift", **case))  # type: ignore[arg-type]
    (mix,) = mixes.all()
    assert mix.dimensions == ("jurisdiction", "tier", "amount", "escalation_path")
    assert list(mix.counts) == [
        ("DE-BY", "gold", "100 up to 1000", "none"),
        ("US and unknown", "unknown", "unknown", "none"),
        ("unknown", "unknown", "unknown", "night-shift"),
    ]
    assert mix.total.total() == 3


def test_requests_cannot_make_it_grow_without_end(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome_mix, "MOST_CELLS", 2)
    mixes = OutcomeMixes()
    for place in ("DE", "US", "AT", "EU", "DE"):
        mixes.add(engine.decide("card-fraud", 0.5, jurisdiction=place))
    (mix,) = mixes.all()
    assert [place[0] for place in mix.counts] == ["DE", "US", "other"]
    assert mix.total.total() == 5


def test_versions_of_a_use_case_are_counted_apart(engine: Engine) -> None:
    assert OutcomeMixes().all() == []
    mixes = OutcomeMixes()
    mixes.add(engine.decide("credit-default", 0.5))
    mixes.add(engine.decide("card-fraud", 0.5))
    assert [mix.policy.use_case for mix in mixes.all()] == ["card-fraud", "credit-default"]


@pytest.mark.parametrize("bands", [2, 3, 4, 6, 12])
@pytest.mark.parametrize("dimensions", [0, 1, 2, 6])
def test_every_table_fits_and_names_all_cases(engine: Engine, bands: int, dimensions: int) -> None:
    policy = policy_with(engine, bands)
    names = tuple(f"dimension_{number}" for number in range(dimensions))
    places = [tuple(f"value {row} of {name}" for name in names) for row in range(3 if dimensions else 1)]
    counts = {place: Counter({policy.band_names[0]: 3, policy.band_names[-1]: 12_345}) for place in places}
    text = outcome_mix_as_text(OutcomeMix(policy, names, counts), 80)
    assert_fits(text)
    assert f"{12_348 * len(places):,} cases" in text
    assert text.count("100.0%") >= len(places)


@pytest.mark.parametrize(("bands", "lines"), [(2, 2), (4, 3), (12, 3)])
def test_without_a_dimension_there_is_one_row(engine: Engine, bands: int, lines: int) -> None:
    policy = policy_with(engine, bands)
    counts: dict[tuple[str, ...], Counter[str]] = {
        (): Counter({policy.band_names[0]: 3, policy.band_names[-1]: 12_345})
    }
    text = outcome_mix_as_text(OutcomeMix(policy, (), counts), 80)
    assert len(text.splitlines()) - 2 == lines
    assert text.count("12,345") == 1


def test_hostile_values_are_shown_as_escapes(engine: Engine) -> None:
    policy = policy_with(engine, 2)
    mix = OutcomeMix(policy, ("tier",), {("\x1b[31mred\n",): Counter({policy.band_names[0]: 1})})
    assert "\\x1b[31mred\\n" in outcome_mix_as_text(mix, 80)
