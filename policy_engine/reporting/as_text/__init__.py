"""Findings and results for people: plain lines of at most 80 columns where their content allows."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from policy_engine.reporting.as_text.cells import cell_as_text, cells_as_text, policies_as_text
    from policy_engine.reporting.as_text.comparisons import comparison_as_text
    from policy_engine.reporting.as_text.coverage import below_threshold, coverage_as_text
    from policy_engine.reporting.as_text.decisions import explanation_as_text
    from policy_engine.reporting.as_text.drifts import drift_as_text
    from policy_engine.reporting.as_text.edges import edges_as_text, summary_of_edges
    from policy_engine.reporting.as_text.findings import counted, counts_of, findings_as_text, summary_of
    from policy_engine.reporting.as_text.outcomes import outcome_mix_as_text
    from policy_engine.reporting.as_text.own_tests import own_tests_as_text, summary_of_tests
    from policy_engine.reporting.as_text.paint import PLAIN, Paint
    from policy_engine.reporting.as_text.records import record_as_text
    from policy_engine.reporting.as_text.refits import refit_as_text
    from policy_engine.reporting.as_text.sweeps import sweep_as_text
    from policy_engine.reporting.as_text.targets import summary_of_targets, targets_as_text
    from policy_engine.reporting.as_text.timeline import timeline_as_text
    from policy_engine.reporting.as_text.tunings import tuning_as_text
    from policy_engine.reporting.as_text.verifications import verification_as_text

__all__ = [
    "PLAIN",
    "Paint",
    "below_threshold",
    "cell_as_text",
    "cells_as_text",
    "comparison_as_text",
    "counted",
    "counts_of",
    "coverage_as_text",
    "drift_as_text",
    "edges_as_text",
    "explanation_as_text",
    "findings_as_text",
    "outcome_mix_as_text",
    "own_tests_as_text",
    "policies_as_text",
    "record_as_text",
    "refit_as_text",
    "summary_of",
    "summary_of_edges",
    "summary_of_targets",
    "summary_of_tests",
    "sweep_as_text",
    "targets_as_text",
    "timeline_as_text",
    "tuning_as_text",
    "verification_as_text",
]

_HOMES: Final = {
    "cell_as_text": "policy_engine.reporting.as_text.cells",
    "cells_as_text": "policy_engine.reporting.as_text.cells",
    "policies_as_text": "policy_engine.reporting.as_text.cells",
    "comparison_as_text": "policy_engine.reporting.as_text.comparisons",
    "below_threshold": "policy_engine.reporting.as_text.coverage",
    "coverage_as_text": "policy_engine.reporting.as_text.coverage",
    "drift_as_text": "policy_engine.reporting.as_text.drifts",
    "edges_as_text": "policy_engine.reporting.as_text.edges",
    "summary_of_edges": "policy_engine.reporting.as_text.edges",
    "explanation_as_text": "policy_engine.reporting.as_text.decisions",
    "counted": "policy_engine.reporting.as_text.findings",
    "counts_of": "policy_engine.reporting.as_text.findings",
    "findings_as_text": "policy_engine.reporting.as_text.findings",
    "summary_of": "policy_engine.reporting.as_text.findings",
    "outcome_mix_as_text": "policy_engine.reporting.as_text.outcomes",
    "own_tests_as_text": "policy_engine.reporting.as_text.own_tests",
    "summary_of_tests": "policy_engine.reporting.as_text.own_tests",
    "PLAIN": "policy_engine.reporting.as_text.paint",
    "Paint": "policy_engine.reporting.as_text.paint",
    "record_as_text": "policy_engine.reporting.as_text.records",
    "refit_as_text": "policy_engine.reporting.as_text.refits",
    "sweep_as_text": "policy_engine.reporting.as_text.sweeps",
    "summary_of_targets": "policy_engine.reporting.as_text.targets",
    "targets_as_text": "policy_engine.reporting.as_text.targets",
    "timeline_as_text": "policy_engine.reporting.as_text.timeline",
    "tuning_as_text": "policy_engine.reporting.as_text.tunings",
    "verification_as_text": "policy_engine.reporting.as_text.verifications",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module has
    """Import what is asked for, and nothing beside it: `validate` shows findings and no cells."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
