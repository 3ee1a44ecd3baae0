"""The cuts of highlights that were chosen beside thresholds: what the evidence of a policy says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.exceptions import TuningError
from policy_engine.lint import EvidentCut, cut_held_by, evident_cut_in
from policy_engine.printable import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.resolution import Path
    from policy_engine.tuning.policy_file import PolicyFile


class MovedCut(NamedTuple):
    """A cut that is to be another than the policy has, and where it stands."""

    band: str
    above: float
    previous: float
    path: Path


def moved_cuts(file: PolicyFile, cuts: Mapping[str, float]) -> list[MovedCut]:
    """Return those of *cuts*, by band, that the policy does not have; raise `TuningError` where a band has none."""
    found = []
    for band, above in cuts.items():
        held = cut_held_by(file.policy, EvidentCut(band, above, above, 0))
        if held is None:
            raise TuningError(f"{quoted(band)} highlights nothing: give it a `highlight` with `above` first")
        if held[0] != above:
            found.append(MovedCut(band, above, *held))
    return found


def with_cuts(file: PolicyFile, moved: Sequence[MovedCut]) -> list[dict[str, Any]]:
    """Return what evidence says of cuts: of those that *moved*, and of others that the policy still has."""
    new = {one.band for one in moved}
    items = (file.evidence or {}).get("highlights")
    version = file.policy.version + 1
    return [
        *(
            one
            for one in (items if isinstance(items, list) else ())
            if (cut := evident_cut_in(one)) and cut.band not in new and _is_held(file, cut)
        ),
        *({"band": one.band, "above": one.above, "previous": one.previous, "version": version} for one in moved),
    ]


def _is_held(file: PolicyFile, cut: EvidentCut) -> bool:
    held = cut_held_by(file.policy, cut)
    return held is not None and held[0] == cut.above
