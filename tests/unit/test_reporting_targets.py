"""Targets for people and CI systems: what is promised, why there is no verdict yet, and what is told of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.measures import Interval, Proportion
from policy_engine.model import Target
from policy_engine.reporting.as_text.targets import target_in_words, targets_as_text, why_so
from policy_engine.reporting.targets import LogTold, TargetsTold
from policy_engine.tuning import MeasuredTarget, Recorded

if TYPE_CHECKING:
    from policy_engine.tuning.bounded import TargetVerdict


def _undecided(measure: str, **more: Any) -> MeasuredTarget:  # noqa: ANN401 - fields
    target = Target.model_validate({"measure": measure, "band": "block", "at_least": 0.9, "confidence": 0.95})
    verdict: TargetVerdict = more.pop("verdict", "undecided")
    return MeasuredTarget(0, target, verdict, **more)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"measure": "false_positive_rate", "at_most": 0.01}, "false positive rate of `block` at most 0.01"),
        ({"measure": "share", "at_most": 0}, "share of `block` at most 0"),
        ({"measure": "recall", "at_least": 0.9}, "recall of `block` at least 0.9"),
        (
            {"measure": "share", "between": (0.1, 0.2), "confidence": 0.95},
            "share of `block` from 0.1 to 0.2, with confidence 0.95",
        ),
    ],
)
def test_a_target_is_told_in_words(target: dict[str, Any], words: str) -> None:
    assert target_in_words(Target.model_validate({"band": "block", **target})) == words


def test_what_an_undecided_target_takes_is_told() -> None:
    share, ends = Proportion(9, 10), Interval(0, 1)
    for one, said in (
        (_undecided("recall", share=share, more=1200), "decided by about 1,200 more positives, if the value stays"),
        (_undecided("precision", share=share), "a million more cases that reach `block` would not decide it"),
        (_undecided("f1", more=3), "by about 3 more cases that reach or should reach `block`"),
        (_undecided("recall", share=share, more=1), "decided by about 1 more positive, if the value stays"),
        (_undecided("mcc", method="combined_clopper_pearson", interval=ends), "more cases make it shorter"),
    ):
        assert said in str(why_so(one))
    assert why_so(_undecided("mcc", why="there are no cases")) == "there are no cases"
    assert why_so(_undecided("mcc", verdict="holds")) is None


def test_what_a_log_let_go_is_told() -> None:
    recorded = Recorded({}, {"twice": 2}, {}, {"gap": 1}, 12, None)
    text = targets_as_text(TargetsTold([], [], 1, 0.95, log=LogTold("log", recorded, [], [])))
    assert "missing: 12 decisions that the log let go, as its gaps say" in text
    assert "left out: 2 decisions with an id that another decision had before" in text
