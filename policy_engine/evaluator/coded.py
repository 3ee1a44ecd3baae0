"""Columns by their distinct values: row *i* has `values[codes[i]]`. What a value means is then asked once."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from policy_engine.evaluator.arrow import ArrowColumn
from policy_engine.evaluator.columns import Categories, Nullable, is_column, is_numeric
from policy_engine.evaluator.short_texts import ShortTexts
from policy_engine.evaluator.stretches import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_MOST_TEXTS: Final = 4096
"""With more distinct texts than these, Arrow would take longer to look one up than Python does."""


class Coded(Protocol):
    """A column whose distinct values are numbered as they are met, by several threads perhaps."""

    @property
    def values(self) -> Sequence[Any]:
        """The distinct values met by now. Only more are added."""

    def codes(self, begin: int, end: int) -> NDArray[Any] | None:
        """Return the places of some rows among the values; None where all rows have the first."""


def coded(column: Any, cuts: Sequence[float] = ()) -> Coded:  # noqa: ANN401 - any column
    """Return a column, or one value for all rows, by its distinct values.

    Numbers stand for the interval between *cuts* that they lie in; without cuts for numbers as such.
    """
    if not is_column(column):
        return _OneValue(column)
    if isinstance(column, ArrowColumn):
        return _coded_arrow(column, cuts)
    if isinstance(column, Nullable) or is_numeric(column):
        return _Numbers(column, cuts)
    if isinstance(column, Categories):
        return _Categories(column)
    if isinstance(column, np.ndarray) and column.dtype.kind == "b":
        return _Truths(column)
    if isinstance(column, np.ndarray) and column.dtype.kind == "U":
        return _Texts(column)
    return _Things(column)


def _coded_arrow(column: ArrowColumn, cuts: Sequence[float]) -> Coded:
    if column.kind == "numbers":
        return _Numbers(column, cuts)
    if column.kind == "truths":
        return _Truths(column)
    return _ArrowTexts(column) if column.kind == "texts" else _ArrowCategories(column)


def coded_by(answer: Callable[[Any], Any], column: Sequence[Any]) -> Coded:
    """Return what *answer* says of each row of a column, by its distinct answers."""
    return _Things(column, answer)


class _OneValue:
    """One value for all rows."""

    def __init__(self, value: object) -> None:
        self.values = (value,)

    def codes(self, begin: int, end: int) -> None:
        """Return nothing: all rows have it."""


class _Numbers:
    """Numbers, which stand for an interval between cuts, for *not finite*, or for none at all."""

    def __init__(self, column: Any, cuts: Sequence[float] = ()) -> None:  # noqa: ANN401 - an array, or one with nulls
        self._column = column
        self._cuts = cuts
        below = float(np.nextafter(cuts[0], -np.inf)) if cuts else 0.0
        self.values = (below, *cuts, float("inf"), None)

    def codes(self, begin: int, end: int) -> NDArray[np.intp]:
        """Return the intervals in which some rows lie."""
        numbers, is_null = numbers_of(self._column, begin, end)
        codes = np.searchsorted(np.array(self._cuts, dtype=np.float64), numbers, side="right")
        if self._cuts:
            codes[~np.isfinite(numbers)] = len(self._cuts) + 1
        if is_null is not None:
            codes[is_null] = len(self._cuts) + 2
        return codes


class _Truths:
    """Truth values of NumPy or Arrow."""

    values: tuple[Any, ...] = (np.False_, np.True_, None)

    def __init__(self, column: Any) -> None:  # noqa: ANN401 - an array, or one with nulls
        self._column = column

    def codes(self, begin: int, end: int) -> NDArray[np.uint8]:
        """Return 0 for false, 1 for true, 2 for neither."""
        is_arrow = isinstance(self._column, ArrowColumn)
        truths, is_null = self._column.numbers(begin, end) if is_arrow else (self._column[begin:end], None)
        codes: NDArray[np.uint8] = truths.view(np.uint8)
        return codes if is_null is None else np.where(is_null, np.uint8(2), codes)


class _Categories:
    """Categories of pandas."""

    def __init__(self, column: Categories) -> None:
        self._column = column
        self.values = (*column.values, column.null)

    def codes(self, begin: int, end: int) -> NDArray[Any]:
        """Return the categories of some rows."""
        codes = self._column.codes[begin:end]
        # -1 is none of them, and such a row has what stands behind them
        return np.where(codes < 0, len(self.values) - 1, codes) if codes.min(initial=0) < 0 else codes


class _ArrowCategories:
    """Dictionaries of Arrow, categories and enumerations of polars."""

    def __init__(self, column: ArrowColumn) -> None:
        self.values = column.categories
        self.codes = column.category_codes


class _Growing:
    """Values that are numbered as they are met."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._places: dict[Any, int] = {}
        self._turn = Lock()

    def _place(self, value: object) -> int:
        """Return the place of a value. Equal values of different types stay apart."""
        try:
            found = self._places.setdefault((type(value), value), len(self.values))
        except (TypeError, ValueError):
            # a list, a mapping, a duration without a unit: what cannot be looked up is never taken for another
            found = len(self.values)
        if found == len(self.values):
            self.values.append(value)
        return found


