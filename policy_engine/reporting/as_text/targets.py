"""Targets as text: a line for each with its verdict, why one is undecided, and the share of every band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.measures import wilson
from policy_engine.printable import printable
from policy_engine.reporting.as_text.drifts import drift_as_text
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.paint import PLAIN, Paint
from policy_engine.reporting.as_text.segments import NOTHING
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.wrapped import wrapped_text
from policy_engine.resolution import format_number
from policy_engine.tuning.recorded import LEFT_OUT, NOTED
from policy_engine.tuning.targets import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Target
    from policy_engine.reporting.targets import LogTold, OfPolicy, OutcomesTold, TargetsTold, ToldShifts
    from policy_engine.tuning import MeasuredTarget, Recorded, Tally

_WIDTH: Final = 80


def targets_as_text(told: TargetsTold, *, paint: Paint = PLAIN) -> str:
    """Return a run for people."""
    lines: list[str] = []
    for one in told.policies:
        lines += [*_policy(one, told, paint), ""]
    lines += _all_lines(_beside(told))
    return "\n".join(lines) + "\n"


def summary_of_targets(told: TargetsTold) -> str:
    """Return how many targets have each verdict, in one line."""
    many = told.verdicts
    return f"{counted(sum(many.values()), 'target')}: " + ", ".join(f"{one} {verdict}" for verdict, one in many.items())


def target_in_words(target: Target) -> str:
    """Return what a target promises.

    >>> from policy_engine.model import Target
    >>> target_in_words(Target(measure="share", band="review", between=[0.08, 0.13]))
    'share of `review` from 0.08 to 0.13'
    """
    what = f"{target.measure.replace('_', ' ')} of `{target.band}`"
    if target.between is not None:
        bound = f"from {format_number(target.between[0])} to {format_number(target.between[1])}"
    elif target.at_least is not None:
        bound = f"at least {format_number(target.at_least)}"
    else:
        bound = f"at most {format_number(target.at_most or 0.0)}"
    surely = "" if target.confidence is None else f", with confidence {format_number(target.confidence)}"
    return f"{what} {bound}{surely}"


def why_so(one: MeasuredTarget) -> str | None:
    """Return what an undecided target still takes, or why it has no verdict; None for any other."""
    if one.verdict != "undecided":
        return None
    if one.why is not None:
        return one.why
    if one.method == "combined_clopper_pearson":
        return "the interval has a bound in it; more cases make it shorter"
    unit = unit_of(one.target.measure, one.target.band, several=one.more != 1)
    if one.more is None:
        return f"so near to the bound that a million more {unit} would not decide it at this value"
    return f"decided by about {one.more:,} more {unit}, if the value stays"


def _policy(one: OfPolicy, told: TargetsTold, paint: Paint) -> Iterator[str]:
    policy, tally = one.verified.policy, one.verified.tally
    labels = f", labels of {tally.labelled:,}" if tally.is_labelled else ", no labels"
    head = f"{policy.use_case} version {policy.version}, {one.file}: {counted(tally.cases, 'case')}{labels}"
    yield from wrapped_text(printable(head), "  ", _WIDTH).split("\n")
    for target in one.verified.targets:
        yield from _target(target, paint)
    yield from _notes_on(one)
    yield ""
    yield from _shares(tally, told.confidence)
    if one.since_evidence is not None:
        yield ""
        yield from _since_evidence(one.since_evidence)
    if one.drift is not None:
        yield ""
        yield from _drift(one)


def _target(one: MeasuredTarget, paint: Paint) -> Iterator[str]:
    colour = {"holds": paint.good, "broken": paint.error, "undecided": paint.warning}[one.verdict]
    yield f"  {colour(f'{one.verdict:<9}')}  {target_in_words(one.target)}"
    if one.value is not None:
        counts = "" if one.share is None else f" ({one.share.hits:,} of {one.share.cases:,})"
        ends = "" if one.interval is None else f", interval {one.interval.low:.4f} to {one.interval.high:.4f}"
        yield f"             measured {one.value:.4f}{counts}{ends}"
    why = why_so(one)
    if why is not None:
        yield from wrapped_text(f"             {why}", " " * 13, _WIDTH).split("\n")


def _notes_on(one: OfPolicy) -> Iterator[str]:
    if one.of_other_digests:
        yield f"  {counted(one.of_other_digests, 'case')} of this version by another digest: it was edited since"
    if one.invalid:
        yield f"  {counted(sum(one.invalid.values()), 'score')} invalid to the policy, which has a band for them, too"


def _shares(tally: Tally, confidence: float) -> list[str]:
    head = ["band", "cases", "share", "interval", *(["positive", "negative"] if tally.is_labelled else [])]
    rows = [head]
    for name, one in tally.bands.items():
        ends = wilson(one.got, tally.cases, confidence)
        share = [NOTHING, NOTHING]
        if ends is not None:
            share = [f"{one.got / tally.cases:.2%}", f"{100 * ends.low:.2f}-{100 * ends.high:.2f}"]
        labels = [f"{one.positives:,}", f"{one.negatives:,}"] if tally.is_labelled else []
        rows.append([printable(name), f"{one.got:,}", *share, *labels])
    return [f"  {line}" for line in table(rows, right=range(1, 6))]


def _since_evidence(found: ToldShifts) -> Iterator[str]:
    yield "  since the thresholds were chosen, as the evidence of the policy has it:"
    for band, one in found.shifts.items():
        shown = "a drift is shown" if found.verdict(band) == "shown" else "no drift is shown"
        if one.difference is not None and one.of_difference is not None:
            low, high = (100 * end for end in one.of_difference)
            yield f"  cases that reach `{band}`: {one.baseline.value:.2%} then, {one.current.value:.2%} now"
            yield f"    a change of {100 * one.difference:+.2f} ({low:+.2f} to {high:+.2f}): {shown}"


def _drift(one: OfPolicy) -> Iterator[str]:
    found = one.drift
    if found is None:
        return
    shown = "is shown" if found.verdict == "shown" else "is not shown"
    yield f"against the baseline, a drift {shown}"
    yield f"  where there is none, one is shown in {found.delta:.3g} of runs at most, by chance alone"
    if found.without_signal:
        yield f"  {counted(found.without_signal, 'case')} without a number that could be compared"
    yield from drift_as_text(found.drift, found.told).splitlines()


def _all_lines(texts: Iterator[str]) -> list[str]:
    return [line for text in texts for line in wrapped_text(printable(text), "  ", _WIDTH).split("\n")]


def _beside(told: TargetsTold) -> Iterator[str]:
    """Yield what is to be known of the cases, and of the verdicts."""
    if told.positive_is is not None:
        yield f"positive: {_positive_in_words(told)}"
    if told.log is not None:
        yield from _log(told.log)
    if told.without_targets:
        yield f"without targets, so that nothing of them is promised: {', '.join(told.without_targets)}"
    if told.shared_by > 1:
        yield f"{told.shared_by} statements share what the confidence of each leaves, so that all are right with it"
    yield summary_of_targets(told)


def _positive_in_words(told: TargetsTold) -> str:
    if told.positive_is == "label":
        return f"a case whose label is `{told.positive}`"
    return "a case whose first class is the true one"


def _log(log: LogTold) -> Iterator[str]:
    recorded = log.recorded
    yield f"the log in {log.folder} verifies, and {counted(recorded.decisions, 'decision')} in it were counted"
    for name, many in recorded.left_out.items():
        yield f"left out: {counted(many, 'decision')} {LEFT_OUT[name]}"
    if recorded.lost:
        yield f"missing: {counted(recorded.lost, 'decision')} that the log let go, as its gaps say"
    for name, many in recorded.noted.items():
        if many:
            yield f"among them: {counted(many, 'decision')} {NOTED[name]}"
    for which, many, why in log.not_held:
        yield f"not held against anything: {counted(many, 'decision')} of {_named(*which)}, {why}"
    if log.without_decision:
        yield f"without a decision in it: {', '.join(_named(*which) for which in log.without_decision)}"
    if log.outcomes is not None:
        yield from _outcomes(log.outcomes, recorded)


def _named(use_case: str, version: int) -> str:
    return f"{use_case} version {version}"


def _outcomes(told: OutcomesTold, recorded: Recorded) -> Iterator[str]:
    joined = recorded.joined
    if joined is None:
        return
    yield f"labels in {told.file}: {told.rows:,}, of which {joined.joined:,} met their decision by its id"
    if joined.without_decision:
        yield f"without a decision among these: {counted(joined.without_decision, 'label')}"
    if recorded.decisions > joined.joined:
        yield f"without a label: {counted(recorded.decisions - joined.joined, 'decision')}"
    if told.twice:
        yield f"said again: {counted(told.twice, 'label')}, each counted once"
    if told.contradicting:
        yield f"left out: {counted(told.contradicting, 'id')} of which rows say different labels"
