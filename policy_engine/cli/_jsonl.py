"""Requests from JSON lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.cli._given import read_json
from policy_engine.cli._lines import LONGEST
from policy_engine.cli._rows import Row, with_defaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy_engine.cli._lines import Lines


def json_rows(lines: Lines, defaults: Mapping[str, Any]) -> Iterator[Row | None]:
    """Yield the request of every line, None for a blank one. *defaults* holds for what a request leaves out."""
    number = 0
    for line in lines:
        if not line.strip():
            yield None
            continue
        number += 1
        try:
            yield Row(number, lines.number, with_defaults(_request(line), defaults))
        except ValueError as error:
            yield Row(number, lines.number, None, f"not a request: {_reason(error)}")


def _request(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST:
        raise ValueError("the line is longer than 1 MiB")
    given = read_json(line.decode())
    if not isinstance(given, dict):
        raise ValueError("it is no JSON object, such as {" + '"use_case": "card-fraud", "score": 0.71}')  # noqa: TRY004
    return given


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} of the line is no UTF-8"
    column = getattr(error, "colno", None)
    return str(error) if column is None else f"no JSON at column {column}: {getattr(error, 'msg', '')}"
