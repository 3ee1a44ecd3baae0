"""`policy-engine tune`: the threshold that labelled scores speak for, and what can be guaranteed of it."""

from __future__ import annotations

from typing import Any

import click

from policy_engine.cli._labelled_options import input_format_option
from policy_engine.cli._options import NAMED, format_option, output_option
from policy_engine.cli._tuning_options import tuning_options

_EPILOG = """\b
Example:
  policy-engine tune scored.csv --score score --label label --maximise f1
  policy-engine tune scored.csv --score score --label label \\
    --min-precision 0.9 --confidence 0.95
  policy-engine tune scored.csv --score score --label label \\
    --minimise cost --fp-cost 1 --fn-cost 5 --by sex
  policy-engine tune scored.csv --score score --label label \\
    --policy policies/credit-default.yaml --band refer --write
"""


@click.command(epilog=_EPILOG, short_help="Choose a threshold, and say what it can be held to.")
@tuning_options
@click.option("--write", is_flag=True, help="Write the threshold into the policy, with its evidence.")
@click.option("--report", metavar="FILE", type=NAMED, help="Write the page of `report` to FILE, too.")
@input_format_option
@format_option("text", "json")
@output_option
@click.pass_context
def tune(ctx: click.Context, /, **options: Any) -> int:  # noqa: ANN401 - click's own
    """Choose a threshold by labelled scores, and say what it can be held to.

    DATA are CSV, Parquet or JSONL files, read one after the other. Thresholds are the distinct scores; a score on a
    threshold reaches it.

    Two thresholds are shown side by side: the best on these cases, and the best of those that keep --min-precision and
    --min-recall in the population with the confidence. The first fits these cases too well; by how much is shown by
    what it is worth on cases that had no part in its choice, and by intervals from resamples.

    With --policy, what is wanted is taken from its `objective`, and cases count that get their threshold from its base
    (or from --override). The change is shown as a diff; --write makes it: the number, the version, and the evidence.
    """
    from policy_engine.cli._provenance import expect_unchanged
    from policy_engine.cli._terminal import write
    from policy_engine.cli._tuning import find_threshold
    from policy_engine.cli._writing_back import end_with_policy, proposed_for
    from policy_engine.reporting.as_json import as_json
    from policy_engine.reporting.as_text import tuning_as_text

    found = find_threshold("tune", options, {name: options[name[2:]] for name in ("--output", "--report")})
    tuned, plain, band = found.tuned, found.plain, found.band
    proposed = None if band is None else proposed_for(band, tuned, plain, ctx)
    expect_unchanged(found.states)
    if options["report"] is not None:
        from policy_engine.cli._report_page import parts_of, title_of
        from policy_engine.reporting.as_html import report_as_html

        parts = parts_of(found, None if proposed is None else proposed.plain, ctx)
        write(report_as_html(title_of(found, options), parts).encode(), options["report"])
    if proposed is None:
        write(as_json(plain) if options["form"] == "json" else tuning_as_text(tuned), options["output"])
        return 0
    return end_with_policy(tuned, proposed, plain, options)
