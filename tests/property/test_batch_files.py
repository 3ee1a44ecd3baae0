"""A decision in the file of a batch is the record that it would have been on its own, whatever was asked."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine import Engine
from policy_engine.audit import AuditLog, MaskKey, Question, query, verify
from policy_engine.audit.masking import Masking
from policy_engine.engine import batch_recording
from policy_engine.engine.recording import Recorder
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import Recording
from tests.support.evaluators import PATIENT, compiled
from tests.support.requests import cases, numbers_of, scores_given
from tests.support.strategies import KINDS, policy_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import DataObject

    from policy_engine.engine.batch import BatchDecisions
    from policy_engine.model import Policy, Request

KEY: Final = bytes(range(32))
MASKS: Final[tuple[dict[str, Any] | None, ...]] = (
    None,
    {},
    {"subject": "hmac", "context": {"a": "hmac", "b.c": "drop"}},
    {"subject": "drop", "context": {"b": "keep"}},
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(categories=["Cs", "Cc", "Cf"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=6,
)
CONTEXTS = st.none() | st.dictionaries(st.sampled_from("abx") | st.text(max_size=3), ANYTHING, max_size=3)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut a file up where there are few rows, as otherwise thousands are."""
    monkeypatch.setattr(batch_recording, "_FIRST", 2)
    monkeypatch.setattr(batch_recording, "_AT_ONCE", 3)


@given(st.data())
def test_a_row_is_the_record_of_its_decision(data: DataObject) -> None:
    drawn = data.draw(policy_sets(KINDS), label="policies")
    policy = data.draw(st.sampled_from(drawn.policies), label="policy")
    case = data.draw(cases(drawn, policy), label="case")
    scores = data.draw(scores_given(policy, most=8), label="scores")
    if not len(scores):
        return
    said = _said(data, case, len(scores), in_full=data.draw(st.booleans()))
    mask = data.draw(st.sampled_from(MASKS), label="mask")
    catalog = drawn.catalog.model_copy(update={"audit": None if mask is None else Recording.model_validate(mask)})
    with TemporaryDirectory() as folder, AuditLog(folder, batch_rows=1, mask_key=KEY) as log:
        table = compiled(catalog, drawn.policies, drawn.environment)
        engine = Engine(table, audit=log, candidate_budget=PATIENT)
        try:
            batch = engine.decide_batch(
                policy.use_case, _column(data, policy, scores), at=policy.effective.from_, **said
            )
        except InvalidRequestError:
            return
        assert _recorded(Path(folder)) == _expected(batch, catalog.audit)
        assert verify(folder).intact


@pytest.mark.parametrize(
    "scores",
    [
        [0.1, 0.95, None, float("nan"), float("inf"), "0.5", True, 1, 10**400],
        np.array([0.1, np.nan, 0.95, -np.inf, 0.6], dtype=np.float32),
        np.array([0, 1, 2, -1]),
        np.array([0.1, np.nan, 0.95]),
        np.array([0.1, 0.95], dtype=np.longdouble),
        np.ma.array([0.1, 0.95, 0.3], mask=[False, True, False]),
        pa.array([0.1, None, 0.95]),
    ],
    ids=["objects", "float32", "whole", "float64", "long", "masked", "arrow"],
)
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_a_score_is_recorded_as_it_was_given(scores: Any, kind: str, tmp_path: Path) -> None:  # noqa: ANN401 - any column
    with _engine(tmp_path, kind) as engine:
        batch = engine.decide_batch("x", scores, subject=[f"s-{row}" for row in range(len(scores))])
    assert _recorded(tmp_path / "log") == _expected(batch, None)


def test_ids_that_somebody_else_makes_are_in_the_file(tmp_path: Path) -> None:
    names = iter(["first", "second one", "ä"])
    with _engine(tmp_path, "float64") as first:
        table = first.table
    with Engine(table, audit=AuditLog(tmp_path / "own", batch_rows=1), new_id=names.__next__) as engine:
        batch = engine.decide_batch("x", [0.1, 0.2, 0.3])
    assert [one["decision_id"] for one in _recorded(tmp_path / "own")] == ["first", "second one", "ä"]
    assert [one.decision_id for one in batch] == ["first", "second one", "ä"]


def _engine(folder: Path, kind: str) -> Engine:
    (folder / "policies").mkdir()
    (folder / "policies" / "x.yaml").write_text(
        "schema: policy/v1\nuse_case: x\nversion: 1\nowner: o\neffective: {from: 2026-01-01T00:00:00Z}\n"
        f"score: {{kind: probability, type: {kind}, higher_is: riskier, model: {{name: m}}}}\n"
        "bands: [{name: block, at_least: 0.9}, {name: allow}]\non_invalid: block\n",
        encoding="utf-8",
    )
    return Engine.load(folder / "policies", audit=AuditLog(folder / "log", batch_rows=1))


def _said(data: DataObject, case: Request, rows: int, *, in_full: bool) -> dict[str, Any]:
    """Return what is said of the rows beside the scores: one value for all, or a column."""
    subjects = st.none() | st.text(max_size=4) | st.sampled_from(("s-1", "\ud800", "\u202e"))
    versions = st.sampled_from((case.model_version, [case.model_version] * rows))
    column: dict[str, Any] = {
        "subject": data.draw(subjects | st.lists(subjects, min_size=rows, max_size=rows), label="subject"),
        "context": data.draw(CONTEXTS | st.lists(CONTEXTS, min_size=rows, max_size=rows), label="context"),
        "model": case.model,
        "model_version": data.draw(versions, label="versions"),
    }
    if in_full:
        column |= {"facts": [case.facts] * rows, "reason_codes": [case.reason_codes] * rows}
        column["thresholds"] = [case.thresholds] * rows if case.thresholds else None
    spread: Callable[[Any], Any] = data.draw(st.sampled_from((lambda one: [one] * rows, lambda one: one)))
    return column | {name: spread(value) for name, value in case.dimensions.items()}


def _column(data: DataObject, policy: Policy, scores: Sequence[Any]) -> Any:  # noqa: ANN401 - any column
    if policy.kind in ("probability", "number") and data.draw(st.booleans(), label="as an array"):
        return np.resize(np.array([*numbers_of(policy), np.nan]), len(scores))
    return list(scores)


def _recorded(folder: Path) -> list[dict[str, Any]]:
    problems: list[Any] = []
    answers = [one.record for one in query(folder, Question(), tell=problems.append)]
    assert problems == []
    start, batch, *rows = answers
    assert (start["type"], batch["type"], batch["rows"]) == ("start", "batch", len(rows))
    assert [batch["first"], batch["last"]] == [rows[0]["decision_id"], rows[-1]["decision_id"]]
    assert [(one.pop("seq"), one.pop("row")) for one in rows] == [(2, place) for place in range(1, len(rows) + 1)]
    return rows


def _expected(batch: BatchDecisions, recording: Recording | None) -> list[dict[str, Any]]:
    recorder = Recorder(None if recording is None else Masking(recording, MaskKey(KEY)))
    return [recorder.record_of(one) for one in batch]
