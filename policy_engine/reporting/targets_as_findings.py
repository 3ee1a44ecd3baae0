"""Targets that are broken or undecided, as findings at their places in the policies: for CI systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.diagnostics import Diagnostic, in_order
from policy_engine.reporting.as_text.targets import target_in_words, why_so

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy_engine.loader import Document
    from policy_engine.reporting.targets import TargetsTold
    from policy_engine.tuning import MeasuredTarget

_BROKEN: Final = "change the thresholds or the model so that it is kept, or promise what can be"


def targets_as_findings(told: TargetsTold, documents: Mapping[str, Document]) -> tuple[Diagnostic, ...]:
    """Return an error for each target that is broken, a warning for each that is undecided; *documents* by file."""
    return in_order(_findings(told, documents))


def _findings(told: TargetsTold, documents: Mapping[str, Document]) -> Iterator[Diagnostic]:
    for policy in told.policies:
        for one in policy.verified.targets:
            if one.verdict == "holds":
                continue
            span = documents[policy.file].value_span(("targets", one.place))
            message = f"{target_in_words(one.target)}: {one.verdict}{_measured(one)}"
            if one.verdict == "broken":
                yield Diagnostic("broken-target", policy.file, span, message, _BROKEN)
            else:
                yield Diagnostic("undecided-target", policy.file, span, message, why_so(one) or "", "warning")


def _measured(one: MeasuredTarget) -> str:
    if one.value is None:
        return ""
    ends = "" if one.interval is None else f", interval {one.interval.low:.4f} to {one.interval.high:.4f}"
    return f" at {one.value:.4f}{ends}"
