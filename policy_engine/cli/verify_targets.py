"""`policy-engine verify-targets`: whether policies keep what they promise, on labelled data or in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._labelled_options import input_format_option
from policy_engine.cli._options import NAMED, color_option, format_option, output_option, paths_argument
from policy_engine.cli._shares import Share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.reporting.targets import TargetsTold

_EPILOG = """\b
Example:
  policy-engine verify-targets policies/credit-default.yaml \\
    --data scored.csv --score score --label label
  policy-engine verify-targets policies/satellite-labelling.yaml \\
    --data scored.csv --class-prefix p_ --label label
  policy-engine verify-targets --audit log --use-case card-fraud
  policy-engine verify-targets --audit log --outcomes fraud.csv \\
    --label is_fraud --since 2027-02-01T00:00:00Z --format json
"""


@click.command("verify-targets", epilog=_EPILOG, short_help="Say whether policies keep their targets.")
@paths_argument
@click.option("--data", multiple=True, metavar="FILE", type=NAMED, help="Cases that the policy decides; repeatable.")
@click.option("--score", metavar="COLUMN", help="The column of the score in DATA and in the baseline.")
@click.option(
    "--class-prefix", metavar="TEXT", help="In place of --score, of several classes: how their columns begin."
)
@click.option("--audit", metavar="DIR", type=NAMED, help="A log of decisions, in place of --data.")
@click.option("--outcomes", metavar="FILE", type=NAMED, help="Labels of decisions in the log, by their ids.")
@click.option("--id", "name", metavar="COLUMN", help="Their ids in --outcomes.  [default: decision_id]")
@click.option(
    "--label",
    metavar="COLUMN",
    help="What turned out to be true; of classes, their name.  [default in --outcomes: label]",
)
@click.option(
    "--positive", metavar="VALUE", help="The label to be found.  [default: 1 of 0 and 1, true of truth values]"
)
@click.option("--use-case", metavar="NAME", help="Only policies and decisions of this use case.")
@click.option("--since", metavar="INSTANT", help="Decisions from this instant on, such as 2027-02-01T00:00:00Z.")
@click.option("--until", metavar="INSTANT", help="Decisions before this instant.")
@click.option(
    "--at", metavar="INSTANT", help="When the policy decides --data.  [default: now, if live; else when begun]"
)
@click.option("--baseline", metavar="FILE", type=NAMED, help="Scores of before: say how far the cases have moved.")
@click.option("--confidence", type=Share(), default=0.95, help="Of intervals and drift.  [default: 0.95]")
@input_format_option
@format_option("text", "json", "github")
@output_option
@color_option
def verify_targets(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Say whether policies keep their targets: which hold, which are broken, and which are undecided yet.

    With --data, a policy decides the rows of CSV, Parquet or JSONL files. With --audit, the decisions of a log are held
    against the policies that made them, by use case and version; the log is verified first. Without labels, targets for
    shares are measured, and no others. Exits with 1 where a target is broken.

    Of a policy of several classes, the positives are the cases whose first class is the true one: the precision of a
    band is how often it is that there and above.

    A target with a confidence has a verdict where the exact interval has none of its bounds in it. All targets of a run
    share what their confidence leaves over, so that it is the chance that all verdicts are right.
    """
    from policy_engine.cli._labelled import refuse_overwriting, refuse_reading_twice
    from policy_engine.cli._policies import loaded_policies
    from policy_engine.cli._scipy import require_scipy
    from policy_engine.cli.audit import refuse_output_in

    _refuse_what_does_not_fit(options)
    require_scipy("verify-targets")
    if options["audit"] is not None:
        refuse_output_in(options["audit"], options["output"])
    read = (*options["data"], *(options[one] for one in ("outcomes", "baseline") if options[one] is not None))
    refuse_reading_twice(options["data"])
    refuse_overwriting(read, options["output"])
    loaded = loaded_policies(options["paths"], options["output"], with_evidence=True)
    told = _verified(loaded, options)
    _write(told, loaded, options)
    return 1 if told.verdicts["broken"] else 0


