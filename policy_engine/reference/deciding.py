"""What becomes of a case: members joined, knock-outs, several cells, guardrails, reasons of the case, samples."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.drawing import Lot, is_drawn, probability
from policy_engine.exceptions import UnknownUseCaseError
from policy_engine.model import CaseReasons, Highlighted, Member, Sampled, Tuned, Verdict
from policy_engine.reference.calls import Asked, Thresholds, ask, refused_as_milder
from policy_engine.reference.holding import Holding, Matcher, with_numbers
from policy_engine.reference.judging import Judged, judge
from policy_engine.reference.numbers import read_fact
from policy_engine.reference.reading import Reading, read
from policy_engine.reference.values import (
    Ranges,
    given_jurisdictions,
    ranges_of_case,
    ranges_of_member,
)
from policy_engine.vocabulary import FROM_CALL, SUBJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policy_engine.model import Catalog, KnockOut, Policy, Request, Sample, Scale
    from policy_engine.reference.holding import Held


def decide(policies: Iterable[Policy], catalog: Catalog, request: Request) -> Verdict:
    """Return the verdict on *request* under the policy that is live at its instant."""
    return Meaning(live_policy(policies, request), catalog).verdict(request)


def live_policy(policies: Iterable[Policy], request: Request) -> Policy:
    """Return the policy of the use case whose window holds the instant. There is no default."""
    for policy in policies:
        begin, end = policy.window
        if policy.stage is None and policy.use_case == request.use_case and begin <= request.at < end:
            return policy
    message = f"no live policy covers the use case `{request.use_case}` at {request.at.isoformat()}"
    raise UnknownUseCaseError(message)


class JudgedMember(NamedTuple):
    """One member of a case in all cells of its own, of which the strictest counts: of equals the first."""

    reading: Reading
    in_cells: Sequence[Judged]
    counts: Judged


class JudgedCell(NamedTuple):
    """A case in one cell: its members, the strictest of their bands, and the outcome once knock-outs had their say."""

    jurisdiction: int | None
    matchers: frozenset[Matcher]
    members: Sequence[JudgedMember]
    joined: str
    outcome: str
    is_raised: bool


class Case(NamedTuple):
    """A case in every cell in which it is judged, and in every one that it may be in."""

    judged: Sequence[JudgedCell]
    possible: Sequence[JudgedCell]
    unknown: tuple[str, ...]


class Decided(NamedTuple):
    """A verdict, and the cells in which its case was judged, with what each of its members came to there."""

    verdict: Verdict
    cells: Sequence[JudgedCell]


class Meaning:
    """What a policy means, with all that no case changes worked out once."""

    def __init__(self, policy: Policy, catalog: Catalog, environment: Mapping[str, float] | None = None) -> None:
        """Take a policy that was checked with this catalog, and the tunable numbers that the environment gives."""
        self.policy, self.catalog = policy, catalog
        self.holding = Holding(policy, catalog, environment or {})
        self._under: dict[tuple[str, frozenset[Matcher]], frozenset[str]] = {}

    def in_environment(self, environment: Mapping[str, float]) -> Meaning:
        """Return what the policy means where the environment gives these tunable numbers."""
        meaning = copy(self)
        meaning.holding = self.holding.in_environment(environment)
        return meaning

    def verdict(self, request: Request) -> Verdict:
        """Return the verdict on *request*, at whose instant the policy is live."""
        return self.decided(request).verdict

    def decided(self, request: Request) -> Decided:
        """Return the verdict on *request*, at whose instant the policy is live, and the cells that it comes from."""
        readings = read(self.policy, request)
        case = self._case(request, readings, {})
        without = self._decided(case, request, readings)
        if not request.thresholds:
            return Decided(without, case.judged)
        applied, refused = self._asked(case, request)
        verdict = without
        if applied:
            case = self._case(request, readings, applied)
            verdict = self._decided(case, request, readings)
        tuned = Tuned(request.thresholds, applied, refused, without.outcome)
        return Decided(replace(verdict, tuned=tuned), case.judged)

    def _asked(self, case: Case, request: Request) -> Asked:
        """Return the numbers that the request gives for itself, of which all apply or none, and what was refused."""
        numbers, refused = ask(self.policy, request.thresholds)
        if not refused:
            refused = refused_as_milder(self.policy, numbers, self._scales_in_cells(case))
        return Asked({} if refused else numbers, refused)

    def _scales_in_cells(self, case: Case) -> Iterator[tuple[Scale, Thresholds]]:
        for cell in case.judged:
            for member in cell.members:
                for judged in member.in_cells:
                    thresholds = {field[1]: one for field, one in judged.held.items() if field[0] == "thresholds"}
                    yield self.policy.scale_of(member.reading.name), thresholds

    # --- the cells of a case ---------------------------------------------------------------------------------

    def _case(self, request: Request, readings: Sequence[Reading], numbers: Mapping[str, float]) -> Case:
        unknown: set[str] = set()
        ranged = ranges_of_case(self.holding.space, request, unknown)
        ranges = [ranges_of_member(self.holding.space, reading, unknown) for reading in readings]
        members = list(zip(readings, ranges, strict=True))
        judged = list(self._cells([one.judged for one in ranged], request, members, numbers))
        possible = judged
        if any(one.possible != one.judged for one in ranged):
            possible = list(self._cells([one.possible for one in ranged], request, members, numbers))
        return Case(judged, possible, tuple(name for name in self.holding.space.used if name in unknown))

    def _cells(
        self,
        ranges: Sequence[Ranges],
        request: Request,
        members: Sequence[tuple[Reading, Ranges]],
        numbers: Mapping[str, float],
    ) -> Iterator[JudgedCell]:
        names_some = bool(given_jurisdictions(request))
        for place, one in enumerate(ranges):
            jurisdiction = place if names_some else None
            for matchers in self.holding.matching(one, request.at):
                judged = [self._member(matchers, reading, own, numbers) for reading, own in members]
                yield self._cell(jurisdiction, matchers, judged, request)

    def _member(
        self, matchers: frozenset[Matcher], reading: Reading, ranges: Ranges, numbers: Mapping[str, float]
    ) -> JudgedMember:
        scale = self.policy.scale_of(reading.name)
        in_cells = []
        for matching in self.holding.narrowed(matchers, ranges):
            held = self.holding.what_holds(scale, matching)
            held = with_numbers(self.policy, scale, held, numbers, FROM_CALL) if numbers else held
            in_cells.append(judge(scale, held, reading))
        # min() keeps the first of equals: the first by name among those that reached the strictest band
        return JudgedMember(reading, in_cells, min(in_cells, key=lambda one: self.policy.strictness[one.band]))

    def _cell(
        self, jurisdiction: int | None, matchers: frozenset[Matcher], members: Sequence[JudgedMember], request: Request
    ) -> JudgedCell:
        """Join the members, and apply the knock-outs: the mildest cap, then the strictest floor."""
        strictness = self.policy.strictness
        joined = min((member.counts.band for member in members), key=strictness.__getitem__)
        matched = self._knock_outs(matchers, request)
        outcome = joined
        caps = [one.at_most for one in matched if one.at_most is not None]
        if caps:
            outcome = max(outcome, max(caps, key=strictness.__getitem__), key=strictness.__getitem__)
        floors = [one.at_least for one in matched if one.at_least is not None]
        capped = outcome
        if floors:
            outcome = min(outcome, min(floors, key=strictness.__getitem__), key=strictness.__getitem__)
        return JudgedCell(jurisdiction, matchers, members, joined, outcome, outcome != capped)

    def _knock_outs(self, matchers: frozenset[Matcher], request: Request) -> list[KnockOut]:
        """Return the knock-outs that match, by id. A fact that is not known speaks for the stricter outcome."""
        return [
            one
            for matcher, one in self.holding.knock_outs
            if matcher in matchers
            and all(
                _is_met(request.facts.get(name), wanted=wanted, if_not_known=one.at_least is not None)
                for name, wanted in one.when.items()
                if isinstance(wanted, bool)
            )
        ]

    # --- from the cells to the outcome -----------------------------------------------------------------------

    def _decided(self, case: Case, request: Request, readings: Sequence[Reading]) -> Verdict:
        strictness = self.policy.strictness
        best = min(case.judged, key=lambda cell: strictness[cell.outcome])
        closed = {band for cell in case.possible for band in self.bands_under("never", cell.matchers)}
        outcome = self._open_band(best.outcome, closed)
        outcome = self._after_reasons(case, outcome, closed, request)
        drawn = self._sample(case, outcome, closed, request)
        final = outcome if drawn is None else drawn[0].to
        details = self._details(case, final)
        matched = {one.id: one for cell in case.judged for one in self._knock_outs(cell.matchers, request)}
        knock_outs = [one for _, one in self.holding.knock_outs if one.id in matched]
        given = self._given_by_score(best, outcome)
        ranking = readings[0].ranking
        several = len(self.policy.scales) > 1 or self.policy.kind in ("labels", "scores")
        ambiguous = {
            label for cell in case.judged for one in cell.members for each in one.in_cells for label in each.ambiguous
        }
        invalid = readings[0].signal if not several else (given[1].invalid if given else None)
        return Verdict(
            outcome=final,
            threshold=given[1].threshold if given else None,
            threshold_from=given[1].threshold_from if given else None,
            next_threshold=given[1].next_threshold if given else None,
            invalid=invalid if isinstance(invalid, str) else None,
            escalate=details.held["escalate", final][0],
            reasons=_reasons(details.held["reasons", final][0], knock_outs, final, request),
            attributes={
                field[2]: value for field, (value, _) in details.held.items() if field[:2] == ("attributes", final)
            },
            jurisdiction=details.jurisdiction,
            unknown=case.unknown,
            label=ranking[0].label if ranking else (given[0] if given and self.policy.kind == "labels" else None),
            ambiguous=tuple(one.label for one in ranking if one.label in ambiguous),
            highlighted=self._highlighted(details.held, final, readings[0]),
            members=tuple(_as_member(one) for one in best.members) if several else (),
            knock_outs=tuple(one.id for one in knock_outs),
            sample=None if drawn is None else Sampled(drawn[0].id, drawn[1], outcome),
        )

    def bands_under(self, requirement: str, matchers: frozenset[Matcher]) -> frozenset[str]:
        """Return the bands of which one of these guardrails requires so much."""
        key = requirement, matchers
        if key not in self._under:
            self._under[key] = frozenset(
                band
                for one in self.catalog.guardrails
                if one.require == requirement and Matcher("guardrail", one.id) in matchers
                for band in self.policy.bands_under(one)
            )
        return self._under[key]

    def _open_band(self, band: str, closed: set[str]) -> str:
        """Return the band, or, if it is closed, the next milder one that is open, else the next stricter one."""
        if band not in closed:
            return band
        bands = self.policy.by_strictness
        place = bands.index(band)
        ways = [*bands[place:], *reversed(bands[:place])]
        return next((one for one in ways if one not in closed), band)

    def _details(self, case: Case, outcome: str) -> _Details:
        """Return whose escalation, reasons and attributes hold: the first member's that gave the outcome."""
        cell = self._cell_of_details(case, outcome)
        return _Details(cell.jurisdiction, _all_held(cell, outcome)[0])

    def _cell_of_details(self, case: Case, outcome: str) -> JudgedCell:
        """Return the cell whose details hold: the first by name that reached the outcome, or if none did, of all.

        But where a guardrail requires a person for it, the first cell of those.
        """
        asking = [cell for cell in case.possible if outcome in self.bands_under("person", cell.matchers)]
        reached = [cell for cell in case.judged if cell.outcome == outcome]
        return (asking or reached or case.judged)[0]

    def _given_by_score(self, cell: JudgedCell, outcome: str) -> tuple[str | None, Judged] | None:
        """Return the first member by name whose score gave the outcome, with how; None where something else did."""
        if not cell.outcome == cell.joined == outcome:
            return None
        for member in cell.members:
            for judged in member.in_cells:
                if judged.band == outcome:
                    return member.reading.name, judged
        return None

    def _after_reasons(self, case: Case, outcome: str, closed: set[str], request: Request) -> str:
        """Return the band once reasons had their say.

        Every cell and member that gave the outcome says it again, or `else` where it wants a code that the case does
        not bring. The strictest of all that is said holds: else a higher score, by which more of them give a band,
        could be decided more mildly. So does an `else` by which another cell of the case would be the stricter one.
        """
        if not self.holding.has_reasons_of_cases:
            return outcome
        rank = self.policy.strictness.__getitem__
        reached = [cell for cell in case.judged if cell.outcome == outcome]
        cells = [self._cell_of_details(case, outcome), *reached]
        said = [band for cell in cells for band in _said(cell, outcome, request)]
        for cell in case.judged:
            said += [band for band in _said(cell, cell.outcome, request) if rank(band) < rank(cell.outcome)]
        instead = self._open_band(min(said, key=rank), closed)
        return outcome if self._is_below_a_floor(instead, case, request) else instead

    def _highlighted(self, held: Held, outcome: str, reading: Reading) -> tuple[Highlighted, ...]:
        """Return the labels that are shown: those above the cut, filled up to the floor, cut off at the cap."""
        highlight = held["highlight", outcome][0]
        if highlight is None:
            return ()
        given = [one for one in reading.ranking if one.is_given]
        above = self.policy.scales[0].score.rounded(highlight.above)
        shown = [Highlighted(one.label, one.score, one.score <= above) for one in given]
        many = max(sum(not one.filled for one in shown), highlight.floor)
        return tuple(shown[: many if highlight.cap is None else min(many, highlight.cap)])

    def _is_below_a_floor(self, band: str, case: Case, request: Request) -> bool:
        """Say whether a band is milder than what a knock-out asks for, in any cell: that holds whatever else does."""
        strictness = self.policy.strictness
        knock_outs = (one for cell in case.judged for one in self._knock_outs(cell.matchers, request))
        return any(one.at_least is not None and strictness[one.at_least] < strictness[band] for one in knock_outs)

    def _sample(self, case: Case, outcome: str, closed: set[str], request: Request) -> tuple[Sample, float] | None:
        """Return the sample that the case is drawn for, and how probable that was.

        Never one below what a knock-out asks for. Of several that it is drawn for, the first by id.
        """
        before: list[Lot] = []
        for sample in sorted(self.policy.samples, key=lambda one: one.id):
            key = request.subject if sample.by == SUBJECT else request.dimensions.get(sample.by)
            if (
                sample.of == outcome
                and sample.to not in closed
                and isinstance(key, str)
                and (sample.until is None or request.at < sample.until)
                and not any(cell.is_raised for cell in case.judged)
                and not self._is_below_a_floor(sample.to, case, request)
            ):
                lot = Lot(key, sample.percent, sample.salt)
                if is_drawn(key, percent=sample.percent, salt=sample.salt, use_case=self.policy.use_case):
                    return sample, probability(lot, before)
                before.append(lot)
        return None


