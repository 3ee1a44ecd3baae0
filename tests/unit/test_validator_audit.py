"""Mistakes in what a catalog says of records: each is told at its place, with what to write."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, findings

WORDS = "write `keep`, `drop` or `hmac`"
FIELDS = "`{amount_eur: keep, card_number: hmac}`"
IN_ORDER = (
    "{}",
    "{subject: keep}",
    "{subject: drop, context: {}, dimensions: {}}",
    "{context: {amount eur: keep, device.fingerprint: hmac, 5th: drop, a..b: keep}, dimensions: {tier: hmac}}",
)
MISTAKES: dict[str, str] = {
    "hmac": "16:8: PE103 `audit` is the text `hmac` where a mapping is wanted / write a mapping such as "
    "`{subject: hmac}`",
    "{subject: hash}": f"16:18: PE104 `hash` is no value of `subject` / {WORDS}",
    "{subject: true}": f"16:18: PE103 `subject` is `true` where `keep`, `drop` or `hmac` is wanted / {WORDS}",
    "{subject: }": "16:18: PE103 `subject` is nothing where `keep`, `drop` or `hmac` is wanted / "
    f"{WORDS} after `subject:`, or delete the key",
    "{subjct: hmac}": "16:9: PE101 `subjct` is no key of `audit` / did you mean `subject`?",
    "{context: }": "16:18: PE103 `context` is nothing where a mapping is wanted / write a mapping such as "
    f"{FIELDS} after `context:`, or delete the key",
    "{context: [amount]}": "16:18: PE103 `context` is a list where a mapping is wanted / write a mapping such as "
    f"{FIELDS}",
    "{context: {a: encrypt}}": f"16:22: PE104 `encrypt` is no value of `a` under `context` / {WORDS}",
    "{context: {device: {id: hmac, os: keep}}}": "16:27: PE103 `device` is a mapping where `keep`, `drop` or `hmac` "
    "is wanted / write `device.id: hmac, device.os: keep` in its place",
    "{context: {device: {id: {x: hmac}}}}": "16:27: PE103 `device` is a mapping where `keep`, `drop` or `hmac` "
    f"is wanted / {WORDS}",
    "{context: {device: {}}}": f"16:27: PE103 `device` is a mapping where `keep`, `drop` or `hmac` is wanted / {WORDS}",
    "{context: {.a: keep}}": "16:19: PE104 `.a` is no field: a field is a key, or keys with dots between them, such "
    "as `device.fingerprint` / write `a`",
    '{context: {" a. ": keep}}': "16:19: PE104 ` a. ` is no field: a field is a key, or keys with dots between them, "
    "such as `device.fingerprint` / write `a`",
    '{context: {"": keep}}': "16:19: PE104 a key of `context` is empty / write the name",
    "{dimensions: }": "16:21: PE103 `dimensions` is nothing where a mapping is wanted / write a mapping such as "
    "`{postcode: drop}` after `dimensions:`, or delete the key",
    "{dimensions: {Tier: drop}}": "16:22: PE104 `Tier` is no name of a dimension: it is a small letter, then up to 63 "
    "small letters, digits or `_` / write `tier`",
    "{dimensions: {tier: no}}": f"16:28: PE104 `no` is no value of `tier` under `dimensions` / {WORDS}",
    "{facts: {vip: drop}}": "16:9: PE101 `facts` is no key of `audit` / `facts` belongs in a catalog: move it there, "
    "or delete it",
}


@pytest.mark.parametrize("written", IN_ORDER)
def test_what_may_be_said_of_records_is_in_order(written: str) -> None:
    assert findings(POLICY, f"{CATALOG}audit: {written}\n") == []


@pytest.mark.parametrize("written", MISTAKES)
def test_a_mistake_is_told_at_its_place_with_what_to_write(written: str) -> None:
    assert findings(POLICY, f"{CATALOG}audit: {written}\n") == [f"catalog.yaml:{MISTAKES[written]}"]


@pytest.mark.parametrize("fields", [1_000, 1_001])
def test_a_thousand_fields_may_be_named(fields: int) -> None:
    named = ", ".join(f"k{number}: keep" for number in range(fields))
    told = (
        "16:18: PE104 `context` has 1,001 items, and at most 1,000 are allowed / put together what belongs together, "
    )
    expected = [] if fields == 1_000 else [f"catalog.yaml:{told}or split it"]
    assert findings(POLICY, f"{CATALOG}audit: {{context: {{{named}}}}}\n") == expected


def test_a_policy_has_no_audit_of_its_own() -> None:
    policy = POLICY.replace("owner:", "audit: {subject: drop}\nowner:")
    told = "4:1: PE101 `audit` is no key of a policy / `audit` belongs in a catalog: move it there, or delete it"
    assert findings(policy) == [told]


def test_a_file_with_nothing_but_audit_is_taken_for_a_catalog() -> None:
    told = "catalog.yaml:1:1: PE105 `schema` is missing / write `schema: catalog/v1` as the first line"
    assert told in findings(POLICY, "audit: {subject: drop}\n")
