"""The requests of a batch as records have them, in JSON: column by column, and put together row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import orjson

from policy_engine.engine.plain import plain
from policy_engine.evaluator.columns import column_item, is_column
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policy_engine.evaluator.columns import Columns

_MOST_KEPT: Final = 2**16
_NUMBERS: Final = {float, bool}
_NULL: Final = b"null"


class RequestTexts(NamedTuple):
    """Of some rows, the `request` of each as JSON, its subject if that is text, and its jurisdiction as JSON."""

    requests: list[bytes]
    subjects: Sequence[str | None] | None
    jurisdictions: Sequence[bytes | None]


def request_texts(columns: Columns, begin: int, end: int) -> RequestTexts:
    """Return the requests of the rows from *begin* to *end*, which bring no facts, thresholds or reason codes."""
    rows = end - begin
    nothing: Sequence[bytes] = (b"",) * rows
    head = [_member(name, _texts(column, begin, end)) for name, column in _head(columns)]
    dimensions = {name: _texts(column, begin, end, depth=1) for name, column in columns.dimensions.items()}
    context = nothing if columns.context is None else _context(columns.context, begin, end)
    requests = [
        b'{%b"dimensions":{%b}%b}' % told
        for told in zip(_together(head) or nothing, _joined(dimensions, rows), context, strict=True)
    ]
    return RequestTexts(requests, _subjects(columns.subject, begin, end), dimensions.get(JURISDICTION, (None,) * rows))


def items(column: Any, begin: int, end: int) -> Sequence[Any]:  # noqa: ANN401 - any column, any values
    """Return what stands in some rows of a column, as it was given."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "iufU" and column.dtype.type is not np.longdouble:
        found: list[Any] = column[begin:end].tolist()
        return found
    return column[begin:end] if isinstance(column, list) else [column[row] for row in range(begin, end)]


def _head(columns: Columns) -> list[tuple[str, Any]]:
    given = (("model", columns.model), ("model_version", columns.model_version), ("subject", columns.subject))
    return [(name, column) for name, column in given if column is not None]


def _member(name: str, texts: Iterable[bytes]) -> list[bytes]:
    """Return a member of an object for each of its values, with a comma after it; none for null."""
    before = orjson.dumps(name) + b":"
    return [b"" if text == _NULL else before + text + b"," for text in texts]


def _together(members: Sequence[Sequence[bytes]]) -> Sequence[bytes]:
    return members[0] if len(members) == 1 else [b"".join(row) for row in zip(*members, strict=True)]


def _joined(dimensions: Mapping[str, Sequence[bytes]], rows: int) -> Sequence[bytes]:
    """Return the inside of an object for each row. Most rows have the same few."""
    if not dimensions:
        return (b"",) * rows
    names = [orjson.dumps(name) + b":" for name in dimensions]
    known: dict[tuple[bytes, ...], bytes] = {}
    found = []
    for texts in zip(*dimensions.values(), strict=True):
        inner = known.get(texts)
        if inner is None:
            if len(known) == _MOST_KEPT:
                known.clear()
            inner = b",".join(name + text for name, text in zip(names, texts, strict=True) if text != _NULL)
            known[texts] = inner
        found.append(inner)
    return found


def _context(context: Any, begin: int, end: int) -> Sequence[bytes]:  # noqa: ANN401 - as given
    if isinstance(context, Mapping):
        # One for all rows, whatever it holds
        return (b',"context":' + orjson.dumps(plain(context)),) * (end - begin)
    return [b"" if text == _NULL else b',"context":' + text for text in _texts(context, begin, end)]


def _texts(column: Any, begin: int, end: int, *, depth: int = 0) -> Sequence[bytes]:  # noqa: ANN401 - as given
    """Return the values of some rows as JSON, which stand so deep in the request."""
    if isinstance(column, Mapping):
        return [orjson.dumps(plain(column_item(column, row), depth)) for row in range(begin, end)]
    if not is_column(column):
        return (orjson.dumps(plain(column, depth)),) * (end - begin)
    values = items(column, begin, end)
    kinds = set(map(type, values))
    if (kinds == {str} and _has_no_odd_one(values)) or (kinds <= _NUMBERS and np.isfinite(np.array(values)).all()):
        # No value of these has a comma in it
        return orjson.dumps(values)[1:-1].split(b",")
    if kinds == {str}:
        texts = {value: orjson.dumps(plain(value, depth)) for value in set(values)}
        return [texts[value] for value in values]
    return [orjson.dumps(plain(value, depth)) for value in values]


def _has_no_odd_one(texts: Sequence[str]) -> bool:
    """Say whether JSON writes all of *texts* as they are, and no comma is among them."""
    whole = "".join(texts)
    return whole.isascii() and whole.isprintable() and not any(character in whole for character in '",\\')


def _subjects(column: Any, begin: int, end: int) -> Sequence[str | None] | None:  # noqa: ANN401 - as given
    if column is None:
        return None
    if isinstance(column, Mapping) or not is_column(column):
        return (plain(column) if isinstance(column, str) else None,) * (end - begin)
    values = items(column, begin, end)
    if set(map(type, values)) == {str} and "".join(values).isascii():
        return values
    return [plain(one) if isinstance(one, str) else None for one in values]
