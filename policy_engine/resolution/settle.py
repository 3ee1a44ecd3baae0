"""Which value of a field holds where several overrides match: the narrowest; where they tie, what `ties` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.canonical import canonical_json
from policy_engine.resolution.fields import (
    Field,
    as_compared,
    belongs_to,
    fields_of_base,
    has_strictness,
    looseness,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.model import Policy, Scale
    from policy_engine.resolution.overlaps import Reach
    from policy_engine.vocabulary import Ties


class Settled(NamedTuple):
    """What holds of one field, and where it came from: `base`, `env`, or an override's id."""

    value: Any
    source: str


class Tie(NamedTuple):
    """Two overrides that meet, neither narrower, and differ on a field that no word of the policy settles."""

    field: Field
    one: str
    other: str


class Settler:
    """Settles the fields of one scale for sets of overrides.

    A set is an int: bit *i* stands for the *i*-th override by id. Bits beyond those mean nothing here.
    """

    def __init__(
        self,
        policy: Policy,
        scale: Scale,
        overrides: Sequence[Reach],
        ties: Ties,
        environment: Mapping[str, float],
    ) -> None:
        """Prepare the relations that every cell shares."""
        self._policy = policy
        self.scale = scale
        self._overrides = overrides
        self._ties = ties
        self._base = {
            field: Settled(as_compared(scale, field, value), source)
            for field, (value, source) in fields_of_base(policy, scale, environment)
        }
        self._setting = {field: mask for field, mask in _setting_masks(overrides).items() if belongs_to(scale, field)}
        self._narrower = [_mask(other.is_narrower_than(one) for other in overrides) for one in overrides]
        self._settled: dict[tuple[Field, int], tuple[Settled | None, Tie | None]] = {}
        self._untied: dict[tuple[Field, str], Settled] = {}
        self._fields_set = tuple(field for field in {**self._base, **self._setting} if field in self._setting)

    def settle_all(self, matched: int) -> tuple[dict[Field, Settled], tuple[Tie, ...]]:
        """Return what holds of every field, and the ties. Most fields are the base's wherever the policy holds."""
        settled = self._base.copy()
        ties = []
        for field in self._fields_set:
            one, tie = self.settle(field, matched)
            if one is not None:
                settled[field] = one
            if tie is not None:
                ties.append(tie)
        return settled, tuple(ties)

    def settle(self, field: Field, matched: int) -> tuple[Settled | None, Tie | None]:
        """Return what holds of *field* where the overrides *matched* hold, and the tie, if there is one.

        The first is None for an attribute that nothing sets there.
        """
        relevant = matched & self._setting.get(field, 0)
        key = (field, relevant)
        if key not in self._settled:
            self._settled[key] = self._settle(field, relevant)
        return self._settled[key]

    def _settle(self, field: Field, relevant: int) -> tuple[Settled | None, Tie | None]:
        if not relevant:
            return self._base.get(field), None
        rest = [self._overrides[i] for i in _bits(relevant) if not relevant & self._narrower[i]]
        first = rest[0]
        # As they are compared: two thresholds may differ on paper and be one in float32
        values = {one.id: as_compared(self.scale, field, one.fields[field]) for one in rest}
        differing = next((one for one in rest if not is_same_value(field, values[one.id], values[first.id])), None)
        if differing is None:
            # One object wherever this override wins, so that rules tell by identity what is settled alike
            return self._untied.setdefault((field, first.id), self._settled_by(first, field)), None
        tie = Tie(field, first.id, differing.id)
        if not has_strictness(field):
            return self._settled_by(first, field), tie
        # min() keeps the first of equals, and the overrides stand in the order of their ids
        best = min(rest, key=lambda one: looseness(self._policy, self.scale, field, values[one.id]))
        return self._settled_by(best, field), (tie if self._ties == "error" else None)

    def _settled_by(self, one: Reach, field: Field) -> Settled:
        return Settled(as_compared(self.scale, field, one.fields[field]), one.id)


def is_same_value(field: Field, one: Any, other: Any) -> bool:  # noqa: ANN401 - a field may hold anything
    """Say whether two values are one. In attributes `1` and `true` are not, though Python takes them to be equal."""
    return one is other or (
        canonical_json(one) == canonical_json(other) if field[0] == "attributes" else bool(one == other)
    )


def _setting_masks(overrides: Sequence[Reach]) -> dict[Field, int]:
    masks: dict[Field, int] = {}
    for i, one in enumerate(overrides):
        for field in one.fields:
            masks[field] = masks.get(field, 0) | 1 << i
    return masks


def _mask(flags: Iterator[bool]) -> int:
    return sum(1 << i for i, flag in enumerate(flags) if flag)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
