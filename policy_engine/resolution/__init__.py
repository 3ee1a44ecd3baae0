"""What holds where: dimensions, the cells that overrides make, and the value of every field in each."""

from policy_engine.resolution.cells import Cell, ResolvedPolicy, Stage, resolve
from policy_engine.resolution.dimensions import (
    UNKNOWN,
    Dimension,
    all_dimensions,
    format_number,
    number_value,
    number_values,
    used_dimensions,
)
from policy_engine.resolution.fields import Field, Path, looseness, place_of
from policy_engine.resolution.ladder import Rung, ladder
from policy_engine.resolution.overlaps import (
    Reach,
    fields_in_common,
    lies_inside,
    policy_window,
    windows_overlap,
)
from policy_engine.resolution.settle import Settled, Tie

__all__ = [
    "UNKNOWN",
    "Cell",
    "Dimension",
    "Field",
    "Path",
    "Reach",
    "ResolvedPolicy",
    "Rung",
    "Settled",
    "Stage",
    "Tie",
    "all_dimensions",
    "fields_in_common",
    "format_number",
    "ladder",
    "lies_inside",
    "looseness",
    "number_value",
    "number_values",
    "place_of",
    "policy_window",
    "resolve",
    "used_dimensions",
    "windows_overlap",
]
