"""Draws catalogs and policies, in all shapes that leave nothing open. `requests` draws what they are asked."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from policy_engine.model import Catalog, NumberDimension, Policy, format_instant
from policy_engine.resolution import (
    Cell,
    Reach,
    ResolvedPolicy,
    fields_in_common,
    lies_inside,
    resolve,
    rungs_of,
    windows_overlap,
)
from policy_engine.vocabulary import ESCALATION_PATH, INVALID_CLASSES, JURISDICTION, NO_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hypothesis.strategies import DrawFn, SearchStrategy

Document = dict[str, Any]
"""A catalog or a policy as a file would have it."""

PLACES = ("EU", "nordics", "DACH", "DE", "DE-BY", "DE-BE", "AT", "US", "US-CA", "UK", "XK", "nobody")
"""Groups first, so that what comes later may lie in what came before."""
CUTS = (-1e308, -0.5, 0.0, 0.1, 1.0, 18.0, 100.0, 1e16)
VALUES = {"tier": ("standard", "gold", "platinum", "for free"), "channel": ("web", "app")}
PATHS = ("fraud-ops", "disputes", "night-shift")
BANDS = ("block", "review", "allow", "watch", "refer", "hold")
IDS = ("aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh")
CODES = ("FR01", "FR02", "S:1", "9")
KNOCK_OUT_CODES = ("SDN01", "FR02", "VIP")
FACTS = ("bankrupt", "sanctions_exact", "vip")
LABELS = ("cat", "Dog", "ant", "äff", "zz top")
SCORE_NAMES = ("document", "face", "voice")
VERSIONS: tuple[Any, ...] = (None, None, ">=4.2,<5", {"v4": ">=4.2,<5", "v5": ">=5,<6"})
JSON_VALUES: tuple[Any, ...] = (None, True, False, 0, 1, 1.0, -0.0, 0.1, "", "tag", [], [1, "a"], {}, {"x": [None]})
RANGES: tuple[tuple[float | None, float | None], ...] = (
    (0, 100),
    (-5.5, 5.5),
    (300, 850),
    (0, None),
    (None, 0),
    (None, None),
)

BEGINNINGS = tuple(datetime(year, 1, 1, tzinfo=UTC) for year in (2026, 2027, 2028))
"""When policies begin and end."""
INSTANTS = tuple(
    datetime(year, month, 15, 22, 30, tzinfo=UTC) for year in (2025, 2026, 2027, 2028) for month in (3, 6, 9)
)
"""When overrides begin and end."""


@dataclass(frozen=True, eq=False)
class PolicySet:
    """A catalog and its policies, with the documents that they are written in, and what their tunables read."""

    catalog_document: Document
    policy_documents: tuple[Document, ...]
    environment: dict[str, str]
    catalog: Catalog = field(repr=False)
    policies: tuple[Policy, ...] = field(repr=False)


def policy_set(
    catalog: Document, policies: Iterable[Document], environment: Mapping[str, str] | None = None
) -> PolicySet:
    """Return the models of documents that are known to be valid."""
    documents = tuple(policies)
    return PolicySet(
        catalog,
        documents,
        dict(environment or {}),
        Catalog.model_validate(catalog),
        tuple(Policy.model_validate(one) for one in documents),
    )


# --- what is valid -------------------------------------------------------------------------------------------


def is_valid(policy: Document, catalog: Catalog) -> bool:
    """Say whether the overrides leave nothing open: no tie, no ladder that does not fall, none in vain.

    Guardrails are not asked: what a case comes to is told also where a policy breaks one.
    """
    model = Policy.model_validate(policy)
    resolved = resolve(model, catalog)
    return (
        all(_takes_effect(one, resolved) for one in resolved.overrides)
        and all(not cell.ties for cell in resolved.cells)
        and not _has_equal_pair(resolved)
        and all(_has_ladders(resolve(model, catalog, numbers)) for numbers in _environments(model))
    )


def _environments(policy: Policy) -> Iterator[dict[str, float]]:
    """Yield every combination of bounds that the environment may set."""
    ways = {name: (None, *one.within) for name, one in policy.tunable.items() if one.env is not None}
    for numbers in product(*ways.values()):
        yield {name: number for name, number in zip(ways, numbers, strict=True) if number is not None}


def _takes_effect(override: Reach, resolved: ResolvedPolicy) -> bool:
    narrower = [one for one in resolved.overrides if one.is_narrower_than(override)]
    return any(
        override.id in cell.matched and not any(field in one.fields and one.id in cell.matched for one in narrower)
        for cell in resolved.cells
        for field in override.fields
    )


def _has_equal_pair(resolved: ResolvedPolicy) -> bool:
    return any(
        one.same_cells_as(other)
        and windows_overlap(one.window, other.window)
        and not lies_inside(one.window, other.window)
        and not lies_inside(other.window, one.window)
        and any(fields_in_common(one, other))
        for place, one in enumerate(resolved.overrides)
        for other in resolved.overrides[:place]
    )


def _has_ladders(resolved: ResolvedPolicy) -> bool:
    """Say whether thresholds fall strictly within the range in every cell, whatever calls may ask for."""
    return all(_is_ladder(cell, numbers) for cell in resolved.cells for numbers in _calls(resolved.policy, cell))


def _calls(policy: Policy, cell: Cell) -> Iterator[dict[str, float]]:
    """Yield every combination of bounds that a call may ask for in a cell, by band."""
    ways: dict[str, list[float | None]] = {}
    for name, one in policy.tunable.items():
        of = policy.tunable_numbers[name]
        if one.per_call and of.kind == "thresholds" and of.score == cell.scale.name:
            band = str(of.band)
            held = cell.settled["thresholds", band].value
            bounds = [cell.scale.score.rounded(bound) for bound in one.within]
            if one.tighten_only is not False and not isinstance(held, str):
                bounds = [bound for bound in bounds if (bound <= held if cell.scale.is_riskier else bound >= held)]
            ways[band] = [None, *([] if isinstance(held, str) else bounds)]
    for numbers in product(*ways.values()):
        yield {band: number for band, number in zip(ways, numbers, strict=True) if number is not None}


def _is_ladder(cell: Cell, numbers: Mapping[str, float]) -> bool:
    held = {band: cell.settled["thresholds", band] for band in cell.scale.bands[:-1]}
    thresholds = {band: (numbers.get(band, one.value), one.source) for band, one in held.items()}
    cuts = [rung.threshold for rung in rungs_of(cell.scale, thresholds) if rung.threshold is not None]
    low, high = cell.scale.score.signal_low, cell.scale.score.signal_high
    return all(below < above for below, above in pairwise(cuts)) and all(low <= cut <= high for cut in cuts)


# --- catalogs ------------------------------------------------------------------------------------------------


@st.composite
def catalogs(draw: DrawFn, *, guarded: bool = True) -> Document:
    """Draw a catalog: a graph of jurisdictions, up to two dimensions, facts, escalation paths, guardrails."""
    chosen = draw(st.sets(st.sampled_from(PLACES), max_size=6))
    places = [place for place in PLACES if place in chosen]
    jurisdictions = {}
    for i, place in enumerate(places):
        parents = draw(st.lists(st.sampled_from(places[:i]), unique=True, max_size=2)) if i else []
        country = place.partition("-")[0]
        if country != place and country in places and country not in parents:
            parents.append(country)
        jurisdictions[place] = {"in": parents[0] if len(parents) == 1 else parents} if parents else {}
    names = draw(st.lists(st.sampled_from(("tier", "amount", "channel", "age")), unique=True, max_size=2))
    catalog: Document = {
        "schema": "catalog/v1",
        "jurisdictions": dict(draw(st.permutations(list(jurisdictions.items())))),
        "dimensions": {name: draw(_dimensions(name)) for name in names},
        "effects": ["adverse", "harmful"],
        "facts": list(draw(st.permutations(FACTS)))[: draw(st.integers(0, 3))],
        "escalation_paths": {
            path: {"levels": [{"to": f"queue:{path}", "within": "PT30M"}]}
            for path in draw(st.lists(st.sampled_from(PATHS), unique=True, max_size=2))
        },
    }
    ties = draw(st.sampled_from((None, "error", "strictest")))
    if ties is not None:
        catalog["ties"] = ties
    if guarded:
        model = Catalog.model_validate(catalog)
        ids = draw(st.lists(st.sampled_from(("gdpr", "nyc", "own")), unique=True, max_size=2))
        catalog["guardrails"] = [{"id": name, **draw(_guardrails(model))} for name in ids]
    return catalog


@st.composite
def _guardrails(draw: DrawFn, catalog: Catalog) -> Document:
    """Draw what a guardrail says. One in four is about no single case, and only makes its dimensions be used."""
    when = draw(conditions_of_overrides(catalog)) if draw(st.booleans()) else {}
    about = draw(st.sampled_from((None, None, "card-fraud", ["card-fraud", "credit"], "no-such")))
    if about is not None:
        when["use_case"] = about
    require: Any = draw(st.sampled_from(("never", "never", "never", "person", "person", "tighten_only", "range")))
    if require == "tighten_only":
        return {"when": when, "require": require}
    if require == "range":
        require = {"threshold": [-1e308, 1e308]}
    of = draw(st.sampled_from(("bands", "bands", "effects")))
    words = st.sampled_from(BANDS if of == "bands" else ("adverse", "harmful"))
    return {"when": when, of: draw(st.lists(words, unique=True, min_size=1, max_size=2)), "require": require}


def _dimensions(name: str) -> SearchStrategy[Any]:
    if name in VALUES:
        return st.lists(st.sampled_from(VALUES[name]), unique=True, min_size=1)
    cuts = st.lists(st.sampled_from(CUTS), unique=True, min_size=1, max_size=3)
    return cuts.map(lambda drawn: {"cuts": sorted(drawn)})


# --- policies ------------------------------------------------------------------------------------------------


KINDS = ("number", "number", "classes", "classes", "labels", "scores")
RATIOS = (1.0, 1.1, 1.5, 2.0, 3.0)


@st.composite
def policy_sets(draw: DrawFn, kinds: Sequence[str] = KINDS, *, guarded: bool = True) -> PolicySet:
    """Draw a catalog with one or two policies: two versions of one use case, or several use cases.

    Where they are *guarded*, the catalog has guardrails, which the policies may break.
    """
    catalog = draw(catalogs(guarded=guarded))
    model = Catalog.model_validate(catalog)
    begins = draw(st.lists(st.sampled_from(BEGINNINGS), unique=True, min_size=1, max_size=2).map(sorted))
    use_cases = draw(st.sampled_from((("card-fraud", "card-fraud"), ("card-fraud", "credit"))))
    documents = []
    for version, begin in enumerate(begins):
        # the last version of a use case may go on for ever, an earlier one has to make room
        is_last = begin == begins[-1] and draw(st.booleans())
        window = {"from": begin} if is_last else {"from": begin, "until": begin.replace(year=begin.year + 1)}
        kind = draw(st.sampled_from(kinds))
        documents.append(draw(policies(model, use_cases[version], version + 1, window, kind)))
    return policy_set(catalog, documents, draw(_environment(documents)))


@st.composite
def _environment(draw: DrawFn, documents: Sequence[Document]) -> dict[str, str]:
    """Draw what is set of the variables that tunables read; each policy has variables of its own."""
    found = {}
    for document in documents:
        policy = Policy.model_validate(document)
        for name, tunable in policy.tunable.items():
            if tunable.env is None or not draw(st.booleans()):
                continue
            numbers = list(tunable.within)
            of = policy.tunable_numbers[name]
            if tunable.tighten_only and of.kind == "thresholds":
                scale = policy.scale_of(of.score)
                numbers = [numbers[0 if scale.is_riskier else 1]]
            found[tunable.env] = repr(draw(st.sampled_from(numbers)))
    return found


@st.composite
def policies(
    draw: DrawFn, catalog: Catalog, use_case: str, version: int, window: dict[str, datetime], kind: str = "number"
) -> Document:
    """Draw a valid policy. An override that would leave something open with those before it is left out."""
    names = list(draw(st.permutations(BANDS))[: draw(st.integers(2, 5))])
    policy: Document = {
        "schema": "policy/v1",
        "use_case": use_case,
        "version": version,
        "owner": "risk",
        "effective": {end: format_instant(at) for end, at in window.items()},
        "bands": [{"name": name, **draw(_band(catalog))} for name in names],
        "fail_open_because": "drawn",
        "unknown": draw(_unknown(catalog)),
        "overrides": [],
    }
    if kind == "scores":
        policy["scores"] = {
            name: draw(_named_score(names))
            for name in draw(st.lists(st.sampled_from(SCORE_NAMES), unique=True, min_size=1))
        }
        # a band that no score leads to would be in vain; of two, one is named and the other left over
        named = {band for score in policy["scores"].values() for band in score["thresholds"]}
        rest = {names[-1 if score["higher_is"] == "riskier" else 0] for score in policy["scores"].values()}
        policy["bands"] = [band for band in policy["bands"] if band["name"] in named | rest]
        names = [band["name"] for band in policy["bands"]]
        for score in policy["scores"].values():
            score["on_invalid"] = draw(_on_invalid(names, "number", whole=True))
    else:
        policy["score"] = draw(scores_of_policies(kind))
        policy["on_invalid"] = draw(_on_invalid(names, kind, whole=True))
        # on the lowest score of all, a threshold would leave nothing to the last band
        lanes = _lanes(_thresholds_of(policy["score"])[1:], names[:-1])
        for band, lane in zip(policy["bands"], lanes.values(), strict=False):
            band["at_least"] = draw(st.sampled_from(lane))
    draw(_fill_in(policy, kind))
    policy["knock_outs"] = draw(_knock_outs(catalog, policy))
    policy["samples"] = draw(_samples(catalog, names))
    policy["tunable"] = draw(_tunables(policy))
    ties = draw(st.sampled_from(("strictest", "strictest", "error", None)))
    if ties is not None:
        policy["ties"] = ties
    for _ in range(draw(st.sampled_from((0, 1, 3, 4, 5, 6)))):
        override = draw(overrides(catalog, policy))
        longer = ({**policy, "overrides": [*policy["overrides"], one]} for one in _from_all_to_less(override))
        policy = next((one for one in longer if is_valid(one, catalog)), policy)
    return policy


@st.composite
def _fill_in(draw: DrawFn, policy: Document, kind: str) -> None:
    """Give a policy what only its kind has, and some of its bands reasons that come with the case."""
    names = [band["name"] for band in policy["bands"]]
    if kind == "labels":
        policy["unknown_label"] = draw(st.sampled_from(("strictest", "strictest", "base", "error")))
    if kind == "classes" and draw(st.booleans()):
        policy["lead"] = draw(_lead(names))
    for band in policy["bands"]:
        if kind == "classes" and draw(st.booleans()):
            band["highlight"] = draw(_highlight(policy["score"]))
        if not draw(st.integers(0, 3)):
            band["reasons"] = draw(_case_reasons(policy, band["name"]))


def kind_of(policy: Document) -> str:
    """Return the kind of score of a policy's document."""
    return "scores" if "scores" in policy else str(policy["score"]["kind"])


def _by_strictness(policy: Document) -> list[str]:
    names = [band["name"] for band in policy["bands"]]
    return names[::-1] if policy.get("score", {}).get("higher_is") == "safer" else names


@st.composite
def _named_score(draw: DrawFn, bands: Sequence[str]) -> Document:
    """Draw one of several scores: thresholds for some of the bands that it may need some score for."""
    score = draw(scores_of_policies("number"))
    top_down = list(bands if score["higher_is"] == "riskier" else bands[::-1])[:-1]
    kept = draw(st.sets(st.sampled_from(top_down), min_size=1))
    if score["higher_is"] == "safer":
        # else no case would ever get the mildest band
        kept.add(top_down[0])
    named = [band for band in top_down if band in kept]
    lanes = _lanes(_thresholds_of(score)[1:], named)
    written = {band: draw(st.sampled_from(lane)) for band, lane in lanes.items()}
    shuffled = dict(draw(st.permutations(list(written.items()))))
    return {**score, "thresholds": shuffled}


@st.composite
def _lead(draw: DrawFn, bands: Sequence[str]) -> Document:
    lead: Document = {
        "ratio": draw(st.sampled_from(RATIOS)),
        "bands": draw(st.lists(st.sampled_from(bands), unique=True, min_size=1)),
    }
    if draw(st.booleans()):
        lead["otherwise"] = draw(st.sampled_from(bands))
    return lead


