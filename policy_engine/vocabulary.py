"""The words of the language: each idea has one name, the same in YAML, code, flags and logs.

Where a list stands under a type, it says of every value what it means: editors show it beside the value.
"""

from __future__ import annotations

from typing import Final, Literal

ScoreKind = Literal["probability", "number", "classes", "labels"]
"""What a model returns.

- `probability`: a number from 0 to 1
- `number`: a number of the declared range
- `classes`: a score for each of several classes, of which one is true
- `labels`: a score for each of several labels, of which any may be true
"""

ScoreType = Literal["float32", "float64"]
"""The numbers in which a model computes.

- `float32`: single precision: scores and thresholds are rounded to it before they are compared
- `float64`: double precision, unless said otherwise
"""

Signal = Literal["top", "margin"]
"""The number of several classes that thresholds are compared with.

- `top`: the highest score, unless said otherwise
- `margin`: how far the highest score is above the second; it needs `higher_is: safer`
"""

Direction = Literal["riskier", "safer"]
"""Which end of a score is the strict one.

- `riskier`: high scores call for the first band, the strictest
- `safer`: low scores call for the last band, the strictest
"""

Ties = Literal["error", "strictest"]
"""What holds where overrides meet and neither is narrower.

- `error`: nothing: such overrides are a finding, and somebody says what is meant
- `strictest`: the stricter threshold, or the stricter band of bad input
"""

UnknownRule = Literal["strictest", "base", "error"]
"""What a value comes to that nobody declared, or that a request leaves out.

- `strictest`: the strictest band over every value that it could be, unless said otherwise
- `base`: what holds where no override names the dimension; it needs `fail_open_because`
- `error`: no decision at all, but an error to the caller
"""

EmptyingThreshold = Literal["never", "always"]
"""A threshold that is no number.

- `never`: no score reaches the band
- `always`: every score that comes so far down reaches it, and none a band below
"""

Requirement = Literal["person", "never", "tighten_only"]
"""What a guardrail can require in a word.

- `person`: such a band escalates, and no time-out decides it
- `never`: nothing leads to such a band
- `tighten_only`: nothing is milder than the base
"""

RecordAs = Literal["keep", "drop", "hmac"]
"""How one field of a request is recorded in an audit log.

- `keep`: as it is, unless said otherwise
- `drop`: not at all
- `hmac`: as a pseudonym under a secret key: equal values have equal ones, and nobody without the key finds the value
"""

InvalidClass = Literal["wrong_model", "missing", "wrong_type", "not_finite", "out_of_range", "no_candidates"]
"""Why a score is none.

- `wrong_model`: it is of another model or version, or no version is given where the policy names some
- `missing`: it is absent or null
- `wrong_type`: it is text, true or false, a list or a mapping; text that looks like a number is text
- `not_finite`: it is NaN, an infinity, or beyond binary64
- `out_of_range`: it lies outside the range
- `no_candidates`: of `classes`: the mapping or list is empty
"""

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
"""Whose rules apply: a jurisdiction of the catalog, for itself and all that lies in it."""

ESCALATION_PATH: Final = "escalation_path"
"""The escalation path that is open, such as that of the night shift; `none` while no path is."""

MODEL_VERSION: Final = "model_version"
"""The version of the model, by one of the names that `versions` gives."""

LABEL: Final = "label"
"""One of the score's `labels`: each is judged by itself."""

SCORE: Final = "score"
"""One of the policy's `scores`: each is judged by itself."""

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

MAXIMISED: Final = (
    "f1",
    "fbeta",
    "mcc",
    "youden",
    "recall",
    "precision",
    "accuracy",
    "balanced_accuracy",
    "net_benefit",
)
"""The measures that can be maximised, by the names that policies have for them."""
