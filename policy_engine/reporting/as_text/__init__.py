"""Findings and results for people: plain lines of at most 80 columns where their content allows."""

from policy_engine.reporting.as_text.decisions import explanation_as_text
from policy_engine.reporting.as_text.findings import counted, findings_as_text, summary_of
from policy_engine.reporting.as_text.outcomes import outcome_mix_as_text
from policy_engine.reporting.as_text.paint import PLAIN, Paint
from policy_engine.reporting.as_text.verifications import verification_as_text

__all__ = [
    "PLAIN",
    "Paint",
    "counted",
    "explanation_as_text",
    "findings_as_text",
    "outcome_mix_as_text",
    "summary_of",
    "verification_as_text",
]
