"""Laws that every policy obeys, whatever it says: what may not happen when a score, a request or a file changes."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from policy_engine.drawing import is_drawn
from policy_engine.exceptions import InvalidRequestError
from policy_engine.lint.reasons import of_the_case
from policy_engine.model import Catalog, NumberDimension, Policy, band_per_class
from policy_engine.resolution import looseness, resolve
from policy_engine.vocabulary import ESCALATION_PATH, INVALID_CLASSES, JURISDICTION
from tests.support.evaluators import EVALUATORS, answer, compiled, in_full
from tests.support.requests import (
    NO_VALUES,
    NOT_FINITE,
    NOT_SCORES,
    cases,
    numbers_of,
    one_of_these,
    plain_cases,
    scores_given,
    some_of,
    valid_scores,
    values_of,
)
from tests.support.strategies import (
    IDS,
    KINDS,
    PolicySet,
    conditions_of_overrides,
    is_valid,
    policy_set,
    policy_sets,
    windows_of_overrides,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hypothesis.strategies import DataObject, DrawFn

    from policy_engine.model import Request, Verdict
    from tests.support.evaluators import Decide
    from tests.support.strategies import Document

NUMBERS = ("number",)

half_as_often = settings(max_examples=max(10, settings().max_examples // 2))
"""For laws that take many decisions to try: they see half as many policies as the others, in every profile."""


def _drawn(data: DataObject, kinds: Sequence[str] = KINDS, *, guarded: bool = True) -> tuple[PolicySet, Policy]:
    drawn = data.draw(policy_sets(kinds, guarded=guarded), label="policies")
    return drawn, data.draw(st.sampled_from(drawn.policies), label="policy")


def _without(drawn: PolicySet, policy: Policy, *keys: str) -> tuple[PolicySet, Policy]:
    """Return the same policies, of which this one goes without some of its keys."""
    place = drawn.policies.index(policy)
    documents = [
        {key: value for key, value in one.items() if at != place or key not in keys}
        for at, one in enumerate(drawn.policy_documents)
    ]
    if "lead" in keys and "tunable" in documents[place]:
        numbers = {name: one for name, one in documents[place]["tunable"].items() if name != "lead.ratio"}
        documents[place]["tunable"] = numbers
    found = policy_set(drawn.catalog_document, documents, drawn.environment)
    return found, found.policies[place]


@lru_cache(maxsize=4)
def _decider(drawn: PolicySet) -> Decide:
    return EVALUATORS["reference"](drawn.catalog, drawn.policies, drawn.environment)


def _decide(drawn: PolicySet, request: Request) -> Verdict:
    return _decider(drawn)(request)


def _rank(policy: Policy, verdict: Verdict) -> int:
    return policy.strictness[verdict.outcome]


# --- the score -----------------------------------------------------------------------------------------------


@given(st.data())
def test_a_score_nearer_the_strict_end_never_gets_a_milder_band(data: DataObject) -> None:
    whole, policy = _drawn(data)
    # a sample, and the band of an ambiguous case, may be milder
    drawn, policy = _without(whole, policy, "samples", "lead")
    assume(not any(one.lead for one in policy.overrides))
    case = replace(data.draw(cases(drawn, policy), label="case"), reason_codes=ALL_CODES)
    # at the end of this policy's window another may be live, whose bands are others
    alone = replace(drawn, policies=(policy,))
    for rising in _towards_the_strict_end(data, policy):
        ranks = [
            _rank(policy, verdict)
            for score in rising
            if (verdict := _verdict_or_none(alone, replace(case, score=score))) is not None
            and _invalid_of(verdict) is None
        ]
        assert ranks == sorted(ranks, reverse=True)


ALL_CODES = ("FR01", "FR02", "S:1", "9")


def _invalid_of(verdict: Verdict) -> str | None:
    return verdict.invalid or next((one.invalid for one in verdict.members if one.invalid), None)


def _towards_the_strict_end(data: DataObject, policy: Policy) -> list[Sequence[Any]]:
    """Draw scores of which only one number changes, towards the strict end: of several classes that of the first."""
    if policy.kind in ("probability", "number"):
        return [_towards(policy, None, data.draw(some_of(numbers_of(policy)), label="scores"))]
    found: list[Sequence[Any]] = []
    for given_scores in data.draw(valid_scores(policy, most=6), label="scores"):
        assume(given_scores)
        if policy.kind == "classes":
            # of the first class the score is the signal, and its distance to the second
            name = max(sorted(given_scores), key=given_scores.__getitem__)
            others = [number for label, number in given_scores.items() if label != name]
            numbers = [number for number in numbers_of(policy) if number >= max(others, default=-math.inf)]
        else:
            name = data.draw(st.sampled_from(sorted(given_scores)), label="member")
            numbers = numbers_of(policy, policy.scale_of(name).score)
        found.append([{**given_scores, name: number} for number in _towards(policy, name, numbers)])
    return found


def _towards(policy: Policy, name: str | None, rising: Sequence[Any]) -> Sequence[Any]:
    return rising if policy.scale_of(name).is_riskier else rising[::-1]


@given(st.data())
def test_a_score_on_the_threshold_takes_the_band_above_and_its_lower_neighbour_does_not(data: DataObject) -> None:
    drawn, policy = _drawn(data, NUMBERS)
    drawn, policy = _without(drawn, policy, "samples")
    assert policy.score is not None
    case = data.draw(plain_cases(drawn, policy), label="case")
    for score in data.draw(some_of(numbers_of(policy)), label="scores"):
        verdict = _decide(drawn, replace(case, score=score))
        if verdict.threshold is not None:
            assert score >= verdict.threshold or policy.score.type == "float32"
            below = _decide(drawn, replace(case, score=_lower_neighbour(policy, verdict.threshold)))
            assert below.invalid is not None or below.threshold != verdict.threshold
        if verdict.next_threshold is not None:
            assert score < verdict.next_threshold
            above = _decide(drawn, replace(case, score=verdict.next_threshold))
            assert above.threshold == verdict.next_threshold or above.threshold is None


def _lower_neighbour(policy: Policy, threshold: float) -> float:
    """Return the next lower number that the score's type tells from a threshold."""
    assert policy.score is not None
    if policy.score.type == "float64":
        return math.nextafter(threshold, -math.inf)
    lower, step = threshold, max(abs(threshold) * 2.0**-24, 2.0**-149)
    while policy.score.rounded(lower) == threshold:
        lower -= step
    return lower


