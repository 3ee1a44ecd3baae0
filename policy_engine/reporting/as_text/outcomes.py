"""How many cases got what, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.printable import printable
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.table import table, width_of
from policy_engine.reporting.columns import cut_to

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from policy_engine.reporting.outcome_mix import OutcomeMix, Place

_ALL = "all"


def outcome_mix_as_text(mix: OutcomeMix, columns: int) -> str:
    """Return how many cases each cell has, and how many of them got which outcome: count and share."""
    cases = counted(mix.total.total(), "case")
    lines = [f"{printable(mix.policy.use_case)} version {mix.policy.version}: {cases}", ""]
    return "\n".join([*lines, *_table(mix, columns), ""])


def _table(mix: OutcomeMix, columns: int) -> list[str]:
    """Return a table with a column for each dimension; narrower where that is too wide.

    Without a dimension there is one cell, which is all there is to tell.
    """
    bands = mix.policy.band_names
    counts = [(place, mix.counts[place]) for place in sorted(mix.counts) if place]
    head = ["cases", *bands]
    body = [_figures(count, bands) for _, count in (*counts, ((), mix.total))]
    apart = [list(mix.dimensions), *([printable(value) for value in place] for place, _ in counts)]
    last = [_ALL, *[""] * (len(mix.dimensions) - 1)] if mix.dimensions else []
    wide = [[*names, *figures] for names, figures in zip([*apart, last], [head, *body], strict=True)]
    right = range(len(mix.dimensions), len(wide[0]))
    if width_of(wide) <= columns:
        return table(wide, right=right)
    cells = ["cell", *(_joined(place) for place, _ in counts), _ALL]
    narrow = [[cell, *figures] for cell, figures in zip(cells, [head, *body], strict=True)]
    if width_of(narrow) <= columns:
        return table(narrow, right=range(1, len(narrow[0])))
    return [line for place, count in (*counts, ((_ALL,), mix.total)) for line in _listed(place, count, bands, columns)]


def _figures(count: Counter[str], bands: tuple[str, ...]) -> list[str]:
    total = count.total()
    return [f"{total:,}", *(f"{count[band]:,} {count[band] / total:>6.1%}" for band in bands)]


def _joined(place: Place) -> str:
    return printable(", ".join(place))


def _listed(place: Place, count: Counter[str], bands: tuple[str, ...], columns: int) -> Iterator[str]:
    """Yield a cell over several lines: for policies with so many bands that no table holds them."""
    yield cut_to(f"{_joined(place)}: {counted(count.total(), 'case')}", columns)
    rows = [[f"  {band}", f"{count[band]:,} {count[band] / count.total():>6.1%}"] for band in bands if count[band]]
    yield from table(rows, right=[1])
