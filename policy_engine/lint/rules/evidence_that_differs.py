"""A threshold that is not the one its evidence speaks for: it was moved since, and the evidence was not made anew."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.evidence import Evident, Unfit, thresholds_for
from policy_engine.lint.flow import as_written, quoted
from policy_engine.lint.scales import place_of_threshold, written_threshold
from policy_engine.resolution import format_number
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyWithEvidence
    from policy_engine.model import Policy, Scale

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
    held = _held(policy, evident)
    if held is None:
        return Finding(
            f"{named} speaks for a threshold of {_whose(evident)}, which this policy does not have",
            "choose the thresholds anew and name what is written then, or bring back what it speaks for",
            ("evidence",),
        )
    number, path, scale = held
    rounded = scale.score.rounded
    if not isinstance(number, str) and rounded(number) == rounded(evident.threshold):
        return None
    return Finding(
        f"the threshold of {_whose(evident)} is {as_written(number)}, and its evidence {named} speaks for "
        f"{format_number(evident.threshold)}",
        f"write {format_number(evident.threshold)}, or choose it anew and let `evidence` name what is written then",
        path,
        witness=evident.threshold,
    )


def _held(policy: Policy, evident: Evident) -> tuple[float | str, Path, Scale] | None:
    """Return what the policy says there, where, and of which scale; None where it says nothing."""
    for scale in policy.scales:
        if evident.band not in scale.thresholds or evident.score not in (scale.name, None):
            continue
        if evident.source == BASE:
            if evident.score == scale.name:
                path = place_of_threshold(policy, scale.name, evident.band)
                return written_threshold(policy, scale.name, evident.band), path, scale
            continue
        for place, override in enumerate(policy.overrides):
            if override.id == evident.source and evident.band in (override.thresholds or {}):
                written = (override.thresholds or {})[evident.band]
                return written, ("overrides", place, "thresholds", evident.band), scale
    return None


def _whose(evident: Evident) -> str:
    """Return "`block` (base)", or "`pass` of `face` (override `eu`)"."""
    band = quoted(evident.band)
    of_score = "" if evident.score is None else f" of {quoted(evident.score)}"
    source = BASE if evident.source == BASE else f"override {quoted(evident.source)}"
    return f"{band}{of_score} ({source})"


RULE = Rule(
    "PE435",
    "evidence-that-differs",
    "evidence",
    "a threshold is not the one that the evidence of its policy speaks for",
    _check,
    "warning",
)
