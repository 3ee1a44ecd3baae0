"""Explanations of the whole language: whatever gave the outcome is named, and what it was before that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine import Engine

if TYPE_CHECKING:
    from pathlib import Path

CATALOG = """
schema: catalog/v1
jurisdictions: {EU: {}, DE: {in: EU}, US: {}}
dimensions: {tier: [gold, plain]}
facts: [sanctioned, vip]
effects: [adverse]
escalation_paths: {guards: {levels: [{to: "queue:guards", within: PT1H}]}}
guardrails:
  - {id: no-refusal, when: {jurisdiction: US, use_case: door}, bands: [shut], require: never, because: "own rule"}
  - {id: art-22, when: {jurisdiction: EU, use_case: door}, bands: [shut], require: person, because: "Art.  22"}
  - {id: asked, when: {jurisdiction: EU, use_case: desk}, bands: [ask], require: person}
"""
DOOR = """
schema: policy/v1
use_case: door
version: 3
owner: nobody
effective: {from: 2026-01-01T00:00:00Z}
score:
  kind: number
  type: float32
  range: [0, 1]
  higher_is: riskier
  model: {name: m, versions: {old: "<2", new: ">=2"}}
bands:
  - {name: shut, at_least: 0.9, escalate: guards, reasons: {from: reason_codes, of: [R1, R2], else: ask}}
  - {name: ask, at_least: 0.5}
  - {name: open}
on_invalid: ask
fail_open_because: "a bad score is asked about"
knock_outs:
  - {id: listed, when: {sanctioned: true}, at_least: ask, reasons: [K1]}
  - {id: guest, when: {vip: true, tier: gold}, at_most: ask, fail_open_because: "contract  12"}
overrides:
  - {id: newer, when: {model_version: new}, thresholds: {shut: 0.8}}
  - {id: us, when: {jurisdiction: US}, thresholds: {shut: never}, because: the guardrail}
  - {id: us-new, when: {jurisdiction: US, model_version: new}, thresholds: {shut: never}, because: the guardrail}
ties: strictest
tunable:
  ask: {per_call: true, within: [0.3, 0.6]}
  shut: {env: DOOR_SHUT, within: [0.85, 0.95]}
samples:
  - {id: qa, of: open, percent: 100, to: ask, by: subject, salt: s}
"""
TAGS = """
schema: policy/v1
use_case: tags
version: 1
owner: nobody
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, higher_is: riskier, range: [0, null], model: {name: m}}
bands:
  - {name: block, at_least: 2}
  - {name: tag, at_least: 1, highlight: {above: 0.9, floor: 2, cap: 3}}
  - {name: pass}
on_invalid: block
lead: {ratio: 1.5, bands: [tag], otherwise: block}
"""
MARGIN = """
schema: policy/v1
use_case: margin
version: 1
owner: nobody
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, signal: margin, higher_is: safer, model: {name: m}}
bands: [{name: sure, at_least: 0.2}, {name: unsure}]
on_invalid: unsure
lead: {ratio: 4, bands: [sure]}
"""
WORDS = """
schema: policy/v1
use_case: words
version: 1
owner: nobody
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: labels, labels: [hate, self-harm], higher_is: riskier, model: {name: m}}
bands: [{name: remove, at_least: 0.9}, {name: look, at_least: 0.5, attributes: {cover: blurred}}, {name: keep}]
on_invalid: remove
overrides:
  - {id: careful, when: {label: self-harm}, thresholds: {remove: 0.7}}
"""
KYC = """
schema: policy/v1
use_case: kyc
version: 1
owner: nobody
effective: {from: 2026-01-01T00:00:00Z}
bands: [{name: reject}, {name: manual}, {name: pass}]
scores:
  document: {kind: probability, higher_is: safer, model: {name: a}, on_invalid: reject,
    thresholds: {manual: 0.6, pass: 0.9}}
  face: {kind: probability, higher_is: safer, model: {name: b}, on_invalid: reject,
    thresholds: {manual: 0.5, pass: 0.8}}
