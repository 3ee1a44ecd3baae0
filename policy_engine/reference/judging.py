"""The band of one member in one cell: its ladder, bad input, and the lead of the first class."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from policy_engine.model import Lead, Scale
    from policy_engine.reference.holding import Held
    from policy_engine.reference.reading import Ranked, Reading
    from policy_engine.vocabulary import InvalidClass


class Judged(NamedTuple):
    """What a member comes to in a cell.

    `threshold`, its source and the one above belong to the band of the score itself: none of them where something
    else gave the band. `ambiguous` names the classes that are too close to tell apart, in their order.
    """

    held: Held
    band: str
    threshold: float | None = None
    threshold_from: str | None = None
    next_threshold: float | None = None
    invalid: InvalidClass | None = None
    ambiguous: tuple[str, ...] = ()


def judge(scale: Scale, held: Held, reading: Reading) -> Judged:
    """Return the band of a member by what holds there. An invalid score is never compared with a threshold."""
    signal = reading.signal
    if isinstance(signal, str):
        return Judged(held, held["on_invalid", signal][0], invalid=signal)
    threshold, threshold_from, above = None, None, None
    outcome = scale.bands[-1]
    for band in scale.bands[:-1]:
        value, source = held["thresholds", band]
        if value == "always":
            outcome = band
            break
        if value == "never":
            continue
        if signal >= value:
            outcome, threshold, threshold_from = band, value, source
            break
        above = value
    lead: Lead | None = held["lead",][0]
    close = (
        close_labels(lead.ratio, reading.ranking, scale.score.low) if lead is not None and outcome in lead.bands else ()
    )
    if lead is not None and close and lead.otherwise is not None:
        return Judged(held, lead.otherwise, ambiguous=close)
    return Judged(held, outcome, threshold, threshold_from, above, ambiguous=close)


def close_labels(ratio: float, ranking: tuple[Ranked, ...], low: float) -> tuple[str, ...]:
    """Return the classes that the first does not stand clear of, itself with them; none where it stands alone.

    It does when its score is at least *ratio* times the second's, and above it: in binary64, with no division. A
    second that there is not has the score *low*, the range's low end.
    """
    first, *others = ranking
    close = [one.label for one in others if not _is_clear(first.score, one.score, ratio)]
    is_alone = not close and (others or _is_clear(first.score, low, ratio))
    return () if is_alone else (first.label, *close)


def _is_clear(first: float, second: float, ratio: float) -> bool:
    return first >= ratio * second and first > second
