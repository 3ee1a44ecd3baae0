"""Reasons of the case that let cases go on to a milder band: an override says why, and none may under a guardrail."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, edited, findings, plus

BASE = "reasons: [FR01]"
ASKS = "reasons: {from: reason_codes, of: [A, B], else: review}"
GUARDRAIL = "guardrails:\n  - {id: floor, when: {use_case: card-fraud}, require: tighten_only}\n"


def codes(base: str, override: str, *, because: str = "", guarded: bool = False) -> list[str]:
    text = edited(
        POLICY, (BASE, base), plus(f"{{id: gold, when: {{tier: gold}}, reasons: {{block: {override}}}{because}}}")
    )
    text = text.replace("block: 0.93", "block: 0.85").replace(", because: fewer refusals", "") + "ties: strictest\n"
    catalog = CATALOG + GUARDRAIL if guarded else CATALOG
    return [one.split()[1] for one in findings(text, catalog)]


@pytest.mark.parametrize(
    ("base", "override", "is_milder"),
    [
        (BASE, "{from: reason_codes, of: [A], else: review}", True),
        (BASE, "[FR09]", False),
        (ASKS, "[FR09]", False),
        (ASKS, "{from: reason_codes, of: [A], else: review}", True),
        (ASKS, "{from: reason_codes, of: [A, B, C], else: review}", False),
        (ASKS, "{from: reason_codes, of: [B, A], max: 1, else: review}", False),
    ],
    ids=["asks", "other codes", "asks no more", "knows fewer", "knows more", "the same"],
)
def test_an_override_by_which_cases_leave_the_band_says_why(base: str, override: str, *, is_milder: bool) -> None:
    assert codes(base, override) == (["PE402"] if is_milder else [])
    assert codes(base, override, because=", because: the contract") == []
    assert codes(base, override, because=", because: the contract", guarded=True) == (["PE412"] if is_milder else [])


def test_what_is_told_names_the_band_and_both() -> None:
    (told,) = findings(
        edited(
            POLICY,
            plus("{id: gold, when: {tier: gold}, reasons: {block: {from: reason_codes, of: [A], else: review}}}"),
        )
    )
    assert told.startswith(
        "17:10: PE402 `gold` makes the reasons of `block` milder for gold: {from: reason_codes, of: [A], else: review} "
        "instead of [FR01] (base), and does not say why"
    )
