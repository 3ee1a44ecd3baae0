"""A band that no score reaches in any cell, and nothing else gives: an outcome that is reviewed and never given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.flow import either
from policy_engine.model import HOLD, CaseReasons
from policy_engine.resolution import format_number, ladder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Lead, Policy, Scale
    from policy_engine.resolution import Cell, Rung


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    policy = cells.policy
    by_scale: dict[str | None, set[str]] = {scale.name: set() for scale in policy.scales}
    for cell in cells.ladders:
        by_scale[cell.scale.name].update(rung.band for rung in _reached(policy, cell))
    # Of several scores the strictest band wins, so none gets milder than what one of them gives at its mildest
    mildest = {name: max(policy.strictness[band] for band in reached) for name, reached in by_scale.items()}
    limit = min(mildest.values())
    reached = {band for of_scale in by_scale.values() for band in of_scale if policy.strictness[band] <= limit}
    if len(reached) == len(policy.bands):
        return
    reached.update(_given_otherwise(cells))
    for place, name in enumerate(policy.band_names):
        if name not in reached:
            yield _unreachable(policy, place, by_scale, mildest)


def _reached(policy: Policy, cell: Cell) -> list[Rung]:
    """Return the rungs down to the one that the lowest possible score reaches. Thresholds are taken to be in order."""
    rungs = ladder(cell)
    low = cell.scale.score.signal_low
    from_below = [
        place
        for place, rung in enumerate(rungs)
        if rung.threshold is not None and rung.threshold <= low and not _may_rise(policy, cell.scale, rung.band)
    ]
    return list(rungs[max(from_below, default=0) :])


def _may_rise(policy: Policy, scale: Scale, band: str) -> bool:
    """Say whether a tunable may lift the threshold of a band off the lowest score."""
    tunable = policy.tunable.get(scale.tunable_name(band))
    return tunable is not None and tunable.within[1] > scale.score.signal_low


def _given_otherwise(cells: PolicyInCells) -> Iterator[str]:
    """Yield the bands that a case gets by other ways than its score.

    The only score of a policy has a band for whatever it may be, so that bad input alone makes no band needed. Of
    several scores none needs to name a band that is there for bad input.
    """
    policy = cells.policy
    for knock_out in policy.knock_outs:
        yield from (band for band in (knock_out.at_least, knock_out.at_most) if band is not None)
    yield from (sample.to for sample in policy.samples)
    for scale in policy.scales if policy.scores is not None else ():
        yield from scale.on_invalid.values()
    paths = {band.escalate for band in policy.bands}
    yield from _of_lead_and_reasons(policy.lead, [band.reasons for band in policy.bands])
    for override in policy.overrides:
        yield from _of_lead_and_reasons(override.lead, (override.reasons or {}).values())
        paths.update((override.escalate or {}).values())
        if policy.scores is not None and override.on_invalid is not None:
            yield from ([override.on_invalid] if isinstance(override.on_invalid, str) else override.on_invalid.values())
    for name in paths:
        end = cells.catalog.escalation_paths[name].when_exhausted if name in cells.catalog.escalation_paths else HOLD
        if end != HOLD:
            yield end


def _of_lead_and_reasons(lead: Lead | None, reasons: Iterable[object]) -> Iterator[str]:
    if lead is not None and lead.otherwise is not None:
        yield lead.otherwise
    yield from (one.else_ for one in reasons if isinstance(one, CaseReasons))


def _unreachable(
    policy: Policy, place: int, by_scale: dict[str | None, set[str]], mildest: dict[str | None, int]
) -> Finding:
    name = policy.band_names[place]
    path: Path = ("bands", place, "name")
    if any(name in of_scale for of_scale in by_scale.values()):
        score = min(mildest, key=mildest.__getitem__)
        return _stricter(name, path, policy.scale_of(score), policy.by_strictness[mildest[score]])
    naming = next((scale for scale in policy.scales if name in scale.bands), None)
    if naming is None:
        scores = either([f"`{scale.name}`" for scale in policy.scales])
        return Finding(
            f"nothing leads to `{name}`: none of the scores names it, and neither bad input nor a knock-out ends there",
            f"name it under `thresholds` of {scores}, or delete the band `{name}`",
            path,
        )
    low = naming.score.signal_low
    lowest = format_number(low)
    # Where no override matches, only a threshold on the lowest score can leave nothing for the bands below it
    above = naming.bands[: naming.bands.index(name)]
    taker = next((band for band in above if naming.thresholds[band] <= low), None)
    whose = "" if naming.name is None else f" of `{naming.name}`"
    if taker is None:
        # Overrides hold in every cell there is, and close it in each
        return Finding(
            f"no score{whose} reaches `{name}`: overrides close it, or all below another band, wherever they hold",
            f"leave it open somewhere, or delete the band `{name}`",
            path,
        )
    return Finding(
        f"no score reaches `{name}`: {lowest} is the lowest possible score{whose}, and from there on it is `{taker}`",
        f"give `{taker}` a threshold above {lowest}, or delete the band `{name}`",
        path,
    )


def _stricter(name: str, path: Path, scale: Scale, band: str) -> Finding:
    """Return the finding about a band that is milder than what one of several scores ever gives."""
    taken = scale.thresholds.get(band) if scale.is_riskier else None
    mend = (
        f"name it under `thresholds` of `{scale.name}`"
        if taken is None
        else f"under `scores`, `{scale.name}`, give `{band}` a threshold above {format_number(taken)}"
    )
    return Finding(
        f"no case gets `{name}`: the score `{scale.name}` never gives a milder band than `{band}`, "
        "and the strictest band wins",
        f"{mend}, or delete the band `{name}`",
        path,
    )


RULE = Rule(
    "PE210",
    "unreachable-band",
    "cells",
    "no score reaches a band in any cell, and nothing else gives it",
    _check,
    may_be_waived=True,
)
