"""Samples of what `refit` and `drift` print, with everything that a page can tell of them."""

from __future__ import annotations

from typing import Any, Final


def _interval(value: float) -> dict[str, float]:
    return {"low": max(value - 0.02, 0.0), "high": min(value + 0.02, 1.0)}


def _tier(name: str, n: int, share: float, top1: float, top3: float) -> dict[str, Any]:
    shares = {"share": share, "top1": top1, "top3": top3}
    return {"name": name, "n": n, **shares, "intervals": {one: _interval(value) for one, value in shares.items()}}


def _part(n: int, share: float) -> dict[str, Any]:
    return {"n": n, "share": share, "interval": _interval(share)}


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


_TIERS: Final = [
    _tier("confident", 3990, 0.62, 0.953, 0.996),
    _tier("possible", 1608, 0.25, 0.72, 0.95),
    _tier("refer", 837, 0.13, 0.48, 0.84),
]
_NAMES: Final = ("confident", "possible", "refer")
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

REFIT: Final[dict[str, Any]] = {
    "n": 6435,
    "classes": ["soil", "crop"],
    "wanted": {
        "confident_accuracy": 0.95,
        "refer_share": 0.13,
        "highlight": [0.2, 0.25],
        "floor": 1,
        "cap": 3,
        "stricter_accuracy": None,
        "take": "guaranteed",
        "confidence": 0.95,
    },
    "feasible": True,
    "why": None,
    "thresholds": {
        "confident": {
            "old": 0.82,
            "empirical": 0.7931,
            "guaranteed": 0.8123,
            "staying": 0.8,
            "taken": 0.8123,
            "guarantee": {
                "method": "fixed_sequence",
                "at_least": 0.95,
                "delta": 0.05,
                "start": 0.99,
                "n": 4100,
                "k": 3907,
                "p_value": 0.03,
                "lower_bound": 0.951,
                "needed": None,
            },
        },
        "refer": {"old": 0.4, "empirical": 0.43, "guaranteed": None, "taken": 0.43},
    },
    "all": _tier("all", 6435, 1.0, 0.86, 0.97),
    "tiers": _TIERS,
    "outcome_mix": {
        "confident_right": _part(3802, 0.59),
        "confident_wrong": _part(188, 0.03),
        "possible_top3": _part(1158, 0.18),
        "possible_miss": _part(450, 0.07),
        "refer": _part(837, 0.13),
    },
    "highlight": [
        {
            "above": above,
            "n": 1608,
            "shown": {"1": 0.4, "2": 0.3, "3": 0.3},
            "counts": {"1": 643, "2": 482, "3": 483},
            "mean": 1.9,
            "truth": 0.84,
            "truth_interval": _interval(0.84),
        }
        for above in (0.2, 0.25)
    ],
    "refer_candidates": [
        {
            "wanted": wanted,
            "threshold": 0.3 + wanted,
            "n": 800,
            "share": wanted,
            "kept": _tier("", 5600, 0.87, 0.9, 0.98),
        }
        for wanted in (0.1, 0.13, 0.15)
    ],
    "stricter": None,
    "aurc": 0.0312,
    "at_old": {"tiers": _TIERS, "outcome_mix": None, "highlight": None},
    "flips": {
        **_part(312, 0.048),
        "table": [
            {"from": before, "to": after, "n": 52 if before != after else 2041, "right": 40, "in_top3": 51}
            for before in _NAMES
            for after in _NAMES
        ],
    },
    "baseline": {
        "n": 6435,
        "absent_columns": ["p_water"],
        "feasible": True,
        "why": None,
        "psi": _STABILITY,
        "ks": _DISTANCE,
        "shifts": _SHIFTS,
        "pairs": True,
        "top1": {
            "difference": -0.0031,
            "interval": {"low": -0.006, "high": 0.0002},
            "margin": 0.01,
            "method": "tost",
            "p_value": 0.003,
            "equivalent": True,
        },
    },
    "segments": [{"segment": {"region": "north"}, "n": 300, "tiers": _TIERS, "outcome_mix": None, "highlight": None}],
    "curve": [
        {
            "threshold": 1 - place / 3000,
            "n": place,
            "coverage": place / 2000,
            "top1": 1 - 0.14 * (place / 2000) ** 2,
            "top3": 1 - 0.03 * place / 2000,
        }
        for place in range(1, 2001)
    ],
}
"""As `refit --format json` prints it."""

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
