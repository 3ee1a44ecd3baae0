"""An escalation path that the catalog does not declare: the case would go to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.declaring import how_to_declare, mend_word
from policy_engine.vocabulary import NO_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog
    from policy_engine.model import Policy


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    paths = subject.catalog.escalation_paths
    for name, place in _references(subject.policy):
        if name not in paths:
            mend = _without_path(place) if name == NO_PATH else _mend(subject, name)
            yield Finding(f"`{name}` is no escalation path", mend, place)


def _references(policy: Policy) -> Iterator[tuple[str, Path]]:
    for i, band in enumerate(policy.bands):
        if band.escalate is not None:
            yield band.escalate, ("bands", i, "escalate")
    for i, override in enumerate(policy.overrides):
        for band_name, path in (override.escalate or {}).items():
            yield path, ("overrides", i, "escalate", band_name)
    for i, test in enumerate(policy.tests):
        if test.expected is not None and test.expected.escalate is not None:
            yield test.expected.escalate, ("tests", i, "expect", "escalate")


def _without_path(place: Path) -> str:
    """Return the mend for `none`, which is what the dimension is called where no path is open, and no path."""
    if place[0] == "bands":
        return "delete it: a band without `escalate` goes to nobody"
    if place[0] == "tests":
        return "delete it: a test cannot ask that nobody gets the case"
    return "delete it: an override can send a band to another path, and cannot take its escalation away"


def _mend(subject: PolicyInCatalog, name: str) -> str:
    entry = f"{name}: {{levels: [{{to: queue:{name}, within: PT8H}}]}}"
    return mend_word(name, subject.catalog.escalation_paths, how_to_declare(subject, "escalation_paths", entry))


RULE = Rule(
    "PE301",
    "unknown-escalation-path",
    "names",
    "an escalation path is named that the catalog does not declare",
    _check,
)
