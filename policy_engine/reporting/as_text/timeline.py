"""Every instant at which something changes, for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policy_engine.model import format_instant
from policy_engine.printable import printable
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.wrapped import wrapped_lines
from policy_engine.reporting.columns import cut_to
from policy_engine.reporting.timeline import as_plain
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.reporting.timeline import CellChange, Change, Event, EventKind, FieldChange, Timeline

_EVENTS: Mapping[EventKind, str] = {
    "goes_live": "version {version} goes live",
    "ends": "version {version} ends",
    "override_begins": "override `{id}` begins",
    "override_ends": "override `{id}` ends",
    "shadow_begins": "version {version} begins as a shadow",
    "canary_begins": "version {version} begins as a canary",
    "stage_ends": "version {version} ends as a candidate",
    "sample_ends": "sample `{id}` ends",
}
_LONGEST = 40
"""How many columns a value may take."""


def timeline_as_text(found: Timeline, columns: int) -> str:
    """Return every change: when, what begins or ends, and what then differs where."""
    lines = [f"{found.use_case}: {counted(len(found.changes), 'instant')} at which something changes"]
    for change in found.changes:
        told = _lines(change, is_partial=found.is_partial)
        lines += ["", *wrapped_lines([_headline(change)], columns), *wrapped_lines(told, columns, hanging=4)]
    return "\n".join([*lines, ""])


def _headline(change: Change) -> str:
    return f"{format_instant(change.at)}  {', '.join(_event(one) for one in change.events)}"


def _event(event: Event) -> str:
    return _EVENTS[event.kind].format(version=event.version, id=event.id)


def _lines(change: Change, *, is_partial: bool) -> Iterator[str]:
    if change.after is None and not change.is_candidate:
        yield "  no policy decides from then on"
        return
    if change.before is None:
        yield "  no live policy to compare it with" if change.is_candidate else "  no policy decided before"
        return
    if change.after is None:
        return
    if change.is_candidate and change.before != change.after:
        yield f"  what it decides otherwise than version {change.before}:"
    for one in change.keys:
        yield f"  {'.'.join(one.field)}: {_key_change(one)}"
    for cell in change.cells:
        yield f"  {printable(cell.where)}"
        yield from (f"    {line}" for line in table(_rows(cell)))
    if not change.keys and not change.cells and not any(event.kind == "sample_ends" for event in change.events):
        yield f"  nothing changes in {'the cells that were asked for' if is_partial else 'any cell'}"


def _key_change(change: FieldChange) -> str:
    if change.before is None:
        return "comes in"
    return "goes" if change.after is None else "differs, see --format json"


def _rows(cell: CellChange) -> Sequence[Sequence[str]]:
    return [[_field(one), f"{_value(one.before)} -> {_value(one.after)}", one.direction or ""] for one in cell.fields]


def _field(change: FieldChange) -> str:
    kind, *names = change.field
    return names[0] if kind == "thresholds" else " ".join((kind, *names))


def _value(value: Any) -> str:  # noqa: ANN401 - a field may hold anything
    if value is None:
        return "none"
    if isinstance(value, float):
        return format_number(value)
    text = value if isinstance(value, str) else json.dumps(as_plain(value), ensure_ascii=False)
    return cut_to(printable(text), _LONGEST)
