"""`Engine.verdicts`: the bare verdicts of a batch, from columns of every library, by any number of threads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa
import pytest

from policy_engine import Engine
from policy_engine.evaluator import arrow, batch, combinations, members_in_rows, numbers_in_rows
from policy_engine.evaluator.codes import Codes
from policy_engine.exceptions import InvalidRequestError, UnknownUseCaseError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from policy_engine.model import Verdict

CATALOG = """\
schema: catalog/v1
jurisdictions: {DE: {}, FR: {}}
dimensions: {tier: [gold, silver], amount: {cuts: [10]}}
facts: [barred, vip]
"""
NUMBER = """\
schema: policy/v1
use_case: x
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: m}}
bands: [{name: block, at_least: 0.8}, {name: review, at_least: 0.5}, {name: allow}]
on_invalid: {missing: review, otherwise: block}
unknown: {jurisdiction: base, tier: base, amount: base}
fail_open_because: a test
overrides:
  - {id: gold, when: {tier: gold}, thresholds: {block: 0.9}, because: they pay}
  - {id: fr, when: {jurisdiction: FR}, thresholds: {review: 0.4}}
  - {id: large, when: {amount: {at_least: 10}}, thresholds: {review: 0.3}}
ties: strictest
"""
LISTED = (
    NUMBER.replace("use_case: x", "use_case: listed")
    + """\
knock_outs: [{id: barred, when: {barred: true}, at_least: block}]
"""
)
SAMPLED = """\
schema: policy/v1
use_case: sampled
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, labels: [a, b], higher_is: safer, model: {name: m}}
bands: [{name: sure, at_least: 0.6}, {name: unsure}]
on_invalid: unsure
samples: [{id: qa, of: sure, percent: 50, to: unsure, by: subject, salt: s}]
"""
LEADING = """\
schema: policy/v1
use_case: leading
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, labels: [a, b, c], higher_is: riskier, model: {name: m}}
bands: [{name: block, at_least: 0.7}, {name: review, at_least: 0.3}, {name: allow}]
on_invalid: block
lead: {ratio: 1.5, bands: [block], otherwise: review}
fail_open_because: a test
"""
PAIR = """\
schema: policy/v1
use_case: pair
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
bands: [{name: reject}, {name: accept}]
scores:
  x: {kind: probability, higher_is: safer, thresholds: {accept: 0.5}, model: {name: x}, on_invalid: reject}
  y: {kind: probability, higher_is: safer, thresholds: {accept: 0.5}, model: {name: y}, on_invalid: reject}
