"""A batch as the log gets it: the file of its rows, and what its record says of all of them.

A row is what a record of its own would be. What rows have in common, all but id, score, signal and request, is made
once for all that have the same verdict; where a row may say more than that, from its own decision.
"""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np
import orjson

from policy_engine.audit.batch_rows import BatchRows, write_rows
from policy_engine.engine.plain import plain
from policy_engine.engine.request_texts import items, request_texts
from policy_engine.engine.signals_in_rows import signals
from policy_engine.evaluator.codes import first_rows
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

    from policy_engine.audit import Masking
    from policy_engine.compiler import DecisionTable
    from policy_engine.engine.decision import Decision
    from policy_engine.engine.recording import Recorder
    from policy_engine.evaluator.batch import BatchVerdicts
    from policy_engine.evaluator.columns import Columns
    from policy_engine.model import Policy, Verdict

Key = TypeVar("Key", bound="Hashable")

_OWN: Final = ("decision_id", "score", "signal", "request")
"""What the file has of each row in columns of their own."""
_FIRST: Final = 2**10
_AT_ONCE: Final = 2**14
_BYTES_AT_ONCE: Final = 2**25
"""Of so many rows, and so many bytes of text, is a part of a file at most; the first part shows how large rows are."""

_BINARY64: Final = 8  # bytes


class DecidedRows(NamedTuple):
    """A batch that was decided: what was asked, the verdicts, and by whom; *made* makes the decision of a row.

    `ids` returns the ids of some rows, see `BatchRows`. `is_told_by_verdicts` says whether a decision says nothing
    of its own but id, score, signal, jurisdiction and request.
    """

    columns: Columns
    verdicts: BatchVerdicts
    table: DecisionTable
    policy: Policy
    made: Callable[[int], Decision]
    ids: Callable[[int, int], NDArray[np.uint8] | list[str]]
    is_told_by_verdicts: bool


