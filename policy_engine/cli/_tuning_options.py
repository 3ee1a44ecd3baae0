"""What is wanted of a threshold and how far to trust it, as options: those of `tune` and of `report`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from policy_engine.cli._labelled_options import by_option, labelled_options, weight_option
from policy_engine.cli._options import NAMED
from policy_engine.cli._shares import NoiseRange, Share
from policy_engine.vocabulary import MAXIMISED

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")

_TUNING: Final = (
    labelled_options,
    weight_option,
    click.option(
        "--maximise",
        type=click.Choice(MAXIMISED),
        metavar="MEASURE",
        help=f"Make this measure as great as can be: {', '.join(MAXIMISED)}.",
    ),
    click.option("--beta", type=float, metavar="B", help="How much more recall counts than precision, for fbeta."),
    click.option("--minimise", type=click.Choice(["cost"]), help="Make the cost of mistakes as small as can be."),
    click.option("--fp-cost", type=float, metavar="COST", help="What flagging a case wrongly costs."),
    click.option("--fn-cost", type=float, metavar="COST", help="What missing a positive costs."),
    click.option(
        "--capacity", type=click.IntRange(min=0), metavar="N", help="Flag as many cases as there is room for."
    ),
    click.option("--share", type=Share(ends=True), help="Flag this share of the cases, as near as ties let it be."),
    click.option("--min-precision", type=Share(), metavar="P", help="The least precision."),
    click.option("--min-recall", type=Share(), metavar="R", help="The least recall."),
    click.option("--confidence", type=Share(), help="How surely, of bounds and of intervals.  [default: 0.95]"),
    click.option("--start", type=float, metavar="T", help="Begin testing precision at this threshold."),
    click.option("--start-flagged", type=click.IntRange(min=1), metavar="N", help="Begin where N cases are flagged."),
    by_option,
    click.option(
        "--bootstrap",
        type=click.IntRange(0, 100_000),
        default=1000,
        metavar="N",
        help="How many resamples intervals are made of; 0 makes none.  [default: 1000]",
    ),
    click.option(
        "--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Of resamples and folds.  [default: 0]"
    ),
    click.option("--cluster", metavar="COLUMN", help="Whose cases they are: those of one belong together."),
    click.option("--holdout", metavar="FILE", type=NAMED, help="Measure what is chosen on these cases, too."),
    click.option("--prevalence", type=Share(), metavar="P", help="And if this share were positive?"),
    click.option(
        "--label-noise", type=NoiseRange(), metavar="LOW:HIGH", help="And if such shares of labels were wrong?"
    ),
    click.option("--policy", metavar="FILE", type=NAMED, help="Take the objective and the cells from this policy."),
    click.option("--band", metavar="NAME", help="With --policy: the band whose threshold is chosen."),
    click.option("--of-score", metavar="NAME", help="With --policy: which of its several scores it is."),
    click.option(
        "--override", metavar="ID", help="With --policy: the override that sets the threshold.  [default: none]"
    ),
    click.option(
        "--at", metavar="INSTANT", help="With --policy: whose overrides hold then.  [default: when it begins]"
    ),
)


def tuning_options(command: Command) -> Command:
    """Add the labelled scores, what is wanted of a threshold, and what is asked of it beside that."""
    for one in reversed(_TUNING):
        command = one(command)
    return command
