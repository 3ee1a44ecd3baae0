"""How far cases have moved from a baseline: their scores, the bands that they get, in all and by segment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures import Proportion, distance_of, impact_ratios, parts_of, shift_of, stability_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.measures import Distance, Shift, Stability

DriftVerdict = Literal["shown", "not_shown"]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Cases by column, of shape (cases,): finite scores, the place of the band that each got, columns of segments.

    Without bands, `bands` is None.
    """

    scores: NDArray[np.float64]
    bands: NDArray[np.intp] | None = None
    by: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.scores)


class Bands(NamedTuple):
    """The names of the bands, and the place of the mildest among them: who gets it is left alone."""

    names: tuple[str, ...]
    mildest: int


@dataclass(frozen=True, slots=True, eq=False)
class SegmentDrift:
    """A part of the cases of both samples. `adverse_impact_ratios` are those of the baseline and of the current cases.

    Each is the share in the mildest band, over that of the segment in which it is greatest (29 CFR 1607.4 D). None
    without bands, and where there is no case.
    """

    values: Mapping[str, Any]
    drift: Drift
    adverse_impact_ratios: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """How far cases have moved, each number at that `confidence`. `shifts` are those of each band, by its name.

    `stability` is None where the baseline has one score only; it and `distance` are where a sample has no case, as in
    segments which only one of them has.
    """

    cases: tuple[int, int]
    stability: Stability | None
    distance: Distance | None
    shifts: Mapping[str, Shift]
    confidence: float
    segments: tuple[SegmentDrift, ...] = ()

    @property
    def verdict(self) -> DriftVerdict:
        """Whether one of two tests shows a drift, the stability index or the distance.

        Where there is none, each shows one in what the confidence leaves of all samples at most, and both together in
        twice as much.
        """
        is_shown = (self.stability is not None and self.stability.is_more_than_chance) or (
            self.distance is not None and self.distance.p_value < 1 - self.confidence
        )
        return "shown" if is_shown else "not_shown"


def drift_of(
    baseline: Sample, current: Sample, bands: Bands | None = None, *, bins: int = 10, confidence: float = 0.95
) -> Drift:
    """Return how far *current* has moved from *baseline*, and with columns `by` also each segment of the two.

    The bins of a segment are those that its own baseline fills alike. Raises `LabelledDataError` where a sample has no
    case, and for columns by which there are no segments; `TuningError` for bins or a confidence that are none.

    >>> import numpy as np
    >>> before, now = Sample(np.array([0.1, 0.2, 0.3])), Sample(np.array([0.4, 0.5, 0.6]))
    >>> drift_of(before, now).distance.statistic
    1.0
    """
    for sample, name in ((baseline, "baseline"), (current, "current")):
        if not len(sample):
            raise LabelledDataError(f"there are no {name} cases")
    found = _moved(baseline, current, bands, bins, confidence)
    if not baseline.by:
        return found
    parts = []
    for values, rows in _parts(baseline, current):
        before, now = rows[rows < len(baseline)], rows[rows >= len(baseline)] - len(baseline)
        parts.append((values, _moved(_part(baseline, before), _part(current, now), bands, bins, confidence)))
    return Drift(found.cases, found.stability, found.distance, found.shifts, confidence, _segments(parts, bands))


def _parts(baseline: Sample, current: Sample) -> list[tuple[dict[str, Any], NDArray[np.intp]]]:
    """Return the segments of both samples, with the places of their cases in the two, one after the other."""
    together = {name: [*column, *current.by[name]] for name, column in baseline.by.items()}
    try:
        return parts_of(together, len(baseline) + len(current))
    except LabelledDataError:
        # Which row it is, each sample tells by itself
        for sample, name in ((baseline, "baseline"), (current, "current")):
            try:
                parts_of(sample.by, len(sample))
            except LabelledDataError as error:
                raise LabelledDataError(f"{name} cases: {error}") from None
        raise


def _moved(baseline: Sample, current: Sample, bands: Bands | None, bins: int, confidence: float) -> Drift:
    shifts = {}
    for place, name in enumerate(() if bands is None else bands.names):
        before, now = (Proportion(int(np.count_nonzero(one.bands == place)), len(one)) for one in (baseline, current))
        shifts[name] = shift_of(before, now, confidence)
    stability = stability_of(baseline.scores, current.scores, bins, confidence)
    distance = distance_of(baseline.scores, current.scores)
    return Drift((len(baseline), len(current)), stability, distance, shifts, confidence)


def _part(sample: Sample, rows: NDArray[np.intp]) -> Sample:
    return Sample(sample.scores[rows], None if sample.bands is None else sample.bands[rows])


def _segments(parts: Sequence[tuple[dict[str, Any], Drift]], bands: Bands | None) -> tuple[SegmentDrift, ...]:
    mildest = None if bands is None else bands.names[bands.mildest]
    shifts = [None if mildest is None else one.shifts[mildest] for _, one in parts]
    before = impact_ratios([None if one is None else one.baseline.value for one in shifts])
    now = impact_ratios([None if one is None else one.current.value for one in shifts])
    return tuple(SegmentDrift(*part, pair) for part, pair in zip(parts, zip(before, now, strict=True), strict=True))
