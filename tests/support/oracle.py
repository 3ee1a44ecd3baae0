"""The language once more, in the slowest way there is: every cell by itself, one value per dimension.

It is written from what the language is documented to mean, and uses nothing of the package but its models. The
reference has to be quick enough to be asked about every table; this one is only ever asked by tests.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import product
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from policy_engine.exceptions import InvalidRequestError, UnknownUseCaseError
from policy_engine.model import (
    CaseReasons,
    Highlighted,
    Member,
    NumberCondition,
    NumberDimension,
    Sampled,
    Tuned,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policy_engine.model import Catalog, KnockOut, Override, Policy, Request, Sample, Score

    Cell = dict[str, Any]
    Field = tuple[str, ...]

Slow = TypeVar("Slow")

UNKNOWN: Final = None
"""Stands in a cell for a value that nobody declared."""
FOREVER: Final = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
CLASSES: Final = ("wrong_model", "missing", "wrong_type", "not_finite", "out_of_range", "no_candidates")
OF_MEMBERS: Final = ("model_version", "label", "score")


class Read(NamedTuple):
    """A member of a case: its number or class of bad input, its version's name, its classes from the first down."""

    name: str | None
    signal: float | str
    version: str | None
    classes: tuple[tuple[str, float, bool], ...] = ()


class InCell(NamedTuple):
    """What a member comes to in one cell."""

    cell: Cell
    band: str
    threshold: float | None
    source: str | None
    above: float | None
    invalid: str | None
    close: frozenset[str]


class Joined(NamedTuple):
    """What a case comes to in one cell of the dimensions that its members share."""

    cell: Cell
    place: int | None
    members: list[list[InCell]]
    by_scores: str
    outcome: str
    is_raised: bool
    matched: list[KnockOut]


