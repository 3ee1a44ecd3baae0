"""Decisions as the bytes that the log takes: what a verdict says is written once, and for each case only the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from policy_engine.audit.payload import LONGEST_BODY, body_of
from policy_engine.engine.ids import id_of
from policy_engine.engine.plain import plain
from policy_engine.model import END_OF_TIME, from_nanoseconds, parse_duration, to_nanoseconds
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.audit import Masking
    from policy_engine.engine.decision import AskedNow, Decision
    from policy_engine.model import Verdict

_HOLE: Final = b"\0"  # JSON has no such byte
_MOST_KEPT: Final = 4096
_PARTS: Final = 8
"""Into so many a record is cut; one that is too long for the log has become a stub, which has no holes."""
_SECOND: Final = 1_000_000
_MICROSECOND: Final = timedelta(microseconds=1)
_END: Final = to_nanoseconds(END_OF_TIME) // 1_000


class _Pieces(NamedTuple):
    """The record of a verdict, cut where something of the case stands, and of its escalation the same."""

    verdict: Verdict
    parts: tuple[bytes, ...]
    escalation: tuple[bytes, ...]
    within: int
    """In microseconds."""


class Recorder:
    """Makes records of the decisions of one engine by one set of policies. Threads may share it."""

    def __init__(self, masking: Masking | None = None) -> None:
        """Begin with nothing written. *masking* is what the policies' catalog wants for requests, None for nothing."""
        self.masking = masking
        self._pieces: dict[int, _Pieces] = {}
        # One each, since each remembers the second before
        self._at_of, self._due_of = _instants(), _instants()

    def body_of(self, decision: Decision) -> bytes:
        """Return the record of *decision*, as `policy_engine.audit.payload.body_of` does of `record_of`."""
        asked = decision.asked_now
        if asked is not None:
            body = self._by_pieces(decision, asked)
            # What is rare is left to those who look at every value
            if body is not None and len(body) <= LONGEST_BODY and body.isascii() and b"\x7f" not in body:
                return body
        return body_of(self.record_of(decision))

    def record_of(self, decision: Decision) -> dict[str, Any]:
        """Return what a log gets of a decision that these policies made: its record, with its request masked.

        `masked` names the fields, and is there, empty too, wherever the catalog has an `audit`.
        """
        record = decision.to_record()
        if self.masking is not None:
            record["request"], record["masked"] = self.masking.masked(record["request"])
        return record

    def _by_pieces(self, decision: Decision, asked: AskedNow) -> bytes | None:
        at_ns, count, noise, _, model_version, subject, context, dimensions = asked
        verdict = decision.verdict
        pieces = self._pieces.get(id(verdict))
        if pieces is None or pieces.verdict is not verdict:
            pieces = self._written(decision)
        if len(pieces.parts) != _PARTS:
            return None
        at = at_ns // 1_000
        due = at + pieces.within
        if due > _END:
            return None
        request: dict[str, Any] = {}
        if model_version is not None:
            request["model_version"] = model_version
        if subject is not None:
            request["subject"] = subject
        request["dimensions"] = dimensions
        if context is not None:
            request["context"] = context
        try:
            said = self._said(request)
        except TypeError:
            return None
        number = orjson.dumps(decision.signal)
        place = b"null" if verdict.jurisdiction is None else orjson.dumps(dimensions[JURISDICTION])
        escalation = b"null"
        if pieces.escalation:
            before, after = pieces.escalation
            escalation = before + self._due_of(due) + after
        first, to_at, to_score, to_signal, to_escalation, to_place, to_request, last = pieces.parts
        name = id_of(at_ns, count, noise).encode("ascii")
        return b"".join(
            (
                first, name, to_at, self._at_of(at), to_score, number, to_signal, number,
                to_escalation, escalation, to_place, place, to_request, said, last,
            )
        )  # fmt: skip

    def _said(self, request: dict[str, Any]) -> bytes:
        """Return the request as a record has it, with what follows it."""
        if self.masking is None:
            if "context" in request:
                request["context"] = plain(request["context"])
            return orjson.dumps(request)
        # A pseudonym is that of what a record would say
        kept, masked = self.masking.masked({name: plain(value) for name, value in request.items()})
        return orjson.dumps(kept) + b',"masked":' + orjson.dumps(masked)

    def _written(self, decision: Decision) -> _Pieces:
        verdict = decision.verdict
        hole, in_quotes = orjson.Fragment(_HOLE), orjson.Fragment(b'"' + _HOLE + b'"')
        record = decision.to_record()
        escalation: tuple[bytes, ...] = ()
        within, path = 0, decision.escalation_path
        if path is not None:
            within = parse_duration(path.levels[0].within) // _MICROSECOND
            opening = {**record["escalation"], "due": in_quotes}
            escalation = tuple(orjson.dumps(opening).split(_HOLE))
        cut = dict.fromkeys(("score", "signal", "escalation", "jurisdiction", "request"), hole)
        body = body_of({**record, "decision_id": in_quotes, "at": in_quotes, **cut})
        pieces = _Pieces(verdict, tuple(body.split(_HOLE)), escalation, within)
        if len(self._pieces) >= _MOST_KEPT:
            self._pieces.clear()
        self._pieces[id(verdict)] = pieces
        return pieces


def _instants() -> Callable[[int], bytes]:
    """Return what spells an instant, in microseconds since 1970, as `format_instant` does."""
    # In one assignment, so that threads see one second with its own text
    kept = (0, b"1970-01-01T00:00:00")

    def spelled(microseconds: int) -> bytes:
        nonlocal kept
        second, part = divmod(microseconds, _SECOND)
        known, text = kept
        if known != second:
            text = from_nanoseconds(second * 1_000_000_000).isoformat().removesuffix("+00:00").encode("ascii")
            kept = second, text
        return b"%b.%06dZ" % (text, part) if part else text + b"Z"

    return spelled
