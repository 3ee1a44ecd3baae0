"""Draws catalogs, policies and requests: all shapes of valid policies, and requests good and bad."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from policy_engine.model import Catalog, NumberDimension, Policy, Request, classes_of, format_instant
from policy_engine.resolution import (
    Reach,
    ResolvedPolicy,
    fields_in_common,
    ladder,
    lies_inside,
    policy_window,
    resolve,
    windows_overlap,
)
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, NO_PATH

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
_TICK = timedelta(microseconds=1)
_EAST = timezone(timedelta(hours=5, minutes=45))


@dataclass(frozen=True)
class PolicySet:
    """A catalog and its policies, with the documents that they are written in."""

    catalog_document: Document
    policy_documents: tuple[Document, ...]
    catalog: Catalog = field(repr=False)
    policies: tuple[Policy, ...] = field(repr=False)


def policy_set(catalog: Document, policies: Iterable[Document]) -> PolicySet:
    """Return the models of documents that are known to be valid."""
    documents = tuple(policies)
    return PolicySet(
        catalog, documents, Catalog.model_validate(catalog), tuple(Policy.model_validate(one) for one in documents)
    )


# --- what is valid -------------------------------------------------------------------------------------------


def is_valid(policy: Document, catalog: Catalog) -> bool:
    """Say whether the overrides leave nothing open: no tie, no ladder that does not fall, none in vain."""
    resolved = resolve(Policy.model_validate(policy), catalog)
    return (
        all(_takes_effect(one, resolved) for one in resolved.overrides)
        and all(not cell.ties for cell in resolved.cells)
        and not _has_equal_pair(resolved)
        and _has_ladders(resolved)
    )


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
    low, high = resolved.policy.score.low, resolved.policy.score.high
    for cell in resolved.cells:
        cuts = [rung.threshold for rung in ladder(cell) if rung.threshold is not None]
        if any(below >= above for below, above in pairwise(cuts)) or not all(low <= cut <= high for cut in cuts):
            return False
    return True


# --- catalogs ------------------------------------------------------------------------------------------------


@st.composite
def catalogs(draw: DrawFn) -> Document:
    """Draw a catalog: a graph of jurisdictions, up to two dimensions, escalation paths."""
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
        "effects": ["adverse"],
        "escalation_paths": {
            path: {"levels": [{"to": f"queue:{path}", "within": "PT30M"}]}
            for path in draw(st.lists(st.sampled_from(PATHS), unique=True, max_size=2))
        },
    }
    ties = draw(st.sampled_from((None, "error", "strictest")))
    return catalog if ties is None else {**catalog, "ties": ties}


def _dimensions(name: str) -> SearchStrategy[Any]:
    if name in VALUES:
        return st.lists(st.sampled_from(VALUES[name]), unique=True, min_size=1)
    cuts = st.lists(st.sampled_from(CUTS), unique=True, min_size=1, max_size=3)
    return cuts.map(lambda drawn: {"cuts": sorted(drawn)})


# --- policies ------------------------------------------------------------------------------------------------


@st.composite
def policy_sets(draw: DrawFn) -> PolicySet:
    """Draw a valid catalog with one or two policies: two versions of one use case, or several use cases."""
    catalog = draw(catalogs())
    model = Catalog.model_validate(catalog)
    begins = draw(st.lists(st.sampled_from(BEGINNINGS), unique=True, min_size=1, max_size=2).map(sorted))
    use_cases = draw(st.sampled_from((("card-fraud", "card-fraud"), ("card-fraud", "credit"))))
    documents = []
    for version, begin in enumerate(begins):
        # the last version of a use case may go on for ever, an earlier one has to make room
        is_last = begin == begins[-1] and draw(st.booleans())
        window = {"from": begin} if is_last else {"from": begin, "until": begin.replace(year=begin.year + 1)}
        documents.append(draw(policies(model, use_cases[version], version + 1, window)))
    return policy_set(catalog, documents)


@st.composite
def policies(draw: DrawFn, catalog: Catalog, use_case: str, version: int, window: dict[str, datetime]) -> Document:
    """Draw a valid policy. An override that would leave something open with those before it is left out."""
    score = draw(scores_of_policies())
    thresholds = _thresholds_of(score)
    names = draw(st.permutations(BANDS))[: draw(st.integers(2, 5))]
    lanes = _lanes(thresholds, names[:-1])
    # on the lowest score of all, a threshold would leave nothing to the last band
    bands: list[Document] = [
        {"name": name, "at_least": draw(st.sampled_from(lane[lane[0] == thresholds[0] :])), **draw(_band(catalog))}
        for name, lane in lanes.items()
    ]
    bands.append({"name": names[-1], **draw(_band(catalog))})
    policy: Document = {
        "schema": "policy/v1",
        "use_case": use_case,
        "version": version,
        "owner": "risk",
        "effective": {end: format_instant(at) for end, at in window.items()},
        "score": score,
        "bands": bands,
        "on_invalid": draw(_on_invalid(names, whole=True)),
        "fail_open_because": "drawn",
        "unknown": draw(_unknown(catalog)),
        "overrides": [],
    }
    ties = draw(st.sampled_from(("strictest", "strictest", "error", None)))
    if ties is not None:
        policy["ties"] = ties
    for _ in range(draw(st.sampled_from((0, 1, 3, 4, 5, 6)))):
        override = draw(overrides(catalog, policy))
        longer = ({**policy, "overrides": [*policy["overrides"], one]} for one in _from_all_to_less(override))
        policy = next((one for one in longer if is_valid(one, catalog)), policy)
    return policy


@st.composite
def overrides(draw: DrawFn, catalog: Catalog, policy: Document) -> Document:
    """Draw one more override for a policy, which may leave something open with those that it has."""
    names = [band["name"] for band in policy["bands"]]
    taken = [one["id"] for one in policy["overrides"]]
    conditions = conditions_of_overrides(catalog)
    if taken:
        conditions |= st.sampled_from([one["when"] for one in policy["overrides"]])
    return {
        "id": draw(st.sampled_from([name for name in IDS if name not in taken])),
        "when": draw(conditions),
        **draw(_changes(catalog, names, _lanes(_thresholds_of(policy["score"]), names[:-1]))),
        "because": "drawn",
        **draw(windows_of_overrides(policy["effective"])),
    }


def _from_all_to_less(override: Document) -> Iterator[Document]:
    """Yield an override, and what is left of it without the fields that know no strictness, then without its window."""
    yield override
    graded = {key: value for key, value in override.items() if key not in ("escalate", "reasons", "attributes")}
    if "thresholds" in graded or "on_invalid" in graded:
        yield graded
        yield {key: value for key, value in graded.items() if key != "effective"}


@st.composite
def scores_of_policies(draw: DrawFn) -> Document:
    """Draw a `score`: a probability, or a number of any range."""
    score: Document = {"higher_is": draw(st.sampled_from(("riskier", "safer"))), "model": {"name": "gbm"}}
    versions = draw(st.sampled_from((None, ">=4.2,<5")))
    if versions is not None:
        score["model"]["versions"] = versions
    if draw(st.booleans()):
        return {**score, "kind": "probability"}
    return {**score, "kind": "number", "range": list(draw(st.sampled_from(RANGES)))}


def _thresholds_of(score: Document) -> list[float]:
    """Return thresholds at the ends of a range, in it, and next to each other; 0.1 and 0.9 have no exact binary64."""
    written = score.get("range", (0.0, 1.0))
    low = -math.inf if written[0] is None else float(written[0])
    high = math.inf if written[1] is None else float(written[1])
    bounded = math.isfinite(low) and math.isfinite(high)
    if bounded:
        places = [low + (high - low) * part for part in (0.1, 0.3, 0.5, 0.55, 0.7, 0.9)]
        near = [math.nextafter(place, high) for place in places[1:4]]
    else:
        places = [-1e308, -1e16, -700.0, -1.5, -0.1, 0.0, 0.1, 1.3, 700.0, 1e16, 1e308]
        near = [-5e-324, 5e-324, math.nextafter(1.3, 2), math.nextafter(1e16, math.inf)]
    ends = [low, math.nextafter(low, high), math.nextafter(high, low), high]
    found = {place for place in (*ends, *places, *near) if low <= place <= high and math.isfinite(place)}
    return sorted(found)


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
        band["effect"] = "adverse"
    return band


def _reasons() -> SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(CODES), max_size=2, unique=True)


def _attributes() -> SearchStrategy[Document]:
    values = st.sampled_from(JSON_VALUES).map(copy.deepcopy)
    return st.dictionaries(st.sampled_from(("inject", "colour", "z")), values, min_size=1, max_size=2)


@st.composite
def _on_invalid(draw: DrawFn, bands: Sequence[str], *, whole: bool) -> Any:  # noqa: ANN401 - a band or a mapping
    """Draw one band for all classes, or a band per class; *whole* leaves no class out."""
    band = st.sampled_from(bands)
    if draw(st.booleans()):
        return draw(band)
    classes = classes_of("number")
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
def conditions_of_overrides(draw: DrawFn, catalog: Catalog) -> Document:
    """Draw in which cells an override holds."""
    names = draw(st.lists(st.sampled_from(_dimensions_of(catalog)), unique=True, min_size=1, max_size=2))
    return {name: draw(_conditions(catalog, name)) for name in names}


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
    values = [value for value in values_of(catalog, name) if isinstance(value, str)]
    one = st.sampled_from(values)
    return draw(st.one_of(one, st.lists(one, unique=True, min_size=1)))


def _lanes(thresholds: Sequence[float], bands: Sequence[str]) -> dict[str, Sequence[float]]:
    """Return for each band, top down, the thresholds that are its own: they fall strictly whichever are taken."""
    size = len(thresholds) // len(bands)
    starts = [size * place for place in range(len(bands))][::-1]
    return {band: thresholds[start : start + size] for band, start in zip(bands, starts, strict=True)}


@st.composite
def _changes(draw: DrawFn, catalog: Catalog, bands: Sequence[str], lanes: Mapping[str, Sequence[float]]) -> Document:
    """Draw what an override changes: thresholds most of the time, and at least one field."""
    band = st.sampled_from(bands)
    changes: Document = {}
    kinds = draw(st.sets(st.sampled_from(_KINDS), min_size=1, max_size=3))
    if "thresholds" in kinds or not draw(st.integers(0, 3)):
        anywhere: list[Any] = [threshold for lane in lanes.values() for threshold in lane]
        changes["thresholds"] = {
            name: draw(st.sampled_from([*lanes[name], *lanes[name], *anywhere, *_WORDS]))
            for name in draw(st.lists(st.sampled_from(bands[:-1]), unique=True, min_size=1))
        }
    if "on_invalid" in kinds:
        changes["on_invalid"] = draw(_on_invalid(bands, whole=False))
    if "escalate" in kinds and catalog.escalation_paths:
        paths = st.sampled_from(sorted(catalog.escalation_paths))
        changes["escalate"] = draw(st.dictionaries(band, paths, min_size=1, max_size=2))
    if "reasons" in kinds:
        changes["reasons"] = draw(st.dictionaries(band, _reasons(), min_size=1, max_size=2))
    if "attributes" in kinds or not changes:
        changes["attributes"] = draw(st.dictionaries(band, _attributes(), min_size=1, max_size=2))
    return changes


_KINDS = ("thresholds", "on_invalid", "escalate", "reasons", "attributes")
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


# --- requests ------------------------------------------------------------------------------------------------


@st.composite
def cases(draw: DrawFn, drawn: PolicySet, policy: Policy) -> Request:
    """Draw a request that has everything but a score, most of the time one of the model and while it is live."""
    return Request(
        use_case=draw(st.sampled_from((policy.use_case,) * 30 + ("no-such",))),
        score=None,
        at=draw(st.sampled_from(telling_instants(policy))),
        dimensions=draw(dimensions_of_cases(drawn.catalog)),
        model=draw(_mostly((None, "gbm"), ("other", "", 7))),
        model_version=draw(_mostly(GOOD_VERSIONS, BAD_VERSIONS)),
    )


@st.composite
def plain_cases(draw: DrawFn, drawn: PolicySet, policy: Policy) -> Request:
    """Draw a request that has everything but a score, and lies in a single cell of a live policy."""
    begin, end = policy_window(policy)
    return Request(
        use_case=policy.use_case,
        score=None,
        at=draw(st.sampled_from([at for at in telling_instants(policy) if begin <= at < end])),
        dimensions={name: draw(one_of_these(values_of(drawn.catalog, name))) for name in _dimensions_of(drawn.catalog)},
        model_version="4.2",
    )


GOOD_VERSIONS = ("4.2", "4.9.1", "4.3rc1", "v4.5", " 4.2 ", "4.2+cu118")
"""Versions within `>=4.2,<5`: pre-releases count, and PEP 440 reads spellings and local builds."""
BAD_VERSIONS = (None, "4.1.9", "5", "5.0rc1", "4.2rc1", "four", "", 4.2, ["4.2"], "4." + "2" * 5000)
"""Versions outside of it, left out, malformed, or no text at all."""


_ODD = 4


def _mostly(usual: Sequence[Any], odd: Sequence[Any]) -> SearchStrategy[Any]:
    """Draw a usual value about four times in five."""
    return st.integers(0, _ODD).flatmap(lambda place: one_of_these(odd if place == _ODD else usual))


def one_of_these(values: Sequence[Any]) -> SearchStrategy[Any]:
    """Draw one of *values*, not all of which have a hash, as `sampled_from` would want."""
    return st.integers(0, len(values) - 1).map(values.__getitem__)


def telling_instants(policy: Policy) -> list[datetime]:
    """Return every instant at which something begins or ends, the one before and the one after, live ones first."""
    windows = [policy.effective, *(override.effective for override in policy.overrides if override.effective)]
    ends = {end for window in windows for end in (window.from_, window.until) if end is not None}
    near = sorted({at + step for at in ends for step in (-_TICK, timedelta(), _TICK)})
    begin, end = policy_window(policy)
    live = [at for at in near if begin <= at < end]
    dead = [at for at in near if not begin <= at < end]
    return [*live, *(at.astimezone(_EAST) for at in live[:2]), *dead[-2:]]


def values_of(catalog: Catalog, name: str) -> list[Any]:
    """Return values that the catalog knows of a dimension; for a number those on its cuts and beside them."""
    if name == JURISDICTION:
        return sorted(catalog.jurisdictions)
    if name == ESCALATION_PATH:
        return [NO_PATH, *sorted(catalog.escalation_paths)]
    dimension = catalog.dimensions[name]
    if isinstance(dimension, NumberDimension):
        return [number for cut in dimension.cuts for number in spellings(cut)]
    return sorted(dimension)


@st.composite
def dimensions_of_cases(draw: DrawFn, catalog: Catalog) -> dict[str, Any]:
    """Draw the values of a request: known, unknown, of the wrong type, or left out."""
    given = {}
    for name in (JURISDICTION, *catalog.dimensions, ESCALATION_PATH):
        if draw(st.integers(0, 4)) < 4:
            odd = NO_NUMBERS if isinstance(catalog.dimensions.get(name), NumberDimension) else NO_VALUES
            known = values_of(catalog, name)
            given[name] = draw(_jurisdictions(known) if name == JURISDICTION else _mostly(known, odd))
    return given


NO_VALUES = (None, "no-such", "", 5, True, math.nan, ["gold"], {"gold": 1}, b"gold", np.str_("no-such"))
"""What no list of values has."""
NO_NUMBERS: tuple[Any, ...] = (
    None,
    "100",
    True,
    math.nan,
    math.inf,
    10**400,
    [100],
    {},
    np.bool_(1),
    Decimal("sNaN"),
    np.timedelta64(1),
)
"""What is no number of a request."""
_ODD_PLACES = ("DE-XX", "US-ZZZ", "AT-9", "ZZ", "de", "DE-xx", "", None, 5, True, ("DE",))


@st.composite
def _jurisdictions(draw: DrawFn, known: Sequence[str]) -> Any:  # noqa: ANN401 - one, or several in any container
    one = _mostly(known or ("ZZ",), _ODD_PLACES)
    if draw(st.integers(0, 2)) < 2:
        return draw(one)
    several = draw(st.lists(one, max_size=4))
    if any(isinstance(place, tuple) for place in several):
        return several
    return draw(st.sampled_from((list, tuple, set, frozenset)))(several)


# --- scores --------------------------------------------------------------------------------------------------

NOT_SCORES: tuple[Any, ...] = (
    None,
    "0.95",
    "",
    b"0.95",
    True,
    False,
    [],
    [0.95],
    {},
    {"score": 0.95},
    0.95 + 0j,
    object,
    np.bool_(1),
    np.str_("0.95"),
    np.timedelta64(1),
    np.datetime64("2026-01-01"),
    np.complex128(1),
    np.array(0.95),
    np.array([0.95]),
)
"""What is missing or of the wrong type."""
NOT_FINITE = (
    math.nan,
    math.inf,
    -math.inf,
    10**400,
    -(10**400),
    Fraction(10**400, 3),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    Decimal("1e400"),
    np.float64("nan"),
    np.float32("inf"),
    np.float16("nan"),
    np.longdouble("nan"),
    np.longdouble("-inf"),
)
"""Numbers, and none that binary64 could hold."""


def telling_scores(policy: Policy) -> list[Any]:
    """Return scores on every threshold and just beside it, in every type, and every class of bad input."""
    written: list[Any] = [band.at_least for band in policy.bands]
    written += [value for override in policy.overrides for value in (override.thresholds or {}).values()]
    numbers = {one for one in (*written, policy.score.low, policy.score.high, 0.0) if isinstance(one, float)}
    finite = sorted(number for number in numbers if math.isfinite(number))
    return [*(score for number in finite for score in spellings(number)), *NOT_FINITE, *NOT_SCORES]


def numbers_of(policy: Policy) -> list[float]:
    """Return the scores within the range that lie on a threshold or just beside one, lowest first."""
    low, high = policy.score.low, policy.score.high
    found = {score for score in telling_scores(policy) if type(score) is float and low <= score <= high}
    return sorted(score for score in found if math.isfinite(score))


@st.composite
def some_of(draw: DrawFn, values: Sequence[Any], *, most: int = 25) -> Sequence[Any]:
    """Draw about *most* of the values at even steps: each comes up sooner or later, for one draw."""
    step = max(1, len(values) // most)
    return values[draw(st.integers(0, step - 1)) :: step]


def spellings(number: float) -> list[Any]:
    """Return a number and its float neighbours, and what other types make of it: some exactly, some rounded."""
    below, above = math.nextafter(number, -math.inf), math.nextafter(number, math.inf)
    found: list[Any] = [number, below, above, -number, np.float64(number), np.float64(below)]
    found += [Decimal(number), Decimal(repr(number)), Fraction(number), np.longdouble(number)]
    # less than half a step away: they round to the number itself, once
    found += [Decimal(number) - Decimal("5e-324"), Fraction(number) - Fraction(1, 10**400)]
    if abs(number) < 3e38:
        found += [np.float32(number), np.nextafter(np.float32(number), np.float32(-np.inf))]
    if abs(number) < 6e4:
        found.append(np.float16(number))
    if number == int(number) and abs(number) < 2**53:
        found += [int(number), int(number) - 1, np.int64(number)]
    return [one for one in found if one is not math.inf]
