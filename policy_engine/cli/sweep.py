"""`policy-engine sweep`: what every threshold would do to labelled scores."""

from __future__ import annotations

from typing import Any

import click

from policy_engine.cli._labelled_options import by_option, input_format_option, labelled_options, weight_option
from policy_engine.cli._options import format_option, output_option

_EPILOG = """\b
Example:
  policy-engine sweep scored.csv --score score --label label
  policy-engine sweep scored.csv --score score --label outcome --positive bad
  policy-engine sweep scored.csv --score score --label label --by sex,age_band
  policy-engine sweep scored.parquet --score score --label label --format json
"""


@click.command(epilog=_EPILOG, short_help="Show what every threshold would do.")
@labelled_options
@weight_option
@by_option
@input_format_option
@format_option("text", "json")
@output_option
def sweep(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Show what every threshold would do to labelled scores: what it flags, rightly and not.

    DATA are CSV, Parquet or JSONL files, read one after the other. Thresholds are the distinct scores; a score on a
    threshold reaches it. As text, some thresholds are shown; as JSON, all. What is not defined is null.

    Beside that: how far the scores of the two classes overlap, and which thresholds that speaks for.
    """
    from policy_engine.cli._labelled import (
        LabelledColumns,
        read_labelled,
        refuse_overwriting,
        refuse_reading_twice,
    )
    from policy_engine.cli._terminal import write
    from policy_engine.reporting.as_json import as_json
    from policy_engine.reporting.as_text import sweep_as_text
    from policy_engine.reporting.sweeps import sweep_as_plain
    from policy_engine.tuning import sweep_scores

    columns = LabelledColumns(options["score"], options["label"], options["positive"], options["weight"], options["by"])
    refuse_reading_twice(options["data"])
    refuse_overwriting(options["data"], options["output"])
    labelled = read_labelled(options["data"], options["input_format"], columns)
    found = sweep_scores(labelled.scores, options["higher_is"] or "riskier", labelled.by)
    as_text = options["form"] == "text"
    write(sweep_as_text(found) if as_text else as_json(sweep_as_plain(found, labelled.positive)), options["output"])
    return 0