@st.composite
def _highlight(draw: DrawFn, score: Document) -> Document:
    shown: Document = {"above": draw(st.sampled_from(_thresholds_of({**score, "signal": "top"})))}
    floor, cap = sorted(draw(st.tuples(st.integers(0, 4), st.integers(1, 4))))
    if draw(st.booleans()):
        shown["floor"] = floor
    if draw(st.booleans()):
        shown["cap"] = max(cap, 1)
    return shown


@st.composite
def _case_reasons(draw: DrawFn, policy: Document, band: str) -> Document:
    """Draw reasons that come with the case, with an `else` at most one band milder."""
    strict = _by_strictness(policy)
    others = [one for one in strict[: strict.index(band) + 2] if one != band]
    found: Document = {
        "from": "reason_codes",
        "of": draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1)),
        "else": draw(st.sampled_from(others)),
    }
    return {**found, "max": draw(st.integers(1, 3))} if draw(st.booleans()) else found


@st.composite
def _knock_outs(draw: DrawFn, catalog: Catalog, policy: Document) -> list[Document]:
    """Draw knock-outs that can change something: none demands the mildest band, none allows the strictest."""
    strict = _by_strictness(policy)
    found = []
    for name in draw(st.lists(st.sampled_from(("sdn", "vip", "age", "big")), unique=True, max_size=3)):
        facts = (
            draw(st.dictionaries(st.sampled_from(catalog.facts), st.booleans(), max_size=2)) if catalog.facts else {}
        )
        when = draw(conditions_of_overrides(catalog)) if not facts or draw(st.booleans()) else {}
        one: Document = {"id": name, "when": {**facts, **when}}
        if draw(st.booleans()):
            one["at_least"] = draw(st.sampled_from(strict[:-1]))
        else:
            one |= {"at_most": draw(st.sampled_from(strict[1:])), "fail_open_because": "drawn"}
        if draw(st.booleans()):
            one["reasons"] = draw(st.lists(st.sampled_from(KNOCK_OUT_CODES), unique=True, max_size=2))
        found.append(one)
    return found


