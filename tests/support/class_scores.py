"""Scores of four classes that are drawn, so that it is known what is true of them."""

from __future__ import annotations

import numpy as np

from policy_engine.measures import ClassScores


def drawn_classes(cases: int = 2000, sharpness: float = 1.0, seed: int = 0) -> ClassScores:
    """Draw scores of four classes that are as often right as they say, where *sharpness* is 1."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.full(4, 0.3), cases)
    labels = (true.cumsum(axis=1) > rng.random((cases, 1))).argmax(axis=1)
    told = true**sharpness
    return ClassScores.of(told / told.sum(axis=1, keepdims=True), labels)


def first_test_failed(right: int = 51) -> ClassScores:
    """Return 120 cases of which the first 59 are enough to test an accuracy of 0.95, and too seldom right to pass."""
    top = np.linspace(0.99, 0.6, 120)
    wrong = np.arange(120) % 20 == 0
    wrong[:59] = np.arange(59) >= right
    return ClassScores.of(np.column_stack((top, 1 - top)), wrong.astype(int))
