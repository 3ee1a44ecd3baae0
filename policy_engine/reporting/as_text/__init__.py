"""Findings and results for people: plain lines of at most 80 columns where their content allows."""

from policy_engine.reporting.as_text.cells import cell_as_text, cells_as_text, policies_as_text
from policy_engine.reporting.as_text.decisions import explanation_as_text
from policy_engine.reporting.as_text.findings import counted, counts_of, findings_as_text, summary_of
from policy_engine.reporting.as_text.outcomes import outcome_mix_as_text
from policy_engine.reporting.as_text.own_tests import own_tests_as_text, summary_of_tests
from policy_engine.reporting.as_text.paint import PLAIN, Paint
from policy_engine.reporting.as_text.timeline import timeline_as_text
from policy_engine.reporting.as_text.verifications import verification_as_text

__all__ = [
    "PLAIN",
    "Paint",
    "cell_as_text",
    "cells_as_text",
    "counted",
    "counts_of",
    "explanation_as_text",
    "findings_as_text",
    "outcome_mix_as_text",
    "own_tests_as_text",
    "policies_as_text",
    "summary_of",
    "summary_of_tests",
    "timeline_as_text",
    "verification_as_text",
]
