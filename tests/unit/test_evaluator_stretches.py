"""Buckets: a score is looked up only where a look-up is sure, at a cut and on both sides of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from policy_engine.evaluator.stretches import UNKNOWN, Buckets


def _looked_up(buckets: Buckets, cuts: list[float], scores: list[float]) -> list[int]:
    """Return what is found of scores after every stretch between *cuts* was noted, its place as its code."""
    places = [-1, *buckets.places_of(np.array(cuts)).tolist(), buckets.many]
    for stretch in range(len(cuts) + 1):
        buckets.note(1, places[stretch], places[stretch + 1], stretch)
    found = np.empty(len(scores), dtype=np.uint16)
    buckets.look_up(buckets.starts_of(np.ones(len(scores), dtype=np.int32)), np.array(scores), found)
    return found.tolist()


@pytest.mark.parametrize(
    ("ends", "cuts"),
    [
        ((0.0, 1.0), [0.3, 0.6, 0.9]),
        ((0.0, 1.0), [0.0, 0.5, 1.0]),
        ((0.0, 1.0), [0.5, math.nextafter(0.5, 1)]),
        ((-math.inf, math.inf), [-5.0, 0.0, 7.0]),
        ((-math.inf, math.inf), [3.0]),
        ((0.0, 1e9), [10.0, 20.0, 30.0]),
        ((-1e308, 1e308), [-1e307, 1e307]),
        ((0.0, 1.0), [1e-300, 2e-300]),
        ((-700.0, 300.0), [-699.99, 299.99]),
    ],
    ids=repr,
)
def test_what_is_found_is_the_stretch_of_the_score(ends: tuple[float, float], cuts: list[float]) -> None:
    buckets = Buckets(1, ends, np.array(cuts))
    low, high = buckets.low, buckets.high
    near = [number for cut in cuts for number in (math.nextafter(cut, -math.inf), cut, math.nextafter(cut, math.inf))]
    spread = np.linspace(buckets.begin, buckets.end, 1001).tolist()
    scores = [one for one in (*near, *spread, low, high) if low <= one <= high]
    assert buckets.is_apt
    found = _looked_up(buckets, cuts, scores)
    for score, code in zip(scores, found, strict=True):
        assert code in (UNKNOWN, sum(score >= cut for cut in cuts))
    if cuts != [0.5, math.nextafter(0.5, 1)]:
        assert found.count(UNKNOWN) < len(found) / 4


@pytest.mark.parametrize(
    ("ends", "cuts"),
    [((-math.inf, math.inf), [-1.7e308, 1.7e308]), ((2.0**60, 2.0**60 + 512), [2.0**60 + 256])],
)
def test_numbers_that_buckets_cannot_tell_apart_are_not_looked_up(ends: tuple[float, float], cuts: list[float]) -> None:
    assert not Buckets(1, ends, np.array(cuts)).is_apt


def test_a_code_too_great_for_the_table_is_not_noted() -> None:
    buckets = Buckets(1, (0.0, 1.0), np.array([]))
    buckets.note(1, -1, buckets.many, UNKNOWN)
    assert (buckets.codes == UNKNOWN).all()