@st.composite
def _samples(draw: DrawFn, catalog: Catalog, bands: Sequence[str]) -> list[Document]:
    keys = ["subject", "subject", *(name for name, one in catalog.dimensions.items() if not hasattr(one, "cuts"))]
    found = []
    for name in draw(st.lists(st.sampled_from(("qa", "audit")), unique=True, max_size=2)):
        of, to = draw(st.permutations(bands))[:2]
        one: Document = {"id": name, "of": of, "to": to, "percent": draw(st.sampled_from((0, 1, 50, 99.5, 100)))}
        one |= {"by": draw(st.sampled_from(keys)), "salt": draw(st.sampled_from(("qa-2026", "ä")))}
        if draw(st.booleans()):
            one["until"] = format_instant(draw(st.sampled_from(INSTANTS)))
        found.append(one)
    return found


@st.composite
def _tunables(draw: DrawFn, policy: Document) -> Document:
    """Draw what may be moved at run time: thresholds within lanes of their own, ratios, cuts of highlights."""
    ways: dict[str, tuple[float, Sequence[float]]] = {}
    bands = policy["bands"]
    for prefix, score, written in _ladders_of(policy):
        for band, lane in _lanes(_thresholds_of(score)[1:], list(written)).items():
            ways[f"{prefix}{band}"] = (written[band], lane)
    for band in bands:
        if "highlight" in band:
            cuts = _thresholds_of({**policy["score"], "signal": "top"})
            ways[f"{band['name']}.highlight.above"] = (band["highlight"]["above"], cuts)
    if "lead" in policy:
        ways["lead.ratio"] = (policy["lead"]["ratio"], RATIOS)
    found: Document = {}
    for name in draw(st.lists(st.sampled_from(sorted(ways)), unique=True, max_size=2)):
        written_number, numbers = ways[name]
        ends = sorted([written_number, draw(st.sampled_from(numbers)), draw(st.sampled_from(numbers))])
        way = draw(st.sampled_from(("env", "per_call", "per_call")))
        variable = f"T_{policy['use_case']}_{policy['version']}_{name}".upper().replace("-", "_").replace(".", "_")
        one: Document = {way: variable if way == "env" else True, "within": [ends[0], ends[-1]]}
        only = draw(st.sampled_from((None, True, False)))
        if only is not None and not name.endswith((".ratio", ".above")):
            one |= {"tighten_only": only, "because": "drawn"}
        found[name] = one
    return found


