"""The labelled cases that `tune` chooses a threshold by: all, or those for which a policy's threshold holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from policy_engine.cli._labelled import LabelledColumns, read_labelled
from policy_engine.vocabulary import SCORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.cli._labelled import Labelled
    from policy_engine.measures import LabelledScores
    from policy_engine.tuning import BandToTune

SOURCE = "threshold_from"


class CasesToTune(NamedTuple):
    """The cases by which a threshold is chosen, with the cluster of each.

    `whole` are all that were read, more than `scores` where a policy has several thresholds for the band; `by` tells
    segments of those apart, by which number holds, too.
    """

    scores: LabelledScores
    positive: str
    clusters: Sequence[Any] | None
    whole: LabelledScores
    by: Mapping[str, Sequence[Any]]
    holdout: LabelledScores | None


def cases_to_tune(options: Mapping[str, Any], band: BandToTune | None) -> CasesToTune:
    """Return the cases that the options of `tune` name, those with the threshold of *band* where a policy is given."""
    labelled = _read(options, options["data"], band)
    chosen, sources = _chosen(options, band, labelled)
    clusters = None if options["cluster"] is None else labelled.others[options["cluster"]]
    holdout = None
    if options["holdout"] is not None:
        kept = _read(options, (options["holdout"],), band, labelled.positive)
        holdout = kept.scores.where(_chosen(options, band, kept)[0])
    return CasesToTune(
        labelled.scores.where(chosen),
        labelled.positive,
        None if clusters is None else [clusters[place] for place in chosen.tolist()],
        labelled.scores,
        labelled.by if len(set(sources)) <= 1 else {SOURCE: sources, **labelled.by},
        holdout,
    )


def _read(
    options: Mapping[str, Any], paths: Sequence[str], band: BandToTune | None, positive: str | None = None
) -> Labelled:
    taken = {options["score"], options["label"], options["weight"]}
    columns = LabelledColumns(
        options["score"],
        options["label"],
        options["positive"] if positive is None else positive,
        options["weight"],
        options["by"] if positive is None else (),
        () if options["cluster"] is None or positive is not None else (options["cluster"],),
        tuple(name for name in _dimensions(band) if name not in taken),
    )
    return read_labelled(paths, options["input_format"], columns)


def _chosen(
    options: Mapping[str, Any], band: BandToTune | None, labelled: Labelled
) -> tuple[np.ndarray[Any, np.dtype[np.intp]], list[str]]:
    """Return the places of the cases that count, and what gives each case its threshold."""
    if band is None:
        return np.arange(len(labelled.scores)), []
    from policy_engine.cli._instants import instant_of
    from policy_engine.tuning import sources_of_rows

    at = band.file.policy.effective.from_ if options["at"] is None else instant_of(options["at"])
    sources = sources_of_rows(band, {"": labelled.scores.scores.tolist(), **labelled.others}, at)
    chosen = np.flatnonzero(np.array(sources) == band.source)
    if not len(chosen):
        raise click.UsageError(_none_left(band, sources))
    return chosen, sources


def _dimensions(band: BandToTune | None) -> tuple[str, ...]:
    """Return the names of columns that say which of a policy's thresholds holds for a case."""
    if band is None:
        return ()
    return tuple(step.dimension.name for step in band.file.resolved.steps if step.dimension.name != SCORE)


def _none_left(band: BandToTune, sources: Sequence[str]) -> str:
    others = ", ".join(f"{many:,} from {source}" for source, many in sorted(Counter(sources).items()))
    known = ", ".join(f"`{name}`" for name in _dimensions(band))
    return f"no case gets its threshold from {band.whose}, but {others}; what a case is, columns say: {known}"
