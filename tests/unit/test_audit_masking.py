"""Masking: what of a request is kept, what goes, what gets a pseudonym, and that nothing raw gets through."""

from __future__ import annotations

import copy
import json
import logging
from typing import Any

import pytest

from policy_engine.audit.mask_key import MaskKey
from policy_engine.audit.masking import Masking
from policy_engine.exceptions import MaskKeyError
from tests.support.plain import catalog_with

KEY = MaskKey(bytes(range(32)))
REQUEST: dict[str, Any] = {
    "model_version": "4.3",
    "subject": "customer-17",
    "dimensions": {"jurisdiction": "DE", "postcode": "10115", "amount": 20},
    "context": {
        "amount_eur": 20.5,
        "card_number": "4111 1111 1111 1111",
        "device": {"fingerprint": "f3a9", "system": "ios", "owner": "customer-17"},
        "note": "call me",
    },
}


def masking(audit: dict[str, Any], key: MaskKey | None = KEY) -> Masking:
    recording = catalog_with(audit=audit).audit
    assert recording is not None
    return Masking(recording, key)


def pseudonym(value: object) -> str:
    return KEY.pseudonym(value)


def test_with_an_empty_audit_everything_is_kept() -> None:
    assert masking({}).masked(REQUEST) == (REQUEST, [])


def test_a_request_is_masked_field_by_field_in_its_order() -> None:
    audit = {
        "subject": "hmac",
        "context": {"device.fingerprint": "hmac", "device.system": "keep", "amount_eur": "keep", "note": "drop"},
        "dimensions": {"postcode": "drop", "amount": "hmac", "jurisdiction": "keep"},
    }
    masked, fields = masking(audit).masked(REQUEST)
    assert masked == {
        "model_version": "4.3",
        "subject": pseudonym("customer-17"),
        "dimensions": {"jurisdiction": "DE", "amount": pseudonym(20)},
        "context": {"amount_eur": 20.5, "device": {"fingerprint": pseudonym("f3a9"), "system": "ios"}},
        "context_dropped": 2,
    }
    assert list(masked) == ["model_version", "subject", "dimensions", "context", "context_dropped"]
    assert fields == [
        "subject",
        "dimensions.postcode",
        "dimensions.amount",
        "context.device.fingerprint",
        "context.note",
    ]


@pytest.mark.parametrize(
    ("context", "kept", "dropped"),
    [
        ({}, {}, 0),
        ({"other": {"a": 1, "b": 2}}, {}, 1),
        ({"device": "f3a9"}, {}, 1),
        ({"device": None}, {}, 1),
        ({"device": {}}, {"device": {}}, 0),
        ({"device": {"id": {"x": [1]}}}, {"device": {"id": {"x": [1]}}}, 0),
        ({"device": {"id": None, "Id": 1, "id ": 2}}, {"device": {"id": None}}, 2),
        ({"device": [{"id": 1, "b": 2}, "x", {"id": 3}]}, {"device": [{"id": 1}, {"id": 3}]}, 2),
        ({"device": [[{"id": 1}], [], [7]]}, {"device": [[{"id": 1}], [], []]}, 1),
        ({"device.id": "dotted"}, {"device.id": "dotted"}, 0),
        ({"device": {"id.x": 1}}, {"device": {}}, 1),
        ({"": {"device": 1}}, {}, 1),
    ],
)
def test_the_context_is_an_allow_list_at_every_depth(context: dict[str, Any], kept: object, dropped: int) -> None:
    expected = {"context": kept} | ({"context_dropped": dropped} if dropped else {})
    assert masking({"context": {"device.id": "keep"}}).masked({"context": context}) == (expected, [])


def test_an_empty_allow_list_keeps_nothing_and_none_keeps_all() -> None:
    assert masking({"context": {}}).masked({"context": {"a": 1}}) == ({"context": {}, "context_dropped": 1}, [])
    assert masking({"subject": "drop"}).masked({"context": {"a": 1}}) == ({"context": {"a": 1}}, [])


def test_one_value_has_one_pseudonym_in_whatever_field_it_is() -> None:
    audit = {"subject": "hmac", "context": {"payer": "hmac", "items.owner": "hmac"}, "dimensions": {"branch": "hmac"}}
    request = {
        "subject": "c-17",
        "dimensions": {"branch": "c-17"},
        "context": {"payer": "c-17", "items": [{"owner": "c-17"}]},
    }
    masked, fields = masking(audit).masked(request)
    found = {masked["subject"], masked["dimensions"]["branch"], masked["context"]["payer"]}
    assert found == {masked["context"]["items"][0]["owner"]} == {pseudonym("c-17")}
    assert fields == ["subject", "dimensions.branch", "context.payer", "context.items.owner"]


def test_a_field_of_many_items_is_named_once() -> None:
    request = {"context": {"payees": [{"iban": "A"}, {"iban": "B"}]}}
    masked, fields = masking({"context": {"payees.iban": "hmac"}}).masked(request)
    assert masked == {"context": {"payees": [{"iban": pseudonym("A")}, {"iban": pseudonym("B")}]}}
    assert fields == ["context.payees.iban"]