@dataclass(frozen=True)
class Oracle:
    """What a policy means in a catalog, where tunables read these variables."""

    policy: Policy
    catalog: Catalog
    environment: Mapping[str, str] = field(default_factory=dict)
    _kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    # --- dimensions ------------------------------------------------------------------------------------------

    def dimensions(self) -> list[str]:
        """Return the dimensions that make a cell; where there are several scores, which one it is, too."""
        return self._once(("dimensions",), self._dimensions)

    def _dimensions(self) -> list[str]:
        named = {*self.policy.unknown, *(["score"] if self.policy.scores else [])}
        for one in (*self.policy.overrides, *self.policy.knock_outs, *self.concerning()):
            named |= set(one.when)
        every = ["jurisdiction", *self.catalog.dimensions, "escalation_path", *OF_MEMBERS]
        return [name for name in every if name in named]

    def shared(self) -> list[str]:
        """Return the dimensions in which the members of a case do not differ."""
        return [name for name in self.dimensions() if name not in OF_MEMBERS]

    def values(self, name: str) -> list[Any]:
        """Return the values of a dimension; those of a number are the places of its stretches."""
        if name == "jurisdiction":
            return sorted(self.catalog.jurisdictions)
        if name == "escalation_path":
            return sorted(["none", *self.catalog.escalation_paths])
        if name == "model_version":
            return sorted({version for score in self.scores().values() for version in names_of_versions(score)})
        if name == "label":
            return sorted(self.scores()[None].labels or ())
        if name == "score":
            return sorted(self.policy.scores or ())
        declared = self.catalog.dimensions[name]
        return list(range(len(declared.cuts) + 1)) if isinstance(declared, NumberDimension) else sorted(declared)

    def scores(self) -> dict[Any, Score]:
        """Return the scores by name; the only one has none."""
        return {None: self.policy.score} if self.policy.score is not None else dict(sorted(self.policy.scores.items()))  # type: ignore[union-attr]

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, the unknown values too."""
        names = self.dimensions()
        for values in product(*([*([] if name == "score" else [UNKNOWN]), *self.values(name)] for name in names)):
            yield dict(zip(names, values, strict=True))

    def everything_in(self, group: str) -> set[str]:
        """Return a jurisdiction and all that lies in it."""
        found = {group}
        while True:
            more = {
                name
                for name, one in self.catalog.jurisdictions.items()
                if name not in found and any(parent in found for parent in one.parents)
            }
            if not more:
                return found
            found |= more

    # --- what holds in which cells ---------------------------------------------------------------------------

    def _once(self, key: Any, make: Callable[[], Slow]) -> Slow:  # noqa: ANN401 - anything that can be looked up
        if key not in self._kept:
            self._kept[key] = make()
        found: Slow = self._kept[key]
        return found

    def matched(self, one: Any, name: str) -> set[Any]:  # noqa: ANN401 - anything with a `when`
        """Return the values of a dimension that an override, a knock-out or a guardrail matches."""
        return self._once(("matched", id(one), name), lambda: self._matched(one.when, name))

    def _matched(self, when: Mapping[str, Any], name: str) -> set[Any]:
        if name not in when:
            return {UNKNOWN, *self.values(name)}
        wanted = when[name]
        if isinstance(wanted, NumberCondition):
            declared = self.catalog.dimensions[name]
            assert isinstance(declared, NumberDimension)
            starts: list[float | None] = [None, *declared.cuts]
            first = 0 if wanted.at_least is None else starts.index(wanted.at_least)
            end = len(starts) if wanted.below is None else starts.index(wanted.below)
            return set(range(first, end))
        values = {wanted} if isinstance(wanted, str) else set(wanted)
        return set().union(*(self.everything_in(one) for one in values)) if name == "jurisdiction" else values

    def holds_in(self, one: Any, cell: Cell) -> bool:  # noqa: ANN401 - anything with a `when`
        """Say whether a cell is among those that an override, a knock-out or a guardrail is about."""
        return all(cell[name] in self.matched(one, name) for name in cell if name in one.when)

    def window(self, override: Override) -> tuple[datetime, datetime]:
        """Return from when until when an override holds."""
        begins = [self.policy.effective.from_]
        ends = [self.policy.effective.until or FOREVER]
        ends += [self.policy.stage.until] if self.policy.stage is not None else []
        if override.effective is not None:
            begins += [override.effective.from_] if override.effective.from_ else []
            ends += [override.effective.until] if override.effective.until else []
        return max(begins), min(ends)

    def matching(self, cell: Cell, at: datetime) -> list[Override]:
        """Return the overrides in force that match a cell, by id."""
        return [
            one
            for one in sorted(self.policy.overrides, key=lambda one: one.id)
            if self.window(one)[0] <= at < self.window(one)[1] and self.holds_in(one, cell)
        ]

    def same_cells(self, one: Override, other: Override) -> bool:
        """Say whether two overrides match the very same cells."""
        return all(self.matched(one, name) == self.matched(other, name) for name in self.dimensions())

    def is_narrower(self, one: Override, other: Override) -> bool:
        """Say whether one override goes before another where both match."""
        return self._once(("narrower", one.id, other.id), lambda: self._is_narrower(one, other))

    def _is_narrower(self, one: Override, other: Override) -> bool:
        if self.same_cells(one, other):
            (begin, end), (outer_begin, outer_end) = self.window(one), self.window(other)
            return (begin, end) != (outer_begin, outer_end) and outer_begin <= begin and end <= outer_end
        return all(self.matched(one, name) <= self.matched(other, name) for name in self.dimensions())

    def remaining(self, cell: Cell, at: datetime, what: Field) -> list[tuple[str, Any]]:
        """Return who sets a field in a cell with no narrower one beside it, and to what."""
        setting = [(one, fields_of(one)[what]) for one in self.matching(cell, at) if what in fields_of(one)]
        return [
            (one.id, self.compared(cell, what, value))
            for one, value in setting
            if not any(self.is_narrower(other, one) for other, _ in setting if other is not one)
        ]

    def compared(self, cell: Cell, what: Field, value: Any) -> Any:  # noqa: ANN401 - a field may hold anything
        """Return a threshold as the type of the cell's score holds it, and anything else as it is."""
        if what[0] != "thresholds" or isinstance(value, str):
            return value
        return in_type(self.scores()[cell.get("score")], value)

    def held(self, cell: Cell, at: datetime, what: Field) -> tuple[str, Any] | None:
        """Return where a field's value in a cell came from, and the value; None if nobody sets it."""
        remaining = self.remaining(cell, at, what)
        if not remaining:
            return self.base(cell.get("score")).get(what)
        strictest = min(self.mildness(cell, what, value) for _, value in remaining)
        return next(one for one in remaining if self.mildness(cell, what, one[1]) == strictest)

    def mildness(self, cell: Cell, what: Field, value: Any) -> float:  # noqa: ANN401 - a field may hold anything
        """Return a number that is larger the milder a value is; 0 where there is no such thing."""
        if what[0] == "on_invalid":
            return self.rank(value)
        if what[0] == "thresholds":
            # how much a score has to bring for the band: for the mild end, much is strict
            height = {"never": math.inf, "always": -math.inf}[value] if isinstance(value, str) else value
            return height if self.scores()[cell.get("score")].higher_is == "riskier" else -height
        return 0

    def rank(self, band: str) -> int:
        """Return the place of a band from the strictest on."""
        safer = self.policy.score is not None and self.policy.score.higher_is == "safer"
        place = self.policy.band_names.index(band)
        return len(self.policy.band_names) - 1 - place if safer else place

    def base(self, score: str | None) -> dict[Field, tuple[str, Any]]:
        """Return what the policy itself sets for a score, the numbers of the environment in it."""
        return self._once(("base", score), lambda: self._base(score))

    def _base(self, score: str | None) -> dict[Field, tuple[str, Any]]:
        found: dict[Field, Any] = {("lead",): self.policy.lead}
        of = self.scores()[score]
        written = {band.name: band.at_least for band in self.policy.bands} if score is None else of.thresholds  # type: ignore[attr-defined]
        for name, least in written.items():
            found["thresholds", name] = None if least is None else in_type(of, least)
        for band in self.policy.bands:
            found["escalate", band.name] = band.escalate
            found["reasons", band.name] = band.reasons
            found["highlight", band.name] = band.highlight
            for key, value in band.attributes.items():
                found["attributes", band.name, key] = value
        on_invalid = self.policy.on_invalid if score is None else of.on_invalid  # type: ignore[attr-defined]
        for name, band_name in per_class(on_invalid).items():
            found["on_invalid", name] = band_name
        given = {what: ("base", value) for what, value in found.items()}
        for name, tunable in self.policy.tunable.items():
            if tunable.env is not None and tunable.env in self.environment:
                number = float(json.loads(self.environment[tunable.env]))
                moved = self.moved(given, name, number, score)
                if moved is not None:
                    given[moved[0]] = ("env", moved[1])
        return given

    def moved(
        self,
        held: Mapping[Field, tuple[str, Any] | None],
        name: str,
        number: float,
        score: str | None,
    ) -> tuple[Field, Any] | None:
        """Return the field that a tunable names and its value with the number in it; None if it is not about it."""
        of = self.scores()[score]
        if name == "lead.ratio":
            _, lead = held["lead",] or ("", None)
            return (("lead",), lead.model_copy(update={"ratio": number})) if lead is not None else None
        if name.endswith(".highlight.above"):
            what: Field = ("highlight", name.removesuffix(".highlight.above"))
            _, highlight = held[what] or ("", None)
            number = in_type(self.scores()[None], number)
            return (what, highlight.model_copy(update={"above": number})) if highlight is not None else None
        if score is not None and not name.startswith(f"{score}."):
            return None
        what = ("thresholds", name if score is None else name.removeprefix(f"{score}."))
        _, value = held[what] or ("", None)
        return None if isinstance(value, str) else (what, in_type(of, number))

    def all_held(self, cell: Cell, at: datetime, numbers: Mapping[str, float]) -> dict[Field, tuple[str, Any] | None]:
        """Return what holds of every field in a cell, with the numbers that a call gives."""
        matching = tuple(one.id for one in self.matching(cell, at))
        key = ("held", matching, cell.get("score"), tuple(numbers.items()))
        return self._once(key, lambda: self._all_held(cell, at, numbers))

    def _all_held(self, cell: Cell, at: datetime, numbers: Mapping[str, float]) -> dict[Field, tuple[str, Any] | None]:
        score = cell.get("score")
        known = self.base(score).keys()
        fields = {*known, *(one for one in self.fields() if one[0] == "attributes")}
        held = {what: self.held(cell, at, what) for what in fields}
        for name, number in numbers.items():
            moved = self.moved(held, name, number, score)
            if moved is not None:
                held[moved[0]] = ("call", moved[1])
        return held

    def ladder(
        self, cell: Cell, at: datetime, numbers: Mapping[str, float] | None = None
    ) -> list[tuple[str, float | None, str | None]]:
        """Return the bands that scores can reach in a cell, from the top, with their thresholds and who set them."""
        held = self.all_held(cell, at, numbers or {})
        score = cell.get("score")
        top_down = list(self.policy.band_names)
        if score is not None:
            if self.scores()[score].higher_is == "safer":
                top_down.reverse()
            top_down = [name for name in top_down[:-1] if ("thresholds", name) in held] + top_down[-1:]
        rungs: list[tuple[str, float | None, str | None]] = []
        for name in top_down[:-1]:
            source, value = held["thresholds", name] or ("base", None)
            if value == "never":
                continue
            if value == "always":
                return [*rungs, (name, None, None)]
            rungs.append((name, value, source))
        return [*rungs, (top_down[-1], None, None)]

    def fields(self) -> set[Field]:
        """Return every field that anybody sets."""
        every = [self.base(score).keys() for score in self.scores()]
        return set().union(*every, *(fields_of(one).keys() for one in self.policy.overrides))

    # --- knock-outs and guardrails ---------------------------------------------------------------------------

    def concerning(self) -> list[Any]:
        """Return the guardrails that speak of this policy, without what they say of use cases."""
        found = []
        for one in self.catalog.guardrails:
            when = dict(one.when)
            named = when.pop("use_case", self.policy.use_case)
            is_about = self.policy.use_case == named or (
                not isinstance(named, str) and self.policy.use_case in (named or ())
            )
            if is_about and (one.require == "tighten_only" or self.under(one)):
                found.append(self._once(("guardrail", one.id), partial(_Guard, one, when)))
        return found

    def under(self, guardrail: Any) -> set[str]:  # noqa: ANN401 - a guardrail
        """Return the bands that a guardrail speaks of."""
        return {
            band.name
            for band in self.policy.bands
            if band.name in (guardrail.bands or ()) or (band.effect and band.effect in (guardrail.effects or ()))
        }

    def required(self, requirement: str, cell: Cell) -> set[str]:
        """Return the bands of which this is required in a cell."""
        guards = [one for one in self.concerning() if one.of.require == requirement and self.holds_in(one, cell)]
        return set().union(*(self.under(one.of) for one in guards))

    def knocked(self, cell: Cell, request: Request) -> list[KnockOut]:
        """Return the knock-outs that match a case in a cell, by id."""
        return [
            one
            for one in sorted(self.policy.knock_outs, key=lambda one: one.id)
            if self.holds_in(one, cell) and all(is_met(one, name, request) for name in one.when)
        ]

    # --- what a case ranges over -----------------------------------------------------------------------------

    def possible(self, name: str, given: object, *, by_guardrails: bool = False) -> list[Any]:
        """Return the values that a given one may stand for; under `base`, guardrails see more than thresholds do."""
        known = self.known(name, given)
        if known is not None:
            return [known]
        rule = self.policy.unknown.get(name, "strictest")
        if rule == "error":
            raise InvalidRequestError(name)
        if name == "jurisdiction" and isinstance(given, str) and re.fullmatch("[A-Z][A-Z]-[A-Z0-9]{1,3}", given):
            country = given.split("-")[0]
            if country in self.catalog.jurisdictions:
                return sorted(self.everything_in(country))
        return [UNKNOWN] if rule == "base" and not by_guardrails else [UNKNOWN, *self.values(name)]

    def known(self, name: str, given: object) -> Any:  # noqa: ANN401 - text, or the place of a stretch
        """Return the value that a given one is, or None if nobody declared it."""
        declared = self.catalog.dimensions.get(name)
        if isinstance(declared, NumberDimension):
            number = binary64(given)
            return None if isinstance(number, str) else len([cut for cut in declared.cuts if cut <= number])
        if name == "escalation_path" and given is None:
            return "none"
        return next((value for value in self.values(name) if isinstance(given, str) and value == given), None)

    def named(self, request: Request) -> list[Any]:
        """Return the jurisdictions of a request by name, None for all that is no text; nothing if it gives none."""
        given = request.dimensions.get("jurisdiction")
        several = given if isinstance(given, (list, tuple, set, frozenset)) else [] if given is None else [given]
        names: list[Any] = sorted({one for one in several if isinstance(one, str)})
        return [*names, None] if any(not isinstance(one, str) for one in several) else names

    def shared_cells(self, request: Request, *, by_guardrails: bool = False) -> Iterator[tuple[int | None, Cell]]:
        """Yield each combination of the values that a case may have, by the names of its jurisdictions."""
        names = self.named(request)
        if len(names) > 100:
            raise InvalidRequestError("jurisdictions")
        for place, name in enumerate(names or [None]):
            asked = {**request.dimensions, "jurisdiction": name}
            ways = [self.possible(one, asked.get(one), by_guardrails=by_guardrails) for one in self.shared()]
            for values in product(*ways):
                yield (place if names else None), dict(zip(self.shared(), values, strict=True))

    def own_cells(self, cell: Cell, read: Read) -> Iterator[Cell]:
        """Yield each combination of the values that a member of a case may have beside those of the case."""
        ways: dict[str, list[Any]] = {}
        for name in self.dimensions():
            if name == "model_version":
                names = names_of_versions(self.scores()[read.name if self.policy.scores else None])
                ways[name] = [read.version] if read.version in names else [UNKNOWN, *names]
            elif name == "label":
                known = self.values("label")
                unknown = [UNKNOWN] if self.policy.unknown_label == "base" else [UNKNOWN, *known]
                ways[name] = [read.name] if read.name in known else unknown
            elif name == "score":
                ways[name] = [read.name]
        for values in product(*ways.values()):
            yield {**cell, **dict(zip(ways, values, strict=True))}

    def unknown_of(self, request: Request, reads: Sequence[Read]) -> tuple[str, ...]:
        """Return the dimensions whose value nobody declared, in any jurisdiction or member."""
        found = set()
        for name in self.named(request) or [None]:
            asked = {**request.dimensions, "jurisdiction": name}
            found |= {one for one in self.shared() if self.known(one, asked.get(one)) is None}
        for read in reads:
            found |= {
                name for one in self.own_cells({}, read) for name in one if one[name] is UNKNOWN and name != "score"
            }
        return tuple(one for one in self.dimensions() if one in found)

    # --- cases -----------------------------------------------------------------------------------------------

    def verdict(self, request: Request) -> Verdict:
        """Return the verdict on a request."""
        reads = self.read(request)
        without = self.decided(request, reads, {})
        if not request.thresholds:
            return without
        numbers, refused = self.asked(request, reads)
        verdict = without if refused else self.decided(request, reads, numbers)
        tuned = Tuned(request.thresholds, {} if refused else numbers, refused, without.outcome)  # type: ignore[arg-type]
        return _with(verdict, tuned=tuned)

    def asked(self, request: Request, reads: Sequence[Read]) -> tuple[dict[str, float], dict[str, str]]:
        """Return the numbers that a request gives for itself, and why each of them is refused that is."""
        numbers: dict[str, float] = {}
        refused: dict[str, str] = {}
        for name, value in request.thresholds.items():
            tunable, number = self.policy.tunable.get(name), binary64(value)
            if tunable is None or not tunable.per_call:
                refused[name] = "not_tunable"
            elif isinstance(number, str):
                refused[name] = "not_a_number"
            else:
                of = self.scores()[name.split(".")[0] if self.policy.scores else None]
                as_held = (lambda one: one) if name == "lead.ratio" else (lambda one, of=of: in_type(of, one))
                low, high = map(as_held, tunable.within)
                numbers[name] = as_held(number)
                if not low <= numbers[name] <= high:
                    refused[name] = "out_of_bounds"
        if refused:
            return {}, refused
        for _, cell in self.shared_cells(request):
            for one in (one for read in reads for one in self.own_cells(cell, read)):
                refused |= {name: "milder" for name in numbers if self.would_loosen(one, request.at, name, numbers)}
        return ({}, refused) if refused else (numbers, {})

    def would_loosen(self, cell: Cell, at: datetime, name: str, numbers: Mapping[str, float]) -> bool:
        """Say whether a number of a call is milder than what holds in a cell, and may not be."""
        if name == "lead.ratio" or name.endswith(".highlight.above") or self.policy.tunable[name].tighten_only is False:
            return False
        moved = self.moved(self.all_held(cell, at, {}), name, numbers[name], cell.get("score"))
        if moved is None:
            return False
        what, value = moved
        _, before = self.held(cell, at, what) or ("", None)
        return self.mildness(cell, what, value) > self.mildness(cell, what, before)

    def in_cell(self, cell: Cell, at: datetime, read: Read, numbers: Mapping[str, float]) -> InCell:
        """Return what a member comes to in one cell."""
        held = self.all_held(cell, at, numbers)
        if isinstance(read.signal, str):
            _, band = held["on_invalid", read.signal] or ("", "")
            return InCell(cell, band, None, None, None, read.signal, frozenset())
        ladder = self.ladder(cell, at, numbers)
        rung = next(i for i, (_, least, _) in enumerate(ladder) if least is None or read.signal >= least)
        band, threshold, source = ladder[rung]
        above = ladder[rung - 1][1] if rung else None
        _, lead = held["lead",] or ("", None)
        if lead is None or band not in lead.bands:
            return InCell(cell, band, threshold, source, above, None, frozenset())
        close = self.too_close(read, lead.ratio)
        if close and lead.otherwise is not None:
            return InCell(cell, lead.otherwise, None, None, None, None, close)
        return InCell(cell, band, threshold, source, above, None, close)

    def too_close(self, read: Read, ratio: float) -> frozenset[str]:
        """Return the classes among which the first does not stand alone, itself with them."""
        label, first, _ = read.classes[0]
        others = read.classes[1:] or ((label, in_type(self.scores()[None], low_of(self.scores()[None])), False),)
        close = {other for other, score, _ in others if not (first >= ratio * score and first > score)}
        return frozenset({label, *close}) if close else frozenset()

    def joined(
        self,
        place: int | None,
        cell: Cell,
        request: Request,
        reads: Sequence[Read],
        numbers: Mapping[str, float],
    ) -> Joined:
        """Return what a case comes to in one cell that its members share: the strictest member, and knock-outs."""
        members = [
            [self.in_cell(one, request.at, read, numbers) for one in self.own_cells(cell, read)] for read in reads
        ]
        by_scores = min((one.band for own in members for one in own), key=self.rank)
        matched = self.knocked(cell, request)
        at_most = [self.rank(one.at_most) for one in matched if one.at_most]
        at_least = [self.rank(one.at_least) for one in matched if one.at_least]
        capped = max([self.rank(by_scores), *at_most])
        final = min([capped, *at_least])
        outcome = next(one for one in self.policy.band_names if self.rank(one) == final)
        return Joined(cell, place, members, by_scores, outcome, final != capped, matched)

    def open(self, band: str, closed: set[str]) -> str:
        """Return a band, or where it is closed the next milder open one, else the next stricter."""
        near = sorted(self.policy.band_names, key=lambda one: abs(self.rank(one) - self.rank(band)))
        milder = [one for one in near if self.rank(one) >= self.rank(band)]
        stricter = [one for one in near if self.rank(one) < self.rank(band)]
        return next((one for one in (*milder, *stricter) if one not in closed), band)

    def decided(self, request: Request, reads: Sequence[Read], numbers: Mapping[str, float]) -> Verdict:
        """Return the verdict on a case, with the numbers that a call gives."""
        judged = [self.joined(place, cell, request, reads, numbers) for place, cell in self.shared_cells(request)]
        possible = list(self.shared_cells(request, by_guardrails=True))
        closed = set().union(*(self.required("never", cell) for _, cell in possible))
        best = min(judged, key=lambda one: self.rank(one.outcome))
        outcome = self.open(best.outcome, closed)

        def telling(band: str) -> Joined:
            asking = [(place, cell) for place, cell in possible if band in self.required("person", cell)]
            reached = [one for one in judged if one.outcome == band]
            if asking:
                place, cell = asking[0]
                return self.joined(place, cell, request, reads, numbers)
            return (reached or judged)[0]

        def told(band: str) -> tuple[int | None, dict[Field, tuple[str, Any] | None]]:
            chosen = telling(band)
            every = [one for own in chosen.members for one in own]
            member = next((one for one in every if one.band == band), every[0])
            return chosen.place, self.all_held(member.cell, request.at, numbers)

        wanted = self.wanted(telling(outcome), outcome, request, numbers)
        for one in judged:
            theirs = self.wanted(one, one.outcome, request, numbers)
            wanted |= {band for band in theirs if one.outcome == outcome or self.rank(band) < self.rank(one.outcome)}
        instead = self.open(min(wanted, key=self.rank), closed)
        floors = [self.rank(one.at_least) for cell in judged for one in cell.matched if one.at_least]
        if not any(self.rank(instead) > floor for floor in floors):
            outcome = instead
        drawn = self.drawn(outcome, closed, judged, request)
        final = outcome if drawn is None else drawn[0].to
        place, held = told(final)
        reasons = value_of(held, ("reasons", final))
        codes = list(known_codes(reasons, request) if isinstance(reasons, CaseReasons) else reasons)
        matched = sorted({one.id: one for cell in judged for one in cell.matched}.items())
        for _, knock_out in matched:
            if final in (knock_out.at_least, knock_out.at_most):
                codes += knock_out.reasons
        read, own = self.crossed(reads, best, outcome)
        first = reads[0]
        ambiguous = set().union(*(one.close for cell in judged for members in cell.members for one in members))
        is_one = self.policy.kind not in ("labels", "scores")
        invalid = first.signal if is_one and isinstance(first.signal, str) else own.invalid if own else None
        return Verdict(
            outcome=final,
            threshold=own.threshold if own else None,
            threshold_from=own.source if own else None,
            next_threshold=own.above if own else None,
            invalid=invalid,  # type: ignore[arg-type]  # one of the classes
            escalate=value_of(held, ("escalate", final)),
            reasons=tuple(dict.fromkeys(codes)),
            attributes={what[2]: one[1] for what, one in held.items() if what[:2] == ("attributes", final) and one},
            jurisdiction=place,
            unknown=self.unknown_of(request, reads),
            label=first.classes[0][0]
            if first.classes
            else (read.name if read and self.policy.kind == "labels" else None),
            ambiguous=tuple(label for label, _, _ in first.classes if label in ambiguous),
            highlighted=self.highlighted(value_of(held, ("highlight", final)), first),
            members=() if is_one else tuple(self.member(*one) for one in zip(reads, best.members, strict=True)),
            knock_outs=tuple(name for name, _ in matched),
            sample=None if drawn is None else Sampled(drawn[0].id, drawn[1], outcome),
        )

    def wanted(self, one: Joined, band: str, request: Request, numbers: Mapping[str, float]) -> set[str]:
        """Return what those who gave a cell its band want it to be: the band, or what it is without a known code."""
        every = [each for own in one.members for each in own]
        found = set()
        for each in [each for each in every if each.band == band] or every[:1]:
            reasons = value_of(self.all_held(each.cell, request.at, numbers), ("reasons", band))
            is_short = isinstance(reasons, CaseReasons) and not known_codes(reasons, request)
            found.add(reasons.else_ if is_short and not one.is_raised else band)
        return found

    def crossed(self, reads: Sequence[Read], best: Joined, outcome: str) -> tuple[Read, InCell] | tuple[None, None]:
        """Return the first member by name whose score gave the outcome, with its cell; none if no score did."""
        if best.by_scores != best.outcome or best.outcome != outcome:
            return None, None
        every = [(read, one) for read, own in zip(reads, best.members, strict=True) for one in own]
        return next(one for one in every if one[1].band == outcome)

    def member(self, read: Read, own: Sequence[InCell]) -> Member:
        """Return what the decision lists of a member."""
        strictest = min(self.rank(one.band) for one in own)
        one = next(one for one in own if self.rank(one.band) == strictest)
        signal = None if isinstance(read.signal, str) else read.signal
        return Member(str(read.name), signal, one.band, one.threshold, one.source, one.above, one.invalid)  # type: ignore[arg-type]

    def highlighted(self, highlight: Any, read: Read) -> tuple[Highlighted, ...]:  # noqa: ANN401 - one, or None
        """Return the labels that are shown."""
        if highlight is None:
            return ()
        cut = in_type(self.scores()[None], highlight.above)
        given = [(label, score) for label, score, is_given in read.classes if is_given]
        found = [Highlighted(label, score, filled=False) for label, score in given if score > cut]
        for label, score in given:
            if len(found) < highlight.floor and not score > cut:
                found.append(Highlighted(label, score, filled=True))
        return tuple(found if highlight.cap is None else found[: highlight.cap])

    def drawn(
        self, outcome: str, closed: set[str], judged: Sequence[Joined], request: Request
    ) -> tuple[Sample, float] | None:
        """Return the sample that a case is drawn for, with the probability of that."""
        missed: dict[tuple[str, str], float] = {}
        floors = [self.rank(one.at_least) for cell in judged for one in cell.matched if one.at_least]
        for sample in sorted(self.policy.samples, key=lambda one: one.id):
            key = request.subject if sample.by == "subject" else request.dimensions.get(sample.by)
            if sample.of != outcome or sample.to in closed or not isinstance(key, str):
                continue
            if any(one.is_raised for one in judged) or any(self.rank(sample.to) > floor for floor in floors):
                continue
            if sample.until is not None and request.at >= sample.until:
                continue
            text = f"{sample.salt}\0{self.policy.use_case}\0{key}".encode("utf-8", "surrogatepass")
            bucket = int(hashlib.sha256(text).hexdigest()[:16], 16)
            lot = (sample.salt, key)
            if bucket < sample.percent / 100 * 2**64:
                own = max(sample.percent - missed.pop(lot, 0.0), 0.0) / 100
                return sample, math.prod([own, *(1 - percent / 100 for percent in missed.values())])
            missed[lot] = max(missed.get(lot, 0.0), sample.percent)
        return None

    # --- reading ---------------------------------------------------------------------------------------------

    def read(self, request: Request) -> list[Read]:
        """Return the members of a case, by name."""
        if self.policy.scores:
            return list(self._read_scores(request))
        if self.policy.kind == "labels":
            return list(self._read_labels(request))
        score = self.scores()[None]
        version, is_admitted = version_of(score, request.model, request.model_version)
        if not is_admitted:
            return [Read(None, "wrong_model", None)]
        if score.kind == "classes":
            return [read_classes(score, request.score, version)]
        return [Read(None, read_one(score, request.score), version)]

    def _read_scores(self, request: Request) -> Iterator[Read]:
        scores = self.scores()
        for given in (request.score, request.model, request.model_version):
            if isinstance(given, Mapping) and any(name not in scores for name in given):
                raise InvalidRequestError("a score that nobody declared")
        for name, score in scores.items():
            model, model_version = (
                one.get(name) if isinstance(one, Mapping) else None if one in (None, [], ()) else [one]
                for one in (request.model, request.model_version)
            )
            version, is_admitted = version_of(score, model, model_version)
            given = request.score
            if isinstance(given, Mapping):
                signal = read_one(score, given.get(name))
            else:
                is_empty = given is None or (isinstance(given, (list, tuple)) and not given)
                signal = "missing" if is_empty else "wrong_type"
            yield Read(name, signal if is_admitted else "wrong_model", version if is_admitted else None)

    def _read_labels(self, request: Request) -> Iterator[Read]:
        score = self.scores()[None]
        version, is_admitted = version_of(score, request.model, request.model_version)
        declared = list(score.labels or ())
        entries, is_faulty = entries_of(score, request.score)
        labels = [label for label, _ in entries if label is not None]
        if self.policy.unknown_label == "error" and set(labels) - set(declared):
            raise InvalidRequestError("a label that nobody declared")
        for label in sorted({*declared, *labels}):
            scores = [value for name, value in entries if name == label]
            signal = read_one(score, scores[0]) if len(scores) == 1 else "wrong_type" if scores else "missing"
            if is_faulty:
                signal = "wrong_type"
            yield Read(label, signal if is_admitted else "wrong_model", version)


