"""A value that its dimension does not have, or a condition that does not fit the dimension's kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean, nearest
from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.conditions import on_dimensions
from policy_engine.lint.declaring import choose, how_to_declare, mend_word
from policy_engine.lint.flow import as_written
from policy_engine.lint.iso3166 import assigned
from policy_engine.lint.scales import scales_under
from policy_engine.model import NumberCondition, NumberDimension
from policy_engine.resolution import format_number
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, LABEL, MODEL_VERSION, NO_PATH, OF_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from policy_engine.lint.subjects import PolicyInCatalog
    from policy_engine.model import Policy
    from policy_engine.model.conditions import Condition


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    for name, condition, path in on_dimensions(subject.policy, subject.catalog.facts):
        yield from _of_condition(subject, name, condition, path)


def _of_condition(subject: PolicyInCatalog, name: str, condition: Condition, path: Path) -> Iterator[Finding]:
    dimension = subject.catalog.dimensions.get(name)
    if isinstance(dimension, NumberDimension):
        if not isinstance(condition, NumberCondition):
            yield _not_a_stretch(name, condition, dimension, path)
        return
    values = _values(subject, name, path)
    if values is None:
        return
    if isinstance(condition, NumberCondition):
        known = did_you_mean("", values)
        yield Finding(f"`{name}` has values, not numbers", f"name one of them, or several as a list; {known}", path)
    elif isinstance(condition, str):
        yield from _unless_known(subject, name, condition, values, path)
    else:
        for place, value in enumerate(condition):
            yield from _unless_known(subject, name, value, values, (*path, place))


def _values(subject: PolicyInCatalog, name: str, path: Path) -> Collection[str] | None:
    """Return the values of a dimension that has a list of them; None where nobody declared the dimension."""
    catalog = subject.catalog
    if name in OF_MEMBERS:
        return _of_members(subject.policy, name, path)
    if name == JURISDICTION:
        return catalog.jurisdictions
    if name == ESCALATION_PATH:
        return (NO_PATH, *catalog.escalation_paths)
    dimension = catalog.dimensions.get(name)
    return dimension if isinstance(dimension, tuple) else None


def _of_members(policy: Policy, name: str, path: Path) -> Collection[str] | None:
    """Return the values of a dimension of the policy's own; of versions, those of the scores that are meant."""
    scales = policy.scales
    if name == MODEL_VERSION:
        if path[0] == "overrides":
            scales = tuple(scales_under(policy, policy.overrides[int(path[1])])) or scales
        if not any(scale.score.model.version_names for scale in policy.scales):
            return None
        return sorted({one for scale in scales for one in scale.score.model.version_names})
    if name == LABEL:
        return policy.score.labels if policy.score is not None and policy.kind == "labels" else None
    return policy.scores


def _unless_known(
    subject: PolicyInCatalog, name: str, value: str, values: Collection[str], path: Path
) -> Iterator[Finding]:
    if value in values:
        return
    yield Finding(f"`{value}` is no value of `{name}`", _mend(subject, name, value, values), path)


def _mend(subject: PolicyInCatalog, name: str, value: str, values: Collection[str]) -> str:
    if name in OF_MEMBERS:
        return choose(value, values) if values else "delete it: the model of that score names no versions"
    declare = _how_to_declare(subject, name, value)
    of_whom = assigned(value) if name == JURISDICTION else None
    if of_whom is None:
        return mend_word(value, values, declare)
    # No slip: the code is that of a real place, which the catalog only lacks.
    near = f"; or {did_you_mean(value, values)}" if nearest(value, values) is not None else ""
    return f"`{value}` is {of_whom}: {declare}{near}"


def _how_to_declare(subject: PolicyInCatalog, name: str, value: str) -> str:
    if name == JURISDICTION:
        country = value.partition("-")[0]
        lies = {"in": country} if country != value and country in subject.catalog.jurisdictions else {}
        return how_to_declare(subject, "jurisdictions", f"{as_written(value)}: {as_written(lies)}")
    if name == ESCALATION_PATH:
        entry = f"{as_written(value)}: {{levels: [{{to: queue:name, within: PT8H}}]}}"
        return how_to_declare(subject, "escalation_paths", entry)
    return f"add `{as_written(value)}` to the values of `{name}` under `dimensions` in the catalog"


def _not_a_stretch(name: str, condition: Condition, dimension: NumberDimension, path: Path) -> Finding:
    shown = condition if isinstance(condition, str) else as_written(condition)
    return Finding(
        f"`{name}` is a number: `{shown}` is not a stretch of it",
        f"write `{as_written(_stretch(shown, dimension.cuts))}`",
        path,
    )


def _stretch(shown: str, cuts: tuple[float, ...]) -> dict[str, float]:
    """Return the stretch that was most likely meant: of the cuts named, else from the first cut on."""
    named = [cut for cut in cuts if re.search(rf"(?<![0-9.]){re.escape(format_number(cut))}(?![0-9.])", shown)]
    if len(named) == 1 and "below" in shown:
        return {"below": named[0]}
    if len(named) == 2:  # noqa: PLR2004 - a stretch has two ends
        return {"at_least": named[0], "below": named[1]}
    return {"at_least": (named or cuts)[0]}


RULE = Rule(
    "PE206",
    "unknown-value",
    "names",
    "a condition names a value that its dimension does not have, or does not fit the dimension",
    _check,
)
