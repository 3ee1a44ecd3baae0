"""A dimension that the catalog does not declare, in a condition, under `unknown`, or in the case of a test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean, nearest
from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.declaring import how_to_declare, mend_word
from policy_engine.lint.flow import quoted
from policy_engine.model import REQUEST_KEYS
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, RESERVED_DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog
    from policy_engine.model import Policy

_USE_CASE = "use_case"
_OF_THE_MODEL = frozenset({"model", "model_version"})
_MAY_BE_DECLARED = re.compile(r"[a-z][a-z0-9_]{0,63}")


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    known = {JURISDICTION, *subject.catalog.dimensions, ESCALATION_PATH}
    for name, path in _named(subject.policy):
        if name not in known:
            yield Finding(f"{quoted(name)} is no dimension", _mend(subject, name, known), path, "key")
    in_a_test = known.union(REQUEST_KEYS) - {_USE_CASE}
    for i, test in enumerate(subject.policy.tests):
        for name in test.given.dimensions:
            if name not in known:
                yield _in_a_test(subject, name, in_a_test, ("tests", i, "given", name))


def _named(policy: Policy) -> Iterator[tuple[str, Path]]:
    for name in policy.unknown:
        yield name, ("unknown", name)
    for i, override in enumerate(policy.overrides):
        for name in override.when:
            yield name, ("overrides", i, "when", name)


def _in_a_test(subject: PolicyInCatalog, name: str, known: set[str], path: Path) -> Finding:
    if name == _USE_CASE:
        message, mend = "a test is of its own policy, so it names no `use_case`", "delete it"
    else:
        message, mend = f"{quoted(name)} is neither a dimension nor a key of a request", _mend(subject, name, known)
    return Finding(message, mend, path, "key")


def _mend(subject: PolicyInCatalog, name: str, known: set[str]) -> str:
    if name in RESERVED_DIMENSIONS:
        return f"thresholds cannot depend on `{name}`: delete it{_instead(name, known)}"
    if _MAY_BE_DECLARED.fullmatch(name) is None:
        near = did_you_mean(name, known)
        return near if nearest(name, known) is not None else f"write one that is {near}"
    return mend_word(name, known, f"{how_to_declare(subject, 'dimensions', f'{name}: [...]')}, with all its values")


def _instead(name: str, known: set[str]) -> str:
    """Return what to write in the place of a word that requests and decisions have for something else."""
    if name in _OF_THE_MODEL:
        return "; which versions of the model the whole policy is for is said by `versions` under `model`"
    return f", or write a dimension that is {did_you_mean('', known)}"


RULE = Rule(
    "PE205",
    "unknown-dimension",
    "names",
    "a dimension is named that the catalog does not declare",
    _check,
)
