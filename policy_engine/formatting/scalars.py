"""How one value is spelled: without quotes where it reads back the same, numbers as they were written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import yaml

from policy_engine.loader import events_of, meaning

if TYPE_CHECKING:
    from policy_engine.formatting.tree import Scalar

_WORDS: Final = {None: "null", True: "true", False: "false"}
_PLAIN_WORDS: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./]+)*")
"""Text that is plain wherever it stands, unless it is a word such as `null`."""
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_TWO_DIGITS, _FOUR_DIGITS = 0xFF, 0xFFFF


def one_line(scalar: Scalar, *, in_flow: bool = False, is_key: bool = False) -> str | None:
    """Return how *scalar* is written on one line, in brackets if *in_flow*; None where its line breaks say something.

    Text stays without quotes, or loses them, where it is no other value without them, also for those who read
    YAML 1.1, to whom `no` and `2026-01-01` are no text.
    """
    if not is_key and (scalar.is_block or ("\n" in scalar.source and "\n" in scalar.value)):
        return None
    if not scalar.style:
        read = meaning(scalar.value)
        if not isinstance(read, str) and not is_key:
            return _WORDS[read] if read is None or isinstance(read, bool) else scalar.value
        if _reads_back(scalar.value, in_flow, is_key):
            return scalar.value
    elif is_plain_text(scalar.value) and _reads_back(scalar.value, in_flow, is_key):
        return scalar.value
    if scalar.style == '"' and "\n" not in scalar.source:
        # Its escapes are the author's choice
        return scalar.source
    return in_quotes(scalar.value)


@lru_cache(maxsize=4096)
def is_plain_text(value: str) -> bool:
    """Say whether *value* is text, visible, and no other value in YAML 1.2 or 1.1."""
    if not value.isprintable() or value in _ONE_LETTER or not isinstance(meaning(value), str):
        return False
    first = value[:1]
    return not any(
        pattern.match(value)
        for letter in (first, None)
        for _, pattern in yaml.SafeLoader.yaml_implicit_resolvers.get(letter, ())
    )


_ONE_LETTER: Final = frozenset("yYnN")
"""What YAML 1.1 says is true or false, and PyYAML does not."""


@lru_cache(maxsize=4096)
def _reads_back(value: str, in_flow: bool, is_key: bool) -> bool:  # noqa: FBT001 - the cache takes no keywords
    """Say whether *value* without quotes is read as one value, and that one."""
    if _PLAIN_WORDS.fullmatch(value):
        return True
    inside = f"{value}: 0" if is_key else value
    text = (f"{{{inside}}}" if is_key else f"[{inside}]") if in_flow else (inside if is_key else f"- {inside}")
    next_event = events_of(text)
    scalars: list[Any] = []
    collections = 0
    try:
        while not isinstance(event := next_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                scalars.append(event)
            elif isinstance(event, yaml.NodeEvent):
                collections += 1
    except yaml.YAMLError:
        return False
    first = scalars[0] if scalars else None
    is_alone = collections == 1 and len(scalars) == 1 + is_key
    # A comment would be swallowed, so that what was read must also be as long as what was written
    is_whole = first is not None and first.end_mark.index - first.start_mark.index == len(value)
    return is_alone and is_whole and first is not None and not first.style and first.value == value


def in_quotes(value: str) -> str:
    r"""Return *value* in double quotes, with what cannot be seen as escapes.

    >>> in_quotes('say "no"' + chr(0x202E))
    '"say \\"no\\"\\u202e"'
    """
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code <= _TWO_DIGITS:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _FOUR_DIGITS else f"\\U{code:08x}"
