"""A use case that had a policy in a git revision, and has none: all its requests are refused from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import UseCaseAgainst


def _check(one: UseCaseAgainst) -> Iterator[Finding]:
    if one.use_case in one.decided or one.until <= one.now:
        return
    then = f"`{one.file}` does in {quoted(one.revision)}"
    if one.instead is None:
        mend, key = "put the file back", "schema"
    else:
        mend, key = f"write `use_case: {one.use_case}` again", "use_case"
    yield Finding(
        f"no policy decides `{one.use_case}` any more, as {then}: every case of it is refused",
        f"{mend}, or waive this if nobody asks for it any more",
        (key,),
    )


RULE = Rule(
    "PE416",
    "use-case-no-longer-decided",
    "against",
    "a use case that a git revision has a policy for, and no policy decides any more",
    _check,
    may_be_waived=True,
)
