"""`policy-engine audit`: what can be asked of a log of decisions."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli._options import color_option, format_option, output_option

_EPILOG = """\b
Example:
  policy-engine audit verify log
  policy-engine audit verify log --format json --output verdict.json
"""


@click.group(epilog="\b\nExample:\n  policy-engine audit verify log\n")
def audit() -> None:
    """Ask about the log of decisions."""


@audit.command(epilog=_EPILOG)
@click.argument("folder", metavar="DIR")
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


def _bytes_in(folder: Path) -> int:
    """Return roughly how much there is to read: for the share that is shown on the way only."""
    return sum(path.stat().st_size for path in folder.glob("*/segments/*.log") if path.is_file())
