"""An edit of a policy's text: some values, and its evidence. Every other byte stays, comments and line ends too."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from policy_engine.exceptions import TuningError
from policy_engine.loader import meaning, read_document
from policy_engine.model import Policy
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.loader import Document
    from policy_engine.resolution import Path

_BOM: Final = b"\xef\xbb\xbf"
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_TEXT_BELOW: Final = re.compile(r"[\r\n]\s*")
_QUOTES: Final = ("'", '"')
_KEYS: Final = tuple(field.alias or name for name, field in Policy.model_fields.items())
"""The keys of a policy in their order."""


class _Piece(NamedTuple):
    """What stands in place of the text from *start* to *end*."""

    start: int
    end: int
    text: str


def edited(document: Document, raw: bytes, values: Mapping[Path, str | float], evidence: str) -> tuple[bytes, Document]:
    """Return the bytes of a policy, and what they say, with other *values* and with its *evidence* named.

    The values are there already; the evidence may not be, and then gets a line where `fmt` would have it. Raises
    `TuningError` where anything else in the policy would change.
    """
    spelled = {path: _spelled(value) for path, value in values.items()}
    pieces = [_in_place(document, path, text) for path, text in spelled.items()]
    if "evidence" in document.data:
        pieces.append(_in_place(document, ("evidence",), evidence))
    else:
        pieces.append(_new_line(document, evidence))
    text = document.text
    for one in sorted(pieces, reverse=True):
        text = text[: one.start] + one.text + text[one.end :]
    after = (_BOM if raw.startswith(_BOM) else b"") + text.encode()
    again, findings = read_document(after, document.file)
    wanted = _with(document.data, {**{path: meaning(one) for path, one in spelled.items()}, ("evidence",): evidence})
    if findings or _as_json(again.data) != _as_json(wanted):
        raise TuningError(f"a bug of policy-engine: the edit of {document.file} would change something else; report it")
    return after, again


def _spelled(value: str | float) -> str:
    """Return how a value is written, so that it reads back as exactly that value.

    >>> _spelled(0.7321), _spelled(95.0), _spelled(9)
    ('0.7321', '95', '9')
    """
    if isinstance(value, (str, int)):
        return str(value)
    text = format_number(value + 0.0)
    if meaning(text) != value:
        raise TuningError(f"{value} is no threshold that could be written: it has to be a finite number")
    return text


def _in_place(document: Document, path: Path, text: str) -> _Piece:
    """Return the edit of a value that is there. Its quotes stay, and so does all that is around it."""
    start, end = cast("tuple[int, int]", document.value_range(path))
    old = document.text[start:end].rstrip()
    end = start + len(old)
    if old.startswith(("|", ">")):
        # A comment may stand beside the sign that text is below it
        below = cast("re.Match[str]", _TEXT_BELOW.search(old))
        return _Piece(start + below.end(), end, text)
    quote = old[0] if old.startswith(_QUOTES) else ""
    return _Piece(start, end, f"{quote}{text}{quote}")


def _new_line(document: Document, evidence: str) -> _Piece:
    """Return the edit that names the evidence of a policy that names none, behind the keys that come before it."""
    before = [key for key in _KEYS[: _KEYS.index("evidence")] if key in document.data][-1]
    root, _ = cast("tuple[int, int]", document.value_range(()))
    _, end = cast("tuple[int, int]", document.value_range((before,)))
    text = document.text
    if text.startswith("{", root):
        quote = '"' if text[: text.find(":", root)].rstrip().endswith('"') else ""
        return _Piece(end, end, f", {quote}evidence{quote}: {quote}{evidence}{quote}")
    column = document.key_span((before,)).column - 1
    at = _behind_its_lines(text, end, column)
    found = _BREAK.search(text)
    line_end = found[0] if found else "\n"
    line = f"{' ' * column}evidence: {evidence}"
    is_begun = at > 0 and text[at - 1] not in "\r\n"
    return _Piece(at, at, f"{line_end}{line}" if is_begun else f"{line}{line_end}")


def _behind_its_lines(text: str, end: int, column: int) -> int:
    """Return where the lines end that belong to the value which ends at *end*, with comments that are indented."""
    at = end if text[end - 1] in "\r\n" else _next_line(text, end)
    ahead = at
    while ahead < len(text):
        following = _next_line(text, ahead)
        line = text[ahead:following]
        comment = line.lstrip(" ")
        if line.strip() and not (comment.startswith("#") and len(line) - len(comment) > column):
            break
        ahead = following
        if line.strip():
            at = following
    return at


def _next_line(text: str, offset: int) -> int:
    found = _BREAK.search(text, offset)
    return found.end() if found else len(text)


def _with(data: Any, values: Mapping[Path, Any]) -> Any:  # noqa: ANN401 - any YAML value
    copy = deepcopy(data)
    for (*way, last), value in values.items():
        inside = copy
        for step in way:
            inside = inside[step]
        inside[last] = value
    return copy


def _as_json(data: Any) -> str:  # noqa: ANN401 - any YAML value
    """Return *data* as text that differs where values or their types do."""
    return json.dumps(data, sort_keys=True)
