"""Cases by column, from Arrow's: the arguments of `Engine.decide_batch` that mean the same as the request of each row.

Where none would, the rows are decided one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy_engine.cli._arrow_values import as_text, is_readable, numbers_of, one_array, values_of
from policy_engine.cli._chunks import CaseColumns
from policy_engine.cli._given import boolean_or_text, number_or_text
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from policy_engine.cli._columns import Columns
    from policy_engine.model import Policy


class _OnlyRowByRow(Exception):  # noqa: N818 - no error: another way is taken
    """The columns mean the same only row by row."""


def may_be_by_column(spec: Columns, defaults: Mapping[str, Any], policies: Iterable[Policy]) -> bool:
    """Say whether rows of these columns can be decided by column, by policies on cases of one number."""
    return (
        "use_case" in defaults
        and not {key for _, key in spec.texts} & {"use_case", "at", "reason_codes"}
        # The parts of thresholds and models that a row leaves out are not there, whereas a column has all of them
        and {key for _, key, _ in spec.parts} <= {"facts"}
        # Of several numbers, a verdict has labels and members of its own
        and all(one.kind in ("probability", "number") for one in policies if one.use_case == defaults["use_case"])
    )


@dataclass(frozen=True, slots=True)
class ArrowCases:
    """What each column is, and what holds where a row leaves something out.

    With `recorded`, a request has to be the same to the letter, for it is in the log.
    """

    spec: Columns
    defaults: Mapping[str, Any]
    recorded: bool = False
    counts: bool = False

    def of_texts(self, table: pa.Table) -> CaseColumns | None:
        """Return the cases of a table of texts, by place, in which null stands for an empty field."""
        places = [place for place, key in self.spec.texts if key == JURISDICTION]
        if any(_holds_lists(one_array(table.column(str(place)))) for place in places):
            return None
        return self._cases(table, lambda text: text, _number_of_csv, _fact_of_csv)

    def of_values(self, table: pa.Table) -> CaseColumns | None:
        """Return the cases of a table of typed values, by place."""
        return self._cases(table, _text_of_values, numbers_of, values_of)

    def _cases(
        self,
        table: pa.Table,
        text: Callable[[pa.Array], Any],
        number: Callable[[pa.Array], Any],
        fact: Callable[[pa.Array], Any],
    ) -> CaseColumns | None:
        columns = {int(name): one_array(table.column(name)) for name in table.column_names}
        given = self._for_all()
        try:
            for place, key in self.spec.texts:
                given[key] = self._with_default(key, text(columns[place]))
            for place, key in self.spec.numbers:
                given[key] = self._with_default(key, number(columns[place]))
            scores = given.pop("score")
            facts = {name: fact(columns[place]) for place, _, name in self.spec.parts}
            if facts:
                given["facts"] = self._facts(facts)
        except _OnlyRowByRow:
            return None
        if self.recorded and self.spec.context:
            given["context"] = self._context(columns)
        told_apart = given.items() if self.counts else ()
        return CaseColumns(scores, given, {key: _codes(one) for key, one in told_apart if _is_column_of_cell(key, one)})

    def _for_all(self) -> dict[str, Any]:
        """Return what holds for all rows, where no column says otherwise. There, one list for all is a tuple."""
        given = {key: value for key, value in self.defaults.items() if key not in ("use_case", "at")}
        return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}

    def _with_default(self, key: str, column: Any) -> Any:  # noqa: ANN401 - an array or a list
        default = self.defaults.get(key)
        if default is None or not _has_gaps(column):
            return column
        if not isinstance(column, pa.Array):
            raise _OnlyRowByRow
        column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        if not isinstance(default, str if is_text else float) or not (is_text or pa.types.is_float64(column.type)):
            raise _OnlyRowByRow
        return column.fill_null(default)

    def _facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        known = self.defaults.get("facts") or {}
        if any(_has_gaps(column) for name, column in facts.items() if name in known or self.recorded):
            raise _OnlyRowByRow
        return {**known, **facts}

    def _context(self, columns: Mapping[int, pa.Array]) -> list[dict[str, Any]]:
        names = [name for _, name in self.spec.context]
        values = zip(*(values_of(columns[place]) for place, _ in self.spec.context), strict=True)
        return [{name: one for name, one in zip(names, row, strict=True) if one is not None} for row in values]


# --- a CSV file's texts --------------------------------------------------------------------------------------


def _holds_lists(column: pa.DictionaryArray) -> bool:
    """Say whether any text may be several jurisdictions, as JSON writes a list."""
    return any(text.startswith("[") for text in column.dictionary.to_pylist())


def _number_of_csv(column: pa.Array) -> Any:  # noqa: ANN401 - an array or a list
    """Return the numbers that texts spell: those of Arrow where all are finite, for then both read them alike."""
    try:
        numbers = pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        return _numbers_or_texts(column)
    if pc.all(pc.is_finite(numbers)).as_py() is False:
        return _numbers_or_texts(column)
    return numbers_of(numbers)


def _numbers_or_texts(column: pa.Array) -> list[Any]:
    texts = column.to_pylist()
    if any(text is not None and text.startswith(("{", "[")) for text in texts):
        raise _OnlyRowByRow
    return [None if text is None else number_or_text(text) for text in texts]


def _fact_of_csv(column: pa.DictionaryArray) -> Any:  # noqa: ANN401 - an array or a list
    values = [boolean_or_text(text) for text in column.dictionary.to_pylist()]
    if all(isinstance(one, bool) for one in values):
        return pa.array(values, pa.bool_()).take(column.indices)
    return [None if code is None else values[code] for code in column.indices.to_pylist()]


# --- typed values --------------------------------------------------------------------------------------------


def _text_of_values(column: pa.Array) -> Any:  # noqa: ANN401 - an array or a list
    column = as_text(column)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return values_of(column)
    if not is_readable(column):
        raise _OnlyRowByRow
    return column


# --- what both have ------------------------------------------------------------------------------------------


def _has_gaps(column: Any) -> bool:  # noqa: ANN401 - an array or a list
    if isinstance(column, pa.Array):
        return bool(column.null_count)
    return isinstance(column, list) and None in column


def _is_column_of_cell(key: str, column: object) -> bool:
    return key not in ("subject", "context", "facts") and isinstance(column, (pa.Array, np.ndarray, list))


def _codes(column: Any) -> NDArray[np.int64]:  # noqa: ANN401 - an array or a list
    """Return a code for each row, from -1 up, the same only for the same value."""
    if isinstance(column, np.ndarray):
        return np.unique(column, return_inverse=True)[1].astype(np.int64)
    if isinstance(column, list):
        places: dict[str, int] = {}
        return np.array([places.setdefault(repr(one), len(places)) for one in column], dtype=np.int64)
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    codes: NDArray[np.int64] = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes
