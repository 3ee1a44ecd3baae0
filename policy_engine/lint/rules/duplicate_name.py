"""Two bands of one name, or two overrides with one id: nobody could say which of them is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    bands = [(band.name, ("bands", i, "name")) for i, band in enumerate(policy.bands)]
    overrides = [(one.id, ("overrides", i, "id")) for i, one in enumerate(policy.overrides)]
    yield from _repeated(bands, "a band above", "name")
    yield from _repeated(overrides, "an override above", "id")


def _repeated(named: Sequence[tuple[str, Path]], owner: str, key: str) -> Iterator[Finding]:
    taken: set[str] = set()
    for name, path in named:
        if name in taken:
            yield Finding(
                f"`{name}` is already the {key} of {owner}",
                f"give this one another {key}, such as `{_free(name, {name for name, _ in named})}`",
                path,
            )
        taken.add(name)


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


RULE = Rule(
    "PE213",
    "duplicate-name",
    "policy",
    "two bands have one name, or two overrides one id",
    _check,
)
