"""`policy-engine report`: a threshold on one page, for those who decide on it."""

from __future__ import annotations

from typing import Any

import click

from policy_engine.cli._labelled_options import input_format_option
from policy_engine.cli._options import NAMED, output_option
from policy_engine.cli._tuning_options import tuning_options

_EPILOG = """\b
Example:
  policy-engine report scored.csv --score score --label label \\
    --minimise cost --fp-cost 1 --fn-cost 5 --by sex -o report.html
  policy-engine report scored.csv --score score --label label \\
    --policy policies/credit-default.yaml --band refer -o report.html
  policy-engine report scored.csv --score score --label label \\
    --maximise f1 --plots plots -o report.html
"""


@click.command(epilog=_EPILOG, short_help="Show a threshold on a page, for those who decide.")
@tuning_options
@input_format_option
@click.option("--title", metavar="TEXT", help="The heading of the page.  [default: from the policy or the column]")
@click.option("--plots", metavar="DIR", type=NAMED, help="Write the curves as PNG and SVG into this folder, too.")
@output_option
@click.pass_context
def report(ctx: click.Context, /, **options: Any) -> int:  # noqa: ANN401 - click's own
    """Choose a threshold as `tune` does, and show it on a page on which it can be moved.

    The page is one HTML file that needs no network: what to take and what it does, curves, the scores of both classes,
    segments, intervals and guarantees, and where the numbers come from. A slider shows what any other threshold would
    do. The file is as large for a million cases as for a thousand. Nothing is written into a policy.

    --plots needs matplotlib.
    """
    from policy_engine.cli._plots import plots_for, require_matplotlib, write_plots
    from policy_engine.cli._provenance import expect_unchanged
    from policy_engine.cli._report_page import parts_of, title_of
    from policy_engine.cli._terminal import write
    from policy_engine.cli._tuning import find_threshold
    from policy_engine.cli._writing_back import proposed_for
    from policy_engine.reporting.as_html import report_as_html

    if options["plots"] is not None:
        require_matplotlib()
    found = find_threshold("report", options, {"--output": options["output"]})
    policy = None if found.band is None else proposed_for(found.band, found.tuned, found.plain, ctx).plain
    parts = parts_of(found, policy, ctx)
    plots = None if options["plots"] is None else plots_for(options["plots"], parts, found.files)
    expect_unchanged(found.states)
    write(report_as_html(title_of(found, options), parts).encode(), options["output"])
    if plots is not None:
        write_plots(options["plots"], plots)
    return 0