def _all_held(cell: JudgedCell, outcome: str) -> Sequence[Held]:
    """Return what holds for each member that reached the outcome in a cell, by name; if none did, for the first."""
    judged = [one for member in cell.members for one in member.in_cells]
    return [one.held for one in judged if one.band == outcome] or [judged[0].held]


def _said(cell: JudgedCell, band: str, request: Request) -> Iterator[str]:
    """Yield what each that gave a cell its band says: the band, or `else` for want of a code. A raised case stays."""
    for held in _all_held(cell, band):
        reasons = held["reasons", band][0]
        is_in_want = isinstance(reasons, CaseReasons) and not reasons.known(request.reason_codes)
        yield reasons.else_ if is_in_want and not cell.is_raised else band


class _Details(NamedTuple):
    jurisdiction: int | None
    held: Held


def _is_met(given: Any, *, wanted: bool, if_not_known: bool) -> bool:  # noqa: ANN401 - a fact may be anything
    known = read_fact(given)
    return if_not_known if known is None else known == wanted


def _reasons(
    reasons: tuple[str, ...] | CaseReasons, knock_outs: Sequence[KnockOut], outcome: str, request: Request
) -> tuple[str, ...]:
    """Return the codes of the band, or those of the case, and those of the knock-outs whose band is the outcome."""
    own = reasons.known(request.reason_codes) if isinstance(reasons, CaseReasons) else reasons
    of_knock_outs = [code for one in knock_outs if outcome in (one.at_least, one.at_most) for code in one.reasons]
    return tuple(dict.fromkeys([*own, *of_knock_outs]))


def _as_member(member: JudgedMember) -> Member:
    name, signal = member.reading.name, member.reading.signal
    one = member.counts
    return Member(
        str(name),
        None if isinstance(signal, str) else signal,
        one.band,
        one.threshold,
        one.threshold_from,
        one.next_threshold,
        one.invalid,
    )
