"""How far tunables move the thresholds of a cell: every number that may come to hold there, by its two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from policy_engine.model import Policy, Scale, Tunable, TunableNumber
    from policy_engine.resolution import Cell, Field


class Reached(NamedTuple):
    """The lowest and the highest number that a threshold may come to be in a cell, the file's own among them.

    `tunable` is the name under which it moves, None where it does not.
    """

    low: float
    high: float
    tunable: str | None


def reached(policy: Policy, cell: Cell, band: str) -> Reached | None:
    """Return between what ends the threshold of *band* may lie in the cell; None where it is a word.

    The environment moves what the base gives, a call what holds; a number that `tighten_only` would refuse in this
    cell is left out. Between two bands no tunable is shared, so each end comes up with each end of the other: what
    holds of the ends of each two neighbours holds of every combination of numbers.
    """
    held = cell.settled["thresholds", band]
    if isinstance(held.value, str):
        return None
    number: float = held.value
    name = cell.scale.tunable_name(band)
    tunable = policy.tunable.get(name)
    if tunable is None or (tunable.env is not None and held.source != BASE):
        return Reached(number, number, None)
    low, high = bounds(cell.scale, tunable)
    if only_tightens(tunable, policy.tunable_numbers[name]):
        low, high = (low, min(high, number)) if cell.scale.is_riskier else (max(low, number), high)
    if low > high:
        return Reached(number, number, None)
    return Reached(min(low, number), max(high, number), name)


def bounds(scale: Scale, tunable: Tunable) -> tuple[float, float]:
    """Return between what numbers a threshold may be asked for, as the score's type holds them."""
    low, high = tunable.within
    return scale.score.rounded(low), scale.score.rounded(high)


def only_tightens(tunable: Tunable, of: TunableNumber) -> bool:
    """Say whether a milder number is refused: the default for a threshold `per_call`."""
    if of.kind != "thresholds":
        return False
    return tunable.tighten_only is not False if tunable.per_call else tunable.tighten_only is True


def moves_with_environment(policy: Policy, scale: Scale, field: Field) -> bool:
    """Say whether a variable of the environment may replace what the base gives for *field*."""
    kind, *names = field
    name = {"lead": "lead.ratio", "highlight": f"{names[0] if names else ''}.highlight.above"}.get(kind)
    if kind == "thresholds":
        name = scale.tunable_name(names[0])
    tunable = policy.tunable.get(name or "")
    return tunable is not None and tunable.env is not None
