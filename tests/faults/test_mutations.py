"""Of the slips that people make in a policy nearly all are refused, and of the edits that mean nothing none is."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from tests.faults.mutations import (
    CATALOG,
    EDITS,
    SAMPLES,
    SEED,
    SLIPS,
    SLIPS_IN_A_CATALOG,
    Mutant,
    count,
    judged,
    move_jurisdiction,
    mutants,
    sample_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.mutations import Mutate

MOST: Final = 800
"""So many slips of a policy are judged here, a few seconds; `python tests/faults/mutations.py` judges all."""
OF_A_SAMPLE = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)


def some(all_of_them: list[Mutant], most: int) -> list[Mutant]:
    return Random(SEED).sample(all_of_them, min(most, len(all_of_them)))  # noqa: S311 - which are tried is no secret


@OF_A_SAMPLE
def test_slips_are_refused(path: Path) -> None:
    sample = sample_of(path)
    counted = count(sample, some(mutants(sample, SLIPS, SEED), MOST), [])
    assert counted.wrong > MOST // 2
    assert counted.share >= 0.98, [(one.operator, one.where) for one in counted.passed]


@OF_A_SAMPLE
def test_edits_that_mean_nothing_are_not_refused_and_change_no_digest(path: Path) -> None:
    sample = sample_of(path)
    counted = count(sample, [], some(mutants(sample, EDITS, SEED), MOST // 4))
    assert counted.refused == []


def test_slips_in_the_catalog_are_refused_where_policies_use_what_was_slipped_on() -> None:
    sample = sample_of(CATALOG)
    counted = count(sample, some(mutants(sample, SLIPS_IN_A_CATALOG, SEED), 150), [])
    assert counted.share >= 0.85, [(one.operator, one.where) for one in counted.passed]


@pytest.mark.parametrize("operator", [*SLIPS, *EDITS, move_jurisdiction], ids=lambda operator: operator.__name__)
def test_every_operator_finds_something_to_do(operator: Mutate) -> None:
    assert any(mutants(sample_of(path), (operator,), SEED) for path in (*SAMPLES, CATALOG))


def test_the_same_seed_makes_the_same_mutants() -> None:
    sample = sample_of(SAMPLES[0])
    assert mutants(sample, SLIPS, SEED) == mutants(sample, SLIPS, SEED)
    assert mutants(sample, SLIPS, SEED) != mutants(sample, SLIPS, SEED + 1)


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ("at_least: 0.90", "at_least: 0.91", True),
        ("at_least: 0.90", "at_least: 0.900", False),
        ("owner: payments-risk", "owner: somebody-else", False),
    ],
)
def test_a_mutant_is_judged_by_validate_and_by_its_table(old: str, new: str, refused: object) -> None:
    sample = next(sample_of(path) for path in SAMPLES if path.stem == "card-fraud")
    verdict = judged(sample, sample.text.replace(old, new, 1))
    assert (verdict.digest is None) is refused
    if not refused:
        assert verdict.digest == judged(sample, sample.text).digest
