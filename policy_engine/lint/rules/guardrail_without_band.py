"""A guardrail on bands of this very use case, none of which the policy has: a misspelt one would guard nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import either
from policy_engine.vocabulary import USE_CASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    policy = subject.policy
    for one in subject.catalog.guardrails:
        wanted = one.when.get(USE_CASE)
        is_named = wanted == policy.use_case or (isinstance(wanted, tuple) and policy.use_case in wanted)
        if is_named and one.bands is not None and one.effects is None and not policy.bands_under(one):
            yield Finding(
                f"the guardrail `{one.id}` speaks of {either([f'`{name}`' for name in one.bands])} of this use case, "
                "and the policy has no such band",
                f"name a band of the policy in the guardrail; {did_you_mean(one.bands[0], policy.band_names)}",
                ("use_case",),
            )


RULE = Rule(
    "PE407",
    "guardrail-without-band",
    "names",
    "a guardrail names the use case, and bands that its policy does not have",
    _check,
)
