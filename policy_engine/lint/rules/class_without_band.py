"""A class of bad input that `on_invalid` leaves open: bad input is decided, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.scales import place_of_on_invalid
from policy_engine.model import classes_of
from policy_engine.vocabulary import OTHERWISE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    for scale in policy.scales:
        open_classes = [f"`{name}`" for name in classes_of(scale.score.kind) if name not in scale.on_invalid]
        if open_classes:
            of_score = "" if scale.name is None else f" of the score `{scale.name}`"
            yield Finding(
                f"`on_invalid`{of_score} names no band for {_all(open_classes)}",
                f"add `{OTHERWISE}: {policy.by_strictness[0]}` to it, the band of every class that is not named",
                place_of_on_invalid(scale),
                "key",
            )


def _all(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


RULE = Rule(
    "PE218",
    "class-without-band",
    "policy",
    "a class of bad input has no band in `on_invalid`",
    _check,
)
