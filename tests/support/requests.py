"""Draws what policies are asked: requests good and bad, scores on every line and beside it, in every shape."""

from __future__ import annotations

import math
from datetime import timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from policy_engine.model import NumberDimension, Request
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, NO_PATH
from tests.support.strategies import CODES, LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hypothesis.strategies import DrawFn, SearchStrategy

    from policy_engine.model import Catalog, Policy, Score
    from tests.support.strategies import PolicySet

_TICK = timedelta(microseconds=1)
_EAST = timezone(timedelta(hours=5, minutes=45))


@st.composite
def cases(draw: DrawFn, drawn: PolicySet, policy: Policy) -> Request:
    """Draw a request that has everything but a score, most of the time one of the model and while it is live."""
    return Request(
        use_case=draw(st.sampled_from((policy.use_case,) * 30 + ("no-such",))),
        score=None,
        at=draw(st.sampled_from(telling_instants(policy))),
        dimensions=draw(dimensions_of_cases(drawn.catalog)),
        model=draw(_by_score(policy, _mostly((None, "gbm"), ("other", "", 7)))),
        model_version=draw(_by_score(policy, _mostly(GOOD_VERSIONS, BAD_VERSIONS))),
        subject=draw(st.sampled_from((None, "", "c-7", "c-8", "c-9", "c-10", "ä", "\ud800", "a\0b"))),
        facts=draw(_facts(drawn.catalog)),
        thresholds=draw(_asked(policy)),
        reason_codes=draw(_mostly(CODES_OF_CASES, ODD_CODES)),
    )


@st.composite
def plain_cases(draw: DrawFn, drawn: PolicySet, policy: Policy) -> Request:
    """Draw a request that has everything but a score, and lies in a single cell of a live policy.

    It names all facts and all codes that there are, and nobody that could be drawn for a sample.
    """
    begin, end = policy.window
    catalog = drawn.catalog
    names = [*([JURISDICTION] if catalog.jurisdictions else []), *catalog.dimensions, ESCALATION_PATH]
    return Request(
        use_case=policy.use_case,
        score=None,
        at=draw(st.sampled_from([at for at in telling_instants(policy) if begin <= at < end])),
        dimensions={name: draw(one_of_these(values_of(catalog, name))) for name in names},
        model_version=versions_of(policy, draw(st.sampled_from(("4.2", "5.3")))),
        facts={name: draw(st.booleans()) for name in catalog.facts},
        reason_codes=CODES,
    )


def versions_of(policy: Policy, wanted: str) -> Any:  # noqa: ANN401 - a version, or one for each of several scores
    """Return a version, or for each of several scores one, that the policy admits: *wanted* where it can be."""

    def one(score: Score) -> str:
        return wanted if score.model.admits(None, wanted) else "4.2"

    if policy.score is not None:
        return one(policy.score)
    return {name: one(score) for name, score in (policy.scores or {}).items()}


