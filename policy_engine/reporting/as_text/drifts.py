"""A drift as text: two numbers that say how far scores have moved, and the share of each band before and now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.measures.drift import MUCH_FROM, SOME_FROM
from policy_engine.printable import printable
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.p_values import p_value_as_text, short_p_value
from policy_engine.reporting.as_text.segments import (
    NOTHING,
    impact_as_text,
    named_rows,
    note_on_impact,
    segment_name,
)
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.drifts import reading_of, why_undefined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy_engine.measures import Interval, Proportion, Shift
    from policy_engine.reporting.drifts import Told
    from policy_engine.tuning import Drift


def drift_as_text(found: Drift, told: Told) -> str:
    """Return a drift for people."""
    lines = [f"{counted(found.cases[0], 'case')} in the baseline, {found.cases[1]:,} now", ""]
    lines += [*_stability(found, told), "", *_distance(found)]
    if found.shifts:
        lines += ["", *_shares(found.shifts, told)]
    if found.segments:
        lines += ["", *_segments(found, told)]
    return "\n".join(lines) + "\n"


def _stability(found: Drift, told: Told) -> Iterator[str]:
    stability = found.stability
    if stability is None:
        yield f"stability index (PSI): not defined, {why_undefined(found)}"
        return
    bins = len(stability.baseline)
    yield f"stability index (PSI) over {bins} bins of the baseline: {stability.value:.4f}"
    side = "more than" if stability.is_more_than_chance else "no more than"
    often = f"{told.confidence:.15g}"
    yield f"  {side} by chance: without a drift, {often} of samples stay below {stability.by_chance:.4f}"
    yield f"  by custom, which is no law: {reading_of(stability.value)} ({_custom()})"
    empty = sum(not one for one in (*stability.baseline, *stability.current))
    if empty:
        yield f"  in {counted(empty, 'bin')} there is no case now; half a case stands in the place of none"


def _custom() -> str:
    return f"some from {SOME_FROM} on, much from {MUCH_FROM}"


def _distance(found: Drift) -> Iterator[str]:
    if found.distance is not None:
        statistic, at, p_value, method = found.distance
        yield f"largest distance of the distributions (KS): {statistic:.4f}, at the score {at:.6g}"
        yield f"  {p_value_as_text(p_value)} ({method}); among equal scores that is too large rather than too small"


def _shares(shifts: Mapping[str, Shift], told: Told) -> list[str]:
    rows: list[tuple[str, ...]] = [("band", "baseline", "interval", "now", "interval", "change", "interval")]
    for name, one in shifts.items():
        sides = ((one.baseline, one.of_baseline), (one.current, one.of_current))
        cells = [cell for share, interval in sides for cell in _share(share, interval)]
        rows.append((printable(name), *cells, *_change(one)))
    head = f"share of each band in per cent, with intervals at {told.confidence:.15g}"
    lines = [head, *table(rows, right=range(1, 7))]
    if told.policy is not None:
        policy = told.policy
        lines.insert(0, printable(f"bands of {policy['use_case']} version {policy['version']} as of {policy['at']}"))
        invalid = sum(many for one in told.invalid for many in one.values())
        if invalid:
            lines.append(f"{counted(invalid, 'score')} invalid to the policy, which has a band for them, too")
    return lines


def _share(share: Proportion, interval: Interval | None) -> tuple[str, str]:
    if share.value is None or interval is None:
        return NOTHING, NOTHING
    return f"{share.value:.1%}", f"{100 * interval.low:.1f}-{100 * interval.high:.1f}"


def _change(one: Shift) -> tuple[str, str]:
    if one.difference is None or one.of_difference is None:
        return NOTHING, NOTHING
    low, high = one.of_difference
    return f"{100 * one.difference:+.1f}", f"{100 * low:+.1f} to {100 * high:+.1f}"


def _segments(found: Drift, told: Told) -> list[str]:
    head = ("segment", "baseline", "now", "PSI", "by chance", "KS", "p")
    rows = [(*head, *([] if told.mildest is None else ["impact", "then"]))]
    for one in found.segments:
        impact = [] if told.mildest is None else [impact_as_text(ratio) for ratio in one.adverse_impact_ratios]
        rows.append((segment_name(one.values), *_segment(one.drift), *impact))
    lines = ["by segment, each with bins of its own", *named_rows(rows)]
    if told.mildest is None:
        return lines
    every = [ratio for one in found.segments for ratio in one.adverse_impact_ratios]
    return [*lines, *note_on_impact(every, f"in the band {printable(told.mildest)}")]


def _segment(found: Drift) -> list[str]:
    stability, distance = found.stability, found.distance
    return [
        *(f"{cases:,}" for cases in found.cases),
        *([NOTHING] * 2 if stability is None else [f"{stability.value:.4f}", f"{stability.by_chance:.4f}"]),
        *([NOTHING] * 2 if distance is None else [f"{distance.statistic:.3f}", short_p_value(distance.p_value)]),
    ]