@given(st.data())
def test_an_invalid_score_gets_the_same_whatever_the_thresholds_are(data: DataObject) -> None:
    drawn, policy = _drawn(data, NUMBERS)
    drawn, policy = _without(drawn, policy, "tunable")
    assert policy.score is not None
    # `unknown` may not name it, and so cannot keep it in use
    assume(all("model_version" not in one.when for one in policy.overrides))
    place = drawn.policies.index(policy)
    other = _with_other_thresholds(drawn.policy_documents[place], policy)
    documents = [other if i == place else one for i, one in enumerate(drawn.policy_documents)]
    changed = policy_set(drawn.catalog_document, documents, drawn.environment)
    case = data.draw(cases(drawn, policy), label="case")
    outside = [end for end in (policy.score.low - 1, policy.score.high + 1) if math.isfinite(end)]
    for score in data.draw(some_of([*NOT_SCORES, *NOT_FINITE, *outside]), label="scores"):
        request = replace(case, score=score)
        assert _answer(drawn, request) == _answer(changed, request)


def _with_other_thresholds(document: Document, policy: Policy) -> Document:
    """Return the policy with the thresholds of its base moved to the low end, the same everywhere."""
    score = policy.score
    assert score is not None
    lowest = score.low if math.isfinite(score.low) else -1e30
    thresholds = []
    for _ in policy.bands[:-1]:
        thresholds.append(lowest)
        lowest += max(abs(lowest) * 2.0**-20, 2.0**-20)
    bands = [
        {**band, "at_least": at_least} for band, at_least in zip(document["bands"], reversed(thresholds), strict=False)
    ]
    overrides = [{key: value for key, value in one.items() if key != "thresholds"} for one in document["overrides"]]
    # a dimension that only thresholds depended on stays in use
    used = {name for one in document["overrides"] for name in one["when"]}
    return {
        **document,
        "bands": [*bands, document["bands"][-1]],
        "overrides": [one for one in overrides if one.keys() - {"id", "when", "because", "effective"}],
        "unknown": {**dict.fromkeys(used, "strictest"), **document["unknown"]},
    }