def _ladders_of(policy: Document) -> Iterator[tuple[str, Document, dict[str, float]]]:
    """Yield each score with its thresholds from the top down, and what comes before a band's name in `tunable`."""
    if "score" in policy:
        yield "", policy["score"], {band["name"]: band["at_least"] for band in policy["bands"][:-1]}
    for name, score in policy.get("scores", {}).items():
        falling = sorted(score["thresholds"].items(), key=lambda item: -item[1])
        yield f"{name}.", score, dict(falling)


@st.composite
def overrides(draw: DrawFn, catalog: Catalog, policy: Document) -> Document:
    """Draw one more override for a policy, which may leave something open with those that it has."""
    taken = [one["id"] for one in policy["overrides"]]
    conditions = conditions_of_overrides(catalog, policy)
    if taken:
        conditions |= st.sampled_from([one["when"] for one in policy["overrides"]])
    when = draw(conditions)
    return {
        "id": draw(st.sampled_from([name for name in IDS if name not in taken])),
        "when": when,
        **draw(_changes(catalog, policy, _lanes_where(policy, when))),
        "because": "drawn",
        **draw(windows_of_overrides(policy["effective"])),
    }


def _lanes_where(policy: Document, when: Document) -> Mapping[str, Sequence[float | str]]:
    """Return the bands whose threshold an override may set where it holds, and what to.

    Several scores may only have it set together where each of them names the band.
    """
    about = when.get("score", list(policy.get("scores", {})))
    lanes = [
        _lanes(_thresholds_of(score), list(written))
        for prefix, score, written in _ladders_of(policy)
        if not prefix or prefix.removesuffix(".") in about
    ]
    low = max(_thresholds_of(score)[0] for _, score, _ in _ladders_of(policy))
    high = min(_thresholds_of(score)[-1] for _, score, _ in _ladders_of(policy))
    names = [band for band in lanes[0] if all(band in one for one in lanes)]
    several = {band: [cut for one in lanes for cut in one[band] if low <= cut <= high] for band in names}
    return {band: cuts or ["never"] for band, cuts in several.items()} if len(lanes) > 1 else lanes[0]


