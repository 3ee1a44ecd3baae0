"""Decisions as CSV, in which neither a terminal nor a spreadsheet obeys anything that came from outside."""

from __future__ import annotations

import csv
import io
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import orjson

from policy_engine.cli._outcomes import AFTER_SIGNAL, BEFORE_SIGNAL, NAMES
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policy_engine.cli._outcomes import Column, Outcomes, Told

HEADER: Final = f"{','.join(NAMES)}\n".encode()

_FORMULA: Final = ("=", "+", "-", "@")
"""How a text begins that a spreadsheet would work out."""


def csv_of(outcomes: Outcomes) -> bytes:
    """Return a line for each row. Numbers are spelled as in JSON, and codes stand between blanks."""
    heads, tails = heads_of(outcomes), tails_of(outcomes)
    signals = _spelled(outcomes.signals.tolist())
    ids: Iterable[str | None] = outcomes.ids or repeat(None)
    rows = enumerate(zip(outcomes.codes.tolist(), signals, ids, strict=False), start=outcomes.before + 1)
    return "".join(
        [f"{row},{name or ''},{heads[code]},{signal},{tails[code]}\n" for row, (code, signal, name) in rows]
    ).encode()


def heads_of(outcomes: Outcomes) -> list[str]:
    """Return the fields before the signal for each that is told."""
    return [_fields(BEFORE_SIGNAL, told) for told in outcomes.told]


def tails_of(outcomes: Outcomes) -> list[str]:
    """Return the fields behind the signal for each that is told."""
    return [_fields(AFTER_SIGNAL, told) for told in outcomes.told]


def _fields(columns: Sequence[Column], told: Told) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="").writerow([_text(column, column.value(told)) for column in columns])
    return made.getvalue()


def _text(column: Column, value: Any) -> str:  # noqa: ANN401 - as the column has it
    if value is None:
        return ""
    if column.kind == "instant":
        return format_instant(value)
    if column.kind == "codes":
        return " ".join(value)
    if column.kind == "number":
        return _spelled([value])[0]
    text = str(value)
    # What begins so is a text only behind an apostrophe; a number of ours is no text
    return f"'{text}" if column.kind == "text" and text.startswith(_FORMULA) else text


def _spelled(numbers: Sequence[float]) -> list[str]:
    """Return each number as JSON has it, NaN as nothing."""
    return orjson.dumps(numbers)[1:-1].decode().replace("null", "").split(",") if numbers else []
