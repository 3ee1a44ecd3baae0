"""Each seeded fault makes a test fail, and without a fault none fails."""

from __future__ import annotations

import pytest

from tests.faults.seeded_faults import ASLEEP, FAULTS, Fault, noticed_by


def test_the_compiler_can_be_put_to_sleep() -> None:
    assert ASLEEP.misfit() is None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_is_noticed(fault: Fault) -> None:
    assert fault.edit.misfit() is None
    assert noticed_by(fault) is not None, "no test tells the faulty package from the good one"


def test_without_a_fault_the_same_tests_pass() -> None:
    assert noticed_by(None) is None


def test_no_two_faults_are_the_same() -> None:
    assert len({fault.name for fault in FAULTS}) == len({fault.edit for fault in FAULTS}) == len(FAULTS)