def _by_score(policy: Policy, one: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Draw what a request says of its model, or where there are several scores of each one's."""
    if policy.score is not None:
        return one
    by_name = st.fixed_dictionaries(dict.fromkeys(policy.scores or {}, one))
    odd: SearchStrategy[Any] = st.one_of(one, st.just({}), st.just({"nobody": "gbm"}))
    return st.integers(0, 9).flatmap(lambda place: by_name if place else odd)


def _facts(catalog: Catalog) -> SearchStrategy[dict[str, Any]]:
    if not catalog.facts:
        return st.just({})
    # `1` is no boolean, nor is NumPy's
    given = _mostly((True, False), (None, 1, 0, "true", np.bool_(1), [True]))
    return st.dictionaries(st.sampled_from(catalog.facts), given)


CODES_OF_CASES: tuple[Any, ...] = ((), ("FR01",), ["S:1", "FR02", "FR01", "S:1"], ("no-such", "9"), ("9", "9", "FR02"))
ODD_CODES: tuple[Any, ...] = (
    ["no-such"],
    [None, 5, "FR01"],
    ((),),
    [["FR01"], {}],
    ["fr01", "FR01 "],
    [True, math.nan],
)


@st.composite
def _asked(draw: DrawFn, policy: Policy) -> dict[str, Any]:
    """Draw the numbers that a request gives for itself: mostly those that it may, mostly within their bounds."""
    per_call = [name for name, one in policy.tunable.items() if one.per_call]
    if draw(st.integers(0, 3)) == 0 or not per_call:
        return draw(_mostly(({},), ({"block": 0.5}, {"no-such": 1}, {"": None})))
    found = {}
    for name in draw(st.lists(st.sampled_from(per_call), unique=True, min_size=1)):
        low, high = policy.tunable[name].within
        usual = (low, high, low + (high - low) / 2, np.float64(high), Decimal(low))
        odd = (math.nextafter(low, -math.inf), math.nextafter(high, math.inf), "0.9", None, True, math.nan, 10**400)
        found[name] = draw(_mostly(usual, odd))
    return found


GOOD_VERSIONS = ("4.2", "4.9.1", "4.3rc1", "v4.5", " 4.2 ", "4.2+cu118")
"""Versions within `>=4.2,<5`: pre-releases count, and PEP 440 reads spellings and local builds."""
BAD_VERSIONS = (None, "4.1.9", "5", "5.0rc1", "4.2rc1", "four", "", 4.2, ["4.2"], "4." + "2" * 5000)
"""Versions outside of it, left out, malformed, or no text at all; some may be of the next one."""


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
    ends |= {sample.until for sample in policy.samples if sample.until is not None}
    near = sorted({at + step for at in ends for step in (-_TICK, timedelta(), _TICK)})
    begin, end = policy.window
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


def telling_scores(policy: Policy, of: Score | None = None) -> list[Any]:
    """Return scores on every threshold and just beside it, in every type, and every class of bad input."""
    score = of or policy.scales[0].score
    written: list[Any] = [cut for scale in policy.scales for cut in scale.thresholds.values()]
    written += [value for override in policy.overrides for value in (override.thresholds or {}).values()]
    written += [band.highlight.above for band in policy.bands if band.highlight]
    written += [end for name, one in policy.tunable.items() if name != "lead.ratio" for end in one.within]
    numbers = {one for one in (*written, score.low, score.high, 0.0) if isinstance(one, float)}
    finite = sorted(number for number in numbers if math.isfinite(number))
    return [*(score for number in finite for score in spellings(number)), *NOT_FINITE, *NOT_SCORES]


def numbers_of(policy: Policy, of: Score | None = None) -> list[float]:
    """Return the scores within the range that lie on a threshold or just beside one, lowest first."""
    score = of or policy.scales[0].score
    found = {one for one in telling_scores(policy, score) if type(one) is float and score.low <= one <= score.high}
    return sorted(one for one in found if math.isfinite(one)) or [score.low]


@st.composite
def scores_given(draw: DrawFn, policy: Policy, *, most: int = 25) -> Sequence[Any]:
    """Draw up to about *most* scores in the shape of the policy's kind, good and bad."""
    if policy.kind in ("probability", "number"):
        return draw(some_of(telling_scores(policy), most=most))
    return draw(st.lists(_several(policy), min_size=min(most, 6), max_size=max(most // 2, 6)))


@st.composite
def valid_scores(draw: DrawFn, policy: Policy, *, most: int = 25) -> Sequence[Any]:
    """Draw scores in the shape of the policy's kind, all of them valid and none left out."""
    if policy.kind in ("probability", "number"):
        return draw(some_of(numbers_of(policy), most=most))
    if policy.scores:
        one: SearchStrategy[Any] = st.fixed_dictionaries(
            {name: st.sampled_from(numbers_of(policy, score)) for name, score in policy.scores.items()}
        )
    else:
        assert policy.score is not None
        numbers = st.sampled_from(numbers_of(policy))
        one = st.fixed_dictionaries(dict.fromkeys(policy.score.labels or LABELS[:3], numbers))
    return draw(st.lists(one, min_size=3, max_size=max(most // 2, 3)))


@st.composite
def _several(draw: DrawFn, policy: Policy) -> Any:  # noqa: ANN401 - in any shape
    """Draw what a case of several classes, labels or scores gives: a container of numbers, or of anything."""
    if not draw(st.integers(0, 7)):
        return draw(one_of_these(NO_CONTAINERS))
    usual = numbers_of(policy)
    odd = telling_scores(policy)
    # few bad members, so that some containers have none
    one = st.integers(0, 11).flatmap(lambda place: one_of_these(usual if place else odd))
    if policy.scores:
        by_name = {name: _one_score(policy, score) for name, score in policy.scores.items()}
        optional = draw(st.fixed_dictionaries({}, optional=by_name))
        return draw(st.one_of(st.just(optional), st.fixed_dictionaries(by_name)))
    assert policy.score is not None
    declared = policy.score.labels
    names = [*(declared or LABELS), *(declared or LABELS), "undeclared", "NOBODY"] if declared else list(LABELS)
    shape = draw(st.sampled_from(("mapping", "mapping", "list", "array", "array")))
    if shape == "array" and declared:
        wrong = draw(st.sampled_from((0, 0, 0, 0, 0, 1, -1)))
        values = draw(st.lists(one, min_size=len(declared) + wrong, max_size=len(declared) + wrong))
        as_array = draw(st.booleans()) and all(type(value) is float for value in values)
        return np.array(values) if as_array else draw(st.sampled_from((list, tuple)))(values)
    labels = draw(st.lists(st.sampled_from(names), max_size=5, unique=shape != "list" or draw(st.booleans())))
    entries = [(label, draw(one)) for label in labels]
    if shape != "list":
        return dict(entries)
    listed: list[Any] = [{"label": label, "score": score} for label, score in entries]
    if not draw(st.integers(0, 7)):
        listed.append(draw(one_of_these(NO_ENTRIES)))
    return listed


def _one_score(policy: Policy, score: Score) -> SearchStrategy[Any]:
    usual, odd = numbers_of(policy, score), telling_scores(policy, score)
    return st.integers(0, 5).flatmap(lambda place: one_of_these(usual if place else odd))


NO_CONTAINERS: tuple[Any, ...] = (
    None,
    {},
    [],
    (),
    0.9,
    "cat",
    b"cat",
    True,
    [0.5],
    [None, 0.5],
    [math.nan, "x"],
    {"cat"},
    {5: 0.5},
    {"cat": 0.5, None: 0.4},
    object,
    np.array([]),
    np.array(0.5),
    np.array([[0.5, 0.5]]),
    np.array(["cat"]),
    np.array([True, False]),
    np.ma.array([0.5, 0.7], mask=[True, False]),
)
"""What holds no scores of labels, or none that could be told apart, or hardly."""
NO_ENTRIES: tuple[Any, ...] = (
    {"label": "cat"},
    {"score": 0.5},
    {"label": "cat", "score": 0.5, "rank": 1},
    {"label": 5, "score": 0.5},
    {"label": None, "score": 0.5},
    {},
    None,
    0.5,
    ["cat", 0.5],
)
"""What is no `{label, score}`."""


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
