"""Dimensions that `audit` names, and the catalog does not declare."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, findings

UNKNOWN = "is no dimension: whatever was meant by it would be recorded as it is /"
ELSEWHERE = "; a field of `context` belongs under `context`"
NEVER = (
    "is never masked: every decision says under which one it was made / delete it; what may be masked is declared under"
)
WITHOUT_DIMENSIONS = "schema: catalog/v1\n"
FOUND: dict[str, tuple[str, str, list[str]]] = {
    "misspelt": (
        CATALOG,
        "  dimensions: {teir: drop}\n",
        [f"catalog.yaml:17:16: PE418 `teir` {UNKNOWN} did you mean `tier`?{ELSEWHERE}"],
    ),
    "kept, too": (
        CATALOG,
        "  dimensions: {teir: keep, amount: hmac}\n",
        [f"catalog.yaml:17:16: PE418 `teir` {UNKNOWN} did you mean `tier`?{ELSEWHERE}"],
    ),
    "a field of the context": (
        CATALOG,
        "  dimensions:\n    tier: keep\n    card_number: hmac\n",
        [f"catalog.yaml:19:5: PE418 `card_number` {UNKNOWN} known here: `amount`, `tier`{ELSEWHERE}"],
    ),
    "nothing is declared": (
        WITHOUT_DIMENSIONS,
        "  dimensions: {postcode: drop}\n",
        [f"catalog.yaml:3:16: PE418 `postcode` {UNKNOWN} none is declared{ELSEWHERE}"],
    ),
    "the jurisdiction": (
        CATALOG,
        "  dimensions: {jurisdiction: drop}\n",
        [f"catalog.yaml:17:16: PE418 `jurisdiction` {NEVER} `dimensions`: `tier`, `amount`"],
    ),
    "the open path, where nothing is declared": (
        WITHOUT_DIMENSIONS,
        "  dimensions: {escalation_path: hmac}\n",
        [f"catalog.yaml:3:16: PE418 `escalation_path` {NEVER} `dimensions`: none so far"],
    ),
}
SILENT: dict[str, str] = {
    "no `audit`": "",
    "no dimensions in it": "audit: {subject: hmac}\n",
    "declared ones": "audit:\n  dimensions: {tier: drop, amount: hmac}\n",
    "the same word in the context": "audit:\n  context: {teir: drop, jurisdiction: drop}\n",
}


@pytest.mark.parametrize("case", FOUND)
def test_it_is_told_with_its_place(case: str) -> None:
    catalog, written, told = FOUND[case]
    policy = POLICY if catalog is CATALOG else "{}"
    found = findings(policy, f"{catalog}audit:\n{written}")
    assert [one for one in found if one.startswith("catalog.yaml")] == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert findings(POLICY, CATALOG + SILENT[case]) == []
