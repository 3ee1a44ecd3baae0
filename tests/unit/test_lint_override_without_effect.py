"""Overrides that never apply, and those that do in one cell or for one second."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, instead, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "ended before": (
        [("because: fewer refusals}\n", "because: x, effective: {until: 2026-07-01T00:00:00Z}}\n")],
        [
            (
                "16:98: PE211 `eu` never applies: it has ended before the policy begins, and the policy is "
                "effective from 2026-07-01T00:00:00Z / write an instant after 2026-07-01T00:00:00Z, or delete "
                "the override"
            ),
        ],
    ),
    "begins after the end": (
        [
            ("2026-07-01T00:00:00Z}", "2026-07-01T00:00:00Z, until: 2027-07-01T00:00:00Z}"),
            ("because: fewer refusals}\n", "because: x, effective: {from: 2027-07-01T00:00:00Z}}\n"),
        ],
        [
            (
                "16:97: PE211 `eu` never applies: it only begins when the policy has ended, and the policy is "
                "effective until 2027-07-01T00:00:00Z / write an instant before 2027-07-01T00:00:00Z, or delete "
                "the override"
            ),
        ],
    ),
    "turned stretch": (
        [
            plus(
                "{id: mid, when: {amount: {at_least: 1000, below: 100}}, thresholds: {review: 0.5}}",
            )
        ],
        [
            (
                "17:30: PE211 `mid` never applies: no number is both at least 1000 and below 100 / write "
                "`{at_least: 100, below: 1000}`"
            ),
        ],
    ),
    "empty stretch": (
        [
            plus(
                "{id: mid, when: {amount: {at_least: 100, below: 100}}, thresholds: {review: 0.5}}",
            )
        ],
        [
            (
                "17:30: PE211 `mid` never applies: no number is both at least 100 and below 100 / write "
                "`{at_least: 100}`"
            ),
        ],
    ),
    "hidden in every cell": (
        [
            instead(
                "{id: any, when: {tier: [gold, platinum]}, reasons: {block: [A]}}",
                "{id: gold, when: {tier: gold}, reasons: {block: [B]}}",
                "{id: platinum, when: {tier: platinum}, reasons: {block: [C]}}",
            )
        ],
        [
            (
                "16:10: PE211 `any` never applies: wherever it matches, `gold` and `platinum` are narrower and set "
                "what it sets / delete `any`, or take away from `gold` and `platinum` what `any` is meant to decide"
            ),
        ],
    ),
    "hidden for each class of bad input that there is": (
        [
            instead(
                "{id: any, when: {tier: [gold, platinum]}, on_invalid: block}",
                "{id: gold, when: {tier: gold}, on_invalid: {otherwise: block}}",
                "{id: platinum, when: {tier: platinum}, on_invalid: {wrong_model: block, missing: block, "
                "wrong_type: block, not_finite: block, out_of_range: block}}",
            ),
            ("on_invalid: review\n", "on_invalid: review\nties: strictest\n"),
        ],
        [
            (
                "17:10: PE211 `any` never applies: wherever it matches, `gold` and `platinum` are narrower and set "
                "what it sets / delete `any`, or take away from `gold` and `platinum` what `any` is meant to decide"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "begins a second before the end": [
        ("2026-07-01T00:00:00Z}", "2026-07-01T00:00:00Z, until: 2027-07-01T00:00:00Z}"),
        ("because: fewer refusals}\n", "because: x, effective: {from: 2027-06-30T23:59:59Z}}\n"),
    ],
    "hidden by one inside in time": [
        plus(
            (
                "{id: now, when: {jurisdiction: EU}, thresholds: {block: 0.94}, because: x, effective: {from: "
                "2026-07-01T00:00:00Z, until: 2026-08-01T00:00:00Z}}"
            ),
        )
    ],
    "hidden in all but one": [
        instead(
            "{id: any, when: {tier: [gold, platinum]}, reasons: {block: [A]}}",
            "{id: gold, when: {tier: gold}, reasons: {block: [B]}}",
        )
    ],
    "hidden but for one field": [
        instead(
            "{id: any, when: {tier: [gold, platinum]}, reasons: {block: [A], review: [A]}}",
            "{id: gold, when: {tier: gold}, reasons: {block: [B]}}",
            "{id: platinum, when: {tier: platinum}, reasons: {block: [C]}}",
        )
    ],
    "always second of a tie": [
        ("on_invalid: review", "on_invalid: review\nties: strictest"),
        instead(
            "{id: a, when: {tier: gold}, thresholds: {review: 0.3}}",
            "{id: b, when: {jurisdiction: [EU]}, thresholds: {review: 0.4}}",
        ),
    ],
}


def _but_for_the_end(found: list[str]) -> list[str]:
    """Return findings without that of a use case that ends: these are about its last overrides."""
    return [line for line in found if " PE424 " not in line]


@pytest.mark.parametrize("case", FOUND)
def test_an_override_that_never_applies_is_told_with_the_reason(case: str) -> None:
    edits, told = FOUND[case]
    assert _but_for_the_end(after(*edits)) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert _but_for_the_end(after(*SILENT[case])) == []
