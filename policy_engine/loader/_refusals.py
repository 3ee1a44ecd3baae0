"""What YAML offers and a policy may not use, as findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from policy_engine.loader._findings import (
    DUPLICATE_KEY,
    KEY_NOT_TEXT,
    NOT_A_MAPPING,
    NOT_FINITE,
    TOO_MUCH,
    UNUSED_FEATURE,
    quoted,
)

if TYPE_CHECKING:
    from policy_engine.loader._events import ContentEvent, DocumentStartEvent, Event, NodeEvent, ScalarEvent
    from policy_engine.loader._findings import Findings

_UNUSED: Final = "which policies do not use"
_STANDARD_TAG: Final = "tag:yaml.org,2002:"


def find_alias(event: NodeEvent, findings: Findings) -> None:
    """Note an alias."""
    mend = "write the value out, or put it in quotes if the `*` is meant"
    _find_unused(f"an alias, {quoted(f'*{event.anchor}')}", mend, event, findings)


def find_decoration(event: ContentEvent, findings: Findings) -> None:
    """Note the anchor and the tag of a scalar or a collection that has them."""
    if event.anchor is not None:
        _find_unused(f"an anchor, {quoted(f'&{event.anchor}')}", "remove it", event, findings)
    if event.tag is not None:
        shown = quoted(event.tag.replace(_STANDARD_TAG, "!!"))
        _find_unused(f"a tag, {shown}", "remove it; quotes make a value text", event, findings)


def find_directives(event: DocumentStartEvent, findings: Findings) -> None:
    """Note `%YAML` and `%TAG` before the document."""
    if event.version or event.tags:
        start = event.start_mark.index
        message, mend = f"a directive, {_UNUSED}", "remove the line that begins with `%`"
        findings.add(UNUSED_FEATURE, start, start + 1, message, mend)


def find_second_document(event: Event, findings: Findings) -> None:
    """Note a second document."""
    _find_unused("a second document", "give each policy a file of its own", event, findings)


def find_merge_key(event: ScalarEvent, findings: Findings) -> None:
    """Note a merge key."""
    _find_unused("a merge key, `<<`", "write the keys out", event, findings)


def find_complex_key(event: NodeEvent, findings: Findings) -> None:
    """Note a key that is no scalar."""
    _find_unused("a key made of a list or a mapping", "write the key as text", event, findings)


def find_too_deep(event: NodeEvent, most: int, findings: Findings) -> None:
    """Note a list or a mapping below the deepest level allowed."""
    start = event.start_mark.index
    findings.add(TOO_MUCH, start, start + 1, f"lists and mappings nest deeper than {most} levels", "flatten them")


def find_key_not_text(
    event: ScalarEvent,
    read_as: Any,  # noqa: ANN401 - any scalar
    before: int | None,
    findings: Findings,
) -> None:
    """Note a key that reads as a number, a truth value or nothing; *before* is the number right before it."""
    if before is not None and event.value.isdecimal():
        message = f"after the comma in {quoted(f'{before},{event.value}')} another key begins"
        mend = f"did you mean `{before}.{event.value[:20]}`? decimals have a point"
    elif event.value:
        message = f"the key {quoted(event.value)} reads as {kind(read_as)}, and keys are text"
        mend = f'put it in quotes: `"{event.value[:20]}"`'
    else:
        message, mend = "a key is missing before this `:`", "write the key"
    findings.add(KEY_NOT_TEXT, event.start_mark.index, event.end_mark.index, message, mend)


def find_not_finite(event: ScalarEvent, findings: Findings) -> None:
    """Note a number that is infinite, not a number, or beyond binary64."""
    message = f"a number must be finite, and {quoted(event.value)} is not"
    mend = "write a finite number; an open end of a range is `null`"
    findings.add(NOT_FINITE, event.start_mark.index, event.end_mark.index, message, mend)


def find_duplicate(event: ScalarEvent, first_line: int, values: tuple[Any, Any] | None, findings: Findings) -> None:
    """Note a key that the mapping has already, since *first_line*, with both values if they are scalars."""
    message = f"{quoted(event.value)} stands twice in this mapping, first at line {first_line}"
    mend = "keep one of the two" if values is None else _which(*values, first_line)
    findings.add(DUPLICATE_KEY, event.start_mark.index, event.end_mark.index, message, mend)


def _which(first: Any, second: Any, first_line: int) -> str:  # noqa: ANN401 - any scalars
    if first.__class__ is second.__class__ and first == second:
        return "delete one of the two: they say the same"
    one, other = (quoted(value if isinstance(value, str) and value else json.dumps(value)) for value in (first, second))
    if one == other:
        return "keep one of the two"
    return f"keep one of the two: {one} at line {first_line}, or {other} here"


def find_empty(findings: Findings) -> None:
    """Note a file with nothing but comments and blank lines."""
    findings.add(NOT_A_MAPPING, 0, 0, "nothing is written in this file", _BEGIN)


def find_not_a_mapping(data: Any, start: int, findings: Findings) -> None:  # noqa: ANN401 - any YAML value
    """Note a top level that is no mapping."""
    findings.add(NOT_A_MAPPING, start, start + 1, f"the file holds {kind(data)}, not a mapping", _BEGIN)


_BEGIN: Final = "begin with `schema: policy/v1` or `schema: catalog/v1`"


def kind(value: Any) -> str:  # noqa: ANN401 - any YAML value
    """Return what a reader calls a value of this kind."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a number"


def _find_unused(what: str, mend: str, event: Event, findings: Findings) -> None:
    start, end = event.start_mark.index, event.end_mark.index
    findings.add(UNUSED_FEATURE, start, end, f"{what}, {_UNUSED}", mend)
