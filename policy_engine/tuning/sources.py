"""Which number is at work where: the base's or an override's, case by case, for the threshold of one band."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from policy_engine.resolution import UNKNOWN, country_of
from policy_engine.vocabulary import BASE, ESCALATION_PATH, JURISDICTION, MODEL_VERSION, NO_PATH, SCORE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from policy_engine.resolution import Step
    from policy_engine.tuning.band import BandToTune


def sources_of_rows(band: BandToTune, columns: Mapping[str, Sequence[Any]], rows: int, at: datetime) -> list[str]:
    """Return for each row what gives *band* its threshold at an instant: `base`, or the id of an override.

    *columns* of so many *rows*, with the name of a dimension each, say what a row is; others say nothing here. What is
    left out, empty, or nothing that the catalog knows, is not known: on that dimension no override that
    names it matches. That is not what a decision comes to, for which the strictest of all values holds; it is the
    number by which the row is to be counted. An undeclared part of a declared country counts as that country, an empty
    `escalation_path` as no path, and text that spells a number as that number.

    Each combination of values is looked up once, and of a number only between which cuts it lies.
    """
    steps = band.file.resolved.steps
    coded = {
        place: _coded(step, band, columns[step.dimension.name])
        for place, step in enumerate(steps)
        if step.dimension.name in columns and step.dimension.name != SCORE
    }
    combination = np.zeros(rows, np.int64)
    firsts = np.zeros(min(rows, 1), np.int64)
    for place, codes in coded.items():
        # INVARIANT: there are no more combinations than rows, so that no product overflows
        numbers = combination * (max(steps[place].codes.values()) + 1) + codes
        _, firsts, combination = np.unique(numbers, return_index=True, return_inverse=True)
    otherwise = [_without_column(step, band) for step in steps]
    found = [
        _source(band, [int(coded[i][row]) if i in coded else code for i, code in enumerate(otherwise)], at)
        for row in firsts.tolist()
    ]
    return [found[one] for one in combination.tolist()]


def _source(band: BandToTune, codes: Sequence[int], at: datetime) -> str:
    resolved = band.file.resolved
    state = resolved.start_at(at)
    for step, code in zip(resolved.steps, codes, strict=True):
        state = step.next[state][code]
    settled = resolved.cells[state].threshold(band.band)
    return BASE if settled is None else settled.source


def _without_column(step: Step, band: BandToTune) -> int:
    """Return the code of a dimension of which nothing is said: which score it is, is known all the same."""
    if step.dimension.name == SCORE:
        return step.codes[band.score]
    return step.codes[NO_PATH if step.dimension.name == ESCALATION_PATH else UNKNOWN]


def _coded(step: Step, band: BandToTune, column: Sequence[Any]) -> NDArray[np.int64]:
    """Return the code of each value of a column."""
    if step.dimension.cuts:
        return _coded_numbers(step, column)
    known: dict[str, int] = {}
    nothing = _without_column(step, band)
    meant = _reading_of(step, band)
    codes = np.full(len(column), step.codes[UNKNOWN], np.int64)
    for row, value in enumerate(column):
        if isinstance(value, str) and value:
            if value not in known:
                known[value] = step.codes.get(meant(value), step.codes[UNKNOWN])
            codes[row] = known[value]
        elif value is None or value == "":
            codes[row] = nothing
    return codes


def _reading_of(step: Step, band: BandToTune) -> Callable[[str], str | None]:
    """Return what text means on a dimension, None where that is nothing declared."""
    if step.dimension.name == MODEL_VERSION:
        return band.scale.score.model.version_name
    if step.dimension.name == JURISDICTION:
        return lambda text: text if text in step.codes else country_of(text, step.dimension.values)
    return lambda text: text


def _coded_numbers(step: Step, column: Sequence[Any]) -> NDArray[np.int64]:
    numbers = np.fromiter(map(_number, column), np.float64, len(column))
    between = np.array([step.codes[value] for value in step.dimension.values], np.int64)
    codes = between[np.searchsorted(step.dimension.cuts, numbers, side="right").clip(max=len(between) - 1)]
    return np.where(np.isfinite(numbers), codes, step.codes[UNKNOWN])


def _number(value: Any) -> float:  # noqa: ANN401 - whatever stands in a column
    """Return a value as a number, NaN for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str, np.integer, np.floating)):
        return np.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return np.nan
