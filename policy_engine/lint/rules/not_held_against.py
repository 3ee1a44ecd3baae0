"""A file with errors in the revision that policies are held against: what it said cannot be known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import FileAgainst


def _check(one: FileAgainst) -> Iterator[Finding]:
    revision = quoted(one.revision)
    against = f"`{one.file}` of {revision}" if one.is_alone else f"anything of {revision}"
    yield Finding(
        f"no version is held against {against}: {one.why}",
        f"look at what changed yourself, and waive this until {revision} has it mended",
        ("schema",),
    )


RULE = Rule(
    "PE417",
    "not-held-against",
    "against",
    "a file of a git revision has errors, so that no version can be held against it",
    _check,
    "warning",
)
