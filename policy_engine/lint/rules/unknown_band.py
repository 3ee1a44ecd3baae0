"""A band that the policy does not have, wherever one is named: a misspelt one would silently change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Path, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy_engine.model import Override, Policy
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
    for i, override in enumerate(policy.overrides):
        yield from _of_override(override, ("overrides", i))
    for i, test in enumerate(policy.tests):
        yield test.expect.outcome, ("tests", i, "expect", "outcome"), "value"
    for name in policy.objective or ():
        yield name, ("objective", name), "key"


def _of_override(override: Override, path: Path) -> Iterator[_Reference]:
    for kind in ("thresholds", "escalate", "reasons", "attributes"):
        for name in getattr(override, kind) or ():
            yield name, (*path, kind, name), "key"
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
