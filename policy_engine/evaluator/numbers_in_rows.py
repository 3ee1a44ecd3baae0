"""Cases of one number each, many at once: those that fall alike are settled once, and share a code."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.evaluator.arrow import ArrowColumn
from policy_engine.evaluator.case_columns import CaseColumns
from policy_engine.evaluator.coded import numbers_of
from policy_engine.evaluator.columns import Nullable, column_item, is_numeric
from policy_engine.evaluator.combinations import Combinations, distinct
from policy_engine.evaluator.stretches import CHUNK, UNKNOWN, Buckets
from policy_engine.reference import Reading, read_number
from policy_engine.vocabulary import INVALID_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from policy_engine.evaluator.case import CaseInCells, SettledCase
    from policy_engine.evaluator.codes import Codes
    from policy_engine.evaluator.columns import Columns
    from policy_engine.evaluator.combinations import Combined
    from policy_engine.evaluator.scalar import PolicyEvaluator
    from policy_engine.model import Score

    Numbers = NDArray[np.float64]
    Classes = NDArray[np.int8] | None

_VALID: Final = -1
_CODE: Final = {invalid: code for code, invalid in enumerate(INVALID_CLASSES)}
_CLASSES: Final = len(INVALID_CLASSES)
_NEW: Final = -1
_BY_ITSELF: Final = -2
"""The code of rows each of which has something of its own to say."""
_MOST_COMBINATIONS: Final = 4096
_MOST_STARTS: Final = 8192


class NumberRows:
    """Decides the rows of a batch, some of them at a time, in any order and from any thread."""

    def __init__(self, evaluator: PolicyEvaluator, columns: Columns, codes: Codes) -> None:
        """Begin with nothing settled. Verdicts and the codes of rows go into *codes*."""
        self._evaluator = evaluator
        self._columns = columns
        self._codes = codes
        self._score = evaluator.policy.scales[0].score
        self._of_case = CaseColumns(evaluator, columns)
        self._met = Combinations(self._of_case.columns, self._add)
        self._settled = _Slots(evaluator, codes)
        self._buckets: Buckets | None = None
        self._turn = Lock()

    def _add(self, meanings: Sequence[Any]) -> None:
        case, (is_admitted,) = self._of_case.case(meanings)
        self._settled.add(case, is_admitted=is_admitted)

    def decide(self, begin: int, end: int) -> None:
        """Decide the rows from *begin* up to *end*."""
        # A signalling NaN is told apart like any other
        with np.errstate(invalid="ignore"):
            met = self._met.of_rows(begin, end)
            numbers, classes = read_scores(self._score, self._columns.scores, begin, end)
            buckets = self._buckets_for(met)
            if buckets is None:
                self._codes.put(begin, self._compared(begin, met, numbers, classes, np.arange(end - begin)))
                return
            codes: NDArray[Any] = _by_bucket(buckets, met, numbers, classes)
            left = np.flatnonzero(codes == UNKNOWN)
            if len(left):
                compared = self._compared(begin, met, numbers, classes, left)
                if compared.max() >= UNKNOWN:
                    codes = codes.astype(np.int64)
                codes[left] = compared
            self._codes.put(begin, codes)

    def _buckets_for(self, met: Combined) -> Buckets | None:
        """Return a table with room for the combinations met by now, if there are some, and not too many."""
        many = len(self._met)
        if met.listed is None or not 0 < many <= _MOST_COMBINATIONS:
            return None
        with self._turn:
            buckets = self._buckets
            if buckets is None or buckets.room < many:
                cells = self._evaluator.table.cells
                cuts = np.array([cut for cell in cells for cut in cell.cuts])
                buckets = Buckets(1 << many.bit_length(), (self._score.low, self._score.high), cuts)
                self._settled.fill(buckets)
                self._buckets = buckets
        return buckets if buckets.is_apt else None

    def _compared(
        self, begin: int, met: Combined, numbers: Numbers, classes: Classes, rows: NDArray[np.intp]
    ) -> NDArray[np.int64]:
        """Return the codes of some of the rows from *begin* on, by comparing each score with its cuts."""
        counted = met.counted(rows)
        if isinstance(counted, int):
            counted = np.full(len(rows), counted)
        combinations = met.numbers(counted)
        found = classes_of(self._score, numbers[rows], None if classes is None else classes[rows])
        slots = self._settled.slots_of(combinations, numbers[rows], found)
        codes = self._settled.codes_of(slots)
        for row in np.flatnonzero(codes == _BY_ITSELF):
            codes[row] = self._by_itself(begin + int(rows[row]), int(slots[row]))
        return codes

    def _by_itself(self, row: int, slot: int) -> int:
        """Return the code of a row that has something of its own to say, such as for whom a lot is drawn."""
        settled = self._settled.case_of(slot)
        verdict = self._evaluator.finished(settled, self._columns.request(row), [Reading(None, "missing", None)])
        return self._codes.add_alike(verdict, (slot, verdict.outcome, verdict.reasons, verdict.sample))


def _by_bucket(buckets: Buckets, met: Combined, numbers: Numbers, classes: Classes) -> NDArray[np.uint16]:
    """Return the codes of rows as far as a look-up tells them, `UNKNOWN` for the others and for bad input."""
    codes = np.empty(len(numbers), dtype=np.uint16)
    listed: Any = met.listed
    starts = buckets.starts_of(listed) if len(listed) <= _MOST_STARTS else None
    for at in range(0, len(numbers), CHUNK):
        rows = slice(at, at + CHUNK)
        scores, is_bad = numbers[rows], None
        # NaN is neither
        if classes is not None or not (scores.min() >= buckets.low and scores.max() <= buckets.high):
            is_bad = ~(scores >= buckets.low) | ~(scores <= buckets.high)
            if classes is not None:
                is_bad |= classes[rows] != _VALID
            scores = np.where(is_bad, buckets.low, scores)
        counted = met.counted(rows)
        of_rows = buckets.starts_of(listed.take(counted)) if starts is None else starts.take(counted)
        buckets.look_up(of_rows, scores, codes[rows])
        if is_bad is not None:
            codes[rows][is_bad] = UNKNOWN
    return codes


class _Slots:
    """What becomes of each slot of each combination that was met: its code, settled when a row falls into it."""

    def __init__(self, evaluator: PolicyEvaluator, codes: Codes) -> None:
        self._evaluator = evaluator
        self._all_codes = codes
        self._turn = Lock()
        self._cases: list[CaseInCells] = []
        # By combination, of which 0 is none: its cuts, then infinity, where its slots begin, and whether it is admitted
        self._cuts = np.full((1, 16), np.inf)
        self._begins = np.zeros(16, dtype=np.intp)
        self._is_admitted = np.ones(16, dtype=np.bool_)
        # By slot, classes of bad input before stretches: the code
        self._codes = np.full(64, _NEW, dtype=np.int64)
        self._slots: list[tuple[int, int]] = []
        self._buckets: Buckets | None = None
        self._places: NDArray[np.int64] = np.empty((0, 0), dtype=np.int64)

    def add(self, case: CaseInCells, *, is_admitted: bool) -> None:
        """Make room for the slots of the next combination."""
        with self._turn:
            self._cases.append(case)
            number, cuts = len(self._cases), case.cuts[0]
            self._cuts = _with_room(self._cuts.T, number + 1, np.inf).T
            self._cuts = _with_room(self._cuts, len(cuts), np.inf)
            self._begins = _with_room(self._begins, number + 1, 0)
            self._is_admitted = _with_room(self._is_admitted, number + 1, fill=True)
            self._cuts[: len(cuts), number] = cuts
            self._begins[number] = len(self._slots)
            self._is_admitted[number] = is_admitted
            self._slots += [(number, place) for place in range(_CLASSES + len(cuts) + 1)]
            self._codes = _with_room(self._codes, len(self._slots), _NEW)
            if self._buckets is not None:
                self._places = self._buckets.places_of(self._cuts)

    def slots_of(
        self, combinations: NDArray[np.int32], numbers: Numbers, classes: NDArray[np.int8]
    ) -> NDArray[np.intp]:
        """Return the slots of rows by their combinations, scores and classes of bad input."""
        places = np.full(len(numbers), _CLASSES, dtype=np.intp)
        for cuts in self._cuts:
            places += numbers >= cuts.take(combinations)
        # An invalid score is never compared: whatever was made of it is not taken
        places = np.where(classes == _VALID, places, classes)
        places[~self._is_admitted.take(combinations)] = _CODE["wrong_model"]
        return self._begins.take(combinations) + places

    def codes_of(self, slots: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the codes of slots, which are settled if they were not."""
        codes = self._codes.take(slots)
        is_new = codes == _NEW
        if is_new.any():
            with self._turn:
                for slot in distinct(slots[is_new], len(self._slots)):
                    self._settle(slot)
                codes = self._codes.take(slots)
        return codes

    def case_of(self, slot: int) -> SettledCase:
        """Return what becomes of the cases in a slot."""
        combination, place = self._slots[slot]
        of_case = INVALID_CLASSES[place] if place < _CLASSES else place - _CLASSES
        return self._evaluator.settled(self._cases[combination - 1], (of_case, 0))

    def fill(self, buckets: Buckets) -> None:
        """Note in a new table what is known, and from now on what becomes known."""
        with self._turn:
            self._buckets = buckets
            # One by one they would take longer than a million rows
            self._places = buckets.places_of(self._cuts)
            for slot in np.flatnonzero(self._codes >= 0).tolist():
                self._note(slot)

    def _settle(self, slot: int) -> None:
        if self._codes[slot] != _NEW:
            return
        settled = self.case_of(slot)
        if not settled.is_final:
            self._codes[slot] = _BY_ITSELF
            return
        self._codes[slot] = self._all_codes.add(settled.verdict)
        self._note(slot)

    def _note(self, slot: int) -> None:
        combination, place = self._slots[slot]
        buckets = self._buckets
        if buckets is None or combination > buckets.room:
            return
        code = int(self._codes[slot])
        if not self._is_admitted[combination]:
            buckets.note(combination, -1, buckets.many, code)
        elif place >= _CLASSES:
            stretch = place - _CLASSES
            places = self._places[:, combination].tolist()
            after = places[stretch - 1] if stretch else -1
            is_last = stretch == len(self._cases[combination - 1].cuts[0])
            buckets.note(combination, after, buckets.many if is_last else places[stretch], code)


