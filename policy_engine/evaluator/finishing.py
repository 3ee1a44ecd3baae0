"""What only a request itself can say of a case that was settled: its labels, its codes, its subject."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policy_engine.drawing import Lot, is_drawn, probability
from policy_engine.model import Highlighted, Sampled, Verdict
from policy_engine.reference import close_labels
from policy_engine.vocabulary import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.evaluator.case import SettledCase
    from policy_engine.model import Policy, Request
    from policy_engine.reference import Ranked, Reading


def finished(policy: Policy, settled: SettledCase, request: Request, readings: Sequence[Reading]) -> Verdict:
    """Return the verdict on *request*, whose case was settled for all that fall alike."""
    if settled.said is not None:
        settled = settled.said.heard(request.reason_codes)
    ranking, sampled = readings[0].ranking, None
    before: list[Lot] = []
    for sample, instead in settled.samples:
        key = request.subject if sample.by == SUBJECT else request.dimensions.get(sample.by)
        if not isinstance(key, str) or (sample.until is not None and request.at >= sample.until):
            continue
        lot = Lot(key, sample.percent, sample.salt)
        if is_drawn(key, percent=sample.percent, salt=sample.salt, use_case=policy.use_case):
            sampled = Sampled(sample.id, probability(lot, before), settled.verdict.outcome)
            settled = instead
            break
        before.append(lot)
    verdict, reasons = settled.verdict, settled.verdict.reasons
    if settled.reasons is not None:
        reasons = tuple(dict.fromkeys((*_codes(settled, request), *settled.reasons_of_knock_outs)))
    members = (
        one._replace(signal=None if isinstance(reading.signal, str) else reading.signal)
        for one, reading in zip(verdict.members, readings, strict=False)
    )
    low = policy.scales[0].score.low
    return replace(
        verdict,
        reasons=reasons,
        label=ranking[0].label if ranking else verdict.label,
        ambiguous=close_labels(settled.ratio, ranking, low) if settled.ratio is not None else (),
        highlighted=_highlighted(settled, ranking),
        members=tuple(members),
        sample=sampled,
    )


def _codes(settled: SettledCase, request: Request) -> tuple[str, ...]:
    """Return the known codes that come with the case, where the band takes its reasons from there."""
    return () if settled.reasons is None else settled.reasons.known(request.reason_codes)


def _highlighted(settled: SettledCase, ranking: Sequence[Ranked]) -> tuple[Highlighted, ...]:
    highlight = settled.highlight
    if highlight is None:
        return ()
    given = [one for one in ranking if one.is_given]
    shown = max(sum(one.score > highlight.above for one in given), highlight.floor)
    return tuple(
        Highlighted(one.label, one.score, filled=not one.score > highlight.above)
        for one in given[: shown if highlight.cap is None else min(shown, highlight.cap)]
    )
