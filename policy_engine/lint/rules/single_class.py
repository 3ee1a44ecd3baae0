"""One class alone in `score.labels`: there is none that it could be told from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    score = policy.score
    if score is not None and score.kind == "classes" and score.labels is not None and len(score.labels) == 1:
        yield Finding(
            f"`{score.labels[0]}` is the only class, and a model tells one from another",
            "list every class that the model scores; or, if it returns one number, write "
            "`kind: probability` without `labels`",
            ("score", "labels"),
        )


RULE = Rule(
    "PE231",
    "single-class",
    "policy",
    "a score of kind `classes` lists one class alone",
    _check,
)