def _with_room(array: NDArray[Any], size: int, fill: Any) -> NDArray[Any]:  # noqa: ANN401 - what fits the array
    """Return the array, or one at least twice as long that begins with it."""
    if len(array) >= size:
        return array
    grown = np.full((max(size, 2 * len(array)), *array.shape[1:]), fill, dtype=array.dtype)
    grown[: len(array)] = array
    return grown


# --- scores --------------------------------------------------------------------------------------------------


def read_scores(score: Score, scores: Any, begin: int, end: int) -> tuple[Numbers, Classes]:  # noqa: ANN401 - any column
    """Return some scores as they are compared, and the classes of those that are no numbers, None where all are."""
    classes = None
    if holds_numbers(scores):
        numbers, is_null = numbers_of(scores, begin, end)
        if is_null is not None:
            classes = np.where(is_null, _CODE["missing"], _VALID).astype(np.int8)
    else:
        numbers, classes = _read_one_by_one(scores, begin, end)
    if score.type == "float32":
        with np.errstate(over="ignore"):
            numbers = numbers.astype(np.float32).astype(np.float64)
    return numbers, classes


def holds_numbers(column: object) -> bool:
    """Say whether a column has numbers or nulls by its type, so that its rows need not be looked at."""
    if isinstance(column, ArrowColumn):
        return column.kind == "numbers"
    return is_numeric(column) or isinstance(column, Nullable)


def _read_one_by_one(scores: Any, begin: int, end: int) -> tuple[Numbers, NDArray[np.int8]]:  # noqa: ANN401 - any column
    numbers = np.full(end - begin, np.nan)
    classes = np.full(end - begin, _VALID, dtype=np.int8)
    for place in range(end - begin):
        score = column_item(scores, begin + place)
        number = "missing" if score is None else read_number(score)
        if isinstance(number, str):
            classes[place] = _CODE[number]
        else:
            numbers[place] = number
    return numbers, classes


def classes_of(score: Score, numbers: Numbers, classes: Classes) -> NDArray[np.int8]:
    """Return each score's class of bad input, -1 for none: of those that are numbers, too."""
    found = np.full(len(numbers), _VALID, dtype=np.int8)
    found[~((numbers >= score.low) & (numbers <= score.high))] = _CODE["out_of_range"]
    found[~np.isfinite(numbers)] = _CODE["not_finite"]
    return found if classes is None else np.where(classes == _VALID, found, classes)