class _Guard(NamedTuple):
    """A guardrail with its `when` as cells have it."""

    of: Any
    when: Mapping[str, Any]


def decide(
    policies: Sequence[Policy], catalog: Catalog, request: Request, environment: Mapping[str, str] | None = None
) -> Verdict:
    """Return the verdict on a request under the policy that is live."""
    return deciding(policies, catalog, environment or {})(request)


def deciding(
    policies: Sequence[Policy], catalog: Catalog, environment: Mapping[str, str]
) -> Callable[[Request], Verdict]:
    """Return what decides by these policies."""
    oracles = [Oracle(one, catalog, environment) for one in policies if one.stage is None]

    def decide_one(request: Request) -> Verdict:
        for one in oracles:
            window = one.policy.effective
            if one.policy.use_case == request.use_case and window.from_ <= request.at < (window.until or FOREVER):
                return one.verdict(request)
        raise UnknownUseCaseError(request.use_case)

    return decide_one


def _with(verdict: Verdict, *, tuned: Tuned) -> Verdict:
    names = [name for name in Verdict.__slots__ if name != "tuned"]
    return Verdict(**{name: getattr(verdict, name) for name in names}, tuned=tuned)


def value_of(held: Mapping[Field, tuple[str, Any] | None], what: Field) -> Any:  # noqa: ANN401 - a field holds anything
    """Return the value of a field that may be unset."""
    one = held.get(what)
    return None if one is None else one[1]


