"""What a policy and a catalog may say: every key's own rules, at their lines."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from policy_engine.model import (
    CaseReasons,
    Catalog,
    EscalationPath,
    Expect,
    Given,
    Guardrail,
    Highlight,
    Jurisdiction,
    KnockOut,
    Lead,
    Objective,
    Override,
    Policy,
    Sample,
    Score,
    Stage,
    Target,
    Tunable,
)
from tests.support.plain import catalog_with, document_with, override, policy_with


def _refusal(written: Any, *, of: Any) -> str:  # noqa: ANN401 - any model
    with pytest.raises(ValidationError) as refused:
        of.model_validate(written)
    return "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in refused.value.errors())


# --- policies ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 0},
        {"version": "1"},
        {"version": 1.5},
        {"version": True},
        {"owner": ""},
        {"owner": "  "},
        {"use_case": "9lives"},
        {"use_case": "a" * 65},
        {"use_case": "card fraud"},
        {"bands": [{"name": "only"}]},
        {"bands": [{"name": "block", "at_least": "0.9"}, {"name": "allow"}]},
        {"bands": [{"name": "block", "at_least": True}, {"name": "allow"}]},
        {"bands": [{"name": "block", "at_least": float("nan")}, {"name": "allow"}]},
        {"bands": [{"name": "block", "at_least": float("inf")}, {"name": "allow"}]},
        {"bands": [{"name": "block", "at_least": 0.9, "reasons": ["no blanks"]}, {"name": "allow"}]},
        {"ties": "mildest"},
        {"unknown": {"tier": "mildest"}},
        {"unknown": {"Tier": "base"}},
        {"on_invalid": {}},
        {"on_invalid": {"no_such_class": "block"}},
        {"colour": "red"},
        {"effective": {}},
        {"effective": {"until": "2027-01-01T00:00:00Z"}},
        {"schema": "policy/v2"},
    ],
    ids=repr,
)
def test_a_policy_is_refused_for_one_key_and_that_key_is_named(changed: dict[str, Any]) -> None:
    (key,) = changed
    assert _refusal(document_with(**changed), of=Policy).startswith(key)


@pytest.mark.parametrize("name", ["a", "A9_.-", "a" * 64])
def test_a_name_is_a_letter_and_up_to_63_more(name: str) -> None:
    assert policy_with(use_case=name).use_case == name


def test_the_strictest_band_is_the_first_where_higher_is_riskier_and_the_last_where_it_is_safer() -> None:
    score = {"kind": "probability", "higher_is": "safer", "model": {"name": "gbm"}}
    assert policy_with().strictness == {"block": 0, "review": 1, "allow": 2}
    assert policy_with(score=score).strictness == {"block": 2, "review": 1, "allow": 0}


def test_the_digest_of_a_policy_follows_what_it_says_and_not_how_it_is_laid_out() -> None:
    document = document_with(overrides=[override("a", {"tier": "gold"})])
    assert Policy.model_validate(dict(reversed(document.items()))).digest == Policy.model_validate(document).digest
    assert policy_with(ties=None).digest == policy_with().digest
    assert policy_with(owner="someone-else").digest != policy_with().digest


def test_a_reason_given_twice_rides_along_once() -> None:
    bands = [{"name": "block", "at_least": 0.9, "reasons": ["B", "A", "B"]}, {"name": "allow"}]
    assert policy_with(bands=bands).bands[0].reasons == ("B", "A")


def test_what_is_written_is_never_edited() -> None:
    policy = policy_with()
    with pytest.raises(ValidationError, match="frozen"):
        setattr(policy, "version", 2)  # noqa: B010 - an assignment, which mypy would not let pass


# --- scores --------------------------------------------------------------------------------------------------


def _score(**keys: Any) -> dict[str, Any]:  # noqa: ANN401 - any key of a score
    return {"kind": "probability", "higher_is": "riskier", "model": {"name": "gbm"}, **keys}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"kind": "number"}, "is a `number`, so it needs a `range`"),
        ({"range": [0, 2]}, "is a `probability`, whose range is [0, 1]"),
        ({"range": [0, None]}, "is a `probability`, whose range is [0, 1]"),
        ({"kind": "number", "range": [1, 1]}, "must begin below its end"),
        ({"kind": "number", "range": [1, 0]}, "must begin below its end"),
        ({"kind": "number", "range": [0]}, "range"),
        ({"kind": "number", "range": [0, 1, 2]}, "range"),
        ({"kind": "number", "range": ["0", 1]}, "range"),
        ({"kind": "ranking"}, "kind"),
        ({"kind": "classes", "range": [None, 1]}, "where an absent class counts as the range's low end"),
        ({"kind": "classes", "labels": ["a", "a"]}, "names `a` twice"),
        ({"kind": "classes", "signal": "margin"}, "which says how sure the model is"),
        (
            {"kind": "classes", "signal": "margin", "higher_is": "safer", "range": [-1.7e308, 1.7e308]},
            "in which a margin may be no finite number",
        ),
        (
            {"kind": "classes", "signal": "margin", "higher_is": "safer", "range": [-1e308, None]},
            "in which a margin may be no finite number",
        ),
        ({"kind": "classes", "signal": "third"}, "signal"),
        ({"kind": "labels"}, "so it needs the list of `labels`"),
        ({"kind": "labels", "labels": []}, "labels"),
        ({"kind": "labels", "labels": ["a"], "signal": "top"}, "which only the kind `classes` has"),
        ({"signal": "top"}, "which only the kind `classes` has"),
        ({"labels": ["a"]}, "which only kinds `classes` and `labels` have"),
        ({"type": "float16"}, "type"),
        ({"kind": "number", "type": "float32", "range": [1, 1.000000001]}, "of which nothing is left in float32"),
        ({"model": {"name": "gbm", "versions": {}}}, "versions"),
        ({"model": {"name": "gbm", "versions": {"v4": ">=4", "v5": ">=5"}}}, "gives `v4` and `v5` versions in common"),
        ({"model": {"name": "gbm", "versions": {"v4": ">=5,<4"}}}, "admits no version at all"),
        ({"higher_is": "better"}, "higher_is"),
        ({"model": {"name": "gbm", "versions": "four"}}, "is not a version specifier of PEP 440"),
        ({"model": {"name": "gbm", "versions": 4}}, "versions"),
        ({"model": {"name": ""}}, "name"),
        ({"model": {}}, "name"),
    ],
    ids=repr,
)
def test_a_score_is_refused(keys: dict[str, Any], message: str) -> None:
    assert message in _refusal(_score(**keys), of=Score)


@pytest.mark.parametrize(
    ("keys", "ends"),
    [
        ({}, (0.0, 1.0)),
        ({"range": [0, 1]}, (0.0, 1.0)),
        ({"kind": "number", "range": [300, 850]}, (300.0, 850.0)),
        ({"kind": "number", "range": [None, 0]}, (float("-inf"), 0.0)),
        ({"kind": "number", "range": [0, None]}, (0.0, float("inf"))),
        ({"kind": "number", "range": [None, None]}, (float("-inf"), float("inf"))),
    ],
    ids=repr,
)
def test_the_ends_of_a_range_are_numbers_and_an_open_end_is_infinite(
    keys: dict[str, Any], ends: tuple[float, float]
) -> None:
    score = Score.model_validate(_score(**keys))
    assert (score.low, score.high) == ends


@pytest.mark.parametrize(
    ("versions", "model", "version", "admitted"),
    [
        (None, None, None, True),
        (None, "gbm", "anything", True),
        (None, "gbm", 7, True),
        (None, "other", None, False),
        (None, 7, None, False),
        (">=4.2,<5", None, "4.2", True),
        (">=4.2,<5", None, "4.2.post1", True),
        (">=4.2,<5", None, "4.2.dev1", False),
        (">=4.2,<5", None, "5.dev1", False),
        ("==4.*", None, "4.7rc2", True),
        ("!=4.3", None, "4.3", False),
        ("~=4.2", None, "4.9", True),
        ("~=4.2", None, "5", False),
        (">=4.2,<5", None, None, False),
        (">=4.2,<5", None, "", False),
        (">=4.2,<5", None, "4.3 beta", False),
        (">=4.2,<5", "other", "4.3", False),
        (">=1!0", None, "2026.1", False),
    ],
)
def test_a_model_is_admitted_by_its_name_and_its_version(
    versions: str | None,
    model: object,
    version: object,
    admitted: bool,  # noqa: FBT001 - a row of the table
) -> None:
    reference = Score.model_validate(_score(model={"name": "gbm", "versions": versions})).model
    assert reference.admits(model, version) is admitted


# --- overrides -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"id": "a", "when": {"tier": "gold"}}, "changes nothing: give it `thresholds`"),
        ({"id": "a", "when": {}, "thresholds": {"block": 1}}, "when"),
        ({"id": "a", "thresholds": {"block": 1}}, "when"),
        ({"id": "base", "when": {"tier": "gold"}, "thresholds": {"block": 1}}, "is `base`, a word that decisions use"),
        ({"id": "env", "when": {"tier": "gold"}, "thresholds": {"block": 1}}, "is `env`, a word that decisions use"),
        ({"id": "a", "when": {"tier": "gold"}, "thresholds": {}}, "thresholds"),
        ({"id": "a", "when": {"tier": "gold"}, "thresholds": {"block": "0.9"}}, "thresholds.block"),
        ({"id": "a", "when": {"tier": "gold"}, "thresholds": {"block": "sometimes"}}, "thresholds.block"),
        ({"id": "a", "when": {"tier": "gold"}, "thresholds": {"block": None}}, "thresholds.block"),
        ({"id": "a", "when": {"tier": []}, "thresholds": {"block": 1}}, "when.tier"),
        ({"id": "a", "when": {"tier": 7}, "thresholds": {"block": 1}}, "when.tier"),
        ({"id": "a", "when": {"amount": {}}, "thresholds": {"block": 1}}, "says neither `at_least` nor `below`"),
        ({"id": "a", "when": {"amount": {"above": 1}}, "thresholds": {"block": 1}}, "when.amount"),
        ({"id": "a", "when": {"tier": "gold"}, "attributes": {"block": {}}}, "attributes.block"),
        ({"id": "a", "when": {"tier": "gold"}, "escalate": {"block": None}}, "escalate.block"),
        ({"id": "a", "when": {"tier": "gold"}, "thresholds": {"block": 1}, "because": " "}, "because"),
    ],
    ids=repr,
)
def test_an_override_is_refused(written: dict[str, Any], message: str) -> None:
    assert message in _refusal(written, of=Override)


@pytest.mark.parametrize("threshold", [0, 1, 0.5, -1e308, "never", "always"])
def test_a_threshold_is_a_number_or_one_of_two_words(threshold: object) -> None:
    read = Override.model_validate(override("a", {"tier": "gold"}, thresholds={"block": threshold}))
    assert read.thresholds == {"block": threshold}


def test_reading_what_was_read_changes_nothing() -> None:
    read = Override.model_validate(override("a", {"amount": {"below": 1}, "tier": ["gold"]}))
    assert Override.model_validate(read.model_dump()) == read
    assert Override(id="a", when=read.when, thresholds=read.thresholds) == read


# --- knock-outs, tunables, roll-out --------------------------------------------------------------------------

SOON = "2026-10-01T00:00:00Z"
CANARY = {"percent": 5, "by": "subject", "salt": "a", "until": SOON}
SAMPLE = {"id": "qa", "of": "allow", "percent": 1, "to": "review", "by": "subject", "salt": "qa"}
REFUSED: list[tuple[type[BaseModel], dict[str, Any], str]] = [
    (KnockOut, {"id": "a", "when": {"vip": True}}, "needs one of `at_least` and `at_most`"),
    (KnockOut, {"id": "a", "when": {"vip": True}, "at_least": "b", "at_most": "b"}, "needs one of `at_least`"),
    (KnockOut, {"id": "a", "when": {}, "at_least": "b"}, "when"),
    (KnockOut, {"id": "a", "when": {"vip": 1}, "at_least": "b"}, "when.vip"),
    (Highlight, {"above": 0.2, "floor": 3, "cap": 2}, "fills up to more labels than its `cap` lets through"),
    (Highlight, {"above": 0.2, "floor": -1}, "floor"),
    (Highlight, {"above": 0.2, "cap": 0}, "cap"),
    (Lead, {"ratio": 0.9, "bands": ["b"]}, "ratio"),
    (Lead, {"ratio": 1, "bands": []}, "bands"),
    (Lead, {"ratio": 1, "bands": ["b", "b"]}, "names `b` twice"),
    (CaseReasons, {"from": "codes", "of": ["R1"], "else": "b"}, "from"),
    (CaseReasons, {"from": "reason_codes", "of": [], "else": "b"}, "of"),
    (CaseReasons, {"from": "reason_codes", "of": ["R1"], "else": "b", "max": 0}, "max"),
    (Tunable, {"within": [0, 1]}, "needs one of `env` and `per_call: true`"),
    (Tunable, {"env": "X", "per_call": True, "within": [0, 1]}, "needs one of `env` and `per_call: true`"),
    (Tunable, {"per_call": False, "within": [0, 1]}, "per_call"),
    (Tunable, {"env": "X", "within": [1, 0]}, "must begin at or below its end"),
    (Tunable, {"env": "NOT A NAME", "within": [0, 1]}, "env"),
    (Stage, {}, "needs one of `shadow` and `canary`"),
    (Stage, {"shadow": {"until": SOON}, "canary": CANARY}, "needs one of `shadow` and `canary`"),
    (Stage, {"canary": {**CANARY, "percent": 101}}, "canary.percent"),
    (Stage, {"canary": {**CANARY, "salt": "a\0b"}}, "canary.salt"),
    (Stage, {"canary": {**CANARY, "until": "2026-10-01"}}, "canary.until"),
    (Sample, {**SAMPLE, "percent": -1}, "percent"),
    (Sample, {**SAMPLE, "by": "Subject"}, "by"),
    (Guardrail, {"id": "a", "require": "person"}, "needs `effects` or `bands`"),
    (Guardrail, {"id": "a", "require": {"threshold": [0, 1]}}, "needs `effects` or `bands`"),
    (Guardrail, {"id": "a", "require": "tighten_only", "bands": ["b"]}, "takes no `effects` or `bands`"),
    (Guardrail, {"id": "a", "bands": ["b"], "require": {"threshold": [1, 0]}}, "must begin at or below its end"),
    (Guardrail, {"id": "a", "bands": ["b"], "require": "maybe"}, "require"),
    (Target, {"measure": "share", "band": "b"}, "needs one of `at_least`, `at_most` and `between`"),
    (Target, {"measure": "share", "band": "b", "at_least": 0, "at_most": 1}, "needs one of `at_least`"),
    (Target, {"measure": "share", "band": "b", "between": [0.2, 0.2]}, "of which the first must be the lower"),
    (Target, {"measure": "luck", "band": "b", "at_least": 0}, "measure"),
]


@pytest.mark.parametrize(("model", "written", "message"), REFUSED, ids=repr)
def test_what_belongs_together_is_there_and_what_excludes_the_other_is_not(
    model: type[BaseModel], written: dict[str, Any], message: str
) -> None:
    assert message in _refusal(written, of=model)


NUMBER = {"kind": "probability", "higher_is": "safer", "model": {"name": "gbm"}}
ONE_OF_SEVERAL = {**NUMBER, "thresholds": {"review": 0.5}, "on_invalid": "block"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"scores": {"face": ONE_OF_SEVERAL}}, "needs one of `score` and `scores`"),
        ({"score": None}, "needs one of `score` and `scores`"),
        ({"on_invalid": None}, "needs `on_invalid`"),
        ({"score": None, "scores": {"face": ONE_OF_SEVERAL}}, "each of the scores has its own"),
        ({"score": None, "scores": {}}, "scores"),
        ({"score": None, "scores": {"face": {**ONE_OF_SEVERAL, "kind": "classes"}}}, "so its kind is `probability` or"),
        ({"score": None, "scores": {"face": NUMBER}}, "scores.face.thresholds"),
    ],
    ids=repr,
)
def test_a_policy_has_one_score_with_a_band_for_bad_input_or_several_with_one_each(
    changed: dict[str, Any], message: str
) -> None:
    assert message in _refusal(document_with(**changed), of=Policy)


# --- catalogs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"dimensions": {"tier": ["gold", "gold"]}}, "names `gold` twice"),
        ({"dimensions": {"tier": []}}, "dimensions.tier"),
        ({"dimensions": {"tier": "gold"}}, "dimensions.tier"),
        ({"dimensions": {"tier": [1]}}, "dimensions.tier"),
        ({"dimensions": {"tier": [" gold"]}}, "dimensions.tier"),
        ({"dimensions": {"Tier": ["gold"]}}, "dimensions.Tier"),
        ({"dimensions": {"score": ["gold"]}}, "declares `score`, a name that requests use"),
        ({"dimensions": {"jurisdiction": ["DE"]}}, "declares `jurisdiction`, a name that requests use"),
        ({"dimensions": {"amount": {"cuts": []}}}, "dimensions.amount"),
        ({"dimensions": {"amount": {"cuts": [1, 1]}}}, "must rise from each cut to the next"),
        ({"dimensions": {"amount": {"cuts": [2, 1]}}}, "must rise from each cut to the next"),
        ({"dimensions": {"amount": {"cuts": ["1"]}}}, "dimensions.amount"),
        ({"dimensions": {"amount": {}}}, "dimensions.amount"),
        ({"jurisdictions": {"DE": {"in": ["EU", "EU"]}}}, "names `EU` twice"),
        ({"jurisdictions": {"DE": {"in": 7}}}, "jurisdictions.DE"),
        ({"jurisdictions": {"DE": "EU"}}, "jurisdictions.DE"),
        ({"jurisdictions": {"": {}}}, "jurisdictions"),
        ({"effects": ["adverse", "adverse"]}, "names `adverse` twice"),
        ({"escalation_paths": {"none": {"levels": [{"to": "q", "within": "PT1H"}]}}}, "declares a path `none`"),
        ({"escalation_paths": {"a": {"levels": []}}}, "escalation_paths.a"),
        ({"escalation_paths": {"a": {"levels": [{"to": "q"}]}}}, "within"),
        ({"escalation_paths": {"a": {"levels": [{"to": "q", "within": "an hour"}]}}}, "is not a duration"),
        ({"escalation_paths": {"a": {"levels": [{"to": "q", "within": 30}]}}}, "within"),
        (
            {"escalation_paths": {"a": {"levels": [{"to": "q", "within": "PT1H"}], "when_exhausted": "a b"}}},
            "when_exhausted",
        ),
        ({"escalation_paths": {"a": {"levels": [{"to": "q", "within": "PT1H"}], "because": ""}}}, "because"),
        ({"ties": "mildest"}, "ties"),
        ({"audit": {"subject": "encrypt"}}, "audit.subject"),
        ({"audit": {"context": {"a.": "keep"}}}, "audit.context"),
        ({"audit": {"context": {"a" * 201: "keep"}}}, "audit.context"),
        ({"audit": {"dimensions": {"Tier": "drop"}}}, "audit.dimensions"),
        ({"audit": {"model": "drop"}}, "audit.model"),
    ],
    ids=repr,
)
def test_a_catalog_is_refused(keys: dict[str, Any], message: str) -> None:
    assert message in _refusal({"schema": "catalog/v1", **keys}, of=Catalog)


@pytest.mark.parametrize(
    ("written", "parents"), [({}, ()), ({"in": "EU"}, ("EU",)), ({"in": ["EU", "DACH"]}, ("EU", "DACH"))]
)
def test_a_jurisdiction_lies_in_nothing_in_one_or_in_several(written: dict[str, Any], parents: tuple[str, ...]) -> None:
    assert Jurisdiction.model_validate(written).parents == parents


@pytest.mark.parametrize("name", ["für alle", "x", "a b", "2", "none", "true", "a" * 200])
def test_a_value_is_any_visible_text(name: str) -> None:
    assert catalog_with(dimensions={"tier": [name]}).dimensions["tier"] == (name,)


@pytest.mark.parametrize("name", ["", " a", "a ", "a\nb", "a\tb", "\x7f", "a" * 201])
def test_a_value_is_not_hidden_text(name: str) -> None:
    assert "dimensions.tier" in _refusal({"schema": "catalog/v1", "dimensions": {"tier": [name]}}, of=Catalog)


def test_a_catalog_says_nothing_of_records_unless_it_has_audit() -> None:
    assert catalog_with().audit is None


def test_in_audit_everything_is_kept_that_is_not_said_otherwise() -> None:
    recording = catalog_with(audit={}).audit
    assert recording is not None
    assert (recording.subject, recording.context, recording.dimensions) == ("keep", None, {})


def test_a_path_holds_its_case_when_nobody_took_it() -> None:
    assert EscalationPath.model_validate({"levels": [{"to": "q", "within": "PT1H"}]}).when_exhausted == "hold"


def test_a_path_may_end_in_a_band_and_say_why() -> None:
    ending = {"when_exhausted": "allow", "because": "nobody waits for more than an hour"}
    path = EscalationPath.model_validate({"levels": [{"to": "q", "within": "PT1H"}], **ending})
    assert (path.when_exhausted, path.because) == tuple(ending.values())


# --- promises ------------------------------------------------------------------------------------------------


def test_what_a_test_gives_besides_its_own_keys_are_dimensions() -> None:
    given = Given.model_validate({"score": 0.7, "tier": "gold", "jurisdiction": ["DE", "FR"]})
    assert given.dimensions == {"tier": "gold", "jurisdiction": ["DE", "FR"]}
    assert given.score == 0.7


def test_only_what_a_test_writes_is_expected_and_null_is_written() -> None:
    expect = Expect.model_validate({"outcome": "block", "threshold": None, "reasons": []})
    assert expect.written == {"outcome": "block", "reasons": (), "threshold": None}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({}, "needs one of `maximise` and `minimise`"),
        ({"maximise": "recall", "minimise": "cost"}, "needs one of `maximise` and `minimise`"),
        ({"minimise": "cost"}, "needs `costs` with `minimise: cost`, and only with it"),
        ({"maximise": "recall", "costs": {"false_positive": 1, "false_negative": 5}}, "needs `costs` with"),
        ({"maximise": "fbeta"}, "needs `beta` with `maximise: fbeta`, and only with it"),
        ({"maximise": "recall", "beta": 2}, "needs `beta` with"),
        ({"maximise": "fbeta", "beta": 0}, "beta"),
        ({"minimise": "cost", "costs": {"false_positive": -1, "false_negative": 5}}, "costs.false_positive"),
        ({"maximise": "recall", "subject_to": {}}, "subject_to"),
        ({"maximise": "recall", "subject_to": {"precision": {"at_least": 1.1}}}, "at_least"),
        ({"maximise": "recall", "subject_to": {"precision": {"at_least": 1, "confidence": 1}}}, "confidence"),
        ({"maximise": "luck"}, "maximise"),
    ],
    ids=repr,
)
def test_an_objective_is_one_thing(written: dict[str, Any], message: str) -> None:
    assert message in _refusal(written, of=Objective)


@pytest.mark.parametrize(
    "written",
    [
        {"maximise": "fbeta", "beta": 2, "subject_to": {"precision": {"at_least": 0.95, "confidence": 0.95}}},
        {"minimise": "cost", "costs": {"false_positive": 1, "false_negative": 5}},
        {"maximise": "mcc"},
    ],
    ids=repr,
)
def test_an_objective_that_is_one_thing_is_read(written: dict[str, Any]) -> None:
    assert Objective.model_validate(written).model_dump(exclude_none=True) == written
