"""A case over all cells that it ranges over: what becomes of it, settled once for all scores that fall alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from policy_engine.model import CaseReasons, Member, Sample, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

    `said` is how reasons of the case decide, where they may. `samples` are
    those that it may be drawn for, with what then becomes of it. `ratio` is that of the greatest lead which the
    first class does not have, None where it stands alone or that does not matter.
    """

    verdict: Verdict
    reasons: CaseReasons | None
    reasons_of_knock_outs: tuple[str, ...]
    highlight: Highlight | None
    ratio: float | None
    said: Said | None
    samples: tuple[tuple[Sample, SettledCase], ...]

    is_final: bool = field(init=False)
    """Whether the verdict holds as it is, for all requests alike."""

    def __post_init__(self) -> None:
        """Note what only a request can say."""
        of_request = (self.reasons, self.said, self.highlight, self.ratio)
        open_ends = (*of_request, self.samples or None, self.verdict.members or None)
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
        says = self._says(case, outcome)
        if not any(one.codes for one in says):
            return self._settled(case, outcome, outcome)
        return self._settled(case, outcome, outcome, self._said(case, outcome, says))

    def _says(self, case: _Case, outcome: str) -> list[_Says]:
        """Return what each that gave the outcome says, and each other one that may say something stricter."""
        cells = [self._details(case, outcome)[0], *(one for one in case.judged if one.outcome == outcome)]
        says = [one for cell in cells for one in _says_of(cell, outcome)]
        rank = self._strictness
        return says + [
            one._replace(band=None)
            for cell in case.judged
            for one in _says_of(cell, cell.outcome)
            if rank[one.instead] < rank[cell.outcome]
        ]

    def _said(self, case: _Case, outcome: str, says: Sequence[_Says]) -> Said:
        settled = {outcome: self._settled(case, outcome, outcome)}
        for one in says:
            band = self.open_band(one.instead)
            if one.instead not in settled:
                stays = band == outcome or self._is_below_a_floor(band)
                settled[one.instead] = settled[outcome] if stays else self._settled(case, band, band)
        ranked = sorted(settled.items(), key=lambda item: self._strictness[item[0]])
        return Said(tuple(dict.fromkeys(says)), tuple(ranked))

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

    def _settled(self, case: _Case, outcome: str, final: str, said: Said | None = None) -> SettledCase:
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
            said,
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


class _Says(NamedTuple):
    """What one that gave a band says of a case: the band if it brings one of these codes, else *instead*.

    It says nothing in the place of the band where that is None.
    """

    band: str | None
    instead: str
    codes: frozenset[str]


class Said(NamedTuple):
    """What all say of a case, and what becomes of it by the strictest that is said: each band, the strictest first."""

    says: tuple[_Says, ...]
    settled: tuple[tuple[str, SettledCase], ...]

    def heard(self, reason_codes: Sequence[object]) -> SettledCase:
        """Return what becomes of a case that comes with these codes."""
        given = {code for code in reason_codes if isinstance(code, str)}
        bands = {one.instead if one.codes.isdisjoint(given) and one.codes else one.band for one in self.says}
        return next(settled for band, settled in self.settled if band in bands)


class _Case(NamedTuple):
    best: OutcomeInCell
    judged: Sequence[OutcomeInCell]
    possible: Sequence[OutcomeInCell]


def _first_given(cell: OutcomeInCell, outcome: str) -> Given:
    """Return the first member by name that reached the outcome in a cell; if none did, the first."""
    return _all_given(cell, outcome)[0]


def _all_given(cell: OutcomeInCell, outcome: str) -> list[Given]:
    """Return the members that reached the outcome in a cell, by name; if none did, the first."""
    givens = [given for member in cell.members for given in member]
    return [one for one in givens if one.band == outcome] or givens[:1]


def _says_of(cell: OutcomeInCell, band: str) -> Iterator[_Says]:
    """Yield what each that gave a cell its band says. A raised case stays."""
    for given in _all_given(cell, band):
        reasons = given.cell.details[band].reasons
        if isinstance(reasons, CaseReasons) and not cell.is_raised:
            yield _Says(band, reasons.else_, frozenset(reasons.of))
        else:
            yield _Says(band, band, frozenset())


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