def is_met(knock_out: KnockOut, name: str, request: Request) -> bool:
    """Say whether a condition on a fact is met; one on a dimension is for cells to say."""
    wanted = knock_out.when[name]
    if not isinstance(wanted, bool):
        return True
    given = request.facts.get(name)
    if isinstance(given, np.bool_):
        given = bool(given)
    return given is wanted if isinstance(given, bool) else knock_out.at_least is not None


def known_codes(reasons: CaseReasons, request: Request) -> list[str]:
    """Return the first known ones among the codes of a case."""
    found: list[str] = []
    for code in request.reason_codes:
        if isinstance(code, str) and code in reasons.of and code not in found:
            found.append(code)
    return found if reasons.max is None else found[: reasons.max]


def fields_of(override: Override) -> dict[Field, Any]:
    """Return what an override sets."""
    found: dict[Field, Any] = {}
    for kind, written in (
        ("thresholds", override.thresholds),
        ("escalate", override.escalate),
        ("reasons", override.reasons),
        ("highlight", override.highlight),
    ):
        found |= {(kind, band): value for band, value in (written or {}).items()}
    for band, attributes in (override.attributes or {}).items():
        found |= {("attributes", band, key): value for key, value in attributes.items()}
    if override.lead is not None:
        found["lead",] = override.lead
    return found | {("on_invalid", name): band for name, band in per_class(override.on_invalid).items()}


