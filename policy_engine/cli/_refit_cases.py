"""What `refit` is asked: the plan, the cases, the tiers of a policy, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._case_pairs import in_order_of
from policy_engine.cli._class_scores import ClassColumns, listed, read_classes
from policy_engine.cli._labelled import refuse_overwriting, refuse_reading_twice
from policy_engine.cli._messages import tell
from policy_engine.cli._provenance import expect_files, states_of
from policy_engine.cli._refit_policy import read_tiers, rows_of_base
from policy_engine.cli._thresholds import thresholds_of
from policy_engine.exceptions import TuningError
from policy_engine.measures import TIERS, Cuts
from policy_engine.reporting.as_json import as_json
from policy_engine.reporting.as_text import refit_as_text
from policy_engine.reporting.refits import Told, refit_as_plain
from policy_engine.tuning import TierPlan
from policy_engine.tuning import refit as refit_tiers
from policy_engine.tuning.fitting_tiers import MARGIN
from policy_engine.tuning.plan import CONFIDENCE
from policy_engine.vocabulary import SCORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.cli._class_scores import ReadClasses
    from policy_engine.tuning import Refit
    from policy_engine.tuning.tiered_policy import TieredPolicy

_FLOOR, _CAP = 1, 3


@dataclass(frozen=True)
class Refitted:
    """A refit as it was asked for: what was found, what is told beside it, the policy, and what was read.

    `states` tell whether a file is still the one that was read.
    """

    options: Mapping[str, Any]
    found: Refit
    beside: Told
    tiered: TieredPolicy | None
    data: ReadClasses
    baseline: ReadClasses | None
    states: Mapping[str, tuple[int, ...] | None]

    @cached_property
    def plain(self) -> Mapping[str, Any]:
        """All of it as JSON has it, with the digests of the cases: much, where there are many distinct scores."""
        baseline = None if self.baseline is None else self.baseline.digest
        told = self.beside._replace(digest=self.data.digest, baseline_digest=baseline)
        return refit_as_plain(self.found, told)

    @property
    def files(self) -> list[str]:
        """Every file that was read, that of a policy with all that it is read with."""
        return [*_files_named(self.options), *_files_of(self.tiered)]

    def as_text(self) -> str:
        """Return it for people."""
        return refit_as_text(self.found, self.beside)

    def told(self, besides: Mapping[str, Any] | None = None) -> bytes | str:
        """Return it as `--format` says; JSON has what is told *besides*, too."""
        return self.as_text() if self.options["form"] == "text" else as_json({**self.plain, **(besides or {})})


def refit_asked(options: Mapping[str, Any]) -> Refitted:
    """Return the refit that the options ask for; raise `click.UsageError` where they do not say one."""
    _refuse_what_does_not_fit(options)
    tiered = None if options["policy"] is None else read_tiers(options["policy"])
    refuse_overwriting(_files_of(tiered), options["output"])
    states = states_of([*options["data"], *options["baseline"]])
    expect_files(states, "DATA and baselines are files, read twice")
    data = _read(options, options["data"], tiered)
    _tell_classes_without_cases(data, options["class_prefix"])
    baseline = _read(options, options["baseline"], tiered, data.classes) if options["baseline"] else None
    if baseline is not None and options["id"] is not None:
        baseline = in_order_of(data, baseline, options["id"])
    try:
        found = refit_tiers(
            data.scores,
            _plan(options, tiered, len(data.classes)),
            old=_old(options, tiered),
            baseline=None if baseline is None else baseline.scores,
            baseline_pairs=options["id"] is not None,
            by=data.by,
        )
    except TuningError as error:
        raise click.UsageError(str(error)) from None
    absent = () if baseline is None else tuple(name for name in baseline.columns if name not in data.columns)
    told = Told(data.classes, TIERS if tiered is None else tiered.names, absent)
    return Refitted(options, found, told, tiered, data, baseline, states)


def _refuse_what_does_not_fit(options: Mapping[str, Any]) -> None:
    """Raise `click.UsageError` for options that do not go together, and for an output that is read."""
    if options["write"] and options["policy"] is None:
        raise click.UsageError("--write goes with --policy")
    if options["old"] is not None and options["policy"] is not None:
        raise click.UsageError("--old does not go with --policy: the old thresholds are those of the policy")
    if options["margin"] is not None and not options["baseline"]:
        raise click.UsageError("--margin goes with --baseline: it is within it that both are as good as equal")
    if options["id"] is not None and not options["baseline"]:
        raise click.UsageError("--id goes with --baseline: it says which of its cases is which of DATA")
    for name in ("floor", "cap"):
        if options[name] is not None and options["highlight"] is None and options["policy"] is None:
            raise click.UsageError(f"--{name} goes with --highlight")
    for paths in (options["data"], options["baseline"]):
        refuse_reading_twice(paths)
    refuse_overwriting(_files_named(options), options["output"])


def _tell_classes_without_cases(data: ReadClasses, prefix: str) -> None:
    """Say which columns are of a class that no case is of: some may be no class, but begin as if they were."""
    there = set(data.scores.labels.tolist())
    missing = [prefix + name for place, name in enumerate(data.classes) if place not in there]
    if missing:
        tell(f"no case is of the class of {listed(missing)}: is each of these columns a class?")


def _files_named(options: Mapping[str, Any]) -> list[str]:
    """Return every file that the options name to be read."""
    besides = (options[name] for name in ("policy", "expect") if options[name] is not None)
    return [*options["data"], *options["baseline"], *besides]


def _files_of(tiered: TieredPolicy | None) -> list[str]:
    """Return the files that a policy is read with: its own, and its catalog."""
    return [] if tiered is None else sorted(tiered.file.loaded.reals)


def _read(
    options: Mapping[str, Any],
    paths: Sequence[str],
    tiered: TieredPolicy | None,
    classes: tuple[str, ...] | None = None,
) -> ReadClasses:
    """Return the cases of some files, those of a baseline with the *classes* of the others."""
    columns = ClassColumns(options["label"], options["class_prefix"], classes, case=options["id"])
    # A baseline may do without the columns of segments
    columns = columns._replace(by=options["by"]) if classes is None else columns._replace(apart=options["by"])
    if tiered is None:
        return read_classes(paths, options["input_format"], columns)
    steps = (step.dimension.name for step in tiered.file.resolved.steps)
    columns = columns._replace(
        also=tuple(name for name in steps if name not in (SCORE, options["label"])),
        order=tiered.classes_among,
        float32=tiered.score.type == "float32",
    )
    return rows_of_base(tiered, read_classes(paths, options["input_format"], columns))


def _plan(options: Mapping[str, Any], tiered: TieredPolicy | None, classes: int) -> TierPlan:
    confidence = options["confidence"]
    if confidence is None and tiered is not None and "precision" in tiered.confident.at_least:
        confidence = tiered.confident.confidence
    floor, cap = _FLOOR, _CAP
    above: tuple[float, ...] = ()
    if tiered is not None and tiered.highlight is not None:
        own = tiered.highlight
        floor, cap, above = own.floor, classes if own.cap is None else own.cap, (own.above,)
    return TierPlan(
        options["confident_accuracy"],
        options["refer_share"],
        above if options["highlight"] is None else tuple(thresholds_of(options["highlight"], "--highlight")),
        floor if options["floor"] is None else options["floor"],
        cap if options["cap"] is None else options["cap"],
        options["stricter"],
        "empirical" if confidence is None else "guaranteed",
        CONFIDENCE if confidence is None else confidence,
        MARGIN if options["margin"] is None else options["margin"],
    )


def _old(options: Mapping[str, Any], tiered: TieredPolicy | None) -> Cuts | None:
    if tiered is not None:
        return tiered.cuts
    if options["old"] is None:
        return None
    found = thresholds_of(options["old"], "--old")
    if len(found) != 2:  # noqa: PLR2004 - confident and refer
        raise click.UsageError(f"--old takes two thresholds, such as 0.85,0.5, not {len(found)}")
    return Cuts(*found)
