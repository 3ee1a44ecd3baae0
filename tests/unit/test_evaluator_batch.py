"""Batches: every shape in which columns come, and the shapes that are refused."""

from __future__ import annotations

from array import array
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from policy_engine.evaluator import Evaluator
from policy_engine.evaluator.codes import Codes
from policy_engine.evaluator.columns import Columns, column_item
from policy_engine.evaluator.numbers_in_rows import NumberRows
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import Verdict
from tests.support.evaluators import compiled, in_batch
from tests.support.plain import SUMMER, catalog_with, document_with, override, policy_with

if TYPE_CHECKING:
    from policy_engine.evaluator.batch import BatchVerdicts

CATALOG = catalog_with(
    jurisdictions={"DE": {}, "FR": {}},
    dimensions={"tier": ["gold", "silver"], "amount": {"cuts": [1, 100]}},
    escalation_paths={"night": {"levels": [{"to": "queue:night", "within": "PT1H"}]}},
)
POLICY = policy_with(
    on_invalid={"missing": "review", "otherwise": "block"},
    unknown={"tier": "base", "amount": "base", "escalation_path": "base", "jurisdiction": "base"},
    ties="strictest",
    overrides=[
        override("fr", {"jurisdiction": "FR"}, thresholds={"block": 0.8}),
        override("gold", {"tier": "gold"}, thresholds={"block": 0.7}),
        override("large", {"amount": {"at_least": 100}}, thresholds={"block": 0.6}),
        override("cent", {"amount": {"at_least": 1, "below": 100}}, thresholds={"block": 0.75}),
        override("quiet", {"escalation_path": "none"}, thresholds={"block": 0.85}),
    ],
)
REFUSING = policy_with(unknown={"tier": "error"}, overrides=[override("gold", {"tier": "gold"})])


def _batch(scores: object, policy: Any = POLICY, **given: Any) -> BatchVerdicts:  # noqa: ANN401 - as a caller may
    evaluator = Evaluator(compiled(CATALOG, [policy])).policy_for("card-fraud", SUMMER)
    return in_batch(evaluator, scores, at=SUMMER, **given)


def _sources(found: BatchVerdicts) -> list[str | None]:
    return [found[row].threshold_from for row in range(len(found))]


# --- scores --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scores",
    [
        [0.95, 0.1],
        (0.95, 0.1),
        np.array([0.95, 0.1]),
        np.array([0.95, 0.1], dtype=np.float32),
        np.array([0.95, 0.1], dtype=np.longdouble),
        np.array([0.95, 0.1], dtype=object),
        array("d", [0.95, 0.1]),
        [Decimal("0.95"), np.float16(0.1)],
        np.array([1, 0]),
        np.array([1, 0], dtype=np.uint8),
        np.array([[0.95, 7], [0.1, 7]])[:, 0],
    ],
    ids=repr,
)
def test_scores_come_as_any_list_or_array(scores: object) -> None:
    assert _batch(scores).outcomes.tolist() == ["block", "allow"]


@pytest.mark.parametrize(
    ("scores", "classes"),
    [
        (
            [None, "0.95", True, float("nan"), 7, 0.1],
            ["missing", "wrong_type", "wrong_type", "not_finite", "out_of_range", None],
        ),
        (np.array([np.nan, np.inf, -0.1, 0.1]), ["not_finite", "not_finite", "out_of_range", None]),
        (np.array([True, False]), ["wrong_type", "wrong_type"]),
        (np.array(["0.95"]), ["wrong_type"]),
        (np.array([1], dtype="timedelta64[s]"), ["wrong_type"]),
        (np.array(["2026-01-01"], dtype="datetime64[D]"), ["wrong_type"]),
        (np.array([0.5 + 0j]), ["wrong_type"]),
        (np.array([None, 0.5], dtype=object), ["missing", None]),
        (np.array([1e300], dtype=np.longdouble) * 1e300, ["not_finite"]),
        ([[0.5], {"a": 0.5}, (), np.array(0.5)], ["wrong_type"] * 4),
    ],
    ids=lambda one: repr(one)[:60],
)
def test_every_row_has_its_own_class_of_bad_input(scores: object, classes: list[str | None]) -> None:
    found = _batch(scores)
    assert [found[row].invalid for row in range(len(found))] == classes


