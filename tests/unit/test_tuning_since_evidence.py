"""The share that reached a threshold when it was chosen: what evidence says it of, and of what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from policy_engine.model import Policy
from policy_engine.tuning import EvidentShare, Outcome, evident_shares, shifts_since, tally_of
from tests.support.policies import POLICY, checked, edited

ENTRY: dict[str, Any] = {
    "band": "review",
    "threshold": 0.55,
    "tuned": {
        "n": 200,
        "empirical": {"threshold": 0.5, "flagged": 60},
        "guaranteed": {"threshold": 0.55, "flagged": 50},
    },
}


def _policy(*edits: tuple[str, str]) -> Policy:
    found = checked(edited(POLICY, *edits)).policies
    assert found is not None
    return found.policies[0].policy


def _found(entry: Any, policy: Policy | None = None) -> tuple[EvidentShare, ...]:  # noqa: ANN401 - whatever a file holds
    return evident_shares(policy or _policy(), {"thresholds": [entry]})


def test_it_is_that_of_the_choice_which_became_the_threshold() -> None:
    (found,) = _found(ENTRY)
    assert (found.band, found.share) == ("review", (50, 200))
    tally = tally_of(
        ("block", "review", "allow"),
        {Outcome("block", "block"): 30, Outcome("review", "review"): 20, Outcome("review", "allow"): 950},
        is_labelled=False,
    )
    # Whom a sample brought there did not reach it
    assert shifts_since((found,), tally, 0.95)["review"].current == (50, 1000)


def test_where_higher_is_safer_too_those_that_tune_flags_reached_it() -> None:
    written = _policy().model_dump(by_alias=True, exclude_unset=True)
    safer = {**written, "score": {**written["score"], "higher_is": "safer"}}
    (found,) = _found(ENTRY, Policy.model_validate(safer))
    assert found.share == (50, 200)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {**ENTRY, "threshold": 0.56},
        {**ENTRY, "threshold_from": "eu"},
        {**ENTRY, "score": "face"},
        {**ENTRY, "band": "nowhere"},
        # `block` has another threshold in the EU
        {**ENTRY, "band": "block", "threshold": 0.9},
        {**ENTRY, "tuned": None},
        # As `refit` records it: how many reached each threshold is not among it
        {**ENTRY, "tuned": {"command": ["refit"], "thresholds": {"refer": {"new": 0.55}}}},
        {**ENTRY, "tuned": {**ENTRY["tuned"], "n": "200"}},
        {**ENTRY, "tuned": {**ENTRY["tuned"], "n": 0}},
        {**ENTRY, "tuned": {**ENTRY["tuned"], "n": 40}},
        {**ENTRY, "tuned": {"n": 200, "guaranteed": {"threshold": 0.54, "flagged": 50}}},
        {**ENTRY, "tuned": {"n": 200, "guaranteed": {"threshold": 0.55}}},
    ],
)
def test_of_anything_else_it_says_nothing(entry: Any) -> None:  # noqa: ANN401 - whatever a file holds
    assert _found(entry) == ()


def test_what_is_no_evidence_says_nothing() -> None:
    assert evident_shares(_policy(), None) == ()
    assert evident_shares(_policy(), {"thresholds": None}) == ()