def per_class(written: Any) -> dict[str, str]:  # noqa: ANN401 - a band, or a mapping
    """Return the band of each class that an `on_invalid` names, itself or by `otherwise`."""
    if written is None:
        return {}
    if isinstance(written, str):
        return dict.fromkeys(CLASSES, written)
    found = {name: written["otherwise"] for name in CLASSES if "otherwise" in written}
    return found | {name: band for name, band in written.items() if name != "otherwise"}


# --- scores ------------------------------------------------------------------------------------------------------


def names_of_versions(score: Score) -> list[str]:
    """Return the names under which overrides speak of a model's versions."""
    return sorted(score.model.versions) if isinstance(score.model.versions, dict) else []


def version_of(score: Score, model: object, version: object) -> tuple[str | None, bool]:
    """Return the name of a version, if it has one, and whether the model and it are those of the policy."""
    versions = score.model.versions
    if model is not None and (not isinstance(model, str) or model != score.model.name):
        return None, False
    if versions is None:
        return None, True
    by_name = versions if isinstance(versions, dict) else {None: versions}
    try:
        read = Version(version) if isinstance(version, str) else None
    except (InvalidVersion, ValueError):
        read = None
    for name, specifier in by_name.items():
        if read is not None and SpecifierSet(specifier).contains(read, prereleases=True):
            return name, True
    return None, False


