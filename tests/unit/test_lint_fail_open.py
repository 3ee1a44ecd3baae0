"""Bad input that ends in a mild band, with and without a word why."""

from __future__ import annotations

import pytest

from tests.support.kinds import CLASSES, LABELS, NUMBER, SCORES, after_in
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


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "one of several scores": (
        SCORES,
        [("on_invalid: reject", "on_invalid: {missing: pass, otherwise: reject}")],
        [
            (
                "18:27: PE401 a score `risk` that is `missing` is `pass`, which is neither the strictest "
                "band, `reject`, nor escalates, and `fail_open_because` does not say why / write `reject` or "
                '`manual`; if `pass` is right, add `fail_open_because: "..."` at the top level with the '
                "reason"
            ),
        ],
    ),
    "all classes of one score": (
        SCORES,
        [("pass: 0.80}, model: {name: f}, on_invalid: manual", "pass: 0.80}, model: {name: f}, on_invalid: pass")],
        [
            (
                "11:113: PE401 an invalid score `face` is `pass`, which is neither the strictest band, "
                "`reject`, nor escalates, and `fail_open_because` does not say why / write `reject` or "
                '`manual`; if `pass` is right, add `fail_open_because: "..."` at the top level with the '
                "reason"
            ),
        ],
    ),
    "a label": (
        LABELS,
        [("on_invalid: review", "on_invalid: keep")],
        [
            (
                "12:13: PE401 an invalid label is `keep`, which is neither the strictest band, `remove`, nor "
                "escalates, and `fail_open_because` does not say why / write `remove` or `review`; if `keep` "
                'is right, add `fail_open_because: "..."` at the top level with the reason'
            ),
        ],
    ),
    "no candidates": (
        CLASSES,
        [("on_invalid: refer", "on_invalid: {no_candidates: possible, otherwise: refer}")],
        [
            (
                "12:29: PE401 a score that is `no_candidates` is `possible`, which is neither the strictest "
                "band, `refer`, nor escalates, and `fail_open_because` does not say why / write `refer`; if "
                '`possible` is right, add `fail_open_because: "..."` at the top level with the reason'
            ),
        ],
    ),
    "unknown label": (
        LABELS,
        [("unknown_label: strictest", "unknown_label: base")],
        [
            (
                "11:16: PE401 `unknown_label: base` decides a label that is not listed as if no override "
                'named one, and `fail_open_because` does not say why / add `fail_open_because: "..."` at the '
                "top level with the reason, or write `unknown_label: strictest`"
            ),
        ],
    ),
    "otherwise of the lead": (
        CLASSES,
        [("bands: [confident], otherwise: possible", "bands: [possible], otherwise: confident")],
        [
            (
                "11:50: PE401 a case that is not clear is `confident` and not `possible`, which is stricter, "
                "and `fail_open_because` does not say why / write `possible`; if `confident` is right, add "
                '`fail_open_because: "..."` at the top level with the reason'
            ),
        ],
    ),
    "otherwise of an override": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, because: x, lead: "
                    "{ratio: 2, bands: [confident, refer], otherwise: possible}}"
                ),
            )
        ],
        [
            (
                "14:107: PE401 a case that is not clear is `possible` and not `refer`, which is stricter, "
                "and `fail_open_because` does not say why / write `refer`; if `possible` is right, add "
                '`fail_open_because: "..."` at the top level with the reason'
            ),
        ],
    ),
    "a sample": (
        NUMBER,
        [("of: allow", "of: block")],
        [
            (
                "16:41: PE401 the sample `qa` sends cases of `block` to `review`, which is milder, and "
                '`fail_open_because` does not say why / add `fail_open_because: "..."` at the top level with '
                "the reason, or delete the sample"
            ),
        ],
    ),
}

SILENT_IN_OTHER_KINDS: dict[str, tuple[str, list[Edit]]] = {
    "a lead with an otherwise that is not milder": (CLASSES, [("otherwise: possible", "otherwise: refer")]),
    "a sample to a stricter band": (NUMBER, [("to: review", "to: block")]),
    "said why": (
        NUMBER,
        [("of: allow", "of: block"), ("on_invalid: review", "on_invalid: review\nfail_open_because: x")],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_what_is_not_clear_and_what_is_drawn_may_not_get_milder_without_a_word(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT_IN_OTHER_KINDS)
def test_near_misses_in_other_kinds_are_not_told(case: str) -> None:
    base, edits = SILENT_IN_OTHER_KINDS[case]
    assert after_in(base, *edits) == []
