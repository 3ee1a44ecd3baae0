"""`policy-engine audit`: what can be asked of a log of decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from policy_engine.cli._options import NAMED, color_option, format_option, output_option

_EPILOG = """\b
Example:
  policy-engine audit verify log
  policy-engine audit verify log --format json --output verdict.json
"""


_ASK_EPILOG = """\b
Example:
  policy-engine audit query log --subject s-17
  policy-engine audit query log --use-case card-fraud --band block \\
    --since 2027-02-01T00:00:00Z --until 2027-03-01T00:00:00Z --ids
  policy-engine audit query log --id 01a22463-3c01-73cb-8de2-fe0b438f630b \\
    --format json
"""


@click.group(epilog="\b\nExample:\n  policy-engine audit verify log\n  policy-engine audit query log --subject s-17\n")
def audit() -> None:
    """Ask about the log of decisions."""


@audit.command(epilog=_EPILOG)
@click.argument("folder", metavar="DIR", type=NAMED)
@format_option("text", "json")
@output_option
@color_option
def verify(*, folder: str, form: str, output: str | None, color: str) -> int:
    """Verify the log in DIR: read all of it, and follow every chain.

    Three answers are kept apart. Integrity: does every record follow from the one before it? Completeness:
    what could be missing without a trace? Anchor: what outside the folder was it compared with? Nothing is
    written, and a log can be verified while it grows.
    """
    from policy_engine.audit import verify as verify_log
    from policy_engine.cli._progress import Progress
    from policy_engine.cli._terminal import paint_for, width_for, write
    from policy_engine.exceptions import AuditError
    from policy_engine.reporting.as_json import as_json
    from policy_engine.reporting.as_text import verification_as_text

    refuse_output_in(folder, output)
    try:
        with Progress("bytes", total=_bytes_in(Path(folder))) as progress:
            found = verify_log(folder, progress=progress.advance)
    except AuditError as error:
        # No log, or none that can be read: neither intact nor broken
        raise click.ClickException(str(error)) from error
    if form == "json":
        write(as_json(found.as_dict()), output)
    else:
        write(verification_as_text(found, paint=paint_for(color, output), columns=width_for(output)), output)
    return 0 if found.intact else 1


@audit.command(epilog=_ASK_EPILOG)
@click.argument("folder", metavar="DIR", type=NAMED)
@click.option("--id", "decision_id", metavar="ID", help="The decision with this id.")
@click.option("--subject", metavar="TEXT", help="Decisions about this subject.")
@click.option("--use-case", metavar="NAME", help="Decisions of this use case.")
@click.option("--band", metavar="NAME", help="Decisions with this outcome.")
@click.option("--since", metavar="INSTANT", help="From this instant on, such as 2027-02-01T00:00:00Z.")
@click.option("--until", metavar="INSTANT", help="Before this instant.")
@click.option("--ids", "only_ids", is_flag=True, help="Print only the ids of decisions, one a line.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop after so many records.")
@format_option("text", "json", "jsonl")
@output_option
def query(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Ask the log in DIR for the records that fit.

    All that is asked for has to fit, word for word; asked for nothing, every record does, the log's own ones too.
    Streams come by name, the records of each from the oldest on. The whole log is read, and may grow meanwhile.
    What does not verify is told with its place and left out, and the command exits with 1.
    """
    from policy_engine.audit import Question
    from policy_engine.audit import query as ask
    from policy_engine.cli._answers import Damage, write_answers
    from policy_engine.cli._instants import instant_of
    from policy_engine.cli._progress import Progress
    from policy_engine.cli._terminal import goes_to_terminal
    from policy_engine.exceptions import AuditError

    folder, output, form = options["folder"], options["output"], options["form"]
    if options["only_ids"] and form != "text":
        raise click.UsageError(f"--ids prints plain ids: leave out --format {form}")
    refuse_output_in(folder, output)
    since, until = (
        None if options[name] is None else instant_of(options[name], f"--{name}") for name in ("since", "until")
    )
    if since is not None and until is not None and since >= until:
        raise click.UsageError("--since is not before --until: nothing lies between them")
    question = Question(
        decision_id=options["decision_id"],
        subject=options["subject"],
        use_case=options["use_case"],
        band=options["band"],
        since=since,
        until=until,
    )
    damage = Damage()
    is_quiet = goes_to_terminal(output)  # the answers show how far it is
    try:
        with Progress("bytes", total=_bytes_in(Path(folder)), quiet=is_quiet) as progress:
            answers = ask(folder, question, tell=damage.note, progress=progress.advance)
            write_answers(answers, "ids" if options["only_ids"] else form, limit=options["limit"], output=output)
    except AuditError as error:
        raise click.ClickException(str(error)) from error
    damage.tell()
    return 1 if damage.count else 0


def refuse_output_in(folder: str, output: str | None) -> None:
    """Raise `click.UsageError` where the output lies in the log in *folder*."""
    if output not in (None, "-") and Path(output).resolve().is_relative_to(Path(folder).resolve()):
        raise click.UsageError(f"--output lies in the log, which nothing else belongs into: `{output}`")


def _bytes_in(folder: Path) -> int:
    """Return roughly how much there is to read: for the share that is shown on the way only."""
    files = (path for pattern in ("*/segments/*.log", "*/batches/*.parquet") for path in folder.glob(pattern))
    return sum(path.stat().st_size for path in files if path.is_file())