def low_of(score: Score) -> float:
    """Return the low end of a range."""
    low, _ = score.range or (0.0, 1.0)
    return -math.inf if low is None else low


def in_type(score: Score, number: float) -> float:
    """Return a number as the type of the score holds it."""
    if score.type != "float32" or not math.isfinite(number):
        return number
    with np.errstate(over="ignore"):
        return float(np.float32(number))


def read_one(score: Score, given: object) -> float | str:
    """Return a score as it is compared, or its class of bad input."""
    if given is None:
        return "missing"
    number = binary64(given)
    if isinstance(number, str):
        return number
    number = in_type(score, number)
    if math.isinf(number):
        return "not_finite"
    low, high = score.range or (0.0, 1.0)
    if (low is not None and number < in_type(score, low)) or (high is not None and number > in_type(score, high)):
        return "out_of_range"
    return number


def read_classes(score: Score, given: object, version: str | None) -> Read:
    """Return what a case of several classes comes to."""
    if given is None:
        return Read(None, "missing", version)
    entries, is_faulty = entries_of(score, given)
    names = [label for label, _ in entries]
    if not entries and not is_faulty:
        return Read(None, "no_candidates", version)
    if len(names) != len(set(names)) or (score.labels is not None and set(names) - set(score.labels)):
        is_faulty = True
    signals = [read_one(score, value) for _, value in entries]
    bad = {one for one in signals if isinstance(one, str)} | ({"wrong_type"} if is_faulty else set())
    if bad:
        return Read(None, min(bad, key=CLASSES.index), version)
    low = in_type(score, low_of(score))
    classes = [(str(label), float(signal), True) for label, signal in zip(names, signals, strict=True)]
    classes += [(label, low, False) for label in score.labels or () if label not in names]
    classes.sort(key=lambda one: one[0])
    classes.sort(key=lambda one: one[1], reverse=True)
    first, second = classes[0][1], classes[1][1] if len(classes) > 1 else low
    return Read(None, first - second if score.signal == "margin" else first, version, tuple(classes))


