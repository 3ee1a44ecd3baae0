"""Keys come in the order in which the models declare them, which is that of the documentation."""

from __future__ import annotations

import pytest

from policy_engine.formatting import format_text
from policy_engine.model import Catalog, Policy


def formatted(text: str) -> str:
    after = format_text(text.encode(), "policy.yaml").after
    assert after is not None
    return after.decode()


@pytest.mark.parametrize(("kind", "model"), [("policy/v1", Policy), ("catalog/v1", Catalog)])
def test_top_keys_have_the_order_of_the_model(kind: str, model: type[Policy | Catalog]) -> None:
    keys = [field.alias or name for name, field in model.model_fields.items()]
    text = "".join(f"{key}: {kind if key == 'schema' else 1}\n" for key in reversed(keys))
    assert [line.split(":")[0] for line in formatted(text).splitlines()] == keys


@pytest.mark.parametrize(
    ("written", "in_order"),
    [
        ("score: {model: {versions: 1, name: m}, kind: x}", "score:\n  kind: x\n  model: {name: m, versions: 1}"),
        ("scores:\n  a: {on_invalid: x, kind: y}", "scores:\n  a: {kind: y, on_invalid: x}"),
        ("bands:\n  - {effect: adverse, name: a}", "bands:\n  - {name: a, effect: adverse}"),
        ("bands:\n  - {reasons: {else: b, of: [R], from: c}}", "bands:\n  - {reasons: {from: c, of: [R], else: b}}"),
        ("stage:\n  canary: {salt: s, percent: 1}", "stage:\n  canary: {percent: 1, salt: s}"),
        ("objective:\n  a: {costs: {false_negative: 1, false_positive: 2}, minimise: cost}",
         "objective:\n  a: {minimise: cost, costs: {false_positive: 2, false_negative: 1}}"),
    ],
)  # fmt: skip
def test_keys_inside_have_the_order_of_their_model(written: str, in_order: str) -> None:
    assert formatted(f"schema: policy/v1\n{written}\n") == f"schema: policy/v1\n{in_order}\n"


def test_of_records_the_keys_are_put_in_order_and_the_fields_stay_in_theirs() -> None:
    head, first, second, last = (
        "schema: catalog/v1\naudit:\n",
        "  subject: hmac\n",
        "  context: {z: hmac, y.x: keep}\n",
        "  dimensions: {b: drop, a: keep}\n",
    )
    assert formatted(head + last + second + first) == head + first + second + last


@pytest.mark.parametrize(
    "mapping",
    [
        "dimensions:\n  tier: [b, a]\n  area: [c]",
        "jurisdictions:\n  US: {}\n  AT: {}",
        "escalation_paths:\n  z: {levels: [{to: a, within: P1D}]}\n  a: {levels: [{to: a, within: P1D}]}",
        "guardrails:\n  - {id: a, when: {use_case: z, jurisdiction: EU}, require: {threshold: [0.1, 0.2]}}",
    ],
)
def test_the_authors_own_keys_and_items_stay_in_their_order(mapping: str) -> None:
    text = f"schema: catalog/v1\n{mapping}\n"
    assert formatted(text) == text


def test_attributes_and_facts_stay_in_their_order() -> None:
    text = (
        "schema: policy/v1\n"
        "bands:\n"
        "  - {name: b, attributes: {name: 1, b: 2, a: {name: 3, at_least: 4}}}\n"
        "  - {name: a}\n"
        "tests:\n"
        "  - given: {tier: gold, area: a, score: {b: 1, a: 2}, facts: {b: true, a: false}}\n"
        "    expect: {outcome: a}\n"
    )
    assert formatted(text) == text


def test_what_is_said_by_band_has_the_order_of_the_bands() -> None:
    text = "schema: policy/v1\nbands:\n  - {name: block}\n  - {name: allow}\noverrides:\n"
    mixed = "  - {id: x, thresholds: {allow: 1, block: 2}, escalate: {allow: a, block: b}}\n"
    sorted_ = "  - {id: x, thresholds: {block: 2, allow: 1}, escalate: {block: b, allow: a}}\n"
    assert formatted(text + mixed) == text + sorted_


def test_thresholds_of_bands_that_are_not_there_stay_in_their_order() -> None:
    text = "schema: policy/v1\nbands:\n  - {name: b}\n  - 1\noverrides:\n  - {id: x, thresholds: {zz: 1, b: 2}}\n"
    assert formatted(text) == text


def test_a_key_that_nobody_knows_stays_behind_the_one_that_it_followed() -> None:
    text = "first: 1\nowner: me\nlast_changed: today\nschema: policy/v1\nuse_case: a\n"
    assert formatted(text) == "first: 1\nschema: policy/v1\nuse_case: a\nowner: me\nlast_changed: today\n"


def test_values_of_another_kind_than_the_language_has_are_laid_out_all_the_same() -> None:
    text = "schema: policy/v1\nowner: [me, you]\nbands:\n  review: {b: 1, a: 2}\noverrides: {id: a}\n"
    assert formatted(text) == text
