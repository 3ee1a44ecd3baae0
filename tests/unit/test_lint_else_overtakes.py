"""An `else` that is stricter than what a higher score gets is told; one that no higher score undercuts is not."""

from __future__ import annotations

from typing import Any

import pytest

from policy_engine.lint.rules.else_overtakes import RULE
from tests.support.plain import policy_with

CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "past a band": ({"hold": "block"}, ["hold"]),
    "to the next stricter": ({"hold": "review"}, []),
    "to the next stricter, which steps back": ({"hold": "review", "review": "hold"}, ["hold"]),
    "the mildest, to one that steps back": ({"allow": "hold", "hold": "allow"}, ["allow"]),
    "each to one band milder": ({"block": "review", "review": "hold", "hold": "allow"}, []),
    "to a band that there is not": ({"hold": "none"}, []),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("higher_is", ["riskier", "safer"])
def test_a_stricter_else_is_told_where_a_stricter_score_may_get_a_milder_band(case: str, higher_is: str) -> None:
    elses, told = CASES[case]
    bands: list[dict[str, Any]] = [{"name": name} for name in ("block", "review", "hold", "allow")]
    if higher_is == "safer":
        bands.reverse()
    for band, number in zip(bands[:-1], (0.9, 0.6, 0.3), strict=True):
        band["at_least"] = number
    for band in bands:
        if band["name"] in elses:
            band["reasons"] = {"from": "reason_codes", "of": ["R1"], "else": elses[band["name"]]}
    policy = policy_with(
        score={"kind": "probability", "higher_is": higher_is, "model": {"name": "gbm"}}, bands=bands, on_invalid="block"
    )
    places = {band["name"]: place for place, band in enumerate(bands)}
    assert [found.path for found in RULE.check(policy)] == [("bands", places[band], "reasons", "else") for band in told]
    assert RULE.severity == "warning"
