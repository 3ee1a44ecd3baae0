"""Many cases at once, with NumPy: the same verdicts as one at a time, in the order of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from policy_engine.evaluator.ranges import named_jurisdictions
from policy_engine.exceptions import InvalidRequestError
from policy_engine.reference import read_number
from policy_engine.vocabulary import INVALID_CLASSES, JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from policy_engine.compiler import CompiledStep
    from policy_engine.evaluator.joined import JoinedCells
    from policy_engine.evaluator.scalar import PolicyEvaluator
    from policy_engine.model import Verdict

_VALID = -1
_CODE = {invalid: code for code, invalid in enumerate(INVALID_CLASSES[:-1])}
_WRONG_MODEL = _CODE["wrong_model"]
_ONE_FOR_ALL = (str, bytes, tuple, set, frozenset, dict)


@dataclass(frozen=True, slots=True)
class BatchVerdicts:
    """The verdicts of a batch: `verdicts[codes[i]]` is that of row *i*."""

    codes: NDArray[np.int64]
    verdicts: tuple[Verdict, ...]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def __getitem__(self, row: int) -> Verdict:
        """Return the verdict of a row."""
        return self.verdicts[int(self.codes[row])]

    @property
    def outcomes(self) -> NDArray[np.str_]:
        """The outcome of every row, in the order of the rows."""
        return np.array([verdict.outcome for verdict in self.verdicts], dtype=np.str_)[self.codes]


def verdicts(
    evaluator: PolicyEvaluator,
    scores: object,
    *,
    at: datetime,
    dimensions: Mapping[str, Any],
    model: object = None,
    model_version: object = None,
) -> BatchVerdicts:
    """Return the verdict on every score, all at one instant.

    `scores` has shape (rows,). A dimension, `model` and `model_version` are one value for all rows, or an
    array or list of shape (rows,); several jurisdictions of one row are a tuple in such a list.
    Raises `InvalidRequestError` where the shapes differ.
    """
    numbers, invalid = read_scores(scores)
    rows = len(numbers)
    _note_wrong_models(evaluator, invalid, _column("model", model, rows), _column("model_version", model_version, rows))
    outside = (invalid == _VALID) & ~(
        (numbers >= evaluator.table.policy.score.low) & (numbers <= evaluator.table.policy.score.high)
    )
    invalid[outside] = _CODE["out_of_range"]
    columns = [_step_column(evaluator, step, dimensions.get(step.name), rows) for step in evaluator.table.steps]
    # The jurisdictions of a case say who decides, so their number counts even where no threshold depends on them
    given = _column(JURISDICTION, dimensions.get(JURISDICTION), rows)
    columns.append(_recoded([len(named_jurisdictions(value)) for value in given.values], given.codes))
    codes = np.zeros(rows, dtype=np.int64)
    made: list[Verdict] = []
    for chosen in _grouped(columns, rows):
        *ranges, named = (column.values[column.codes[chosen[0]]] for column in columns)
        joined = evaluator.joined(ranges, named, at)
        codes[chosen] = len(made) + _slots(joined, numbers[chosen], invalid[chosen])
        made.extend((*joined.by_score, *(joined.by_class[name] for name in INVALID_CLASSES[:-1])))
    return BatchVerdicts(codes, tuple(made))


def read_scores(scores: object) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return the scores in binary64 and, for each, the place of its class of bad input, or -1 if it is a number."""
    if _is_numeric(scores):
        _one_dimensional("scores", scores.ndim)
        numbers = _in_binary64(scores)
        return numbers, np.where(np.isfinite(numbers), _VALID, _CODE["not_finite"]).astype(np.int8)
    given = _items("scores", scores)
    numbers = np.full(len(given), np.nan)
    invalid = np.full(len(given), _VALID, dtype=np.int8)
    for row, score in enumerate(given):
        number = "missing" if score is None else read_number(score)
        if isinstance(number, str):
            invalid[row] = _CODE[number]
        else:
            numbers[row] = number
    return numbers, invalid


