"""The decisions of a log as tallies, by use case and version of the policy, joined with what turned out to be true.

A log that does not verify says nothing: nothing of it is counted. Else every record is read once, and of those that are
left out it is told how many there are, and why.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from policy_engine.audit import Question, query, verify
from policy_engine.exceptions import AuditCorruptError
from policy_engine.tuning.tallies import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_DECISION: Final = "decision"

LEFT_OUT: Final = {
    "truncated": "too long for the log, which holds no more than a stub of them",
    "unreadable": "without an outcome or a policy that the log could name",
    "unknown_band": "with an outcome that is no band of their policy",
    "twice": "with an id that another decision had before",
}
"""Why decisions of a log are not counted, in words."""

NOTED: Final = {
    "invalid": "with a score that was invalid, which has a band, too",
    "sampled": "drawn for a sample: where labels count, each is one of the band that it reached",
    "by_candidate": "beside which candidates decided, of which only the caller's outcome counts",
    "masking_failed": "recorded without their request, which could not be masked",
}
"""What is said of decisions that are counted, in words."""


class Which(NamedTuple):
    """Which policy decided."""

    use_case: str
    version: int


Label = bool | str
"""What turned out to be true of a decision: that it is a positive or is not, or a name, such as that of a class."""


class RecordedKind(NamedTuple):
    """What decisions have in common: the band that they `got`, the one that they `reached`, the label, if there is one.

    Of labelled ones, `first_class` is the first of several classes, None where there is none.
    """

    got: str
    reached: str
    label: Label | None = None
    first_class: str | None = None


@dataclass(slots=True)
class RecordedPolicy:
    """The decisions of one version of a policy: how many of each kind, by which digests, and their signals.

    `signals` are those of the decisions that had one, with the band that each got, where they were asked for.
    """

    kinds: Counter[RecordedKind] = field(default_factory=Counter)
    digests: Counter[str] = field(default_factory=Counter)
    signals: dict[str, array[float]] = field(default_factory=dict)

    @property
    def decisions(self) -> int:
        """How many there are."""
        return self.kinds.total()

    @property
    def labels(self) -> set[Label]:
        """The different labels of its decisions."""
        return {kind.label for kind in self.kinds if kind.label is not None}

    def outcomes(self, is_positive: Callable[[Any, str | None], bool] | None = None) -> Counter[Outcome]:
        """Return how many cases there are of each kind.

        *is_positive* says it of a label and the first class. Without it, the labels are truth values, and say it.
        """
        found = Counter[Outcome]()
        for kind, many in self.kinds.items():
            truth = kind.label
            if truth is not None and is_positive is not None:
                truth = is_positive(truth, kind.first_class)
            if isinstance(truth, str):
                raise TypeError("labels that are names do not say what is a positive: give `is_positive`")
            found[Outcome(kind.got, kind.reached, truth)] += many
        return found

    def scores(self, bands: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Return the signals, and for each the place among *bands* of the band that it got."""
        columns = [np.asarray(self.signals.get(name, ()), dtype=np.float64) for name in bands]
        return np.concatenate(columns), np.repeat(np.arange(len(bands)), [len(one) for one in columns])


