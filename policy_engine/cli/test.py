"""`policy-engine test`: whether policies decide as their own tests say, and at every edge; what the tests reach."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._formats import FORMATS
from policy_engine.cli._options import color_option, format_option, output_option, paths_argument

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.loader import Loaded
    from policy_engine.reporting.coverage import Coverage
    from policy_engine.reporting.edges import EdgesOfPolicy, TriedEdge
    from policy_engine.validator import CheckedPolicySet

_EPILOG = """\b
Example:
  policy-engine test
  policy-engine test policies/card-fraud.yaml --format json
  policy-engine test --format junit --output tests.xml
  policy-engine test --edges
  policy-engine test --edges --format json -o edges.json
  policy-engine test --coverage
  policy-engine test --threshold 90
"""


class _Percent(click.FloatRange):
    """A share from 0 to 100. NaN lies in every range that is only asked for its ends."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - click's own
        """Return the number that *value* spells."""
        number: float = super().convert(value, param, ctx)
        if isnan(number):
            self.fail(f"{value} is no share of a hundred", param, ctx)
        return number


@click.command(epilog=_EPILOG, short_help="Run the policies' own tests.")
@paths_argument
@click.option("--edges", is_flag=True, help="Try every edge in every cell, too.")
@click.option("--coverage", is_flag=True, help="Say what the written tests reach, and what they do not.")
@click.option(
    "--threshold",
    type=_Percent(0, 100),
    metavar="PERCENT",
    help="Exit with 1 where the tests of a policy reach less; implies --coverage.",
)
@format_option(*FORMATS)
@output_option
@color_option
def test(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Run the policies' own tests.

    Every case under `tests` is decided by the reference interpreter and held against what it expects. The
    tests of a policy that has other errors are not run; its errors are told.

    With --edges, in every cell: each threshold with the numbers next to it, both ends of the range with the
    numbers next to them, NaN, and what is missing, of the wrong type or of another model. The reference and the
    compiled evaluators must agree to the last bit, and do what the thresholds of the cell say.

    With --coverage: the bands, overrides and knock-outs that the written tests reach, and the thresholds of
    which a test has the very number, and the one just below. JSON lists all edges, and all that is not reached.
    """
    from policy_engine.cli._messages import tell, tell_lines
    from policy_engine.cli._policies import check_all, loaded_policies
    from policy_engine.reporting.as_text import below_threshold, summary_of_edges, summary_of_tests
    from policy_engine.reporting.own_tests import own_tests

    threshold: float | None = options["threshold"]
    # A test that speaks of the time before a threshold was tuned fails here, whatever the evidence says
    loaded = loaded_policies(options["paths"], options["output"], with_evidence=False)
    checked, report = check_all(loaded, options["paths"])
    found = own_tests(loaded, report)
    pieces: list[list[Any]] = []
    edges = _edges(checked, pieces, is_kept=options["form"] == "json") if options["edges"] else None
    coverage = _coverage(checked, loaded) if options["coverage"] or threshold is not None else None
    _write(found, edges, pieces, coverage, options)
    tell(summary_of_tests(found))
    if checked is None and (edges is not None or coverage is not None):
        tell("edges and coverage are left out until there are no errors")
        return 1
    for one in edges or ():
        for model in one.without_version:
            tell(_without_version(one, model))
    if edges is not None:
        tell(summary_of_edges(edges))
    too_little = "" if threshold is None else below_threshold(coverage or (), threshold)
    if too_little:
        tell_lines(too_little)
    return 0 if report.ok and all(one.is_sound for one in edges or ()) and not too_little else 1


def _edges(checked: CheckedPolicySet | None, pieces: list[list[Any]], *, is_kept: bool) -> list[EdgesOfPolicy]:
    """Return what came of every policy's edges; where they are kept, *pieces* takes a list of all for each policy."""
    from policy_engine.cli._progress import Progress
    from policy_engine.reporting.edges import edges_of_policy

    if checked is None:
        return []
    found = []
    with Progress("cells", total=sum(len(one.resolved.cells) for one in checked.policies)) as progress:
        for one in checked.policies:
            pieces.append([])
            keep = _keeping(pieces[-1]) if is_kept else None
            found.append(edges_of_policy(one, checked.catalog, keep=keep, advance=progress.advance))
    return found


def _keeping(pieces: list[Any]) -> Callable[[TriedEdge], None]:
    from policy_engine.reporting.as_json_edges import tried_edge

    # Policies may have a hundred thousand edges: they wait for the end as the bytes that they come to
    return lambda edge: pieces.append(tried_edge(edge))


def _coverage(checked: CheckedPolicySet | None, loaded: Loaded) -> list[Coverage]:
    from policy_engine.reporting.coverage import coverage_of

    return [] if checked is None else [coverage_of(one, checked.catalog, loaded) for one in checked.policies]


def _write(
    found: Any,  # noqa: ANN401 - what came of the tests
    edges: list[EdgesOfPolicy] | None,
    pieces: list[list[Any]],
    coverage: list[Coverage] | None,
    options: dict[str, Any],
) -> None:
    from policy_engine.cli._terminal import goes_to_terminal, paint_for, width_for, write
    from policy_engine.reporting.as_text import coverage_as_text, edges_as_text, own_tests_as_text

    output = options["output"]
    if options["form"] == "json":
        from policy_engine.reporting.as_json import own_tests_as_json

        write(own_tests_as_json(found, _beside(edges, pieces, coverage)), output)
        return
    if options["form"] != "text":
        from policy_engine.cli._formats import own_tests_in

        write(own_tests_in(options["form"], found), output)
        return
    paint = paint_for(options["color"], output)
    wrap = width_for(output) if goes_to_terminal(output) else None
    parts = [own_tests_as_text(found, paint=paint, wrap=wrap)]
    if edges:
        parts.append(edges_as_text(edges, paint=paint))
    if coverage:
        parts.append(coverage_as_text(coverage, threshold=options["threshold"], paint=paint, wrap=wrap))
    write("\n".join(parts), output)


def _beside(
    edges: list[EdgesOfPolicy] | None, pieces: list[list[Any]], coverage: list[Coverage] | None
) -> dict[str, Any]:
    beside: dict[str, Any] = {}
    if edges is not None:
        from policy_engine.reporting.as_json_edges import edges_of_policy

        beside["edges"] = [edges_of_policy(one, kept) for one, kept in zip(edges, pieces, strict=True)]
    if coverage is not None:
        from policy_engine.reporting.as_json import coverage_of_policy

        beside["coverage"] = [coverage_of_policy(one) for one in coverage]
    return beside


def _without_version(one: EdgesOfPolicy, model: str) -> str:
    return (
        f"`{one.policy.use_case}` version {one.policy.version} names versions of `{model}` that are hard to guess: "
        "only scores of another model were tried; a test with a `model_version` that it admits tells one"
    )