def _slots(joined: JoinedCells, numbers: NDArray[np.float64], invalid: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return the place of each row's verdict among those of its joined cells: by score, then by class."""
    by_class = len(joined.by_score) + invalid.astype(np.int64)
    by_score = np.searchsorted(np.array(joined.cuts), numbers, side="right")
    # An invalid score is never compared: whatever the search made of it is not taken
    return np.where(invalid == _VALID, by_score, by_class)


def _note_wrong_models(
    evaluator: PolicyEvaluator, invalid: NDArray[np.int8], models: _Column, versions: _Column
) -> None:
    """Mark the rows whose model or version is not the policy's: it is the first class to be told apart."""
    pairs, places = np.unique(models.codes * len(versions.values) + versions.codes, return_inverse=True)
    of_pairs = (divmod(int(pair), len(versions.values)) for pair in pairs)
    admitted = [evaluator.admits(models.values[model], versions.values[version]) for model, version in of_pairs]
    invalid[~np.array(admitted, dtype=np.bool_)[places]] = _WRONG_MODEL


@dataclass(frozen=True, slots=True)
class _Column:
    """A column by its distinct values: row *i* has `values[codes[i]]`."""

    values: Sequence[Any]
    codes: NDArray[np.int64]


def _step_column(evaluator: PolicyEvaluator, step: CompiledStep, given: object, rows: int) -> _Column:
    """Return the column of a dimension by what its values may stand for."""
    if step.cuts and _is_numeric(given):
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
    if not _is_column(given):
        # Of no rows at all, none has the value, so that none is refused for it
        return _Column((given,) if rows else (), np.zeros(rows, dtype=np.int64))
    items = _items(name, given)
    _as_many(name, len(items), rows)
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


def _items(name: str, given: object) -> Sequence[Any]:
    """Return the elements as Python or NumPy scalars, without letting NumPy find a common type for them."""
    if isinstance(given, np.ndarray):
        _one_dimensional(name, given.ndim)
        return [None if item is np.ma.masked else item for item in given] if np.ma.isMaskedArray(given) else list(given)
    if isinstance(given, (list, tuple)):
        return given
    to_list: Callable[[], Any] | None = getattr(given, "tolist", None)
    listed = to_list() if to_list is not None else None
    if isinstance(listed, list):
        return listed
    message = f"`{name}` is no list or array"
    raise InvalidRequestError(message)


def _is_numeric(given: object) -> TypeGuard[NDArray[Any]]:
    """Say whether *given* is an array of numbers, none of them masked."""
    return isinstance(given, np.ndarray) and given.dtype.kind in "iuf" and not np.ma.isMaskedArray(given)


def _in_binary64(given: NDArray[Any]) -> NDArray[np.float64]:
    # What is too large becomes infinite and a signalling NaN a quiet one: both are told apart afterwards
    with np.errstate(over="ignore", invalid="ignore"):
        return given.astype(np.float64)


def _one_dimensional(name: str, dimensions: int) -> None:
    if dimensions != 1:
        message = f"`{name}` has {dimensions} dimensions; a batch has one, a row each"
        raise InvalidRequestError(message)


def _as_many(name: str, found: int, rows: int) -> None:
    if found != rows:
        message = f"`{name}` has {found} rows, the scores have {rows}"
        raise InvalidRequestError(message)


def kept_column(name: str, given: object, rows: int | None = None) -> Any:  # noqa: ANN401 - as given
    """Return *given* such that no later edit of the caller's changes it: a column by position, or the one value.

    Raises `InvalidRequestError` for a column of more or fewer than *rows* rows, where they are told.
    """
    if not _is_column(given):
        return given
    column = given.copy() if _is_numeric(given) else list(_items(name, given))
    if rows is not None:
        _as_many(name, len(column), rows)
    return column


def column_item(given: Any, row: int) -> Any:  # noqa: ANN401 - as given
    """Return what *given*, one value for all rows or a column, says of one row."""
    return given[row] if _is_column(given) else given


def _is_column(given: object) -> bool:
    return hasattr(given, "__len__") and not isinstance(given, _ONE_FOR_ALL)
