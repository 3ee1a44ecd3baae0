"""`test --edges`, `--coverage` and `--threshold`: what they print, as text and as JSON, and with which exit code."""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import POLICIES, assert_fits, json_of, run
from tests.support.policies import CATALOG, POLICY, edited

if TYPE_CHECKING:
    from pathlib import Path

TESTED = POLICY + (
    "tests:\n"
    "  - {given: {jurisdiction: US, score: 0.9}, expect: {outcome: block}}\n"
    "  - {given: {jurisdiction: US, score: 0.6}, expect: {outcome: review}}\n"
)
"""A policy with a test on the threshold of `block`, and one in the middle of `review`."""

FAILING = ("outcome: review}}\n", "outcome: allow}}\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with a policy that has tests, and its catalog, in `policies/`."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "catalog.yaml").write_text(CATALOG)
    (tmp_path / "policies" / "fraud.yaml").write_text(TESTED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_edge_of_every_sample_holds() -> None:
    result = run("test", POLICIES, "--edges")
    assert result.exit_code == 0
    assert "none failed\n1,008 edges, none failed\n" in result.stderr
    held = [line for line in result.stdout.splitlines() if line.endswith("held")]
    assert len(held) == 9
    assert "card-fraud.yaml           408 edges in 24 cells  held" in result.stdout
    assert_fits(result.stdout.replace(POLICIES, "policies"))


def test_edges_as_json_are_a_line_each_that_reviewers_can_compare(folder: Path) -> None:
    result = run("test", "--edges", "--format", "json", "-o", "edges.json")
    assert (result.exit_code, result.stdout) == (0, "")
    lines = (folder / "edges.json").read_text().splitlines()
    (found,) = json.loads("".join(lines))["edges"]
    assert {key: found[key] for key in found if key not in ("edges", "failures")} == {
        "file": "policies/fraud.yaml",
        "use_case": "card-fraud",
        "version": 7,
        "is_candidate": False,
        "cells": 2,
        "tried": 34,
        "failed": 0,
        "miscompiled": None,
        "models_without_version": [],
    }
    on = next(one for one in found["edges"] if one["edge"] == "on `block`")
    assert on == {
        "cell": {"jurisdiction": "EU"},
        "at": "2026-07-01T00:00:00Z",
        "edge": "on `block`",
        "score": 0.93,
        "outcome": "block",
        "threshold": 0.93,
        "threshold_from": "eu",
        "invalid": None,
    }
    assert sum("not_finite" in line for line in lines) == 2
    assert [one["score"] for one in found["edges"] if one["edge"] == "NaN"] == ["NaN", "NaN"]


def test_json_of_several_scores_has_the_outcome_of_the_case_beside_that_of_the_score() -> None:
    found = json_of(run("test", f"{POLICIES}/kyc.yaml", "--edges", "--format", "json"))["edges"][0]
    first = next(one for one in found["edges"] if one["edge"] == "on `pass`")
    assert (first["cell"]["score"], first["outcome"], first["case_outcome"]) == ("document", "pass", "pass")


@pytest.mark.usefixtures("folder")
def test_an_edge_that_is_decided_wrongly_is_told_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.evaluator.case.bisect_right", bisect_left)
    result = run("test", "--edges")
    assert result.exit_code == 1
    assert "policies/fraud.yaml: an edge is decided wrongly\n" in result.stdout
    assert "  score      0.55: on `review`\n" in result.stdout
    assert "failed\n" in result.stderr
    (found,) = json_of(run("test", "--edges", "--format", "json"))["edges"]
    first = found["failures"][0]
    assert (first["cell"], first["edge"], first["promised"]) == ({"jurisdiction": "EU"}, "on `review`", None)
    assert sorted(first["said"]) == ["batch", "reference", "scalar"]


@pytest.mark.usefixtures("folder")
def test_coverage_names_everything_that_is_not_reached_with_its_place() -> None:
    result = run("test", "--coverage")
    assert result.exit_code == 0
    assert "policies/fraud.yaml:13:12: no test reaches the band `allow`\n" in result.stdout
    assert "policies/fraud.yaml:16:10: no test reaches the override `eu`\n" in result.stdout
    assert result.stdout.endswith(
        "tests reach   bands  overrides  knock-outs  edges  of all\n"
        "card-fraud 7    2/3        0/1           -    1/6  30.0 %\n"
    )


@pytest.mark.usefixtures("folder")
def test_coverage_as_json() -> None:
    (found,) = json_of(run("test", "--coverage", "--format", "json"))["coverage"]
    assert (found["reached"], found["of"], found["percent"]) == (3, 10, 30.0)
    assert found["bands"] == {
        "reached": 2,
        "of": 3,
        "missing": [
            {
                "name": "allow",
                "file": "policies/fraud.yaml",
                "line": 13,
                "column": 12,
                "message": "no test reaches the band `allow`",
            }
        ],
    }
    assert found["edges"]["missing"][0] == {
        "of_score": None,
        "band": "block",
        "threshold": 0.9,
        "threshold_from": "base",
        "side": "below",
        "score": 0.8999999999999999,
        "file": "policies/fraud.yaml",
        "line": 11,
        "column": 29,
        "message": "no test has a score of 0.8999999999999999, just below `block` (0.9)",
    }


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("percent", "code"), [("30", 0), ("30.5", 1), ("0", 0), ("100", 1)])
def test_a_threshold_fails_where_less_is_reached(percent: str, code: int) -> None:
    result = run("test", "--threshold", percent)
    assert result.exit_code == code
    said = f"the tests of `card-fraud` version 7 reach 30.0 % of it, and {percent} % are asked for\n"
    assert (said in result.stderr) == (code == 1)
    assert "tests reach" in result.stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("percent", ["100.1", "-0.1", "inf", "-inf", "nan", "-nan", "NaN", "", "many"])
