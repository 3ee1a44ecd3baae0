"""The registry: which rules there are, and that none is forgotten."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.lint import (
    AGAINST_RULES,
    CATALOG_RULES,
    CELL_RULES,
    EVIDENCE_RULES,
    FILE_AGAINST_RULES,
    NAME_RULES,
    POLICY_RULES,
    RULES,
    SET_RULES,
    SIZE_RULES,
    SOUND_RULES,
    TEST_RULES,
    TIE_RULES,
    TIME_RULES,
    USE_CASE_AGAINST_RULES,
    USE_RULES,
    WHOLE_CATALOG_RULES,
    WHOLE_RULES,
    Rule,
    rules,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MODULES = [module.name for module in iter_modules(rules.__path__)]


def test_every_file_of_a_rule_is_in_the_registry() -> None:
    assert sorted(MODULES) == sorted(rule.name.replace("-", "_") for rule in RULES)


@pytest.mark.parametrize("name", MODULES)
def test_a_rule_is_named_as_its_file(name: str) -> None:
    rule = import_module(f"policy_engine.lint.rules.{name}").RULE
    assert isinstance(rule, Rule)
    assert rule.name.replace("-", "_") == name
    assert rule in RULES


def test_codes_are_unique_and_of_their_family() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"PE[2-5][0-9]{2}", code) for code in codes)


def test_a_rule_runs_in_the_phase_that_it_names() -> None:
    phases: dict[str, Sequence[Rule[Any]]] = {
        "catalog": CATALOG_RULES,
        "policy": POLICY_RULES,
        "names": NAME_RULES,
        "size": SIZE_RULES,
        "ties": TIE_RULES,
        "cells": CELL_RULES,
        "sound": SOUND_RULES,
        "set": SET_RULES,
        "time": TIME_RULES,
        "evidence": EVIDENCE_RULES,
        "use": USE_RULES,
        "tests": TEST_RULES,
        "against": (*AGAINST_RULES, *USE_CASE_AGAINST_RULES, *FILE_AGAINST_RULES),
        "whole": (*WHOLE_RULES, *WHOLE_CATALOG_RULES),
    }
    for phase, of_phase in phases.items():
        assert {rule.phase for rule in of_phase} == {phase}
    assert sum(map(len, phases.values())) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_summary_is_one_sentence_without_a_full_stop(rule: Rule[Any]) -> None:
    assert re.fullmatch(r"[a-z][^\n]{10,110}[^.]", rule.summary)
