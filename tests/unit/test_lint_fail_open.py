"""Bad input that ends in a mild band, with and without a word why."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "one band for all": (
        [("on_invalid: review", "on_invalid: allow")],
        [
            (
                "14:13: PE401 an invalid score is `allow`, which is neither the strictest band, `block`, nor "
                "escalates, and `fail_open_because` does not say why / write `block` or `review`; if `allow` is "
                'right, add `fail_open_because: "..."` at the top level with the reason'
            ),
        ],
    ),
    "one class": (
        [("on_invalid: review", "on_invalid: {not_finite: allow, otherwise: block}")],
        [
            (
                "14:26: PE401 a score that is `not_finite` is `allow`, which is neither the strictest band, "
                "`block`, nor escalates, and `fail_open_because` does not say why / write `block` or `review`; "
                'if `allow` is right, add `fail_open_because: "..."` at the top level with the reason'
            ),
        ],
    ),
    "otherwise": (
        [("on_invalid: review", "on_invalid: {missing: block, otherwise: allow}")],
        [
            (
                "14:41: PE401 a score that is `wrong_model`, `wrong_type`, `not_finite` or `out_of_range` is "
                "`allow`, which is neither the strictest band, `block`, nor escalates, and `fail_open_because` "
                "does not say why / write `block` or `review`; if `allow` is right, add `fail_open_because: "
                '"..."` at the top level with the reason'
            ),
        ],
    ),
    "escalation only in the base": (
        [("escalate: fraud-ops, ", "")],
        [
            (
                "14:13: PE401 an invalid score is `review`, which is neither the strictest band, `block`, nor "
                "escalates, and `fail_open_because` does not say why / write `block`; if `review` is right, add "
                '`fail_open_because: "..."` at the top level with the reason'
            ),
        ],
    ),
    "override": (
        [
            plus(
                "{id: big, when: {amount: {at_least: 1000}}, on_invalid: {missing: allow}, because: x}",
            )
        ],
        [
            (
                "17:71: PE401 a score that is `missing` is `allow` for amount 1000 and above, which is neither "
                "the strictest band, `block`, nor escalates, and `fail_open_because` does not say why / write "
                '`block` or `review`; if `allow` is right, add `fail_open_because: "..."` at the top level with '
                "the reason"
            ),
        ],
    ),
    "an override lets it escalate everywhere but": (
        [
            ("escalate: fraud-ops, ", ""),
            plus(
                "{id: big, when: {amount: {at_least: 1000}}, escalate: {review: fraud-ops}}",
            ),
        ],
        [
            (
                "14:13: PE401 an invalid score is `review`, which is neither the strictest band, `block`, nor "
                "escalates, and `fail_open_because` does not say why / write `block`; if `review` is right, add "
                '`fail_open_because: "..."` at the top level with the reason'
            ),
        ],
    ),
    "safer": (
        [
            ("higher_is: riskier", "higher_is: safer"),
            ("on_invalid: review", "on_invalid: block"),
            ("escalate: fraud-disputes, ", ""),
        ],
        [
            (
                "14:13: PE401 an invalid score is `block`, which is neither the strictest band, `allow`, nor "
                "escalates, and `fail_open_because` does not say why / write `allow` or `review`; if `block` is "
                'right, add `fail_open_because: "..."` at the top level with the reason'
            ),
        ],
    ),
    "base for unknown": (
        [("on_invalid: review", "on_invalid: review\nunknown: {tier: base, jurisdiction: strictest}")],
        [
            (
                "15:17: PE401 `unknown: {tier: base}` decides a case whose `tier` is not known as if no "
                'override named it, and `fail_open_because` does not say why / add `fail_open_because: "..."` '
                "at the top level with the reason, or write `tier: strictest`"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "said why": [("on_invalid: review", "on_invalid: allow\nfail_open_because: spam")],
    "strictest": [("on_invalid: review", "on_invalid: block")],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_mild_band_for_bad_input_is_told_with_the_classes_that_get_it(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []
