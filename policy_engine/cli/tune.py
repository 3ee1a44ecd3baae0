"""`policy-engine tune`: the threshold that labelled scores speak for, and what can be guaranteed of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._labelled_options import by_option, input_format_option, labelled_options, weight_option
from policy_engine.cli._options import NAMED, format_option, output_option
from policy_engine.cli._shares import NoiseRange, Share
from policy_engine.vocabulary import MAXIMISED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.cli._cases_to_tune import CasesToTune
    from policy_engine.tuning import Plan, Tuned

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
@labelled_options
@weight_option
@click.option(
    "--maximise",
    type=click.Choice(MAXIMISED),
    metavar="MEASURE",
    help=f"Make this measure as great as can be: {', '.join(MAXIMISED)}.",
)
@click.option("--beta", type=float, metavar="B", help="How much more recall counts than precision, for fbeta.")
@click.option("--minimise", type=click.Choice(["cost"]), help="Make the cost of mistakes as small as can be.")
@click.option("--fp-cost", type=float, metavar="COST", help="What flagging a case wrongly costs.")
@click.option("--fn-cost", type=float, metavar="COST", help="What missing a positive costs.")
@click.option("--capacity", type=click.IntRange(min=0), metavar="N", help="Flag as many cases as there is room for.")
@click.option("--share", type=Share(ends=True), help="Flag this share of the cases, as near as ties let it be.")
@click.option("--min-precision", type=Share(), metavar="P", help="The least precision.")
@click.option("--min-recall", type=Share(), metavar="R", help="The least recall.")
@click.option("--confidence", type=Share(), help="How surely, of bounds and of intervals.  [default: 0.95]")
@click.option("--start", type=float, metavar="T", help="Begin testing precision at this threshold.")
@click.option("--start-flagged", type=click.IntRange(min=1), metavar="N", help="Begin where N cases are flagged.")
@by_option
@click.option(
    "--bootstrap",
    type=click.IntRange(0, 100_000),
    default=1000,
    metavar="N",
    help="How many resamples intervals are made of; 0 makes none.  [default: 1000]",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Of resamples and folds.  [default: 0]"
)
@click.option("--cluster", metavar="COLUMN", help="Whose cases they are: those of one belong together.")
@click.option("--holdout", metavar="FILE", type=NAMED, help="Measure what is chosen on these cases, too.")
@click.option("--prevalence", type=Share(), metavar="P", help="And if this share were positive?")
@click.option("--label-noise", type=NoiseRange(), metavar="LOW:HIGH", help="And if such shares of labels were wrong?")
@click.option("--policy", metavar="FILE", type=NAMED, help="Take the objective and the cells from this policy.")
@click.option("--band", metavar="NAME", help="With --policy: the band whose threshold is chosen.")
@click.option("--of-score", metavar="NAME", help="With --policy: which of its several scores it is.")
@click.option("--override", metavar="ID", help="With --policy: the override that sets the threshold.  [default: none]")
@click.option("--at", metavar="INSTANT", help="With --policy: whose overrides hold then.  [default: when it begins]")
@click.option("--write", is_flag=True, help="Write the threshold into the policy, with its evidence.")
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
    from policy_engine.cli._cases_to_tune import cases_to_tune
    from policy_engine.cli._labelled import refuse_overwriting
    from policy_engine.cli._plans import plan_of, refuse_what_does_not_fit
    from policy_engine.cli._scipy import require_scipy
    from policy_engine.cli._terminal import write
    from policy_engine.cli._tuned_policy import read_band
    from policy_engine.cli._writing_back import end_with_policy, states_of
    from policy_engine.reporting.as_json import as_json
    from policy_engine.reporting.as_text import tuning_as_text
    from policy_engine.reporting.tunings import tuning_as_plain

    refuse_what_does_not_fit(options)
    require_scipy("tune")
    files = [*options["data"], *(options[name] for name in ("holdout", "policy") if options[name] is not None)]
    refuse_overwriting(files, options["output"])
    band = None
    if options["policy"] is not None:
        band = read_band(options["policy"], options["band"], options["of_score"], options["override"])
        refuse_overwriting(sorted(band.file.loaded.reals), options["output"])
    plan = plan_of(options, band)
    states = {} if band is None else states_of(options)
    cases = cases_to_tune(options, band)
    tuned = _tuned(options, plan, cases)
    plain = tuning_as_plain(tuned, cases.positive)
    if band is None:
        write(as_json(plain) if options["form"] == "json" else tuning_as_text(tuned), options["output"])
        return 0
    return end_with_policy(tuned, band, plain, ctx, states)


def _tuned(options: Mapping[str, Any], plan: Plan, cases: CasesToTune) -> Tuned:
    """Return the threshold for the cases that count, with the segments of all."""
    from policy_engine.cli._progress import Progress
    from policy_engine.exceptions import TuningError
    from policy_engine.tuning import Trust, tune_scores, tune_segments

    with Progress("resamples", total=options["bootstrap"]) as progress:
        trust = Trust(
            options["bootstrap"],
            options["seed"],
            cases.clusters,
            cases.holdout,
            options["prevalence"],
            options["label_noise"],
            progress.advance,
        )
        try:
            tuned = tune_scores(cases.scores, plan, trust)
        except TuningError as error:
            raise click.UsageError(str(error)) from None
    if not cases.by:
        return tuned
    is_clustered, room_for = cases.clusters is not None, len(cases.scores)
    how = partial(tune_segments, is_clustered=is_clustered, room_for=room_for, together=cases.segments)
    # What is chosen here never holds for cases that get their threshold elsewhere
    others = how(cases.rest, plan, cases.rest_by, None) if cases.rest_by else ()
    return replace(tuned, segments=(*how(cases.scores, plan, cases.by, tuned.choice), *others))
