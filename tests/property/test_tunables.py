"""Whatever numbers tunables may take, ladders stay in order; and what `check` refuses, some numbers would break."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from hypothesis import event, given
from hypothesis import strategies as st

from policy_engine.compiler import compile_policies
from policy_engine.evaluator import Evaluator
from policy_engine.model import Catalog, Policy, Request
from policy_engine.resolution import ladder, resolve
from policy_engine.vocabulary import BASE
from tests.support.policies import checked, codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn

    from policy_engine.resolution import Cell

Document = dict[str, Any]

CATALOG: Document = {
    "schema": "catalog/v1",
    "jurisdictions": {"EU": {}, "DE": {"in": "EU"}, "US": {}},
    "dimensions": {"tier": ["gold", "standard"]},
}
NUMBERS = tuple(place / 16 for place in range(17))
BANDS = ("block", "review", "watch")
OF_TUNABLES = {"PE239"}
OF_THE_FILE = {"PE201", "PE210", "PE211", "PE234", "PE402"}
"""Codes of what may be wrong with the thresholds as they are written, or is idle."""


@st.composite
def policies(draw: DrawFn) -> Document:
    """Draw a policy of three thresholds, a tunable for some of them, and overrides that move others."""
    numbers = sorted(draw(st.sets(st.sampled_from(NUMBERS[1:]), min_size=3, max_size=3)), reverse=True)
    kind = draw(st.sampled_from(("float64", "float32")))
    tunable = {}
    for band, own in zip(BANDS, numbers, strict=True):
        way = draw(st.sampled_from(({"env": band.upper()}, {"per_call": True}, None)))
        if way is not None:
            low = draw(st.sampled_from([number for number in NUMBERS if own - 0.2 <= number <= own]))
            high = draw(st.sampled_from([number for number in NUMBERS if own <= number <= own + 0.2]))
            only = draw(st.sampled_from((None, True, False)))
            tunable[band] = {**way, "within": [low, high], "because": "drawn"}
            tunable[band] |= {} if only is None else {"tighten_only": only}
    conditions = draw(st.permutations(({"jurisdiction": "EU"}, {"jurisdiction": "DE"}, {"tier": "gold"})))
    value = st.sampled_from((*NUMBERS[1:], "never", "always"))
    overrides = [
        {"id": f"o{place}", "when": conditions[place], "thresholds": {draw(st.sampled_from(BANDS)): draw(value)}}
        for place in range(draw(st.integers(0, 2)))
    ]
    return {
        "schema": "policy/v1",
        "use_case": "drawn",
        "version": 1,
        "owner": "risk",
        "effective": {"from": "2026-01-01T00:00:00Z"},
        "score": {
            "kind": "probability",
            "type": kind,
            "higher_is": draw(st.sampled_from(("riskier", "safer"))),
            "model": {"name": "gbm"},
        },
        "bands": [
            *({"name": band, "at_least": number} for band, number in zip(BANDS, numbers, strict=True)),
            {"name": "allow"},
        ],
        "on_invalid": "block",
        "fail_open_because": "drawn",
        "ties": "strictest",
        "tunable": tunable,
        "overrides": [{**one, "because": "drawn"} for one in overrides],
    }


# --- by brute force: every combination of ends and of numbers between ------------------------------------------------


def _numbers_in(policy: Policy, cell: Cell, band: str) -> list[float]:
    """Return numbers that may come to hold, both ends and some between, asked for one by one."""
    held = cell.settled["thresholds", band]
    tunable = policy.tunable.get(band)
    if tunable is None or (tunable.env is not None and held.source != BASE):
        return [held.value]
    low, high = tunable.within
    asked = [low, low + (high - low) / 3, (low + high) / 2, high]
    only_tightens = tunable.tighten_only is True or (tunable.per_call and tunable.tighten_only is None)
    riskier = cell.scale.is_riskier
    fits = [one for one in asked if not only_tightens or (one <= held.value if riskier else one >= held.value)]
    return [held.value, *fits]


def _combinations(policy: Policy, cell: Cell) -> Iterator[tuple[float, ...]]:
    bands = [rung.band for rung in ladder(cell) if rung.threshold is not None]
    return product(*(_numbers_in(policy, cell, band) for band in bands))


@given(policies())
def test_bounds_are_refused_where_some_combination_of_numbers_breaks_a_ladder_and_nowhere_else(
    document: Document,
) -> None:
    found = checked(json.dumps(document), json.dumps(CATALOG))
    told = set(codes(found.report))
    assert told <= OF_THE_FILE | OF_TUNABLES
    policy = Policy.model_validate(document)
    is_broken = "PE201" in told
    if not is_broken:
        breaks = any(
            any(below >= above for below, above in pairwise(numbers))
            for cell in resolve(policy, Catalog.model_validate(CATALOG)).cells
            for numbers in _combinations(policy, cell)
        )
        event("breaks" if breaks else "stays in order")
        assert breaks == bool(told & OF_TUNABLES)


@given(st.data())
def test_whatever_is_asked_for_within_the_bounds_a_higher_score_never_gets_a_lower_band(data: st.DataObject) -> None:
    document = data.draw(policies())
    one = checked(json.dumps(document), json.dumps(CATALOG)).policies
    if one is None:
        event("refused")
        return
    ways = document["tunable"].items()
    numbers = {name: data.draw(st.floats(*tunable["within"])) for name, tunable in ways if data.draw(st.booleans())}
    environment = {
        name.upper(): json.dumps(_tightened(document, name, number))
        for name, number in numbers.items()
        if "env" in document["tunable"][name]
    }
    evaluator = Evaluator(compile_policies(one, environment))
    asked = {name: number for name, number in numbers.items() if "per_call" in document["tunable"][name]}
    order = [band["name"] for band in document["bands"]]
    for place in ("US", "EU", "DE"):
        for tier in ("gold", "standard"):
            given_there = {"jurisdiction": place, "tier": tier}
            ranks = [order.index(_outcome(evaluator, score / 64, given_there, asked)) for score in range(65)]
            assert ranks == sorted(ranks, reverse=True)
            event(f"{len(set(ranks))} bands")


def _tightened(document: Document, name: str, number: float) -> float:
    """Return the number, or the file's where that one may not be milder."""
    if not document["tunable"][name].get("tighten_only"):
        return number
    own: float = next(band["at_least"] for band in document["bands"] if band["name"] == name)
    return min(number, own) if document["score"]["higher_is"] == "riskier" else max(number, own)


def _outcome(evaluator: Evaluator, score: float, dimensions: dict[str, str], asked: dict[str, float]) -> str:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    return evaluator.verdict(Request("drawn", score, at, dimensions=dimensions, thresholds=asked)).outcome
