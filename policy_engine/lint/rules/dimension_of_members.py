"""What is about the whole case made to depend on its label, score or model version, of which a case has several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.vocabulary import LABEL, OF_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    for i, knock_out in enumerate(policy.knock_outs):
        for name in knock_out.when:
            if name in OF_MEMBERS:
                yield Finding(
                    f"the knock-out `{knock_out.id}` is about the whole case, so it cannot depend on `{name}`",
                    _mend(len(knock_out.when), name),
                    ("knock_outs", i, "when", name),
                    "key",
                )
    for name in policy.unknown:
        if name in OF_MEMBERS:
            yield Finding(
                f"`unknown` has no rule for `{name}`: {_instead(name)}",
                "write `unknown_label` at the top level in its place" if name == LABEL else "delete it",
                ("unknown", name),
                "key",
            )


def _mend(conditions: int, name: str) -> str:
    if conditions == 1:
        return f"name facts, or dimensions of the case; or let an override depend on `{name}`"
    return f"delete it; an override can depend on `{name}`"


def _instead(name: str) -> str:
    if name == LABEL:
        return "what an unknown label comes to is said by `unknown_label`"
    return "one that the policy does not name is bad input of class `wrong_model`, or a request that is refused"


RULE = Rule(
    "PE224",
    "dimension-of-members",
    "policy",
    "a knock-out or `unknown` names a label, a score or a model version",
    _check,
)
