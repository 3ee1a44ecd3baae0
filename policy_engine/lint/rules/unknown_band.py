"""A band that the policy does not have, wherever one is named: a misspelt one would silently change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.model import CaseReasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.model import Lead, Override, Policy
    from policy_engine.model.on_invalid import InvalidKey

_Reference = tuple[str, Path, Literal["key", "value"]]


def _check(policy: Policy) -> Iterator[Finding]:
    if len(policy.strictness) < len(policy.bands):
        # Two bands of one name: the other name, which is missing, is not the mistake.
        return
    for name, path, at in _references(policy):
        if name not in policy.strictness:
            message = f"`{name}` is no band of this policy"
            yield Finding(message, did_you_mean(name, policy.band_names), path, at)


def _references(policy: Policy) -> Iterator[_Reference]:
    yield from _classes(policy.on_invalid, ("on_invalid",))
    yield from _of_scores(policy)
    yield from _of_lead(policy.lead, ("lead",))
    for i, band in enumerate(policy.bands):
        yield from _of_reasons(band.reasons, ("bands", i, "reasons"))
    for i, override in enumerate(policy.overrides):
        yield from _of_override(override, ("overrides", i))
    for i, knock_out in enumerate(policy.knock_outs):
        yield from _named(knock_out, ("at_least", "at_most"), ("knock_outs", i))
    for i, sample in enumerate(policy.samples):
        yield from _named(sample, ("of", "to"), ("samples", i))
    for i, target in enumerate(policy.targets):
        yield from _named(target, ("band",), ("targets", i))
    for i, test in enumerate(policy.tests):
        if test.expected is not None:
            yield test.expected.outcome, ("tests", i, "expect", "outcome"), "value"
    for name in policy.objective or ():
        yield name, ("objective", name), "key"


def _of_scores(policy: Policy) -> Iterator[_Reference]:
    for score, one in (policy.scores or {}).items():
        for name in one.thresholds:
            yield name, ("scores", score, "thresholds", name), "key"
        yield from _classes(one.on_invalid, ("scores", score, "on_invalid"))


def _of_lead(lead: Lead | None, path: Path) -> Iterator[_Reference]:
    if lead is not None:
        for i, name in enumerate(lead.bands):
            yield name, (*path, "bands", i), "value"
        yield from _named(lead, ("otherwise",), path)


def _of_reasons(reasons: object, path: Path) -> Iterator[_Reference]:
    if isinstance(reasons, CaseReasons):
        yield reasons.else_, (*path, "else"), "value"


def _named(owner: object, keys: Sequence[str], path: Path) -> Iterator[_Reference]:
    for key in keys:
        name = getattr(owner, key)
        if name is not None:
            yield name, (*path, key), "value"


def _of_override(override: Override, path: Path) -> Iterator[_Reference]:
    for kind in ("thresholds", "escalate", "reasons", "highlight", "attributes"):
        for name in getattr(override, kind) or ():
            yield name, (*path, kind, name), "key"
    for name, reasons in (override.reasons or {}).items():
        yield from _of_reasons(reasons, (*path, "reasons", name))
    yield from _of_lead(override.lead, (*path, "lead"))
    yield from _classes(override.on_invalid, (*path, "on_invalid"))


def _classes(written: str | Mapping[InvalidKey, str] | None, path: Path) -> Iterator[_Reference]:
    if isinstance(written, str):
        yield written, path, "value"
        return
    for name, band in (written or {}).items():
        yield band, (*path, name), "value"


RULE = Rule(
    "PE204",
    "unknown-band",
    "policy",
    "a band is named that the policy does not have",
    _check,
)
