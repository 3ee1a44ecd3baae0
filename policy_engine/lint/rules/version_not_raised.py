"""A policy that decides otherwise than it did under the same version: whoever reads a log would take two for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyAgainst


def _check(one: PolicyAgainst) -> Iterator[Finding]:
    version = one.policy.version
    if not one.before or one.digest in one.before.get(version, ()) or version > max(one.before):
        return
    if version in one.before:
        message = f"version {version} decides otherwise here than in `{one.revision}`"
    else:
        message = f"version {version} is new here, and lower than version {max(one.before)} in `{one.revision}`"
    yield Finding(
        f"{message}: whoever reads a decision of version {version} cannot know which of both made it",
        f"write `version: {max(one.before) + 1}`",
        ("version",),
    )


RULE = Rule(
    "PE414",
    "version-not-raised",
    "against",
    "a policy decides otherwise than in a git revision, and its version was not raised",
    _check,
)
