"""Two bands of one name, or two overrides, knock-outs or samples with one id: nobody could say which is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.model import Policy


_WITH_AN_ID = {"overrides": "an override", "knock_outs": "a knock-out", "samples": "a sample"}


def _check(policy: Policy) -> Iterator[Finding]:
    bands = [(band.name, ("bands", i, "name")) for i, band in enumerate(policy.bands)]
    yield from _repeated(bands, "a band above", "name")
    for key, owner in _WITH_AN_ID.items():
        ids = [(one.id, (key, i, "id")) for i, one in enumerate(getattr(policy, key))]
        yield from _repeated(ids, f"{owner} above", "id")


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
    "two bands have one name, or two overrides, knock-outs or samples one id",
    _check,
)
