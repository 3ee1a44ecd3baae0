"""The words of the language: each idea has one name, the same in YAML, code, flags and logs."""

from __future__ import annotations

from typing import Final, Literal

ScoreKind = Literal["probability", "number"]
Direction = Literal["riskier", "safer"]
Ties = Literal["error", "strictest"]
UnknownRule = Literal["strictest", "base", "error"]
EmptyingThreshold = Literal["never", "always"]
InvalidClass = Literal["wrong_model", "missing", "wrong_type", "not_finite", "out_of_range"]

INVALID_CLASSES: Final[tuple[InvalidClass, ...]] = (
    "wrong_model",
    "missing",
    "wrong_type",
    "not_finite",
    "out_of_range",
)
"""The classes of bad input, in the order in which they are told apart."""

OTHERWISE: Final = "otherwise"
"""The key of `on_invalid` that stands for every class not named beside it."""

BASE: Final = "base"
"""`threshold_from` of a threshold that no override changed."""

NO_PATH: Final = "none"
"""The value of the dimension `escalation_path` while no path is open: a value, not an unknown."""

JURISDICTION: Final = "jurisdiction"
ESCALATION_PATH: Final = "escalation_path"

MOST_JURISDICTIONS: Final = 100
"""How many jurisdictions one request may name: a payment has two, and each is judged by itself."""

RESERVED_DIMENSIONS: Final = frozenset(
    {
        JURISDICTION,
        ESCALATION_PATH,
        "model_version",
        "label",
        "score",
        "use_case",
        "model",
        "subject",
        "facts",
        "thresholds",
        "reason_codes",
        "context",
        "at",
        "outcome",
        "threshold",
        "threshold_from",
        "scores",
        "self",
    }
)
"""Names that a catalog may not give to a dimension: a request or a test uses them for something else."""
