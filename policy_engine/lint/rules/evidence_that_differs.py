"""A threshold that is not the one its evidence speaks for: it was moved since, and the evidence was not made anew."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.evidence import Evident, Unfit, held_by, thresholds_for
from policy_engine.lint.flow import as_written, quoted
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyWithEvidence
    from policy_engine.model import Policy

_MOST_TOLD: Final = 20


def _check(subject: PolicyWithEvidence) -> Iterator[Finding]:
    if subject.trouble is not None:
        return
    evident = thresholds_for(subject.policy, subject.told)
    if not isinstance(evident, Unfit):
        named = quoted(subject.policy.evidence or "")
        differing = (_differing(subject.policy, one, named) for one in evident)
        yield from islice((found for found in differing if found is not None), _MOST_TOLD)


def _differing(policy: Policy, evident: Evident, named: str) -> Finding | None:
    held = held_by(policy, evident)
    if held is None:
        return Finding(
            f"{named} speaks for a threshold of {evident.whose}, which this policy does not have",
            "choose the thresholds anew and name what is written then, or bring back what it speaks for",
            ("evidence",),
        )
    if held.is_held_as(evident.threshold):
        return None
    return Finding(
        f"the threshold of {evident.whose} is {as_written(held.written)}, and its evidence {named} speaks for "
        f"{format_number(evident.threshold)}",
        f"write {format_number(evident.threshold)}, or choose it anew and let `evidence` name what is written then",
        held.path,
        witness=evident.threshold,
    )


RULE = Rule(
    "PE435",
    "evidence-that-differs",
    "evidence",
    "a threshold is not the one that the evidence of its policy speaks for",
    _check,
    "warning",
)
