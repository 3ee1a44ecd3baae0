"""`policy-engine compare`: two thresholds, or two policies, held against each other on the same labelled cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._file_formats import STANDARD
from policy_engine.cli._labelled_options import by_option, input_format_option, labelled_options
from policy_engine.cli._options import NAMED, format_option, output_option
from policy_engine.cli._shares import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policy_engine.cli._labelled import Labelled
    from policy_engine.cli._one_policy import Decided, OnePolicy
    from policy_engine.reporting.comparisons import Sides
    from policy_engine.tuning import Comparison
    from policy_engine.tuning.comparing import Favoured
    from policy_engine.vocabulary import Direction

_EPILOG = """\b
Example:
  policy-engine compare scored.csv --score score --label label \\
    --thresholds 0.5,0.3
  policy-engine compare scored.csv --score score --label label \\
    --thresholds 0.5,0.3 --margin 0.02 --by sex
  policy-engine compare scored.csv --score score --label label \\
    --policy old.yaml --policy new.yaml --band refer --format json
"""


@click.command(epilog=_EPILOG, short_help="Hold two thresholds or policies against each other.")
@labelled_options
@click.option("--thresholds", metavar="A,B", help="Two thresholds.")
@click.option("--policy", "policies", multiple=True, metavar="FILE", type=NAMED, help="A policy; twice: old and new.")
@click.option("--band", metavar="NAME", help="With policies, flagged is what reaches the threshold of this band.")
@click.option(
    "--at", metavar="INSTANT", help="When policies decide.  [default: now, if they are live; else when begun]"
)
@click.option("--margin", type=float, default=0.01, help="Less than so much is as good as equal.  [default: 0.01]")
@click.option("--confidence", type=Share(), default=0.95, help="Of intervals and tests.  [default: 0.95]")
@by_option
@input_format_option
@format_option("text", "json")
@output_option
def compare(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Hold two thresholds, or two policies, against each other on the same labelled cases.

    DATA are CSV, Parquet or JSONL files, read one after the other. Cases that change sides are counted by their label.
    Whether one of the two is right more often is tested exactly (McNemar), and so is whether they are as good as equal
    (TOST), which is another question: that no difference is shown does not answer it.

    A policy reads columns that are called as dimensions of its catalog, model, model_version, subject, reason_codes,
    fact.NAME or threshold.NAME.
    """
    from policy_engine.cli._labelled import (
        LabelledColumns,
        read_labelled,
        refuse_overwriting,
        refuse_reading_twice,
    )
    from policy_engine.cli._scipy import require_scipy
    from policy_engine.cli._terminal import write
    from policy_engine.reporting.as_json import as_json
    from policy_engine.reporting.as_text import comparison_as_text
    from policy_engine.reporting.comparisons import comparison_as_plain

    _refuse_what_does_not_fit(options)
    require_scipy("compare")
    columns = LabelledColumns(options["score"], options["label"], options["positive"], by=options["by"])
    refuse_reading_twice(options["data"])
    refuse_overwriting((*options["data"], *options["policies"]), options["output"])
    compared = _by_policies if options["policies"] else _by_thresholds
    found, sides = compared(options, lambda: read_labelled(options["data"], options["input_format"], columns))
    as_text = options["form"] == "text"
    write(
        comparison_as_text(found, sides) if as_text else as_json(comparison_as_plain(found, sides)), options["output"]
    )
    return 0


def _refuse_what_does_not_fit(options: Mapping[str, Any]) -> None:
    """Raise `click.UsageError` for options that do not say two ways to decide."""
    policies = options["policies"]
    if (options["thresholds"] is None) == (not policies):
        raise click.UsageError("say what to compare: either --thresholds A,B, or --policy OLD --policy NEW --band NAME")
    if not policies:
        for name in ("band", "at"):
            if options[name] is not None:
                raise click.UsageError(f"--{name} goes with --policy")
        return
    if len(policies) != 2:  # noqa: PLR2004 - the old and the new
        raise click.UsageError(f"--policy is given twice, for the old and for the new one, not {len(policies)} times")
    if options["band"] is None:
        raise click.UsageError("--band NAME is missing: which of the policies' bands is compared?")
    if options["higher_is"] is not None:
        raise click.UsageError("--higher-is goes with --thresholds: a policy says it itself")
    if STANDARD in options["data"]:
        raise click.UsageError("with --policy, DATA are files: the standard input could be read only once")


