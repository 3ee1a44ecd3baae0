"""Which thresholds hold where the case was decided, where each came from, and which overrides match there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.engine.explanation.contests import contests
from policy_engine.engine.explanation.words import cut_off, source_in_words
from policy_engine.resolution import format_number
from policy_engine.vocabulary import FROM_CALL, FROM_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.engine.explanation.told import Told
    from policy_engine.resolution import Cell


def thresholds(told: Told) -> Iterator[str]:
    """Yield the thresholds that hold where the case was decided, or which word on bad input does."""
    given, cell = told.member.given, told.member.cell
    if given.invalid is not None:
        source = source_of(told, cell.on_invalid(given.invalid).source)
        yield f"`on_invalid` gives it that band there ({source}), whatever the thresholds are"
        return
    named = f" for `{cell.scale.name}`" if cell.scale.name is not None else ""
    label = f" for `{cut_off(told.member.reading.name)}`" if told.policy.kind == "labels" else named
    yield f"thresholds there{label}:"
    width = max(len(name) for name in cell.scale.bands)
    for rung in reversed(given.cell.rungs):
        if rung.threshold is None:
            yield f"  {rung.band:<{width}}  everything else"
        else:
            source = source_of(told, rung.source, rung.band)
            yield f"  {rung.band:<{width}}  from {format_number(rung.threshold)}, {source}"
    yield from _overrides(told, cell)


def _overrides(told: Told, cell: Cell) -> Iterator[str]:
    matched = [one for one in told.table.resolved.overrides if one.id in cell.matched]
    if not matched:
        yield "no override matches there"
        return
    yield f"overrides that match: {', '.join(f'`{one.id}`' for one in matched)}"
    for one in matched:
        if one.override.because:
            yield f"  `{one.id}`: {' '.join(one.override.because.split())}"
    moved = {band for band, (_, source) in told.member.given.cell.thresholds.items() if source == FROM_CALL}
    yield from contests(cell, matched, but={("thresholds", band) for band in moved})


def source_of(told: Told, source: str | None, band: str | None = None) -> str:
    """Return where a value came from; of a number from the environment, the variable that gave it to *band*."""
    if source == FROM_ENVIRONMENT:
        variable = _variable(told, band)
        return "the environment" if variable is None else f"the environment variable `{variable}`"
    return "the request itself" if source == FROM_CALL else source_in_words(source)


def _variable(told: Told, band: str | None) -> str | None:
    tunable = told.policy.tunable.get(told.member.cell.scale.tunable_name(str(band)))
    return None if tunable is None else tunable.env
