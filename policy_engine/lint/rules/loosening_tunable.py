"""A request that may loosen a threshold for itself, and no word why; or `tighten_only` where nothing is strict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    for name, tunable in policy.tunable.items():
        of = policy.tunable_numbers.get(name)
        path = ("tunable", name, "tighten_only")
        if of is None or tunable.tighten_only is None:
            continue
        if of.kind != "thresholds":
            yield Finding(
                f"`tighten_only` compares thresholds, and `{name}` is none: neither side of it is the strict one",
                "leave it out, and choose `within` so that every number between is right",
                path,
                "key",
            )
        elif tunable.per_call and not tunable.tighten_only and tunable.because is None:
            yield Finding(
                f"a request may make `{name}` milder for itself, and `because` does not say why that is right",
                f'add `because: "..."` to `{name}` with the reason, or leave out `tighten_only: false`',
                path,
            )


RULE = Rule(
    "PE238",
    "loosening-tunable",
    "policy",
    "a request may loosen a threshold without a reason, or `tighten_only` stands where nothing is strict",
    _check,
)
