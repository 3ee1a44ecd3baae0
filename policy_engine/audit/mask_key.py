"""The secret under which values get pseudonyms: where it comes from, and what is made with it."""

from __future__ import annotations

import hmac
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from policy_engine.canonical import canonical_json
from policy_engine.exceptions import MaskKeyError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE: Final = "POLICY_ENGINE_MASK_KEY"
FILE_VARIABLE: Final = "POLICY_ENGINE_MASK_KEY_FILE"

LEAST_BYTES: Final = 32
"""As many as the digest has: with fewer it would be the key that is guessed."""
_LONGEST_TEXT: Final = 8192
"""A key as text is shorter by far; whatever is longer is another file."""

_OF_VALUES: Final = b"policy-engine/mask/v1\n"
_OF_KEYS: Final = b"policy-engine/mask-key/v1\n"
_DIGITS_OF_ID: Final = 8
_URL_SAFE: Final = str.maketrans("-_", "+/")


class MaskKey:
    """A secret under which equal values get equal pseudonyms. It is never shown: not by `repr`, not by an error.

    >>> key = MaskKey(bytes(range(32)))
    >>> key.pseudonym("customer-17")
    'hmac-sha256:04a57695:03852d7b25be71c95891bd4c8e8ee64a4fc1b6e309040923159d715c8b239ecb'
    >>> key
    <MaskKey 04a57695>
    """

    __slots__ = ("_begun", "id")

    id: str
    """What a pseudonym names the key by. It tells nothing of the secret, and another one with each key."""

    def __init__(self, secret: bytes) -> None:
        """Make pseudonyms under *secret*. Raises `MaskKeyError` where it is no bytes, or too few."""
        if not isinstance(secret, bytes):
            raise MaskKeyError("a mask key is bytes; give at least 32 random ones, such as `secrets.token_bytes(32)`")
        if len(secret) < LEAST_BYTES:
            raise MaskKeyError(
                f"a mask key has at least {LEAST_BYTES} bytes, and this one has {len(secret)}; "
                "give random ones, such as `openssl rand -hex 32` prints"
            )
        # What follows it is hashed in a copy: that is a third faster than anew, and the secret itself is not kept
        self._begun = hmac.new(secret, _OF_VALUES, "sha256")
        self.id = hmac.digest(secret, _OF_KEYS, "sha256").hex()[:_DIGITS_OF_ID]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """Return the key of the two variables, as hexadecimal digits or Base64; None where neither is set.

        Raises `MaskKeyError` where both are, where the file cannot be read, and for what is no such text.
        """
        text, file = environment.get(VARIABLE), environment.get(FILE_VARIABLE)
        if text and file:
            raise MaskKeyError(f"`{VARIABLE}` and `{FILE_VARIABLE}` are both set; set one of them")
        if file:
            return cls(_secret_of(_read(file), FILE_VARIABLE))
        return cls(_secret_of(text, VARIABLE)) if text else None

    def pseudonym(self, value: Any) -> str:  # noqa: ANN401 - any JSON value
        """Return what stands in a record for *value*: the same for equal ones, in whatever field they are.

        Text and a number never are equal. Raises whatever `canonical_json` does, for what is no JSON value.
        """
        digest = self._begun.copy()
        digest.update(canonical_json(value))
        return f"hmac-sha256:{self.id}:{digest.hexdigest()}"

    def __repr__(self) -> str:
        """Return which key it is."""
        return f"<MaskKey {self.id}>"


def _read(file: str) -> str:
    try:
        with Path(file).open("rb") as opened:
            read = opened.read(_LONGEST_TEXT + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "this is no path"
        raise MaskKeyError(f"the mask key of `{FILE_VARIABLE}` cannot be read: {file}: {why}") from None
    # Whatever is no ASCII is no key, of which the next step tells
    return read.decode("ascii", "replace")


def _secret_of(text: str, variable: str) -> bytes:
    """Return the bytes that a text spells. What is wrong with it is told without a word of it."""
    text = text.strip()
    if len(text) <= _LONGEST_TEXT:
        with suppress(ValueError):
            # First, for hexadecimal digits are letters of Base64, too
            return bytes.fromhex(text)
        with suppress(ValueError):
            # In either alphabet, and without the padding, as `secrets.token_urlsafe` gives it
            plain = text.translate(_URL_SAFE).rstrip("=")
            return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    raise MaskKeyError(
        f"`{variable}` is neither hexadecimal digits nor Base64; give what `openssl rand -hex 32` prints"
    )