"""
SORTS = """
schema: policy/v1
use_case: sorts
version: 1
owner: nobody
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, labels: [x, y, z], higher_is: riskier, model: {name: m}}
bands: [{name: hold, at_least: 0.9}, {name: pass}]
on_invalid: hold
"""
DESK = """
schema: policy/v1
use_case: desk
version: 1
owner: nobody
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: m}}
bands: [{name: halt, at_least: 0.9, escalate: guards}, {name: ask, at_least: 0.5, escalate: guards}, {name: pass}]
on_invalid: halt
"""

POLICIES = {
    "desk": DESK,
    "catalog": CATALOG,
    "door": DOOR,
    "tags": TAGS,
    "sorts": SORTS,
    "margin": MARGIN,
    "words": WORDS,
    "kyc": KYC,
}
PLAIN = {"facts": {"sanctioned": False, "vip": False}, "tier": "plain", "jurisdiction": "DE", "model_version": "1"}
GUEST = {**PLAIN, "tier": "gold", "facts": {"sanctioned": True, "vip": True}}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder: Path = tmp_path_factory.mktemp("policies")
    for name, text in POLICIES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOOR_SHUT", "0.92")
        return Engine.load(folder, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))


def lines(engine: Engine, use_case: str, score: object, given: dict[str, Any]) -> list[str]:
    """Return the lines of an explanation."""
    return engine.decide_request({"use_case": use_case, "score": score, **given}).explain().splitlines()


@pytest.mark.parametrize(
    ("use_case", "score", "why"),
    [
        ("tags", None, "there is no score (`missing`)"),
        ("tags", {"a": 1, "b": None}, "the score of the class `b` is missing (`missing`)"),
        ("tags", {"a": 1, "b": "1"}, "the score of the class `b` is no number (`wrong_type`)"),
        ("tags", {"a": float("nan"), "b": 1}, "the score of the class `a` is no finite number (`not_finite`)"),
        ("tags", {"a": -1, "b": 1}, "the score of the class `a` lies outside the range (`out_of_range`)"),
        ("tags", "x", "what came is neither a mapping of each class to its score nor a list of them (`wrong_type`)"),
        (
            "tags",
            [1, 2],
            "it is a list of scores, and the policy does not say which class each belongs to (`wrong_type`)",
        ),
        ("tags", {"a": 1, 7: 1}, "which class each score belongs to cannot be told (`wrong_type`)"),
        (
            "tags",
            [{"label": "a", "score": 1}, {"label": "a", "score": 2}],
            "the class `a` is there twice (`wrong_type`)",
        ),
        ("tags", [{"label": "a", "score": "1"}], "the score of the class `a` is no number (`wrong_type`)"),
        ("sorts", {"x": 0.5, "w": 0.1}, "the class `w` is none of the policy's `labels` (`wrong_type`)"),
        ("sorts", [0.5, 0.1], "it is a list of length 2, and the policy's `labels` are 3 (`wrong_type`)"),
        ("sorts", [0.5, None, 0.1], "the score of the class `y` is missing (`missing`)"),
        ("words", {"hate": 0.1}, "label `self-harm`: there is no score (`missing`)"),
        (
            "words",
            {"hate": 0.1, "self-harm": True},
            "label `self-harm`: the score is no number (`wrong_type`)",
        ),
        ("words", [0.5], "label `hate`: it is a list of length 1, and the policy's `labels` are 2 (`wrong_type`)"),
    ],
)
def test_bad_input_of_several_scores_is_told_by_the_one_at_fault(
    engine: Engine, use_case: str, score: object, why: str
) -> None:
    assert lines(engine, use_case, score, {})[0].split(": ", 1)[1].startswith(why)


@pytest.mark.parametrize(
    ("use_case", "score", "given", "headline"),
    [
        (
            "door",
            0.95,
            {**PLAIN, "reason_codes": ["R2"]},
            (
                "`shut`: score 0.949999988079071 is 0.03 above the threshold 0.9200000166893005 "
                "(the environment variable `DOOR_SHUT`)"
            ),
        ),
        ("door", 0.95, PLAIN, "`ask`: `shut` needs a reason code that is known, and the case comes with none"),
        ("door", 0.1, {**PLAIN, "facts": {}}, "`ask`: the knock-out `listed` brings it to at least `ask`"),
        ("door", 0.95, GUEST, "`ask`: the knock-out `guest` brings it to at most `ask`"),
        ("door", 0.1, {**PLAIN, "subject": "a"}, "`ask`: it is drawn for the sample `qa`, 100 of 100 subjects"),
        (
            "door",
            0.95,
            {**PLAIN, "jurisdiction": ["US", "DE"], "reason_codes": ["R2"]},
            "`ask`: the guardrail `no-refusal` has closed `shut`, and this is the next milder band that is open",
        ),
        (
            "door",
            0.4,
            {**PLAIN, "thresholds": {"ask": 0.375}},
            (
                "`ask`: score 0.4000000059604645 is 0.025 above the threshold 0.375 (the request itself) and 0.52 "
                "below 0.9200000166893005, from which on it is `shut`"
            ),
        ),
        (
            "door",
            0.85,
            {**PLAIN, "model_version": "2.1", "reason_codes": ["R1"]},
            "`shut`: score 0.8500000238418579 is 0.05 above the threshold 0.800000011920929 (override `newer`)",
        ),
        (
            "tags",
            {"a": 1.25, "b": 1.125, "c": 0.5},
            {},
            (
                "`block`: the first class, `a` 1.25, is not 1.5 times that of `b` 1.125, so the case gets the band for "
                "such cases"
            ),
        ),
        (
            "tags",
            {"a": 1.75, "b": 0.5, "c": 0.95},
            {},
            (
                "`tag`: score 1.75 of the first class, `a`, is 0.75 above the threshold 1 (the policy's base) and 0.25 "
                "below 2, from which on it is `block`"
            ),
        ),
        ("tags", {}, {}, "`block`: the score names no class at all (`no_candidates`)"),
        (
            "margin",
            {"a": 0.75, "b": 0.625},
            {},
            "`unsure`: margin 0.125 of `a` 0.75 before `b` 0.625 is 0.075 below 0.2, from which on it is `sure`",
        ),
        ("margin", {"a": 0.5}, {}, "`sure`: margin 0.5 of `a` 0.5 before none is 0.3 above the threshold 0.2 (the"),
        (
            "words",
            {"hate": 0.5, "self-harm": 0.75},
            {},
            "`remove`: label `self-harm`: score 0.75 is 0.05 above the threshold 0.7 (override `careful`)",
        ),
        (
            "kyc",
            {"document": 0.7, "face": 0.95},
            {},
            (
                "`manual`: score `document` 0.7 is 0.1 above the threshold 0.6 (the policy's base) and 0.2 below "
                "0.9, from which on it is `pass`"
            ),
        ),
        (
            "kyc",
            0.99,
            {},
            "`reject`: score `document`: the case has several scores, and what came is no mapping by their names",
        ),
        (
            "kyc",
            {"document": 0.1, "face": 0.1},
            {"model": "d"},
            "`reject`: score `document`: `model` is no mapping by the names of the scores, so it says of none whose",
        ),
        (
            "door",
            0.95,
            {**PLAIN, "model_version": "x"},
            "`ask`: the score is of the model version `x`, and the policy covers `<2` or `>=2` (`wrong_model`)",
        ),
        (
            "door",
            0.95,
            {**PLAIN, "model_version": None},
            "`ask`: the score comes without a model version, and the policy covers `<2` or `>=2` (`wrong_model`)",
        ),
        (
            "door",
            0.95,
            {**PLAIN, "model": "n"},
            "`ask`: the score is of the model `n`, and the policy is for `m` (`wrong_model`)",
        ),
        ("kyc", {"document": 0.99}, {}, "`reject`: score `face`: there is no score (`missing`)"),
    ],
)
def test_the_headline_names_the_outcome_and_what_gave_it(
    engine: Engine, use_case: str, score: object, given: dict[str, Any], headline: str
) -> None:
    assert lines(engine, use_case, score, given)[0].startswith(headline)


@pytest.mark.parametrize(
    ("use_case", "score", "given", "line"),
    [
        ("door", 0.1, {**PLAIN, "facts": {}}, "at first `open`: score 0.10000000149011612 is 0.4 below 0.5, from"),
        ("door", 0.1, {**PLAIN, "facts": {}}, "the knock-out `listed` matches, at least `ask` (not told: `sanctioned`"),
        ("door", 0.95, GUEST, "the knock-out `guest` matches, at most `ask`: contract 12"),
        ("door", 0.95, GUEST, "at first `shut`: score 0.949999988079071 is 0.03 above"),
        ("door", 0.1, PLAIN, "scores and thresholds are compared as float32, and shown so"),
        ("door", 0.1, PLAIN, "policy `door` version 3, at 2026-03-01T00:00:00Z; tier plain, jurisdiction DE, fact "),
        ("door", 0.95, {**PLAIN, "reason_codes": ["R1"]}, "guardrail `art-22` requires a person for it: Art. 22"),
        (
            "door",
            0.4,
            {**PLAIN, "thresholds": {"ask": 0.375}},
            "the request itself sets `ask` 0.375; without that it is `open`",
        ),
        ("door", 0.4, {**PLAIN, "thresholds": {"ask": 0.375}}, "  ask   from 0.375, the request itself"),
        (
            "door",
            0.4,
            {**PLAIN, "thresholds": {"ask": 0.375, "shut": 1, "open": 0}},
            (
                "the request asks for numbers of its own, and none of them applies: `open` (the policy lets no request "
                "set it), `shut` (the environment sets it, and no request may)"
            ),
        ),
        (
            "door",
            0.4,
            {**PLAIN, "thresholds": {"ask": 0.55}},
            "the request asks for numbers of its own, and none of them applies: `ask` (it is milder than what holds)",
        ),
        ("door", 0.4, {**PLAIN, "thresholds": {"ask": 7}}, "`ask` (it is out of bounds, which are 0.3 and 0.6)"),
        (
            "door",
            0.4,
            {**PLAIN, "thresholds": {"aks": 0.4}},
            "(the policy lets no request set it: did you mean `ask`?)",
        ),
        ("door", 0.4, {**PLAIN, "thresholds": {"ask": "0.4"}}, "none of them applies: `ask` (it is no number)"),
        ("door", 0.95, {**PLAIN, "reason_codes": ["R2", "R9"]}, "reasons: `R2`"),
        (
            "door",
            0.95,
            {**PLAIN, "jurisdiction": ["DE", "US"]},
            "escalation, reasons and attributes are those of jurisdiction US, tier plain: the first by name that came",
        ),
        (
            "door",
            0.95,
            {**PLAIN, "jurisdiction": ["DE", "US"]},
            "judged in each of 2 combinations; the strictest holds, first found at jurisdiction DE, tier plain",
        ),
        (
            "desk",
            0.5,
            {},
            "attributes are those of jurisdiction DE: the first by name where a guardrail asks for a person",
        ),
        ("words", {"hate": 0.5, "self-harm": 0.1}, {}, 'attribute cover: "blurred"'),
        ("door", 0.1, {}, "not known or left out: `jurisdiction`, `tier`, `model_version`"),
        (
            "tags",
            {"a": 1.25, "b": 1.125, "c": 0.5},
            {},
            "ambiguous between `a`, `b`: no first class has 1.5 times the score of the others",
        ),
        ("tags", {"a": 1.75, "b": 0.5, "c": 0.625}, {}, "shown with it: `a` 1.75, `c` 0.625 (filled in)"),
        ("words", {"hate": 0.5, "self-harm": 0.75}, {}, "  hate       look    0.5"),
        ("words", {"hate": 0.5, "self-harm": 0.75}, {}, "thresholds there for `self-harm`:"),
        ("words", {"hate": 0.5, "self-harm": 0.5, "new": 0.8}, {}, "not known or left out: `label`"),
        ("kyc", {"document": 0.99}, {}, "  face      reject  (missing)"),
    ],
)
def test_the_lines_below_tell(engine: Engine, use_case: str, score: object, given: dict[str, Any], line: str) -> None:
    found = lines(engine, use_case, score, given)[1:]
    assert any(line in one for one in found), found


def test_of_many_labels_the_strictest_are_listed(engine: Engine) -> None:
    score = {"hate": 0.1, "self-harm": 0.1, **{f"new{number:02}": 0.1 for number in range(30)}, "last": 0.95}
    found = lines(engine, "words", score, {})
    assert "  last   remove  0.95" in found
    assert "  and 13 more, no stricter" in found


def test_what_a_terminal_would_obey_is_spelled_out(engine: Engine) -> None:
    hostile = "\x1b[2J"
    explained = "\n".join(lines(engine, "words", {"hate": 0.1, "self-harm": 0.1, hostile: 0.95}, {}))
    assert hostile not in explained
    assert "label `\\x1b[2J`: score 0.95" in explained