"""
AT = datetime(2026, 7, 1, tzinfo=UTC)
SCORES = [0.85, 0.45, None, 0.95, float("nan"), 0.85]
TIERS = ["gold", None, "silver", "gold", "copper", "silver"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    for name, text in (("x", NUMBER), ("listed", LISTED), ("sampled", SAMPLED), ("leading", LEADING), ("pair", PAIR)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def engine(folder: Path) -> Engine:
    return Engine.load(folder, clock=lambda: AT)


def _alone(engine: Engine, use_case: str, scores: Sequence[Any], **columns: Sequence[Any]) -> list[Verdict]:
    given = [{name: column[row] for name, column in columns.items()} for row in range(len(scores))]
    return [
        engine.verdict({"use_case": use_case, "score": score, **one}) for score, one in zip(scores, given, strict=True)
    ]


@pytest.mark.parametrize(
    ("scores", "tier"),
    [
        (SCORES, TIERS),
        (pa.array(SCORES), pa.array(TIERS)),
        (pa.chunked_array([pa.array(SCORES[:2]), pa.array(SCORES[2:])]), pa.array(TIERS).dictionary_encode()),
        (pl.Series(SCORES), pl.Series(TIERS)),
        (pl.Series(SCORES), pl.Series(TIERS, dtype=pl.Enum(["copper", "silver", "gold"]))),
        (pd.Series(SCORES, dtype=object), pd.Series(TIERS, dtype="category")),
        (pa.array(SCORES), pd.Categorical(TIERS)),
        (np.ma.array([one or 0.0 for one in SCORES], mask=[one is None for one in SCORES]), pd.Series(TIERS)),
    ],
    ids=lambda one: f"{type(one).__module__}.{type(one).__name__}",
)
def test_columns_of_every_library_give_the_verdicts_of_their_rows(engine: Engine, scores: object, tier: object) -> None:
    found = engine.verdicts("x", scores, tier=tier)
    assert [found[row] for row in range(len(found))] == _alone(engine, "x", SCORES, tier=TIERS)
    decided = engine.decide_batch("x", scores, tier=tier)
    assert [one.verdict for one in decided] == [found[row] for row in range(len(found))]
    # pandas has a NaN where others have nothing
    kept = [one.request.dimensions["tier"] for one in decided]
    assert [one if isinstance(one, str) else None for one in kept] == TIERS


@pytest.mark.parametrize(
    "scores",
    [pa.array([1, None, 0]), pl.Series([1, None, 0]), pa.array([1.0, None, 0.0], pa.float32())],
    ids=["Arrow", "polars", "single precision"],
)
def test_whole_numbers_beside_a_null_stay_numbers(engine: Engine, scores: object) -> None:
    assert engine.verdicts("x", scores).outcomes.tolist() == ["block", "review", "allow"]


@pytest.mark.parametrize(
    ("scores", "classes"),
    [
        (pa.array(["0.9", None]), ["wrong_type", "missing"]),
        (pa.array([True, None]), ["wrong_type", "missing"]),
        (pa.array([None, None]), ["missing", "missing"]),
        (pa.array([0.9, 0.9]).dictionary_encode(), [None, None]),
        (pd.Series([0.9, np.nan]), [None, "not_finite"]),
        (pd.Series([True, False]), ["wrong_type", "wrong_type"]),
        (pd.Series([1, None], dtype="Int64"), [None, "missing"]),
        ({"a": np.array([0.9, 0.8])}, ["wrong_type", "wrong_type"]),
    ],
    ids=[
        "text of Arrow",
        "truth values of Arrow",
        "nulls of Arrow",
        "a dictionary of numbers",
        "numbers of pandas",
        "truth values of pandas",
        "whole numbers of pandas",
        "a mapping",
    ],
)
def test_a_column_of_anything_else_is_bad_input_row_by_row(engine: Engine, scores: object, classes: list[str]) -> None:
    found = engine.verdicts("x", scores)
    assert [found[row].invalid for row in range(2)] == classes


@pytest.mark.parametrize("amount", [pa.array([10.0, None, 9.0]), np.array([10, -1, 9]), pl.Series([10, None, 9])])
def test_a_number_in_a_column_of_arrow_is_cut(engine: Engine, amount: object) -> None:
    assert engine.verdicts("x", np.full(3, 0.35), amount=amount).outcomes.tolist() == ["review", "allow", "allow"]


@pytest.mark.parametrize(
    "barred",
    [
        [True, None, False],
        np.array([True, False, False]),
        pa.array([True, False, False]),
        pa.array([True, None, False]),
        pd.Series([True, False, False]),
    ],
    ids=lambda one: f"{type(one).__module__}.{type(one).__name__}",
)
def test_facts_come_in_columns(engine: Engine, barred: Any) -> None:  # noqa: ANN401 - any column
    found = engine.verdicts("listed", np.zeros(3), facts={"barred": barred, "vip": True})
    unknown = list(barred)[1] is None or str(barred[1]) == "None"
    assert found.outcomes.tolist() == ["block", "block" if unknown else "allow", "allow"]


def test_facts_come_as_a_mapping_for_each_row(engine: Engine) -> None:
    found = engine.verdicts("listed", np.zeros(3), facts=[{"barred": False}, {"barred": True}, None])
    assert found.outcomes.tolist() == ["allow", "block", "block"]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_rows_keep_their_order_over_every_border(engine: Engine, monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr(batch, "_FIRST", 3)
    monkeypatch.setattr(batch, "_AT_ONCE", 10)
    monkeypatch.setattr(numbers_in_rows, "CHUNK", 4)
    rows = 101
    scores = np.array([(row * 37 % 101) / 100 for row in range(rows)])
    scores[::17], scores[5::19], scores[::13] = np.nan, np.nextafter(1, 2), -0.1
    tiers = [("gold", "silver", None)[row % 3] for row in range(rows)]
    found = engine.verdicts("x", scores, tier=pa.array(tiers), threads=threads)
    assert [found[row] for row in range(rows)] == _alone(engine, "x", scores.tolist(), tier=tiers)
    assert found.codes.dtype == np.uint16


@pytest.mark.parametrize("most", [0, 1, 1 << 20])
def test_combinations_are_told_apart_also_where_a_list_would_be_too_long(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(combinations, "MOST_LISTED", most)
    monkeypatch.setattr(batch, "_FIRST", 2)
    found = engine.verdicts("x", pa.array(SCORES), tier=TIERS, jurisdiction=["FR", "DE"] * 3)
    assert [found[row] for row in range(6)] == _alone(engine, "x", SCORES, tier=TIERS, jurisdiction=["FR", "DE"] * 3)


def test_too_many_combinations_for_a_table_are_compared(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers_in_rows, "_MOST_COMBINATIONS", 1)
    monkeypatch.setattr(numbers_in_rows, "_MOST_STARTS", 1)
    monkeypatch.setattr(batch, "_FIRST", 2)
    found = engine.verdicts("x", pa.array(SCORES), tier=TIERS)
    assert [found[row] for row in range(6)] == _alone(engine, "x", SCORES, tier=TIERS)


@pytest.mark.parametrize("threads", [1, 3])
def test_starts_that_are_worked_out_anew_are_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(numbers_in_rows, "_MOST_STARTS", 1)
    monkeypatch.setattr(batch, "_FIRST", 2)
    monkeypatch.setattr(batch, "_AT_ONCE", 2)
    found = engine.verdicts("x", pa.array(SCORES), tier=TIERS, threads=threads)
    assert [found[row] for row in range(6)] == _alone(engine, "x", SCORES, tier=TIERS)


def test_codes_are_of_a_type_that_has_room_for_them() -> None:
    codes = Codes(3)
    codes.put(0, np.array([1, 65_535]))
    assert codes.kept().codes.dtype == np.uint16
    codes.put(2, np.array([65_536]))
    assert codes.kept().codes.dtype == np.uint32
    codes.put(0, np.array([1 << 40]))
    assert codes.kept().codes.tolist() == [1 << 40, 65_535, 65_536]


@pytest.mark.parametrize(
    "scores",
    [
        np.array([[0.9, 0.1], [0.5, 0.5], [np.nan, 0.1], [0.7, 2.0]]),
        {"a": pa.array([0.9, 0.5, np.nan, 0.7]), "b": np.array([0.1, 0.5, 0.1, 2.0])},
        pd.DataFrame({"a": [0.9, 0.5, np.nan, 0.7], "b": [0.1, 0.5, 0.1, 2.0]}),
        {"a": np.array([0.9, 0.5, np.nan, 0.7]), "b": [0.1, 0.5, 0.1, 2.0]},
    ],
    ids=lambda one: type(one).__name__,
)
def test_lots_are_drawn_for_cases_of_several_classes(engine: Engine, scores: object) -> None:
    subjects = [f"c-{row}" for row in range(4)]
    rows = [{"a": 0.9, "b": 0.1}, {"a": 0.5, "b": 0.5}, {"a": np.nan, "b": 0.1}, {"a": 0.7, "b": 2.0}]
    for turn in range(6):
        asked = [f"{one}-{turn}" for one in subjects]
        found = engine.verdicts("sampled", scores, subject=asked)
        assert [found[row] for row in range(4)] == _alone(engine, "sampled", rows, subject=asked)
        assert found.outcomes.tolist() == [found[row].outcome for row in range(4)]
        assert [found.verdicts[code].sample for code in found.codes] == [found[row].sample for row in range(4)]


def test_a_first_class_stands_alone_from_the_ratio_on(engine: Engine) -> None:
    first = np.array([0.75, 0.75, 0.75, 0.75, np.nan, 0.2])
    second = np.array([0.5, np.nextafter(0.5, 1), 0.75, 0.0, 0.1, 0.2])
    found = engine.verdicts("leading", {"b": first, "a": second})
    assert found.outcomes.tolist() == ["block", "review", "review", "block", "block", "allow"]
    assert [found[row].ambiguous for row in range(4)] == [(), ("b", "a"), ("a", "b"), ()]


def test_so_many_members_that_their_places_are_counted_anew(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members_in_rows, "_MOST", 1)
    scores = {"x": np.array([0.9, 0.1, 0.9, np.nan]), "y": np.array([0.9, 0.9, 0.1, 0.9])}
    assert engine.verdicts("pair", scores).outcomes.tolist() == ["accept", "reject", "reject", "reject"]


def test_rows_of_a_wrong_model_are_looked_up_as_well(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_FIRST", 2)
    found = engine.verdicts("x", np.array([0.1, 0.1, 0.1, np.nan, 0.1]), model=["m", "n", "n", "n", "m"])
    assert [found[row].invalid for row in range(5)] == [None, "wrong_model", "wrong_model", "wrong_model", None]


def test_numbers_are_no_value_of_a_dimension_of_names(engine: Engine) -> None:
    found = engine.verdicts("x", np.array([0.85, 0.85]), tier=np.array([1.5, np.nan]))
    assert [found[row].unknown for row in range(2)] == [("jurisdiction", "tier", "amount")] * 2


def test_without_pyarrow_columns_are_read_row_by_row(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "find_spec", lambda _: None)
    found = engine.verdicts("x", pl.Series(SCORES), tier=pl.Series(TIERS))
    assert [found[row] for row in range(6)] == _alone(engine, "x", SCORES, tier=TIERS)


def test_what_polars_cannot_export_is_read_row_by_row(engine: Engine) -> None:
    scores = pl.Series([object(), object()], dtype=pl.Object)
    assert [one.verdict.invalid for one in engine.decide_batch("x", scores)] == ["wrong_type", "wrong_type"]


def test_the_model_of_several_scores_may_be_another_in_each_row(engine: Engine) -> None:
    scores = {"x": np.array([0.9, 0.9]), "y": np.array([0.9, 0.9])}
    found = engine.verdicts("pair", scores, model={"x": ["x", "z"], "y": "y"})
    assert found.outcomes.tolist() == ["accept", "reject"]
    found = engine.verdicts("pair", scores, model={"x": "z"})
    assert [one.invalid for one in found[0].members] == ["wrong_model", None]


def test_a_score_without_a_column_is_missing(engine: Engine) -> None:
    found = engine.verdicts("pair", {"x": np.array([0.9])})
    assert [one.invalid for one in found[0].members] == [None, "missing"]
    assert found.outcomes.tolist() == ["reject"]


def test_what_a_row_says_by_itself_outlasts_an_edit_of_the_callers_buffer(engine: Engine) -> None:
    scores = np.array([[0.9, 0.1]])
    found = engine.verdicts("sampled", scores)
    scores[:] = 0.0
    assert (found[0].label, found[0].outcome) == ("a", "sure")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"tir": "gold"}, "did you mean `tier`"),
        ({"tier": ["gold"]}, "`tier` has 1 rows"),
        ({"subject": [1, "a"]}, "`subject` must be text"),
        ({"subject": pa.array([1, 2])}, "`subject` must be text"),
        ({"facts": {"bared": True}}, "unknown fact `bared`"),
        ({"facts": [{}, 1]}, "`facts` must be a mapping"),
        ({"thresholds": [1, 2]}, "`thresholds` must be a mapping"),
        ({"reason_codes": [1, 2]}, "`reason_codes` must be a list"),
    ],
)
def test_bare_verdicts_are_as_strict_as_decisions(engine: Engine, given: dict[str, Any], told: str) -> None:
    for ask in (engine.verdicts, engine.decide_batch):
        with pytest.raises(InvalidRequestError, match=told):
            ask("x", np.zeros(2), **given)


def test_a_use_case_that_no_policy_covers_is_an_error(engine: Engine) -> None:
    with pytest.raises(UnknownUseCaseError):
        engine.verdicts("y", np.zeros(2))


@pytest.mark.parametrize("subject", [np.array(["a", "b"]), pa.array(["a", None]), "a", None, [None, "b"]])
def test_subjects_of_text_pass(engine: Engine, subject: object) -> None:
    assert len(engine.verdicts("x", np.zeros(2), subject=subject)) == 2


def test_the_verdict_of_a_canary_holds_where_it_is_drawn(folder: Path) -> None:
    canary = (
        NUMBER[: NUMBER.index("unknown:")].replace("version: 1", "version: 2").replace("at_least: 0.5", "at_least: 0.1")
    )
    stage = "stage: {canary: {percent: 100, by: subject, salt: s, until: 2026-12-01T00:00:00Z}}\n"
    (folder / "canary.yaml").write_text(f"{canary}fail_open_because: a test\n{stage}", encoding="utf-8")
    engine = Engine.load(folder, clock=lambda: AT, candidate_budget=30)
    found = engine.verdicts("x", np.array([0.2, 0.2]), subject=["a", None])
    assert found.outcomes.tolist() == ["review", "allow"]
    assert [found[row].outcome for row in range(2)] == ["review", "allow"]
