"""Cases of several classes, labels or scores, many at once, where their numbers come in columns.

Rows whose numbers fall alike are settled once. What the numbers themselves say of a row, such as which labels are
shown, is found when the row is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from policy_engine.evaluator.case_columns import CaseColumns
from policy_engine.evaluator.columns import Nullable, is_column
from policy_engine.evaluator.combinations import Combinations
from policy_engine.evaluator.numbers_in_rows import classes_of, holds_numbers, read_scores
from policy_engine.vocabulary import INVALID_CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.evaluator.case import CaseInCells, Slot
    from policy_engine.evaluator.codes import Codes
    from policy_engine.evaluator.columns import Columns
    from policy_engine.evaluator.scalar import PolicyEvaluator
    from policy_engine.model import Score

_CLASSES: Final = len(INVALID_CLASSES)
_WRONG_MODEL: Final = INVALID_CLASSES.index("wrong_model")
_MISSING: Final = INVALID_CLASSES.index("missing")
_MOST: Final = 1 << 62


class _Fallen(NamedTuple):
    """Where the scores of some rows fall: for each member its place, and for how many ratios the first stands alone."""

    numbers: Sequence[NDArray[np.float64]]
    classes: Sequence[NDArray[np.int8]]
    first: NDArray[np.float64] | None = None
    second: NDArray[np.float64] | None = None


def columns_of_members(evaluator: PolicyEvaluator, columns: Columns) -> dict[str, Any] | None:
    """Return the columns of numbers of a batch's members by name; None where rows have to be looked at one by one."""
    policy, scores = evaluator.policy, columns.scores
    if policy.score is None:
        is_alike = not _differs(columns.model) and not _differs(columns.model_version)
        declared: Sequence[str] | None = sorted(policy.scores or ()) if is_alike else ()
    else:
        declared = policy.score.labels
    if isinstance(scores, Mapping):
        found = dict(scores)
    elif isinstance(scores, np.ndarray) and scores.ndim > 1 and declared and len(declared) == scores.shape[1]:
        found = {name: _of_matrix(scores, place) for place, name in enumerate(declared)}
    else:
        return None
    is_known = all(isinstance(name, str) and (declared is None or name in declared) for name in found)
    return found if is_known and all(holds_numbers(column) for column in found.values()) else None


def _differs(given: object) -> bool:
    """Say whether a model, or one of each score, may be another in each row."""
    return is_column(given) or (isinstance(given, Mapping) and any(is_column(one) for one in given.values()))


def _of_matrix(scores: NDArray[Any], place: int) -> Any:  # noqa: ANN401 - an array, or one with nulls
    if np.ma.isMaskedArray(scores):
        return Nullable(np.ma.getdata(scores)[:, place], np.ma.getmaskarray(scores)[:, place])
    return scores[:, place]


