"""Laws that every policy obeys, whatever it says: what may not happen when a score, a request or a file changes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given
from hypothesis import strategies as st

from policy_engine import reference
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import Catalog, NumberDimension, band_per_class
from policy_engine.resolution import looseness, resolve
from policy_engine.vocabulary import ESCALATION_PATH, INVALID_CLASSES, JURISDICTION
from tests.support.evaluators import answer, compiled, in_full
from tests.support.strategies import (
    NO_VALUES,
    NOT_FINITE,
    NOT_SCORES,
    PolicySet,
    cases,
    conditions_of_overrides,
    is_valid,
    numbers_of,
    one_of_these,
    plain_cases,
    policy_set,
    policy_sets,
    some_of,
    telling_scores,
    values_of,
    windows_of_overrides,
)

if TYPE_CHECKING:
    from hypothesis.strategies import DataObject, DrawFn

    from policy_engine.model import Policy, Request, Verdict


def _drawn(data: DataObject) -> tuple[PolicySet, Policy]:
    drawn = data.draw(policy_sets(), label="policies")
    return drawn, data.draw(st.sampled_from(drawn.policies), label="policy")


def _decide(drawn: PolicySet, request: Request) -> Verdict:
    return reference.decide(drawn.policies, drawn.catalog, request)


def _rank(policy: Policy, verdict: Verdict) -> int:
    return policy.strictness[verdict.outcome]


# --- the score -----------------------------------------------------------------------------------------------


@given(st.data())
def test_a_score_nearer_the_strict_end_never_gets_a_milder_band(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    case = data.draw(cases(drawn, policy), label="case")
    rising = data.draw(some_of(numbers_of(policy)), label="scores")
    towards_the_strict_end = rising if policy.score.higher_is == "riskier" else rising[::-1]
    # At the end of this policy's window another may be live, whose bands are others
    alone = replace(drawn, policies=(policy,))
    ranks = [
        _rank(policy, verdict)
        for score in towards_the_strict_end
        if (verdict := _verdict_or_none(alone, replace(case, score=score))) is not None and verdict.invalid is None
    ]
    assert ranks == sorted(ranks, reverse=True)


@given(st.data())
def test_a_score_on_the_threshold_takes_the_band_above_and_its_lower_neighbour_does_not(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    case = data.draw(plain_cases(drawn, policy), label="case")
    for score in data.draw(some_of(numbers_of(policy)), label="scores"):
        verdict = _decide(drawn, replace(case, score=score))
        if verdict.threshold is not None:
            assert score >= verdict.threshold
            assert _decide(drawn, replace(case, score=verdict.threshold)) == verdict
            below = _decide(drawn, replace(case, score=math.nextafter(verdict.threshold, -math.inf)))
            assert below.invalid is not None or below.outcome != verdict.outcome
        if verdict.next_threshold is not None:
            assert score < verdict.next_threshold
            assert _decide(drawn, replace(case, score=verdict.next_threshold)).outcome != verdict.outcome


@given(st.data())
def test_an_invalid_score_gets_the_same_whatever_the_thresholds_are(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    place = drawn.policies.index(policy)
    other = _with_other_thresholds(drawn.policy_documents[place], policy)
    documents = [other if i == place else one for i, one in enumerate(drawn.policy_documents)]
    changed = policy_set(drawn.catalog_document, documents)
    case = data.draw(cases(drawn, policy), label="case")
    outside = [end for end in (policy.score.low - 1, policy.score.high + 1) if math.isfinite(end)]
    for score in data.draw(some_of([*NOT_SCORES, *NOT_FINITE, *outside]), label="scores"):
        request = replace(case, score=score)
        assert _answer(drawn, request) == _answer(changed, request)


def _with_other_thresholds(document: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """Return the policy with the lowest thresholds that its range allows, the same everywhere."""
    lowest = policy.score.low if math.isfinite(policy.score.low) else -1e300
    thresholds = []
    for _ in policy.bands[:-1]:
        thresholds.append(lowest)
        lowest = math.nextafter(lowest, math.inf)
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


@st.composite
def _rearranged(draw: DrawFn, written: Any) -> Any:  # noqa: ANN401 - a document, or anything in one
    """Draw the same document with the keys of its mappings in another order."""
    if isinstance(written, dict):
        items = [(key, draw(_rearranged(value))) for key, value in written.items() if key != "dimensions"]
        # the order of dimensions means something: unknown values are settled in it
        items += [(key, value) for key, value in written.items() if key == "dimensions"]
        return dict(draw(st.permutations(items)))
    return written


@given(st.data())
def test_the_order_of_a_file_means_nothing(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    documents = []
    for document in drawn.policy_documents:
        overrides = [data.draw(_rearranged(one)) for one in data.draw(st.permutations(document["overrides"]))]
        documents.append({**data.draw(_rearranged(document)), "overrides": overrides})
    other = policy_set(data.draw(_rearranged(drawn.catalog_document)), documents)
    assert compiled(other.catalog, other.policies).digest == compiled(drawn.catalog, drawn.policies).digest
    for case in data.draw(st.lists(cases(drawn, policy), min_size=2, max_size=4), label="cases"):
        for score in data.draw(some_of(telling_scores(policy), most=10), label="scores"):
            request = replace(case, score=score)
            assert _answer(other, request) == _answer(drawn, request)


@given(st.data())
def test_an_empty_group_changes_no_other_cell(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    places = sorted(drawn.catalog.jurisdictions)
    within = data.draw(st.sampled_from([{}, *({"in": place} for place in places)]), label="within")
    jurisdictions = {**drawn.catalog_document["jurisdictions"], "zz-empty": within}
    larger = policy_set({**drawn.catalog_document, "jurisdictions": jurisdictions}, drawn.policy_documents)
    for case in data.draw(st.lists(cases(drawn, policy), min_size=2, max_size=4), label="cases"):
        for score in data.draw(some_of(telling_scores(policy), most=10), label="scores"):
            request = replace(case, score=score)
            assert _answer(larger, request) == _answer(drawn, request)


@given(st.data())
def test_an_override_stricter_than_all_that_it_meets_loosens_no_cell(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    place = drawn.policies.index(policy)
    document = {**drawn.policy_documents[place], "ties": "strictest"}
    band = data.draw(st.sampled_from(policy.band_names[:-1]), label="band")
    field = ("thresholds", band)
    held = [one.settled[field].value for one in resolve(policy, drawn.catalog).cells]
    held += [one.thresholds[band] for one in policy.overrides if one.thresholds and band in one.thresholds]
    strictest = min(looseness(policy, field, value) for value in held)
    possible_values = [one for one in (*numbers_of(policy), "never") if looseness(policy, field, one) <= strictest]
    tightening = {
        "id": data.draw(st.sampled_from(("a", "mm", "z"))),
        "when": data.draw(conditions_of_overrides(drawn.catalog), label="when"),
        "thresholds": {band: data.draw(st.sampled_from(possible_values or ["always"]))},
        **data.draw(windows_of_overrides(document["effective"]), label="window"),
    }
    tightened = {**document, "overrides": [*document["overrides"], tightening]}
    assume(is_valid(tightened, drawn.catalog))
    before, after = policy_set(drawn.catalog_document, [document]), policy_set(drawn.catalog_document, [tightened])
    for case in data.draw(st.lists(plain_cases(drawn, policy), min_size=3, max_size=6), label="cases"):
        for score in data.draw(some_of(numbers_of(policy)), label="scores"):
            request = replace(case, score=score)
            assert _rank(policy, _decide(after, request)) <= _rank(policy, _decide(before, request))


# --- the request ---------------------------------------------------------------------------------------------


@given(st.data())
def test_an_unknown_value_is_never_milder_than_any_that_it_could_be(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    case = data.draw(plain_cases(drawn, policy), label="case")
    names = [name for name in case.dimensions if policy.unknown.get(name, "strictest") == "strictest"]
    assume(names)
    name = data.draw(st.sampled_from(names), label="dimension")
    unknown = {**case.dimensions, name: data.draw(one_of_these(_unknown_of(drawn.catalog, name)), label="unknown")}
    for score in data.draw(some_of(telling_scores(policy), most=10), label="scores"):
        strictest = _rank(policy, _decide(drawn, replace(case, score=score, dimensions=unknown)))
        for value in values_of(drawn.catalog, name):
            known = replace(case, score=score, dimensions={**case.dimensions, name: value})
            assert strictest <= _rank(policy, _decide(drawn, known))


def _unknown_of(catalog: Catalog, name: str) -> list[Any]:
    if isinstance(catalog.dimensions.get(name), NumberDimension):
        return [None, "100", math.nan]
    # an escalation path that is left out is known: there is none
    return [value for value in NO_VALUES if not (name == ESCALATION_PATH and value is None)]


@given(st.data())
def test_several_jurisdictions_get_the_verdict_of_the_strictest_first_by_name(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    places = [*drawn.catalog.jurisdictions, "ZZ", "DE-XX"]
    case = data.draw(plain_cases(drawn, policy), label="case")
    several = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=4, unique=True), label="jurisdictions")
    for score in data.draw(some_of(telling_scores(policy), most=10), label="scores"):
        together = _alone(drawn, replace(case, score=score), several)
        alone = [_alone(drawn, replace(case, score=score), place) for place in sorted(several)]
        verdicts = [one for one in alone if one is not None]
        if together is None or len(verdicts) < len(alone):
            assert together is None
            assert None in alone
            continue
        best = min(verdicts, key=lambda one: _rank(policy, one))
        unknown = max((one.unknown for one in verdicts), key=len)
        expected = replace(best, jurisdiction=verdicts.index(best), unknown=unknown)
        assert in_full(together) == in_full(expected)


def _alone(drawn: PolicySet, case: Request, jurisdiction: object) -> Verdict | None:
    return _verdict_or_none(drawn, replace(case, dimensions={**case.dimensions, JURISDICTION: jurisdiction}))


@given(st.data())
def test_what_no_override_names_changes_nothing(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    used = reference.used_dimensions(policy, drawn.catalog)
    case = data.draw(plain_cases(drawn, policy), label="case")
    kept = {name: value for name, value in case.dimensions.items() if name in used or name == JURISDICTION}
    for score in data.draw(some_of(telling_scores(policy), most=10), label="scores"):
        assert _decide(drawn, replace(case, score=score)) == _decide(drawn, replace(case, score=score, dimensions=kept))


@given(st.data())
def test_every_case_gets_a_band_of_its_policy_and_bad_input_one_that_its_policy_names(data: DataObject) -> None:
    drawn, policy = _drawn(data)
    case = data.draw(plain_cases(drawn, policy), label="case")
    named = {*band_per_class(policy.on_invalid, policy.kind).values()}
    for override in policy.overrides:
        named |= {*band_per_class(override.on_invalid, policy.kind).values()}
    for score in data.draw(some_of(telling_scores(policy)), label="scores"):
        verdict = _decide(drawn, replace(case, score=score))
        assert verdict.outcome in policy.band_names
        assert verdict.invalid in (None, *INVALID_CLASSES)
        if verdict.invalid is not None:
            assert verdict.outcome in named
            assert (verdict.threshold, verdict.threshold_from, verdict.next_threshold) == (None, None, None)
