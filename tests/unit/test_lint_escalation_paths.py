"""How escalation paths end, for the policies that use them."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, Edit, edited, findings, plus

Case = tuple[list[Edit], list[Edit]]
"""Edits of the catalog, and of the policy."""

OPS = "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}"
DISPUTES = "fraud-disputes: {levels: [{to: role:disputes, within: P1D}]}"


def ending(path: str, band: str, more: str = "") -> Edit:
    """Return the edit that lets a path end in a band."""
    return path, f"{path[:-1]}, when_exhausted: {band}{more}}}"


FOUND: dict[str, tuple[Case, str]] = {
    "an end: base": (
        ([ending(OPS, "blok")], []),
        (
            "12:46: PE302 `fraud-ops` ends in `blok`, which is no band of this policy / name a path that "
            "ends with `hold` or in a band of this policy; did you mean `block`?"
        ),
    ),
    "a ring: itself": (
        ([ending(OPS, "review")], []),
        (
            "12:46: PE303 escalations go round: `review` escalates to `fraud-ops`, which ends in `review` / "
            "in the catalog, let `fraud-ops` end with `when_exhausted: hold`"
        ),
    ),
    "a ring: two": (
        ([ending(OPS, "block"), ending(DISPUTES, "review", ", because: x")], []),
        (
            "11:62: PE303 escalations go round: `block` escalates to `fraud-disputes`, which ends in "
            "`review`, `review` escalates to `fraud-ops`, which ends in `block` / in the catalog, let "
            "`fraud-disputes` or `fraud-ops` end with `when_exhausted: hold`"
        ),
    ),
    "a ring: in an override": (
        (
            [ending(DISPUTES, "block")],
            [
                ("escalate: fraud-disputes, ", ""),
                plus("{id: us, when: {jurisdiction: US}, escalate: {block: fraud-disputes}}"),
            ],
        ),
        (
            "17:58: PE303 escalations go round for US: `block` escalates to `fraud-disputes`, which ends in "
            "`block` / in the catalog, let `fraud-disputes` end with `when_exhausted: hold`"
        ),
    ),
    "a milder end: milder": (
        ([ending(OPS, "allow")], []),
        (
            "12:46: PE304 `review` escalates to `fraud-ops`, which ends in `allow` when nobody takes the "
            "case: that is milder, and the path does not say why / in the catalog, let `fraud-ops` end with "
            '`when_exhausted: hold`, or add `because: "..."` to it'
        ),
    ),
    "a milder end: milder in an override": (
        (
            [ending(DISPUTES, "review")],
            [
                ("escalate: fraud-disputes, ", ""),
                plus("{id: us, when: {jurisdiction: US}, escalate: {block: fraud-disputes}}"),
            ],
        ),
        (
            "17:58: PE304 `block` escalates to `fraud-disputes`, which ends in `review` when nobody takes "
            "the case: that is milder, and the path does not say why / in the catalog, let `fraud-disputes` "
            'end with `when_exhausted: hold`, or add `because: "..."` to it'
        ),
    ),
}

SILENT: dict[str, Case] = {
    "a ring: one after the other": ([ending(OPS, "block")], []),
    "a milder end: said why": ([ending(OPS, "allow", ", because: spam")], []),
    "a milder end: stricter": ([ending(OPS, "block")], []),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_path_that_ends_wrongly_is_told_where_the_policy_uses_it(case: str) -> None:
    (of_catalog, of_policy), told = FOUND[case]
    assert findings(edited(POLICY, *of_policy), edited(CATALOG, *of_catalog)) == [told]


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_of_paths_are_not_told(case: str) -> None:
    of_catalog, of_policy = SILENT[case]
    assert findings(edited(POLICY, *of_policy), edited(CATALOG, *of_catalog)) == []
