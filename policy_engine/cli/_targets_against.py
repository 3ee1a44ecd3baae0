"""What targets are held against: rows of files, or the decisions of a log, each as the tallies of its policies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from policy_engine.cli._instants import instant_of
from policy_engine.cli._one_policy import OnePolicy, one_policy
from policy_engine.cli._outcome_file import OutcomeFile, read_outcome_file
from policy_engine.cli._positives import FIRST_CLASS_IS_TRUE, NOT_BY_LABEL, Positives
from policy_engine.cli._progress import Progress
from policy_engine.cli._targets_of_data import decided_cases
from policy_engine.diagnostics import did_you_mean
from policy_engine.exceptions import AuditCorruptError, AuditError
from policy_engine.loader import read_documents
from policy_engine.printable import printable
from policy_engine.reporting.drifts import Told as DriftTold
from policy_engine.reporting.targets import LogTold, OfPolicy, OutcomesTold, TargetsTold, ToldDrift, ToldShifts
from policy_engine.tuning import (
    Bands,
    Sample,
    Which,
    drift_of,
    evident_shares,
    read_recorded,
    sharing,
    shifts_since,
    tally_of,
    verify_targets,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.audit import Question
    from policy_engine.model import Policy
    from policy_engine.tuning import EvidentShare, Recorded, RecordedPolicy, Tally
    from policy_engine.validator import CheckedPolicy


class _Held(NamedTuple):
    """A policy with the tally of its cases; `current` are their numbers, where these are compared with a baseline."""

    checked: CheckedPolicy
    tally: Tally
    current: Sample | None = None
    by: OnePolicy | None = None
    of_other_digests: int = 0
    invalid: Mapping[str, int] | None = None
    evident: tuple[EvidentShare, ...] = ()

    @property
    def statements(self) -> int:
        """How many statements of a drift are made of it."""
        return (self.current is not None) + len(self.evident)

    @property
    def pair(self) -> tuple[Policy, Tally]:
        """What targets are verified by."""
        return self.checked.policy, self.tally


def policies_of(every: Sequence[CheckedPolicy], use_case: str | None) -> list[CheckedPolicy]:
    """Return the policies of a use case, or all; raise `click.UsageError` where there are none, or none has targets."""
    names = {one.policy.use_case for one in every}
    if use_case is not None and use_case not in names:
        hint = did_you_mean(printable(use_case), names)
        raise click.UsageError(f"no policy here is for the use case `{printable(use_case)}`: {hint}")
    found = [one for one in every if use_case in (None, one.policy.use_case)]
    if not any(one.policy.targets for one in found):
        raise click.UsageError(
            "no policy here has targets, so there is nothing to verify: write some under `targets`, or name others"
        )
    return found


def verified_data(policies: Sequence[CheckedPolicy], options: Mapping[str, Any]) -> TargetsTold:
    """Return what becomes of the targets of the one policy that decides the rows of files."""
    at = None if options["at"] is None else instant_of(options["at"])
    now = datetime.now(UTC).replace(microsecond=0)
    own = _one_of(policies, at or now)
    if not own.policy.targets:
        raise click.UsageError(
            f"`{own.file}` has no targets, so there is nothing to verify: write some under `targets`"
        )
    by = one_policy(own.file, options["output"], at, now, or_classes=True)
    cases = decided_cases(options["data"], options, by, options["label"])
    tally = tally_of(by.policy.band_names, cases.kinds, is_labelled=options["label"] is not None)
    current = None if options["baseline"] is None else cases.sample(by.policy.band_names)
    held = [_Held(own, tally, current, by, invalid=cases.invalid, evident=_evident(own))]
    return _told(held, options, cases.positives)._replace(files=options["data"])


def _one_of(policies: Sequence[CheckedPolicy], at: datetime) -> CheckedPolicy:
    """Return the one policy that is meant; of several versions that which is live at that instant."""
    use_cases = sorted({one.policy.use_case for one in policies})
    if len(use_cases) > 1:
        named = ", ".join(f"`{one}`" for one in use_cases)
        raise click.UsageError(f"there are policies of several use cases here: --use-case is one of {named}")
    if len(policies) == 1:
        return policies[0]
    live = [one for one in policies if one.policy.stage is None]
    for one in live:
        begin, until = one.policy.window
        if begin <= at < until:
            return one
    raise click.UsageError(f"no policy of `{use_cases[0]}` is live at {at.isoformat()}: --at is an instant of one")


def verified_log(policies: Sequence[CheckedPolicy], question: Question, options: Mapping[str, Any]) -> TargetsTold:
    """Return what becomes of the targets of every policy that decided in a log.

    Raises `AuditCorruptError` where the log does not verify, and `click.UsageError` where it has no decision that fits.
    """
    outcomes = None
    if options["outcomes"] is not None:
        names = (options["name"] or "decision_id", options["label"] or "label")
        outcomes = read_outcome_file(options["outcomes"], options["input_format"], *names)
        if all(one.policy.kind != "classes" for one in policies):
            # Whatever the log has: it may be long
            outcomes.positives(options["positive"])
    recorded = _recorded(policies, question, options, outcomes)
    by_which = {Which(one.policy.use_case, one.policy.version): one for one in policies}
    promising = {
        which: by_which[which]
        for which in sorted(recorded.policies)
        if which in by_which and by_which[which].policy.targets
    }
    _refuse_what_says_nothing([*promising.values()], recorded, options)
    positives = None if outcomes is None else _positives(promising, recorded, options, outcomes)
    held = [_held(one, recorded.policies[which], options, positives) for which, one in promising.items()]
    log = LogTold(
        options["audit"],
        recorded,
        [
            (which, found.decisions, "which is no policy here" if which not in by_which else "which has no targets")
            for which, found in sorted(recorded.policies.items())
            if which not in by_which or not by_which[which].policy.targets
        ],
        sorted(which for which, one in by_which.items() if one.policy.targets and which not in recorded.policies),
        None if outcomes is None or positives is None else _outcomes_told(outcomes, positives),
    )
    return _told(held, options, positives)._replace(log=log)


def _outcomes_told(outcomes: OutcomeFile, positives: Positives) -> OutcomesTold:
    return OutcomesTold(outcomes.path, positives.label, outcomes.rows, outcomes.twice, outcomes.contradicting)


def _positives(
    promising: Mapping[Which, CheckedPolicy], recorded: Recorded, options: Mapping[str, Any], outcomes: OutcomeFile
) -> Positives:
    """Return which decisions of these policies are positives; raise `click.UsageError` where labels do not say it."""
    of_classes = {which: one for which, one in promising.items() if one.policy.kind == "classes"}
    if not of_classes:
        return outcomes.positives(options["positive"])
    others = promising.keys() - of_classes.keys()
    if others:
        one, other = (f"{which.use_case} version {which.version}" for which in (min(of_classes), min(others)))
        raise click.UsageError(
            f"the log has decisions of {one}, whose labels are names of classes, and of {other}, whose labels are one "
            "of two: say --use-case NAME, or name only policies of one kind"
        )
    if options["positive"] is not None:
        raise click.UsageError(f"--positive does not go with `{min(of_classes).use_case}`: {NOT_BY_LABEL}")
    for which, checked in of_classes.items():
        score = checked.policy.score
        if score is not None and score.labels is not None:
            outcomes.refuse_unknown(recorded.policies[which].labels, score.labels)
    return FIRST_CLASS_IS_TRUE


def _recorded(
    policies: Sequence[CheckedPolicy], question: Question, options: Mapping[str, Any], outcomes: OutcomeFile | None
) -> Recorded:
    bands = {Which(one.policy.use_case, one.policy.version): one.policy.band_names for one in policies}
    folder = Path(options["audit"])
    labels = None if outcomes is None else outcomes.labels
    wants: dict[str, Any] = {"labels": labels, "with_signals": options["baseline"] is not None}
    try:
        with Progress("bytes") as progress:
            recorded = read_recorded(folder, question, bands, **wants, progress=progress.advance)
    except AuditCorruptError:
        raise
    except AuditError as error:
        # No log, or none that can be read: that says nothing of any target
        raise click.ClickException(str(error)) from error
    if not recorded.decisions:
        left = recorded.left_out
        beside = f", but {sum(left.values())} that cannot be counted" if left else ""
        raise click.UsageError(f"there is no decision in `{folder}` that fits{beside}: nothing was verified")
    return recorded


def _refuse_what_says_nothing(
    promising: Sequence[CheckedPolicy], recorded: Recorded, options: Mapping[str, Any]
) -> None:
    if not promising:
        there = ", ".join(f"{which.use_case} version {which.version}" for which in sorted(recorded.policies))
        raise click.UsageError(
            f"no policy with targets here decided anything in `{options['audit']}`, which has decisions of "
            f"{printable(there)}: name those policies"
        )
    use_cases = {one.policy.use_case for one in promising}
    if options["baseline"] is not None and len(use_cases) > 1:
        raise click.UsageError("--baseline is of one use case, and the log has several: say --use-case NAME")


def _held(
    checked: CheckedPolicy, found: RecordedPolicy, options: Mapping[str, Any], positives: Positives | None
) -> _Held:
    policy = checked.policy
    outcomes = found.outcomes() if positives is None else found.outcomes(positives.has)
    tally = tally_of(policy.band_names, outcomes, is_labelled=positives is not None)
    others = found.decisions - found.digests[policy.digest]
    if options["baseline"] is None:
        return _Held(checked, tally, of_other_digests=others, evident=_evident(checked))
    now = datetime.now(UTC).replace(microsecond=0)
    by = one_policy(checked.file, options["output"], None, now, or_classes=True)
    current = Sample(*found.scores(policy.band_names))
    return _Held(checked, tally, current, by, others, evident=_evident(checked))


def _evident(checked: CheckedPolicy) -> tuple[EvidentShare, ...]:
    """Return the shares that the policy's evidence speaks of, none where it has no evidence that can be read."""
    if checked.policy.evidence is None:
        return ()
    read = read_documents([Path(checked.file)], keep_evidence=lambda data: data)
    evidence = (read.evidence or {}).get(checked.file)
    return () if evidence is None else evident_shares(checked.policy, evidence.kept)


