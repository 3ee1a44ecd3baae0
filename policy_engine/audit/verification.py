"""What a verification found: verdicts that are never mixed, each in words that an auditor can quote.

*Integrity*: does every record follow from the one before it? *Completeness*: could anything be missing that
integrity cannot show? *Anchor*: what outside the folder was it compared with?
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

MOST_PROBLEMS: Final = 20
"""How many problems are held with their places; all are counted."""

ProblemKind = Literal["chain", "sequence", "form", "missing", "name", "stray", "symlink", "batch"]

NO_ANCHOR: Final = (
    "nothing outside this folder was compared with it: records cut off the end of a stream, a stream that "
    "was removed, or a log written anew from some record on cannot be seen without a head kept elsewhere"
)
"""Always said: no reader of a log alone can know more."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as a writer leaves it, and where.

    `file` is relative to the log's folder. `line` counts from 1 and `offset`, in bytes, from 0; both are
    None where the problem is the file itself.
    """

    stream: str
    file: str
    kind: ProblemKind
    what: str
    line: int | None = None
    offset: int | None = None

    def __str__(self) -> str:
        """Return the problem in one line, place first."""
        if self.line is None:
            return f"{self.file}: {self.what}"
        return f"{self.file}:{self.line} (byte {self.offset}): {self.what}"


@dataclass(frozen=True, slots=True)
class StreamVerification:
    """What was found of one stream. `head` is the link of its last record, to be kept elsewhere.

    `missing` counts the decisions that its gaps say were let go, and `suspects` the segments that a flush failed of.
    `batch_rows` counts the decisions in those files of its `batches` that are as they were written, and `unclaimed` the
    files that no record names.
    """

    stream: str
    segments: int
    records: int
    recoveries: int
    truncated: int
    missing: int
    suspects: int
    batches: int
    batch_rows: int
    unclaimed: int
    torn_bytes: int
    torn_nuls: int
    head: str | None
    last_seq: int
    first_at: str | None
    last_at: str | None
    problem_count: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found of a log. `problems` holds the first ones, `problem_count` counts them all."""

    folder: str
    streams: tuple[StreamVerification, ...]
    problems: tuple[Problem, ...]
    problem_count: int

    @property
    def intact(self) -> bool:
        """Whether no problem was found: every record that is there follows, and nothing else lies in the folder."""
        return self.problem_count == 0

    @property
    def integrity(self) -> Literal["intact", "intact in part", "not shown", "broken"]:
        """The verdict on what is there. A stream without a record shows nothing: a crash or a hand may have left it."""
        if not self.intact:
            return "broken"
        if all(one.records for one in self.streams):
            return "intact"
        return "intact in part" if self.records else "not shown"

    @property
    def completeness(self) -> tuple[str, ...]:
        """What may be missing without a trace, in words. There is always something."""
        torn = (
            f"stream {one.stream}: torn tail: {_torn(one)}; the next writer cuts it"
            for one in self.streams
            if one.torn_bytes
        )
        empty = (
            f"stream {one.stream}: holds no record, not even its first: emptied, or never used"
            for one in self.streams
            if not one.records
        )
        missing = (
            f"stream {one.stream}: {one.missing} decisions were given and are not here, as its gaps say"
            for one in self.streams
            if one.missing
        )
        unclaimed = (
            f"stream {one.stream}: files of batches that no record names: {one.unclaimed}; never acknowledged, or lost "
            "with a record that was cut off, or being recorded just now"
            for one in self.streams
            if one.unclaimed
        )
        return (NO_ANCHOR, *missing, *torn, *unclaimed, *empty)

    @property
    def anchor(self) -> Literal["none"]:
        """What outside the folder the log was compared with."""
        return "none"

    @property
    def records(self) -> int:
        """How many records were read."""
        return sum(one.records for one in self.streams)

    @property
    def recoveries(self) -> int:
        """How many ends were cut off by writers, as the records say."""
        return sum(one.recoveries for one in self.streams)

    @property
    def missing(self) -> int:
        """How many records were let go, as the gaps of the log say."""
        return sum(one.missing for one in self.streams)

    @property
    def batch_rows(self) -> int:
        """How many decisions the files of batches hold, beside the records."""
        return sum(one.batch_rows for one in self.streams)

    @property
    def torn_bytes(self) -> int:
        """How many bytes stand after the last whole record, in all streams."""
        return sum(one.torn_bytes for one in self.streams)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON."""
        return {
            "folder": self.folder,
            "integrity": {
                "verdict": self.integrity,
                "problem_count": self.problem_count,
                "problems": [asdict(one) for one in self.problems],
            },
            "completeness": {"verdict": "not shown", "notes": list(self.completeness)},
            "anchor": self.anchor,
            "records": self.records,
            "recoveries": self.recoveries,
            "missing": self.missing,
            "batch_rows": self.batch_rows,
            "torn_bytes": self.torn_bytes,
            "streams": [asdict(one) for one in self.streams],
        }


def _torn(stream: StreamVerification) -> str:
    size, nuls = stream.torn_bytes, stream.torn_nuls
    if not nuls:
        return f"{size} bytes, never acknowledged or lost in a crash, or being written just now"
    which = "all of them NUL" if nuls == size else f"the last {nuls} of them NUL"
    return f"{size} bytes, {which}, as a power cut leaves them in place of what was written last"
