"""What editors offer beyond keys and values: examples, keys of mappings that are free, and a first policy."""

from __future__ import annotations

from typing import Any, Final

from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, LABEL, MODEL_VERSION, SCORE, USE_CASE

EXAMPLES: Final[dict[tuple[str, str], list[Any]]] = {
    ("Policy", "owner"): ["payments-risk"],
    ("Policy", "use_case"): ["card-fraud"],
    ("Policy", "version"): [1],
    ("PolicyWindow", "from"): ["2026-07-01T00:00:00Z"],
    ("PolicyWindow", "until"): ["2027-01-01T00:00:00Z"],
    ("Window", "from"): ["2026-07-01T00:00:00Z"],
    ("Window", "until"): ["2027-01-01T00:00:00Z"],
    ("Shadow", "until"): ["2026-10-01T00:00:00Z"],
    ("Canary", "until"): ["2026-10-01T00:00:00Z"],
    ("Sample", "until"): ["2026-10-01T00:00:00Z"],
    ("Given", "at"): ["2026-07-01T00:00:00Z"],
    ("ModelReference", "versions"): [">=4.2,<5"],
    ("Canary", "by"): ["subject"],
    ("Sample", "by"): ["subject"],
    ("EscalationLevel", "to"): ["queue:fraud-l1", "role:disputes"],
    ("EscalationLevel", "within"): ["PT30M", "PT8H", "P1D"],
    ("EscalationPath", "when_exhausted"): ["hold"],
}
"""Model and key to values that an editor offers: only such as are often right as they are, or show a form."""

KNOWN_KEYS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("Override", "when"): (JURISDICTION, ESCALATION_PATH, MODEL_VERSION, LABEL, SCORE),
    ("KnockOut", "when"): (JURISDICTION, ESCALATION_PATH),
    ("Guardrail", "when"): (USE_CASE, JURISDICTION, ESCALATION_PATH),
    ("Policy", "unknown"): (JURISDICTION,),
}
"""Model and key to what is known of the keys in it; others come from the catalog, which no editor reads."""

NAMES_OF_KEYS: Final[dict[tuple[str, str], str]] = {
    ("Policy", "scores"): "score",
    ("Policy", "unknown"): "dimension",
    ("Policy", "tunable"): "threshold",
    ("Override", "when"): "dimension",
    ("KnockOut", "when"): "fact",
    ("PolicyTest", "env"): "variable",
    ("Guardrail", "when"): "dimension",
    ("Recording", "context"): "field",
    ("Recording", "dimensions"): "dimension",
    ("Catalog", "jurisdictions"): "jurisdiction",
    ("Catalog", "dimensions"): "dimension",
    ("Catalog", "escalation_paths"): "path",
}
"""Model and key to what the keys in it are called, where they are no bands."""

FIRST: Final[dict[str, dict[str, Any]]] = {
    "policy": {
        "label": "a first policy",
        "description": "A policy with three bands, of one probability.",
        "body": {
            "schema": "policy/v1",
            "use_case": "${1:card-fraud}",
            "version": 1,
            "owner": "${2:payments-risk}",
            "effective": {"from": "${3:2026-07-01T00:00:00Z}"},
            "score": {"kind": "probability", "higher_is": "${4|riskier,safer|}", "model": {"name": "${5:fraud-gbm}"}},
            "bands": [
                {"name": "${6:block}", "at_least": "^${7:0.9}"},
                {"name": "${8:review}", "at_least": "^${9:0.5}"},
                {"name": "${10:allow}"},
            ],
            "on_invalid": "${11:block}",
        },
    },
    "catalog": {
        "label": "a first catalog",
        "description": "A catalog with jurisdictions, a dimension and an escalation path.",
        "body": {
            "schema": "catalog/v1",
            "jurisdictions": {"${1:EU}": "^{}", "${2:DE}": {"in": "${1:EU}"}},
            "dimensions": {"${3:tier}": ["${4:standard}", "${5:gold}"]},
            "escalation_paths": {"${6:fraud-ops}": {"levels": [{"to": "${7:queue:fraud-l1}", "within": "${8:PT30M}"}]}},
        },
    },
}
"""What an empty file is offered. `^` says that what follows is no text, though it stands in quotes here."""
