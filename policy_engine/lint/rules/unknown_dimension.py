"""A dimension that the catalog does not declare, in a condition, under `unknown`, or in the case of a test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean, nearest
from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.conditions import of_knock_outs, of_overrides
from policy_engine.lint.declaring import choose, how_to_declare, mend_word
from policy_engine.lint.flow import quoted
from policy_engine.model import REQUEST_KEYS
from policy_engine.resolution import dimensions_of_members
from policy_engine.vocabulary import (
    ESCALATION_PATH,
    JURISDICTION,
    LABEL,
    MODEL_VERSION,
    OF_MEMBERS,
    RESERVED_DIMENSIONS,
    SCORE,
    USE_CASE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog

_MAY_BE_DECLARED = re.compile(r"[a-z][a-z0-9_]{0,63}")
_WHERE_THERE_ARE = {
    MODEL_VERSION: "if thresholds are to depend on it, name the versions under `model`, such as "
    '`versions: {v4: ">=4,<5", v5: ">=5,<6"}`; else delete it',
    LABEL: "delete it: only a score of kind `labels` has labels that thresholds may depend on",
    SCORE: "delete it: only where there are several `scores` may thresholds depend on which of them it is",
}


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    catalog = {JURISDICTION, *subject.catalog.dimensions, ESCALATION_PATH}
    own = {one.name for one in dimensions_of_members(subject.policy) if one.values}
    for name, path in _named(subject):
        # Of these three, others than overrides may not speak at all, which is a finding of its own
        known = catalog | own if path[0] == "overrides" else catalog
        if name not in known and (path[0] == "overrides" or name not in OF_MEMBERS):
            yield Finding(f"{quoted(name)} is no dimension", _mend(subject, name, known), path, "key")
    in_a_test = catalog.union(REQUEST_KEYS) - {USE_CASE}
    for i, test in enumerate(subject.policy.tests):
        for name in test.given.dimensions:
            if name not in catalog:
                yield _in_a_test(subject, name, in_a_test, ("tests", i, "given", name))


def _named(subject: PolicyInCatalog) -> Iterator[tuple[str, Path]]:
    for name in subject.policy.unknown:
        yield name, ("unknown", name)
    for name, _, path in of_overrides(subject.policy):
        yield name, path
    for name, _, path in of_knock_outs(subject.policy, subject.catalog.facts):
        yield name, path


def _in_a_test(subject: PolicyInCatalog, name: str, known: set[str], path: Path) -> Finding:
    if name == USE_CASE:
        message, mend = "a test is of its own policy, so it names no `use_case`", "delete it"
    else:
        if nearest(name, known) is None:
            known = known.difference(REQUEST_KEYS)
        message, mend = f"{quoted(name)} is neither a dimension nor a key of a request", _mend(subject, name, known)
    return Finding(message, mend, path, "key")


def _mend(subject: PolicyInCatalog, name: str, known: set[str]) -> str:
    if name in _WHERE_THERE_ARE:
        return _WHERE_THERE_ARE[name]
    if name in RESERVED_DIMENSIONS:
        return (
            f"thresholds cannot depend on `{name}`: delete it, or write a dimension that is {did_you_mean('', known)}"
        )
    if _MAY_BE_DECLARED.fullmatch(name) is None:
        return choose(name, known)
    return mend_word(name, known, f"{how_to_declare(subject, 'dimensions', f'{name}: [...]')}, with all its values")


RULE = Rule(
    "PE205",
    "unknown-dimension",
    "names",
    "a dimension is named that the catalog does not declare",
    _check,
)
