"""Many cases at once, with NumPy: the same verdicts as one at a time, in the order of the rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy_engine.evaluator.columns import Columns, column_item, is_numeric, items_of, one_dimensional
from policy_engine.evaluator.ranges import named_jurisdictions
from policy_engine.exceptions import InvalidRequestError
from policy_engine.reference import Reading, read_number
from policy_engine.vocabulary import INVALID_CLASSES, JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    from policy_engine.compiler import CompiledStep
    from policy_engine.evaluator.case import CaseInCells, SettledCase, Slot
    from policy_engine.evaluator.scalar import PolicyEvaluator
    from policy_engine.model import Policy, Score, Verdict

_VALID = -1
_MOST_NAMED = 12
_CODE = {invalid: code for code, invalid in enumerate(INVALID_CLASSES)}


@dataclass(frozen=True, slots=True)
class BatchVerdicts:
    """The verdicts of a batch: `verdicts[codes[i]]` is that of row *i*, whose signal is `signals[i]`, NaN for none."""

    codes: NDArray[np.int64]
    verdicts: tuple[Verdict, ...]
    signals: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def __getitem__(self, row: int) -> Verdict:
        """Return the verdict of a row."""
        return self.verdicts[int(self.codes[row])]

    def signal(self, row: int) -> float | None:
        """Return the number that was compared in a row: None where it is invalid, or there are several."""
        signal = float(self.signals[row])
        return None if math.isnan(signal) else signal

    @property
    def outcomes(self) -> NDArray[np.str_]:
        """The outcome of every row, in the order of the rows."""
        return np.array([verdict.outcome for verdict in self.verdicts], dtype=np.str_)[self.codes]


def check_shape(policy: Policy, columns: Columns) -> None:
    """Raise `InvalidRequestError` for an array of scores in which no row can hold a case of *policy*.

    That is a fault of the wiring, the same in every row, and no bad score of a case. Of no rows, nothing is said.
    """
    scores = columns.scores
    if not isinstance(scores, np.ndarray) or not columns.rows or policy.kind in ("probability", "number"):
        return
    if policy.score is None:
        names = ", ".join(f"`{one.name}`" for one in policy.scales)
        message = f"`scores` is one array, and a case has several scores: give a mapping of columns, of {names}"
        raise InvalidRequestError(message)
    labels, what = policy.score.labels, "classes" if policy.kind == "classes" else "labels"
    if scores.ndim == 1 and scores.dtype.kind in "iuf":
        message = f"`scores` has one number for each row, and a case has one for each of its {what}: give an array of "
        raise InvalidRequestError(message + f"shape (rows, {'classes' if labels is None else len(labels)})")
    if scores.ndim > 1 and labels is None:
        message = f"`scores` has columns, and `{policy.use_case}` declares no `labels` to say which {what} they are: "
        raise InvalidRequestError(message + "give a mapping of columns by name")
    if scores.ndim > 1 and labels is not None and scores.shape[1] != len(labels):
        message = f"`scores` has {scores.shape[1]} columns, and `labels` has {len(labels)}, one for each column: "
        shown = ", ".join(f"`{label}`" for label in labels[:_MOST_NAMED])
        more = f" and {len(labels) - _MOST_NAMED} more" if len(labels) > _MOST_NAMED else ""
        raise InvalidRequestError(f"{message}{shown}{more}")


def verdicts(evaluator: PolicyEvaluator, columns: Columns) -> BatchVerdicts:
    """Return the verdict on every row of *columns*.

    Cases of one number that fall alike are settled once for all; what only a row's own request can say, and cases
    of several numbers, are judged row by row.
    """
    if evaluator.policy.kind not in ("probability", "number") or columns.thresholds:
        judged = [evaluator.judge(columns.request(row)) for row in range(columns.rows)]
        signals = np.array([signal for _, signal in judged], dtype=np.float64)
        return BatchVerdicts(np.arange(columns.rows, dtype=np.int64), tuple(verdict for verdict, _ in judged), signals)
    numbers, invalid = read_scores(evaluator.policy.scales[0].score, columns.scores)
    versions = _note_wrong_models(evaluator, invalid, columns)
    codes = np.zeros(columns.rows, dtype=np.int64)
    made: list[Verdict] = []
    for chosen, case in _cases(evaluator, columns, versions):
        slots = _slots(case, numbers[chosen], invalid[chosen])
        for slot in np.unique(slots):
            settled = evaluator.settled(case, (_slot(case, int(slot)), 0))
            rows = chosen[slots == slot]
            if settled.is_final:
                codes[rows] = len(made)
                made.append(settled.verdict)
            else:
                codes[rows] = np.arange(len(made), len(made) + len(rows))
                made.extend(_row_by_row(evaluator, columns, settled, rows))
    return BatchVerdicts(codes, tuple(made), np.where(invalid == _VALID, numbers, np.nan))


def _row_by_row(
    evaluator: PolicyEvaluator, columns: Columns, settled: SettledCase, rows: NDArray[np.int64]
) -> Iterator[Verdict]:
    readings = [Reading(None, "missing", None)]
    return (evaluator.finished(settled, columns.request(int(row)), readings) for row in rows)


# --- scores --------------------------------------------------------------------------------------------------


def read_scores(score: Score, scores: object) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return the scores as they are compared and, for each, the place of its class of bad input, or -1 if valid."""
    numbers, invalid = _read_numbers(scores)
    if score.type == "float32":
        with np.errstate(over="ignore", invalid="ignore"):
            numbers = numbers.astype(np.float32).astype(np.float64)
        invalid[(invalid == _VALID) & np.isinf(numbers)] = _CODE["not_finite"]
    outside = (invalid == _VALID) & ~((numbers >= score.low) & (numbers <= score.high))
    invalid[outside] = _CODE["out_of_range"]
    return numbers, invalid


