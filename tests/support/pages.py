"""Samples of what `refit` and `drift` print, with everything that a page can tell of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from policy_engine.measures import TIERS, Cuts
from policy_engine.reporting.refits import Told, refit_as_plain
from policy_engine.tuning import TierPlan, refit
from tests.support.class_scores import drawn_classes

if TYPE_CHECKING:
    from policy_engine.measures import ClassScores


def _shift(name: str, before: float, now: float) -> dict[str, Any]:
    share = {"n": 1, "low": 0.0, "high": 1.0}
    return {
        "name": name,
        "baseline": {**share, "share": before},
        "current": {**share, "share": now},
        "difference": now - before,
        "low": now - before - 0.01,
        "high": now - before + 0.01,
    }


_SHIFTS: Final = [_shift("confident", 0.65, 0.62), _shift("possible", 0.22, 0.25), _shift("refer", 0.13, 0.13)]
_STABILITY: Final[dict[str, Any]] = {
    "value": 0.142,
    "by_chance": 0.01,
    "custom": {"reading": "some", "some_from": 0.1, "much_from": 0.25},
    "edges": [place / 10 for place in range(1, 10)],
    "baseline": [10] * 10,
    "current": [5, 6, 8, 9, 10, 12, 13, 12, 13, 12],
}
_DISTANCE: Final = {"statistic": 0.08, "at": 0.4928, "p_value": 0.001, "method": "exact"}

PLAN: Final = TierPlan(0.95, 0.13, highlights=(0.2, 0.25), take="guaranteed")


def refit_part(
    scores: ClassScores,
    plan: TierPlan = PLAN,
    tiers: tuple[str, ...] = TIERS,
    **more: Any,  # noqa: ANN401 - of `refit`
) -> dict[str, Any]:
    """Return a refit as `refit --format json` prints it."""
    told = Told(("soil", "crop", "water", "rock"), tiers, ("p_water",))
    found: dict[str, Any] = json.loads(json.dumps(refit_as_plain(refit(scores, plan, **more), told)))
    return found


def _everything() -> dict[str, Any]:
    scores = drawn_classes()
    halves = [("north", "south")[place % 2] for place in range(len(scores))]
    baseline = drawn_classes(sharpness=0.5)
    return refit_part(scores, old=Cuts(0.82, 0.4), baseline=baseline, baseline_pairs=True, by={"region": halves})


REFIT: Final = _everything()
"""A refit with everything that one can have."""

DRIFT: Final[dict[str, Any]] = {
    "n": {"baseline": 100, "current": 120},
    "undefined": None,
    "psi": _STABILITY,
    "ks": _DISTANCE,
    "bands": [{"band": one["name"], **one} for one in _SHIFTS],
    "segments": [
        {
            "segment": {"sex": "f"},
            "n": {"baseline": 40, "current": 48},
            "undefined": None,
            "psi": _STABILITY,
            "ks": None,
            "bands": _SHIFTS,
            "adverse_impact_ratio": {"baseline": 0.9, "current": 0.85},
        }
    ],
}
"""As `drift --format json` prints it."""
