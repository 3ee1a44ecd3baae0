"""Targets as plain data: what was promised, what was measured, and the verdict; null for what is not defined."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from policy_engine.measures import wilson
from policy_engine.reporting.drifts import drift_as_plain, shift_as_plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.measures import Shift
    from policy_engine.reporting.drifts import Told as DriftTold
    from policy_engine.tuning import Drift, MeasuredTarget, Recorded, Tally, VerifiedPolicy
    from policy_engine.tuning.drifting import DriftVerdict
    from policy_engine.tuning.recorded import Which

VERDICTS: Final = ("holds", "broken", "undecided")
PositiveIs = Literal["label", "first_class_is_true"]
"""What makes a case a positive: the label that is to be found, or that its first class is the true one."""


class ToldDrift(NamedTuple):
    """How far the cases have moved from a baseline, and what is told beside it.

    `delta` is the chance of a drift that is shown where there is none; it is half of that for each of two tests.
    """

    drift: Drift
    told: DriftTold
    delta: float
    without_signal: int = 0

    @property
    def verdict(self) -> DriftVerdict:
        """Whether one of the tests shows a drift."""
        return self.drift.verdict


class ToldShifts(NamedTuple):
    """How far the share that reaches each band has moved since its threshold was chosen, each at this `delta`."""

    shifts: Mapping[str, Shift]
    delta: float

    def verdict(self, band: str) -> DriftVerdict:
        """Whether the share that reaches *band* is shown to have moved."""
        return "shown" if self.shifts[band].is_shown else "not_shown"


class OfPolicy(NamedTuple):
    """A policy whose targets were verified, its file, and how many cases of it another digest decided."""

    verified: VerifiedPolicy
    file: str
    of_other_digests: int = 0
    invalid: Mapping[str, int] | None = None
    drift: ToldDrift | None = None
    since_evidence: ToldShifts | None = None


class OutcomesTold(NamedTuple):
    """What is told of a file of outcomes: how many rows it has, and what became of them."""

    file: str
    positive: str | None
    rows: int
    twice: int
    contradicting: int


class LogTold(NamedTuple):
    """What is told of a log: what it says, which decisions no policy here was held against, and which policy has none.

    `not_held` says of each how many decisions there are, and why.
    """

    folder: str
    recorded: Recorded
    not_held: Sequence[tuple[Which, int, str]]
    without_decision: Sequence[Which]
    outcomes: OutcomesTold | None = None


class TargetsTold(NamedTuple):
    """All that is told of a run. `shared_by` is how many statements share what the confidence of each leaves.

    `positive_is` says what makes a case a positive, None without labels; where it is a label, it is `positive`.
    """

    policies: Sequence[OfPolicy]
    without_targets: Sequence[str]
    shared_by: int
    confidence: float
    files: Sequence[str] = ()
    positive: str | None = None
    positive_is: PositiveIs | None = None
    log: LogTold | None = None

    @property
    def verdicts(self) -> dict[str, int]:
        """How many targets have each verdict."""
        many = Counter[str](one.verdict for each in self.policies for one in each.verified.targets)
        return {verdict: many[verdict] for verdict in VERDICTS}


def targets_as_plain(told: TargetsTold) -> dict[str, Any]:
    """Return all of a run as JSON has it."""
    return {
        "verdicts": told.verdicts,
        "shared_by": told.shared_by,
        "confidence": told.confidence,
        "positive": told.positive,
        "positive_is": told.positive_is,
        "data": list(told.files),
        "log": None if told.log is None else _log(told.log),
        "policies": [_policy(one, told.confidence) for one in told.policies],
        "without_targets": list(told.without_targets),
    }


def _policy(one: OfPolicy, confidence: float) -> dict[str, Any]:
    policy, tally = one.verified.policy, one.verified.tally
    return {
        "policy": one.file,
        "use_case": policy.use_case,
        "version": policy.version,
        "digest": policy.digest,
        "n": tally.cases,
        "labelled": tally.labelled if tally.is_labelled else None,
        "of_other_digests": one.of_other_digests,
        "invalid": None if one.invalid is None else dict(one.invalid),
        "targets": [target_as_plain(target) for target in one.verified.targets],
        "bands": _bands(tally, confidence),
        "drift": None if one.drift is None else _drift(one.drift),
        "since_evidence": None if one.since_evidence is None else _since_evidence(one.since_evidence),
    }


def target_as_plain(one: MeasuredTarget) -> dict[str, Any]:
    """Return one target."""
    target = one.target
    low, high = (None, None) if one.interval is None else one.interval
    hits, cases = (None, None) if one.share is None else one.share
    return {
        "measure": target.measure,
        "band": target.band,
        "at_least": target.at_least,
        "at_most": target.at_most,
        "between": None if target.between is None else list(target.between),
        "confidence": target.confidence,
        "verdict": one.verdict,
        "value": one.value,
        "low": low,
        "high": high,
        "tail": one.tail,
        "method": one.method,
        "k": hits,
        "n": cases,
        "more": one.more,
        "why": one.why,
    }


def _bands(tally: Tally, confidence: float) -> list[dict[str, Any]]:
    bands = []
    for name, one in tally.bands.items():
        ends = wilson(one.got, tally.cases, confidence)
        low, high = (None, None) if ends is None else ends
        share = one.got / tally.cases if tally.cases else None
        told = {"band": name, "n": one.got, "share": share, "low": low, "high": high}
        labels = {"reached": one.reached, "positives": one.positives, "negatives": one.negatives}
        bands.append({**told, **(labels if tally.is_labelled else dict.fromkeys(labels))})
    return bands


def _drift(one: ToldDrift) -> dict[str, Any]:
    return {
        "verdict": one.verdict,
        "delta": one.delta,
        "without_signal": one.without_signal,
        **drift_as_plain(one.drift, one.told),
    }


def _since_evidence(found: ToldShifts) -> dict[str, Any]:
    shifts = [
        {"reaching": band, "verdict": found.verdict(band), **shift_as_plain(one)} for band, one in found.shifts.items()
    ]
    return {"delta": found.delta, "shifts": shifts}


def _log(log: LogTold) -> dict[str, Any]:
    recorded, joined = log.recorded, log.recorded.joined
    outcomes = None
    if log.outcomes is not None and joined is not None:
        outcomes = {
            **log.outcomes._asdict(),
            "joined": joined.joined,
            "without_decision": joined.without_decision,
            "decisions_without_label": recorded.decisions - joined.joined,
        }
    return {
        "folder": log.folder,
        "decisions": recorded.decisions,
        "left_out": {name: many for name, many in recorded.left_out.items() if many},
        "noted": {name: many for name, many in recorded.noted.items() if many},
        "other_records": dict(recorded.others),
        "lost": recorded.lost,
        "not_held": [{**which._asdict(), "n": many, "why": why} for which, many, why in log.not_held],
        "without_decision": [which._asdict() for which in log.without_decision],
        "outcomes": outcomes,
    }