def test_a_threshold_is_a_share(percent: str) -> None:
    result = run("test", "--threshold", percent)
    assert result.exit_code == 2
    assert "Invalid value for '--threshold'" in result.stderr


def test_colour_tells_what_is_enough(folder: Path) -> None:
    assert "\x1b[1;31m30.0 %" in run("test", "--threshold", "40", "--color", "always").stdout
    assert "\x1b[1;33m30.0 %" in run("test", "--coverage", "--color", "always").stdout
    assert "\x1b[32mheld" in run("test", "--edges", "--color", "always").stdout
    assert folder


def test_errors_come_first(folder: Path) -> None:
    (folder / "policies" / "fraud.yaml").write_text(edited(TESTED, FAILING))
    result = run("test", "--edges", "--coverage")
    assert result.exit_code == 1
    assert "edges and coverage are left out until there are no errors\n" in result.stderr
    assert "edges in" not in result.stdout
    found = json_of(run("test", "--edges", "--coverage", "--format", "json"))
    assert (found["edges"], found["coverage"], found["failed"]) == ([], [], 1)


def test_a_version_that_cannot_be_guessed_is_told(folder: Path) -> None:
    odd = ("{name: fraud-gbm}", '{name: fraud-gbm, versions: ">3.7a2,<3.7a9"}')
    (folder / "policies" / "fraud.yaml").write_text(edited(POLICY, odd))
    result = run("test", "--edges")
    assert result.exit_code == 0
    assert "`card-fraud` version 7 names versions of `fraud-gbm` that are hard to guess" in result.stderr


def test_a_candidate_is_tried_beside_the_live_policy(folder: Path) -> None:
    candidate = POLICY.replace("version: 7", "version: 8") + "stage: {shadow: {until: 2026-09-01T00:00:00Z}}\n"
    (folder / "policies" / "next.yaml").write_text(candidate)
    result = run("test", "--edges", "--coverage")
    assert result.exit_code == 0
    assert result.stdout.count("34 edges in 2 cells  held") == 2
    assert "card-fraud 8 (candidate)" in result.stdout


def test_cells_that_no_request_leads_to_are_counted_apart(folder: Path) -> None:
    every = "{id: t, when: {tier: [standard, gold, platinum]}, thresholds: {block: 0.97}, because: x}"
    text = f"{POLICY}  - {every}\nties: strictest\nunknown: {{tier: error}}\n"
    (folder / "policies" / "fraud.yaml").write_text(text)
    assert "34 edges in 2 of 4 cells  held" in run("test", "--edges").stdout