class RecordedBatch:
    """A batch that is being recorded; see `policy_engine.audit.Batch`."""

    def __init__(self, decided: DecidedRows, recorder: Recorder) -> None:
        """Record what was *decided*, a row at least, as *recorder* records decisions."""
        self._decided = decided
        self._recorder = recorder

    @property
    def fields(self) -> dict[str, Any]:
        """What the record says: of its `outcomes`, how many rows have each, and of `first` and `last` the ids."""
        decided, found = self._decided, self._decided.verdicts
        first, last = decided.made(0).decision_id, decided.made(len(found) - 1).decision_id
        many: Counter[str] = Counter()
        for verdict, count in zip(found.verdicts, np.bincount(found.codes).tolist(), strict=False):
            many[verdict.outcome] += count
        policy = decided.policy
        return {
            "at": format_instant(decided.columns.at),
            "use_case": decided.columns.use_case,
            "rows": len(found),
            "first": first,
            "last": last,
            "outcomes": {outcome: count for outcome, count in sorted(many.items()) if count},
            "policy": {"version": policy.version, "digest": policy.digest},
            "table_digest": decided.table.digest,
        }

    def write_to(self, file: BinaryIO) -> None:
        """Write the rows, some at a time."""
        write_rows(file, self._parts())

    def _parts(self) -> Iterator[BatchRows]:
        rows = len(self._decided.verdicts)
        part = self._by_verdict if self._decided.is_told_by_verdicts else self._by_decision
        begin, many = 0, _FIRST
        while begin < rows:
            end = min(begin + many, rows)
            made = part(begin, end)
            yield made
            # As many as are together as large as may be, if they are as those before
            size = sum(map(len, made.requests)) + sum(map(len, made.decisions))
            many = min(_AT_ONCE, max(1, _BYTES_AT_ONCE * (end - begin) // max(1, size)))
            begin = end

    def _by_verdict(self, begin: int, end: int) -> BatchRows:
        """Return rows whose verdict says all that is not said by id, score, signal and request."""
        decided, table = self._decided, self._decided.verdicts.verdicts
        codes = np.asarray(decided.verdicts.codes[begin:end]).astype(np.int64)
        requests, subjects, jurisdictions = request_texts(decided.columns, begin, end)
        masked: Sequence[bytes | None] = (None,) * (end - begin)
        if self._recorder.masking is not None:
            requests, subjects, masked = _masked(self._recorder.masking, requests)
        told_of, told = self._told_alike(_alike(codes, table, jurisdictions, masked), begin)
        scores = _slice(decided.columns.scores, begin, end)
        numbers, others = _scores(scores)
        return BatchRows(
            decided.ids(begin, end),
            told_of,
            [text for text, _ in told],
            [outcome for _, outcome in told],
            subjects,
            numbers,
            others,
            signals(scores, codes, [(decided.policy, one) for one in table]),
            requests,
        )

    def _told_alike(self, alike: NDArray[np.int64], begin: int) -> tuple[NDArray[np.int32], list[tuple[bytes, str]]]:
        """Return what is told of the rows from *begin* on, and which of it of which: that of the first row like it."""
        first = first_rows(alike, int(alike.max()) + 1)
        decisions = [self._decided.made(begin + row) for _, row in first]
        # Rows may be told alike that are not, and a text that is there twice would keep Parquet from writing each once
        of_first, told = _numbered((_told(self._recorder.record_of(one)), one.outcome) for one in decisions)
        told_of = np.empty(int(alike.max()) + 1, dtype=np.int32)
        told_of[[number for number, _ in first]] = of_first
        return told_of[alike], told

    def _by_decision(self, begin: int, end: int) -> BatchRows:
        """Return rows as their decisions say, each by its own."""
        decisions = [self._decided.made(row) for row in range(begin, end)]
        records = [self._recorder.record_of(one) for one in decisions]
        told_of, told = _numbered(zip(map(_told, records), (one.outcome for one in decisions), strict=True))
        numbers, others = _scores([one.request.score for one in decisions])
        return BatchRows(
            self._decided.ids(begin, end),
            told_of,
            [text for text, _ in told],
            [outcome for _, outcome in told],
            [_subject(one["request"]) for one in records],
            numbers,
            others,
            np.array([np.nan if one.signal is None else one.signal for one in decisions]),
            [orjson.dumps(one["request"]) for one in records],
        )


def _alike(
    codes: NDArray[np.int64],
    table: Sequence[Verdict],
    jurisdictions: Sequence[bytes | None],
    masked: Sequence[bytes | None],
) -> NDArray[np.int64]:
    """Return a number for each row: rows of one number have the same verdict, jurisdiction and masked fields."""
    # Which of a case's jurisdictions decided, its verdict says by number, or that none did
    decides = [verdict.jurisdiction is not None for verdict in table]
    told_apart: list[Sequence[bytes | None]] = []
    if any(decides) and len({*jurisdictions}) > 1:
        deciding = zip(codes.tolist(), jurisdictions, strict=True)
        told_apart.append(jurisdictions if all(decides) else [one if decides[code] else None for code, one in deciding])
    if len({*masked}) > 1:
        told_apart.append(masked)
    if not told_apart:
        return codes
    alike, _ = _numbered(zip(codes.tolist(), *told_apart, strict=True))
    return alike.astype(np.int64)


def _masked(masking: Masking, requests: Sequence[bytes]) -> tuple[list[bytes], list[str | None], list[bytes]]:
    """Return requests with less in them, their subjects, and the names of what was masked of each."""
    kept, subjects, masked = [], [], []
    for text in requests:
        request, names = masking.masked(orjson.loads(text))
        kept.append(orjson.dumps(request))
        subjects.append(_subject(request))
        masked.append(orjson.dumps(names))
    return kept, subjects, masked


def _told(record: dict[str, Any]) -> bytes:
    """Return what a *record* says, but for what is each row's own."""
    return orjson.dumps({**record, **dict.fromkeys(_OWN)})


def _subject(request: dict[str, Any]) -> str | None:
    subject = request.get("subject")
    return subject if isinstance(subject, str) else None


def _numbered(keys: Iterable[Key]) -> tuple[NDArray[np.int32], list[Key]]:
    """Return the number of each key, and the keys by their numbers: each once, as they come."""
    numbers: dict[Key, int] = {}
    found = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int32)
    return found, list(numbers)


def _slice(scores: Any, begin: int, end: int) -> Any:  # noqa: ANN401 - any column
    """Return some rows of a column of scores: floats of NumPy as such, else as they were given."""
    is_float = isinstance(scores, np.ndarray) and scores.dtype.kind == "f" and scores.dtype.itemsize <= _BINARY64
    return scores[begin:end].astype(np.float64) if is_float else list(items(scores, begin, end))


def _scores(given: Any) -> tuple[NDArray[np.float64], list[bytes | None] | None]:  # noqa: ANN401 - as `_slice` has it
    """Return scores that are finite numbers of binary64, NaN for others; and of the others their JSON."""
    if isinstance(given, np.ndarray):
        is_number = np.isfinite(given)
        if is_number.all():
            return given, None
        given = given.tolist()
    is_number = np.array([type(one) is float and isfinite(one) for one in given], dtype=np.bool_)
    numbers = np.array([one if is_one else np.nan for one, is_one in zip(given, is_number, strict=True)], np.float64)
    others = [
        None if is_one or one is None else orjson.dumps(plain(one))
        for one, is_one in zip(given, is_number, strict=True)
    ]
    return numbers, others
