"""The answers of a log, written while they are found, and what was damaged on the way to them."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from policy_engine.cli._messages import tell
from policy_engine.cli._terminal import encoded, opened, width_for
from policy_engine.printable import printable
from policy_engine.reporting.as_json import record_as_json
from policy_engine.reporting.as_text import counted, record_as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy_engine.audit import Answer, Problem

_MOST_TOLD: Final = 20


class Damage:
    """Tells the first problems of a log as they come, and counts all."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0

    def note(self, problem: Problem) -> None:
        """Tell of *problem*, unless many were told before."""
        self.count += 1
        if self.count <= _MOST_TOLD:
            tell(f"audit log: {problem}")

    def tell(self) -> None:
        """Say at the end what the problems mean for the answers."""
        if not self.count:
            return
        more = self.count - _MOST_TOLD
        beside = f"and {counted(more, 'more problem')}; " if more > 0 else ""
        tell(f"audit log: {beside}what does not verify is left out of the answers: see `policy-engine audit verify`")


def write_answers(answers: Iterator[Answer], form: str, *, limit: int | None, output: str | None) -> None:
    """Write *answers*, at most *limit* of them, as *form* says: `text`, `json`, `jsonl`, or only their `ids`."""
    pieces = _pieces(answers, form, limit, output)
    # Where there is no log to read, no file is made to hold its answers
    first = next(pieces, b"")
    with opened(output) as sink:
        for piece in chain((first,), pieces):
            sink.write(piece)


def _pieces(answers: Iterator[Answer], form: str, limit: int | None, output: str | None) -> Iterator[bytes]:
    if form == "ids":
        ids = (one.record["decision_id"] for one in answers if isinstance(one.record.get("decision_id"), str))
        return (encoded(f"{printable(one)}\n", output) for one in islice(ids, limit))
    wanted = islice(answers, limit)
    if form == "text":
        columns = width_for(output)
        return (encoded(record_as_text(one.stream, one.record, columns), output) for one in wanted)
    lines = (record_as_json(one.stream, one.payload) for one in wanted)
    return _as_list(lines) if form == "json" else (line + b"\n" for line in lines)


def _as_list(lines: Iterable[bytes]) -> Iterator[bytes]:
    before = b"[\n"
    for line in lines:
        yield before + line
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"
