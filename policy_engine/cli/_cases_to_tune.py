"""The labelled cases that `tune` chooses a threshold by: all, or those for which a policy's threshold holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from policy_engine.cli._labelled import LabelledColumns, read_labelled, refuse_reading_twice
from policy_engine.measures import LabelledScores, parts_of
from policy_engine.vocabulary import SCORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.cli._labelled import Labelled
    from policy_engine.tuning import BandToTune

SOURCE = "threshold_from"


class CasesToTune(NamedTuple):
    """The cases by which a threshold is chosen, with the cluster of each, and what tells segments of them apart.

    `rest` are those for which another threshold of the policy holds; where there are any, `by` and `rest_by` say which
    holds, too; `segments` is then how many there are of both.
    """

    scores: LabelledScores
    positive: str
    clusters: Sequence[Any] | None
    by: Mapping[str, Sequence[Any]]
    rest: LabelledScores
    rest_by: Mapping[str, Sequence[Any]]
    segments: int | None
    holdout: LabelledScores | None


def cases_to_tune(options: Mapping[str, Any], band: BandToTune | None) -> CasesToTune:
    """Return the cases that the options of `tune` name, those with the threshold of *band* where a policy is given."""
    refuse_reading_twice(options["data"], options["holdout"])
    labelled = _as_policy_has_it(band, _read(options, options["data"], band))
    sources = _sources(options, band, labelled)
    is_own = np.array(sources) == (SOURCE if band is None else band.source)
    own, rest = np.flatnonzero(is_own), np.flatnonzero(~is_own)
    if band is not None and not len(own):
        raise click.UsageError(_none_left(band, sources))
    clusters = None if options["cluster"] is None else labelled.others[options["cluster"]]
    by = {SOURCE: sources, **labelled.by} if len(rest) else labelled.by
    return CasesToTune(
        labelled.scores.where(own),
        labelled.positive,
        None if clusters is None else [clusters[place] for place in own.tolist()],
        _rows_of(by, own),
        labelled.scores.where(rest),
        _rows_of(by, rest) if len(rest) else {},
        len(parts_of(by, len(sources))) if len(rest) else None,
        _holdout(options, band, labelled.positive),
    )


def _holdout(options: Mapping[str, Any], band: BandToTune | None, positive: str) -> LabelledScores | None:
    if options["holdout"] is None:
        return None
    try:
        kept = _read(options, (options["holdout"],), band, positive)
    except click.UsageError as error:
        raise click.UsageError(f"--holdout: {error.message}") from None
    if band is None:
        return kept.scores
    held = _as_policy_has_it(band, kept)
    return held.scores.where(np.array(_sources(options, band, held)) == band.source)


def _as_policy_has_it(band: BandToTune | None, labelled: Labelled) -> Labelled:
    """Return the cases with scores of the policy's type: float32 tells fewer apart."""
    if band is None or band.scale.score.type != "float32":
        return labelled
    scores = labelled.scores
    rounded = scores.scores.astype(np.float32)
    return labelled._replace(scores=LabelledScores.of(rounded, scores.is_positive, scores.weights))


def _rows_of(by: Mapping[str, Sequence[Any]], places: NDArray[np.intp]) -> dict[str, list[Any]]:
    return {name: [column[place] for place in places.tolist()] for name, column in by.items()}


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


def _sources(options: Mapping[str, Any], band: BandToTune | None, labelled: Labelled) -> list[str]:
    """Return what gives each case its threshold; without a policy, it is always the same."""
    if band is None:
        return [SOURCE] * len(labelled.scores)
    from policy_engine.cli._instants import instant_of
    from policy_engine.tuning import sources_of_rows

    at = band.file.policy.effective.from_ if options["at"] is None else instant_of(options["at"])
    return sources_of_rows(band, labelled.others, len(labelled.scores), at)


def _dimensions(band: BandToTune | None) -> tuple[str, ...]:
    """Return the names of columns that say which of a policy's thresholds holds for a case."""
    if band is None:
        return ()
    return tuple(step.dimension.name for step in band.file.resolved.steps if step.dimension.name != SCORE)


def _none_left(band: BandToTune, sources: Sequence[str]) -> str:
    others = ", ".join(f"{many:,} from {source}" for source, many in sorted(Counter(sources).items()))
    known = ", ".join(f"`{name}`" for name in _dimensions(band))
    where = f"what a case is, columns say: {known}; --at says when"
    return f"no case gets its threshold from {band.whose}, but {others}; {where}"