def _from_all_to_less(override: Document) -> Iterator[Document]:
    """Yield an override, and what is left of it without the fields that know no strictness, then without its window."""
    yield override
    graded = {key: value for key, value in override.items() if key in {*_GRADED, *_NO_FIELDS}}
    if not _GRADED.isdisjoint(graded):
        yield graded
        yield {key: value for key, value in graded.items() if key != "effective"}


_GRADED = {"thresholds", "on_invalid"}
_NO_FIELDS = {"id", "when", "because", "effective"}


@st.composite
def scores_of_policies(draw: DrawFn, kind: str = "number") -> Document:
    """Draw a `score` of a kind: for a number, a probability, or a number of any range."""
    score: Document = {"higher_is": draw(st.sampled_from(("riskier", "safer"))), "model": {"name": "gbm"}}
    versions = draw(st.sampled_from(VERSIONS))
    if versions is not None:
        score["model"]["versions"] = versions
    if not draw(st.integers(0, 3)):
        score["type"] = "float32"
    if kind == "number":
        if draw(st.booleans()):
            return {**score, "kind": "probability"}
        return {**score, "kind": "number", "range": list(draw(st.sampled_from(RANGES)))}
    score["kind"] = kind
    if kind == "labels" or draw(st.booleans()):
        fewest = 1 if kind == "labels" else 2
        score["labels"] = draw(st.lists(st.sampled_from(LABELS), unique=True, min_size=fewest))
    if draw(st.booleans()):
        score["range"] = list(draw(st.sampled_from(RANGES_OF_CLASSES if kind == "classes" else RANGES)))
    if kind == "classes":
        signal = draw(st.sampled_from((None, "top", "margin")))
        if signal is not None:
            score["signal"] = signal
        if signal == "margin":
            score["higher_is"] = "safer"
    return score


RANGES_OF_CLASSES: tuple[tuple[float, float | None], ...] = ((0, 100), (0, None), (0.25, 3))
"""Their low end is a number, and no lead is taken of one below 0."""


