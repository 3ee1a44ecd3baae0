"""What a batch is asked: per name one value for all rows, or one per row by position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeGuard

import numpy as np

from policy_engine.evaluator.arrow import arrow_column, pandas_categories, pandas_numbers
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

_ONE_FOR_ALL = (str, bytes, tuple, set, frozenset)
_MATRIX = 2


@dataclass(frozen=True, slots=True)
class Nullable:
    """Numbers of NumPy, some of which are not there."""

    numbers: NDArray[Any]
    is_null: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.numbers)

    def __getitem__(self, row: int) -> Any:  # noqa: ANN401 - as given
        """Return what stands in a row, None for a null."""
        return None if self.is_null[row] else self.numbers[row]


@dataclass(frozen=True, slots=True)
class Categories:
    """A column of pandas by its categories: row *i* has `values[codes[i]]`, or *null* where the code is -1."""

    values: Sequence[Any]
    codes: NDArray[Any]
    null: Any = float("nan")

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def __getitem__(self, row: int) -> Any:  # noqa: ANN401 - as given
        """Return what stands in a row."""
        code = self.codes[row]
        return self.null if code < 0 else self.values[code]


@dataclass(frozen=True, slots=True)
class Columns:
    """The requests of a batch, all of one use case at one instant. Nobody edits what is kept here.

    A mapping is one for all rows, and each of its values one for all rows or a column in turn.
    """

    use_case: str
    at: datetime
    rows: int
    scores: Any
    model: Any
    model_version: Any
    subject: Any
    facts: Any
    thresholds: Any
    reason_codes: Any
    context: Any
    dimensions: Mapping[str, Any]

    @classmethod
    def keep(
        cls,
        use_case: str,
        at: datetime,
        scores: object,
        dimensions: Mapping[str, object],
        *,
        copies: bool = True,
        **said: object,
    ) -> Self:
        """Return what was given; as *copies*, unless nobody asks any more once the caller may edit his buffers.

        `scores` has a row for each case: numbers, or what a case of several classes, labels or scores gives, or an
        array of shape (rows, labels); or it is a mapping of such columns, or a table of Arrow, pandas or polars, which
        is a mapping of its columns by name. Raises `InvalidRequestError` where columns differ in length.
        """
        scores = _columns_of_table(scores)
        if isinstance(scores, Mapping):
            kept_scores: Any = {name: kept_column(f"scores.{name}", one, copies=copies) for name, one in scores.items()}
            lengths = [len(column) for column in kept_scores.values() if is_column(column)]
            if not lengths:
                raise InvalidRequestError(
                    "`scores` is a mapping with no column in it, so it does not say how many rows there are"
                )
            rows = lengths[0]
            for name, column in kept_scores.items():
                as_many(f"scores.{name}", column, rows)
        else:
            # Elsewhere a tuple is one value for all rows; one score for all is never meant
            column = list(scores) if isinstance(scores, tuple) else scores
            if not is_column(column):
                raise InvalidRequestError("`scores` is no list or array")
            if _is_matrix(column):
                kept_scores = column.copy() if copies else column
            else:
                kept_scores = kept_column("scores", column, copies=copies)
            rows = len(kept_scores)
        keep = {
            name: kept_column(name, given, rows, copies=copies) for name, given in said.items() if name != "context"
        }
        context = said["context"]
        is_one = isinstance(context, Mapping)
        keep["context"] = context if is_one else kept_column("context", context, rows, copies=copies)
        codes = said["reason_codes"]
        if isinstance(codes, (list, tuple)) and all(isinstance(code, str) for code in codes):
            # a list of codes is one request's: the same for all rows
            keep["reason_codes"] = tuple(codes)
        kept = {name: kept_column(name, column, rows, copies=copies) for name, column in dimensions.items()}
        return cls(use_case=use_case, at=at, rows=rows, scores=kept_scores, dimensions=kept, **keep)

    def request(self, row: int) -> Request:
        """Return the request of one row."""
        context = self.context if isinstance(self.context, Mapping) else column_item(self.context, row)
        return Request(
            use_case=self.use_case,
            score=_row(self.scores, row) if _is_matrix(self.scores) else column_item(self.scores, row),
            at=self.at,
            model=column_item(self.model, row),
            model_version=column_item(self.model_version, row),
            dimensions={name: column_item(values, row) for name, values in self.dimensions.items()},
            subject=column_item(self.subject, row),
            facts=column_item(self.facts, row) or {},
            thresholds=column_item(self.thresholds, row) or {},
            reason_codes=column_item(self.reason_codes, row) or (),
            context=context,
        )


def kept_column(name: str, given: object, rows: int | None = None, *, copies: bool = True) -> Any:  # noqa: ANN401 - as given
    """Return *given* as a column by position, or the one value; as *copies*, so that no later edit changes it.

    Raises `InvalidRequestError` for a column of more or fewer than *rows* rows, where they are told.
    """
    if isinstance(given, Mapping):
        return {key: kept_column(f"{name}.{key}", value, rows, copies=copies) for key, value in given.items()}
    if not is_column(given):
        return given
    column = _kept(name, given, copies=copies)
    if rows is not None:
        as_many(name, column, rows)
    return column


def as_many(name: str, column: Any, rows: int) -> None:  # noqa: ANN401 - a column, or one value for all rows
    """Raise `InvalidRequestError` where a column has another number of rows than the scores."""
    if is_column(column) and len(column) != rows:
        message = f"`{name}` has {len(column)} rows, the scores have {rows}"
        raise InvalidRequestError(message)


def _kept(name: str, given: Any, *, copies: bool) -> Any:  # noqa: ANN401 - as given
    if isinstance(given, np.ndarray):
        return _kept_array(name, given, copies=copies)
    if isinstance(given, (list, tuple)):
        # A list may be of a class that is indexed by something else than positions
        return list(given)
    arrow, categories, numbers = arrow_column(given), pandas_categories(given), pandas_numbers(given)
    if arrow is not None:
        return arrow
    if categories is not None:
        values, codes = categories
        return Categories(values, codes.copy() if copies else codes)
    return _items(name, given) if numbers is None else _kept_array(name, numbers, copies=copies)


def _kept_array(name: str, given: NDArray[Any], *, copies: bool) -> Any:  # noqa: ANN401 - an array, or its rows
    one_dimensional(name, given)
    if not np.ma.isMaskedArray(given):
        return given.copy() if copies else given
    if given.dtype.kind in "iuf":
        return Nullable(np.ma.getdata(given).copy(), np.ma.getmaskarray(given).copy())
    return [None if item is np.ma.masked else item for item in given]


def column_item(given: Any, row: int) -> Any:  # noqa: ANN401 - as given
    """Return what *given* says of one row: one value for all rows, a column, or a mapping of both."""
    if isinstance(given, Mapping):
        return {key: column_item(value, row) for key, value in given.items()}
    return given[row] if is_column(given) else given


def is_numeric(given: object) -> TypeGuard[NDArray[Any]]:
    """Say whether *given* is an array of numbers, none of them masked."""
    return isinstance(given, np.ndarray) and given.dtype.kind in "iuf" and not np.ma.isMaskedArray(given)


def one_dimensional(name: str, column: object) -> None:
    """Raise `InvalidRequestError` for an array that has not one dimension, a row each."""
    if isinstance(column, np.ndarray) and column.ndim != 1:
        message = f"`{name}` has {column.ndim} dimensions; a batch has one, a row each"
        raise InvalidRequestError(message)


def _items(name: str, given: object) -> Sequence[Any]:
    """Return the elements of a column of another library as Python objects."""
    # of Arrow, pandas and polars
    for method in ("tolist", "to_pylist", "to_list"):
        to_list = getattr(given, method, None)
        listed = to_list() if to_list is not None else None
        if isinstance(listed, list):
            return _entries(listed) if _holds_maps(given) else [_none_for_na(item) for item in listed]
    message = f"`{name}` is no list or array"
    raise InvalidRequestError(message)


def _holds_maps(given: object) -> bool:
    """Say whether a column is of Arrow's type `map`, whose values come as lists of pairs."""
    return str(getattr(given, "type", "")).startswith("map<")


