"""The words of the language: each idea has one name, the same in YAML, code, flags and logs."""

from __future__ import annotations

from typing import Final, Literal

ScoreKind = Literal["probability", "number", "classes", "labels"]
ScoreType = Literal["float32", "float64"]
Signal = Literal["top", "margin"]
Direction = Literal["riskier", "safer"]
Ties = Literal["error", "strictest"]
UnknownRule = Literal["strictest", "base", "error"]
EmptyingThreshold = Literal["never", "always"]
Requirement = Literal["person", "never", "tighten_only"]
InvalidClass = Literal["wrong_model", "missing", "wrong_type", "not_finite", "out_of_range", "no_candidates"]
Refusal = Literal["not_tunable", "not_a_number", "out_of_bounds", "milder"]

INVALID_CLASSES: Final[tuple[InvalidClass, ...]] = (
    "wrong_model",
    "missing",
    "wrong_type",
    "not_finite",
    "out_of_range",
    "no_candidates",
)
"""The classes of bad input, in the order in which they are told apart. Only `classes` can have no candidates."""

OTHERWISE: Final = "otherwise"
"""The key of `on_invalid` that stands for every class not named beside it."""

BASE: Final = "base"
"""`threshold_from` of a threshold that no override changed."""

FROM_ENVIRONMENT: Final = "env"
"""`threshold_from` of a threshold that an environment variable gave in place of the file's."""

FROM_CALL: Final = "call"
"""`threshold_from` of a threshold that the request itself gave."""

NO_PATH: Final = "none"
"""The value of the dimension `escalation_path` while no path is open: a value, not an unknown."""

JURISDICTION: Final = "jurisdiction"
ESCALATION_PATH: Final = "escalation_path"
MODEL_VERSION: Final = "model_version"
LABEL: Final = "label"
SCORE: Final = "score"

OF_MEMBERS: Final = (MODEL_VERSION, LABEL, SCORE)
"""The dimensions in which the labels or the named scores of one case may differ. Only overrides may name them."""

USE_CASE: Final = "use_case"
"""What the `when` of a guardrail may name besides dimensions."""

SUBJECT: Final = "subject"
"""Whom a case is about: the usual `by` of a canary or a sample."""

MOST_JURISDICTIONS: Final = 100
"""How many jurisdictions one request may name: a payment has two, and each is judged by itself."""

RESERVED_DIMENSIONS: Final = frozenset(
    {
        JURISDICTION,
        ESCALATION_PATH,
        *OF_MEMBERS,
        USE_CASE,
        "model",
        SUBJECT,
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