def _thresholds_of(score: Document) -> list[float]:
    """Return thresholds at the ends of a range, in it, and next to each other; 0.1 and 0.9 have no exact binary64.

    Of a score in float32 they are as written, and differ also once they are rounded.
    """
    written = score.get("range", (0.0, 1.0))
    low = -math.inf if written[0] is None else float(written[0])
    high = math.inf if written[1] is None else float(written[1])
    if score.get("signal") == "margin":
        low, high = 0.0, high - low
    bounded = math.isfinite(low) and math.isfinite(high)
    if bounded:
        places = [low + (high - low) * part for part in (0.1, 0.3, 0.5, 0.55, 0.7, 0.9)]
        near = [math.nextafter(place, high) for place in places[1:4]]
    else:
        places = [-1e308, -1e16, -700.0, -1.5, -0.1, 0.0, 0.1, 1.3, 700.0, 1e16, 1e308]
        near = [-5e-324, 5e-324, math.nextafter(1.3, 2), math.nextafter(1e16, math.inf)]
    ends = [low, math.nextafter(low, high), math.nextafter(high, low), high]
    found = {place for place in (*ends, *places, *near) if low <= place <= high and math.isfinite(place)}
    if score.get("type") != "float32":
        return sorted(found)
    with np.errstate(over="ignore"):
        rounded = {float(np.float32(place)): place for place in sorted(found, reverse=True)}
        inside = {number: place for number, place in rounded.items() if np.float32(low) <= number <= np.float32(high)}
    return [place for number, place in sorted(inside.items()) if math.isfinite(number)]


@st.composite
def _band(draw: DrawFn, catalog: Catalog) -> Document:
    """Draw what rides along with a band."""
    band: Document = {}
    paths = sorted(catalog.escalation_paths)
    if draw(st.booleans()) and paths:
        band["escalate"] = draw(st.sampled_from(paths))
    if draw(st.booleans()):
        band["reasons"] = draw(_reasons())
    if draw(st.booleans()):
        band["attributes"] = draw(_attributes())
    if draw(st.booleans()):
        band["effect"] = draw(st.sampled_from(("adverse", "harmful")))
    return band


def _reasons() -> SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(CODES), max_size=2, unique=True)


def _attributes() -> SearchStrategy[Document]:
    values = st.sampled_from(JSON_VALUES).map(copy.deepcopy)
    return st.dictionaries(st.sampled_from(("inject", "colour", "z")), values, min_size=1, max_size=2)


@st.composite
def _on_invalid(draw: DrawFn, bands: Sequence[str], kind: str, *, whole: bool) -> Any:  # noqa: ANN401 - a band or a mapping
    """Draw one band for all classes, or a band per class; *whole* leaves no class out."""
    band = st.sampled_from(bands)
    if draw(st.booleans()):
        return draw(band)
    classes = INVALID_CLASSES if kind == "classes" else INVALID_CLASSES[:-1]
    some: Document = draw(st.dictionaries(st.sampled_from(classes), band, min_size=1))
    if (whole and len(some) < len(classes)) or draw(st.booleans()):
        return {**some, "otherwise": draw(band)}
    return some


def _dimensions_of(catalog: Catalog) -> list[str]:
    return [*([JURISDICTION] if catalog.jurisdictions else []), *catalog.dimensions, ESCALATION_PATH]


def _unknown(catalog: Catalog) -> SearchStrategy[dict[str, str]]:
    # `strictest` is the default and what means most, so it is drawn most
    rules = st.sampled_from(("strictest", "strictest", "base", "error"))
    return st.dictionaries(st.sampled_from(_dimensions_of(catalog)), rules, max_size=2)


@st.composite
def conditions_of_overrides(draw: DrawFn, catalog: Catalog, policy: Document | None = None) -> Document:
    """Draw in which cells an override holds; without a *policy*, a knock-out or a guardrail."""
    of_members = {} if policy is None else values_of_members(policy)
    every = [*_dimensions_of(catalog), *of_members, *of_members]
    names = draw(st.lists(st.sampled_from(every), unique=True, min_size=1, max_size=2))
    return {
        name: draw(_some_values(of_members[name]) if name in of_members else _conditions(catalog, name))
        for name in names
    }


def values_of_members(policy: Document) -> dict[str, list[str]]:
    """Return the dimensions in which the members of a case may differ, with the values that the policy declares."""
    if "scores" in policy:
        models = [score["model"] for score in policy["scores"].values()]
        found = {"score": sorted(policy["scores"])}
    else:
        models = [policy["score"]["model"]]
        found = {"label": list(policy["score"]["labels"])} if policy["score"]["kind"] == "labels" else {}
    # overrides may speak of versions where every model gives them names
    if all(isinstance(model.get("versions"), dict) for model in models):
        found["model_version"] = sorted(models[0]["versions"])
    return found


