"""A class of bad input that `on_invalid` leaves open: bad input is decided, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.model import band_per_class
from policy_engine.vocabulary import INVALID_CLASSES, OTHERWISE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    settled = band_per_class(policy.on_invalid, policy.scales[0].score.kind)
    open_classes = [f"`{name}`" for name in INVALID_CLASSES[:-1] if name not in settled]
    if open_classes:
        strictest = min(policy.strictness, key=policy.strictness.__getitem__)
        yield Finding(
            f"`on_invalid` names no band for {' and '.join(open_classes)}",
            f"add `{OTHERWISE}: {strictest}` to it, the band of every class that is not named",
            ("on_invalid",),
            "key",
        )


RULE = Rule(
    "PE218",
    "class-without-band",
    "policy",
    "a class of bad input has no band in `on_invalid`",
    _check,
)
