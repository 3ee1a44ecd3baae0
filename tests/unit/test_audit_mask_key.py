"""The key of pseudonyms: where it comes from, that it is good enough, and that nothing shows it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog
from policy_engine.audit.mask_key import FILE_VARIABLE, VARIABLE, MaskKey
from policy_engine.exceptions import MaskKeyError
from tests.support.plain import catalog_with

if TYPE_CHECKING:
    from pathlib import Path

SECRET = bytes(range(7, 39))
OTHER = bytes(range(8, 40))
ODD = bytes([0xFB, 0xEF, 0xFF] * 11)
"""Of this the two alphabets of Base64 make different text, with the padding that 33 bytes need: none."""
WANTS_PSEUDONYMS = catalog_with(audit={"subject": "hmac"}).audit
SPELLED: dict[str, tuple[str, bytes]] = {
    "hexadecimal": (SECRET.hex(), SECRET),
    "in capitals, with a line feed": (f"{SECRET.hex().upper()}\n", SECRET),
    "Base64": (base64.b64encode(SECRET).decode(), SECRET),
    "Base64 without padding": (base64.b64encode(SECRET).decode().rstrip("="), SECRET),
    "Base64 of many bytes": (base64.b64encode(ODD * 9).decode(), ODD * 9),
    "Base64 for addresses": (base64.urlsafe_b64encode(ODD).decode(), ODD),
}
NO_TEXT_OF_A_KEY = {
    "words": "the quick brown fox jumps over the lazy dog",
    "one digit too many": f"{SECRET.hex()}g",
    "other letters": "ключ" * 20,
    "full-width digits": "\uff11" * 64,
    "padding within": "AAAA=AAAA" * 9,
    "a lone surrogate": "\udc80" * 64,
    "another file": "ab" * 5_000,
}
NEITHER = "is neither hexadecimal digits nor Base64; give what `openssl rand -hex 32` prints"


def test_a_pseudonym_is_the_hmac_of_the_canonical_value_with_the_keys_name() -> None:
    expected = hmac.new(SECRET, b'policy-engine/mask/v1\n"c-17"', hashlib.sha256).hexdigest()
    name = hmac.new(SECRET, b"policy-engine/mask-key/v1\n", hashlib.sha256).hexdigest()[:8]
    assert MaskKey(SECRET).pseudonym("c-17") == f"hmac-sha256:{name}:{expected}"


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("c-17", "c-17", True),
        ({"a": 1, "b": [2.5]}, {"b": [2.5], "a": 1}, True),
        ("c-17", "c-18", False),
        ("17", 17, False),
        ("true", True, False),
        (["a"], "a", False),
        ("é", "e\u0301", False),
    ],
)
def test_equal_values_and_only_they_have_one_pseudonym(one: object, other: object, are_one: bool) -> None:  # noqa: FBT001 - a case
    key = MaskKey(SECRET)
    assert (key.pseudonym(one) == key.pseudonym(other)) is are_one


def test_another_key_has_another_name_and_gives_other_pseudonyms() -> None:
    one, other = MaskKey(SECRET), MaskKey(OTHER)
    assert one.id != other.id
    assert one.pseudonym("c").rpartition(":")[2] != other.pseudonym("c").rpartition(":")[2]


@pytest.mark.parametrize("size", [0, 16, 31])
def test_a_short_key_is_refused(size: int) -> None:
    with pytest.raises(MaskKeyError, match=f"^a mask key has at least 32 bytes, and this one has {size}; give random"):
        MaskKey(bytes(size))


@pytest.mark.parametrize("secret", ["a" * 64, None, bytearray(32), 5])
def test_a_key_is_bytes(secret: Any) -> None:  # noqa: ANN401 - what a caller without mypy may give
    with pytest.raises(MaskKeyError, match=r"^a mask key is bytes; give at least 32 random ones"):
        MaskKey(secret)


def test_what_is_shown_of_a_key_is_its_name() -> None:
    assert repr(MaskKey(SECRET)) == f"<MaskKey {MaskKey(SECRET).id}>"
    assert not hasattr(MaskKey(SECRET), "__dict__")


# --- from the environment ---


@pytest.mark.parametrize("case", SPELLED)
def test_a_key_is_hexadecimal_digits_or_base64(case: str, tmp_path: Path) -> None:
    text, secret = SPELLED[case]
    file = tmp_path / "key"
    file.write_text(text)
    for environment in ({VARIABLE: text}, {FILE_VARIABLE: str(file)}):
        found = MaskKey.from_environment(environment)
        assert found is not None
        assert found.id == MaskKey(secret).id


@pytest.mark.parametrize("environment", [{}, {VARIABLE: ""}, {FILE_VARIABLE: ""}, {VARIABLE: "", FILE_VARIABLE: ""}])
def test_a_variable_that_is_not_set_or_empty_is_no_key(environment: dict[str, str]) -> None:
    assert MaskKey.from_environment(environment) is None


@pytest.mark.parametrize("case", NO_TEXT_OF_A_KEY)
def test_what_is_no_key_is_refused_without_a_word_of_it(case: str, tmp_path: Path) -> None:
    text = NO_TEXT_OF_A_KEY[case]
    file = tmp_path / "key"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    for environment in ({VARIABLE: text}, {FILE_VARIABLE: str(file)}):
        with pytest.raises(MaskKeyError) as refused:
            MaskKey.from_environment(environment)
        assert str(refused.value) == f"`{next(iter(environment))}` {NEITHER}"
        assert refused.value.__cause__ is refused.value.__context__ is None


@pytest.mark.parametrize("text", ["00" * 31, "   ", base64.b64encode(bytes(31)).decode()])
def test_a_short_key_is_refused_from_the_environment_too(text: str) -> None:
    with pytest.raises(MaskKeyError, match=r"^a mask key has at least 32 bytes"):
        MaskKey.from_environment({VARIABLE: text})


def test_both_variables_are_one_too_many() -> None:
    with pytest.raises(MaskKeyError, match=f"^`{VARIABLE}` and `{FILE_VARIABLE}` are both set; set one of them$"):
        MaskKey.from_environment({VARIABLE: SECRET.hex(), FILE_VARIABLE: "key"})


@pytest.mark.parametrize(
    ("file", "why"),
    [("missing", "No such file or directory"), ("", "Is a directory"), ("a\0b", "this is no path")],
)
def test_a_file_that_cannot_be_read_is_told(file: str, why: str, tmp_path: Path) -> None:
    path = f"{tmp_path}/{file}"
    with pytest.raises(MaskKeyError) as refused:
        MaskKey.from_environment({FILE_VARIABLE: path})
    assert str(refused.value) == f"the mask key of `{FILE_VARIABLE}` cannot be read: {path}: {why}"


# --- of a log ---


def test_a_log_takes_its_own_key_before_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert WANTS_PSEUDONYMS is not None
    monkeypatch.setenv(VARIABLE, OTHER.hex())
    for key, expected in ((None, OTHER), (SECRET, SECRET)):
        with AuditLog(tmp_path, mask_key=key) as log:
            masked, _ = log.masking(WANTS_PSEUDONYMS).masked({"subject": "c-17"})
        assert masked == {"subject": MaskKey(expected).pseudonym("c-17")}


def test_a_log_with_a_bad_key_is_not_begun(tmp_path: Path) -> None:
    with pytest.raises(MaskKeyError):
        AuditLog(tmp_path / "log", mask_key=b"secret")
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - names are enough


def test_a_bad_key_that_nothing_needs_is_nobodys_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "no key")
    recording = catalog_with(audit={"subject": "drop"}).audit
    assert recording is not None
    with AuditLog(tmp_path) as log:
        assert log.masking(recording).masked({"subject": "c-17"}) == ({}, ["subject"])


@pytest.mark.parametrize("audit", [{"subject": "hmac"}, {"context": {"a.b": "hmac"}}, {"dimensions": {"tier": "hmac"}}])
def test_without_a_key_there_are_no_pseudonyms_and_no_masking(
    audit: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    recording = catalog_with(audit=audit).audit
    assert recording is not None
    with AuditLog(tmp_path) as log, pytest.raises(MaskKeyError) as refused:
        log.masking(recording)
    assert str(refused.value) == (
        "`audit` of the catalog wants pseudonyms (`hmac`) in the log, and there is no key for them; set "
        "`POLICY_ENGINE_MASK_KEY` to what `openssl rand -hex 32` prints, or open the log with a `mask_key`"
    )
