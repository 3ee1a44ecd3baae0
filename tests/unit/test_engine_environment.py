"""Numbers from environment variables: read at load and at each reload, and refused rather than clamped."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest

from policy_engine import Engine
from policy_engine.exceptions import EnvironmentNumberError

if TYPE_CHECKING:
    from pathlib import Path

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
POLICY: Final = """\
schema: policy/v1
use_case: x
version: {version}
owner: o
effective: {{from: 2026-01-01T00:00:00Z}}
{stage}
score: {{kind: probability, higher_is: riskier, model: {{name: m}}}}
bands:
  - {{name: block, at_least: 0.9}}
  - {{name: review, at_least: 0.5}}
  - {{name: allow}}
on_invalid: block
tunable:
  block: {{env: BLOCK_FROM, within: [{low}, 0.95]}}
"""


def put(folder: Path, name: str, *, version: int = 1, stage: str = "# live", low: float = 0.7) -> None:
    text = POLICY.format(version=version, stage=stage, low=low)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one policy that blocks from 0.9 on, or what BLOCK_FROM says, from 0.7 to 0.95."""
    put(tmp_path, "live")
    return tmp_path


def loaded(folder: Path, **environment: str) -> Engine:
    return Engine.load(folder, environment=environment, clock=lambda: NOW)


@pytest.mark.parametrize("text", ["0.7", "0.75", "0.95", "75e-2"])
def test_a_variable_replaces_the_number_of_the_file_and_is_part_of_the_digest(folder: Path, text: str) -> None:
    by_file, by_variable = loaded(folder), loaded(folder, BLOCK_FROM=text, OTHER="nonsense")
    decision = by_variable.decide("x", 0.96)
    assert (decision.outcome, decision.threshold, decision.threshold_from) == ("block", float(text), "env")
    assert by_file.decide("x", 0.96).threshold_from == "base"
    assert by_variable.table_digest != by_file.table_digest


def test_a_variable_of_another_name_changes_nothing(folder: Path) -> None:
    assert loaded(folder, BLOCK_AT="0.75").table_digest == loaded(folder).table_digest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0.6999999999999999", "outside its bounds from 0.7 to 0.95"),
        ("0.9500000000000001", "outside its bounds"),
        ("NaN", "is no JSON number"),
        ("Infinity", "is no JSON number"),
        ("1e999", "is no JSON number"),
        ('"0.8"', "is no JSON number"),
        ("0,8", "is no JSON number"),
        ("true", "is no JSON number"),
        ("", "is no JSON number"),
    ],
)
def test_what_is_no_number_or_out_of_bounds_is_refused_at_load(folder: Path, text: str, told: str) -> None:
    with pytest.raises(EnvironmentNumberError, match=told):
        loaded(folder, BLOCK_FROM=text)


def test_the_process_own_variables_hold_where_no_others_are_given(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLOCK_FROM", "0.75")
    engine = Engine.load(folder, clock=lambda: NOW)
    assert engine.decide("x", 0.8).outcome == "block"
    monkeypatch.delenv("BLOCK_FROM")
    assert engine.reload().changed
    assert engine.decide("x", 0.8).outcome == "review"
    assert "BLOCK_FROM" not in os.environ


def test_variables_are_read_again_at_each_reload_and_not_in_between(folder: Path) -> None:
    environment: dict[str, str] = {}
    engine = Engine.load(folder, environment=environment, clock=lambda: NOW)
    environment["BLOCK_FROM"] = "0.75"
    assert engine.decide("x", 0.8).outcome == "review"
    assert engine.reload().changed
    assert engine.decide("x", 0.8).outcome == "block"
    assert not engine.reload().changed


def test_a_variable_that_is_refused_at_a_reload_leaves_the_last_good_policies_in_force(folder: Path) -> None:
    environment = {"BLOCK_FROM": "0.75"}
    engine = Engine.load(folder, environment=environment, clock=lambda: NOW)
    before = engine.table_digest
    environment["BLOCK_FROM"] = "0.5"
    status = engine.reload()
    assert (status.ok, status.error, status.table_digest) == (False, "EnvironmentNumberError", before)
    assert status.traceback is None
    assert "`BLOCK_FROM`" in str(status.why)
    assert engine.decide("x", 0.8).outcome == "block"


def test_a_candidate_whose_variable_is_refused_is_left_out(folder: Path) -> None:
    put(folder, "next", version=2, stage="stage: {shadow: {until: 2027-01-01T00:00:00Z}}", low=0.8)
    engine = loaded(folder, BLOCK_FROM="0.75")
    assert engine.decide("x", 0.8).outcome == "block"
    (left_out,) = engine.status.candidates_left_out
    assert (left_out.file, left_out.error) == (f"{folder}/next.yaml", "EnvironmentNumberError")
    assert loaded(folder, BLOCK_FROM="0.85").status.candidates_left_out == ()
