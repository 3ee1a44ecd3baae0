"""A case over all cells that it ranges over: what becomes of it, settled once for all scores that fall alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from policy_engine.model import CaseReasons, Member, Sample, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.compiler import CompiledCell, Details, PolicyTable
    from policy_engine.model import Highlight, KnockOut
    from policy_engine.vocabulary import InvalidClass

Slot: TypeAlias = "int | InvalidClass"
"""Where a score falls: the place of its stretch among the cuts of all cells together, or its class of bad input."""
Slots: TypeAlias = tuple[Slot, ...]
"""A slot for each member, and last, for how many of the case's ratios the first class stands alone."""


class OuterCell(NamedTuple):
    """A case in one combination of the dimensions that its members share.

    `members` has, for each, the cells of its own dimensions. `knock_outs` are those that match, facts and all.
    """

    jurisdiction: int | None
    members: tuple[tuple[CompiledCell, ...], ...]
    knock_outs: tuple[KnockOut, ...]


@dataclass(frozen=True, slots=True)
class SettledCase:
    """What becomes of a case, but for what only its own request can say.

    `fallback` is what holds where reasons are the case's and it comes with no known code. `samples` are
    those that it may be drawn for, with what then becomes of it. `ratio` is that of the greatest lead which the
    first class does not have, None where it stands alone or that does not matter.
    """

    verdict: Verdict
    reasons: CaseReasons | None
    reasons_of_knock_outs: tuple[str, ...]
    highlight: Highlight | None
    ratio: float | None
    fallback: Fallback | None
    samples: tuple[tuple[Sample, SettledCase], ...]

    is_final: bool = field(init=False)
    """Whether the verdict holds as it is, for all requests alike."""

    def __post_init__(self) -> None:
        """Note what only a request can say."""
        open_ends = (self.reasons, self.highlight, self.ratio, self.samples or None, self.verdict.members or None)
        object.__setattr__(self, "is_final", all(one is None for one in open_ends))


class Given(NamedTuple):
    """A member in a cell of its own: the band, and how the score gave it, if it did."""

    cell: CompiledCell
    band: str
    threshold: float | None = None
    threshold_from: str | None = None
    next_threshold: float | None = None
    invalid: InvalidClass | None = None
    ratio: float | None = None


class OutcomeInCell(NamedTuple):
    """What a case comes to in one outer cell."""

    cell: OuterCell
    members: tuple[tuple[Given, ...], ...]
    joined: str
    outcome: str
    is_raised: bool


