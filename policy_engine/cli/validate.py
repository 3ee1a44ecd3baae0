"""`policy-engine validate`: what is wrong with policies, where, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from policy_engine.cli._formats import FORMATS
from policy_engine.cli._garbage import without_garbage_collection
from policy_engine.cli._options import color_option, format_option, output_option, paths_argument

if TYPE_CHECKING:
    from datetime import datetime

    from policy_engine.diagnostics import Report
    from policy_engine.loader import Loaded
    from policy_engine.validator import Checked

_EPILOG = """\b
Example:
  policy-engine validate
  policy-engine validate policies/card-fraud.yaml --format json
  policy-engine validate --strict --ignore PE413
  policy-engine validate --against origin/main
  policy-engine validate --format sarif --output findings.sarif
  policy-engine validate --strict --at 2027-02-01T00:00:00Z
"""


@click.command(epilog=_EPILOG, short_help="Check policies.")
@paths_argument
@format_option(*FORMATS)
@click.option("--select", multiple=True, metavar="CODES", help="Only these findings, such as PE2,PE401.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Leave these findings out.")
@click.option(
    "--against",
    metavar="REVISION",
    help="Find versions not raised, and use cases gone, since a revision, such as main.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@click.option(
    "--at", metavar="INSTANT", help="Tell what is over by then, such as 2027-02-01T00:00:00Z; left out, by now."
)
@output_option
@color_option
@without_garbage_collection()
def validate(
    *,
    paths: tuple[str, ...],
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    against: str | None,
    strict: bool,
    at: str | None,
    output: str | None,
    color: str,
) -> int:
    """Check policies: folders, files, or `-` for one from the standard input.

    Every cell is checked, which is every combination of values in which the same overrides hold, at every
    instant at which anything begins or ends. The policies' own tests are run. Each finding names its place,
    what is wrong and what to do; `policy-engine rule CODE` says why it matters.

    Beside errors there are warnings: what has no effect, what nobody uses, what no test reaches, and what is
    over by now, or by the INSTANT of --at.

    CODES are codes, beginnings of codes such as PE2, or names of rules, with commas between them. A warning is also
    answered in the file, where it is found or on the line above: # policy-engine: ignore[PE413] and why.
    pyproject.toml may say policies, select, ignore and strict under [tool.policy_engine].
    """
    from datetime import UTC, datetime

    from policy_engine.cli._formats import findings_in
    from policy_engine.cli._instants import instant_of
    from policy_engine.cli._messages import tell
    from policy_engine.cli._policies import check_all, loaded_policies, review_all
    from policy_engine.cli._project import project
    from policy_engine.cli._selection import left_out, selection_of
    from policy_engine.cli._terminal import goes_to_terminal, paint_for, width_for, write
    from policy_engine.reporting.as_text import findings_as_text, summary_of
    from policy_engine.reporting.own_tests import is_policy

    said = project()
    strict = strict or said.strict
    selection = selection_of(select, ignore, said)
    now = datetime.now(UTC) if at is None else instant_of(at)
    loaded = loaded_policies(paths, output, with_evidence=True)
    if against is None:
        whole = review_all(loaded, paths, now)
    else:
        checked = check_all(loaded, paths, now=now, for_review=True)
        whole = _held_against(against, checked, loaded, paths, now)
    report = selection.of(whole)
    policies = sum(is_policy(one) for one in loaded.documents)
    if form == "text":
        wrap = width_for(output) if goes_to_terminal(output) else None
        write(findings_as_text(report, paint=paint_for(color, output), wrap=wrap), output)
    else:
        write(findings_in(form, report, policies, strict=strict), output)
    tell(summary_of(report, policies))
    rest = left_out(whole, report)
    if rest is not None:
        tell(rest)
    return 1 if not report.ok or (strict and report.diagnostics) else 0


def _held_against(revision: str, checked: Checked, loaded: Loaded, paths: tuple[str, ...], now: datetime) -> Report:
    """Return the report with what is found where policies are held against those of a git revision."""
    from policy_engine.cli._policies import STDIN, named_paths
    from policy_engine.cli._revision import loaded_at
    from policy_engine.review import held_against

    if STDIN in paths:
        raise click.UsageError("--against needs policies in files: git does not know what comes from `-`")
    return held_against(loaded, checked, loaded_at(revision, named_paths(paths)), revision, now)
