"""`make rule`: a rule that is begun is in the registry at once, and what is left to do is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.new_rule import ROOT, SUBJECTS, begin, main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "policy_engine", tmp_path / "policy_engine", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs" / "rules", tmp_path / "docs" / "rules")
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("phase", SUBJECTS)
def test_a_new_rule_runs_in_its_phase_and_finds_nothing_yet(checkout: Path, phase: str) -> None:
    code, files = begin("odd_thing", phase, "PE2", checkout)
    assert all(path.exists() for path in files)
    program = (
        f"from policy_engine.lint import RULES, {SUBJECTS[phase][3]} as own; "
        f"rule = next(one for one in RULES if one.code == {code!r}); "
        "print(rule.name, rule.phase, rule in own)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["odd-thing", phase, "True"]


def test_a_code_that_is_taken_is_not_taken_again(checkout: Path) -> None:
    first, second = (begin(name, root=checkout).code for name in ("one_thing", "other_thing"))
    assert first != second
    assert not (ROOT / "docs" / "rules" / f"{first}.md").exists()


def test_nothing_is_overwritten(checkout: Path) -> None:
    with pytest.raises(FileExistsError, match=r"tied_overrides\.py is there already"):
        begin("tied_overrides", root=checkout)


@pytest.mark.parametrize("args", [[""], ["Odd"], ["odd_thing", "nowhere"], ["odd_thing", "cells", "PE9"]])
def test_what_is_no_rule_is_answered_with_the_usage(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(args) == 2
    assert "usage: make rule NAME=" in capsys.readouterr().err
