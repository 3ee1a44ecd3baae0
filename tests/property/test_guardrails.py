"""Whatever `check` passes, no request at all gets past a guardrail."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, event, given, reject, settings
from hypothesis import strategies as st

from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import HOLD, Catalog, Policy, Request, ThresholdRange
from policy_engine.reference import Meaning
from tests.support.policies import checked, codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hypothesis.strategies import DrawFn, SearchStrategy

    from policy_engine.model import Guardrail, Verdict

Document = dict[str, Any]

PLACES = {"EU": ("EU", "DE"), "DE": ("DE",), "US": ("US",)}
"""Each jurisdiction with what lies in it."""
TIERS = ("gold", "standard")
BANDS = ("block", "review", "allow")
NUMBERS = (0.0, 0.2, 0.3, 0.5, 0.7, 0.8, 1.0)
OTHER_MATTERS = {"PE210", "PE211", "PE217", "PE401", "PE402"}
"""Codes of what may be wrong with a policy that a guardrail does not care about: reasons why, and idle parts."""
ODD_SCORES = (None, "0.5", math.nan, -1, 2, True)


# --- catalogs and policies, most of which pass ---------------------------------------------------------------------


def catalog_with(guardrails: list[Document], *, end: str = HOLD) -> Document:
    return {
        "schema": "catalog/v1",
        "jurisdictions": {"EU": {}, "DE": {"in": "EU"}, "US": {}},
        "dimensions": {"tier": list(TIERS)},
        "facts": ["known", "vip"],
        "effects": ["adverse"],
        "escalation_paths": {
            "people": {"levels": [{"to": "queue:people", "within": "PT1H"}]},
            "clock": {"levels": [{"to": "queue:clock", "within": "PT1H"}], "when_exhausted": end, "because": "drawn"},
        },
        "guardrails": [{**one, "id": f"guardrail-{place}"} for place, one in enumerate(guardrails)],
    }


def conditions() -> SearchStrategy[Document]:
    places = st.sampled_from((*PLACES, ["DE", "US"]))
    return st.fixed_dictionaries({}, optional={"jurisdiction": places, "tier": st.sampled_from(TIERS)})


def guardrails_of(*requirements: Any) -> SearchStrategy[Document]:  # noqa: ANN401 - a word or a range
    of = st.one_of(
        st.just({"effects": ["adverse"]}),
        st.lists(st.sampled_from(BANDS), min_size=1, max_size=2, unique=True).map(lambda names: {"bands": names}),
    )
    return st.builds(
        lambda when, bands, require: {"when": when, **bands, "require": require},
        conditions(),
        of,
        st.sampled_from(requirements),
    )


@st.composite
def policies(draw: DrawFn) -> Document:
    kind = draw(st.sampled_from(("probability", "probability", "classes", "scores", "labels")))
    riskier = kind == "scores" or draw(st.booleans())
    strict_first = BANDS if riskier else BANDS[::-1]
    band = st.sampled_from(BANDS)
    bands = [{"name": name, **draw(_rest_of_band(strict_first, name))} for name in strict_first]
    document: Document = {
        "schema": "policy/v1",
        "use_case": "drawn",
        "version": 1,
        "owner": "risk",
        "effective": {"from": "2026-01-01T00:00:00Z"},
        "bands": bands,
        "ties": "strictest",
        "fail_open_because": "drawn",
        "unknown": draw(
            st.dictionaries(st.sampled_from(("jurisdiction", "tier")), st.sampled_from(("strictest", "base", "error")))
        ),
        "overrides": draw(_overrides(kind, strict_first)),
        "knock_outs": draw(_knock_outs()),
        "samples": draw(_samples()),
    }
    if kind == "scores":
        document["scores"] = {
            name: {
                "kind": "probability",
                "higher_is": draw(st.sampled_from(("riskier", "safer"))),
                "model": {"name": name},
                "on_invalid": draw(band),
                "thresholds": {"review": draw(st.sampled_from(NUMBERS[1:]))},
            }
            for name in ("face", "text")
        }
        return document
    top = draw(st.sampled_from(NUMBERS[2:]))
    low = draw(st.sampled_from([number for number in NUMBERS if number < top]))
    bands[0]["at_least"], bands[1]["at_least"] = top, low
    document["on_invalid"] = draw(
        st.one_of(band, band.map(lambda name: {"missing": name, "otherwise": strict_first[0]}))
    )
    document["score"] = {"kind": kind, "higher_is": "riskier" if riskier else "safer", "model": {"name": "gbm"}}
    if kind == "labels":
        document["score"]["labels"] = ["nudity", "violence"]
    if kind == "classes" and draw(st.booleans()):
        document["lead"] = {"ratio": 1.5, "bands": draw(_some_bands()), "otherwise": draw(band)}
    if draw(st.booleans()):
        name = strict_first[draw(st.integers(0, 1))]
        own = bands[strict_first.index(name)]["at_least"]
        ends = [number for number in NUMBERS if abs(number - own) <= 0.21]
        document["tunable"] = {name: {"per_call": True, "within": [min(ends), max(ends)]}}
    return document


def _some_bands() -> SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(BANDS), min_size=1, max_size=2, unique=True)


@st.composite
def _rest_of_band(draw: DrawFn, strict_first: tuple[str, ...], name: str) -> Document:
    rest: Document = {"effect": "adverse"} if name == "block" else {}
    path = draw(st.sampled_from((None, "people", "people", "clock")))
    if path is not None:
        rest["escalate"] = path
    place = strict_first.index(name)
    if draw(st.integers(0, 4)) == 0 and place < len(strict_first) - 1:
        rest["reasons"] = {"from": "reason_codes", "of": ["R1"], "else": strict_first[place + 1]}
    return rest


@st.composite
def _overrides(draw: DrawFn, kind: str, strict_first: tuple[str, ...]) -> list[Document]:
    found = []
    for name in draw(st.lists(st.sampled_from("abc"), unique=True, max_size=3)):
        when = draw(conditions()) or {"tier": "gold"}
        override: Document = {"id": name, "when": when, "because": "drawn"}
        what = draw(st.sets(st.sampled_from(("thresholds", "on_invalid", "escalate")), min_size=1))
        if "thresholds" in what:
            of = "review" if kind == "scores" else draw(st.sampled_from(strict_first[:2]))
            override["thresholds"] = {of: draw(st.sampled_from((*NUMBERS[1:], "never", "never", "always")))}
        if "on_invalid" in what:
            override["on_invalid"] = draw(st.sampled_from(BANDS))
        if "escalate" in what:
            override["escalate"] = {draw(st.sampled_from(BANDS)): draw(st.sampled_from(("people", "clock")))}
        found.append(override)
    return found


@st.composite
def _knock_outs(draw: DrawFn) -> list[Document]:
    found = []
    for name in draw(st.lists(st.sampled_from("xyz"), unique=True, max_size=2)):
        when: Document = draw(conditions())
        when |= draw(st.dictionaries(st.sampled_from(("known", "vip")), st.booleans(), max_size=1))
        if when:
            key = draw(st.sampled_from(("at_least", "at_most")))
            why = {"fail_open_because": "drawn"} if key == "at_most" else {}
            found.append({"id": name, "when": when, key: draw(st.sampled_from(BANDS)), **why})
    return found


@st.composite
def _samples(draw: DrawFn) -> list[Document]:
    if draw(st.integers(0, 2)):
        return []
    of, to = draw(st.permutations(BANDS))[:2]
    return [{"id": "qa", "of": of, "to": to, "percent": 60, "by": "subject", "salt": "qa-2026"}]


# --- requests --------------------------------------------------------------------------------------------------------


@st.composite
def requests(draw: DrawFn, policy: Policy) -> Request:
    places = st.sampled_from((*PLACES, None, "ZZ", "DE-XX", ["DE", "US"], ["EU", "ZZ"], ["US", "DE-XX"]))
    codes_given: list[str] = draw(st.sampled_from(([], ["R1"], ["other"])))
    thresholds = {name: draw(st.sampled_from(NUMBERS)) for name in policy.tunable if draw(st.booleans())}
    return Request(
        use_case="drawn",
        score=draw(_scores(policy)),
        at=datetime(2026, 6, 1, tzinfo=UTC),
        dimensions={"jurisdiction": draw(places), "tier": draw(st.sampled_from((*TIERS, None, "platinum")))},
        facts=draw(st.dictionaries(st.sampled_from(("known", "vip")), st.sampled_from((True, False, "yes")))),
        subject=draw(st.sampled_from("abcdefgh")),
        reason_codes=codes_given,
        thresholds=thresholds,
    )


def _scores(policy: Policy) -> SearchStrategy[Any]:
    number = st.sampled_from((*NUMBERS, *NUMBERS, *(math.nextafter(one, -1) for one in NUMBERS[1:]), *ODD_SCORES))
    if policy.kind == "probability":
        return number
    names = {"classes": ("cat", "dog"), "labels": ("nudity", "violence", "new"), "scores": ("face", "text")}[
        policy.kind
    ]
    return st.dictionaries(st.sampled_from(names), number)


def _values(given: Any, known: Mapping[str, tuple[str, ...]], *, is_place: bool) -> set[str | None]:  # noqa: ANN401
    """Return what a given value may stand for."""
    values: set[str | None] = set()
    for one in given if isinstance(given, list) else [given]:
        if one in known:
            values.add(one)
        elif is_place and one == "DE-XX":
            values.add("DE")
        else:
            values |= {None, *known}
    return values


def concerns(guardrail: Guardrail, request: Request, *, is_certain: bool = False) -> bool:
    """Say whether the guardrail holds in some cell that the request may range over; with *is_certain*, in each."""
    for name, known in (("jurisdiction", PLACES), ("tier", {tier: (tier,) for tier in TIERS})):
        if name in guardrail.when:
            wanted = guardrail.when[name]
            names = [wanted] if isinstance(wanted, str) else [*wanted]
            meant = {place for one in names for place in known[str(one)]}
            possible = _values(request.dimensions[name], known, is_place=name == "jurisdiction")
            if not (possible <= meant if is_certain else possible & meant):
                return False
    return True


# --- what is left of a policy until it passes ------------------------------------------------------------------------


def _from_all_to_less(policy: Document, guardrails: list[Document]) -> Iterator[Document]:
    """Yield a policy, and what is left of it as it gets simpler, at last with overrides that close what is closed."""
    yield policy
    yield (policy := {**policy, "samples": []})
    people = [{**band, "escalate": "people"} for band in policy["bands"]]
    yield {**policy, "bands": people}
    yield (policy := {**policy, "knock_outs": policy["knock_outs"][:1]})
    yield (policy := {**policy, "knock_outs": []})
    yield {**policy, "bands": people}
    closing = list(_closing(policy, guardrails))
    shorter = {**policy, "bands": people, "overrides": [*policy["overrides"][:1], *closing]}
    yield shorter
    yield {**shorter, "overrides": closing}
    yield {**policy, "overrides": policy["overrides"][:1]}
    yield {**policy, "bands": people, "overrides": policy["overrides"][:1]}


def _closing(policy: Document, guardrails: list[Document]) -> Iterator[Document]:
    """Yield overrides that let only the strictest band be reached that no guardrail speaks of."""
    bands = policy["bands"]
    is_open = [not any(_is_under(guardrail, band) for guardrail in guardrails) for band in bands]
    if any(is_open):
        place = is_open.index(True)
        words = {band["name"]: "never" for band in bands[:place]}
        words |= {band["name"]: "always" for band in bands[place:-1][:1]}
        for number, one in enumerate(guardrails):
            if one["when"]:
                change = {"thresholds": words, "on_invalid": bands[place]["name"]}
                yield {"id": f"closing-{number}", "when": one["when"], "because": "drawn", **change}


def _is_under(guardrail: Document, band: Document) -> bool:
    return band["name"] in guardrail.get("bands", ()) or band.get("effect") in guardrail.get("effects", ())


def _passing(catalog: Document, policy: Document) -> tuple[Catalog, Policy]:
    """Return the first of these that no guardrail refuses, and that has no other fault of any weight."""
    for place, one in enumerate(_from_all_to_less(policy, catalog["guardrails"])):
        found = set(codes(checked(json.dumps(one), json.dumps(catalog)).report))
        if found <= OTHER_MATTERS:
            event("passed" if place == 0 else "passed once it was simpler")
            return Catalog.model_validate(catalog), Policy.model_validate(one)
    event("refused")
    return reject()


# --- the tests -------------------------------------------------------------------------------------------------------

LONG = settings(
    max_examples=settings().max_examples // 3,
    suppress_health_check=[*settings().suppress_health_check, HealthCheck.filter_too_much],
)
"""Many guardrails close what nothing of the policy can open again."""


def _verdict(meaning: Meaning, request: Request) -> Verdict | None:
    """Return the verdict; None where the policy refuses to decide, by `unknown: error`."""
    try:
        return meaning.verdict(request)
    except InvalidRequestError:
        return None


def _decided(data: st.DataObject, catalog: Catalog, policy: Policy) -> Iterator[tuple[Request, Verdict]]:
    meaning = Meaning(policy, catalog)
    for _ in range(12):
        request = data.draw(requests(policy))
        verdict = _verdict(meaning, request)
        if verdict is not None:
            yield request, verdict


def _drawn(data: st.DataObject, *requirements: Any) -> tuple[Catalog, Policy]:  # noqa: ANN401 - a word or a range
    guardrails = data.draw(st.lists(guardrails_of(*requirements), min_size=1, max_size=2))
    catalog = catalog_with(guardrails, end=data.draw(st.sampled_from((HOLD, *BANDS))))
    return _passing(catalog, data.draw(policies()))


def _ends(catalog: Catalog, verdict: Verdict) -> str:
    return HOLD if verdict.escalate is None else catalog.escalation_paths[verdict.escalate].when_exhausted


@LONG
@given(st.data())
def test_no_case_and_no_time_out_gets_a_band_that_a_guardrail_closes(data: st.DataObject) -> None:
    catalog, policy = _drawn(data, "never")
    for request, verdict in _decided(data, catalog, policy):
        closed = {band for one in catalog.guardrails if concerns(one, request) for band in policy.bands_under(one)}
        assert verdict.outcome not in closed
        assert _ends(catalog, verdict) not in closed


@LONG
@given(st.data())
def test_a_band_that_wants_a_person_escalates_to_one_and_is_never_timed_out(data: st.DataObject) -> None:
    catalog, policy = _drawn(data, "person", "person", "never")
    for request, verdict in _decided(data, catalog, policy):
        for one in catalog.guardrails:
            if one.require == "person" and concerns(one, request) and verdict.outcome in policy.bands_under(one):
                assert verdict.escalate is not None
                assert _ends(catalog, verdict) == HOLD


@LONG
@given(st.data())
def test_a_crossed_threshold_lies_in_the_range_that_a_guardrail_allows(data: st.DataObject) -> None:
    low, high = data.draw(st.sampled_from([(one, other) for one in NUMBERS for other in NUMBERS if one < other]))
    catalog, policy = _drawn(data, {"threshold": [low, high]})
    for request, verdict in _decided(data, catalog, policy):
        for one in catalog.guardrails:
            assert isinstance(one.require, ThresholdRange)
            if verdict.threshold is not None and concerns(one, request, is_certain=True):
                crossed = verdict.outcome if verdict.sample is None else verdict.sample.outcome_without
                assert crossed not in policy.bands_under(one) or low <= verdict.threshold <= high


@LONG
@given(st.data())
def test_where_nothing_may_loosen_no_override_makes_any_case_milder(data: st.DataObject) -> None:
    drawn = {**data.draw(policies()), "samples": [], "unknown": {}}
    drawn["bands"] = [{key: value for key, value in band.items() if key != "reasons"} for band in drawn["bands"]]
    # By a milder `otherwise`, a stricter threshold may send a case there that was in no band of the lead's before
    drawn = {key: value for key, value in drawn.items() if key not in ("tunable", "lead")}
    guardrail = {"id": "floor", "when": {}, "require": "tighten_only"}
    catalog, policy = _passing({**catalog_with([]), "guardrails": [guardrail]}, drawn)
    fewer = [tuple(other for other in policy.overrides if other is not one) for one in policy.overrides]
    without = [Meaning(policy.model_copy(update={"overrides": rest}), catalog) for rest in (*fewer, ())]
    for request, verdict in _decided(data, catalog, policy):
        others = [_verdict(meaning, request) for meaning in without]
        ranks = [policy.strictness[other.outcome] for other in others if other is not None]
        assert policy.strictness[verdict.outcome] <= min(ranks)