def test_a_masked_score_is_missing() -> None:
    found = _batch(np.ma.array([0.95, 0.95], mask=[False, True]))
    assert [found[row].invalid for row in range(2)] == [None, "missing"]


def test_a_signalling_nan_is_not_finite_and_warns_of_nothing() -> None:
    signalling = np.array([0x7FA00000], dtype=np.uint32).view(np.float32)
    assert _batch(signalling)[0].invalid == "not_finite"


@pytest.mark.parametrize("scores", [0.5, "0.5", None, {"a": 0.5}, {0.5}, np.array(0.5), np.zeros((2, 2)), object()])
def test_what_is_no_column_of_scores_is_refused(scores: object) -> None:
    with pytest.raises(InvalidRequestError, match="`scores`"):
        _batch(scores)


# --- columns -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "sources"),
    [
        ("gold", ["gold", "gold", "gold"]),
        (["gold", "silver", "gold"], ["gold", "quiet", "gold"]),
        (np.array(["gold", "silver", "gold"]), ["gold", "quiet", "gold"]),
        (np.array(["gold", None, 7], dtype=object), ["gold", "quiet", "quiet"]),
        (None, ["quiet", "quiet", "quiet"]),
        (("gold", "silver", "gold"), ["quiet", "quiet", "quiet"]),
        ({"tier": "gold"}, ["quiet", "quiet", "quiet"]),
        ([["gold"], {"gold": 1}, "gold"], ["quiet", "quiet", "gold"]),
        ([np.timedelta64(1), float("nan"), Decimal("sNaN")], ["quiet", "quiet", "quiet"]),
    ],
    ids=repr,
)
def test_a_dimension_is_one_value_for_all_rows_or_a_column(tier: object, sources: list[str]) -> None:
    assert _sources(_batch([1.0, 1.0, 1.0], tier=tier, jurisdiction="DE")) == sources


@pytest.mark.parametrize(
    ("amount", "sources"),
    [
        (np.array([0.5, 1.0, 99.0, 100.0]), ["quiet", "cent", "cent", "large"]),
        (np.array([0, 1, 99, 100]), ["quiet", "cent", "cent", "large"]),
        (np.array([np.nan, np.inf, -np.inf, 100.0]), ["quiet", "quiet", "quiet", "large"]),
        (np.ma.array([100.0, 100.0, 1.0, 1.0], mask=[True, False, True, False]), ["quiet", "large", "quiet", "cent"]),
        ([True, 1, 1.0, "1"], ["quiet", "cent", "cent", "quiet"]),
        ([1, True, None, Decimal(100)], ["cent", "quiet", "quiet", "large"]),
        (np.array([True, False, True, True]), ["quiet", "quiet", "quiet", "quiet"]),
        (100, ["large", "large", "large", "large"]),
        (np.float64(100), ["large", "large", "large", "large"]),
    ],
    ids=repr,
)
def test_a_number_is_cut_the_same_in_every_shape(amount: object, sources: list[str]) -> None:
    assert _sources(_batch([1.0] * 4, amount=amount, jurisdiction="DE", tier="silver")) == sources


def test_a_masked_escalation_path_is_none_that_is_open() -> None:
    paths = np.ma.array(["night", "night"], mask=[False, True])
    assert _sources(_batch([1.0, 1.0], escalation_path=paths)) == ["base", "quiet"]


def test_several_jurisdictions_of_a_row_are_a_tuple_or_a_list_in_the_column() -> None:
    column = [("DE", "FR"), ["FR", "DE"], "DE", frozenset({"FR"}), None, ()]
    found = _batch([0.82] * 6, jurisdiction=column)
    assert found.outcomes.tolist() == ["block", "block", "review", "block", "review", "review"]
    assert [found[row].jurisdiction for row in range(6)] == [1, 1, 0, 0, None, None]


def test_a_tuple_alone_is_the_jurisdictions_of_every_row() -> None:
    found = _batch([0.82, 0.1], jurisdiction=("DE", "FR"))
    assert found.outcomes.tolist() == ["block", "allow"]


