"""The threshold that the options of `tune` ask for, with what it was chosen by."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from policy_engine.cli._cases_to_tune import cases_to_tune
from policy_engine.cli._labelled import refuse_overwriting
from policy_engine.cli._messages import tell
from policy_engine.cli._plans import plan_of, refuse_what_does_not_fit
from policy_engine.cli._progress import Progress
from policy_engine.cli._provenance import expect_files, states_of
from policy_engine.cli._scipy import require_scipy
from policy_engine.cli._tuned_policy import read_band
from policy_engine.cli._writing_back import files_of
from policy_engine.exceptions import TuningError
from policy_engine.reporting.tunings import tuning_as_plain
from policy_engine.tuning import Trust, tune_scores, tune_segments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.cli._cases_to_tune import CasesToTune
    from policy_engine.tuning import BandToTune, Plan, Tuned


class Found(NamedTuple):
    """A tuned threshold, also as JSON has it, with the band of a policy where one is given, and what was read.

    `files` are all that no output may be, and `states` what those of cases were like before they were read.
    """

    tuned: Tuned
    plain: dict[str, Any]
    band: BandToTune | None
    cases: CasesToTune
    files: tuple[str, ...]
    states: dict[str, tuple[int, ...] | None]


def find_threshold(command: str, options: Mapping[str, Any], outputs: Mapping[str, str | None]) -> Found:
    """Return what *command* chooses by its *options*; *outputs* are the files that it writes, by their flags.

    Raises `click.UsageError` for what does not go together, and where a file that is read would be written.
    """
    refuse_what_does_not_fit(options)
    require_scipy(command)
    files = [*options["data"], *(options[name] for name in ("holdout", "policy") if options[name] is not None)]
    for flag, output in outputs.items():
        refuse_overwriting(files, output, flag)
    written = [output for output in outputs.values() if output not in (None, "-")]
    if len(set(written)) < len(written):
        raise click.UsageError(f"{' and '.join(outputs)} are one file: one of the two would be lost")
    band = None
    if options["policy"] is not None:
        band = read_band(options["policy"], options["band"], options["of_score"], options["override"])
        files += sorted(band.file.loaded.reals)
        for flag, output in outputs.items():
            refuse_overwriting(files, output, flag)
    plan = plan_of(options, band)
    states = states_of(files_of(options))
    if options.get("write"):
        expect_files(states)
    cases = cases_to_tune(options, band)
    if others := len(cases.rest):
        every = others + len(cases.scores)
        tell(f"{others:,} of {every:,} cases get their threshold from elsewhere in the policy, and do not count")
    tuned = _tuned(options, plan, cases)
    return Found(tuned, tuning_as_plain(tuned, cases.positive), band, cases, tuple(files), states)


def _tuned(options: Mapping[str, Any], plan: Plan, cases: CasesToTune) -> Tuned:
    """Return the threshold for the cases that count, with the segments of all."""
    with Progress("resamples", total=options["bootstrap"]) as progress:
        trust = Trust(
            options["bootstrap"],
            options["seed"],
            cases.clusters,
            cases.holdout,
            options["prevalence"],
            options["label_noise"],
            progress.advance,
        )
        try:
            tuned = tune_scores(cases.scores, plan, trust)
        except TuningError as error:
            raise click.UsageError(str(error)) from None
    if not cases.by:
        return tuned
    is_clustered, room_for = cases.clusters is not None, len(cases.scores)
    how = partial(tune_segments, is_clustered=is_clustered, room_for=room_for, together=cases.segments)
    # What is chosen here never holds for cases that get their threshold elsewhere
    others = how(cases.rest, plan, cases.rest_by, None) if cases.rest_by else ()
    return replace(tuned, segments=(*how(cases.scores, plan, cases.by, tuned.choice), *others))
