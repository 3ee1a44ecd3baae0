"""Records of a log for people: when, what, where it stands, and what it was made from, in short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.printable import printable
from policy_engine.reporting.as_text.wrapped import wrapped_lines
from policy_engine.reporting.columns import cut_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST: Final = 40
"""How many columns a value may take."""
_IN_THE_HEADLINE: Final = frozenset({"seq", "type", "at"})


def record_as_text(stream: str, record: Mapping[str, Any], columns: int) -> str:
    """Return a record in a few lines and a blank one: a decision in its own words, any other with all that it says."""
    is_decision = record.get("type") == "decision"
    row = f"row {_value(record['row'])} of " if "row" in record else ""
    place = f"{row}record {_value(record.get('seq'))} of stream {stream}"
    if is_decision:
        what = f"{_value(record.get('use_case'))}: {_value(record.get('outcome'))}"
        lines = [f"  decision {_value(record.get('decision_id'))}, {place}"]
        told = [f"{name} {_value(value)}" for name, value in _of_decision(record)]
    else:
        what = _value(record.get("type"))
        lines = [f"  {place}"]
        told = [f"{name} {_value(value)}" for name, value in record.items() if name not in _IN_THE_HEADLINE]
    lines += [f"  {', '.join(told)}"] if told else []
    return "\n".join([*wrapped_lines([f"{_value(record.get('at'))}  {what}", *lines], columns), "", ""])


def _of_decision(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what tells one decision from another: what it compared, and for whom. The rest is in the other formats."""
    request = record.get("request")
    said = request if isinstance(request, dict) else {}
    dimensions = said.get("dimensions")
    policy = record.get("policy")
    yield "score", record.get("score")
    for name in ("invalid", "threshold", "truncated"):
        if record.get(name) is not None:
            yield name, record[name]
    if said.get("subject") is not None:
        yield "subject", said["subject"]
    if isinstance(dimensions, dict):
        yield from dimensions.items()
    if isinstance(policy, dict):
        yield "policy version", policy.get("version")


def _value(value: object) -> str:
    """Return a value in short. Whatever holds others is not gone into twice: a record may be nested without end."""
    if isinstance(value, dict):
        return cut_to(", ".join(f"{printable(name)} {_plain(one)}" for name, one in value.items()), _LONGEST) or "none"
    if isinstance(value, list):
        return cut_to(", ".join(map(_plain, value)), _LONGEST) or "none"
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, dict | list):
        return "…"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    return cut_to(printable(str(value)), _LONGEST)
