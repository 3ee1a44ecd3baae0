"""From bytes to text: strictly UTF-8, and nothing in it that a reviewer cannot see."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from policy_engine.loader._findings import HIDDEN_CHARACTER, NOT_UTF8

if TYPE_CHECKING:
    from policy_engine.loader._findings import Findings

_BOM: Final = b"\xef\xbb\xbf"
_SAVE_AS_UTF8: Final = "save it as UTF-8"
_OTHER_BOMS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_ENOUGH_TO_TELL: Final = 4
"""A text of Latin letters in UTF-16 or UTF-32 shows its zeros in the first four bytes."""

_PLAIN: Final = b"\t\n\r" + bytes(range(0x20, 0x7F))
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, with U+0085 (next line)
    "\u00ad\u061c\u180e\u200b\u200e\u200f"  # no width, or a change of direction
    "\u2028-\u202e\u2060-\u206f"  # line and paragraph separator, embeddings, overrides, isolates
    "\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"  # tags: invisible copies of ASCII
)
_NAMES: Final = {
    "\x00": "null",
    "\x07": "bell",
    "\x08": "backspace",
    "\x0b": "line tabulation",
    "\x0c": "form feed",
    "\x1b": "escape",
    "\x7f": "delete",
    "\x85": "next line",
    "\ufeff": "byte order mark",
}


def decode(raw: bytes, errors: str = "strict") -> str:
    """Return the text of *raw* without its byte order mark."""
    return raw.removeprefix(_BOM).decode("utf-8", errors)


def find_not_utf8(raw: bytes, at: int, findings: Findings) -> None:
    """Note why *raw* is no UTF-8 text; *at* is the first byte, after the byte order mark, that shows it."""
    offset = len(raw.removeprefix(_BOM)[:at].decode("utf-8"))
    encoding = _other_encoding(raw)
    if encoding is not None:
        offset, message = 0, f"not UTF-8 text (looks like {encoding})"
    elif b"\x00" in raw:
        message = "not UTF-8 text (looks like a binary file)"
    else:
        byte = raw.removeprefix(_BOM)[at]
        message = f"not UTF-8 text: the byte 0x{byte:02X} begins no character here"
    findings.add(NOT_UTF8, offset, offset + 1, message, _SAVE_AS_UTF8)


def zero_byte(raw: bytes) -> int:
    """Return where the first zero byte stands after the byte order mark, or -1: no text has one."""
    return raw.removeprefix(_BOM).find(b"\x00")


def without_hidden(raw: bytes, text: str, findings: Findings) -> str:
    """Note each character of *text* that cannot be seen, and return the text with U+FFFD in their place.

    Offsets stay as they are, so that reading can go on and find more.
    """
    if not raw.translate(None, _PLAIN) or not _HIDDEN.search(text):
        return text
    for found in _HIDDEN.finditer(text):
        name = "" if findings.is_full(HIDDEN_CHARACTER) else _name(found[0])
        findings.add(HIDDEN_CHARACTER, found.start(), found.end(), f"a hidden character, {name}", _REMEDY)
    return as_parsed(text)


def as_parsed(text: str) -> str:
    """Return *text* with U+FFFD in the place of each character that cannot be seen, as it goes to the parser."""
    return _HIDDEN.sub("\ufffd", text)


_REMEDY: Final = "delete it, or write it as an escape in double quotes"


def _name(char: str) -> str:
    unnamed = "control character" if unicodedata.category(char) == "Cc" else "not a character"
    name = _NAMES.get(char) or unicodedata.name(char, unnamed).lower()
    return f"U+{ord(char):04X} ({name})"


def _other_encoding(raw: bytes) -> str | None:
    for mark, encoding in _OTHER_BOMS:
        if raw.startswith(mark):
            return encoding
    zeros = raw[:_ENOUGH_TO_TELL].count(0)
    if len(raw) < _ENOUGH_TO_TELL or not zeros:
        return None
    return "UTF-32" if zeros == _ENOUGH_TO_TELL - 1 else "UTF-16"
