"""A candidate whose stage has ended: it decides nothing, neither beside the live policy nor for anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyAtInstant


def _check(subject: PolicyAtInstant) -> Iterator[Finding]:
    policy = subject.policy
    if policy.stage is None:
        return
    end = policy.window[1]
    if end <= subject.at:
        kind = "shadow" if policy.stage.shadow is not None else "canary"
        path: Path = ("stage", kind, "until") if end == policy.stage.until else ("effective", "until")
        yield Finding(
            f"this candidate, a {kind}, ended at {format_instant(end)}: it decides nothing any more",
            "delete the file, or write a later `until`; to make it the live policy, take `stage` away and let the one "
            "before it end where this one begins",
            path,
        )


RULE = Rule(
    "PE430",
    "candidate-that-has-ended",
    "time",
    "the stage of a candidate has ended",
    _check,
    "warning",
)
