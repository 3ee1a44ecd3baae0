"""How escalation paths end, for the policies that use them."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, Edit, edited, findings

Case = tuple[list[Edit], list[Edit]]
"""Edits of the catalog, and of the policy."""

END: dict[str, tuple[Case, str]] = {
    "an end: base": (
        (
            [
                (
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}",
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}], when_exhausted: blok}",
                ),
            ],
            [],
        ),
        (
            "12:46: PE302 `fraud-ops` ends in `blok`, which is no band of this policy / name a path that ends "
            "with `hold` or in a band of this policy; of its bands, did you mean `block`?"
        ),
    ),
}

RING: dict[str, tuple[Case, str]] = {
    "a ring: itself": (
        (
            [
                (
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}",
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}], when_exhausted: review}",
                ),
            ],
            [],
        ),
        (
            "12:46: PE303 escalations go round: `review` escalates to `fraud-ops`, which ends in `review` / in "
            "the catalog, let `fraud-ops` end with `when_exhausted: hold`"
        ),
    ),
    "a ring: two": (
        (
            [
                (
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}",
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}], when_exhausted: block}",
                ),
                (
                    "fraud-disputes: {levels: [{to: role:disputes, within: P1D}]}",
                    (
                        "fraud-disputes: {levels: [{to: role:disputes, within: P1D}], when_exhausted: review, "
                        "because: x}"
                    ),
                ),
            ],
            [],
        ),
        (
            "11:62: PE303 escalations go round: `block` escalates to `fraud-disputes`, which ends in `review`, "
            "`review` escalates to `fraud-ops`, which ends in `block` / in the catalog, let `fraud-disputes` or "
            "`fraud-ops` end with `when_exhausted: hold`"
        ),
    ),
    "a ring: in an override": (
        (
            [
                (
                    "fraud-disputes: {levels: [{to: role:disputes, within: P1D}]}",
                    "fraud-disputes: {levels: [{to: role:disputes, within: P1D}], when_exhausted: block}",
                ),
            ],
            [
                (
                    "escalate: fraud-disputes, ",
                    "",
                ),
                (
                    "because: fewer refusals}\n",
                    (
                        "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, escalate: {block: "
                        "fraud-disputes}}\n"
                    ),
                ),
            ],
        ),
        (
            "17:58: PE303 escalations go round for US: `block` escalates to `fraud-disputes`, which ends in "
            "`block` / in the catalog, let `fraud-disputes` end with `when_exhausted: hold`"
        ),
    ),
}

RING_SILENT: dict[str, Case] = {
    "a ring: one after the other": (
        [
            (
                "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}",
                "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}], when_exhausted: block}",
            ),
        ],
        [],
    ),
}

MILDER: dict[str, tuple[Case, str]] = {
    "a milder end: milder": (
        (
            [
                (
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}",
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}], when_exhausted: allow}",
                ),
            ],
            [],
        ),
        (
            "12:46: PE304 `review` escalates to `fraud-ops`, which ends in `allow` when nobody takes the case: "
            "that is milder, and the path does not say why / in the catalog, let `fraud-ops` end with "
            '`when_exhausted: hold`, or add `because: "..."` to it'
        ),
    ),
    "a milder end: milder in an override": (
        (
            [
                (
                    "fraud-disputes: {levels: [{to: role:disputes, within: P1D}]}",
                    "fraud-disputes: {levels: [{to: role:disputes, within: P1D}], when_exhausted: review}",
                ),
            ],
            [
                (
                    "escalate: fraud-disputes, ",
                    "",
                ),
                (
                    "because: fewer refusals}\n",
                    (
                        "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, escalate: {block: "
                        "fraud-disputes}}\n"
                    ),
                ),
            ],
        ),
        (
            "17:58: PE304 `block` escalates to `fraud-disputes`, which ends in `review` when nobody takes the "
            "case: that is milder, and the path does not say why / in the catalog, let `fraud-disputes` end with "
            '`when_exhausted: hold`, or add `because: "..."` to it'
        ),
    ),
}

MILDER_SILENT: dict[str, Case] = {
    "a milder end: said why": (
        [
            (
                "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}",
                ("fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}], when_exhausted: allow, because: spam}"),
            ),
        ],
        [],
    ),
    "a milder end: stricter": (
        [
            (
                "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}",
                "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}], when_exhausted: block}",
            ),
        ],
        [],
    ),
}

FOUND = END | RING | MILDER
SILENT = RING_SILENT | MILDER_SILENT


@pytest.mark.parametrize("case", FOUND)
def test_a_path_that_ends_wrongly_is_told_where_the_policy_uses_it(case: str) -> None:
    (of_catalog, of_policy), told = FOUND[case]
    assert findings(edited(POLICY, *of_policy), edited(CATALOG, *of_catalog)) == [told]


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_of_paths_are_not_told(case: str) -> None:
    of_catalog, of_policy = SILENT[case]
    assert findings(edited(POLICY, *of_policy), edited(CATALOG, *of_catalog)) == []