def test_no_value_stays_no_value() -> None:
    audit = {"subject": "hmac", "context": {"card": "hmac"}}
    assert masking(audit).masked({"subject": None, "context": {"card": None}})[0] == {
        "subject": None,
        "context": {"card": None},
    }


def test_what_the_request_leaves_out_is_not_told_as_masked() -> None:
    audit = {"subject": "drop", "context": {"a": "drop"}, "dimensions": {"tier": "drop"}}
    assert masking(audit).masked({"dimensions": {}, "context": {}}) == ({"dimensions": {}, "context": {}}, [])


def test_the_request_itself_stays_as_it_is() -> None:
    audit = {"subject": "drop", "context": {"device.system": "keep"}, "dimensions": {"postcode": "hmac"}}
    before = copy.deepcopy(REQUEST)
    masking(audit).masked(REQUEST)
    assert before == REQUEST


@pytest.mark.parametrize("way", [{"subject": "hmac"}, {"context": {"a": "hmac"}}, {"dimensions": {"tier": "hmac"}}])
def test_without_a_key_nothing_masks_that_needs_one(way: dict[str, Any]) -> None:
    with pytest.raises(MaskKeyError, match="there is no key for them"):
        masking(way, None)


def test_without_a_key_what_needs_none_masks() -> None:
    assert masking({"subject": "drop"}, None).masked(REQUEST)[1] == ["subject"]


# --- where it cannot be done ---


class OwnError(Exception):
    """What a value of somebody's own may raise. It quotes the value."""


class Hostile(dict[str, Any]):
    """A mapping that does not tell what is in it."""

    def items(self) -> Any:  # noqa: ANN401 - never returns
        """Raise."""
        raise OwnError("secret-of-4711")


def _deep(levels: int) -> dict[str, Any]:
    deep: dict[str, Any] = {"secret": "secret-of-4711"}
    for _ in range(levels):
        deep = {"a": deep}
    return deep


def _ring() -> list[Any]:
    ring: list[Any] = ["secret-of-4711"]
    ring.append(ring)
    return ring


VALUES: dict[str, tuple[object, str]] = {
    "NaN": (float("nan"), "ValueError"),
    "an infinity in a list": (["secret-of-4711", float("-inf")], "ValueError"),
    "bytes": (b"secret-of-4711", "TypeError"),
    "an object": ({"secret-of-4711": object()}, "TypeError"),
    "a lone surrogate": ("secret-of-4711\udc80", "UnicodeEncodeError"),
    "keys of two types": ({"secret-of-4711": 1, 4711: 2}, "TypeError"),
    "a ring": (_ring(), "ValueError"),
    "a whole number of 5,000 digits": (10**5_000, "ValueError"),
    "100,000 levels": (_deep(100_000), "RecursionError"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_value_without_a_canonical_form_leaves_nothing_of_the_request(
    case: str, caplog: pytest.LogCaptureFixture
) -> None:
    value, error = VALUES[case]
    audit = {"context": {"card": "hmac", "note": "keep"}}
    with caplog.at_level(logging.INFO, logger="policy_engine.audit"):
        masked = masking(audit).masked({"subject": "customer-17", "context": {"note": "call me", "card": value}})
    assert masked == ({"masking_failed": error}, ["request"])
    (told,) = caplog.records
    assert (told.name, told.levelno) == ("policy_engine.audit", logging.ERROR)
    said = json.loads(told.getMessage())
    assert (said["event"], said["error"]) == ("audit_masking_failed", error)
    assert "4711" not in told.getMessage()


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"context": Hostile(a=1)}, "OwnError"),
        ({"context": "secret-of-4711"}, "AttributeError"),
        ({"dimensions": ["secret-of-4711"]}, "AttributeError"),
    ],
)
def test_a_request_of_another_form_is_not_let_through(request_: dict[str, Any], error: str) -> None:
    audit = {"context": {"a": "keep"}, "dimensions": {"tier": "keep"}}
    assert masking(audit).masked(request_) == ({"masking_failed": error}, ["request"])


def test_lists_in_lists_without_end_are_not_let_through() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    masked = masking({"context": {"a.b": "keep"}}).masked({"context": {"a": value}})
    assert masked == ({"masking_failed": "RecursionError"}, ["request"])


@pytest.mark.parametrize("levels", [10, 1_000])
def test_a_deep_value_gets_a_pseudonym_or_leaves_nothing(levels: int) -> None:
    masked, fields = masking({"context": {"a": "hmac"}}).masked({"context": _deep(levels)})
    assert "secret" not in repr(masked)
    assert fields in (["context.a"], ["request"])


def test_a_long_value_has_a_pseudonym_as_short_as_any() -> None:
    masked, _ = masking({"subject": "hmac"}).masked({"subject": "s" * 5_000_000})
    assert len(masked["subject"]) == len(pseudonym("s"))


def test_a_logger_that_raises_changes_nothing() -> None:
    class Broken(logging.Handler):
        def emit(self, _: logging.LogRecord) -> None:
            raise OwnError

    handler, logger = Broken(), logging.getLogger("policy_engine.audit")
    logger.addHandler(handler)
    try:
        masked = masking({"subject": "hmac"}).masked({"subject": b"secret-of-4711"})
    finally:
        logger.removeHandler(handler)
    assert masked == ({"masking_failed": "TypeError"}, ["request"])
