"""The distinct cases of a batch: one number for each combination of what its columns mean that is met."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.exceptions import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from policy_engine.evaluator.coded import Coded

MOST_LISTED: Final = 1 << 20
"""So many combinations that there may be have their numbers in a list; of more, those that are met are sorted."""
_MOST_SMALL: Final = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class _Refused:
    """The meaning of a value that the policy refuses. It is no matter until a row has it."""

    error: InvalidRequestError


def distinct(places: NDArray[Any], size: int) -> list[int]:
    """Return the distinct ones among places below *size*, in their order, without sorting them."""
    is_there = np.zeros(size, dtype=np.bool_)
    is_there[places] = True
    found: list[int] = np.flatnonzero(is_there).tolist()
    return found


class Meanings:
    """A column by what its values mean, so that values which mean the same count as one."""

    def __init__(self, column: Coded, meaning: Callable[[Any], Hashable]) -> None:
        """Ask *meaning* once about each distinct value of *column*."""
        self.met: list[Hashable] = []
        self._column = column
        self._meaning = meaning
        self._places: dict[Hashable, int] = {}
        # In one assignment: the place of each value's meaning, and whether that is simply the value's own
        self._by_value: tuple[NDArray[np.intp], bool] = np.empty(0, dtype=np.intp), True
        self._turn = Lock()

    def places(self, begin: int, end: int) -> NDArray[Any] | None:
        """Return the places of some rows among the meanings; None where all rows have the first."""
        codes = self._column.codes(begin, end)
        values = self._column.values
        if len(values) > len(self._by_value[0]):
            self._ask(values)
        by_value, is_own = self._by_value
        return codes if codes is None or is_own else by_value[codes]

    def _ask(self, values: Sequence[Any]) -> None:
        with self._turn:
            known = self._by_value[0]
            new = [self._place(value) for value in values[len(known) :]]
            by_value = np.array([*known, *new], dtype=np.intp)
            self._by_value = by_value, bool((by_value == np.arange(len(by_value))).all())

    def _place(self, value: object) -> int:
        try:
            meaning = self._meaning(value)
        except InvalidRequestError as error:
            meaning = _Refused(error)
        place = self._places.setdefault(meaning, len(self.met))
        if place == len(self.met):
            self.met.append(meaning)
        return place


class Combinations:
    """The numbers of combinations, from 1 on, in the order in which they are met."""

    def __init__(self, columns: Sequence[Meanings], made: Callable[[Sequence[Any]], None]) -> None:
        """Call *made* with the meanings of each new combination, one at a time."""
        self.columns = columns
        self._made = made
        self._numbers: dict[tuple[int, ...], int] = {}
        self._layouts: dict[tuple[int, ...], NDArray[np.int32] | None] = {}
        self._turn = Lock()

    def __len__(self) -> int:
        """Return how many have been met."""
        return len(self._numbers)

    def of_rows(self, begin: int, end: int) -> Combined:
        """Return the combinations of some rows."""
        places = [column.places(begin, end) for column in self.columns]
        # Powers of two, so that they seldom change while more values are met
        sizes = tuple(1 << (len(column.met) - 1).bit_length() for column in self.columns)
        with self._turn:
            if sizes not in self._layouts:
                size = prod(sizes)
                self._layouts[sizes] = np.zeros(size, dtype=np.int32) if size <= MOST_LISTED else None
            return Combined(self, places, sizes, self._layouts[sizes])

    def number_of(self, places: Sequence[int]) -> int:
        """Return the number of a combination of places, which may be a new one."""
        key = tuple(places)
        with self._turn:
            number = self._numbers.get(key)
            if number is None:
                meanings = [column.met[place] for column, place in zip(self.columns, key, strict=True)]
                refused = next((one for one in meanings if isinstance(one, _Refused)), None)
                if refused is not None:
                    raise refused.error
                self._made(meanings)
                number = self._numbers[key] = len(self._numbers) + 1
        return number


@dataclass(frozen=True, slots=True)
class Combined:
    """The combinations of some rows: those that one number counts up, digit by digit, or a list has by that number."""

    of: Combinations
    places: Sequence[NDArray[Any] | None]
    sizes: tuple[int, ...]
    listed: NDArray[np.int32] | None

    @property
    def size(self) -> int:
        """How many combinations there may be."""
        return prod(self.sizes)

    def counted(self, rows: slice | NDArray[np.intp]) -> NDArray[Any] | int:
        """Return for some of the rows the number that counts all combinations there may be, or one for all of them."""
        # Small numbers are counted up several times as fast as large ones
        kind = np.uint16 if self.size <= _MOST_SMALL else np.intp
        counted: NDArray[Any] | None = None
        weight = 1
        for places, size in zip(self.places, self.sizes, strict=True):
            if places is not None:
                digits: NDArray[Any] = places[rows].astype(kind)
                if weight > 1:
                    np.multiply(digits, kind(weight), out=digits)
                counted = digits if counted is None else np.add(counted, digits, out=counted)
            weight *= size
        return 0 if counted is None else counted

    def numbers(self, counted: NDArray[np.intp]) -> NDArray[np.int32]:
        """Return the numbers of combinations by what counts them."""
        if self.listed is None:
            found, places = np.unique(counted, return_inverse=True)
            return np.array([self._number(int(one)) for one in found], dtype=np.int32)[places]
        numbers = self.listed.take(counted)
        is_new = numbers == 0
        if is_new.any():
            for one in distinct(counted[is_new], self.size):
                self.listed[one] = self._number(one)
            numbers = self.listed.take(counted)
        return numbers

    def _number(self, counted: int) -> int:
        places = []
        for size in self.sizes:
            counted, place = divmod(counted, size)
            places.append(place)
        return self.of.number_of(places)
