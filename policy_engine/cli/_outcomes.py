"""Decisions as a table: a row for each row of the input, in its order, with the same columns as CSV and as Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from policy_engine.cli._rows import Row
    from policy_engine.engine import Decision
    from policy_engine.exceptions import InvalidRequestError
    from policy_engine.model import Policy, Verdict


class Told(NamedTuple):
    """What is said alike of many rows: the verdict of a policy, or in its place why there is none."""

    at: datetime | None = None
    policy: Policy | None = None
    verdict: Verdict | None = None
    error: str | None = None


class Outcomes(NamedTuple):
    """The decisions on some rows, of which *before* came before: `told[codes[i]]` is said of row *i*.

    Its signal is `signals[i]`, NaN for none. `ids` are there only where decisions are recorded under them.
    """

    before: int
    codes: NDArray[np.int64]
    told: Sequence[Told]
    signals: NDArray[np.float64]
    ids: Sequence[str | None] | None = None


class Column(NamedTuple):
    """A column whose value is told alike of many rows. `kind` is `text`, `number`, `whole`, `codes` or `instant`."""

    name: str
    kind: str
    value: Callable[[Told], Any]


def _of_verdict(name: str, kind: str, field: str | None = None) -> Column:
    field = field or name

    def value(told: Told) -> Any:  # noqa: ANN401 - as the verdict has it
        return None if told.verdict is None else getattr(told.verdict, field)

    return Column(name, kind, value)


def _label(told: Told) -> str | None:
    label = None if told.verdict is None else told.verdict.label
    return None if label is None else printable(str(label))


def _sample(told: Told) -> str | None:
    return None if told.verdict is None or told.verdict.sample is None else told.verdict.sample.id


ROW: Final = "row"
ID: Final = "decision_id"
SIGNAL: Final = "signal"
"""The columns that have a value of each row's own: the first two, and this one behind `BEFORE_SIGNAL`."""

BEFORE_SIGNAL: Final = (
    Column("at", "instant", lambda told: told.at),
    Column("use_case", "text", lambda told: None if told.policy is None else told.policy.use_case),
    _of_verdict("outcome", "text"),
)
AFTER_SIGNAL: Final = (
    Column("label", "text", _label),
    _of_verdict("threshold", "number"),
    _of_verdict("threshold_from", "text"),
    _of_verdict("next_threshold", "number"),
    _of_verdict("invalid", "text"),
    _of_verdict("unknown", "codes"),
    _of_verdict("knock_outs", "codes"),
    _of_verdict("reasons", "codes"),
    _of_verdict("escalation", "text", "escalate"),
    Column("sample", "text", _sample),
    Column("policy_version", "whole", lambda told: None if told.policy is None else told.policy.version),
    Column("error", "text", lambda told: told.error),
)
NAMES: Final = (
    *(ROW, ID),
    *(column.name for column in BEFORE_SIGNAL),
    SIGNAL,
    *(column.name for column in AFTER_SIGNAL),
)


def outcomes_of(
    rows: Sequence[Row], answers: Sequence[Decision | InvalidRequestError | str], *, with_ids: bool
) -> Outcomes:
    """Return what was decided of *rows*, an answer each: a decision, or why there is none."""
    told: list[Told] = []
    places: dict[Any, int] = {}
    codes = np.empty(len(rows), dtype=np.int64)
    signals = np.full(len(rows), np.nan)
    ids: list[str | None] = []
    for place, answer in enumerate(answers):
        if isinstance(answer, (str, Exception)):
            codes[place] = len(told)
            told.append(Told(error=printable(str(answer))))
            ids.append(None)
            continue
        # As verdicts are kept by *answers*, none of them takes the place in memory of another
        key = id(answer.verdict), id(answer.policy), answer.at
        if key not in places:
            places[key] = len(told)
            told.append(Told(answer.at, answer.policy, answer.verdict))
        codes[place] = places[key]
        signals[place] = np.nan if answer.signal is None else answer.signal
        ids.append(answer.decision_id if with_ids else None)
    return Outcomes(rows[0].number - 1, codes, told, signals, ids if with_ids else None)
