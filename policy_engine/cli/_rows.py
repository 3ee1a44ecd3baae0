"""Rows of a file: a request each, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy_engine.cli._lines import Lines

MOST_AT_ONCE = 1024
"""So many rows are decided, and recorded in one write, before they are printed."""


_BY_NAME = ("facts", "thresholds")


class Row(NamedTuple):
    """One row: the request, or in its place what is wrong. Rows count from 1, without headers and blank lines.

    `line` is where it begins, 0 in a file that has no lines.
    """

    number: int
    line: int
    given: Mapping[str, Any] | None
    problem: str = ""


def chunks(rows: Iterable[Row | None], lines: Lines) -> Iterator[list[Row]]:
    """Gather rows to be decided together: up to 1024, but never wait for more while there are some.

    None among the rows stands for a line that is none.
    """
    chunk: list[Row] = []
    for row in rows:
        if row is not None:
            chunk.append(row)
        if chunk and (len(chunk) == MOST_AT_ONCE or lines.would_wait):
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def with_defaults(given: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request in which what it leaves out, or has as null, is taken from the command line.

    Facts and thresholds are taken one by one.

    Raises `ValueError` where the request is for another use case than the command line names.
    """
    for name, value in defaults.items():
        said = given.get(name)
        if said is None:
            given[name] = value
        elif name in _BY_NAME and isinstance(said, dict):
            given[name] = {**value, **said}
    if "use_case" in defaults and given["use_case"] != defaults["use_case"]:
        raise ValueError(
            f"its `use_case` is not `{defaults['use_case']}`, which the command line names: leave one of them out"
        )
    return given
