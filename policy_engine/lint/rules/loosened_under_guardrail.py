"""Whatever may loosen a policy in some cell, where a `tighten_only` guardrail lets nothing be milder than the base."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.flow import in_short
from policy_engine.lint.guarding import because_of, where_both
from policy_engine.lint.loosening import is_stricter, may_loosen
from policy_engine.lint.subjects import cell_of, field_in_words
from policy_engine.lint.tuning import bounds, only_tightens
from policy_engine.model import Guardrail, KnockOut
from policy_engine.resolution import LEAD, belongs_to, format_number, place_of
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Lead, Tunable, TunableNumber
    from policy_engine.resolution import Cell, Field, Reach


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    for safeguard in cells.resolved.safeguards:
        if isinstance(safeguard.of, Guardrail) and safeguard.of.require == "tighten_only":
            under = _Under(cells, safeguard.of, [cell for cell in cells.simplest_first if safeguard in cell.safeguards])
            if under.guarded:
                yield from under.findings()


@dataclass(frozen=True)
class _Under:
    """A policy under one such guardrail, with the cells in which it holds."""

    cells: PolicyInCells
    guardrail: Guardrail
    guarded: Sequence[Cell]

    def findings(self) -> Iterator[Finding]:
        yield from self._of_words()
        yield from self._of_knock_outs()
        yield from self._of_tunables()
        yield from self._of_overrides()

    def _finding(
        self, message: str, mend: str, path: Path, cell: Cell | None = None, witness: float | None = None
    ) -> Finding:
        guardrail = self.guardrail
        return Finding(
            f"{message}: the guardrail `{guardrail.id}` only lets it be stricter{because_of(guardrail)}",
            mend,
            path,
            cell=None if cell is None else cell_of(cell),
            witness=witness,
        )

    def _of_words(self) -> Iterator[Finding]:
        policy = self.cells.policy
        if self.cells.ties != "strictest":
            path: Path = ("use_case",) if policy.ties is None else ("ties",)
            message = f"`ties` are `{self.cells.ties}` here, so where overrides meet the milder one may be chosen"
            yield self._finding(message, "write `ties: strictest` at the top level", path)
        for name, rule in policy.unknown.items():
            if rule == "base":
                message = f"`unknown: {{{name}: base}}` decides a case milder than some value of `{name}` might"
                yield self._finding(message, f"write `{name}: strictest`", ("unknown", name))
        if policy.unknown_label == "base":
            message = "`unknown_label: base` decides a label milder than some declared one might be"
            yield self._finding(message, "write `unknown_label: strictest`", ("unknown_label",))

    def _of_knock_outs(self) -> Iterator[Finding]:
        caps: dict[int, Cell] = {}
        for cell in self.guarded:
            for one in cell.safeguards:
                if isinstance(one.of, KnockOut) and one.of.at_most is not None:
                    caps.setdefault(one.index, cell)
        for index, cell in caps.items():
            name = self.cells.policy.knock_outs[index].id
            where = where_both(self.cells, cell, self.guardrail)
            message = f"the knock-out `{name}` makes a case milder than its score{where}, by `at_most`"
            mend = "let its `when` leave those cases out, or take it away"
            yield self._finding(message, mend, ("knock_outs", index, "at_most"), cell)

    # --- tunables --------------------------------------------------------------------------------------------

    def _of_tunables(self) -> Iterator[Finding]:
        for name, tunable in self.cells.policy.tunable.items():
            of = self.cells.policy.tunable_numbers[name]
            if of.kind == "highlight" or only_tightens(tunable, of):
                continue
            cell = next((cell for cell in self.guarded if self._may_loosen(cell, of, tunable)), None)
            if cell is not None:
                where = where_both(self.cells, cell, self.guardrail)
                key = "tighten_only" if of.kind == "thresholds" and tunable.tighten_only is not None else "within"
                mend = f"add `tighten_only: true` to `{name}`, or let `within` end at what the file says"
                if of.kind == "lead":
                    mend = "let `within` end at what the file says"
                yield self._finding(f"`{name}` may be tuned to be milder{where}", mend, ("tunable", name, key), cell)

    def _may_loosen(self, cell: Cell, of: TunableNumber, tunable: Tunable) -> bool:
        """Say whether some number within the bounds is milder there than what holds without it."""
        held = cell.lead if of.kind == "lead" else cell.settled.get(("thresholds", str(of.band)))
        if held is None or (tunable.env is not None and held.source != BASE):
            return False
        if of.kind == "lead":
            return held.value is not None and self._lead_may_loosen(held.value, tunable)
        if of.score != cell.scale.name or isinstance(held.value, str):
            return False
        low, high = bounds(cell.scale, tunable)
        number: float = held.value
        return high > number if cell.scale.is_riskier else low < number

    def _lead_may_loosen(self, lead: Lead, tunable: Tunable) -> bool:
        """Say so of a ratio: a greater one sends more cases to `otherwise`, a smaller one fewer."""
        if lead.otherwise is None:
            return False
        rank = self.cells.policy.strictness
        low, high = tunable.within
        other = rank[lead.otherwise]
        more_is_milder = any(other > rank[band] for band in lead.bands) and high > lead.ratio
        return more_is_milder or (any(other < rank[band] for band in lead.bands) and low < lead.ratio)

    # --- overrides -------------------------------------------------------------------------------------------

    def _of_overrides(self) -> Iterator[Finding]:
        told: set[tuple[str, Field]] = set()
        for cell in self.guarded:
            matched = [self.cells.by_id[name] for name in cell.matched]
            for one in matched:
                for field in one.fields:
                    if may_loosen(field) and belongs_to(cell.scale, field) and (one.id, field) not in told:
                        other = self._stricter(cell, one, field, matched)
                        if other is not None:
                            told.add((one.id, field))
                            yield self._of_override(cell, one, field, *other)

    def _stricter(self, cell: Cell, one: Reach, field: Field, matched: Sequence[Reach]) -> tuple[Any, str] | None:
        """Return a value that the override loosens, and whose: of the base, or of an override that it wins over."""
        wider = [
            (other.fields[field], f"override `{other.id}`")
            for other in matched
            if field in other.fields and one.is_narrower_than(other)
        ]
        mine = self._as_held(cell, field, one.fields[field])
        return next(
            (
                other
                for other in (*self._base(cell, field), *wider)
                if is_stricter(self.cells, cell, field, self._as_held(cell, field, other[0]), mine)
            ),
            None,
        )

    def _base(self, cell: Cell, field: Field) -> Iterator[tuple[Any, str]]:
        """Yield what the base says of a field, and the strictest number that the environment may put in its place."""
        scale, policy = cell.scale, self.cells.policy
        if field == LEAD:
            yield policy.lead, "base"
            return
        kind, name = field
        if kind == "reasons":
            yield policy.band(name).reasons, "base"
            return
        if kind == "on_invalid":
            yield scale.on_invalid[name], "base"  # type: ignore[index]
            return
        yield scale.thresholds[name], "base"
        tunable = policy.tunable.get(scale.tunable_name(name))
        if tunable is not None and tunable.env is not None:
            low, high = bounds(scale, tunable)
            yield (low if scale.is_riskier else high), f"base, where `{tunable.env}` is set so"

    def _as_held(self, cell: Cell, field: Field, value: Any) -> Any:  # noqa: ANN401 - a field's value
        is_number = field[0] == "thresholds" and not isinstance(value, str)
        return cell.scale.score.rounded(value) if is_number else value

    def _of_override(self, cell: Cell, one: Reach, field: Field, stricter: Any, of_whom: str) -> Finding:  # noqa: ANN401
        mine, kind = one.fields[field], field[0]
        what = f"`{field[1]}`" if kind == "thresholds" else field_in_words(field)
        witness = self._witness(cell, mine, stricter) if kind == "thresholds" else None
        shown = "" if witness is None else f", for a score of {format_number(witness)}"
        return self._finding(
            f"the override `{one.id}` makes {what} milder{where_both(self.cells, cell, self.guardrail, [one.id])}, "
            f"{_shown(mine)} instead of {_shown(stricter)} ({of_whom}){shown}",
            f"in the override `{one.id}`, write {_shown(stricter)} or what is stricter",
            place_of(one.override, one.index, field),
            cell,
            witness,
        )

    @staticmethod
    def _witness(cell: Cell, mine: float | str, stricter: float | str) -> float | None:
        """Return a score that gets a milder band by *mine*: one that reaches the higher of both, or the lower."""
        score = cell.scale.score
        lower = stricter if cell.scale.is_riskier else mine
        if isinstance(lower, str):
            # `always`: every score reaches the band, the lowest one, too
            lowest = score.signal_low
            other = mine if cell.scale.is_riskier else stricter
            if math.isfinite(lowest) or isinstance(other, str):
                return lowest if math.isfinite(lowest) else None
            return math.nextafter(score.rounded(other), -math.inf)
        return score.rounded(lower)


def _shown(value: Any) -> str:  # noqa: ANN401 - a field's value
    return "none" if value is None else in_short(value)


RULE = Rule(
    "PE412",
    "loosened-under-guardrail",
    "cells",
    "something may be milder than the base where a guardrail only lets it be stricter",
    _check,
)
