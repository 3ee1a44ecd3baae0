"""What a missing key could be: a line to write, with names that the document itself has where it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from policy_engine.validator._shape import Keys

_FIRST_INSTANT: Final = "2026-07-01T00:00:00Z"
_MODEL: Final = {"name": "fraud-gbm"}
_SCORE: Final = {"kind": "probability", "higher_is": "riskier", "model": _MODEL}
_LEVEL: Final = {"to": "queue:fraud-l1", "within": "PT30M"}

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "Policy": {
        "schema": "policy/v1",
        "use_case": "card-fraud",
        "version": 1,
        "owner": "payments-risk",
        "effective": {"from": _FIRST_INSTANT},
        "score": _SCORE,
        "bands": [{"name": "block", "at_least": 0.9}, {"name": "allow"}],
    },
    "Catalog": {"schema": "catalog/v1"},
    "PolicyWindow": {"from": _FIRST_INSTANT},
    "Score": _SCORE,
    "ModelReference": _MODEL,
    "Band": {"name": "review"},
    "Override": {"id": "eu", "when": {"jurisdiction": "EU"}},
    "PolicyTest": {"given": {"score": 0.5}},
    "Costs": {"false_positive": 1, "false_negative": 10},
    "Bound": {"at_least": 0.95},
    "EscalationPath": {"levels": [_LEVEL]},
    "EscalationLevel": _LEVEL,
    "NumberDimension": {"cuts": [100, 1000]},
}
"""By model, for the keys that it requires, but for those whose value depends on the document's bands."""


def example_of(model: str, key: str, data: Any) -> Any:  # noqa: ANN401 - anything may stand in a file
    """Return a value that the *key* of a mapping could have in the document *data*."""
    if (model, key) in (("Policy", "on_invalid"), ("Expect", "outcome")):
        return strictest_band(data)
    if (model, key) == ("PolicyTest", "expect"):
        return {"outcome": strictest_band(data)}
    return EXAMPLES.get(model, {}).get(key, "...")


def example_mapping(keys: Keys, data: Any) -> dict[str, Any]:  # noqa: ANN401 - anything may stand in a file
    """Return a mapping that has every key that it needs."""
    return {key: example_of(keys.name, key, data) for key in keys.keys if key in keys.required}


def bands_of(data: Any) -> list[str]:  # noqa: ANN401 - anything may stand in a file
    """Return the names of the bands of a document that may have other mistakes."""
    named = [band.get("name") for band in _mappings(data, "bands")]
    return [name for name in named if isinstance(name, str)]


def thresholds_of(data: Any) -> list[float]:  # noqa: ANN401 - anything may stand in a file
    """Return every number that is a threshold in a document that may have other mistakes."""
    found = [item.get("at_least") for item in _mappings(data, "bands")]
    for item in _mappings(data, "overrides"):
        written = item.get("thresholds")
        found += written.values() if isinstance(written, dict) else ()
    return [one for one in found if isinstance(one, (int, float)) and not isinstance(one, bool)]


def escalating_bands_of(data: Any) -> list[str]:  # noqa: ANN401 - anything may stand in a file
    """Return the names of the bands that escalate."""
    named = [band.get("name") for band in _mappings(data, "bands") if isinstance(band.get("escalate"), str)]
    return [name for name in named if isinstance(name, str)]


def _mappings(data: Any, key: str) -> list[dict[str, Any]]:  # noqa: ANN401 - anything may stand in a file
    items = data.get(key) if isinstance(data, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def strictest_band(data: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    """Return the band that is right for whatever is in doubt."""
    names = bands_of(data) or ["review"]
    score = data.get("score") if isinstance(data, dict) else None
    safer = isinstance(score, dict) and score.get("higher_is") == "safer"
    return names[-1] if safer else names[0]
