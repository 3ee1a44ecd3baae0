"""How many cases got which band, and what turned out to be true of them: all that a target is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from policy_engine.measures import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Outcome(NamedTuple):
    """What is known of a case: the band that it `got`, and the one that it `reached`, which only a sample makes differ.

    `is_positive` says whether it belongs where decisions are to find it, None where nobody knows.
    """

    got: str
    reached: str
    is_positive: bool | None = None


class BandTally(NamedTuple):
    """The cases that `got` a band; and of those that `reached` it, the positives and negatives, as far as is known."""

    got: int = 0
    reached: int = 0
    positives: int = 0
    negatives: int = 0

    @property
    def labelled(self) -> int:
        """Of how many of those that reached it the label is known."""
        return self.positives + self.negatives


@dataclass(frozen=True, slots=True)
class Tally:
    """The cases of one policy, by band, every band in the policy's order.

    `is_labelled` says whether labels were asked for: then what has none is missing, and else nothing is.
    """

    bands: Mapping[str, BandTally]
    is_labelled: bool

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return sum(one.got for one in self.bands.values())

    @property
    def labelled(self) -> int:
        """Of how many the label is known."""
        return sum(one.labelled for one in self.bands.values())

    def reaching(self, band: str) -> tuple[str, ...]:
        """Return *band* and every one above it."""
        names = tuple(self.bands)
        return names[: names.index(band) + 1]

    def counts(self, band: str) -> Counts:
        """Return the labelled cases where those are flagged that reach *band* or one above it."""
        flagged = self.reaching(band)
        tp, fp = self._sums(flagged)
        fn, tn = self._sums([name for name in self.bands if name not in flagged])
        return Counts(*(np.asarray(one) for one in (tp, fp, fn, tn)))

    def _sums(self, names: Iterable[str]) -> tuple[int, int]:
        own = [self.bands[name] for name in names]
        return sum(one.positives for one in own), sum(one.negatives for one in own)


def tally_of(bands: Sequence[str], outcomes: Mapping[Outcome, int], *, is_labelled: bool) -> Tally:
    """Return the tally of so many cases of each kind; *bands* are those of the policy, and no case has another.

    >>> tally_of(["block", "allow"], {Outcome("block", "allow", False): 2}, is_labelled=True).bands["allow"]
    BandTally(got=0, reached=2, positives=0, negatives=2)
    """
    counts = {name: [0, 0, 0, 0] for name in bands}
    for one, many in outcomes.items():
        counts[one.got][0] += many
        counts[one.reached][1] += many
        if one.is_positive is not None:
            counts[one.reached][2 if one.is_positive else 3] += many
    return Tally({name: BandTally(*of_band) for name, of_band in counts.items()}, is_labelled)
