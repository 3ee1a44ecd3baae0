"""Knock-outs and unknown values that name what a case has several of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import LABELS, NUMBER, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "a version beside a fact": (
        NUMBER,
        [("{vip: true}", "{vip: true, model_version: v4}")],
        [
            (
                "14:33: PE224 the knock-out `cap` is about the whole case, so it cannot depend on "
                "`model_version` / delete it; an override can depend on `model_version`"
            ),
        ],
    ),
    "a label alone": (
        NUMBER,
        [("{vip: true}", "{label: spam}")],
        [
            (
                "14:22: PE224 the knock-out `cap` is about the whole case, so it cannot depend on `label` / "
                "name facts, or dimensions of the case; or let an override depend on `label`"
            ),
        ],
    ),
    "a score that is true": (
        NUMBER,
        [("{vip: true}", "{score: true}")],
        [
            (
                "14:22: PE224 the knock-out `cap` is about the whole case, so it cannot depend on `score` / "
                "name facts, or dimensions of the case; or let an override depend on `score`"
            ),
        ],
    ),
    "unknown version": (
        NUMBER,
        [("on_invalid: review", "on_invalid: review\nunknown: {model_version: strictest}")],
        [
            (
                "12:11: PE224 `unknown` has no rule for `model_version`: one that the policy does not name "
                "is bad input of class `wrong_model`, or a request that is refused / delete it"
            ),
        ],
    ),
    "unknown label": (
        LABELS,
        [("on_invalid: review", "on_invalid: review\nunknown: {label: strictest}")],
        [
            (
                "13:11: PE224 `unknown` has no rule for `label`: what an unknown label comes to is said by "
                "`unknown_label` / write `unknown_label` at the top level in its place"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "an override": (LABELS, [("label: spam, ", "label: toxic, ")]),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_is_about_the_whole_case_may_not_depend_on_its_members(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
