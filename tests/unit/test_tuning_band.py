"""Which threshold of a policy is to be tuned: what the policy says of it, and what is no such threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policy_engine.exceptions import InvalidPolicyError, PoliciesNotFoundError, TuningError
from policy_engine.tuning import Objective
from policy_engine.tuning.band import BandToTune, band_to_tune
from policy_engine.tuning.policy_file import read_policy_file
from tests.support.kinds import SCORES
from tests.support.policies import CATALOG, POLICY, edited, plus

if TYPE_CHECKING:
    from pathlib import Path


def band(folder: Path, text: str, name: str, score: str | None = None, source: str = "base") -> BandToTune:
    """Return the band of a policy that is written into a folder, beside its catalog."""
    (folder / "catalog.yaml").write_text(CATALOG)
    (folder / "policy.yaml").write_text(text)
    return band_to_tune(read_policy_file(folder / "policy.yaml"), name, score=score, source=source)


def test_a_threshold_of_the_base_is_told_with_its_place(tmp_path: Path) -> None:
    found = band(tmp_path, POLICY, "block")
    assert (found.use_case, found.version, found.band, found.score, found.source) == (
        "card-fraud",
        7,
        "block",
        None,
        "base",
    )
    assert (found.present, found.path, found.higher_is) == (0.9, ("bands", 0, "at_least"), "riskier")
    assert (found.objective, found.at_least, found.confidence) == (None, {}, None)


def test_that_of_an_override_is_the_number_which_it_sets(tmp_path: Path) -> None:
    found = band(tmp_path, POLICY, "block", source="eu")
    assert (found.present, found.path, found.whose) == (
        0.93,
        ("overrides", 0, "thresholds", "block"),
        "`block` (override `eu`)",
    )


def test_of_several_scores_the_named_one_has_its_own(tmp_path: Path) -> None:
    found = band(tmp_path, SCORES, "pass", "face")
    assert (found.present, found.path, found.higher_is) == (0.8, ("scores", "face", "thresholds", "pass"), "safer")
    assert found.whose == "`pass` of `face` (base)"


def test_an_override_of_one_score_says_which_it_is_itself(tmp_path: Path) -> None:
    found = band(tmp_path, SCORES, "pass", source="eu")
    assert (found.score, found.present) == ("face", 0.85)


def test_the_number_that_is_tuned_is_the_written_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLOCK", "0.85")
    tunable = "tunable: {block: {env: BLOCK, within: [0.8, 0.95]}}\n"
    assert band(tmp_path, POLICY + tunable, "block").present == 0.9


DECLARED = {
    "{maximise: f1}": (Objective.maximise("f1"), {}, None),
    "{maximise: fbeta, beta: 2}": (Objective.maximise("fbeta", 2.0), {}, None),
    "{minimise: cost, costs: {false_positive: 1, false_negative: 10}}": (Objective.minimise_cost(1, 10), {}, None),
    "{maximise: recall, subject_to: {precision: {at_least: 0.95}}}": (
        Objective.maximise("recall"),
        {"precision": 0.95},
        None,
    ),
    (
        "{maximise: mcc, subject_to: {precision: {at_least: 0.9, confidence: 0.9}, "
        "recall: {at_least: 0.5, confidence: 0.95}}}"
    ): (Objective.maximise("mcc"), {"precision": 0.9, "recall": 0.5}, 0.95),
}


@pytest.mark.parametrize("written", DECLARED)
def test_what_is_declared_for_the_band_is_its_objective(tmp_path: Path, written: str) -> None:
    found = band(tmp_path, f"{POLICY}objective: {{block: {written}}}\n", "block")
    assert (found.objective, found.at_least, found.confidence) == DECLARED[written]
    assert band(tmp_path, f"{POLICY}objective: {{block: {written}}}\n", "review").objective is None


OF_ALL = edited(
    SCORES, ("EU, score: face}, thresholds: {pass: 0.85}", "EU, score: [document, face]}, thresholds: {pass: 0.95}")
)
WORD = edited(POLICY, ("{block: 0.93}", "{block: never}"))
NONE_THERE: dict[str, tuple[str, str, str | None, str, str]] = {
    "a band that is not there": (
        POLICY,
        "blok",
        None,
        "base",
        "`card-fraud` has no band `blok`: did you mean `block`?",
    ),
    "the last band": (
        POLICY,
        "allow",
        None,
        "base",
        "`allow` has no threshold: no number decides which scores end in it",
    ),
    "a score of a policy with one": (
        POLICY,
        "block",
        "face",
        "base",
        "`card-fraud` has one score, which has no name: leave `face` out",
    ),
    "an override that is not there": (
        POLICY,
        "block",
        None,
        "ue",
        "`card-fraud` has no override `ue`: did you mean `eu`?",
    ),
    "an override of another band": (
        POLICY,
        "review",
        None,
        "eu",
        "the override `eu` sets no threshold of `review`: it sets that of `block`",
    ),
    "an override of something else": (
        edited(POLICY, plus("{id: us, when: {jurisdiction: US}, reasons: {block: [R]}}")),
        "block",
        None,
        "us",
        "the override `us` sets no threshold of `block`: it sets none",
    ),
    "a word": (
        WORD,
        "block",
        None,
        "eu",
        "the threshold of `block` (override `eu`) is `never`: write a number in its place if there is to be one",
    ),
    "none of several scores": (
        SCORES,
        "pass",
        None,
        "base",
        "`kyc` has several scores with a threshold of `pass`: say of which one, `document`, `face`",
    ),
    "a score that is not there": (SCORES, "pass", "fase", "base", "`kyc` has no score `fase`: did you mean `face`?"),
    "a band without a threshold of a score": (
        SCORES,
        "reject",
        "face",
        "base",
        "`reject` has no threshold of `face`: no number decides which scores end in it",
    ),
    "an override of several scores at once": (
        OF_ALL,
        "pass",
        "face",
        "eu",
        (
            "the override `eu` sets the threshold of `pass` for several scores at once, `document`, `face`, and cases "
            "of one say nothing of the others: give each an override of its own, with `score` in its `when`"
        ),
    ),
}


@pytest.mark.parametrize("case", NONE_THERE)
def test_what_is_no_threshold_is_refused_with_what_there_is(tmp_path: Path, case: str) -> None:
    text, name, score, source, told = NONE_THERE[case]
    with pytest.raises(TuningError) as refused:
        band(tmp_path, text, name, score, source)
    assert str(refused.value) == told


def test_an_override_of_another_score_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TuningError, match="`pass` has no threshold of `document` in the override `eu`"):
        band(tmp_path, SCORES, "pass", "document", "eu")


def test_what_is_no_file_of_a_policy_is_refused(tmp_path: Path) -> None:
    band(tmp_path, POLICY, "block")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "link.yaml").symlink_to(tmp_path / "policy.yaml")
    for path, told in (
        ("-", "not from the standard input: name the file"),
        (".", "is a folder: name the file"),
        ("catalog.yaml", "is a catalog and has no bands"),
        ("elsewhere/link.yaml", "is a link to a file elsewhere: name that file itself"),
    ):
        with pytest.raises(TuningError, match=told):
            read_policy_file(tmp_path / path if path != "-" else type(tmp_path)("-"))
    with pytest.raises(PoliciesNotFoundError):
        read_policy_file(tmp_path / "none.yaml")


def test_a_policy_with_errors_is_refused_with_all_of_them(tmp_path: Path) -> None:
    with pytest.raises(InvalidPolicyError) as refused:
        band(
            tmp_path,
            edited(POLICY, ("on_invalid: review", "on_invalid: deny"), ("{block: 0.93}", "{blok: 1}")),
            "block",
        )
    assert refused.value.report.errors == 2


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        (None, "the evidence `e.json` cannot be read: there is no such file"),
        ("[]", "`e.json` is no evidence of this policy: it is no mapping"),
        (
            '{"schema": "evidence/v1", "use_case": "kyc", "thresholds": []}',
            "`e.json` is evidence of kyc, not of `card-fraud`",
        ),
        (
            '{"schema": "evidence/v1", "use_case": "card-fraud", "thresholds": [7]}',
            "`e.json` is no evidence of this policy: item 1 of `thresholds` is no threshold",
        ),
    ],
)
def test_evidence_that_cannot_be_carried_over_is_refused(tmp_path: Path, evidence: str | None, told: str) -> None:
    if evidence is not None:
        (tmp_path / "e.json").write_text(evidence)
    with pytest.raises(TuningError) as refused:
        band(tmp_path, f"{POLICY}evidence: e.json\n", "block")
    assert str(refused.value).startswith(told)
