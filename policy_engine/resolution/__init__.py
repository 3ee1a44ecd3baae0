"""What holds where: dimensions, the cells that overrides make, and the value of every field in each."""

from policy_engine.resolution.cells import (
    MOST_CELLS,
    MOST_OVERRIDES,
    Cell,
    Layout,
    ResolvedPolicy,
    Step,
    lay_out,
    resolve,
    settle_cells,
    walk,
)
from policy_engine.resolution.dimensions import (
    UNKNOWN,
    Dimension,
    all_dimensions,
    country_of,
    dimensions_of_members,
    format_number,
    number_value,
    used_dimensions,
)
from policy_engine.resolution.fields import LEAD, Field, Path, belongs_to, has_strictness, looseness, place_of
from policy_engine.resolution.ladder import Rung, ladder, rungs_of
from policy_engine.resolution.overlaps import (
    Reach,
    fields_in_common,
    lies_inside,
    windows_overlap,
)
from policy_engine.resolution.safeguards import Safeguard
from policy_engine.resolution.settle import Settled, Settler, is_same_value

__all__ = [
    "LEAD",
    "MOST_CELLS",
    "MOST_OVERRIDES",
    "UNKNOWN",
    "Cell",
    "Dimension",
    "Field",
    "Layout",
    "Path",
    "Reach",
    "ResolvedPolicy",
    "Rung",
    "Safeguard",
    "Settled",
    "Settler",
    "Step",
    "all_dimensions",
    "belongs_to",
    "country_of",
    "dimensions_of_members",
    "fields_in_common",
    "format_number",
    "has_strictness",
    "is_same_value",
    "ladder",
    "lay_out",
    "lies_inside",
    "looseness",
    "number_value",
    "place_of",
    "resolve",
    "rungs_of",
    "settle_cells",
    "used_dimensions",
    "walk",
    "windows_overlap",
]
