"""A few hundred changed files, and nothing comes back but findings; `python tests/faults/fuzz.py` tries more."""

from __future__ import annotations

import signal
from typing import Final

import pytest

from tests.faults import fuzz
from tests.faults.fuzz import CATALOG, SOUND, TEXTS, hold, input_of

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timer for what hangs")

INPUTS: Final = 300


@pytest.mark.parametrize("seed", [1, 2])
def test_changed_files_get_findings_and_nothing_else(seed: int) -> None:
    tally = fuzz.fuzz(seed, lambda number: number == INPUTS)
    assert tally.failed == {}
    assert 0 < tally.accepted < INPUTS


def test_whole_policies_are_among_what_is_changed() -> None:
    assert len(SOUND) >= 10
    assert len(TEXTS) > 300
    assert all(hold(policy, CATALOG, with_ruamel=False) for policy in SOUND if b"use_case: kyc" in policy)


def test_an_input_is_the_same_each_time() -> None:
    assert input_of(3, 14) == input_of(3, 14) != input_of(3, 15)


def test_what_goes_wrong_is_told_with_the_number_of_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def hold_nothing(*_: object, **__: object) -> bool:
        raise ZeroDivisionError("a traceback")

    monkeypatch.setattr(fuzz, "hold", hold_nothing)
    failed = fuzz.fuzz(1, lambda number: number == 2).failed
    assert sorted(failed) == [0, 1]
    assert "ZeroDivisionError: a traceback" in failed[0]


def test_what_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object, **__: object) -> bool:
        while True:
            pass

    monkeypatch.setattr(fuzz, "hold", hang)
    monkeypatch.setattr(fuzz, "LONGEST_S", 0.05)
    assert "TooLongError" in fuzz.fuzz(1, lambda number: number == 1).failed[0]
