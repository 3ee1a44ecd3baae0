"""Which of a catalog's words are in use: named by a policy, by a guardrail, or given by a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy_engine.model import Catalog, Policy


@dataclass(slots=True)
class InUse:
    """The words of a catalog that something names. A test that gives one says that requests have it.

    `given_jurisdictions` are those that only tests need to have named: what they lie in is in no use by that.
    """

    dimensions: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    jurisdictions: set[str] = field(default_factory=set)
    given_jurisdictions: set[str] = field(default_factory=set)
    effects: set[str] = field(default_factory=set)
    escalation_paths: set[str] = field(default_factory=set)


def in_use(catalog: Catalog, policies: Iterable[Policy]) -> InUse:
    """Return what the guardrails of *catalog* and the *policies* name."""
    used = InUse()
    for guardrail in catalog.guardrails:
        _note_when(used, guardrail.when)
        used.effects.update(guardrail.effects or ())
    for policy in policies:
        _note_policy(used, policy)
    return used


def _note_policy(used: InUse, policy: Policy) -> None:
    for override in policy.overrides:
        _note_when(used, override.when)
        used.escalation_paths.update((override.escalate or {}).values())
    for knock_out in policy.knock_outs:
        _note_when(used, knock_out.when)
    for band in policy.bands:
        used.effects.update(() if band.effect is None else (band.effect,))
        used.escalation_paths.update(() if band.escalate is None else (band.escalate,))
    used.dimensions.update(policy.unknown)
    used.dimensions.update(sample.by for sample in policy.samples)
    if policy.stage is not None and policy.stage.canary is not None:
        used.dimensions.add(policy.stage.canary.by)
    for test in policy.tests:
        used.dimensions.update(test.given.dimensions)
        used.escalation_paths.update(_texts(test.given.dimensions.get(ESCALATION_PATH)))
        used.given_jurisdictions.update(_texts(test.given.dimensions.get(JURISDICTION)))
        used.facts.update(test.given.facts or ())


def _note_when(used: InUse, when: Mapping[str, Any]) -> None:
    """Note what a condition names. A fact and a dimension never have one name."""
    used.dimensions.update(when)
    used.facts.update(when)
    used.jurisdictions.update(_texts(when.get(JURISDICTION)))
    used.escalation_paths.update(_texts(when.get(ESCALATION_PATH)))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - a test may give anything
    yield from (one for one in (value if isinstance(value, (list, tuple)) else (value,)) if isinstance(one, str))