def entries_of(score: Score, given: object) -> tuple[list[tuple[str | None, Any]], bool]:
    """Return labels with their scores, and whether the container has a fault; None is no label at all."""
    if given is None:
        return [], False
    if isinstance(given, Mapping):
        texts: list[tuple[str | None, Any]] = [item for item in given.items() if isinstance(item[0], str)]
        return texts, len(texts) < len(given)
    if isinstance(given, np.ndarray) and given.ndim == 1:
        given = [None if one is np.ma.masked else one for one in given]
    if not isinstance(given, (list, tuple)):
        return [], True
    if given and all(isinstance(one, Mapping) for one in given):
        whole = [one for one in given if set(one) == {"label", "score"} and isinstance(one["label"], str)]
        return [(one["label"], one["score"]) for one in whole], len(whole) < len(given)
    if not given:
        return [], False
    if score.labels is None or len(given) != len(score.labels):
        return [(None, one) for one in given], True
    return list(zip(score.labels, given, strict=True)), False


def binary64(value: object) -> float | str:
    """Return a number in binary64, or its class of bad input."""
    is_duration = type(value).__name__ == "timedelta64"
    if isinstance(value, bool) or is_duration or not isinstance(value, (Real, Decimal)):
        return "wrong_type"
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return "not_finite"
    except TypeError:
        return "wrong_type"
    return number if -math.inf < number < math.inf else "not_finite"