@dataclass(frozen=True, slots=True)
class Joined:
    """How labels and decisions met by their ids: `joined` did; `without_decision` are ids that no decision had."""

    labels: int
    joined: int
    without_decision: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a log says: its decisions by policy, what was left out, what is said of what was not, and other records.

    `lost` is how many decisions were given and are not there, as the log's gaps say.
    """

    policies: Mapping[Which, RecordedPolicy]
    left_out: Mapping[str, int]
    noted: Mapping[str, int]
    others: Mapping[str, int]
    lost: int
    joined: Joined | None

    @property
    def decisions(self) -> int:
        """How many decisions are counted."""
        return sum(one.decisions for one in self.policies.values())


def read_recorded(
    folder: str | Path,
    question: Question,
    bands: Mapping[Which, tuple[str, ...]],
    *,
    labels: Mapping[str, Label] | None = None,
    with_signals: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Recorded:
    """Return what the log in *folder* says of the decisions that fit the *question*.

    *bands* are those of the policies that are known; *labels* say of decisions, by id, what turned out to be true.
    *progress* is told how many bytes were read since it was last told. Raises `AuditCorruptError` with the first
    finding where the log does not verify, and `AuditError` where there is none.
    """
    found = verify(folder, progress=progress)
    if not found.intact:
        raise AuditCorruptError(_why_not(found.problems, found.problem_count))
    problems: list[Any] = []
    counting = _Counting(bands, labels, with_signals=with_signals)
    for answer in query(folder, question, tell=problems.append, progress=progress):
        counting.take(answer.record)
    if problems:
        # It changed since it was verified a moment ago
        raise AuditCorruptError(_why_not(problems, len(problems)))
    return counting.found()


def _why_not(problems: Any, many: int) -> str:  # noqa: ANN401 - several kinds of sequences
    more = f", and {many - 1:,} more" if many > 1 else ""
    return (
        f"the log does not verify, so nothing of it was counted: {problems[0]}{more}; see `policy-engine audit verify`"
    )


class _Counting:
    """Counts records, one after the other."""

    def __init__(
        self, bands: Mapping[Which, tuple[str, ...]], labels: Mapping[str, Label] | None, *, with_signals: bool
    ) -> None:
        self._bands = bands
        self._labels = labels
        self._with_signals = with_signals
        self._policies: dict[Which, RecordedPolicy] = {}
        self._left_out: Counter[str] = Counter()
        self._noted: Counter[str] = Counter()
        self._others: Counter[str] = Counter()
        self._lost = 0
        self._met: set[str] = set()

    def take(self, record: dict[str, Any]) -> None:
        """Count one record."""
        kind = record.get("type")
        if kind != _DECISION:
            self._others[str(kind)] += 1
            many = record.get("count")
            self._lost += many if kind == "gap" and type(many) is int else 0
            return
        which = _which(record)
        reason = self._why_left_out(record, which)
        if reason is not None or which is None:
            self._left_out[reason or "unreadable"] += 1
            return
        self._count(record, which)

    def found(self) -> Recorded:
        """Return what was counted."""
        labels, met = self._labels, len(self._met)
        joined = None if labels is None else Joined(len(labels), met, len(labels) - met)
        return Recorded(self._policies, self._left_out, self._noted, self._others, self._lost, joined)

    def _why_left_out(self, record: dict[str, Any], which: Which | None) -> str | None:
        if record.get("truncated") is True:
            return "truncated"
        if which is None or not isinstance(record.get("outcome"), str):
            return "unreadable"
        known = self._bands.get(which)
        if known is not None and not {record["outcome"], _reached(record)} <= {*known}:
            return "unknown_band"
        return "twice" if record.get("decision_id") in self._met else None

    def _count(self, record: dict[str, Any], which: Which) -> None:
        own = self._policies.setdefault(which, RecordedPolicy())
        outcome, name = record["outcome"], record.get("decision_id")
        label = first_class = None
        if self._labels is not None and isinstance(name, str):
            label = self._labels.get(name)
            if label is not None:
                self._met.add(name)
                first_class = _first_class(record)
        own.kinds[RecordedKind(outcome, _reached(record), label, first_class)] += 1
        own.digests[str(record["policy"].get("digest"))] += 1
        signal = record.get("signal")
        if self._with_signals and isinstance(signal, int | float):
            own.signals.setdefault(outcome, array("d")).append(signal)
        self._note(record)

    def _note(self, record: dict[str, Any]) -> None:
        request = record.get("request")
        self._noted["invalid"] += record.get("invalid") is not None
        self._noted["sampled"] += record.get("sample") is not None
        self._noted["by_candidate"] += bool(record.get("candidate"))
        self._noted["masking_failed"] += isinstance(request, dict) and "masking_failed" in request


def _which(record: dict[str, Any]) -> Which | None:
    use_case, policy = record.get("use_case"), record.get("policy")
    version = policy.get("version") if isinstance(policy, dict) else None
    return Which(use_case, version) if isinstance(use_case, str) and type(version) is int else None


def _first_class(record: dict[str, Any]) -> str | None:
    """Return the class that came first, whatever the band: none where the score was invalid."""
    given = record.get("label")
    return given if isinstance(given, str) else None


def _reached(record: dict[str, Any]) -> str:
    """Return the band that the case reached: what it got, unless it was drawn for a sample."""
    sample = record.get("sample")
    without = sample.get("outcome_without") if isinstance(sample, dict) else None
    return without if isinstance(without, str) else str(record.get("outcome"))
