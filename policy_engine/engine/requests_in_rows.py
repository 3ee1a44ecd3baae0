"""What the rows of a batch say beside scores and dimensions, refused for what a single request is refused for."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np

from policy_engine.engine.requests import read_context, read_reason_codes, read_subject, read_thresholds
from policy_engine.evaluator.arrow import ArrowColumn
from policy_engine.evaluator.columns import is_column

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.engine.requests import RequestReader
    from policy_engine.evaluator.columns import Columns


def check_rows(columns: Columns, reader: RequestReader) -> None:
    """Raise `InvalidRequestError` for a row whose request says something of the wrong type, or nobody declared.

    A mapping of columns has the same names in every row, so one row tells of all.
    """
    if not columns.rows:
        return
    if not _is_text(columns.subject):
        _check(columns.subject, read_subject)
    _check(columns.context, read_context)
    _check(columns.facts, reader.read_facts)
    _check(columns.thresholds, read_thresholds)
    _check(columns.reason_codes, read_reason_codes)


def _check(given: Any, read: Callable[[Any], object]) -> None:  # noqa: ANN401 - as given
    if isinstance(given, Mapping) or not is_column(given):
        read(given)
        return
    for one in given:
        read(one)


def _is_text(subjects: Any) -> bool:  # noqa: ANN401 - as given
    """Say whether all of a column is text, or nothing, by its type or by the types that it holds."""
    if isinstance(subjects, ArrowColumn):
        return subjects.kind == "texts"
    if isinstance(subjects, np.ndarray) and subjects.dtype.kind == "U":
        return True
    return is_column(subjects) and all(issubclass(one, (str, NoneType)) for one in set(map(type, subjects)))
