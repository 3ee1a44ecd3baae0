"""`policy-engine timeline`: every instant at which something changes, and how."""

from __future__ import annotations

from typing import Any

import click

from policy_engine.cli._dimensions import DimensionCommand, cell_options
from policy_engine.cli._members import given_of_members, member_options
from policy_engine.cli._options import format_option, output_option, policies_option

_EPILOG = """\b
Example:
  policy-engine timeline card-fraud
  policy-engine timeline card-fraud --jurisdiction DE --tier gold
  policy-engine timeline card-fraud --format json
"""


@click.command(cls=DimensionCommand, epilog=_EPILOG, short_help="Show when something changes, and how.")
@click.argument("use_case")
@cell_options
@member_options
@policies_option
@format_option("text", "json")
@output_option
def timeline(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Show every instant at which something changes, and how.

    A version goes live or ends, an override begins or ends, a candidate begins. Of each cell that is then another
    one, every value is told with what it was, and for thresholds and bands of bad input whether it is tighter or
    looser. With dimensions, as in --tier gold, only where they hold.
    """
    from policy_engine.cli._dimensions import given_dimensions, known_use_case
    from policy_engine.cli._policies import resolved_here, usable_policies
    from policy_engine.cli._terminal import width_for, write
    from policy_engine.reporting.as_json import timeline_as_json
    from policy_engine.reporting.as_text import timeline_as_text
    from policy_engine.reporting.timeline import timeline as timeline_of

    checked = usable_policies(options["paths"], options["output"])
    use_case = known_use_case(options["use_case"], sorted({one.policy.use_case for one in checked.policies}))
    policies = resolved_here(checked, use_case)
    given = given_dimensions(checked.catalog, options["dims"], options["jurisdiction"], options["escalation_path"])
    if isinstance(given.get("jurisdiction"), list):
        raise click.UsageError("a cell has one jurisdiction: name one")
    given |= given_of_members(policies[-1].policy, options)
    found = timeline_of(use_case, policies, given)
    as_json = options["form"] == "json"
    write(
        timeline_as_json(found) if as_json else timeline_as_text(found, width_for(options["output"])), options["output"]
    )
    return 0
