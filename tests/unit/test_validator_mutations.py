"""Whatever stands anywhere in a file, `check` returns, and says it in the words of its reader."""

from __future__ import annotations

import copy
import json
import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.loader import read_document
from policy_engine.model import Catalog, Policy
from policy_engine.validator._shape import mappings_of
from tests.support.policies import checked, codes
from tests.support.whole_language import POLICIES_OF_EVERY_KIND, RICH_CATALOG

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@pytest.mark.parametrize("kind", POLICIES_OF_EVERY_KIND)
def test_the_unchanged_files_are_clean(kind: str) -> None:
    # The catalog is that of all kinds, and some of its guardrails are for another's use case (PE413)
    assert set(codes(checked(POLICIES_OF_EVERY_KIND[kind], RICH_CATALOG).report)) <= {"PE413"}


@pytest.mark.parametrize("kind", POLICIES_OF_EVERY_KIND)
@pytest.mark.parametrize("seed", range(8))
def test_any_mistake_is_told_in_the_words_of_the_reader(kind: str, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - which mistakes are tried is no secret
    base_policy, base_catalog = _data(POLICIES_OF_EVERY_KIND[kind]), _data(RICH_CATALOG)
    for _ in range(30):
        policy, catalog = copy.deepcopy(base_policy), copy.deepcopy(base_catalog)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            _mutate(random.choice((policy, policy, catalog)), random)
        policies, report = checked(json.dumps(policy, indent=1), json.dumps(catalog, indent=1))
        assert (policies is None) == (report.errors > 0)
        for found in report.diagnostics:
            assert NOT_FOR_READERS.search(f"{found.message}\n{found.help}") is None, (seed, found)
            assert not found.message.endswith(".")
            assert found.help
            assert (found.message + found.help).isprintable(), (seed, found)


def _keys_in(data: Any) -> set[str]:  # noqa: ANN401 - as above
    return {step for path in _places(data) for step in path if isinstance(step, str)}


@pytest.mark.parametrize("model", [Policy, Catalog])
def test_the_mistakes_are_tried_in_every_mapping_of_the_language(model: type[Policy | Catalog]) -> None:
    texts = POLICIES_OF_EVERY_KIND.values() if model is Policy else [RICH_CATALOG]
    used = set().union(*(_keys_in(_data(text)) for text in texts))
    mappings = [keys for name, keys in mappings_of(model).items() if name not in ("Given", "Expect")]
    assert {key for keys in mappings for key in keys.keys} - used == set()