class _Things(_Growing):
    """Anything at all, or what is said of it: looked at row by row."""

    def __init__(self, column: Sequence[Any], answer: Callable[[Any], Any] | None = None) -> None:
        super().__init__()
        self._column = column
        self._answer = answer

    def codes(self, begin: int, end: int) -> NDArray[np.intp]:
        """Return the places of some rows."""
        rows = self._column[begin:end]
        with self._turn:
            told = rows if self._answer is None else map(self._answer, rows)
            return np.fromiter(map(self._place, told), dtype=np.intp, count=len(rows))


class _Texts(_Growing):
    """An array of NumPy's own texts, of which only the distinct ones become Python objects."""

    def __init__(self, column: NDArray[np.str_]) -> None:
        super().__init__()
        self._column = column

    def codes(self, begin: int, end: int) -> NDArray[np.intp]:
        """Return the places of some rows."""
        distinct, places = np.unique(self._column[begin:end], return_inverse=True)
        with self._turn:
            found = np.array([self._place(text) for text in distinct], dtype=np.intp)
        return found[places] if len(found) else places


class _ArrowTexts(_Growing):
    """Texts of Arrow or polars."""

    def __init__(self, column: ArrowColumn) -> None:
        super().__init__()
        self._column = column
        self._short = ShortTexts()
        self._place(None)

    def codes(self, begin: int, end: int) -> NDArray[Any]:
        """Return the places of some rows."""
        short = self._short_codes(begin, end)
        if short is not None:
            return short
        known = self.values[1:]
        if len(known) > _MOST_TEXTS:
            known = []
        places, new = self._column.text_codes(begin, end, known)
        with self._turn:
            found = [self._place(text) for text in (None, *known, *new)]
        return places if found == [*range(len(found))] else np.array(found)[places]

    def _short_codes(self, begin: int, end: int) -> NDArray[Any] | None:
        """Return the places of some rows by the views of their texts, or None where not all can be found so."""
        found = []
        for at in range(begin, end, CHUNK):
            views = self._column.views(at, min(at + CHUNK, end)) if self._short.are_apt else None
            if views is None:
                return None
            with self._turn:
                places = self._short.places(*views, self._place)
            if places is None:
                return None
            found.append(places)
        return np.concatenate(found) if found else None


def numbers_of(column: Any, begin: int, end: int) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:  # noqa: ANN401 - an array, or one with nulls
    """Return some rows of a column of numbers in binary64, and which of them are null, None where none is."""
    if isinstance(column, ArrowColumn):
        numbers, is_null = column.numbers(begin, end)
    elif isinstance(column, Nullable):
        numbers, is_null = column.numbers[begin:end], column.is_null[begin:end]
    else:
        numbers, is_null = column[begin:end], None
    return in_binary64(numbers), is_null


def in_binary64(given: NDArray[Any]) -> NDArray[np.float64]:
    """Return numbers in binary64, the same array where they are in it already."""
    # What is too large becomes infinite and a signalling NaN a quiet one: both are told apart afterwards
    with np.errstate(over="ignore", invalid="ignore"):
        return given.astype(np.float64, copy=False)
