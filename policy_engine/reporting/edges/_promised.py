"""What the ladders of a case's cells promise of it, looked up one threshold at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.model import Guardrail, KnockOut
from policy_engine.resolution import UNKNOWN, ladder, walk
from policy_engine.vocabulary import LABEL, MODEL_VERSION, SCORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.reporting.edges._cases import Case
    from policy_engine.resolution import Cell, ResolvedPolicy
    from policy_engine.vocabulary import InvalidClass


class Promises:
    """Says what becomes of cases of one policy: of one that ranges over several cells, the strictest of their bands."""

    def __init__(self, resolved: ResolvedPolicy, facts: Mapping[str, bool]) -> None:
        """Take the facts that all cases come with."""
        self._resolved, self._policy, self._facts = resolved, resolved.policy, facts
        self._strictness = self._policy.strictness

    def outcome(self, case: Case) -> str:
        """Return the outcome that is promised, apart from samples."""
        found = [
            self._after_knock_outs(cell, self._band(cell, signal, case))
            for member, signal in case.given.signals.items()
            for cell in self._cells(case, member)
        ]
        closed = {
            band
            for cell in self._cells(case, next(iter(case.given.signals)), is_possible=True)
            for one in cell.safeguards
            if isinstance(one.of, Guardrail) and one.of.require == "never"
            for band in self._policy.bands_under(one.of)
        }
        return self._open(min(found, key=self._strictness.__getitem__), closed)

    def band_of_member(self, case: Case) -> str | None:
        """Return the band that is promised to the member at the edge; None where it may be that of another cell."""
        outer = [step.dimension.name for step in self._resolved.steps[: self._resolved.outer]]
        if any(case.cell[name] is UNKNOWN for name in outer):
            return None
        member = case.given.member
        bands = [self._band(cell, case.given.signals[member], case) for cell in self._cells(case, member)]
        return min(bands, key=self._strictness.__getitem__)

    def _cells(self, case: Case, member: str | None, *, is_possible: bool = False) -> list[Cell]:
        """Return the cells in which a member of a case is judged, or all those that it may be in."""
        start = self._resolved.start_at(case.request.at)
        ranges = {
            step.dimension.name: self._values(case, member, step.dimension.name, tuple(step.codes), is_possible)
            for step in self._resolved.steps
        }
        return [self._resolved.cells[place] for place in walk(self._resolved.steps, start, ranges)]

    def _values(
        self,
        case: Case,
        member: str | None,
        name: str,
        known: Sequence[str | None],
        is_possible: bool,  # noqa: FBT001 - passed on from a keyword
    ) -> Sequence[str | None]:
        if name == SCORE:
            return (member,)
        if name == LABEL:
            everything = (UNKNOWN,) if self._policy.unknown_label == "base" else known
            return (member,) if member in known else everything
        if name == MODEL_VERSION:
            version = case.given.versions[member]
            names = self._policy.scale_of(member).score.model.version_names
            return (UNKNOWN, *names) if version is UNKNOWN else (version,)
        if case.cell[name] is not UNKNOWN:
            return (case.cell[name],)
        is_base = self._policy.unknown.get(name) == "base" and not is_possible
        return (UNKNOWN,) if is_base else known

    def _band(self, cell: Cell, signal: float | InvalidClass, case: Case) -> str:
        if isinstance(signal, str):
            band: str = cell.on_invalid(signal).value
            return band
        rungs = ladder(cell)
        band = rungs[0].band
        for rung in rungs[1:]:
            if rung.threshold is not None and signal >= rung.threshold:
                band = rung.band
        lead, pair = cell.lead.value, case.point.pair
        if lead is None or pair is None or lead.otherwise is None or band not in lead.bands:
            return band
        first, second = pair
        is_clear = first >= lead.ratio * second and first > second
        return band if is_clear else str(lead.otherwise)

    def _after_knock_outs(self, cell: Cell, band: str) -> str:
        """Return the band after the mildest cap, and then the strictest floor, of the knock-outs that match."""
        rank = self._strictness.__getitem__
        matched = [*self._knock_outs(cell)]
        caps = [one.at_most for one in matched if one.at_most is not None]
        floors = [one.at_least for one in matched if one.at_least is not None]
        capped = max([band, max(caps, key=rank)], key=rank) if caps else band
        return min([capped, *floors], key=rank)

    def _knock_outs(self, cell: Cell) -> Iterator[KnockOut]:
        for one in cell.safeguards:
            if isinstance(one.of, KnockOut):
                facts = [(name, wanted) for name, wanted in one.of.when.items() if isinstance(wanted, bool)]
                if all(self._facts[name] == wanted for name, wanted in facts):
                    yield one.of

    def _open(self, band: str, closed: set[str]) -> str:
        """Return the band; of one that is closed, the next milder that is open, else the next stricter."""
        bands = self._policy.by_strictness
        place = bands.index(band)
        ways = [*bands[place:], *reversed(bands[:place])]
        return next((one for one in ways if one not in closed), band)
