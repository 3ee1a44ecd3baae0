"""What the page of a threshold tells: what was found, the curve that it was found on, and where it comes from."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Final

import click

from policy_engine.cli._cases_to_tune import SOURCE
from policy_engine.cli._provenance import command_of, data_of, packages_of
from policy_engine.cli._writing_back import files_of
from policy_engine.reporting.as_html import threshold_part
from policy_engine.resolution.fields import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.cli._tuning import Found
    from policy_engine.measures import Segment
    from policy_engine.tuning import BandToTune

_WIDEST: Final = 1e307
_NOT_OF_THE_PAGE: Final = frozenset({"write", "form", "output", "report", "plots"})
"""Options that change nothing on the page."""


def parts_of(found: Found, policy: Mapping[str, Any] | None, ctx: click.Context) -> dict[str, Any]:
    """Return what a page tells of a threshold; *policy* is what would change in the policy of the band.

    Raises `click.UsageError` for scores that no axis has room for.
    """
    options, tuned, plain = ctx.params, found.tuned, found.plain
    scores = found.cases.scores.scores
    if len(scores) and float(scores.max()) / 2 - float(scores.min()) / 2 > _WIDEST / 2:
        raise click.UsageError(f"a page draws scores that lie up to {_WIDEST:g} apart, and these lie further")
    bands = [] if found.band is None else _bands(found.band)
    part = threshold_part(
        tuned.curve,
        [*_chosen(plain), *(one["threshold"] for one in bands if one["threshold"] is not None)],
        [(one.values, one.curve) for one in _own_segments(found)],
        flagged_fare_better=tuned.plan.flagged_fare_better,
    )
    files = [*files_of(options), *([] if options["policy"] is None else [options["policy"]])]
    provenance = {
        "command": command_of(ctx, "report", _NOT_OF_THE_PAGE),
        "data": data_of(files),
        "rows": len(found.cases.scores) + len(found.cases.rest),
        "packages": packages_of(),
    }
    return {"tuning": plain, "threshold": part, "bands": bands or None, "policy": policy, "provenance": provenance}


def _own_segments(found: Found) -> list[Segment]:
    """Return the segments of the cases for which the threshold is chosen: no other threshold holds for them."""
    segments, band = [one.segment for one in found.tuned.segments], found.band
    if band is None or not found.cases.rest_by:
        return segments
    return [one for one in segments if one.values[SOURCE] == band.source]


def _chosen(plain: Mapping[str, Any]) -> list[float | None]:
    """Return the thresholds that the page speaks of: those that were chosen, and the ends of the interval."""
    found = [one["threshold"] for one in (plain["empirical"], plain["guaranteed"]) if one is not None]
    interval = plain["interval"]
    return found if interval is None else [*found, *(interval["threshold"] or {}).values()]


def title_of(found: Found, options: Mapping[str, Any]) -> str:
    """Return the heading of a page: the one that is given, or what it is about."""
    if options.get("title"):
        return str(options["title"])
    if found.band is None:
        return f"A threshold for {options['score']}"
    return f"{found.band.use_case}: the threshold of {found.band.band}"


def _bands(band: BandToTune) -> list[dict[str, Any]]:
    """Return the bands of a scale from the highest threshold down, where the tuned one's number holds."""
    thresholds = dict(band.scale.thresholds)
    for override in band.file.policy.overrides:
        if override.id == band.source:
            own = override.thresholds or {}
            thresholds |= {name: number_of(one) for name, one in own.items() if name in thresholds}
    found = []
    for name in band.scale.bands:
        threshold = thresholds.get(name)
        if threshold == inf:
            continue
        # Every case reaches a band that is always reached, as it does the last one
        is_last = threshold is None or threshold == -inf
        found.append({"name": name, "threshold": None if is_last else threshold, "tuned": name == band.band})
        if is_last:
            break
    return found
