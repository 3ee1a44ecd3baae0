"""Measures as text: which are shown, what they are called, and their numbers."""

from __future__ import annotations

from typing import Final

import numpy as np

from policy_engine.reporting.as_text.segments import NOTHING

SHOWN: Final = ("precision", "recall", "f1", "mcc", "flagged_share")
"""The measures that are shown of any choice, beside that of the objective."""


def measure_name(measure: str) -> str:
    """Return what people call a measure.

    >>> measure_name("flagged_share")
    'flagged share'
    """
    return measure.replace("_", " ")


def number_as_text(value: float | None) -> str:
    """Return a share with three decimals, a greater number with six digits, and a dash for what is not defined.

    >>> number_as_text(0.25), number_as_text(1234.5), number_as_text(None)
    ('0.250', '1,234.5', '-')
    """
    if value is None or np.isnan(value):
        return NOTHING
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:,.6g}"