class MemberRows:
    """Decides the rows of a batch, some of them at a time."""

    def __init__(self, evaluator: PolicyEvaluator, columns: Columns, members: Mapping[str, Any], codes: Codes) -> None:
        """Begin with nothing settled. Verdicts and the codes of rows go into *codes*."""
        self._evaluator = evaluator
        self._columns = columns
        self._members = members
        self._codes = codes
        self._of_case = CaseColumns(evaluator, columns)
        self._met = Combinations(self._of_case.columns, self._add)
        self._cases: list[tuple[CaseInCells, tuple[bool, ...]]] = []
        self._known: dict[tuple[int, bytes], int | None] = {}

    def _add(self, meanings: Sequence[Any]) -> None:
        self._cases.append(self._of_case.case(meanings))

    def decide(self, begin: int, end: int) -> None:
        """Decide the rows from *begin* up to *end*."""
        with np.errstate(invalid="ignore"):
            met = self._met.of_rows(begin, end)
            counted = met.counted(slice(0, end - begin))
            combinations = met.numbers(np.full(end - begin, counted) if isinstance(counted, int) else counted)
            fallen = self._read(begin, end)
            codes = np.empty(end - begin, dtype=np.int64)
            for combination in np.unique(combinations):
                rows = np.flatnonzero(combinations == combination)
                self._decide_alike(begin, int(combination), fallen, rows, codes)
        self._codes.put(begin, codes)

    def _decide_alike(
        self, begin: int, combination: int, fallen: _Fallen, rows: NDArray[np.intp], codes: NDArray[np.int64]
    ) -> None:
        """Find the codes of rows that are the same case but for their scores."""
        case, admitted = self._cases[combination - 1]
        places = _places(case, admitted, fallen, rows)
        for alike, place in zip(*_distinct(places), strict=True):
            slots = places[:, place]
            key = combination, slots.tobytes()
            if key not in self._known:
                self._known[key] = self._code(case, slots)
            code = self._known[key]
            if code is not None:
                codes[rows[alike]] = code
            else:
                codes[rows[alike]] = [self._by_itself(begin + int(row), case, slots) for row in rows[alike]]

    def _code(self, case: CaseInCells, slots: NDArray[np.intp]) -> int | None:
        """Return the code of rows that fall alike; None where the outcome is not the same for all of them."""
        settled = self._evaluator.settled(case, _slots(slots))
        return None if settled.said is not None or settled.samples else self._codes.add(settled.verdict)

    def _by_itself(self, row: int, case: CaseInCells, slots: NDArray[np.intp]) -> int:
        settled = self._evaluator.settled(case, _slots(slots))
        request = self._columns.request(row)
        verdict = self._evaluator.finished(settled, request, self._evaluator.read(request))
        common = replace(verdict, label=None, ambiguous=(), highlighted=(), members=settled.verdict.members)
        return self._codes.add_alike(common, (id(settled), verdict.outcome, verdict.reasons, verdict.sample))

    # --- the numbers of rows ---------------------------------------------------------------------------------

    def _read(self, begin: int, end: int) -> _Fallen:
        policy = self._evaluator.policy
        if policy.kind == "classes":
            return self._read_classes(policy.scales[0].score, begin, end)
        names = sorted(policy.scores or (policy.score.labels if policy.score is not None else None) or ())
        read = [self._member(policy.scale_of(name).score, name, begin, end) for name in names]
        return _Fallen([numbers for numbers, _ in read], [classes for _, classes in read])

    def _member(self, score: Score, name: str, begin: int, end: int) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
        """Return the scores of a member, and their classes of bad input: all are missing if there is no such column."""
        column = self._members.get(name)
        if column is None:
            return np.full(end - begin, np.nan), np.full(end - begin, _MISSING, dtype=np.int8)
        numbers, classes = read_scores(score, column, begin, end)
        return numbers, classes_of(score, numbers, classes)

    def _read_classes(self, score: Score, begin: int, end: int) -> _Fallen:
        """Return the signal of several classes, and the first two of them."""
        invalid = np.full(end - begin, _CLASSES, dtype=np.int8)
        first, second = (np.full(end - begin, -np.inf) for _ in range(2))
        for name in self._members:
            numbers, classes = self._member(score, name, begin, end)
            # The first class that any has
            np.minimum(invalid, np.where(classes < 0, np.int8(_CLASSES), classes), out=invalid)
            np.maximum(second, np.minimum(first, numbers), out=second)
            np.maximum(first, numbers, out=first)
        absent = len([label for label in score.labels or () if label not in self._members])
        for _ in range(min(absent, 2)):
            np.maximum(second, np.minimum(first, score.low), out=second)
            np.maximum(first, score.low, out=first)
        np.maximum(second, score.low, out=second)
        signal = first - second if score.signal == "margin" else first
        return _Fallen([signal], [np.where(invalid == _CLASSES, np.int8(-1), invalid)], first, second)


def _places(case: CaseInCells, admitted: Sequence[bool], fallen: _Fallen, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where the rows fall: a place for each member, classes of bad input first, and one for the lead."""
    places = np.zeros((len(fallen.numbers) + 1, len(rows)), dtype=np.intp)
    for member, (numbers, classes, is_admitted) in enumerate(
        zip(fallen.numbers, fallen.classes, admitted, strict=True)
    ):
        by_score = np.searchsorted(np.array(case.cuts[member]), numbers[rows], side="right") + _CLASSES
        by_class = classes[rows]
        places[member] = np.where(by_class < 0, by_score, by_class) if is_admitted else _WRONG_MODEL
    if case.ratios and fallen.first is not None and fallen.second is not None:
        first, second = fallen.first[rows], fallen.second[rows]
        with np.errstate(over="ignore"):
            alone = sum((first >= ratio * second).astype(np.intp) for ratio in case.ratios)
        # An invalid case has no first class
        places[-1] = np.where((first > second) & (places[0] >= _CLASSES), alone, 0)
    return places


def _distinct(places: NDArray[np.intp]) -> tuple[list[NDArray[np.intp]], list[int]]:
    """Return the rows of each distinct column of *places*, and the first of them."""
    counted, size = np.zeros(places.shape[1], dtype=np.int64), 1
    for one in places:
        radix = int(one.max()) + 1
        if size * radix > _MOST:
            found, counted = np.unique(counted, return_inverse=True)
            size = len(found)
        counted = counted * radix + one
        size *= radix
    order = np.argsort(counted, kind="stable")
    starts = np.flatnonzero(np.diff(counted[order], prepend=-1))
    alike = np.split(order, starts[1:])
    return alike, [int(one[0]) for one in alike]


def _slots(places: NDArray[np.intp]) -> tuple[Slot, ...]:
    *members, lead = places.tolist()
    return (*(INVALID_CLASSES[one] if one < _CLASSES else one - _CLASSES for one in members), lead)
