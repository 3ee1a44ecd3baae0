"""Every way into a band: by a score, bad input, an unclear lead, a knock-out, reasons, a sample, an ended path.

Where the text of a policy leaves open what can come together (two facts, two scores of one case), both are taken to be
possible: a way too many may be told, none is missed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.lint.places import place_of_held
from policy_engine.lint.tuning import reached
from policy_engine.model import HOLD, CaseReasons, Guardrail, KnockOut
from policy_engine.resolution import LEAD, format_number, ladder
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policy_engine.lint._rule import Path
    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Scale
    from policy_engine.resolution import Cell, Rung, Safeguard


_ON = ("reasons", "escalate")
"""The fields by which a case goes on from its band to another."""

_BUT_MILDER = ", and a `because`: that is milder"
_OF_SAMPLE = "let it send its cases to another band"


class Way(NamedTuple):
    """One way into a band: in words that follow "by", where the file says so, an example, and how to close it.

    `source` is what an override can say otherwise: `base` or an override's id, else None. `is_raised` marks a way of a
    knock-out's `at_least`: reasons of the case and samples do not move such a case.
    """

    band: str
    words: str
    path: Path
    cell: Cell
    source: str | None
    mend: str
    witness: float | None = None
    is_raised: bool = False


@dataclass(frozen=True)
class OuterCell:
    """One combination of the dimensions that all members of a case share, with the cells of each member in it.

    Knock-outs and guardrails hold for the whole of it.
    """

    cells: tuple[Cell, ...]

    @property
    def safeguards(self) -> tuple[Safeguard, ...]:
        """The knock-outs and guardrails that hold here."""
        return self.cells[0].safeguards

    @property
    def guardrails(self) -> list[Guardrail]:
        """The guardrails that hold here."""
        return [one.of for one in self.safeguards if isinstance(one.of, Guardrail)]


@dataclass(frozen=True)
class WaysIn:
    """All ways into the bands of a policy, in each outer cell."""

    cells: PolicyInCells

    @cached_property
    def outer_cells(self) -> tuple[OuterCell, ...]:
        """Every outer cell, those first in which the fewest overrides match."""
        resolved = self.cells.resolved
        steps = resolved.steps[resolved.outer :]
        states: list[set[int]] = [{state} for state in range(len(steps[0].next) if steps else len(resolved.cells))]
        for step in steps:
            states = [{after for state in before for after in step.next[state]} for before in states]
        found = [OuterCell(tuple(resolved.cells[place] for place in sorted(places))) for places in states]
        return tuple(sorted(found, key=lambda one: min(len(cell.matched) for cell in one.cells)))

    @cached_property
    def of_each(self) -> tuple[tuple[OuterCell, tuple[Way, ...]], ...]:
        """Each outer cell with the ways that a case which lies in it alone has."""
        return tuple((outer, tuple(self._in_cell(outer))) for outer in self.outer_cells)

    @cached_property
    def anywhere(self) -> Mapping[str, Way]:
        """Each band that any case can get, with a way.

        A case may range over any cells together, by several jurisdictions and unknown values: the details of one
        then go with the band that another reached, and a band that is closed for one is replaced for all.
        """
        found: dict[str, Way] = {}
        for _, ways in self.of_each:
            for way in ways:
                _keep(found, way)
        before: dict[str, Way] = {}
        while before != found:
            before = dict(found)
            for way in before.values():
                for band in self._in_place_of(way.band):
                    _keep(found, way._replace(band=band, is_raised=False))
            for outer in self._different:
                for way in (
                    *self._by_reasons(outer, before.values()),
                    *self._by_samples(outer, before.values()),
                    *self._by_paths(outer, before.values()),
                ):
                    _keep(found, way)
        return found

    @cached_property
    def _different(self) -> tuple[OuterCell, ...]:
        """One cell for each combination of reasons and escalation paths, as outer cells of their own."""
        different: dict[tuple[int, ...], Cell] = {}
        for outer in self.outer_cells:
            for cell in outer.cells:
                # Cells share what is settled alike, so that the objects' identities tell it apart
                ids = [id(cell.settled[kind, band]) for kind in _ON for band in self.cells.policy.band_names]
                different.setdefault(tuple(ids), cell)
        return tuple(OuterCell((cell,)) for cell in different.values())

    @cached_property
    def of_time_outs(self) -> tuple[Way, ...]:
        """Every way by the end of an escalation path, of any band that any case can get, in any cell."""
        return tuple(way for outer in self._different for way in self._by_paths(outer, self.anywhere.values()))

    @cached_property
    def closed_anywhere(self) -> frozenset[str]:
        """The bands that a `never` guardrail closes in any cell."""
        policy = self.cells.policy
        never = [
            one.of
            for one in self.cells.resolved.safeguards
            if isinstance(one.of, Guardrail) and one.of.require == "never" and not one.is_empty
        ]
        return frozenset(band for one in never for band in policy.bands_under(one))

    @cached_property
    def _open_band(self) -> str:
        """The strictest band that no guardrail closes; where all are closed, that is told, and it is any."""
        bands = self.cells.policy.by_strictness
        return next((band for band in bands if band not in self.closed_anywhere), bands[0])

    def _in_place_of(self, band: str) -> Iterator[str]:
        """Yield the bands that may come to hold where *band* is closed: up to the first that is never closed."""
        bands = self.cells.policy.by_strictness
        place = bands.index(band)
        if band not in self.closed_anywhere:
            return
        for other in (*bands[place + 1 :], *bands[:place][::-1]):
            yield other
            if other not in self.closed_anywhere:
                return

    # --- one cell --------------------------------------------------------------------------------------------

    def _in_cell(self, outer: OuterCell) -> Iterator[Way]:
        ways = self._after_knock_outs(outer, self._joined(outer))
        ways += self._by_reasons(outer, ways)
        ways += self._by_samples(outer, ways)
        yield from ways
        known = {way.band for way in ways}
        ahead = ways
        while ahead:
            ahead = [*self._by_paths(outer, ahead)]
            yield from ahead
            ahead = [way for way in ahead if way.band not in known]
            known.update(way.band for way in ahead)

    def _joined(self, outer: OuterCell) -> list[Way]:
        """Return the ways into a band before knock-outs: of the members' bands, the strictest wins."""
        strictness = self.cells.policy.strictness
        by_scale: dict[str | None, list[Way]] = {}
        for cell in outer.cells:
            by_scale.setdefault(cell.scale.name, []).extend(self._of_member(cell))
        # A score that has no band as mild as this one keeps the case from it
        mildest = min(max(strictness[way.band] for way in ways) for ways in by_scale.values())
        return [way for ways in by_scale.values() for way in ways if strictness[way.band] <= mildest]

    def _of_member(self, cell: Cell) -> Iterator[Way]:
        scale = cell.scale
        rungs = ladder(cell)
        bands = set()
        for place, rung in enumerate(rungs):
            if place or self._is_anything_below(cell, rungs):
                bands.add(rung.band)
                yield self._by_score(cell, rung)
        for invalid in scale.on_invalid:
            held = cell.on_invalid(invalid)
            path = place_of_held(self.cells, cell, ("on_invalid", invalid))
            is_one = path[-1] == "on_invalid"
            words = "`on_invalid`" if is_one else f"`on_invalid`, for a score that is `{invalid}`"
            there = self._open_band if is_one else f"{{{invalid}: {self._open_band}}}"
            mend = f"write `on_invalid: {there}`"
            yield Way(held.value, words, path, cell, held.source, mend)
        lead = cell.lead.value
        if lead is not None and lead.otherwise is not None and bands.intersection(lead.bands):
            path = (*place_of_held(self.cells, cell, LEAD), "otherwise")
            words = "`lead.otherwise`, where no class stands alone"
            yield Way(lead.otherwise, words, path, cell, cell.lead.source, "name another band in `lead.otherwise`")

    def _is_anything_below(self, cell: Cell, rungs: Sequence[Rung]) -> bool:
        """Say whether any score falls to the lowest rung, which has no threshold, at any bound of a tunable."""
        if len(rungs) == 1:
            return True
        ends = reached(self.cells.policy, cell, rungs[1].band)
        return ends is not None and ends.high > cell.scale.score.signal_low

    def _by_score(self, cell: Cell, rung: Rung) -> Way:
        policy, scale = self.cells.policy, cell.scale
        where = cell.settled.get(("thresholds", rung.band))
        if rung.threshold is not None and where is not None:
            words = _score_in_words(scale, rung.threshold)
            path = place_of_held(self.cells, cell, ("thresholds", rung.band))
            mend = f"write `thresholds: {{{rung.band}: never}}`{_BUT_MILDER if scale.is_riskier else ''}"
            return Way(rung.band, words, path, cell, where.source, mend, rung.threshold)
        if where is not None:
            source, path = where.source, place_of_held(self.cells, cell, ("thresholds", rung.band))
            mend = f"write a number for `{rung.band}` instead of `always`"
        else:
            source, path = BASE, ("bands", policy.band_names.index(rung.band), "name")
            mend = f"write `thresholds: {{{scale.bands[-2]}: always}}`, so that nothing is left to `{rung.band}`"
            mend += "" if scale.is_riskier else _BUT_MILDER
        lowest = scale.score.signal_low
        low = min((one.threshold for one in ladder(cell) if one.threshold is not None), default=0.0)
        witness = lowest if math.isfinite(lowest) else math.nextafter(low, -math.inf)
        return Way(rung.band, _score_in_words(scale, witness), path, cell, source, mend, witness)

    # --- knock-outs ------------------------------------------------------------------------------------------

    def _after_knock_outs(self, outer: OuterCell, joined: list[Way]) -> list[Way]:
        """Return the ways that are left once knock-outs had their say, and theirs.

        One without facts matches every case of the cell; of the others any may match or not. A cap is a way into its
        band only where a stricter one can be reached, a floor only where a milder one can.
        """
        rank = self.cells.policy.strictness
        knock_outs = [(one.of, one.index) for one in outer.safeguards if isinstance(one.of, KnockOut)]
        caps = [(rank[one.at_most], one, index) for one, index in knock_outs if one.at_most is not None]
        floors = [(rank[one.at_least], one, index) for one, index in knock_outs if one.at_least is not None]
        strictest = max((cap for cap, one, _ in caps if _is_certain(one)), default=-1)
        mildest = min((floor for floor, one, _ in floors if _is_certain(one)), default=len(rank))
        ways = [way for way in joined if rank[way.band] >= strictest]
        first = min(rank[way.band] for way in joined)
        for cap, one, index in caps:
            if first < cap >= strictest:
                ways.append(self._by_knock_out(outer, one, index, "at_most"))
        last = max(rank[way.band] for way in ways)
        ways = [way for way in ways if rank[way.band] <= mildest]
        for floor, one, index in floors:
            if last > floor <= mildest:
                ways.append(self._by_knock_out(outer, one, index, "at_least")._replace(is_raised=True))
        return ways

    def _by_knock_out(self, outer: OuterCell, one: KnockOut, index: int, key: str) -> Way:
        mend = "name another band, or let its `when` leave those cases out"
        words = f"the knock-out `{one.id}`"
        return Way(getattr(one, key), words, ("knock_outs", index, key), outer.cells[0], None, mend)

    # --- what comes after ------------------------------------------------------------------------------------

    def _by_reasons(self, outer: OuterCell, ways: Iterable[Way]) -> list[Way]:
        names = dict.fromkeys(way.band for way in ways if not way.is_raised)
        found = []
        for cell in outer.cells:
            for band in names:
                held = cell.reasons(band)
                if isinstance(held.value, CaseReasons):
                    inside = place_of_held(self.cells, cell, ("reasons", band))
                    words = f"`else`, where a case of `{band}` comes with no known code"
                    mend = f"name another band under `else` in the reasons of `{band}`"
                    found.append(Way(held.value.else_, words, (*inside, "else"), cell, held.source, mend))
        return found

    def _by_samples(self, outer: OuterCell, ways: Iterable[Way]) -> list[Way]:
        names = {way.band for way in ways if not way.is_raised}
        return [
            Way(one.to, f"the sample `{one.id}`", ("samples", index, "to"), outer.cells[0], None, _OF_SAMPLE)
            for index, one in enumerate(self.cells.policy.samples)
            if one.of in names
        ]

    def _by_paths(self, outer: OuterCell, ways: Iterable[Way]) -> list[Way]:
        """Return the ways of time-outs: a band escalates to a path whose end is another band."""
        names = dict.fromkeys(way.band for way in ways)
        paths = self.cells.catalog.escalation_paths
        found = []
        for cell in outer.cells:
            for band in names:
                held = cell.escalate(band)
                if held.value is None or paths[held.value].when_exhausted == HOLD:
                    continue
                inside = place_of_held(self.cells, cell, ("escalate", band))
                words = f"the end of the escalation path `{held.value}`, to which `{band}` goes"
                mend = f"let `{band}` go to a path that ends with `hold`, or let `{held.value}` end so in the catalog"
                found.append(Way(paths[held.value].when_exhausted, words, inside, cell, held.source, mend))
        return found


def _score_in_words(scale: Scale, number: float) -> str:
    named = "" if scale.name is None else f" `{scale.name}`"
    return f"a score{named} of {format_number(number)}"


def _keep(found: dict[str, Way], way: Way) -> None:
    """Keep a way into its band: the first, or the first of those that are not raised."""
    known = found.get(way.band)
    if known is None or (known.is_raised and not way.is_raised):
        found[way.band] = way


def _is_certain(knock_out: KnockOut) -> bool:
    """Say whether it matches whatever the facts are."""
    return not any(isinstance(wanted, bool) for wanted in knock_out.when.values())
