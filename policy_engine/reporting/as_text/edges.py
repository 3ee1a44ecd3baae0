"""Edges for people: a line a policy, and at length what is decided otherwise than it must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.model import format_instant
from policy_engine.printable import printable
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.paint import PLAIN, Paint
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.wrapped import wrapped_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.reporting.edges import EdgeFailure, EdgesOfPolicy

_SHOWN = 10
"""So many failures of a policy are shown; JSON has more."""

_WIDTH, _INDENT = 80, " " * 13


def edges_as_text(found: Sequence[EdgesOfPolicy], *, paint: Paint = PLAIN) -> str:
    """Return what is wrong at edges, then how many of each policy were tried, and whether all hold."""
    lines = [line for one in found for line in _failures(one, paint)]
    rows = [_row(one) for one in found]
    for line, (one, row) in zip(table(rows) if rows else [], zip(found, rows, strict=True), strict=True):
        colour = paint.good if one.is_sound else paint.error
        lines.append(line.removesuffix(row[-1]) + colour(row[-1]))
    return "".join(f"{line}\n" for line in lines)


def _row(one: EdgesOfPolicy) -> list[str]:
    if one.miscompiled is not None:
        return [printable(one.file), "", "there is no table to try"]
    cells = counted(one.of_cells, "cell")
    where = cells if one.cells == one.of_cells else f"{one.cells:,} of {cells}"
    edges = f"{counted(one.tried, 'edge')} in {where}"
    return [printable(one.file), edges, f"{one.failed:,} failed" if one.failed else "held"]


def _failures(one: EdgesOfPolicy, paint: Paint) -> Iterator[str]:
    name = paint.strong(f"{printable(one.file)}:")
    if one.miscompiled is not None:
        yield f"{name} {paint.error(printable(one.miscompiled))}"
        yield ""
    for failure in one.failures[:_SHOWN]:
        yield f"{name} an edge is decided {paint.error('wrongly')}"
        yield from (wrapped_text(f"  {line}", _INDENT, _WIDTH) for line in table([*_of_failure(failure)]))
        yield "  help: this is a bug of policy-engine: please report it with the policy"
        yield ""
    if one.failed > _SHOWN:
        yield f"{name} and {one.failed - _SHOWN:,} more"
        yield ""


def _of_failure(failure: EdgeFailure) -> Iterator[list[str]]:
    cell = ", ".join(f"{name} {'unknown' if value is None else value}" for name, value in failure.cell.items())
    yield ["cell", printable(cell) or "everywhere"]
    yield ["at", format_instant(failure.at)]
    yield ["score", printable(f"{_shown(failure.score)}: {failure.edge}")]
    if failure.promised is not None:
        yield ["promised", printable(failure.promised)]
    for name, said in failure.said.items():
        yield [name, printable(said)]


def _shown(score: Any) -> str:  # noqa: ANN401 - whatever a case may give
    if isinstance(score, dict):
        return ", ".join(f"{label} {value!r}" for label, value in score.items()) or "{}"
    return repr(score)


def summary_of_edges(found: Sequence[EdgesOfPolicy]) -> str:
    """Return what came of all edges in one line."""
    tried, failed = sum(one.tried for one in found), sum(one.failed for one in found)
    miscompiled = sum(one.miscompiled is not None for one in found)
    parts = [counted(tried, "edge"), f"{failed:,} failed" if failed else "none failed"]
    if miscompiled:
        parts.append(f"{counted(miscompiled, 'policy', 'policies')} miscompiled")
    return ", ".join(parts)
