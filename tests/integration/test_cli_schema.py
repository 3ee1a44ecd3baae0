"""`schema`: what editors get, fresh, and of one mind with the models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from policy_engine._resources import schemas_folder
from policy_engine.loader import read_document, read_documents
from policy_engine.reporting.as_json_schema import KINDS, schema_of
from tests.support.commands import POLICIES, ROOT, json_of, run
from tests.support.policies import CATALOG, POLICY, checked, edited
from tests.support.whole_language import POLICIES_OF_EVERY_KIND, RICH_CATALOG

if TYPE_CHECKING:
    from collections.abc import Iterator

VALIDATORS = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}


def test_the_published_schemas_are_what_the_models_say() -> None:
    result = run("schema", "--check", ROOT / "schemas")
    assert (result.exit_code, result.stdout) == (0, "")
    assert schemas_folder() == ROOT / "schemas"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_of_json_schema_and_names_no_host(kind: str) -> None:
    schema = json_of(run("schema", kind))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:policy-engine:schema:{kind}/v1"
    text = json.dumps({key: value for key, value in schema.items() if key != "$schema"})
    assert "http" not in text
    assert "JsonValue" not in text


def test_a_policy_is_the_default() -> None:
    assert run("schema").stdout == run("schema", "policy").stdout


def pieces(schema: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a piece of a schema is any JSON value
    """Yield every piece of a schema that is a mapping, conditions left out: they speak of what may stand elsewhere."""
    if isinstance(schema, dict):
        yield schema
        for key, inside in schema.items():
            if key not in ("if", "allOf", "defaultSnippets"):
                yield from pieces(inside)
    elif isinstance(schema, list):
        for inside in schema:
            yield from pieces(inside)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_and_every_word_has_words_to_hover_over(kind: str) -> None:
    schema = schema_of(kind)
    for piece in pieces(schema):
        assert len(piece.get("enumDescriptions", ())) == len(piece.get("enum", ())), piece
        properties = piece.get("properties", {})
        for key, inside in properties.items():
            assert inside["title"] == key
            assert inside["description"].endswith((".", "`")), key
            assert inside["description"][0].isupper(), key
            assert "default" not in inside, "an editor would write it without being asked"


@pytest.mark.parametrize("kind", KINDS)
def test_no_mapping_takes_unknown_keys_but_those_that_are_free(kind: str) -> None:
    schema = schema_of(kind)
    for name, model in {kind: schema, **schema["$defs"]}.items():
        assert model["description"], name
        assert model["additionalProperties"] is False or name == "Given", name


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_need_not_guess_between_alternatives(kind: str) -> None:
    for piece in pieces(schema_of(kind)):
        assert not piece.keys() & {"oneOf", "anyOf"}, piece
        is_nullable = "null" in piece.get("type", ()) and "object" not in piece["type"]
        assert not is_nullable or piece.get("title") in NULL_MEANS_SOMETHING, piece


NULL_MEANS_SOMETHING = {
    "threshold",
    "threshold_from",
    "next_threshold",
    "invalid",
    "effect",
    "escalate",
    "label",
    "sample",
    None,
}
"""The keys of `expect` that say that there is none, and the ends of a range, which have no title."""


def documents() -> dict[str, tuple[str, Any]]:
    """Return every sample and every mended policy of the corpus by file name: kind and data."""
    corpus = ROOT / "tests" / "golden" / "broken"
    files = [*Path(POLICIES).glob("*.yaml"), *corpus.glob("*.fixed.yaml"), corpus / "catalog.yaml"]
    read = [document for file in files for document in read_documents([file]).documents]
    return {one.file: (one.data["schema"].partition("/")[0], one.data) for one in read}


@pytest.mark.parametrize("text", [*POLICIES_OF_EVERY_KIND.values(), RICH_CATALOG])
def test_what_uses_the_whole_language_the_schema_takes(text: str) -> None:
    data = read_document(text.encode(), "a.yaml")[0].data
    validator = VALIDATORS[data["schema"].partition("/")[0]]
    assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(("kind", "data"), documents().values(), ids=documents())
def test_what_the_models_take_the_schema_takes(kind: str, data: Any) -> None:  # noqa: ANN401 - any document
    assert [error.message for error in VALIDATORS[kind].iter_errors(data)] == []


SCORES = """\
schema: policy/v1
use_case: kyc
version: 1
owner: kyc
effective: {from: 2026-07-01T00:00:00Z}
bands:
  - {name: reject}
  - {name: manual, escalate: fraud-ops}
  - {name: pass}
scores:
  face: {kind: probability, higher_is: safer, thresholds: {pass: 0.9}, model: {name: face}, on_invalid: manual}
