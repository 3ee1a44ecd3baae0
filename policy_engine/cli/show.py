"""`policy-engine show`: which thresholds hold where, and where each came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._dimensions import DimensionCommand, cell_options
from policy_engine.cli._members import given_of_members, member_options
from policy_engine.cli._options import format_option, output_option, policies_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from policy_engine.model import Policy
    from policy_engine.reporting.effective import EffectivePolicy
    from policy_engine.resolution import Dimension, ResolvedPolicy
    from policy_engine.validator import CheckedPolicySet

_EPILOG = """\b
Example:
  policy-engine show
  policy-engine show card-fraud
  policy-engine show card-fraud --jurisdiction DE --tier gold
  policy-engine show card-fraud --at 2027-02-01T00:00:00Z --format json
  policy-engine show kyc --score face
"""


@click.command(cls=DimensionCommand, epilog=_EPILOG, short_help="Show which thresholds hold where.")
@click.argument("use_case", required=False)
@click.option("--at", metavar="INSTANT", help="When, such as 2027-02-01T00:00:00Z; left out, now.")
@cell_options
@member_options
@policies_option
@format_option("text", "json")
@output_option
def show(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Show which thresholds hold where.

    Without a USE_CASE, the policies are listed. With one, every cell of its policy; with dimensions, as in
    --tier gold, the one cell that they name, and which override won there and why.
    """
    from policy_engine.cli._policies import usable_policies
    from policy_engine.cli._terminal import write

    checked = usable_policies(options["paths"], options["output"])
    shows = _list if options["use_case"] is None else _one
    write(shows(checked, options), options["output"])
    return 0


def _list(checked: CheckedPolicySet, options: Mapping[str, Any]) -> str | bytes:
    from policy_engine.cli._terminal import width_for
    from policy_engine.reporting.as_json import policies_as_json
    from policy_engine.reporting.as_text import policies_as_text

    _refuse_without_use_case(options)
    # live ones first: a candidate stands behind what it is a candidate of
    policies = sorted(
        (one.policy for one in checked.policies),
        key=lambda one: (one.use_case, one.stage is not None, one.effective.from_),
    )
    if options["form"] == "json":
        return policies_as_json(policies)
    return policies_as_text(policies, width_for(options["output"]))


def _refuse_without_use_case(options: Mapping[str, Any]) -> None:
    for name in ("at", "jurisdiction", "escalation_path", "dims", "score", "label", "model_version"):
        if options[name]:
            raise click.UsageError("name the USE_CASE to show: an instant and dimensions ask about one policy")


def _one(checked: CheckedPolicySet, options: Mapping[str, Any]) -> str | bytes:
    from dataclasses import replace

    from policy_engine.cli._dimensions import given_dimensions
    from policy_engine.cli._terminal import width_for
    from policy_engine.reporting.as_json import cells_as_json
    from policy_engine.reporting.as_text import cell_as_text, cells_as_text
    from policy_engine.reporting.effective import all_cells, cells_by_overrides, cells_of

    resolved, at = _policy_and_instant(checked, options["use_case"], options["at"])
    given = given_dimensions(checked.catalog, options["dims"], options["jurisdiction"], options["escalation_path"])
    given |= given_of_members(resolved.policy, options)
    _tell_what_is_unknown(resolved, given)
    columns = width_for(options["output"])
    beside = _candidates(checked, resolved.policy, at)
    if not given:
        if options["form"] == "json":
            return cells_as_json(replace(all_cells(resolved, at), candidates=beside))
        return cells_as_text(replace(cells_by_overrides(resolved, at), candidates=beside), columns)
    shown = replace(cells_of(resolved, at, given), candidates=beside)
    if options["form"] == "json":
        return cells_as_json(shown)
    return cell_as_text(shown, checked.catalog, _contests(shown), columns)


def _candidates(checked: CheckedPolicySet, shown: Policy, at: datetime) -> tuple[Policy, ...]:
    """Return the candidates beside the policy that is shown, unless they have ended by then."""
    own = [one.policy for one in checked.policies if one.policy.use_case == shown.use_case]
    found = [one for one in own if one.stage is not None and one != shown and at < one.window[1]]
    return tuple(sorted(found, key=lambda one: (one.effective.from_, one.version)))


def _contests(shown: EffectivePolicy) -> Sequence[Sequence[str]]:
    from policy_engine.engine.explanation import contests

    return [list(contests(one.cell, one.overrides)) for one in shown.cells]


def _policy_and_instant(checked: CheckedPolicySet, use_case: str, said: str | None) -> tuple[ResolvedPolicy, datetime]:
    """Return the policy to show and the instant: of the live policy, else of that which is live next or was last.

    Raises `UnknownUseCaseError` where an instant was named at which none is live.
    """
    from datetime import UTC, datetime

    from policy_engine.cli._dimensions import known_use_case
    from policy_engine.cli._instants import instant_of
    from policy_engine.cli._messages import tell
    from policy_engine.cli._policies import resolved_here
    from policy_engine.exceptions import UnknownUseCaseError
    from policy_engine.model import format_instant

    known_use_case(use_case, sorted({one.policy.use_case for one in checked.policies}))
    policies = resolved_here(checked, use_case)
    at: datetime = datetime.now(UTC).replace(microsecond=0) if said is None else instant_of(said)
    live = next((one for one in policies if _is_live(one.policy, at)), None)
    if live is not None:
        return live, at
    if said is not None:
        raise UnknownUseCaseError(f"no policy of `{use_case}` is live at {format_instant(at)}")
    policies = [one for one in policies if one.policy.stage is None] or policies
    following = next((one for one in policies if one.policy.effective.from_ > at), policies[-1])
    begin = following.policy.effective.from_
    tell(f"no policy of `{use_case}` is live now: shown is what holds at {format_instant(begin)}")
    return following, begin


def _is_live(policy: Policy, at: datetime) -> bool:
    window = policy.effective
    if policy.stage is not None:
        return False
    return window.from_ <= at and (window.until is None or at < window.until)


def _tell_what_is_unknown(resolved: ResolvedPolicy, given: Mapping[str, Any]) -> None:
    """Say which of the values *given* the catalog does not know; refuse several jurisdictions, which are many cells."""
    from policy_engine.cli._messages import tell
    from policy_engine.diagnostics import did_you_mean

    if isinstance(given.get("jurisdiction"), list):
        raise click.UsageError("a cell has one jurisdiction: name one, or decide a case with all of them")
    dimensions = {step.dimension.name: step.dimension for step in resolved.steps}
    for name, value in given.items():
        if name not in dimensions:
            tell(f"`{name}` makes no difference: no override, knock-out or guardrail names it")
        elif isinstance(value, str) and value not in dimensions[name].values:
            stands_for = _stands_for(resolved.policy, dimensions[name], given)
            hint = "it is a number" if dimensions[name].cuts else did_you_mean(value, dimensions[name].values)
            tell(f"`{value}` is no {name} that the catalog knows, and stands for {stands_for}: {hint}")


def _stands_for(policy: Policy, dimension: Dimension, given: Mapping[str, Any]) -> str:
    from policy_engine.reporting.effective import refuses_unknown, values_of

    places = [place for place in values_of(dimension, given) if place is not None]
    return "unknown" if not places or refuses_unknown(policy, dimension, given) else f"any of {', '.join(places)}"
