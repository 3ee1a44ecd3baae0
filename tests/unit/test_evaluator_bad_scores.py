"""What no evaluator may take for a score, and what all of them must: each class of bad input has a band of its own."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from policy_engine.model import Catalog, Policy, Request
from tests.support.evaluators import EVALUATORS

if TYPE_CHECKING:
    from policy_engine.model import Verdict
    from tests.support.evaluators import Decide

POLICY = Policy.model_validate(
    {
        "schema": "policy/v1",
        "use_case": "card-fraud",
        "version": 1,
        "owner": "risk",
        "effective": {"from": "2026-01-01T00:00:00Z"},
        "score": {
            "kind": "probability",
            "higher_is": "riskier",
            "model": {"name": "gbm", "versions": ">=4.2,<5"},
        },
        "bands": [
            {"name": "block", "at_least": 0.9},
            {"name": "band-of-wrong-model", "at_least": 0.8},
            {"name": "band-of-missing", "at_least": 0.7},
            {"name": "band-of-wrong-type", "at_least": 0.6},
            {"name": "band-of-not-finite", "at_least": 0.5},
            {"name": "band-of-out-of-range", "at_least": 0.4},
            {"name": "allow"},
        ],
        "on_invalid": {
            "wrong_model": "band-of-wrong-model",
            "missing": "band-of-missing",
            "wrong_type": "band-of-wrong-type",
            "not_finite": "band-of-not-finite",
            "out_of_range": "band-of-out-of-range",
        },
    }
)


class NumberInNameOnly(Fraction):
    """Calls itself a number and has none."""

    def __float__(self) -> float:
        raise TypeError("no number after all")


NO_SCORES = [
    (None, "missing"),
    (NumberInNameOnly(9, 10), "wrong_type"),
    (np.ma.masked, "wrong_type"),
    ("0.95", "wrong_type"),
    ("", "wrong_type"),
    ("nan", "wrong_type"),
    (b"0.95", "wrong_type"),
    (True, "wrong_type"),
    (False, "wrong_type"),
    ([], "wrong_type"),
    ([0.95], "wrong_type"),
    ((0.95,), "wrong_type"),
    ({}, "wrong_type"),
    ({"score": 0.95}, "wrong_type"),
    (0.95 + 0j, "wrong_type"),
    (datetime(2026, 1, 1, tzinfo=UTC), "wrong_type"),
    (np.bool_(1), "wrong_type"),
    (np.str_("0.95"), "wrong_type"),
    (np.timedelta64(1, "s"), "wrong_type"),
    (np.timedelta64(1), "wrong_type"),
    (np.datetime64("2026-01-01"), "wrong_type"),
    (np.complex128(0.95), "wrong_type"),
    (np.array(0.95), "wrong_type"),
    (np.array([0.95]), "wrong_type"),
    (math.nan, "not_finite"),
    (math.inf, "not_finite"),
    (-math.inf, "not_finite"),
    (10**400, "not_finite"),
    (-(10**400), "not_finite"),
    (Fraction(10**400), "not_finite"),
    (Decimal("NaN"), "not_finite"),
    (Decimal("sNaN"), "not_finite"),
    (Decimal("Infinity"), "not_finite"),
    (Decimal("1e400"), "not_finite"),
    (np.float64("nan"), "not_finite"),
    (np.float32("inf"), "not_finite"),
    (np.float16("-inf"), "not_finite"),
    (np.longdouble("nan"), "not_finite"),
    (-0.1, "out_of_range"),
    (1.1, "out_of_range"),
    (math.nextafter(0, -1), "out_of_range"),
    (math.nextafter(1, 2), "out_of_range"),
    (-1, "out_of_range"),
    (2, "out_of_range"),
    (10**300, "out_of_range"),
    (Decimal("1.1"), "out_of_range"),
    (Fraction(-1, 10), "out_of_range"),
    (np.float32(1.1), "out_of_range"),
    (np.int8(-1), "out_of_range"),
    (np.uint64(2**64 - 1), "out_of_range"),
]

SCORES = [
    (0.9, "block"),
    (math.nextafter(0.9, 0), "band-of-wrong-model"),
    (0, "allow"),
    (0.0, "allow"),
    (-0.0, "allow"),
    (1, "block"),
    (1.0, "block"),
    (Decimal("0.9"), "block"),
    (Decimal("0.8999999999999999999999999"), "block"),
    (Decimal("-1e-400"), "allow"),
    (Fraction(9, 10), "block"),
    (np.float64(0.9), "block"),
    (np.float32(0.9), "band-of-wrong-model"),
    (np.nextafter(np.float32(0.9), np.float32(1)), "block"),
    (np.float16(0.9), "band-of-wrong-model"),
    (np.longdouble("0.9"), "block"),
    (np.int64(1), "block"),
    (np.uint8(0), "allow"),
]

MODELS: list[tuple[dict[str, Any], str | None]] = [
    ({"model_version": "4.2"}, None),
    ({"model_version": "4.99"}, None),
    ({"model_version": "4.3rc1"}, None),
    ({"model_version": "4.3", "model": "gbm"}, None),
    ({"model_version": np.str_("4.3")}, None),
    ({"model_version": "4.2rc1"}, "wrong_model"),
    ({"model_version": "5"}, "wrong_model"),
    ({"model_version": "5.0rc1"}, "wrong_model"),
    ({"model_version": "3"}, "wrong_model"),
    ({}, "wrong_model"),
    ({"model_version": None}, "wrong_model"),
    ({"model_version": ""}, "wrong_model"),
    ({"model_version": "latest"}, "wrong_model"),
    ({"model_version": "4..3"}, "wrong_model"),
    ({"model_version": "4." + "3" * 5000}, "wrong_model"),
    ({"model_version": 4.3}, "wrong_model"),
    ({"model_version": 4}, "wrong_model"),
    ({"model_version": ["4.3"]}, "wrong_model"),
    ({"model_version": {"v": "4.3"}}, "wrong_model"),
    ({"model_version": "4.3", "model": "other"}, "wrong_model"),
    ({"model_version": "4.3", "model": ""}, "wrong_model"),
    ({"model_version": "4.3", "model": 7}, "wrong_model"),
    ({"model_version": "4.3", "model": ["gbm"]}, "wrong_model"),
]


@lru_cache
def _decide(evaluator: str) -> Decide:
    return EVALUATORS[evaluator](Catalog.model_validate({"schema": "catalog/v1"}), [POLICY])


def _verdict(evaluator: str, score: object, **model: Any) -> Verdict:  # noqa: ANN401 - as a caller may give it
    return _decide(evaluator)(Request("card-fraud", score, datetime(2026, 7, 1, tzinfo=UTC), **model))


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize(("score", "invalid"), NO_SCORES, ids=[f"{one!r:.40}" for one, _ in NO_SCORES])
def test_what_is_no_score_gets_the_band_of_its_class(score: object, invalid: str, evaluator: str) -> None:
    verdict = _verdict(evaluator, score, model_version="4.3")
    assert (verdict.invalid, verdict.outcome) == (invalid, f"band-of-{invalid.replace('_', '-')}")
    assert (verdict.threshold, verdict.threshold_from, verdict.next_threshold) == (None, None, None)


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize(("score", "outcome"), SCORES, ids=[f"{one!r:.40}" for one, _ in SCORES])
def test_a_number_of_any_type_is_compared_as_the_binary64_number_that_it_rounds_to(
    score: object, outcome: str, evaluator: str
) -> None:
    verdict = _verdict(evaluator, score, model_version="4.3")
    assert (verdict.invalid, verdict.outcome) == (None, outcome)


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize(("model", "invalid"), MODELS, ids=[f"{one!r:.40}" for one, _ in MODELS])
@pytest.mark.parametrize("score", [0.1, None, "0.95", math.nan, 7])
def test_the_model_is_asked_for_before_the_score(
    score: object, model: dict[str, Any], invalid: str | None, evaluator: str
) -> None:
    wanted = invalid or _verdict("reference", score, model_version="4.3").invalid
    assert _verdict(evaluator, score, **model).invalid == wanted