"""
BROKEN_SCORES = [
    ("scores:\n", "on_invalid: manual\nscores:\n"),
    ("scores:\n", "score: {kind: probability, higher_is: safer, model: {name: face}}\nscores:\n"),
    ("kind: probability", "kind: classes"),
    ("kind: probability", "kind: number"),
    ("kind: probability", "kind: probability, signal: top"),
    ("thresholds: {pass: 0.9}, ", ""),
    ("thresholds: {pass: 0.9}", "thresholds: {}"),
    ("thresholds: {pass: 0.9}", "thresholds: {pass: never}"),
    (", on_invalid: manual", ""),
]


def test_several_scores_are_taken_by_both() -> None:
    document, _ = read_document(SCORES.encode(), "a.yaml")
    assert VALIDATORS["policy"].is_valid(document.data)
    assert checked(SCORES).report.ok


@pytest.mark.parametrize("edit", BROKEN_SCORES)
def test_what_the_models_refuse_of_several_scores_the_schema_refuses(edit: tuple[str, str]) -> None:
    text = edited(SCORES, edit)
    document, found = read_document(text.encode(), "a.yaml")
    assert found == ()
    assert not VALIDATORS["policy"].is_valid(document.data)
    assert not checked(text).report.ok


BROKEN_POLICIES = [
    ("owner: payments-risk", "ownr: payments-risk"),
    ("owner: payments-risk", "owner: ''"),
    ("owner: payments-risk\n", ""),
    ("version: 7", "version: 0"),
    ("version: 7", "version: 7.5"),
    ("version: 7", "version: '7'"),
    ("schema: policy/v1", "schema: policy/v2"),
    ("use_case: card-fraud", "use_case: card fraud"),
    ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00"),
    ("effective: {from: 2026-07-01T00:00:00Z}", "effective: {until: 2026-07-01T00:00:00Z}"),
    ("kind: probability", "kind: percentage"),
    ("kind: probability", "kind: number"),
    ("kind: probability", "kind: probability\n  range: [0, 100]"),
    ("higher_is: riskier", "higher_is: worse"),
    ("at_least: 0.90", "at_least: '0.90'"),
    ("at_least: 0.90", "at_last: 0.90"),
    ("  - {name: allow}\n", "  - allow\n"),
    ("on_invalid: review", "on_invalid: [review]"),
    ("on_invalid: review", "on_invalid: {misssing: review}"),
    ("on_invalid: review", "on_invalid: {}"),
    ("thresholds: {block: 0.93}", "thresholds: {block: sometimes}"),
    ("thresholds: {block: 0.93}", "thresholds: {}"),
    ("thresholds: {block: 0.93}", "thresholds: {'no name': 0.93}"),
    ("thresholds: {block: 0.93}, ", ""),
    ("when: {jurisdiction: EU}", "when: {}"),
    ("when: {jurisdiction: EU}", "when: {jurisdiction: []}"),
    ("when: {jurisdiction: EU}", "when: {amount: {}}"),
    ("when: {jurisdiction: EU}", "when: {amount: {from: 100}}"),
    ("on_invalid: review", "on_invalid: review\nties: loosest"),
    ("on_invalid: review", "on_invalid: review\nobjective: {block: {minimise: cost}}"),
    ("on_invalid: review", "on_invalid: review\nobjective: {block: {maximise: recall, beta: 2}}"),
    ("on_invalid: review", "on_invalid: review\nobjective: {block: {maximise: fbeta}}"),
    ("on_invalid: review\n", ""),
    ("on_invalid: review", "on_invalid: review\nscores: {}"),
    ("on_invalid: review", "on_invalid: review\nlead: {ratio: 1.5, bands: [block]}"),
    ("on_invalid: review", "on_invalid: review\nunknown_label: base"),
    ("on_invalid: review", "on_invalid: review\nstage: shadow"),
    ("on_invalid: review", "on_invalid: review\nstage: {}"),
    ("on_invalid: review", "on_invalid: review\nstage:"),
    (
        "on_invalid: review",
        "on_invalid: review\nstage: {canary: {percent: 101, by: subject, salt: a, until: 2026-10-01T00:00:00Z}}",
    ),
    ("on_invalid: review", "on_invalid: review\ntunable: {block: {env: X}}"),
    ("on_invalid: review", "on_invalid: review\ntunable: {block: {within: [0.8, 0.95]}}"),
    ("on_invalid: review", "on_invalid: review\ntunable: {block: {env: X, per_call: true, within: [0.8, 0.95]}}"),
    ("on_invalid: review", "on_invalid: review\ntunable: {block: {env: X, within: [0.8]}}"),
    (
        "on_invalid: review",
        "on_invalid: review\ntunable: {block: {per_call: true, within: [0.8, 1], tighten_only: false}}",
    ),
    ("on_invalid: review", "on_invalid: review\nknock_outs: [{id: a, when: {tier: gold}}]"),
    ("on_invalid: review", "on_invalid: review\nknock_outs: [{id: a, when: {tier: gold}, at_most: review}]"),
    (
        "on_invalid: review",
        "on_invalid: review\nknock_outs: [{id: a, when: {tier: gold}, at_least: block, at_most: review}]",
    ),
    ("on_invalid: review", "on_invalid: review\nsamples: [{id: qa, of: allow, percent: 1, to: review}]"),
    ("on_invalid: review", "on_invalid: review\ntargets: [{measure: share, band: block}]"),
    ("on_invalid: review", "on_invalid: review\ntargets: [{measure: share, band: block, at_least: 0.1, at_most: 1}]"),
    ("reasons: [FR01]", "reasons: {from: reason_codes, of: [R01]}"),
    ("reasons: [FR01]", "highlight: {floor: 1}"),
    ("kind: probability", "kind: probability\n  signal: top"),
    ("kind: probability", "kind: probability\n  labels: [a]"),
    ("kind: probability", "kind: probability\n  type: float16"),
    ("kind: probability", "kind: labels"),
    ("kind: probability", "kind: labels\n  signal: top\n  labels: [a]"),
    ("kind: probability", "kind: classes\n  signal: margin"),
    ("kind: probability", "kind: classes\n  range: [null, 1]"),
    ("model: {name: fraud-gbm}", "model: {name: fraud-gbm, versions: {}}"),
]


@pytest.mark.parametrize("edit", BROKEN_POLICIES)
def test_what_the_models_refuse_the_schema_refuses(edit: tuple[str, str]) -> None:
    text = edited(POLICY, edit)
    document, found = read_document(text.encode(), "a.yaml")
    assert found == ()
    assert not VALIDATORS["policy"].is_valid(document.data)
    assert not checked(text).report.ok


BROKEN_CATALOGS = [
    ("DE: {in: EU}", "DE: {inside: EU}"),
    ("DE: {in: EU}", "DE: EU"),
    ("tier: [standard, gold, platinum]", "tier: []"),
    ("tier: [standard, gold, platinum]", "Tier: [standard]"),
    ("cuts: [100, 1000]", "cuts: []"),
    ("cuts: [100, 1000]", "cuts: ['100']"),
    ("within: PT30M", "within: 30 minutes"),
    ("within: PT30M", "within: P1Y"),
    ("to: queue:fraud-l1", "to: the queue"),
    ("effects: [adverse]", "effects: adverse"),
    ("effects: [adverse]", "effects: [adverse]\nfacts: [VIP]"),
    *(
        ("effects: [adverse]", f"effects: [adverse]\nguardrails: [{{id: a, {keys}}}]")
        for keys in (
            "require: person",
            "bands: [block]",
            "bands: [block], require: somebody",
            "bands: [block], require: tighten_only",
            "effects: [adverse], bands: [], require: never",
            "bands: [block], require: {threshold: 0.8}",
            "bands: [block], require: {threshold: [0.8, 0.9, 1]}",
            "when: EU, bands: [block], require: never",
        )
    ),
]


@pytest.mark.parametrize("edit", BROKEN_CATALOGS)
def test_what_the_models_refuse_of_a_catalog_the_schema_refuses(edit: tuple[str, str]) -> None:
    text = edited(CATALOG, edit)
    document, found = read_document(text.encode(), "catalog.yaml")
    assert found == ()
    assert not VALIDATORS["catalog"].is_valid(document.data)
    assert not checked(POLICY, text).report.ok


def test_schemas_are_written_and_compared(tmp_path: Path) -> None:
    result = run("schema", "--check", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.count("write it anew with policy-engine schema --write") == 2
    assert run("schema", "--write", tmp_path).exit_code == 0
    assert run("schema", "--check", tmp_path).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalog.schema.json", "policy.schema.json"]
    (tmp_path / "policy.schema.json").write_bytes(b"\xff{}")
    result = run("schema", "--check", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{tmp_path}/policy.schema.json is not what the models say")


@pytest.mark.parametrize(
    "args", [("--write", "nowhere"), ("--check", "nowhere"), ("--write", ".", "--check", "."), ("rule",)]
)
def test_a_mistake_is_wrong_usage(args: tuple[str, ...]) -> None:
    result = run("schema", *args)
    assert (result.exit_code, result.stdout) == (2, "")
