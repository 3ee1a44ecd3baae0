"""What a missing key could be: a line to write, with names that the document itself has where it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from policy_engine.validator._shape import Keys

_LONGEST_NAME: Final = 64
"""What is longer is no name that a document may go on with, see `policy_engine.model.Name`."""

_FIRST_INSTANT: Final = "2026-07-01T00:00:00Z"
_LAST_INSTANT: Final = "2026-10-01T00:00:00Z"
_MODEL: Final = {"name": "fraud-gbm"}
_SCORE: Final = {"kind": "probability", "higher_is": "riskier", "model": _MODEL}
_LEVEL: Final = {"to": "queue:fraud-l1", "within": "PT30M"}
_SHADOW: Final = {"until": _LAST_INSTANT}

_FIXED: Final[dict[str, dict[str, Any]]] = {
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
    "Window": {"from": _FIRST_INSTANT},
    "Score": _SCORE,
    "ModelReference": _MODEL,
    "Band": {"name": "review"},
    "Highlight": {"above": 0.25},
    "NumberCondition": {"at_least": 1000},
    "Tunable": {"env": "BLOCK_THRESHOLD", "within": [0.8, 0.95]},
    "Stage": {"shadow": _SHADOW},
    "Shadow": _SHADOW,
    "Canary": {"percent": 5, "by": "subject", "salt": "canary-1", "until": _LAST_INSTANT},
    "Costs": {"false_positive": 1, "false_negative": 10},
    "Bound": {"at_least": 0.95},
    "Objective": {"maximise": "recall"},
    "EscalationPath": {"levels": [_LEVEL]},
    "EscalationLevel": _LEVEL,
    "Jurisdiction": {"in": "EU"},
    "NumberDimension": {"cuts": [100, 1000]},
    "Guardrail": {"id": "gdpr-art-22", "effects": ["adverse"], "require": "person"},
    "ThresholdRange": {"threshold": [0.8, 0.99]},
    "Recording": {"subject": "hmac"},
}
"""By model, for all that its value does not depend on the document's bands."""


def _examples(data: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 - anything may stand in a file
    """Return by model what a mapping of it could be: every key that it requires, and one way where it needs one."""
    top, ranked = (bands_of(data) or ["block"])[0], by_strictness(data)
    strictest, second = ranked[0], ranked[:2][-1]
    given, expect = {"score": 0.5}, {"outcome": strictest}
    return {
        **_FIXED,
        "Policy": {**_FIXED["Policy"], "on_invalid": strictest},
        "NamedScore": {**_SCORE, "thresholds": {strictest: 0.9}, "on_invalid": strictest},
        "CaseReasons": {"from": "reason_codes", "of": ["R01", "R02"], "else": second},
        "Lead": {"ratio": 1.5, "bands": [top]},
        "Override": {"id": "eu", "when": {"jurisdiction": "EU"}, "thresholds": {top: 0.95}},
        "KnockOut": {"id": "sanctioned", "when": {"sanctions_exact": True}, "at_least": strictest},
        "Sample": {"id": "qa", "of": ranked[-1], "percent": 1, "to": ranked[-2:][0], "by": "subject", "salt": "qa-1"},
        "PolicyTest": {"given": given, "expect": expect},
        "Given": given,
        "Expect": expect,
        "Target": {"measure": "precision", "band": top, "at_least": 0.95},
    }


def example_of(model: str, key: str, data: Any, beside: dict[str, Any]) -> Any:  # noqa: ANN401 - anything may stand in a file
    """Return a value that the *key* of a mapping could have in the document *data*, *beside* what it has already."""
    if (model, key) == ("NamedScore", "thresholds") and beside.get("higher_is") == "safer":
        # What reaches no threshold is the strictest band there
        return {by_strictness(data)[-1]: 0.9}
    return _examples(data)[model].get(key, "...")


def example_mapping(keys: Keys, data: Any) -> dict[str, Any]:  # noqa: ANN401 - anything may stand in a file
    """Return a mapping that has every key that it needs, in the order in which the language has them."""
    example = _examples(data)[keys.name]
    return {key: example[key] for key in keys.keys if key in example}


def example_entries(model: str, key: str, data: Any) -> dict[str, Any] | None:  # noqa: ANN401 - anything may stand in a file
    """Return what the mapping under *key* of *model* could be, whose keys are the author's own; or None."""
    if model == "Recording":
        return {"postcode": "drop"} if key == "dimensions" else {"amount_eur": "keep", "card_number": "hmac"}
    top, examples = (bands_of(data) or ["block"])[0], _examples(data)
    entries: dict[str, dict[str, Any]] = {
        "when": {"jurisdiction": "EU"},
        "unknown": {"tier": "base"},
        "thresholds": {top: 0.9},
        "escalate": {top: "fraud-ops"},
        "reasons": {top: ["R01"]},
        "highlight": {top: examples["Highlight"]},
        "objective": {top: examples["Objective"]},
        "subject_to": {"precision": examples["Bound"]},
        "tunable": {top: examples["Tunable"]},
        "scores": {"face": examples["NamedScore"]},
        "facts": {"sanctions_exact": True},
        "jurisdictions": {"EU": {}, "DE": {"in": "EU"}},
        "dimensions": {"tier": ["standard", "gold"]},
        "escalation_paths": {"fraud-ops": examples["EscalationPath"]},
    }
    return entries.get(key)


def bands_of(data: Any) -> list[str]:  # noqa: ANN401 - anything may stand in a file
    """Return the names of the bands of a document that may have other mistakes."""
    return _names(_mappings(data, "bands"))


def thresholds_of(data: Any) -> list[float]:  # noqa: ANN401 - anything may stand in a file
    """Return every number that is a threshold in a document that may have other mistakes."""
    found = [item.get("at_least") for item in _mappings(data, "bands")]
    for item in _mappings(data, "overrides"):
        written = item.get("thresholds")
        found += written.values() if isinstance(written, dict) else ()
    return numbers_in(found)


def numbers_in(values: Any) -> list[float]:  # noqa: ANN401 - anything may stand in a file
    """Return the numbers of a list, or of the values of a mapping."""
    listed = values.values() if isinstance(values, dict) else values if isinstance(values, list) else ()
    return [one for one in listed if isinstance(one, (int, float)) and not isinstance(one, bool)]


def escalating_bands_of(data: Any) -> list[str]:  # noqa: ANN401 - anything may stand in a file
    """Return the names of the bands that escalate."""
    return _names([band for band in _mappings(data, "bands") if isinstance(band.get("escalate"), str)])


def _names(bands: list[dict[str, Any]]) -> list[str]:
    named = [band.get("name") for band in bands]
    return [name for name in named if isinstance(name, str) and len(name) <= _LONGEST_NAME]


def _mappings(data: Any, key: str) -> list[dict[str, Any]]:  # noqa: ANN401 - anything may stand in a file
    items = data.get(key) if isinstance(data, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def by_strictness(data: Any) -> list[str]:  # noqa: ANN401 - anything may stand in a file
    """Return the bands of a document, the strictest first; a likely one where it has none."""
    names = bands_of(data) or ["block", "allow"]
    score = data.get("score") if isinstance(data, dict) else None
    safer = isinstance(score, dict) and score.get("higher_is") == "safer"
    return names[::-1] if safer else names


def strictest_band(data: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    """Return the band that is right for whatever is in doubt."""
    return by_strictness(data)[0]
