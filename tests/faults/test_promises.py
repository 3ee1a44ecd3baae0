"""Of logs whose promises are just kept none is called broken, and of those with a fault each is."""

from __future__ import annotations

from tests.faults.promises import faults, run


def test_faults_are_told_and_nothing_else_is() -> None:
    counts = run(rounds=2, cases=30_000, seed=0)
    assert {name: dict(counts[name]) for name in counts} == {
        "clean": {},
        "few": {},
        "drift": {"share": 2},
        "loss": {"precision": 2},
    }
    assert faults(counts, 2) == []


def test_too_many_false_alarms_and_too_few_true_ones_are_said() -> None:
    counts = run(rounds=0, cases=1, seed=0)
    counts["clean"]["falsely"] = 6
    counts["few"]["falsely"] = 5
    counts["drift"].update({"share": 94, "falsely": 7})
    counts["loss"]["precision"] = 95
    assert faults(counts, 100) == [
        "clean: kept promises are called broken in 6 of 100 rounds",
        "drift: kept promises are called broken in 7 of 100 rounds",
        "drift: it is told in 94 of 100 rounds only",
    ]
