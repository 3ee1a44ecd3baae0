"""A decision: the verdict on one case, with everything that an auditor will ask about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from policy_engine.engine.escalation import Escalation
from policy_engine.engine.plain import plain
from policy_engine.evaluator import cell_in_words, named_jurisdictions
from policy_engine.model import format_instant
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from policy_engine.compiler import PolicyTable
    from policy_engine.engine.candidates import CandidateVerdict
    from policy_engine.model import Catalog, Policy, Request, Verdict
    from policy_engine.vocabulary import InvalidClass


@dataclass(frozen=True, eq=False)
class Decision:
    """The decision on one case. `signal` is the number that was compared, None where the score is invalid."""

    decision_id: str
    request: Request
    verdict: Verdict
    signal: float | None
    table_digest: str
    audited: bool
    _table: PolicyTable = field(repr=False)
    _catalog: Catalog = field(repr=False)
    candidates: tuple[CandidateVerdict, ...] = ()
    """The candidates that were in force, the canary first, and what each came to. JSON calls it `candidate`."""

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
        return self._table.policy

    @property
    def cell(self) -> dict[str, str]:
        """What the policy made of each dimension that it uses, in words; `unknown` for what no catalog declares."""
        return cell_in_words(self._table, self.request.dimensions)

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
    def escalation(self) -> Escalation | None:
        """Who gets the case, or None where nobody is asked."""
        path = self.verdict.escalate
        if path is None:
            return None
        return Escalation.opened(path, self._catalog.escalation_paths[path], self.at)

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as JSON has it, in values of the caller's own."""
        fields: dict[str, Any] = orjson.loads(self.to_json())
        return fields

    @cached_property
    def _fields(self) -> dict[str, Any]:
        # Once for the caller's answer and for the record
        verdict, policy = self.verdict, self._table.policy
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
        """Return what the log keeps: the decision, and what else the request said, so that it can be decided again."""
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

        return explain(self, self._table)
