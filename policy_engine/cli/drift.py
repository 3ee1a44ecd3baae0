"""`policy-engine drift`: how far scores have moved from those of a baseline; no labels are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._file_formats import STANDARD
from policy_engine.cli._labelled_options import by_option, input_format_option
from policy_engine.cli._options import NAMED, format_option, output_option
from policy_engine.cli._shares import Share

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPILOG = """\b
Example:
  policy-engine drift january.csv february.csv --score score
  policy-engine drift january.csv february.csv --score score \\
    --thresholds 0.7,0.2 --by sex
  policy-engine drift january.csv february.csv --score score \\
    --policy policies/credit-default.yaml --format json
"""


@click.command(epilog=_EPILOG, short_help="Say how far scores have moved from a baseline.")
@click.argument("baseline", metavar="BASELINE", type=NAMED)
@click.argument("current", metavar="CURRENT", type=NAMED)
@click.option("--score", required=True, metavar="COLUMN", help="The column of the score.")
@by_option
@click.option("--bins", type=int, default=10, help="The bins of the stability index.  [default: 10]")
@click.option("--thresholds", metavar="A,B,...", help="Thresholds between which bands lie.")
@click.option("--policy", metavar="FILE", type=NAMED, help="The policy whose decisions are the bands.")
@click.option(
    "--at", metavar="INSTANT", help="When the policy decides.  [default: now, if it is live; else when begun]"
)
@click.option(
    "--higher-is",
    type=click.Choice(["riskier", "safer"]),
    help="With thresholds, which end is left alone.  [default: riskier]",
)
@click.option("--confidence", type=Share(), default=0.95, help="Of intervals, and of chance.  [default: 0.95]")
@input_format_option
@format_option("text", "json")
@output_option
def drift(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Say how far the scores of CURRENT have moved from those of BASELINE; no labels are needed.

    Both are CSV, Parquet or JSONL files. The stability index (PSI) is that of bins which the baseline fills alike; the
    largest distance of the two distributions is that of Kolmogorov and Smirnov. With thresholds or a policy, the share
    of each band is told before and now.

    A policy reads columns that are called as dimensions of its catalog, model, model_version, subject, reason_codes,
    fact.NAME or threshold.NAME.
    """
    from policy_engine.cli._banding import banding_of, sample_of
    from policy_engine.cli._labelled import refuse_overwriting
    from policy_engine.cli._scipy import require_scipy
    from policy_engine.cli._terminal import write
    from policy_engine.reporting.as_json import as_json
    from policy_engine.reporting.as_text import drift_as_text
    from policy_engine.reporting.drifts import Told, drift_as_plain
    from policy_engine.tuning import drift_of

    require_scipy("drift")
    paths = (options["baseline"], options["current"])
    _refuse_what_does_not_fit(options)
    refuse_overwriting((*paths, *([options["policy"]] if options["policy"] else [])), options["output"])
    banding = banding_of(options)
    before, invalid = sample_of(paths[0], options, banding, options["by"])
    # The baseline says whether it is a name with commas or several names, and the current file has to have the same
    now, invalid_now = sample_of(paths[1], options, banding, tuple(before.by))
    found = drift_of(before, now, banding.bands, bins=options["bins"], confidence=options["confidence"])
    told = Told(banding.told, (invalid, invalid_now), options["confidence"], banding.policy, banding.mildest)
    as_text = options["form"] == "text"
    write(drift_as_text(found, told) if as_text else as_json(drift_as_plain(found, told)), options["output"])
    return 0


def _refuse_what_does_not_fit(options: Mapping[str, Any]) -> None:
    """Raise `click.UsageError` for options that do not go together."""
    if options["baseline"] == STANDARD == options["current"]:
        raise click.UsageError("the standard input is one file: name another for BASELINE or CURRENT")
    if any("" in given.split(",") for given in options["by"]):
        raise click.UsageError("--by names a column that has no name: write --by sex,age_band")
    if options["policy"] is None and options["at"] is not None:
        raise click.UsageError("--at goes with --policy")
    if options["policy"] is not None and options["thresholds"] is not None:
        raise click.UsageError("bands are those of --thresholds or those of --policy, not of both")
    if options["thresholds"] is None and options["higher_is"] is not None:
        raise click.UsageError("--higher-is goes with --thresholds: without them no end of the scores is told")
