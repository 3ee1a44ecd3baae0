"""`policy-engine decide`: one case from options, or a file of cases."""

from __future__ import annotations

from typing import Any

import click

from policy_engine.cli._dimensions import DimensionCommand, dimension_options
from policy_engine.cli._options import output_option, policies_option

_EPILOG = """\b
Example:
  policy-engine decide card-fraud --score 0.71 --model-version 4.3 \\
    --jurisdiction DE --tier gold --amount 20 --explain
  policy-engine decide credit-default --input cases.csv --ignore label \\
    --column subject=applicant_id --output out.jsonl --audit log --summary
  tail -f cases.jsonl | policy-engine decide --input - --audit log
"""


@click.command(cls=DimensionCommand, epilog=_EPILOG, short_help="Decide one case, or a file of cases.")
@click.argument("use_case", required=False)
@click.option("--score", metavar="SCORE", help="The score, as JSON; left out or null, it is missing.")
@click.option("--model", metavar="NAME", help="The model that returned the score.")
@click.option("--model-version", metavar="VERSION", help="Its version.")
@click.option("--subject", metavar="TEXT", help="Whom the case is about.")
@click.option("--at", metavar="INSTANT", help="When, such as 2027-02-01T00:00:00Z; left out, now.")
@dimension_options
@policies_option
@click.option("--input", "source", metavar="FILE", help="Decide the cases of a .jsonl or .csv file; `-` is JSON lines.")
@click.option(
    "--input-format", type=click.Choice(["jsonl", "csv"]), help="What FILE holds, if its ending does not say."
)
@click.option("--column", "columns", multiple=True, metavar="KEY=COLUMN", help="CSV: which column a key is.")
@click.option("--context", multiple=True, metavar="COLUMN,...", help="CSV: columns that are only recorded.")
@click.option("--ignore", multiple=True, metavar="COLUMN,...", help="CSV: columns to leave out.")
@click.option("--audit", "audit_dir", metavar="DIR", help="Record every decision in the log in DIR.")
@click.option("--explain", is_flag=True, help="Say why, in words.")
@click.option("--summary", is_flag=True, help="For a file: tell at the end how many cases got what.")
@click.option("--format", "form", type=click.Choice(["json", "text"]), help="For one case; text explains it.")
@output_option
def decide(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Decide one case, or every case of a file.

    A score that is missing, no number, not finite or out of range is decided, too: the policy says how. With
    --audit, a decision is printed only once it is recorded. Any dimension of the catalog is an option, as in
    --tier gold; with --input it holds for the rows that leave it out. A decision is one line of JSON, indented
    only when a single one goes to a terminal.
    """
    from policy_engine.cli._asked import Asked
    from policy_engine.cli._case import one_case
    from policy_engine.cli._cases import many_cases

    asked = Asked(**options)
    asked.refuse_what_does_not_fit()
    return one_case(asked) if asked.source is None else many_cases(asked)
