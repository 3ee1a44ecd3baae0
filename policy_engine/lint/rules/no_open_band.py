"""Guardrails that close every band between them: a case that is under all of them could be decided no way at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.ways import WaysIn
from policy_engine.model import Guardrail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    if WaysIn(cells).closed_anywhere == set(cells.policy.band_names):
        closing = [
            f"`{one.id}`"
            for one in cells.resolved.safeguards
            if isinstance(one.of, Guardrail) and one.of.require == "never" and not one.is_empty
        ]
        what = f"the guardrail {closing[0]} closes" if len(closing) == 1 else "guardrails close"
        which = "" if len(closing) == 1 else f", by {' and '.join(closing)}"
        yield Finding(
            f"{what} every band of the policy{which}: a case that they all concern is left without a band",
            "in the catalog, let one of the bands be open everywhere; or add a band that no guardrail speaks of",
            ("bands",),
            "key",
        )


RULE = Rule(
    "PE409",
    "no-open-band",
    "cells",
    "guardrails leave no band of the policy open",
    _check,
)
