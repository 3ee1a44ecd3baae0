"""`policy-engine decide`: one case from options, or a file of cases."""

from __future__ import annotations

from typing import Any

import click

from policy_engine.cli._dimensions import DimensionCommand, dimension_options
from policy_engine.cli._file_formats import FORMATS
from policy_engine.cli._options import NAMED, output_option, policies_option

_EPILOG = """\b
Example:
  policy-engine decide card-fraud --score 0.71 --model-version 4.3 \\
    --jurisdiction DE --tier gold --amount 20 --explain
  policy-engine decide credit-default --input cases.csv --ignore label \\
    --column subject=applicant_id --output out.jsonl --audit log --summary
  policy-engine decide kyc --score document=0.8 --score face=0.7
  policy-engine decide satellite-labelling --input x.csv --score-prefix p_
  tail -f cases.jsonl | policy-engine decide --input - --audit log
"""


@click.command(cls=DimensionCommand, epilog=_EPILOG, short_help="Decide one case, or a file of cases.")
@click.argument("use_case", required=False)
@click.option(
    "--score",
    multiple=True,
    metavar="[NAME=]SCORE",
    help="The score, as JSON; left out or null, it is missing. Of several classes, labels or scores, one each.",
)
@click.option("--model", multiple=True, metavar="[SCORE=]NAME", help="The model that returned the score.")
@click.option("--model-version", multiple=True, metavar="[SCORE=]VERSION", help="Its version.")
@click.option("--subject", metavar="TEXT", help="Whom the case is about.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=true|false", help="What is true or false of the case.")
@click.option(
    "--threshold", "thresholds", multiple=True, metavar="NAME=NUMBER", help="A number for this case, if tunable."
)
@click.option(
    "--reason-code", "reason_codes", multiple=True, metavar="CODE", help="A reason of the case, the weightiest first."
)
@click.option("--at", metavar="INSTANT", help="When, such as 2027-02-01T00:00:00Z; left out, now.")
@dimension_options
@policies_option
@click.option(
    "--input",
    "source",
    metavar="FILE",
    type=NAMED,
    help="Decide the cases of a .jsonl, .csv or .parquet file; `-` is JSON lines.",
)
@click.option(
    "--input-format",
    type=click.Choice(FORMATS),
    metavar="FORMAT",
    help="jsonl, csv or parquet, else by FILE's ending.",
)
@click.option("--column", "columns", multiple=True, metavar="KEY=COLUMN", help="Which column a key is.")
@click.option("--score-prefix", metavar="PREFIX", help="Columns that begin so are scores, by the rest.")
@click.option("--context", multiple=True, metavar="COLUMN,...", help="Columns that are only recorded.")
@click.option("--ignore", multiple=True, metavar="COLUMN,...", help="Columns to leave out.")
@click.option(
    "--output-format", type=click.Choice(FORMATS), metavar="FORMAT", help="The same for --output, else by its ending."
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Decide a file in N processes.")
@click.option("--audit", "audit_dir", metavar="DIR", type=NAMED, help="Record every decision in the log in DIR.")
@click.option("--explain", is_flag=True, help="Say why, in words.")
@click.option("--summary", is_flag=True, help="For a file: tell at the end how many cases got what.")
@click.option("--format", "form", type=click.Choice(["json", "text"]), help="For one case; text explains it.")
@output_option
def decide(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Decide one case, or every case of a file.

    A score that is missing, no number, not finite or out of range is decided, too: the policy says how. With
    --audit, a decision is printed only once it is recorded. Any dimension of the catalog is an option, as in
    --tier gold; with --input it holds for the rows that leave it out, as facts, thresholds and reason codes do. A
    decision is one line of JSON, indented only when a single one goes to a terminal; with --output FILE.csv or
    FILE.parquet it is a row of a table.

    In a CSV or Parquet file, a column is called as the key of a request, or score.NAME, fact.NAME,
    threshold.NAME, model.NAME or model_version.NAME. An empty field is absent; among the scores of a row, it is
    a missing one.
    """
    from policy_engine.cli._asked import Asked
    from policy_engine.cli._case import one_case
    from policy_engine.cli._cases import many_cases

    asked = Asked(**options)
    asked.refuse_what_does_not_fit()
    return one_case(asked) if asked.source is None else many_cases(asked)
