"""A decision in plain words: what gave the outcome, which overrides won and why, how near the other bands were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.engine.plain import plain
from policy_engine.engine.retrace import retrace
from policy_engine.model import CaseReasons, Highlight, Lead, format_instant
from policy_engine.printable import printable
from policy_engine.reference import read_fact
from policy_engine.resolution import format_number
from policy_engine.vocabulary import BASE, FROM_CALL, FROM_ENVIRONMENT, JURISDICTION, SUBJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policy_engine.compiler import PolicyTable
    from policy_engine.engine.decision import Decision
    from policy_engine.engine.retrace import DecidingMember, Place, Retraced
    from policy_engine.evaluator.case import Given
    from policy_engine.model import KnockOut, Policy, Verdict
    from policy_engine.reference import Ranked
    from policy_engine.resolution import Cell, Field, Reach
    from policy_engine.vocabulary import InvalidClass, Refusal

_INVALID: Mapping[InvalidClass, str] = {
    "missing": "there is no score",
    "wrong_type": "the score is no number",
    "not_finite": "the score is no finite number",
    "out_of_range": "the score lies outside the range",
    "no_candidates": "the score names no class at all",
}
_INVALID_CLASSES: Mapping[InvalidClass, str] = {
    "missing": "there is no score, or none of one of the classes",
    "wrong_type": "the score of a class is no number, or whose scores these are cannot be told",
    "not_finite": "the score of a class is no finite number",
    "out_of_range": "the score of a class lies outside the range",
}
_REFUSED: Mapping[Refusal, str] = {
    "not_tunable": "the policy lets no request set it",
    "not_a_number": "it is no number",
    "out_of_bounds": "it is out of bounds",
    "milder": "it is milder than what holds",
}
_MOST_LISTED = 20
"""So many members or labels are listed; the decision itself has all."""


def explain(decision: Decision, table: PolicyTable) -> str:
    """Return the explanation: some lines of text, the outcome first. It is worked out anew, and may take its time."""
    return "\n".join(_Explanation(decision, table).lines())


class _Step(NamedTuple):
    """A band that the case had on its way, and what gave it."""

    band: str
    why: str


class _Explanation:
    """Explains one decision."""

    def __init__(self, decision: Decision, table: PolicyTable) -> None:
        self._decision, self._table = decision, table
        self._policy: Policy = table.policy
        self._verdict: Verdict = decision.verdict
        self._found: Retraced = retrace(decision.request, decision.verdict, table)
        self._member: DecidingMember = self._found.member

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        *before, last = self._way()
        yield f"`{self._verdict.outcome}`: {last.why}"
        yield self._where()
        for place, step in enumerate(before):
            yield f"{'then' if place else 'at first'} `{step.band}`: {step.why}"
        yield from self._range()
        yield from self._members()
        yield from self._lead()
        yield from self._cell()
        yield from self._knock_outs()
        yield from self._highlight()
        yield from self._tuned()
        yield from self._float32()
        yield from self._word()
        yield from self._escalation()
        yield from self._carried()
        yield from self._candidates()

    # --- from band to band -----------------------------------------------------------------------------------

    def _way(self) -> Iterator[_Step]:
        """Yield the bands that the case had, one after the other, the outcome last."""
        found, verdict = self._found, self._verdict
        yield _Step(found.outcome.joined, self._by_score())
        if found.outcome.outcome != found.outcome.joined:
            yield _Step(found.outcome.outcome, self._by_knock_out())
        band = found.case.open_band(found.outcome.outcome)
        if band != found.outcome.outcome:
            yield _Step(band, self._by_guardrail(found.outcome.outcome, band))
        unsampled = verdict.outcome if verdict.sample is None else verdict.sample.outcome_without
        if unsampled != band:
            yield _Step(unsampled, f"`{band}` needs a reason code that is known, and the case comes with none")
        if verdict.sample is not None:
            sample = next(one for one in self._policy.samples if one.id == verdict.sample.id)
            drawn = "subjects" if sample.by == SUBJECT else f"values of `{sample.by}`"
            yield _Step(
                verdict.outcome,
                f"it is drawn for the sample `{sample.id}`, {format_number(sample.percent)} of 100 {drawn}",
            )

    def _by_knock_out(self) -> str:
        outer, strictness = self._found.outcome.cell, self._policy.strictness
        outcome = self._found.outcome.outcome
        is_raised = strictness[outcome] < strictness[self._found.outcome.joined]
        if is_raised or self._found.outcome.is_raised:
            ids = [one.id for one in outer.knock_outs if one.at_least == outcome]
            return f"{_knock_outs_called(ids)} to at least `{outcome}`"
        ids = [one.id for one in outer.knock_outs if one.at_most == outcome]
        return f"{_knock_outs_called(ids)} to at most `{outcome}`"

    def _by_guardrail(self, closed: str, band: str) -> str:
        ids = [one.id for one in self._found.requiring("never", closed)]
        which = "milder" if self._policy.strictness[band] > self._policy.strictness[closed] else "stricter"
        return f"{_listed('guardrail', ids)} closed `{closed}`, and this is the next {which} band that is open"

    def _by_score(self) -> str:
        """Say how the score, or the absence of one, gave the band of the deciding member."""
        given, reading = self._member.given, self._member.reading
        of = {"labels": f"label `{_short(reading.name)}`: ", "scores": f"score `{reading.name}`: "}
        named = of.get(self._policy.kind, "")
        if given.invalid is not None or isinstance(reading.signal, str):
            return f"{named}{self._invalid(given.invalid)} (`{given.invalid}`)"
        if given.ratio is not None and self._is_otherwise(given):
            return f"{named}{self._too_close(given.ratio, reading.ranking)}, so the case gets the band for such cases"
        parts = []
        if given.threshold is not None:
            number, source = format_number(given.threshold), self._source(given.threshold_from, given.band)
            parts.append(f"{_distance(reading.signal, given.threshold)} the threshold {number} ({source})")
        if given.next_threshold is not None:
            above = next(rung.band for rung in given.cell.rungs if rung.threshold == given.next_threshold)
            number = format_number(given.next_threshold)
            parts.append(f"{_distance(reading.signal, given.next_threshold)} {number}, from which on it is `{above}`")
        where = " and ".join(parts) or "in the only band that scores can reach there"
        if self._policy.kind == "scores":
            return f"score `{reading.name}` {format_number(reading.signal)} is {where}"
        return f"{named}{self._signal()} is {where}"

    def _invalid(self, invalid: InvalidClass | None) -> str:
        if invalid is None:
            return "there is no valid score"
        if invalid == "wrong_model":
            return self._wrong_model()
        if (
            self._policy.kind == "scores"
            and invalid == "wrong_type"
            and not isinstance(self._decision.request.score, Mapping)
        ):
            return "the case has several scores, and what came is no mapping by their names"
        if self._policy.kind == "classes" and self._decision.request.score is not None:
            return _INVALID_CLASSES.get(invalid, _INVALID[invalid])
        return _INVALID[invalid]

    def _wrong_model(self) -> str:
        """Say what came as the model or its version, and what the policy covers."""
        request, policy, name = self._decision.request, self._policy, self._member.reading.name
        said: dict[str, Any] = {"model": request.model, "model_version": request.model_version}
        model = policy.scales[0].score.model
        if policy.kind == "scores":
            model = policy.scale_of(name).score.model
            for what, given in said.items():
                if given is not None and not isinstance(given, Mapping):
                    return f"`{what}` is no mapping by the names of the scores, so it says of none whose score it is"
            said = {what: None if given is None else given.get(name) for what, given in said.items()}
        if said["model"] is not None and said["model"] != model.name:
            return f"the score is of the model `{_short(str(said['model']))}`, and the policy is for `{model.name}`"
        versions = model.versions.values() if isinstance(model.versions, Mapping) else [model.versions]
        fits = " or ".join(f"`{one}`" for one in versions)
        if said["model_version"] is None:
            return f"the score comes without a model version, and the policy covers {fits}"
        return f"the score is of the model version `{_short(str(said['model_version']))}`, and the policy covers {fits}"

    def _is_otherwise(self, given: Given) -> bool:
        return given.cell.lead is not None and given.cell.lead.otherwise is not None

    def _signal(self) -> str:
        reading = self._member.reading
        number = "score" if isinstance(reading.signal, str) else format_number(reading.signal)
        if not reading.ranking:
            return f"score {number}"
        first, *others = reading.ranking
        if self._policy.scales[0].score.signal != "margin":
            return f"score {number} of the first class, `{_short(first.label)}`,"
        second = f"`{_short(others[0].label)}` {format_number(others[0].score)}" if others else "none"
        return f"margin {number} of `{_short(first.label)}` {format_number(first.score)} before {second}"

    def _too_close(self, ratio: float, ranking: Sequence[Ranked]) -> str:
        first, *others = ranking
        second = (
            f"that of `{_short(others[0].label)}` {format_number(others[0].score)}" if others else "the range's end"
        )
        times = "above" if ratio == 1 else f"{format_number(ratio)} times"
        return f"the first class, `{_short(first.label)}` {format_number(first.score)}, is not {times} {second}"

    # --- what the case is ------------------------------------------------------------------------------------

    def _where(self) -> str:
        policy, decision = self._policy, self._decision
        given = [f"{name} {_shown(value)}" for name, value in decision.request.dimensions.items() if value is not None]
        given += [f"fact {name} {_shown(value)}" for name, value in decision.request.facts.items()]
        case = f"; {', '.join(given)}" if given else ""
        return f"policy `{policy.use_case}` version {policy.version}, at {format_instant(decision.at)}{case}"

    def _range(self) -> Iterator[str]:
        """Yield what was not known, and what decided of all that was judged."""
        if self._verdict.unknown:
            yield f"not known or left out: {', '.join(f'`{name}`' for name in self._verdict.unknown)}"
        if self._found.combinations > 1:
            values = _place_in_words(self._found.place)
            found = f", first found at {values}" if values else ""
            yield f"judged in each of {self._found.combinations} combinations; the strictest holds{found}"

    def _members(self) -> Iterator[str]:
        """Yield the labels or named scores with the band of each: the strictest of them holds."""
        members = self._verdict.members
        if not members:
            return
        yield f"{'labels' if self._policy.kind == 'labels' else 'scores'}, of which the strictest band holds:"
        shown = sorted(members, key=lambda one: self._policy.strictness[one.outcome])[:_MOST_LISTED]
        names = max(len(_short(one.name)) for one in shown)
        bands = max(len(one.outcome) for one in shown)
        for one in shown:
            number = f"({one.invalid})" if one.signal is None else format_number(one.signal)
            yield f"  {_short(one.name):<{names}}  {one.outcome:<{bands}}  {number}"
        if len(members) > len(shown):
            yield f"  and {len(members) - len(shown)} more, no stricter"

    def _lead(self) -> Iterator[str]:
        if not self._verdict.ambiguous:
            return
        close = [f"`{_short(label)}`" for label in self._verdict.ambiguous[:_MOST_LISTED]]
        more = len(self._verdict.ambiguous) - len(close)
        names = f"{', '.join(close)}{f' and {more} more' if more else ''}"
        if len(self._verdict.ambiguous) == 1:
            yield f"ambiguous: {names} does not stand clear of the low end of the range"
            return
        ratio = max(
            (one.ratio for own in self._found.outcome.members for one in own if one.ratio is not None), default=None
        )
        clear = "" if ratio is None else f": no first class has {format_number(ratio)} times the score of the others"
        yield f"ambiguous between {names}{clear}"

    # --- what holds there ------------------------------------------------------------------------------------

    def _cell(self) -> Iterator[str]:
        given, cell = self._member.given, self._member.cell
        if given.invalid is not None:
            source = self._source(cell.on_invalid(given.invalid).source)
            yield f"`on_invalid` gives it that band there ({source}), whatever the thresholds are"
            return
        named = f" for `{cell.scale.name}`" if cell.scale.name is not None else ""
        label = f" for `{_short(self._member.reading.name)}`" if self._policy.kind == "labels" else named
        yield f"thresholds there{label}:"
        width = max(len(rung.band) for rung in given.cell.rungs)
        width = max(width, *(len(name) for name in cell.scale.bands))
        for rung in reversed(given.cell.rungs):
            if rung.threshold is None:
                yield f"  {rung.band:<{width}}  everything else"
            else:
                source = self._source(rung.source, rung.band)
                yield f"  {rung.band:<{width}}  from {format_number(rung.threshold)}, {source}"
        yield from self._overrides(cell)

    def _overrides(self, cell: Cell) -> Iterator[str]:
        matched = [one for one in self._table.resolved.overrides if one.id in cell.matched]
        if not matched:
            yield "no override matches there"
            return
        yield f"overrides that match: {', '.join(f'`{one.id}`' for one in matched)}"
        for one in matched:
            if one.override.because:
                yield f"  `{one.id}`: {' '.join(one.override.because.split())}"
        moved = {band for band, (_, source) in self._member.given.cell.thresholds.items() if source == FROM_CALL}
        yield from contests(cell, matched, but={("thresholds", band) for band in moved})

    def _source(self, source: str | None, band: str | None = None) -> str:
        if source == FROM_ENVIRONMENT:
            variable = self._variable(band)
            return "the environment" if variable is None else f"the environment variable `{variable}`"
        return "the request itself" if source == FROM_CALL else source_in_words(source)

    def _variable(self, band: str | None) -> str | None:
        score = self._member.cell.scale.name
        tunable = self._policy.tunable.get(f"{score}.{band}" if score is not None else str(band))
        return None if tunable is None else tunable.env

    # --- what came in beside the score -----------------------------------------------------------------------

    def _knock_outs(self) -> Iterator[str]:
        by_id = {one.id: one for one in self._policy.knock_outs}
        for name in self._verdict.knock_outs:
            one = by_id[name]
            bound = f"at least `{one.at_least}`" if one.at_least is not None else f"at most `{one.at_most}`"
            why = f": {' '.join(one.fail_open_because.split())}" if one.fail_open_because else ""
            yield f"the knock-out `{name}` matches, {bound}{self._not_told(one)}{why}"

    def _not_told(self, knock_out: KnockOut) -> str:
        facts = self._decision.request.facts
        missing = [
            f"`{name}`"
            for name, wanted in knock_out.when.items()
            if isinstance(wanted, bool) and read_fact(facts.get(name)) is None
        ]
        return f" (not told: {', '.join(missing)}, which speaks for the stricter band)" if missing else ""

    def _highlight(self) -> Iterator[str]:
        shown = self._verdict.highlighted[:_MOST_LISTED]
        if not shown:
            return
        words = [
            f"`{_short(one.label)}` {format_number(one.score)}{' (filled in)' if one.filled else ''}" for one in shown
        ]
        more = len(self._verdict.highlighted) - len(shown)
        yield f"shown with it: {', '.join(words)}{f' and {more} more' if more else ''}"

    def _tuned(self) -> Iterator[str]:
        tuned = self._verdict.tuned
        if tuned is None:
            return
        if tuned.applied:
            numbers = ", ".join(f"`{name}` {format_number(number)}" for name, number in tuned.applied.items())
            yield f"the request itself sets {numbers}; without that it is `{tuned.outcome_without}`"
            return
        refused = ", ".join(f"`{_short(name)}` ({_REFUSED[why]})" for name, why in tuned.refused.items())
        yield f"the request asks for numbers of its own, and none of them applies: {refused}"

    def _float32(self) -> Iterator[str]:
        score = self._member.cell.scale.score
        if score.type == "float32" and self._member.given.invalid is None:
            yield "scores and thresholds are compared as float32, and shown so"

    def _escalation(self) -> Iterator[str]:
        for one in self._found.requiring("person", self._verdict.outcome):
            because = f": {' '.join(one.because.split())}" if one.because else ""
            yield f"guardrail `{one.id}` requires a person for it{because}"
        escalation = self._decision.escalation
        if escalation is not None:
            due = f" until {format_instant(escalation.due)}" if escalation.due is not None else ""
            yield f"the case goes to `{escalation.path}`: {escalation.to}{due}"

    def _word(self) -> Iterator[str]:
        """Yield whose word holds on what follows, where that is another cell than the one that decided."""
        place, why = self._found.word
        words = _place_in_words(place)
        if words == _place_in_words(self._found.place):
            return
        reason = {
            "asks for a person": "the first by name where a guardrail asks for a person",
            "came to it": f"the first by name that came to `{self._verdict.outcome}`",
            "is named": "the first by name",
        }[why]
        yield f"escalation, reasons and attributes are those of {words}: {reason}"

    def _carried(self) -> Iterator[str]:
        if self._verdict.reasons:
            yield f"reasons: {', '.join(f'`{_short(code)}`' for code in self._verdict.reasons)}"
        for key, value in sorted(self._verdict.attributes.items()):
            yield f"attribute {_short(key)}: {_short(json.dumps(value, ensure_ascii=False))}"

    def _candidates(self) -> Iterator[str]:
        for one in self._decision.candidates:
            live = one.instead_of
            if one.decided and live is not None:
                said = f"the live version {live.version} says `{live.outcome}`"
                yield f"version {one.version} decided it as a {one.stage}; {said}"
            elif one.failed is not None:
                yield f"version {one.version}, a {one.stage}, gave no answer ({_short(one.failed)})"
            elif one.outcome is not None:
                yield f"version {one.version}, a {one.stage}, says `{one.outcome}`"


# --- which override won --------------------------------------------------------------------------------------


def contests(cell: Cell, matched: Sequence[Reach], *, but: Iterable[Field] = ()) -> Iterator[str]:
    """Yield, for each field on which several overrides differ, who won and why; those in *but* are left out."""
    by_id = {one.id: one for one in matched}
    for field, settled in cell.settled.items():
        winner = by_id.get(settled.source)
        if winner is None or field in but:
            continue
        for loser in matched:
            if loser is not winner and field in loser.fields and loser.fields[field] != winner.fields[field]:
                what, other = _field_in_words(field), _value_in_words(loser.fields[field])
                yield f"  {what}: `{winner.id}` holds and not `{loser.id}`{other}: {_why(winner, loser)}"


def _why(winner: Reach, loser: Reach) -> str:
    if winner.same_cells_as(loser):
        return "both match the same cells, and its window is the inner one"
    if winner.is_narrower_than(loser):
        return "it is narrower"
    return "neither is narrower, and the stricter holds"


def _field_in_words(field: Field) -> str:
    kind, *names = field
    return f"`{names[0]}`" if kind == "thresholds" else f"{kind} `{'.'.join(names)}`" if names else f"`{kind}`"


def _value_in_words(value: Any) -> str:  # noqa: ANN401 - a field may hold anything
    if isinstance(value, str):
        return f" ({_short(value)})"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f" ({format_number(value)})"
    if isinstance(value, Lead):
        return f" (ratio {format_number(value.ratio)})"
    if isinstance(value, Highlight):
        return f" (above {format_number(value.above)})"
    if isinstance(value, tuple) and value:
        return f" ({', '.join(map(str, value))})"
    return " (those of the case)" if isinstance(value, CaseReasons) else ""


# --- words ---------------------------------------------------------------------------------------------------


def source_in_words(source: str | None) -> str:
    """Return where a value of a cell came from."""
    words = {BASE: "the policy's base", FROM_ENVIRONMENT: "the environment", None: "the policy"}
    return words.get(source, f"override `{source}`")


def _place_in_words(place: Place) -> str:
    values = [f"{name} {value or 'unknown'}" for name, value in place.values.items()]
    if JURISDICTION not in place.values and place.jurisdiction is not None:
        values.insert(0, f"{JURISDICTION} {_short(place.jurisdiction)}")
    return ", ".join(values)


def _distance(score: float, threshold: float) -> str:
    if score == threshold:
        return "exactly on"
    return f"{abs(score - threshold):.6g} {'above' if score > threshold else 'below'}"


def _knock_outs_called(ids: Sequence[str]) -> str:
    names = ", ".join(f"`{name}`" for name in ids)
    return f"the knock-outs {names} bring it" if len(ids) > 1 else f"the knock-out {names} brings it"


def _listed(word: str, ids: Sequence[str]) -> str:
    names = ", ".join(f"`{name}`" for name in ids)
    return f"the {word}s {names} have" if len(ids) > 1 else f"the {word} {names} has"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return " and ".join(_short(item) for item in value)
    return _short(value)


def _short(value: object) -> str:
    # As JSON would hold it: text of what is nested without end has none
    return printable(str(plain(value))[:60])
