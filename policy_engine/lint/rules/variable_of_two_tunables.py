"""One environment variable that sets two numbers: whoever moves one of them moves the other as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.lint.subjects import SitedPolicy


def _check(policies: Sequence[SitedPolicy]) -> Iterator[Finding]:
    """Versions and candidates of one use case may take one number from one variable: it is the same number."""
    first: dict[str, tuple[int, str]] = {}
    for place, one in enumerate(policies):
        for name, tunable in one.policy.tunable.items():
            # Of one policy, differing bounds are a finding of their own
            if tunable.env is None or name not in one.policy.tunable_numbers:
                continue
            before, its_name = first.setdefault(tunable.env, (place, name))
            other = policies[before]
            is_same_number = other.policy.use_case == one.policy.use_case and its_name == name
            if is_same_number or (before == place and other.policy.tunable[its_name].within != tunable.within):
                continue
            what = f"`{its_name}`" if before == place else f"`{its_name}` in {quoted(other.file)}"
            yield Finding(
                f"the environment variable `{tunable.env}` sets `{name}` here, and {what} as well: "
                "whoever moves one of them moves the other",
                f"give `{name}` a variable of its own",
                ("tunable", name, "env"),
                of=place,
            )


RULE = Rule(
    "PE240",
    "variable-of-two-tunables",
    "set",
    "one environment variable sets two numbers",
    _check,
    "warning",
)
