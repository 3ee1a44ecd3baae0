"""Two targets of one measure whose bounds meet, and whose bounds do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import after_in
from tests.support.policies import POLICY

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "more than at most": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: review, at_most: 0.1}\n  - "
                    "{measure: share, band: review, at_least: 0.11}\n"
                ),
            )
        ],
        [
            (
                "17:46: PE242 no result keeps both targets: `share` of `review` is to be at least 0.11, "
                "and the other is to be at most 0.1 / change one of the two numbers, or delete one of "
                "the targets"
            )
        ],
    ),
    "less than at least": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: precision, band: block, at_least: 0.9}\n  "
                    "- {measure: precision, band: block, at_most: 0.8}\n"
                ),
            )
        ],
        [
            (
                "17:48: PE242 no result keeps both targets: `precision` of `block` is to be at least "
                "0.9, and the other is to be at most 0.8 / change one of the two numbers, or delete one "
                "of the targets"
            )
        ],
    ),
    "between and above": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: review, between: [0.1, "
                    "0.2]}\n  - {measure: share, band: review, between: [0.3, 0.4]}\n"
                ),
            )
        ],
        [
            (
                "17:46: PE242 no result keeps both targets: `share` of `review` is to be at least 0.3, "
                "and the other is to be at most 0.2 / change one of the two numbers, or delete one of "
                "the targets"
            )
        ],
    ),
    "more of a stricter band than of a milder": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: recall, band: block, at_least: 0.9}\n  - "
                    "{measure: recall, band: review, at_most: 0.8}\n"
                ),
            )
        ],
        [
            (
                "17:46: PE242 no result keeps both targets: `recall` of `block` is to be at least 0.9, "
                "and that of `review`, which counts the cases of both, is at least as much, and that is "
                "to be at most 0.8 / change one of the two numbers, or delete one of the targets"
            )
        ],
    ),
    "the other way round": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: recall, band: review, between: [0.1, "
                    "0.8]}\n  - {measure: recall, band: block, at_least: 0.9}\n"
                ),
            )
        ],
        [
            (
                "17:46: PE242 no result keeps both targets: `recall` of `block` is to be at least 0.9, "
                "and that of `review`, which counts the cases of both, is at least as much, and that is "
                "to be at most 0.8 / change one of the two numbers, or delete one of the targets"
            )
        ],
    ),
    "each that is excluded once": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: review, at_most: 0.1}\n  - "
                    "{measure: share, band: review, at_least: 0.2}\n  - {measure: share, band: review, "
                    "at_least: 0.3}\n"
                ),
            )
        ],
        [
            (
                "17:46: PE242 no result keeps both targets: `share` of `review` is to be at least 0.2, "
                "and the other is to be at most 0.1 / change one of the two numbers, or delete one of "
                "the targets"
            ),
            (
                "18:46: PE242 no result keeps both targets: `share` of `review` is to be at least 0.3, "
                "and the other is to be at most 0.1 / change one of the two numbers, or delete one of "
                "the targets"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "bounds that meet": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: review, at_most: 0.1}\n  - "
                    "{measure: share, band: review, at_least: 0.1}\n"
                ),
            )
        ],
    ),
    "other measures": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: precision, band: block, at_least: 0.9}\n  "
                    "- {measure: recall, band: block, at_most: 0.8}\n"
                ),
            )
        ],
    ),
    "other bands": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: block, at_least: 0.3}\n  - "
                    "{measure: share, band: review, at_most: 0.2}\n"
                ),
            )
        ],
    ),
    "a precision of a stricter band may be higher": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: precision, band: block, at_least: 0.9}\n  "
                    "- {measure: precision, band: review, at_most: 0.8}\n"
                ),
            )
        ],
    ),
    "a recall of a milder band may be higher": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: recall, band: review, at_least: 0.9}\n  - "
                    "{measure: recall, band: block, at_most: 0.8}\n"
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_two_targets_that_no_result_keeps_are_told_at_the_later(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_two_targets_that_some_result_keeps_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
