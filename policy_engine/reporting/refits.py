"""A refit of tiers as plain data: the same names in JSON, in tables and in evidence, null for what is not defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.measures import outcome_mix_of, wilson
from policy_engine.reporting.drifts import distance_as_plain, shift_as_plain, stability_as_plain
from policy_engine.tuning.equivalence import METHOD, METHOD_OF_UNPAIRED
from policy_engine.tuning.guaranteeing import METHOD as FIXED_SEQUENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.measures import Coverage, Highlighting, Interval, Proportion, Tier
    from policy_engine.tuning import AgainstBaseline, Refit, Tables, TierFit, TierPlan
    from policy_engine.tuning.fitting_tiers import Confident, ConfidentThreshold, ReferThreshold
    from policy_engine.tuning.refitting import BaselineTables

CASES_DIGEST: Final = "cases_digest"
"""The name of the SHA-256 of all cases, whatever their order and the files that they are in."""


class Told(NamedTuple):
    """What is told beside a refit: the classes, what the tiers are called, and which columns only the baseline has.

    The digests are those of the cases, and of the baseline's.
    """

    classes: tuple[str, ...]
    tiers: tuple[str, ...]
    absent: tuple[str, ...] = ()
    digest: str | None = None
    baseline_digest: str | None = None


def refit_as_plain(found: Refit, told: Told) -> dict[str, Any]:
    """Return all of a refit as JSON has it."""
    return {**summary_as_plain(found, told), "curve": coverage_as_plain(found.fit.coverage)}


def summary_as_plain(found: Refit, told: Told) -> dict[str, Any]:
    """Return all of a refit but its curve, which has an item for each distinct score."""
    fit, level = found.fit, found.plan.confidence
    return {
        "n": fit.whole.cases,
        CASES_DIGEST: told.digest,
        "classes": list(told.classes),
        "tier_names": list(told.tiers),
        "wanted": _wanted(found.plan),
        "feasible": fit.cuts is not None,
        "why": fit.why,
        "thresholds": _thresholds(fit, found.plan, found.old),
        "all": _tier(fit.whole, level),
        **_tables(found.tables, told, level),
        "refer_candidates": [_candidate(one, level) for one in found.candidates],
        "stricter": None if found.stricter is None else _confident(found.stricter, level),
        "aurc": fit.coverage.aurc,
        "at_old": None if found.old is None else _tables(found.old, told, level),
        "flips": _flips(found, told),
        "baseline": None if found.baseline is None else _baseline(found.baseline, found.plan, told),
        "segments": [
            {"segment": dict(one.values), "n": one.cases, **_tables(one.tables, told, level)} for one in found.segments
        ],
    }


def coverage_as_plain(coverage: Coverage) -> list[dict[str, Any]]:
    """Return what each threshold covers, from the highest on."""
    columns = {
        "threshold": coverage.thresholds,
        "n": coverage.covered,
        "coverage": coverage.covered / coverage.cases,
        "top1": coverage.accuracy,
        "top3": coverage.at_top / coverage.covered,
    }
    rows = zip(*(one.tolist() for one in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _wanted(plan: TierPlan) -> dict[str, Any]:
    return {
        "confident_accuracy": plan.confident_accuracy,
        "refer_share": plan.refer_share,
        "highlight": list(plan.highlights),
        "floor": plan.floor,
        "cap": plan.cap,
        "stricter_accuracy": plan.stricter,
        "take": plan.take,
        "confidence": plan.confidence,
    }


def _thresholds(fit: TierFit, plan: TierPlan, old: Tables | None) -> dict[str, Any]:
    confident = fit.confident
    taken = confident.empirical if plan.take == "empirical" else confident.guaranteed
    return {
        "confident": {
            "old": None if old is None else old.cuts.confident,
            "empirical": confident.empirical,
            "guaranteed": confident.guaranteed,
            "staying": confident.staying,
            "taken": taken,
            "guarantee": _guarantee(confident),
        },
        "refer": {
            "old": None if old is None else old.cuts.refer,
            "empirical": fit.refer.threshold,
            "guaranteed": None,
            "taken": fit.refer.threshold,
        },
    }


def _guarantee(found: ConfidentThreshold) -> dict[str, Any]:
    certified, is_tested = found.certified, found.certified.first is not None
    return {
        "method": FIXED_SEQUENCE,
        "at_least": certified.at_least,
        "delta": certified.delta,
        "start": found.start,
        "n": certified.n if is_tested else None,
        "k": certified.k if is_tested else None,
        "p_value": certified.p_value,
        "lower_bound": certified.lower_bound,
        "needed": certified.needed,
    }


def _tables(tables: Tables | None, told: Told, level: float) -> dict[str, Any]:
    if tables is None:
        return {"tiers": None, "outcome_mix": None, "highlight": None}
    mix = outcome_mix_of(tables.tiers)
    return {
        "tiers": [{"name": name, **_tier(one, level)} for name, one in zip(told.tiers, tables.tiers, strict=True)],
        "outcome_mix": {name: _part(many, tables.tiers[0].of, level) for name, many in mix._asdict().items()},
        "highlight": [_highlighting(one, level) for one in tables.highlights],
    }


def _tier(tier: Tier, level: float) -> dict[str, Any]:
    shares = {"share": tier.share, "top1": tier.top1, "top3": tier.top3}
    return {
        "n": tier.cases,
        **{name: share.value for name, share in shares.items()},
        "intervals": {name: _wilson(share, level) for name, share in shares.items()},
    }


def _part(many: int, of: int, level: float) -> dict[str, Any]:
    return {"n": many, "share": many / of if of else None, "interval": _ends(wilson(many, of, level))}


def _wilson(share: Proportion, level: float) -> dict[str, Any] | None:
    return _ends(wilson(*share, level))


def _ends(interval: Interval | None) -> dict[str, Any] | None:
    return None if interval is None else interval._asdict()


def _highlighting(found: Highlighting, level: float) -> dict[str, Any]:
    # None are shown only where the floor lets it be
    shown = {str(many): cases for many, cases in enumerate(found.shown) if many or not found.floor}
    return {
        "above": found.above,
        "n": found.cases,
        "shown": {many: cases / found.cases if found.cases else None for many, cases in shown.items()},
        "counts": shown,
        "mean": found.mean,
        "truth": found.truth.value,
        "truth_interval": _wilson(found.truth, level),
    }


def _candidate(found: ReferThreshold, level: float) -> dict[str, Any]:
    return {
        "wanted": found.wanted,
        "threshold": found.threshold,
        "n": found.referred.cases,
        "share": found.referred.share.value,
        "kept": _tier(found.kept, level),
    }


def _confident(found: Confident, level: float) -> dict[str, Any]:
    wrong = found.covered.cases - found.covered.right
    return {
        "accuracy": found.accuracy,
        "threshold": found.threshold,
        **_tier(found.covered, level),
        "confident_wrong": _part(wrong, found.covered.of, level),
    }


def _flips(found: Refit, told: Told) -> dict[str, Any] | None:
    if found.flips is None:
        return None
    moved = sum(one.cases for one in found.flips if one.before != one.after)
    return {
        **_part(moved, found.fit.whole.cases, found.plan.confidence),
        "table": [
            {
                "from": told.tiers[one.before],
                "to": told.tiers[one.after],
                "n": one.cases,
                "right": one.right,
                "in_top3": one.at_top,
            }
            for one in found.flips
        ],
    }


def _baseline(found: BaselineTables, plan: TierPlan, told: Told) -> dict[str, Any]:
    level = plan.confidence
    return {
        "n": found.fit.whole.cases,
        CASES_DIGEST: told.baseline_digest,
        "absent_columns": list(told.absent),
        "feasible": found.fit.cuts is not None,
        "why": found.fit.why,
        "thresholds": _thresholds(found.fit, plan, None),
        "all": _tier(found.fit.whole, level),
        **_tables(found.tables, told, level),
        "aurc": found.fit.coverage.aurc,
        **_against(found.against, told.tiers),
    }


def _against(found: AgainstBaseline, tiers: Sequence[str]) -> dict[str, Any]:
    equivalence = found.equivalence
    return {
        "pairs": found.are_pairs,
        "psi": stability_as_plain(found.stability),
        "ks": distance_as_plain(found.distance),
        "shifts": [
            {"name": name, **shift_as_plain(shift)}
            for name, shift in zip(tiers, found.shifts, strict=bool(found.shifts))
        ],
        "top1": {
            "difference": found.difference,
            "interval": _ends(found.of_difference),
            "margin": equivalence.margin,
            "method": METHOD if found.are_pairs else METHOD_OF_UNPAIRED,
            "p_value": equivalence.p_value,
            "equivalent": equivalence.equivalent,
        },
    }
