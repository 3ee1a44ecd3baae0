"""Whatever stands anywhere in a file, `check` returns, and says it in the words of its reader."""

from __future__ import annotations

import copy
import json
import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.loader import read_document
from tests.support.policies import CATALOG, POLICY, checked, edited

if TYPE_CHECKING:
    from collections.abc import Iterator

MORE = """\
unknown: {tier: strictest}
objective:
  block: {maximise: recall, subject_to: {precision: {at_least: 0.9, confidence: 0.95}}}
  review: {minimise: cost, costs: {false_positive: 1, false_negative: 3}}
tests:
  - name: one
    given: {score: 0.6, jurisdiction: US, at: 2026-07-02T00:00:00Z}
    expect: {outcome: review, reasons: [FR02]}
overrides:
  - id: all
    when: {tier: [gold, platinum], amount: {at_least: 100, below: 1000}, jurisdiction: US}
    thresholds: {block: never, review: 0.5}
    on_invalid: {missing: block, otherwise: review}
    escalate: {block: fraud-ops}
    reasons: {review: [X]}
    attributes: {block: {lane: [a, 1]}}
    effective: {from: 2026-08-01T00:00:00Z, until: 2026-09-01T00:00:00Z}
    because: a test
"""
VALUES: tuple[Any, ...] = (
    *(None, True, 5, 0.5, -1, 2.5, "", "x", "never", "0.5", "5 %", "2026-01-01", "a b", "\x07", "block", "[key]"),
    *([], {}, [1], ["EU", "EU"], [None], [[[]]], {"a": 1}, {"": 1}, {"x y": {}}, {"block": 0.5}, [{"block": 0.5}]),
    *("number", "value", "list", "classes", "base", "schema"),
)
KEYS = (
    "typo",
    "at_least",
    "because",
    "schema",
    "when",
    "in",
    "cuts",
    "number",
    "list",
    "[key]",
    "x y",
    "id",
    "",
    "\x1b[2J",
    "\u202e",
)
NOT_FOR_READERS = re.compile(
    r"Input should|pydantic|\b(tuple|dict|str|NoneType|None|True|False|float)\b|Extra inputs|Field required|<class"
    r"|any value|this mapping|another mapping|belongs there|  |``|\{\}`? lacks"
)


def _data(text: str) -> Any:  # noqa: ANN401 - a document's data may be any
    return read_document(text.encode(), "text.yaml")[0].data


BASE_POLICY = _data(
    edited(
        POLICY, ("overrides:\n", MORE), ("on_invalid: review\n", "on_invalid: {missing: review, otherwise: block}\n")
    )
)
BASE_CATALOG = _data(CATALOG)


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - as above
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        yield (*path, step)
        yield from _places(value, (*path, step))


def _mutate(data: Any, random: Random) -> None:  # noqa: ANN401 - as above
    *way, last = random.choice(list(_places(data)))
    for step in way:
        data = data[step]
    match random.randrange(5), data:
        case 0, dict():
            data[random.choice(KEYS)] = copy.deepcopy(random.choice(VALUES))
        case 1, dict():
            data[random.choice((f"{last}s", last[:-1], last.upper(), "q"))] = data.pop(last)
        case 2, _:
            del data[last]
        case _:
            data[last] = copy.deepcopy(random.choice(VALUES))


def test_the_unchanged_files_are_clean() -> None:
    assert checked(json.dumps(BASE_POLICY), json.dumps(BASE_CATALOG)).report.diagnostics == ()


@pytest.mark.parametrize("seed", range(20))
def test_any_mistake_is_told_in_the_words_of_the_reader(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - which mistakes are tried is no secret
    for _ in range(40):
        policy, catalog = copy.deepcopy(BASE_POLICY), copy.deepcopy(BASE_CATALOG)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            _mutate(random.choice((policy, policy, catalog)), random)
        policies, report = checked(json.dumps(policy, indent=1), json.dumps(catalog, indent=1))
        assert (policies is None) == (report.errors > 0)
        for found in report.diagnostics:
            assert NOT_FOR_READERS.search(f"{found.message}\n{found.help}") is None, (seed, found)
            assert not found.message.endswith(".")
            assert found.help
            assert (found.message + found.help).isprintable(), (seed, found)