def _told(held: Sequence[_Held], options: Mapping[str, Any], positives: Positives | None) -> TargetsTold:
    confidence = options["confidence"]
    pairs = [one.pair for one in held]
    beside = sum(one.statements for one in held)
    shared = sharing(pairs, beside)
    verified = verify_targets(pairs, confidence=confidence, beside=beside)
    return TargetsTold(
        [
            OfPolicy(
                found,
                one.checked.file,
                one.of_other_digests,
                one.invalid,
                _drift(one, options, shared),
                _since_evidence(one, (1 - confidence) / shared),
            )
            for one, found in zip(held, verified, strict=True)
        ],
        [],
        shared,
        confidence,
        positive_is=None if positives is None else positives.are,
        positive=None if positives is None else positives.label,
    )


def _since_evidence(held: _Held, delta: float) -> ToldShifts | None:
    if not held.evident or not held.tally.cases:
        return None
    return ToldShifts(shifts_since(held.evident, held.tally, 1 - delta), delta)


def _drift(held: _Held, options: Mapping[str, Any], shared: int) -> ToldDrift | None:
    """Return how far the cases have moved from the baseline, each of two tests at half of what is left to it."""
    if held.current is None or held.by is None:
        return None
    by, names = held.by, held.checked.policy.band_names
    if not len(held.current):
        raise click.UsageError(f"no decision of `{held.checked.file}` has a number to compare with the baseline")
    before = decided_cases([options["baseline"]], options, by, None)
    baseline = before.sample(names)
    if not len(baseline):
        raise click.UsageError(f"no row of `{options['baseline']}` has a number that `{held.checked.file}` can compare")
    delta = (1 - options["confidence"]) / shared
    sure = 1 - delta / 2
    mildest = names.index(by.policy.by_strictness[-1])
    found = drift_of(baseline, held.current, Bands(names, mildest), confidence=sure)
    told = DriftTold(
        tuple({"band": name} for name in names), (before.invalid, held.invalid or {}), sure, by.told, names[mildest]
    )
    return ToldDrift(found, told, delta, held.tally.cases - len(held.current))
