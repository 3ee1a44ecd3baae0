"""A fact that the catalog does not declare, or one that is taken for a dimension: the knock-out would not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.declaring import how_to_begin, mend_word
from policy_engine.lint.flow import as_written, quoted
from policy_engine.model import NumberDimension
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, OF_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog
    from policy_engine.model.conditions import ConditionOrFact


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    for i, knock_out in enumerate(subject.policy.knock_outs):
        for name, condition in knock_out.when.items():
            yield from _of_condition(subject, name, condition, ("knock_outs", i, "when", name))
    for i, test in enumerate(subject.policy.tests):
        for name in test.given.facts or ():
            if name not in subject.catalog.facts:
                path = ("tests", i, "given", "facts", name)
                yield Finding(f"{quoted(name)} is no fact", _mend(subject, name), path, "key")


def _of_condition(subject: PolicyInCatalog, name: str, condition: ConditionOrFact, path: Path) -> Iterator[Finding]:
    is_fact = name in subject.catalog.facts
    if isinstance(condition, bool) and not is_fact:
        # What knock-outs may not depend on at all has a finding of its own
        if name in (JURISDICTION, ESCALATION_PATH, *subject.catalog.dimensions):
            message = f"`{name}` is a dimension, and only a fact is true or false"
            yield Finding(message, _value_of(subject, name), path)
        elif name not in OF_MEMBERS:
            yield Finding(f"`{name}` is no fact", _mend(subject, name), path, "key")
    elif is_fact and not isinstance(condition, bool):
        yield Finding(f"`{name}` is a fact, which is true or false", "write `true` or `false`", path)


def _mend(subject: PolicyInCatalog, name: str) -> str:
    known = subject.catalog.facts
    declare = f"add `{name}` to `facts` in the catalog" if known else how_to_begin(subject, f"facts: [{name}]")
    return mend_word(name, known, declare)


def _value_of(subject: PolicyInCatalog, name: str) -> str:
    dimension = subject.catalog.dimensions.get(name)
    if isinstance(dimension, NumberDimension):
        return f"write a stretch of it, such as `{as_written({'at_least': dimension.cuts[0]})}`"
    if dimension is None:
        catalog = subject.catalog
        dimension = tuple(catalog.jurisdictions if name == JURISDICTION else catalog.escalation_paths)
    return f"name one of its values, or several as a list; {did_you_mean('', dimension)}"


RULE = Rule(
    "PE222",
    "unknown-fact",
    "names",
    "a fact is named that the catalog does not declare, or is taken for a dimension",
    _check,
)