class CaseInCells:
    """A case in every outer cell in which it is judged, and in every one that it may be in."""

    def __init__(
        self,
        table: PolicyTable,
        names: tuple[str | None, ...],
        judged: Sequence[OuterCell],
        possible: Sequence[OuterCell],
        unknown: tuple[str, ...],
    ) -> None:
        """Merge the cuts of all cells, member by member."""
        self._policy = table.policy
        self._strictness = table.policy.strictness
        self._names = names
        self.judged, self._possible, self._unknown = judged, possible, unknown
        self.remembered: dict[Slots, SettledCase] = {}
        cells = [
            [cell for outer in (*judged, *possible) for cell in outer.members[place]] for place in range(len(names))
        ]
        self.cuts = tuple(tuple(sorted({cut for cell in own for cut in cell.cuts})) for own in cells)
        self.ratios = tuple(sorted({cell.lead.ratio for own in cells for cell in own if cell.lead is not None}))
        self._closed = frozenset(band for outer in possible for band in outer.members[0][0].closed)
        self._knock_outs = sorted({one.id: one for outer in judged for one in outer.knock_outs}.items())

    def slot(self, member: int, signal: float | InvalidClass) -> Slot:
        """Return where a member's signal falls."""
        return signal if isinstance(signal, str) else bisect_right(self.cuts[member], signal)

    def settle(self, slots: Slots) -> SettledCase:
        """Return what becomes of the case where its scores fall so."""
        outcomes = [self.outcome_in(outer, slots) for outer in self.judged]
        best = min(outcomes, key=lambda one: self._strictness[one.outcome])
        outcome = self.open_band(best.outcome)
        is_same = self._possible is self.judged
        others = outcomes if is_same else [self.outcome_in(outer, slots) for outer in self._possible]
        case = _Case(best, outcomes, others)
        asking = self._asking_for_a_code(case, outcome)
        raised = any(one.is_raised and one.outcome == outcome for one in outcomes)
        if not asking or raised:
            return self._settled(case, outcome, outcome)
        instead = self.open_band(min((one.else_ for one in asking), key=self._strictness.__getitem__))
        if self._is_below_a_floor(instead):
            return self._settled(case, outcome, outcome)
        codes = frozenset(code for one in asking for code in one.of)
        return self._settled(case, outcome, outcome, Fallback(codes, self._settled(case, instead, instead)))

    def _asking_for_a_code(self, case: _Case, outcome: str) -> list[CaseReasons]:
        """Return the reasons of all that gave the outcome, if the case must bring each; none if one has its own."""
        asked = [self._details(case, outcome)[1]]
        asked += [_first_given(one, outcome) for one in case.judged if one.outcome == outcome]
        reasons = [given.cell.details[outcome].reasons for given in asked]
        of_the_case = [one for one in reasons if isinstance(one, CaseReasons)]
        return of_the_case if len(of_the_case) == len(reasons) else []

    def _is_below_a_floor(self, band: str) -> bool:
        """Say whether a band is milder than what a knock-out asks for, in any cell."""
        rank = self._strictness
        return any(one.at_least is not None and rank[one.at_least] < rank[band] for _, one in self._knock_outs)

    # --- one outer cell --------------------------------------------------------------------------------------

    def outcome_in(self, outer: OuterCell, slots: Slots) -> OutcomeInCell:
        """Return what the case comes to in one of its cells, before guardrails, reasons and samples."""
        rank = self._strictness.__getitem__
        members = tuple(
            tuple(self._given(cell, place, slots) for cell in own) for place, own in enumerate(outer.members)
        )
        joined = min((min((one.band for one in own), key=rank) for own in members), key=rank)
        caps = [one.at_most for one in outer.knock_outs if one.at_most is not None]
        floors = [one.at_least for one in outer.knock_outs if one.at_least is not None]
        capped = max(joined, max(caps, key=rank), key=rank) if caps else joined
        outcome = min(capped, min(floors, key=rank), key=rank) if floors else capped
        return OutcomeInCell(outer, members, joined, outcome, outcome != capped)

    def _given(self, cell: CompiledCell, member: int, slots: Slots) -> Given:
        slot = slots[member]
        if isinstance(slot, str):
            return Given(cell, cell.by_class[slot], invalid=slot)
        cuts = self.cuts[member]
        place = bisect_right(cell.cuts, cuts[slot - 1]) if slot else 0
        rung = cell.rungs[place]
        ratio = None
        if cell.lead is not None and rung.band in cell.lead.bands:
            is_alone = bisect_left(self.ratios, cell.lead.ratio) < slots[-1]  # type: ignore[operator]
            ratio = None if is_alone else cell.lead.ratio
            if ratio is not None and cell.lead.otherwise is not None:
                return Given(cell, cell.lead.otherwise, ratio=ratio)
        above = cell.cuts[place] if place < len(cell.cuts) else None
        return Given(cell, rung.band, rung.threshold, rung.source, above, ratio=ratio)

    # --- all of them -----------------------------------------------------------------------------------------

    def open_band(self, band: str) -> str:
        """Return the band, or, if a guardrail closes it, the next milder one that is open, else the next stricter."""
        bands = self._policy.by_strictness
        place = bands.index(band)
        return next((one for one in (*bands[place:], *bands[:place][::-1]) if one not in self._closed), band)

    def _settled(self, case: _Case, outcome: str, final: str, fallback: Fallback | None = None) -> SettledCase:
        """Return what becomes of a case whose outcome was *outcome*, and is *final* where a sample comes in."""
        cell, given = self._details(case, final)
        details: Details = given.cell.details[final]
        by_score = _given_by_score(case.best, outcome)
        is_one = self._names == (None,)
        crossed = case.best.members[by_score[0]][by_score[1]] if by_score else None
        told = case.best.members[0][0] if is_one else crossed
        of_knock_outs = tuple(
            code for _, one in self._knock_outs if final in (one.at_least, one.at_most) for code in one.reasons
        )
        own = () if isinstance(details.reasons, CaseReasons) else details.reasons
        invalid = told.invalid if told else None
        is_valid_class = is_one and invalid is None
        ratios = [
            one.ratio for out in case.judged for members in out.members for one in members if one.ratio is not None
        ]
        verdict = Verdict(
            outcome=final,
            threshold=crossed.threshold if crossed else None,
            threshold_from=crossed.threshold_from if crossed else None,
            next_threshold=crossed.next_threshold if crossed else None,
            invalid=invalid,
            escalate=details.escalate,
            reasons=tuple(dict.fromkeys((*own, *of_knock_outs))),
            attributes=details.attributes,
            jurisdiction=cell.cell.jurisdiction,
            unknown=self._unknown,
            label=self._names[by_score[0]] if by_score and self._policy.kind == "labels" else None,
            members=() if is_one else tuple(map(self._member, self._names, case.best.members)),
            knock_outs=tuple(name for name, _ in self._knock_outs),
        )
        return SettledCase(
            verdict,
            details.reasons if isinstance(details.reasons, CaseReasons) else None,
            of_knock_outs,
            details.highlight if is_valid_class else None,
            max(ratios, default=None) if is_valid_class else None,
            fallback,
            self._samples(case, outcome) if outcome == final else (),
        )

    def _details(self, case: _Case, outcome: str) -> tuple[OutcomeInCell, Given]:
        """Return the cell whose details hold, and the member in it: where a person is required, then the first.

        The first cell by name is that which reached the outcome, or, if none did, the first of all.
        """
        asking = [one for one in case.possible if outcome in one.members[0][0].cell.asking]
        reached = [one for one in case.judged if one.outcome == outcome]
        cell = (asking or reached or case.judged)[0]
        return cell, _first_given(cell, outcome)

    def _member(self, name: str | None, own: tuple[Given, ...]) -> Member:
        one = min(own, key=lambda given: self._strictness[given.band])
        return Member(str(name), None, one.band, one.threshold, one.threshold_from, one.next_threshold, one.invalid)

    def _samples(self, case: _Case, outcome: str) -> tuple[tuple[Sample, SettledCase], ...]:
        """Return the samples that the case may be drawn for: none that leads below what a knock-out asks for."""
        if any(one.is_raised for one in case.judged):
            return ()
        return tuple(
            (sample, self._settled(case, outcome, sample.to))
            for sample in sorted(self._policy.samples, key=lambda one: one.id)
            if sample.of == outcome and sample.to not in self._closed and not self._is_below_a_floor(sample.to)
        )


class Fallback(NamedTuple):
    """What holds of a case that comes with none of these codes."""

    codes: frozenset[str]
    instead: SettledCase


class _Case(NamedTuple):
    best: OutcomeInCell
    judged: Sequence[OutcomeInCell]
    possible: Sequence[OutcomeInCell]


def _first_given(cell: OutcomeInCell, outcome: str) -> Given:
    """Return the first member by name that reached the outcome in a cell; if none did, the first."""
    givens = [given for member in cell.members for given in member]
    return next((one for one in givens if one.band == outcome), givens[0])


def _given_by_score(best: OutcomeInCell, outcome: str) -> tuple[int, int] | None:
    """Return the places of the first member by name whose score gave the outcome, and of its cell; else None."""
    if not best.outcome == best.joined == outcome:
        return None
    return next(
        (place, cell)
        for place, own in enumerate(best.members)
        for cell, given in enumerate(own)
        if given.band == outcome
    )