def _by_thresholds(options: Mapping[str, Any], read: Callable[[], Labelled]) -> tuple[Comparison, Sides]:
    """Return the comparison of two thresholds; *read* gives the labelled scores."""
    from policy_engine.cli._thresholds import shown, thresholds_of
    from policy_engine.reporting.comparisons import Sides
    from policy_engine.tuning import compare_decisions

    thresholds = thresholds_of(options["thresholds"])
    if len(thresholds) != 2:  # noqa: PLR2004 - the first and the second
        raise click.UsageError(f"--thresholds takes two numbers, such as 0.5,0.3, not {len(thresholds)}")
    higher_is: Direction = options["higher_is"] or "riskier"
    labelled = read()
    reached = (labelled.scores.scores >= one for one in thresholds)
    first, second = (one if higher_is == "riskier" else ~one for one in reached)
    level = {"margin": options["margin"], "confidence": options["confidence"]}
    found = compare_decisions(first, second, labelled.scores.is_positive, **level, by=labelled.by)
    names = (shown(thresholds[0]), shown(thresholds[1]))
    ways = ({"threshold": thresholds[0]}, {"threshold": thresholds[1]})
    return found, Sides(names, ways, labelled.positive, higher_is, **level)


def _by_policies(options: Mapping[str, Any], read: Callable[[], Labelled]) -> tuple[Comparison, Sides]:
    """Return the comparison of two policies; *read* gives the labelled scores."""
    import numpy as np

    from policy_engine.reporting.comparisons import Sides
    from policy_engine.tuning import compare_decisions, transitions_of

    old, new = _two_policies(options)
    places = [one.place_of(options["band"]) for one in (old, new)]
    labelled = read()
    is_positive = labelled.scores.is_positive
    decided = [_decided(one, options, labelled.scores.scores.tolist()) for one in (old, new)]
    flagged = [
        np.isin(said.outcomes, one.policy.band_names[: place + 1])
        for one, said, place in zip((old, new), decided, places, strict=True)
    ]
    level = {"margin": options["margin"], "confidence": options["confidence"]}
    favoured: Favoured = "left_alone" if old.higher_is == "riskier" else "flagged"
    found = compare_decisions(flagged[0], flagged[1], is_positive, **level, by=labelled.by, favoured=favoured)
    moved = transitions_of(
        decided[0].outcomes, decided[1].outcomes, is_positive, (old.policy.band_names, new.policy.band_names)
    )
    ways = ({**old.told, "invalid": decided[0].invalid}, {**new.told, "invalid": decided[1].invalid})
    sides = Sides(
        ("old", "new"), ways, labelled.positive, old.higher_is, **level, band=options["band"], transitions=moved
    )
    return found, sides


def _two_policies(options: Mapping[str, Any]) -> tuple[OnePolicy, OnePolicy]:
    from datetime import UTC, datetime

    from policy_engine.cli._instants import instant_of
    from policy_engine.cli._one_policy import one_policy

    at = None if options["at"] is None else instant_of(options["at"])
    now = datetime.now(UTC).replace(microsecond=0)
    old, new = (one_policy(path, options["output"], at, now) for path in options["policies"])
    if old.policy.use_case != new.policy.use_case:
        raise click.UsageError(
            f"`{old.file}` is for `{old.policy.use_case}` and `{new.file}` for `{new.policy.use_case}`: "
            "two policies are compared that are for one use case"
        )
    if old.higher_is != new.higher_is:
        raise click.UsageError("higher is riskier in one of the policies and safer in the other: nothing is comparable")
    return old, new


def _decided(policy: OnePolicy, options: Mapping[str, Any], scores: Sequence[float]) -> Decided:
    from policy_engine.cli._labelled import Where
    from policy_engine.cli._one_policy import requests_of

    where = Where(len(options["data"]) > 1)
    given: list[dict[str, Any]] = []
    for path in options["data"]:
        where.begins(path, len(given))
        given += requests_of(path, options["input_format"], options["score"], policy)
    return policy.decided(list(zip(scores, given, strict=True)), where)