def _read_numbers(scores: object) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    if is_numeric(scores):
        one_dimensional("scores", scores.ndim)
        numbers = _in_binary64(scores)
        return numbers, np.where(np.isfinite(numbers), _VALID, _CODE["not_finite"]).astype(np.int8)
    given = items_of("scores", scores) or ()
    numbers = np.full(len(given), np.nan)
    invalid = np.full(len(given), _VALID, dtype=np.int8)
    for row, score in enumerate(given):
        number = "missing" if score is None else read_number(score)
        if isinstance(number, str):
            invalid[row] = _CODE[number]
        else:
            numbers[row] = number
    return numbers, invalid


def _slots(case: CaseInCells, numbers: NDArray[np.float64], invalid: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return where each row falls: the place of its stretch, or behind all stretches that of its class."""
    by_class = len(case.cuts[0]) + 1 + invalid.astype(np.int64)
    by_score = np.searchsorted(np.array(case.cuts[0]), numbers, side="right")
    # An invalid score is never compared: whatever the search made of it is not taken
    return np.where(invalid == _VALID, by_score, by_class)


def _slot(case: CaseInCells, slot: int) -> Slot:
    stretches = len(case.cuts[0]) + 1
    return slot if slot < stretches else INVALID_CLASSES[slot - stretches]


def _note_wrong_models(evaluator: PolicyEvaluator, invalid: NDArray[np.int8], columns: Columns) -> _Column:
    """Mark the rows whose model or version is not the policy's, and return the names of the versions."""
    models = _column("model", columns.model, columns.rows)
    versions = _column("model_version", columns.model_version, columns.rows)
    pairs, places = np.unique(models.codes * max(len(versions.values), 1) + versions.codes, return_inverse=True)
    names: list[tuple[bool, str | None]] = []
    for pair in pairs:
        model, version = divmod(int(pair), len(versions.values))
        is_admitted = evaluator.admits(models.values[model], versions.values[version])
        name = evaluator.policy.scales[0].score.model.version_name(versions.values[version]) if is_admitted else None
        names.append((is_admitted, name))
    invalid[~np.array([is_admitted for is_admitted, _ in names], dtype=np.bool_)[places]] = _CODE["wrong_model"]
    return _recoded([name for _, name in names], places)


# --- cases ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Column:
    """A column by its distinct values: row *i* has `values[codes[i]]`."""

    values: Sequence[Any]
    codes: NDArray[np.int64]


def _cases(
    evaluator: PolicyEvaluator, columns: Columns, versions: _Column
) -> Iterator[tuple[NDArray[np.int64], CaseInCells]]:
    """Yield each distinct case, but for its score, with the rows that have it."""
    rows = columns.rows
    by_step = [_step_column(evaluator, step, columns.dimensions.get(step.name), rows) for step in evaluator.outer_steps]
    # The jurisdictions of a case say whose details hold, so their number counts even where no threshold depends on them
    given = _column(JURISDICTION, columns.dimensions.get(JURISDICTION), rows)
    named = _recoded([len(named_jurisdictions(value)) for value in given.values], given.codes)
    for chosen in _grouped([*by_step, named, versions, _facts_column(evaluator, columns)], rows):
        first = int(chosen[0])
        found = tuple(column.values[column.codes[first]] for column in by_step)
        readings = [Reading(None, "missing", versions.values[versions.codes[first]])]
        met = evaluator.facts_met(column_item(columns.facts, first) or {})
        many = named.values[named.codes[first]]
        case = evaluator.case(found, many, columns.at, evaluator.members_of(readings), met, {})
        yield chosen, case


def _facts_column(evaluator: PolicyEvaluator, columns: Columns) -> _Column:
    met = [
        evaluator.facts_met(column_item(columns.facts, row) or {})
        for row in range(columns.rows if columns.facts and evaluator.policy.knock_outs else min(1, columns.rows))
    ]
    codes = np.arange(columns.rows) if len(met) == columns.rows else np.zeros(columns.rows, dtype=np.int64)
    return _recoded(met, codes.astype(np.int64))


def _step_column(evaluator: PolicyEvaluator, step: CompiledStep, given: object, rows: int) -> _Column:
    """Return the column of a dimension by what its values may stand for."""
    if step.cuts and is_numeric(given):
        given = _number_values(step, given)
    column = _column(step.name, given, rows)
    if step.name == JURISDICTION:
        return _recoded([evaluator.ranges_of_jurisdictions(value) for value in column.values], column.codes)
    return _recoded([(evaluator.range_of(step, value),) for value in column.values], column.codes)


def _number_values(step: CompiledStep, given: NDArray[Any]) -> NDArray[Any]:
    """Return one number for all of an interval in place of each, so that few distinct ones are left."""
    numbers = _in_binary64(given)
    starts = np.array((np.nextafter(step.cuts[0], -np.inf), *step.cuts))
    places = np.searchsorted(np.array(step.cuts), numbers, side="right")
    return np.where(np.isfinite(numbers), starts[places], np.inf)


def _column(name: str, given: object, rows: int) -> _Column:
    items = items_of(name, given, rows)
    if items is None:
        # Of no rows at all, none has the value, so that none is refused for it
        return _Column((given,) if rows else (), np.zeros(rows, dtype=np.int64))
    values: list[Any] = []
    places: dict[Any, int] = {}
    codes = np.fromiter((_place(value, values, places) for value in items), dtype=np.int64, count=rows)
    return _Column(values, codes)


def _recoded(values: Sequence[Hashable], codes: NDArray[np.int64]) -> _Column:
    """Return a column whose distinct values are *values* in place of those that *codes* counted."""
    places: dict[Hashable, int] = {}
    recoded = np.array([places.setdefault(value, len(places)) for value in values], dtype=np.int64)
    return _Column(tuple(places), recoded[codes] if len(codes) else codes)


def _place(value: object, values: list[Any], places: dict[Any, int]) -> int:
    """Return the place of a value among the distinct ones. Equal values of different types stay apart."""
    try:
        found = places.setdefault((type(value), value), len(values))
    except (TypeError, ValueError):
        # a list, a mapping, a duration without a unit: what cannot be looked up is never taken for another
        found = len(values)
    if found == len(values):
        values.append(value)
    return found


def _grouped(columns: Sequence[_Column], rows: int) -> list[NDArray[np.int64]]:
    """Return the rows of each distinct combination of values."""
    combined = np.zeros(rows, dtype=np.int64)
    for column in columns:
        _, combined = np.unique(combined * max(len(column.values), 1) + column.codes, return_inverse=True)
    order = np.argsort(combined, kind="stable")
    starts = np.flatnonzero(np.diff(combined[order], prepend=-1))
    return np.split(order, starts[1:]) if rows else []


def _in_binary64(given: NDArray[Any]) -> NDArray[np.float64]:
    # What is too large becomes infinite and a signalling NaN a quiet one: both are told apart afterwards
    with np.errstate(over="ignore", invalid="ignore"):
        return given.astype(np.float64)
