"""`policy-engine refit`: the tiers of a classifier fitted again on new scores, and what that changes."""

from __future__ import annotations

from typing import Any

import click

from policy_engine.cli._labelled_options import by_option, input_format_option
from policy_engine.cli._options import NAMED, format_option, output_option
from policy_engine.cli._shares import Share

_EPILOG = """\b
Example:
  policy-engine refit scored.csv --label label --class-prefix p_ \\
    --confident-accuracy 0.95 --refer-share 0.13
  policy-engine refit shard0.parquet shard1.parquet --label label \\
    --class-prefix p_ --confident-accuracy 0.95 --refer-share 0.13 \\
    --highlight 0.20,0.25,0.30 --baseline before.parquet --id case_id
  policy-engine refit scored.csv --label label --class-prefix p_ \\
    --confident-accuracy 0.95 --refer-share 0.13 \\
    --policy policies/satellite-labelling.yaml --write
"""


@click.command(epilog=_EPILOG, short_help="Fit the tiers of a classifier again.")
@click.argument("data", nargs=-1, required=True, metavar="DATA...", type=NAMED)
@click.option("--label", required=True, metavar="COLUMN", help="The column with the name of the true class.")
@click.option("--class-prefix", required=True, metavar="TEXT", help="How the columns of the classes' scores begin.")
@click.option(
    "--confident-accuracy", required=True, type=Share(), help="How often the first class is to be true where confident."
)
@click.option("--refer-share", required=True, type=Share(), help="Which part of the cases is to be referred.")
@click.option(
    "--highlight", metavar="A,B,...", help="Cuts of highlights to try in the middle tier.  [default: the policy's]"
)
@click.option("--floor", type=click.IntRange(min=0), metavar="N", help="Highlight so many at least.  [default: 1]")
@click.option("--cap", type=click.IntRange(min=1), metavar="N", help="Highlight so many at most.  [default: 3]")
@click.option("--stricter", type=Share(), help="Show another accuracy, too.  [default: half as many errors]")
@click.option(
    "--confidence",
    type=Share(),
    help="Take what is guaranteed with it, not what fits these cases; of intervals, too.  [default of these: 0.95]",
)
@by_option
@click.option(
    "--baseline",
    multiple=True,
    metavar="FILE",
    type=NAMED,
    help="The scores before, to hold these against; may be repeated.",
)
@click.option(
    "--id", metavar="COLUMN", help="Says which case a row is: a baseline of the same cases is compared by pairs."
)
@click.option("--margin", type=Share(), help="An accuracy within it is as good as equal.  [default: 0.01]")
@click.option("--old", metavar="CONFIDENT,REFER", help="The thresholds until now.  [default: the policy's]")
@click.option("--policy", metavar="FILE", type=NAMED, help="The policy whose three bands are the tiers.")
@click.option("--write", is_flag=True, help="Write the thresholds into the policy, with their evidence.")
@click.option("--expect", metavar="FILE", type=NAMED, help="Reproduce the numbers of an earlier run, or end with 1.")
@click.option("--output-dir", metavar="DIR", type=NAMED, help="Write tables, the curve and provenance there, too.")
@input_format_option
@format_option("text", "json")
@output_option
@click.pass_context
def refit(ctx: click.Context, /, **options: Any) -> int:  # noqa: ANN401 - click's own
    """Fit the tiers of a classifier again: what is confident, what is possible, and what is referred.

    DATA are CSV, Parquet or JSONL files, together one set of cases: a column for the score of each class, and one that
    names the true class. Thresholds are observed highest scores, and a score on a threshold reaches it. The first class
    of equal scores is that of the first column.

    Beside the new thresholds stand the old ones, a stricter option, other shares to refer, the cuts of highlights, and
    with --baseline how far the scores have moved and whether accuracy is as good as equal. Its cases are other ones
    than those of DATA, unless --id says which is which, or both are the same to the last score.

    With --policy its bands are the tiers. The change is shown as a diff; --write makes it: the two numbers, the cut of
    highlights where --highlight says a single one, the version, and the evidence.
    """
    from policy_engine.cli._expected import tell_differences
    from policy_engine.cli._provenance import expect_unchanged
    from policy_engine.cli._refit_cases import refit_asked
    from policy_engine.cli._refit_files import write_files
    from policy_engine.cli._refit_policy import end_with_tiers
    from policy_engine.cli._scipy import require_scipy
    from policy_engine.cli._terminal import write

    require_scipy("refit")
    asked = refit_asked(options)
    if options["output_dir"] is not None:
        write_files(asked, ctx)
    expect_unchanged(asked.states)
    differs = options["expect"] is not None and tell_differences(options["expect"], asked.plain)
    if asked.tiered is not None and not differs:
        return end_with_tiers(asked, asked.tiered, ctx)
    write(asked.told(), options["output"])
    return int(differs)
