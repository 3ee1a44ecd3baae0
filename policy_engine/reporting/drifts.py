"""A drift as plain data: the same names in JSON and in tables, null for what is not defined, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.measures.drift import MUCH_FROM, SOME_FROM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.measures import Distance, Interval, Proportion, Shift, Stability
    from policy_engine.tuning import Drift

_SAMPLES: Final = ("baseline", "current")
METHODS: Final = {
    "empty_bins": "half_a_case",
    "psi_by_chance": "drawn",
    "share": "wilson",
    "share_difference": "newcombe",
}


class Told(NamedTuple):
    """What is told beside a drift: what each band is and which is the mildest, and what a policy finds invalid."""

    bands: tuple[Mapping[str, Any], ...]
    invalid: tuple[Mapping[str, int], Mapping[str, int]]
    confidence: float
    policy: Mapping[str, Any] | None = None
    mildest: str | None = None


def drift_as_plain(found: Drift, told: Told) -> dict[str, Any]:
    """Return all of a drift as JSON has it."""
    policy = None if told.policy is None else {**told.policy, "invalid": dict(zip(_SAMPLES, told.invalid, strict=True))}
    return {
        **_moved(found, told.bands),
        "confidence": told.confidence,
        "methods": METHODS,
        "policy": policy,
        "segments": [
            {
                "segment": dict(one.values),
                **_moved(one.drift, told.bands),
                "adverse_impact_ratio": dict(zip(_SAMPLES, one.adverse_impact_ratios, strict=True)),
            }
            for one in found.segments
        ],
    }


def reading_of(psi: float) -> str:
    """Return how a stability index is read by custom.

    >>> reading_of(0.0999), reading_of(0.1), reading_of(0.25)
    ('little', 'some', 'much')
    """
    return "little" if psi < SOME_FROM else "some" if psi < MUCH_FROM else "much"


def why_undefined(found: Drift) -> str | None:
    """Return why something of a drift is null, None where nothing is."""
    for cases, name in zip(found.cases, _SAMPLES, strict=True):
        if not cases:
            return f"there are no {name} cases"
    return "every baseline score is the same: there are no bins" if found.stability is None else None


def _moved(found: Drift, bands: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "n": dict(zip(_SAMPLES, found.cases, strict=True)),
        "undefined": why_undefined(found),
        "psi": stability_as_plain(found.stability),
        "ks": distance_as_plain(found.distance),
        "bands": [{**band, **shift_as_plain(shift)} for band, shift in zip(bands, found.shifts.values(), strict=True)],
    }


def stability_as_plain(found: Stability | None) -> dict[str, Any] | None:
    """Return a stability index with the bins that it was counted in, and how custom reads it."""
    if found is None:
        return None
    return {
        "value": found.value,
        "by_chance": found.by_chance,
        "custom": {"reading": reading_of(found.value), "some_from": SOME_FROM, "much_from": MUCH_FROM},
        "edges": list(found.edges),
        "baseline": list(found.baseline),
        "current": list(found.current),
    }


def distance_as_plain(found: Distance | None) -> dict[str, Any] | None:
    """Return the largest distance of two distributions."""
    return None if found is None else found._asdict()


def shift_as_plain(found: Shift) -> dict[str, Any]:
    """Return a share before and now, and by how much it moved."""
    low, high = (None, None) if found.of_difference is None else found.of_difference
    return {
        "baseline": _share(found.baseline, found.of_baseline),
        "current": _share(found.current, found.of_current),
        "difference": found.difference,
        "low": low,
        "high": high,
    }


def _share(share: Proportion, interval: Interval | None) -> dict[str, Any]:
    low, high = (None, None) if interval is None else interval
    return {"n": share.hits, "share": share.value, "low": low, "high": high}
