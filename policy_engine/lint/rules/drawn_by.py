"""Lots drawn by what is no text of the case: nobody would ever be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.declaring import choose
from policy_engine.model import NumberDimension
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, OF_MEMBERS, SUBJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    drawn: list[tuple[str, Path]] = [(one.by, ("samples", i, "by")) for i, one in enumerate(subject.policy.samples)]
    stage = subject.policy.stage
    if stage is not None and stage.canary is not None:
        drawn.append((stage.canary.by, ("stage", "canary", "by")))
    dimensions = subject.catalog.dimensions
    known = [SUBJECT, *(name for name, values in dimensions.items() if isinstance(values, tuple))]
    for name, path in drawn:
        if name not in known:
            mend = f"write `{SUBJECT}`" if len(known) == 1 else choose(name, known)
            yield Finding(_message(subject, name), mend, path)


def _message(subject: PolicyInCatalog, name: str) -> str:
    if isinstance(subject.catalog.dimensions.get(name), NumberDimension):
        return f"`{name}` is a number, and lots are drawn by a text"
    if name == JURISDICTION:
        return f"a case may name several values of `{name}`, and lots are drawn by one text"
    if name == ESCALATION_PATH or name in OF_MEMBERS:
        return f"`{name}` says nothing of whom the case is about, so lots cannot be drawn by it"
    return f"`{name}` is neither `{SUBJECT}` nor a dimension"


RULE = Rule(
    "PE225",
    "drawn-by",
    "names",
    "a sample or a canary draws lots by what is neither `subject` nor a dimension with values",
    _check,
)
