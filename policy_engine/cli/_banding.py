"""In which band each unlabelled case of a file lies: between thresholds, or by the decisions of a policy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from policy_engine.cli._file_formats import input_format
from policy_engine.cli._labelled import Where, numbers_of
from policy_engine.cli._named_columns import Asked, names_in, read_asked
from policy_engine.cli._one_policy import OnePolicy, one_policy, requests_in
from policy_engine.cli._thresholds import shown, thresholds_of
from policy_engine.tuning.drifting import Bands, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.cli._named_columns import Column


class Banding(NamedTuple):
    """How cases fall into bands, which are `told` from the highest threshold down: by a policy, or by thresholds.

    Without bands, `bands` is None.
    """

    bands: Bands | None = None
    told: tuple[Mapping[str, Any], ...] = ()
    thresholds: Sequence[float] = ()
    by: OnePolicy | None = None

    @property
    def policy(self) -> Mapping[str, Any] | None:
        """What is told of the policy, if it is one."""
        return None if self.by is None else self.by.told

    @property
    def mildest(self) -> str | None:
        """The name of the mildest band, if there are any."""
        return None if self.bands is None else self.bands.names[self.bands.mildest]


def banding_of(options: Mapping[str, Any]) -> Banding:
    """Return how the options say that cases fall into bands; raise `click.UsageError` where they say it wrongly."""
    from policy_engine.cli._instants import instant_of

    if options["policy"] is not None:
        at = None if options["at"] is None else instant_of(options["at"])
        policy = one_policy(options["policy"], options["output"], at, datetime.now(UTC).replace(microsecond=0))
        names = policy.policy.band_names
        mildest = names.index(policy.policy.by_strictness[-1])
        return Banding(Bands(names, mildest), tuple({"band": name} for name in names), by=policy)
    if options["thresholds"] is None:
        return Banding()
    rising = sorted(thresholds_of(options["thresholds"]))
    told = tuple(_between(*ends) for ends in zip([*rising[::-1], None], [None, *rising[::-1]], strict=True))
    mildest = 0 if options["higher_is"] == "safer" else len(rising)
    return Banding(Bands(tuple(one["band"] for one in told), mildest), told, rising)


def sample_of(
    path: str, options: Mapping[str, Any], banding: Banding, by: Sequence[str]
) -> tuple[Sample, Mapping[str, int]]:
    """Return the cases of a file with their bands, and how many scores were invalid to the policy, by their class.

    Raises `click.UsageError` where there are none, or one of them is none.
    """
    score = options["score"]
    form = input_format(path, options["input_format"])
    also = () if banding.by is None else banding.by.columns
    found = read_asked(path, form, Asked((score,), also, lists=by, numbers=(score,)))
    if not len(found[score]):
        raise click.UsageError(f"there are no cases in `{path}`")
    where = Where(True)  # noqa: FBT003 - there are two files
    where.begins(path, 0)
    scores = numbers_of(found[score], score, where) + 0.0
    places, invalid = _places(scores, banding, found, form, score, where)
    return Sample(scores, places, {name: list(found[name]) for name in names_in(by, found)}), invalid


def _places(
    scores: NDArray[np.float64], banding: Banding, found: Mapping[str, Column], form: str, score: str, where: Where
) -> tuple[NDArray[np.intp] | None, Mapping[str, int]]:
    if banding.bands is None:
        return None, {}
    if banding.by is None:
        return len(banding.thresholds) - np.searchsorted(banding.thresholds, scores, side="right"), {}
    given = requests_in(found, form, (score,), banding.by)
    decided = banding.by.decided(list(zip(scores.tolist(), given, strict=True)), where)
    names = banding.bands.names
    return np.array([names.index(outcome) for outcome in decided.outcomes], dtype=np.intp), decided.invalid


def _between(low: float | None, high: float | None) -> dict[str, Any]:
    """Return the band from one threshold up to the next, which is not in it any more."""
    if low is None or high is None:
        name = f"below {shown(high or 0.0)}" if low is None else f"{shown(low)} and above"
    else:
        name = f"{shown(low)} up to {shown(high)}"
    return {"band": name, "from": low, "to": high}