def _entries(rows: Sequence[Any]) -> list[Any]:
    """Return maps as lists of labels with scores: a label that is there twice is still there twice."""
    return [None if row is None else [{"label": label, "score": score} for label, score in row] for row in rows]


def _none_for_na(item: Any) -> Any:  # noqa: ANN401 - as given
    # pandas' NA is no number and no text, only an absence; its module need not be there to say so
    return None if type(item).__name__ == "NAType" else item


def _columns_of_table(given: Any) -> Any:  # noqa: ANN401 - as given
    """Return the columns of a table by name, text; anything else as it is."""
    names = getattr(given, "column_names", None)
    if names is None:
        names = getattr(given, "columns", None)
    if names is None or isinstance(given, (np.ndarray, Mapping)):
        return given
    return {str(name): given[name] for name in names}


def is_column(given: object) -> bool:
    """Say whether *given* has an element for each row, and is no one value for all of them."""
    return hasattr(given, "__len__") and not isinstance(given, (*_ONE_FOR_ALL, Mapping))


def _row(scores: NDArray[Any], row: int) -> Any:  # noqa: ANN401 - a list of numbers, or an array of what are none
    return scores[row].tolist() if scores.dtype.kind in "iufO" else scores[row]


def _is_matrix(given: object) -> TypeGuard[NDArray[Any]]:
    return isinstance(given, np.ndarray) and given.ndim == _MATRIX