def _refuse_what_does_not_fit(options: Mapping[str, Any]) -> None:
    """Raise `click.UsageError` for options that do not go together."""
    if bool(options["data"]) == (options["audit"] is not None):
        raise click.UsageError("say what targets are held against: either --data FILE, or --audit DIR")
    if "-" in options["paths"]:
        raise click.UsageError("policies are read from files, not from the standard input: name one")
    if options["data"]:
        _refuse_others(options, ("outcomes", "name", "since", "until"), "--audit")
        _refuse_scores_but_of_one_kind(options, "--data")
        if options["label"] is None:
            _refuse_others(options, ("positive",), "--label")
        return
    _refuse_others(options, ("at",), "--data")
    if options["outcomes"] is None:
        _refuse_others(options, ("name", "label", "positive"), "--outcomes")
    if options["baseline"] is None:
        _refuse_others(options, ("score", "class_prefix"), "--data or --baseline")
    else:
        _refuse_scores_but_of_one_kind(options, "--baseline")


def _refuse_scores_but_of_one_kind(options: Mapping[str, Any], of_what: str) -> None:
    """Raise `click.UsageError` unless it is said which column is the score, or which are those of classes."""
    if options["score"] is None and options["class_prefix"] is None:
        raise click.UsageError(
            f"--score COLUMN is missing: which column of {of_what} is the score? "
            "Where each class has one, say how they begin with --class-prefix TEXT"
        )
    if options["class_prefix"] is None:
        return
    if options["score"] is not None:
        raise click.UsageError("--score does not go with --class-prefix: one of them names what the policy decides by")
    if options["positive"] is not None:
        from policy_engine.cli._positives import NOT_BY_LABEL

        raise click.UsageError(f"--positive does not go with --class-prefix: {NOT_BY_LABEL}")


def _refuse_others(options: Mapping[str, Any], names: Sequence[str], with_what: str) -> None:
    for name in names:
        if options[name] is not None:
            flag = "id" if name == "name" else name.replace("_", "-")
            raise click.UsageError(f"--{flag} goes with {with_what}")


def _verified(loaded: Any, options: Mapping[str, Any]) -> TargetsTold:  # noqa: ANN401 - what was read
    from policy_engine.cli._targets_against import policies_of, verified_data, verified_log
    from policy_engine.exceptions import InvalidPolicyError
    from policy_engine.validator import check_leaving_out_candidates

    checked, report, _ = check_leaving_out_candidates(loaded)
    if checked is None:
        raise InvalidPolicyError(report)
    policies = policies_of(checked.policies, options["use_case"])
    told = verified_data(policies, options) if options["data"] else verified_log(policies, _question(options), options)
    without = [f"{one.policy.use_case} version {one.policy.version}" for one in policies if not one.policy.targets]
    return told._replace(without_targets=without if options["audit"] is not None else [])


def _question(options: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a question, whose module is not needed before
    from policy_engine.audit import Question
    from policy_engine.cli._instants import instant_of

    since, until = (
        None if options[name] is None else instant_of(options[name], f"--{name}") for name in ("since", "until")
    )
    if since is not None and until is not None and since >= until:
        raise click.UsageError("--since is not before --until: nothing lies between them")
    return Question(use_case=options["use_case"], since=since, until=until)


def _write(told: TargetsTold, loaded: Any, options: Mapping[str, Any]) -> None:  # noqa: ANN401 - what was read
    from policy_engine.cli._terminal import paint_for, write
    from policy_engine.reporting.as_json import as_json
    from policy_engine.reporting.as_text import targets_as_text
    from policy_engine.reporting.targets import targets_as_plain

    output = options["output"]
    if options["form"] == "json":
        write(as_json(targets_as_plain(told)), output)
    elif options["form"] == "github":
        write(_as_github(told, loaded), output)
    else:
        write(targets_as_text(told, paint=paint_for(options["color"], output)), output)


def _as_github(told: TargetsTold, loaded: Any) -> bytes:  # noqa: ANN401 - what was read
    """Return an error for each target that is broken and a warning for each that is undecided, where they stand."""
    from pathlib import Path

    from policy_engine.diagnostics import Report
    from policy_engine.reporting.as_github import findings_as_github
    from policy_engine.reporting.repository import repository_around
    from policy_engine.reporting.targets_as_findings import targets_as_findings

    documents = {one.file: one for one in loaded.documents}
    return findings_as_github(Report(targets_as_findings(told, documents)), repository_around(Path.cwd()))