def _verdict_or_none(drawn: PolicySet, request: Request) -> Verdict | None:
    try:
        return _decide(drawn, request)
    except InvalidRequestError:
        return None


def _answer(drawn: PolicySet, request: Request) -> str:
    return answer(lambda one: _decide(drawn, one), request)


# --- the file ------------------------------------------------------------------------------------------------

UNORDERED = {"overrides", "knock_outs", "samples", "facts", "effects", "guardrails"}
"""Lists of which the order means nothing."""


@st.composite
def _rearranged(draw: DrawFn, written: Any) -> Any:  # noqa: ANN401 - a document, or anything in one
    """Draw the same document with its mappings, and the lists whose order means nothing, in another order."""
    if not isinstance(written, dict):
        return written
    items = []
    for key, value in written.items():
        # the order of dimensions means something: unknown values are settled in it
        kept = value if key == "dimensions" else draw(_rearranged(value))
        if key in UNORDERED and isinstance(value, list):
            kept = [draw(_rearranged(one)) for one in draw(st.permutations(value))]
        if key == "bands" and all(isinstance(one, dict) for one in value):
            kept = [draw(_rearranged(one)) for one in value]
        items.append((key, kept))
    return dict(draw(st.permutations(items)))


@half_as_often
@given(st.data())
def test_the_order_of_a_file_means_nothing(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    documents = [data.draw(_rearranged(one)) for one in drawn.policy_documents]
    other = policy_set(data.draw(_rearranged(drawn.catalog_document)), documents, drawn.environment)
    tables = [compiled(one.catalog, one.policies, one.environment) for one in (other, drawn)]
    assert tables[0].digest == tables[1].digest
    _decides_alike(data, drawn, other, policy)


@half_as_often
@given(st.data())
def test_the_order_of_labels_means_nothing_where_scores_come_by_name(data: DataObject) -> None:
    drawn, policy = _drawn(data, ("classes", "labels"))
    place = drawn.policies.index(policy)
    document = drawn.policy_documents[place]
    assume("labels" in document["score"])
    labels = data.draw(st.permutations(document["score"]["labels"]), label="labels")
    documents = list(drawn.policy_documents)
    documents[place] = {**document, "score": {**document["score"], "labels": labels}}
    other = policy_set(drawn.catalog_document, documents, drawn.environment)
    case = data.draw(cases(drawn, policy), label="case")
    for score in data.draw(valid_scores(policy, most=10), label="scores"):
        request = replace(case, score=score)
        assert _answer(other, request) == _answer(drawn, request)


# Many drawn policies have no override that can be split
@settings(half_as_often, suppress_health_check=(*settings().suppress_health_check, HealthCheck.filter_too_much))
@given(st.data())
def test_an_override_split_into_two_with_the_same_fields_changes_nothing(data: DataObject) -> None:
    drawn = data.draw(policy_sets(), label="policies")
    # which is the narrower of two may depend on how much each matches: then the halves are no longer the same
    splits = [
        (policy, split)
        for policy, document in zip(drawn.policies, drawn.policy_documents, strict=True)
        for name, split in _splits(document)
        if _relate_alike(policy, Policy.model_validate(split), drawn.catalog, name)
    ]
    assume(splits)
    policy, split = data.draw(one_of_these(splits), label="split")
    documents = [
        split if one is policy else each for one, each in zip(drawn.policies, drawn.policy_documents, strict=True)
    ]
    other = policy_set(drawn.catalog_document, documents, drawn.environment)
    for case in data.draw(st.lists(cases(drawn, policy), min_size=2, max_size=4), label="cases"):
        for score in data.draw(scores_given(policy, most=10), label="scores"):
            request = replace(case, score=score)
            assert _unsigned(other, request) == _unsigned(drawn, request)


def _splits(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the document with one of its overrides in two halves, for every way to cut it, and that override's id."""
    for one in document["overrides"]:
        for name, values in one["when"].items():
            for cut in range(1, len(values)) if isinstance(values, list) else ():
                parts = [
                    {**one, "id": f"{one['id']}-{part}", "when": {**one["when"], name: some}}
                    for part, some in enumerate((values[:cut], values[cut:]))
                ]
                others = [each for each in document["overrides"] if each is not one]
                yield one["id"], {**document, "overrides": [*others, *parts]}


def _relate_alike(whole: Policy, split: Policy, catalog: Catalog, name: str) -> bool:
    """Say whether both halves of an override stand to all others as the whole of it does, and not to each other."""
    before = {one.id: one for one in resolve(whole, catalog).overrides}
    after = {one.id: one for one in resolve(split, catalog).overrides}
    halves = [one for one in after.values() if one.id not in before]
    if any(
        one.is_narrower_than(other) or one.same_cells_as(other) for one in halves for other in halves if one != other
    ):
        return False
    return all(
        other.is_narrower_than(half) == other.is_narrower_than(before[name])
        and half.is_narrower_than(other) == before[name].is_narrower_than(other)
        for half in halves
        for other in after.values()
        if other not in halves and half.meets(other)
    )


def _unsigned(drawn: PolicySet, request: Request) -> str:
    """Return the answer with the names of halves as those of the whole."""
    found = _answer(drawn, request)
    for name in IDS:
        found = found.replace(f"'{name}-0'", f"'{name}'").replace(f"'{name}-1'", f"'{name}'")
    return found


@half_as_often
@given(st.data())
def test_an_empty_group_changes_no_other_cell(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    places = sorted(drawn.catalog.jurisdictions)
    within = data.draw(st.sampled_from([{}, *({"in": place} for place in places)]), label="within")
    jurisdictions = {**drawn.catalog_document["jurisdictions"], "zz-empty": within}
    catalog = {**drawn.catalog_document, "jurisdictions": jurisdictions}
    _decides_alike(data, drawn, policy_set(catalog, drawn.policy_documents, drawn.environment), policy)


def _decides_alike(data: DataObject, drawn: PolicySet, other: PolicySet, policy: Policy) -> None:
    for case in data.draw(st.lists(cases(drawn, policy), min_size=2, max_size=4), label="cases"):
        for score in data.draw(scores_given(policy, most=10), label="scores"):
            request = replace(case, score=score)
            assert _answer(other, request) == _answer(drawn, request)


@half_as_often
@given(st.data())
def test_an_override_stricter_than_all_that_it_meets_loosens_no_cell(data: DataObject) -> None:
    drawn, policy = _drawn(data, (*NUMBERS, "labels", "scores"))
    place = drawn.policies.index(policy)
    document = {key: value for key, value in drawn.policy_documents[place].items() if key not in ("samples", "tunable")}
    document["ties"] = "strictest"
    policy = Policy.model_validate(document)
    scale = data.draw(st.sampled_from(policy.scales), label="scale")
    band = data.draw(st.sampled_from(scale.bands[:-1]), label="band")
    field = ("thresholds", band)
    resolved = resolve(policy, drawn.catalog)
    held = [cell.settled[field].value for cell in resolved.cells if cell.scale.name == scale.name]
    held += [scale.score.rounded(one) if isinstance(one, float) else one for one in _written(policy, band)]
    strictest = min(looseness(policy, scale, field, value) for value in held)
    numbers = (*numbers_of(policy, scale.score), "never")
    possible_values = [one for one in numbers if looseness(policy, scale, field, one) <= strictest]
    about = {} if scale.name is None else {"score": scale.name}
    tightening = {
        "id": data.draw(st.sampled_from(("a", "mm", "z"))),
        "when": {**data.draw(conditions_of_overrides(drawn.catalog), label="when"), **about},
        "thresholds": {band: data.draw(st.sampled_from(possible_values or ["always"]))},
        **data.draw(windows_of_overrides(document["effective"]), label="window"),
    }
    tightened = {**document, "overrides": [*document["overrides"], tightening]}
    assume(is_valid(tightened, drawn.catalog))
    before, after = (policy_set(drawn.catalog_document, [one]) for one in (document, tightened))
    for case in data.draw(st.lists(plain_cases(drawn, policy), min_size=3, max_size=6), label="cases"):
        for score in data.draw(valid_scores(policy), label="scores"):
            request = replace(case, score=score)
            assert _rank(policy, _decide(after, request)) <= _rank(policy, _decide(before, request))


def _written(policy: Policy, band: str) -> list[Any]:
    return [one.thresholds[band] for one in policy.overrides if one.thresholds and band in one.thresholds]


# --- the request ---------------------------------------------------------------------------------------------


@half_as_often
@given(st.data())
def test_an_unknown_value_is_never_milder_than_any_that_it_could_be(data: DataObject) -> None:
    whole, policy = _drawn(data)
    # a sample may be milder, and so may be what a guardrail leaves of a band that it closes for one of the values
    drawn, policy = _without(whole, policy, "samples")
    assume(all(one.require != "never" for one in drawn.catalog.guardrails))
    case = data.draw(plain_cases(drawn, policy), label="case")
    names = [name for name in case.dimensions if policy.unknown.get(name, "strictest") == "strictest"]
    assume(names)
    name = data.draw(st.sampled_from(names), label="dimension")
    unknown = {**case.dimensions, name: data.draw(one_of_these(_unknown_of(drawn.catalog, name)), label="unknown")}
    for score in data.draw(scores_given(policy, most=10), label="scores"):
        strictest = _verdict_or_none(drawn, replace(case, score=score, dimensions=unknown))
        for value in values_of(drawn.catalog, name):
            known = _verdict_or_none(drawn, replace(case, score=score, dimensions={**case.dimensions, name: value}))
            assert (strictest is None) == (known is None)
            assert strictest is None or known is None or _rank(policy, strictest) <= _rank(policy, known)


def _unknown_of(catalog: Catalog, name: str) -> list[Any]:
    if isinstance(catalog.dimensions.get(name), NumberDimension):
        return [None, "100", math.nan]
    # an escalation path that is left out is known: there is none
    return [value for value in NO_VALUES if not (name == ESCALATION_PATH and value is None)]


@given(st.data())
def test_several_jurisdictions_get_the_verdict_of_the_strictest_first_by_name(data: DataObject) -> None:
    # A sample comes after the jurisdictions are one case: what one of them raises is not drawn in any
    drawn, policy = _without(*_drawn(data, NUMBERS, guarded=False), "samples")
    may_go_on = any(of_the_case(policy))
    places = [*drawn.catalog.jurisdictions, "ZZ", "DE-XX"]
    case = data.draw(plain_cases(drawn, policy), label="case")
    several = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=4, unique=True), label="jurisdictions")
    for score in data.draw(scores_given(policy, most=10), label="scores"):
        together = _alone(drawn, replace(case, score=score), several)
        alone = [_alone(drawn, replace(case, score=score), place) for place in sorted(several)]
        verdicts = [one for one in alone if one is not None]
        if together is None or len(verdicts) < len(alone):
            assert together is None
            assert None in alone
            continue
        best = min(verdicts, key=lambda one: _rank(policy, one))
        if may_go_on:
            # Where one goes on to another band for want of a code, another may keep it: never to a milder one
            assert _rank(policy, together) <= _rank(policy, best)
            continue
        unknown = max((one.unknown for one in verdicts), key=len)
        named = {name for one in verdicts for name in one.knock_outs}
        expected = replace(
            best, jurisdiction=verdicts.index(best), unknown=unknown, knock_outs=tuple(sorted(named)), reasons=()
        )
        assert in_full(replace(together, reasons=())) == in_full(expected)


def _alone(drawn: PolicySet, case: Request, jurisdiction: object) -> Verdict | None:
    return _verdict_or_none(drawn, replace(case, dimensions={**case.dimensions, JURISDICTION: jurisdiction}))


@given(st.data())
def test_what_nothing_names_changes_nothing(data: DataObject) -> None:
    whole, policy = _drawn(data)
    drawn, policy = _without(whole, policy, "samples")
    used = {step.dimension.name for step in resolve(policy, drawn.catalog).steps}
    case = data.draw(plain_cases(drawn, policy), label="case")
    kept = {name: value for name, value in case.dimensions.items() if name in used or name == JURISDICTION}
    for score in data.draw(scores_given(policy, most=10), label="scores"):
        request = replace(case, score=score)
        assert _answer(drawn, request) == _answer(drawn, replace(request, dimensions=kept))


@given(st.data())
def test_every_case_gets_a_band_of_its_policy_and_bad_input_one_that_its_policy_names(data: DataObject) -> None:
    drawn, policy = _drawn(data, NUMBERS, guarded=False)
    drawn, policy = _without(drawn, policy, "samples", "knock_outs")
    case = data.draw(plain_cases(drawn, policy), label="case")
    named = {*band_per_class(policy.on_invalid, policy.kind).values()}  # type: ignore[arg-type]  # of one score
    for override in policy.overrides:
        named |= {*band_per_class(override.on_invalid, policy.kind).values()}  # type: ignore[arg-type]  # the same
    for score in data.draw(scores_given(policy), label="scores"):
        verdict = _decide(drawn, replace(case, score=score))
        assert verdict.outcome in policy.band_names
        assert verdict.invalid in (None, *INVALID_CLASSES)
        if verdict.invalid is not None:
            assert verdict.outcome in named
            assert (verdict.threshold, verdict.threshold_from, verdict.next_threshold) == (None, None, None)


# --- knock-outs, guardrails, calls, samples ----------------------------------------------------------------------


@half_as_often
@given(st.data())
def test_what_a_knock_out_demands_is_the_mildest_that_a_case_can_get(data: DataObject) -> None:
    drawn, policy = _drawn(data, guarded=False)
    case = replace(data.draw(cases(drawn, policy), label="case"), use_case=policy.use_case)
    demanded = {one.id: one.at_least for one in policy.knock_outs}
    assume(any(demanded.values()))
    for score in data.draw(scores_given(policy, most=10), label="scores"):
        verdict = _verdict_if_live(drawn, policy, replace(case, score=score))
        floors = [demanded[name] for name in verdict.knock_outs if demanded[name]] if verdict else []
        assert all(_rank(policy, verdict) <= policy.strictness[floor] for floor in floors if verdict and floor)


def _verdict_if_live(drawn: PolicySet, policy: Policy, request: Request) -> Verdict | None:
    live = [one for one in drawn.policies if one.use_case == request.use_case and one.effective.from_ <= request.at]
    live = [one for one in live if one.effective.until is None or request.at < one.effective.until]
    return _verdict_or_none(drawn, request) if live == [policy] else None


@half_as_often
@given(st.data())
def test_a_fact_that_is_left_out_is_never_milder_than_one_that_is_told(data: DataObject) -> None:
    whole, policy = _drawn(data, guarded=False)
    drawn, policy = _without(whole, policy, "samples")
    assume(drawn.catalog.facts)
    case = data.draw(plain_cases(drawn, policy), label="case")
    name = data.draw(st.sampled_from(drawn.catalog.facts), label="fact")
    odd = data.draw(st.sampled_from((None, 1, 0, "true", "false")), label="odd")
    left_out = {key: value for key, value in case.facts.items() if key != name}
    for score in data.draw(scores_given(policy, most=10), label="scores"):
        request = replace(case, score=score)
        ranks = [
            None if (found := _verdict_or_none(drawn, replace(request, facts=facts))) is None else _rank(policy, found)
            for facts in (left_out, {**left_out, name: odd}, {**left_out, name: True}, {**left_out, name: False})
        ]
        if ranks[0] is None:
            assert ranks == [None] * 4
        else:
            assert ranks[0] == ranks[1]
            assert ranks[0] <= min(rank for rank in ranks[2:] if rank is not None)


@given(st.data())
def test_a_band_that_a_guardrail_closes_everywhere_is_nobodys_outcome(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    band = data.draw(st.sampled_from(policy.band_names), label="band")
    closing = {"id": "zz-closed", "bands": [band], "require": "never"}
    guardrails = [one for one in drawn.catalog_document.get("guardrails", []) if one["require"] != "never"]
    catalog = {**drawn.catalog_document, "guardrails": [*guardrails, closing]}
    closed = policy_set(catalog, drawn.policy_documents, drawn.environment)
    case = replace(data.draw(cases(drawn, policy), label="case"), use_case=policy.use_case)
    for score in data.draw(scores_given(policy, most=10), label="scores"):
        verdict = _verdict_if_live(closed, policy, replace(case, score=score))
        assert verdict is None or verdict.outcome != band


@half_as_often
@given(st.data())
def test_numbers_of_a_call_apply_all_or_none_and_none_that_is_refused_changes_anything(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    case = replace(data.draw(cases(drawn, policy), label="case"), use_case=policy.use_case)
    for score in data.draw(scores_given(policy, most=10), label="scores"):
        request = replace(case, score=score)
        asked = _verdict_if_live(drawn, policy, request)
        if asked is None or asked.tuned is None:
            assert asked is None or not request.thresholds
            continue
        plain = _decide(drawn, replace(request, thresholds={}))
        assert asked.tuned.outcome_without == plain.outcome
        assert bool(asked.tuned.applied) != bool(asked.tuned.refused)
        if asked.tuned.refused:
            assert in_full(replace(asked, tuned=None)) == in_full(plain)
        else:
            assert asked.tuned.applied.keys() == request.thresholds.keys()


@half_as_often
@given(st.data())
def test_a_sample_moves_only_cases_of_its_band_and_only_to_its_other(data: DataObject) -> None:
    whole, policy = _drawn(data)
    drawn, without = _without(whole, policy, "samples")
    samples = {one.id: one for one in policy.samples}
    assume(samples)
    case = replace(data.draw(cases(drawn, without), label="case"), use_case=policy.use_case, thresholds={})
    for score in data.draw(scores_given(policy, most=10), label="scores"):
        request = replace(case, score=score)
        sampled, plain = _verdict_if_live(whole, policy, request), _verdict_if_live(drawn, without, request)
        if sampled is None or plain is None or sampled.sample is None:
            assert (sampled is None) == (plain is None)
            assert sampled is None or plain is None or in_full(sampled) == in_full(plain)
            continue
        assert (plain.outcome, sampled.outcome) == (samples[sampled.sample.id].of, samples[sampled.sample.id].to)
        assert sampled.sample.outcome_without == plain.outcome
        assert (sampled.threshold, sampled.next_threshold) == (plain.threshold, plain.next_threshold)


@given(
    st.text(st.characters(codec=None)) | st.none() | st.integers(),
    st.floats(0, 100),
    st.floats(0, 100),
    st.sampled_from(("a", "ä")),
)
def test_a_greater_share_only_adds_subjects(key: object, one: float, other: float, salt: str) -> None:
    lesser, greater = sorted((one, other))
    drawn = [is_drawn(key, percent=share, salt=salt, use_case="kyc") for share in (0, lesser, greater, 100)]
    assert drawn == sorted(drawn)
    assert drawn[0] is False
    assert drawn[-1] is isinstance(key, str)
