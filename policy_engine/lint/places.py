"""Where a policy says what holds in a cell: in its base, or in the override that won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint.scales import place_of_on_invalid, place_of_threshold, written_on_invalid
from policy_engine.resolution import place_of
from policy_engine.vocabulary import BASE, FROM_ENVIRONMENT, OTHERWISE

if TYPE_CHECKING:
    from policy_engine.lint._rule import Path
    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Policy, Scale
    from policy_engine.resolution import Cell, Field


def place_of_held(cells: PolicyInCells, cell: Cell, field: Field) -> Path:
    """Return where that stands which holds of *field* in the cell."""
    return place_of_source(cells, cell.scale, field, cell.settled[field].source)


def place_of_source(cells: PolicyInCells, scale: Scale, field: Field, source: str) -> Path:
    """Return where *source*, the base or an override's id, sets *field*."""
    if source not in (BASE, FROM_ENVIRONMENT):
        reach = cells.by_id[source]
        return place_of(reach.override, reach.index, field)
    return _place_in_base(cells.policy, scale, field)


def _place_in_base(policy: Policy, scale: Scale, field: Field) -> Path:
    kind, *names = field
    if kind == "thresholds":
        return place_of_threshold(policy, scale.name, names[0])
    if kind == "on_invalid":
        written = written_on_invalid(policy, scale)
        place = place_of_on_invalid(scale)
        return (*place, names[0] if names[0] in written else OTHERWISE) if isinstance(written, dict) else place
    if kind == "lead":
        return field
    return ("bands", policy.band_names.index(names[0]), kind, *names[1:])