@pytest.mark.parametrize(
    ("model", "version", "classes"),
    [
        ("gbm", "4.3", [None, None, "missing"]),
        ("other", "4.3", ["wrong_model"] * 3),
        (["gbm", "other", None], None, [None, "wrong_model", "missing"]),
        (np.array(["gbm", "other", "other"]), "4.3", [None, "wrong_model", "wrong_model"]),
        (["gbm", ["gbm"], 7], "4.3", [None, "wrong_model", "wrong_model"]),
    ],
    ids=repr,
)
def test_a_wrong_model_is_told_row_by_row(model: object, version: object, classes: list[str | None]) -> None:
    found = _batch([0.1, 0.1, None], model=model, model_version=version)
    assert [found[row].invalid for row in range(3)] == classes


def test_each_pair_of_model_and_version_is_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, object]] = []
    policy = policy_with(score={**document_with()["score"], "model": {"name": "gbm", "versions": ">=4,<5"}})
    evaluator = Evaluator(compiled(CATALOG, [policy])).policy_for("card-fraud", SUMMER)
    admits = evaluator.admits

    def noted(model: object, version: object) -> bool:
        asked.append((model, version))
        return admits(model, version)

    monkeypatch.setattr(evaluator, "admits", noted)
    versions = [f"{major}.{minor}" for minor in range(20) for major in (4, 5)] * 2
    found = in_batch(evaluator, [0.1] * len(versions), at=SUMMER, model="gbm", model_version=versions)
    assert sorted(map(str, asked)) == sorted({str(("gbm", version)) for version in versions})
    assert [found[row].invalid for row in range(len(found))] == [None, "wrong_model"] * (len(versions) // 2)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"tier": ["gold"]}, "`tier` has 1 rows, the scores have 2"),
        ({"tier": np.array([["gold", "gold"]])}, "`tier` has 2 dimensions; a batch has one"),
        ({"tier": np.array("gold")}, "`tier` has 0 dimensions"),
        ({"amount": np.array([1.0, 2.0, 3.0])}, "`amount` has 3 rows"),
        ({"model": ["gbm"] * 3}, "`model` has 3 rows"),
        ({"tier": range(0)}, "`tier` is no list or array"),
    ],
    ids=repr,
)
def test_a_column_of_another_shape_is_refused(column: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        _batch([0.1, 0.2], **column)


def test_one_row_whose_value_the_policy_refuses_refuses_the_batch() -> None:
    assert len(_batch([0.1, 0.2], REFUSING, tier=["gold", "silver"])) == 2
    with pytest.raises(InvalidRequestError, match="`tier` is not known or left out"):
        _batch([0.1, 0.2], REFUSING, tier=["gold", "diamond"])


@pytest.mark.parametrize("policy", [POLICY, REFUSING], ids=["base", "error"])
@pytest.mark.parametrize("tier", [None, "diamond", [], np.array([], dtype=str)], ids=repr)
def test_an_empty_batch_has_no_verdicts_and_refuses_nobody(policy: object, tier: object) -> None:
    found = _batch([], policy, tier=tier)
    assert len(found) == 0
    assert found.outcomes.tolist() == []


@pytest.mark.parametrize(
    ("given", "item"),
    [("gold", "gold"), (("DE", "FR"), ("DE", "FR")), (["a", "b"], "b"), (np.array([1, 2]), 2), (None, None), (7, 7)],
)
def test_the_item_of_a_row_is_what_the_column_has_there_or_the_one_value_for_all(given: object, item: object) -> None:
    assert column_item(given, 1) == item


def test_more_verdicts_than_two_bytes_count_have_codes_of_four() -> None:
    evaluator = Evaluator(compiled(CATALOG, [POLICY])).policy_for("card-fraud", SUMMER)
    names = ("model", "model_version", "subject", "facts", "thresholds", "reason_codes", "context")
    kept: dict[str, Any] = dict.fromkeys(names)
    columns = Columns.keep("card-fraud", SUMMER, np.array([0.95, 0.1, 0.95, 0.1, 0.95]), {}, **kept)
    codes = Codes(5)
    for _ in range(1 << 16):
        codes.add(Verdict("another"))
    rows = NumberRows(evaluator, columns, codes)
    rows.decide(0, 2)
    rows.decide(2, 5)
    found = codes.kept()
    assert found.codes.dtype == np.uint32
    assert found.outcomes.tolist() == ["block", "allow", "block", "allow", "block"]
