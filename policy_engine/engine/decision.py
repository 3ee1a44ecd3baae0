"""A decision: the verdict on one case, with everything that an auditor will ask about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from policy_engine.engine.escalation import Escalation
from policy_engine.engine.ids import id_of
from policy_engine.engine.plain import plain
from policy_engine.evaluator import cell_in_words, named_jurisdictions
from policy_engine.model import Request, format_instant, from_nanoseconds
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from policy_engine.compiler import DecisionTable, PolicyTable
    from policy_engine.engine.candidates import CandidateVerdict
    from policy_engine.model import EscalationPath, Policy, Verdict
    from policy_engine.vocabulary import InvalidClass


AskedNow = tuple[int, int, int, str, object, "str | None", "Mapping[str, Any] | None", "Mapping[str, Any]"]
"""A request that brings a score and what its policy reads, and is decided at once: the time in nanoseconds since 1970,
number and noise of its decision's id, use case, version of the model, subject, context, dimensions."""


class Decision:
    """The decision on one case. What nobody may ever ask for is worked out when somebody does."""

    __slots__ = (
        "__weakref__",
        "_asked",
        "_audited",
        "_by",
        "_candidates",
        "_kept",
        "_signal",
        "_table",
        "_verdict",
    )

    def __init__(
        self,
        asked: tuple[str, Request] | AskedNow,
        table: DecisionTable,
        by: PolicyTable,
        verdict: Verdict,
        signal: float | None,
        audited: bool,  # noqa: FBT001 - one field of many
        candidates: tuple[CandidateVerdict, ...] = (),
    ) -> None:
        """Keep what was decided: an id with its request, or what both are made from; *by* is the policy's table."""
        self._asked = asked
        self._table = table
        self._by = by
        self._audited = audited
        self._verdict = verdict
        self._signal = signal
        self._candidates = candidates
        self._kept: dict[str, Any] | None = None

    def __repr__(self) -> str:
        """Return what happened, in short."""
        return f"<Decision {self.decision_id}: {self._verdict.outcome}>"

    @property
    def decision_id(self) -> str:
        """The id, a UUID of version 7."""
        asked = self._asked
        return asked[0] if len(asked) == 2 else id_of(*asked[:3])  # noqa: PLR2004 - an id and a request

    @property
    def asked_now(self) -> AskedNow | None:
        """What id and request are made from, None where they were there before or are made already."""
        asked = self._asked
        return None if len(asked) == 2 else asked  # noqa: PLR2004 - an id and a request

    @property
    def request(self) -> Request:
        """The request, as it was read."""
        asked = self._asked
        if len(asked) == 2:  # noqa: PLR2004 - an id and a request
            return asked[1]
        at_ns, _, _, use_case, model_version, subject, context, dimensions = asked
        request = Request(
            use_case=use_case,
            score=self._signal,
            at=from_nanoseconds(at_ns),
            model_version=model_version,
            dimensions=dimensions,
            subject=subject,
            context=context,
        )
        # Once for all that is asked of it; of two threads that make it, both make the same
        self._asked = self.decision_id, request
        return request

    @property
    def verdict(self) -> Verdict:
        """Which band the case got, and why."""
        return self._verdict

    @property
    def signal(self) -> float | None:
        """The number that was compared, None where the score is invalid."""
        return self._signal

    @property
    def candidates(self) -> tuple[CandidateVerdict, ...]:
        """The candidates that were in force, the canary first, and what each came to. JSON calls it `candidate`."""
        return self._candidates

    @property
    def table_digest(self) -> str:
        """The digest of everything that the decision depends on."""
        return self._table.digest

    @property
    def audited(self) -> bool:
        """Whether it is recorded in a log, or waits in its queue. What the log has let go is not."""
        return self._audited

    def was_let_go(self) -> None:
        """Note that the log could not record it, and that the decision was given nevertheless."""
        self._audited = False
        self._kept = None

    @property
    def outcome(self) -> str:
        """The band: what the caller acts on."""
        return self.verdict.outcome

    @property
    def at(self) -> datetime:
        """The instant of the decision, in UTC."""
        return self.request.at

    @property
    def policy(self) -> Policy:
        """The policy that decided."""
        return self._by.policy

    @property
    def cell(self) -> dict[str, str]:
        """What the policy made of each dimension that it uses, in words; `unknown` for what no catalog declares."""
        return cell_in_words(self._by, self.request.dimensions)

    @property
    def threshold(self) -> float | None:
        """The threshold that the score crossed, None where there is none."""
        return self.verdict.threshold

    @property
    def threshold_from(self) -> str | None:
        """Where that threshold came from: `base`, an override's id, `env`, or `call` for one of the request's own."""
        return self.verdict.threshold_from

    @property
    def next_threshold(self) -> float | None:
        """The threshold above."""
        return self.verdict.next_threshold

    @property
    def invalid(self) -> InvalidClass | None:
        """The class of bad input, None for a valid score."""
        return self.verdict.invalid

    @property
    def unknown(self) -> tuple[str, ...]:
        """The dimensions whose value was not known or left out."""
        return self.verdict.unknown

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reason codes of the outcome."""
        return self.verdict.reasons

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What else rides along with the outcome."""
        return self.verdict.attributes

    @property
    def jurisdiction(self) -> str | None:
        """The jurisdiction that decided, as the request named it."""
        place = self.verdict.jurisdiction
        return None if place is None else named_jurisdictions(self.request.dimensions.get(JURISDICTION))[place]

    @property
    def escalation_path(self) -> EscalationPath | None:
        """The path that the case takes, None where nobody is asked."""
        name = self.verdict.escalate
        return None if name is None else self._table.catalog.escalation_paths[name]

    @property
    def escalation(self) -> Escalation | None:
        """Who gets the case, or None where nobody is asked."""
        name, path = self.verdict.escalate, self.escalation_path
        return None if name is None or path is None else Escalation.opened(name, path, self.at)

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as JSON has it, in values of the caller's own."""
        fields: dict[str, Any] = orjson.loads(self.to_json())
        return fields

    @property
    def _fields(self) -> dict[str, Any]:
        # Once for the caller's answer and for the record
        if self._kept is None:
            self._kept = self._written()
        return self._kept

    def _written(self) -> dict[str, Any]:
        verdict, policy = self.verdict, self._by.policy
        escalation = self.escalation
        return {
            "decision_id": self.decision_id,
            "at": format_instant(self.at),
            "use_case": policy.use_case,
            "outcome": verdict.outcome,
            "score": plain(self.request.score),
            "signal": self.signal,
            "label": plain(verdict.label),
            "threshold": verdict.threshold,
            "threshold_from": verdict.threshold_from,
            "next_threshold": verdict.next_threshold,
            "invalid": verdict.invalid,
            "unknown": list(verdict.unknown),
            "ambiguous": plain(verdict.ambiguous),
            "highlighted": [plain(one._asdict()) for one in verdict.highlighted],
            "members": [plain(one._asdict()) for one in verdict.members],
            "knock_outs": list(verdict.knock_outs),
            "reasons": list(verdict.reasons),
            "attributes": verdict.attributes,
            "escalation": None if escalation is None else escalation.opening(),
            "tuned": None if verdict.tuned is None else plain(verdict.tuned._asdict()),
            "candidate": [one.to_dict() for one in self.candidates],
            "sample": None if verdict.sample is None else verdict.sample._asdict(),
            "jurisdiction": plain(self.jurisdiction),
            "policy": {"version": policy.version, "digest": policy.digest},
            "table_digest": self.table_digest,
            "audited": self.audited,
        }

    def to_json(self) -> bytes:
        """Return the decision as one line of JSON, without its end."""
        return orjson.dumps(self._fields)

    def to_record(self) -> dict[str, Any]:
        """Return the decision with what else the request said, so that it can be decided again: all of it, unmasked.

        A log gets this with `request` masked, where the catalog has an `audit`.
        """
        request = self.request
        said = {
            "model": request.model,
            "model_version": request.model_version,
            "subject": request.subject,
            "facts": request.facts or None,
            "thresholds": request.thresholds or None,
            "reason_codes": request.reason_codes or None,
            "dimensions": {name: value for name, value in request.dimensions.items() if value is not None},
            "context": request.context,
        }
        given = {name: plain(value) for name, value in said.items() if value is not None}
        return {"type": "decision", **self._fields, "request": given}

    def explain(self) -> str:
        """Return in plain words which thresholds held, where they came from, and how near the others were."""
        from policy_engine.engine.explanation import explain  # noqa: PLC0415 - asked for one decision in many

        return explain(self, self._by)