def _some_values(values: Sequence[str]) -> SearchStrategy[Any]:
    one = st.sampled_from(values)
    return st.one_of(one, st.lists(one, unique=True, min_size=1))


@st.composite
def _conditions(draw: DrawFn, catalog: Catalog, name: str) -> Any:  # noqa: ANN401 - text, a list or a mapping
    dimension = catalog.dimensions.get(name)
    if isinstance(dimension, NumberDimension):
        cuts = dimension.cuts
        low = draw(st.integers(-1, len(cuts) - 1))
        high = draw(st.integers(low + 1, len(cuts)))
        ends = {}
        if low >= 0:
            ends["at_least"] = cuts[low]
        if high < len(cuts) or low < 0:
            ends["below"] = cuts[min(high, len(cuts) - 1)]
        return ends
    return draw(_some_values(_names_of(catalog, name)))


def _names_of(catalog: Catalog, name: str) -> list[str]:
    """Return the values of a dimension that is no number."""
    if name == JURISDICTION:
        return sorted(catalog.jurisdictions)
    if name == ESCALATION_PATH:
        return [NO_PATH, *sorted(catalog.escalation_paths)]
    return sorted(catalog.dimensions[name])  # type: ignore[arg-type]  # numbers are cut


def _lanes(thresholds: Sequence[float], bands: Sequence[str]) -> dict[str, Sequence[float]]:
    """Return for each band, top down, the thresholds that are its own: they fall strictly whichever are taken."""
    size = len(thresholds) // len(bands)
    starts = [size * place for place in range(len(bands))][::-1]
    return {band: thresholds[start : start + size] for band, start in zip(bands, starts, strict=True)}


@st.composite
def _changes(draw: DrawFn, catalog: Catalog, policy: Document, lanes: Mapping[str, Sequence[Any]]) -> Document:
    """Draw what an override changes: thresholds most of the time, and at least one field."""
    bands = [one["name"] for one in policy["bands"]]
    band = st.sampled_from(bands)
    changes: Document = {}
    kinds = draw(st.sets(st.sampled_from(_KINDS), min_size=1, max_size=3))
    if lanes and ("thresholds" in kinds or not draw(st.integers(0, 3))):
        anywhere: list[Any] = [threshold for lane in lanes.values() for threshold in lane]
        changes["thresholds"] = {
            name: draw(st.sampled_from([*lanes[name], *lanes[name], *anywhere, *_WORDS]))
            for name in draw(st.lists(st.sampled_from(sorted(lanes)), unique=True, min_size=1))
        }
    if "on_invalid" in kinds:
        changes["on_invalid"] = draw(_on_invalid(bands, kind_of(policy), whole=False))
    if "escalate" in kinds and catalog.escalation_paths:
        paths = st.sampled_from(sorted(catalog.escalation_paths))
        changes["escalate"] = draw(st.dictionaries(band, paths, min_size=1, max_size=2))
    if "reasons" in kinds:
        changes["reasons"] = {
            name: draw(_case_reasons(policy, name) if not draw(st.integers(0, 2)) else _reasons())
            for name in draw(st.lists(band, unique=True, min_size=1, max_size=2))
        }
    if "classes" in kinds and kind_of(policy) == "classes":
        if draw(st.booleans()):
            changes["lead"] = draw(_lead(bands))
        else:
            changes["highlight"] = draw(st.dictionaries(band, _highlight(policy["score"]), min_size=1, max_size=2))
    if "attributes" in kinds or not changes:
        changes["attributes"] = draw(st.dictionaries(band, _attributes(), min_size=1, max_size=2))
    return changes


_KINDS = ("thresholds", "on_invalid", "escalate", "reasons", "classes", "attributes")
_WORDS = ("never", "always") * 3


@st.composite
def windows_of_overrides(draw: DrawFn, policy: Mapping[str, str]) -> Document:
    """Draw the `effective` of an override: none, open at one end, or closed; mostly inside the policy's window."""
    year = int(policy["from"][:4])
    inside = [at for at in INSTANTS if at.year == year]
    ends = sorted(draw(st.lists(st.sampled_from((*inside, *inside, *INSTANTS)), unique=True, max_size=2)))
    if not ends:
        return {}
    first = "from" if len(ends) == 2 else draw(st.sampled_from(("from", "until")))
    written = [format_instant(end) for end in ends]
    return {"effective": dict(zip((first, "until"), written, strict=False))}
