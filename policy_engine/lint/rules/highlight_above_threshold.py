"""A highlight whose cut lies above its band's threshold: a case that just reaches the band shows not even its first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.places import place_of_held
from policy_engine.lint.subjects import cell_of, source_in_words
from policy_engine.lint.tuning import Reached, reached
from policy_engine.resolution import format_number, ladder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Highlight
    from policy_engine.resolution import Cell


class _Cut(NamedTuple):
    """The cut of a highlight in a cell, and the highest that it may come to be."""

    number: float
    high: float
    tunable: str | None


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    score = cells.policy.score
    if score is None or score.kind != "classes" or score.signal == "margin":
        return
    told: set[Path] = set()
    for cell in cells.simplest_first:
        for rung in ladder(cell):
            held = cell.highlight(rung.band)
            if held.value is None or rung.threshold is None:
                continue
            path = (*place_of_held(cells, cell, ("highlight", rung.band)), "above")
            found = None if path in told else _above(cells, cell, rung.band, held.value, path)
            if found is not None:
                told.add(path)
                yield found


def _above(cells: PolicyInCells, cell: Cell, band: str, highlight: Highlight, path: Path) -> Finding | None:
    threshold = cell.settled["thresholds", band]
    cut = _cut(cells, cell, band, highlight)
    ends = reached(cells.policy, cell, band)
    if ends is None or cut.high <= ends.low:
        return None
    is_tuned = cut.number <= threshold.value
    if is_tuned and _is_one_variable(cells, cut, ends):
        return None
    shown = cut.high if is_tuned else cut.number
    least = ends.low if is_tuned else float(threshold.value)
    sources = [threshold.source, cell.highlight(band).source]
    effect = "is only filled in" if highlight.floor else "is not shown"
    return Finding(
        f"{_cut_in_words(band, shown, cut, is_tuned=is_tuned)} is above {_threshold_in_words(least, ends, is_tuned)} "
        f"({source_in_words(threshold.source)}){cells.where(cell, sources)}: "
        f"of a case that just reaches `{band}`, even the first class {effect}",
        _mend(band, least, cut, ends if is_tuned else None),
        path,
        cell=cell_of(cell),
        witness=least,
    )


def _cut(cells: PolicyInCells, cell: Cell, band: str, highlight: Highlight) -> _Cut:
    rounded = cell.scale.score.rounded
    number = rounded(highlight.above)
    name = f"{band}.highlight.above"
    tunable = cells.policy.tunable.get(name)
    is_of_base = place_of_held(cells, cell, ("highlight", band))[0] == "bands"
    if tunable is None or (tunable.env is not None and not is_of_base):
        return _Cut(number, number, None)
    high = rounded(tunable.within[1])
    return _Cut(number, max(number, high), name)


def _is_one_variable(cells: PolicyInCells, cut: _Cut, ends: Reached) -> bool:
    """Say whether one variable of the environment gives both numbers, so that neither moves without the other."""
    if cut.tunable is None or ends.tunable is None:
        return False
    own, other = cells.policy.tunable[cut.tunable], cells.policy.tunable[ends.tunable]
    return own.env is not None and own.env == other.env


def _cut_in_words(band: str, number: float, cut: _Cut, *, is_tuned: bool) -> str:
    what = f"the cut of the highlight of `{band}`"
    if is_tuned and cut.high > cut.number:
        return f"{what}, which may be tuned to {format_number(number)},"
    return f"{format_number(number)}, {what},"


def _threshold_in_words(number: float, ends: Reached, is_tuned: bool) -> str:  # noqa: FBT001 - of three, the last
    if is_tuned and ends.tunable is not None:
        return f"its threshold, which may be tuned to {format_number(number)}"
    return f"its threshold, {format_number(number)}"


def _mend(band: str, least: float, cut: _Cut, tuned: Reached | None) -> str:
    if tuned is None:
        return f"write {format_number(least)} or less, or give `{band}` a higher threshold"
    lower = f"write {format_number(least)} or less"
    if cut.tunable is not None:
        lower = f"let `within` of `{cut.tunable}` end at {format_number(least)}"
    higher = f"give `{band}` a higher threshold"
    if tuned.tunable is not None:
        higher = (
            f"let that of `{tuned.tunable}` begin higher"
            if cut.tunable is not None
            else (f"let `within` of `{tuned.tunable}` begin higher")
        )
    return f"{lower}, or {higher}"


RULE = Rule(
    "PE235",
    "highlight-above-threshold",
    "sound",
    "the cut of a highlight lies above the threshold of its band in some cell",
    _check,
    "warning",
)
