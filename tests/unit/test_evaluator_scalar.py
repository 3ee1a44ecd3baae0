"""One case at a time: what is remembered, what is refused, and what a case's cell is called."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from policy_engine.evaluator import Evaluator, PolicyEvaluator, cell_in_words, named_jurisdictions
from policy_engine.evaluator._memo import Memo
from policy_engine.evaluator.ranges import judged_values, range_of
from policy_engine.exceptions import InvalidRequestError, UnknownUseCaseError
from tests.support.evaluators import compiled
from tests.support.plain import SUMMER, catalog_with, override, policy_with, request_with

if TYPE_CHECKING:
    from policy_engine.model import Policy

CATALOG = catalog_with(
    jurisdictions={"EU": {}, "DE": {"in": "EU"}, "DE-BY": {"in": "DE"}, "US": {}},
    dimensions={"tier": ["gold", "silver"], "amount": {"cuts": [100]}},
)


def _evaluator(policy: Policy) -> PolicyEvaluator:
    return Evaluator(compiled(CATALOG, [policy])).policy_for("card-fraud", SUMMER)


# --- memory --------------------------------------------------------------------------------------------------


def test_a_memory_empties_itself_before_it_grows_past_its_most() -> None:
    memory: Memo[int, str] = Memo(most=2)
    assert memory.remember(1, "one") == "one"
    memory.remember(2, "two")
    assert dict(memory) == {1: "one", 2: "two"}
    memory.remember(3, "three")
    assert dict(memory) == {3: "three"}


def test_a_memory_empties_itself_before_what_it_holds_weighs_more_than_its_most() -> None:
    memory: Memo[int, str] = Memo(most=10)
    memory.remember(1, "one", 4)
    memory.remember(2, "two", 6)
    assert dict(memory) == {1: "one", 2: "two"}
    memory.remember(3, "three", 1)
    assert dict(memory) == {3: "three"}
    memory.remember(4, "four", 11)
    assert dict(memory) == {4: "four"}
    memory.remember(5, "five", 1)
    assert dict(memory) == {5: "five"}


def test_wide_cases_and_long_names_do_not_fill_the_memory() -> None:
    evaluator = _evaluator(policy_with(unknown={"tier": "base"}))
    for place in range(1000):
        evaluator.verdict(request_with(jurisdiction=[f"nowhere-{place}-{one}" for one in range(place % 90 + 1)]))
        evaluator.admits("gbm", f"4.{place}." + "1" * 1000)
    held = evaluator._cases.values()  # noqa: SLF001 - what is remembered shows nowhere else
    assert sum(len(one.judged) + len(one.remembered) for one in held) <= 65_536
    assert sum(len(version or "") for _, version in evaluator._admitted) <= 65_536  # noqa: SLF001 - the same


def test_requests_that_differ_each_time_do_not_fill_the_memory() -> None:
    evaluator = _evaluator(policy_with(unknown={"tier": "base"}))
    for place in range(9000):
        evaluator.verdict(request_with(jurisdiction=[f"nowhere-{place}"], tier=f"tier-{place}"))
        evaluator.admits("gbm", f"4.{place}")
    assert len(evaluator._cases) <= 65_536 / 2  # noqa: SLF001 - what is remembered shows nowhere else
    assert len(evaluator._admitted) <= 65_536 / 8  # noqa: SLF001 - the same


def test_a_known_value_is_not_remembered_for_an_unknown_one_with_the_same_cell() -> None:
    evaluator = _evaluator(policy_with(unknown={"tier": "base"}))
    assert evaluator.verdict(request_with(tier="gold")).unknown == ()
    assert evaluator.verdict(request_with(tier="diamond")).unknown == ("tier",)
    assert evaluator.verdict(request_with(tier="gold")).unknown == ()


def test_a_case_without_jurisdictions_is_not_remembered_for_one_that_names_some() -> None:
    evaluator = _evaluator(policy_with())
    assert evaluator.verdict(request_with()).jurisdiction is None
    assert evaluator.verdict(request_with(jurisdiction="DE")).jurisdiction == 0
    assert evaluator.verdict(request_with()).jurisdiction is None


def test_a_version_that_is_no_text_is_asked_for_anew() -> None:
    versions = {"kind": "probability", "higher_is": "riskier", "model": {"name": "gbm", "versions": ">=4"}}
    evaluator = _evaluator(policy_with(score=versions))
    assert [evaluator.admits("gbm", version) for version in ("4.1", ["4.1"], "4.1", 4.1, "3")] == [
        True,
        False,
        True,
        False,
        False,
    ]


# --- which policy --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "version"), [(-1, None), (0, 1), (9, 1), (10, 2), (19, 2), (20, None), (30, 3), (40000, 3)]
)
def test_the_policy_is_the_one_that_is_live(days: int, version: int | None) -> None:
    begins = [SUMMER + timedelta(days=start) for start in (0, 10, 30)]
    ends = [SUMMER + timedelta(days=10), SUMMER + timedelta(days=20), None]
    policies = [
        policy_with(version=place + 1, effective={"from": begin, **({"until": end} if end else {})})
        for place, (begin, end) in enumerate(zip(begins, ends, strict=True))
    ]
    evaluator = Evaluator(compiled(CATALOG, policies[::-1]))
    at = SUMMER + timedelta(days=days)
    if version is None:
        with pytest.raises(UnknownUseCaseError, match=r"no live policy covers the use case `card-fraud` at 2026-"):
            evaluator.policy_for("card-fraud", at)
    else:
        assert evaluator.policy_for("card-fraud", at).table.policy.version == version


def test_the_name_of_an_unknown_use_case_is_quoted_in_part_however_long_it_is() -> None:
    with pytest.raises(UnknownUseCaseError) as refused:
        Evaluator(compiled(CATALOG, [])).policy_for("x" * 5000, SUMMER)
    assert len(str(refused.value)) < 200


# --- values --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, ()),
        ("DE", ("DE",)),
        ("", ("",)),
        (["US", "DE"], ("DE", "US")),
        (("US", "DE", "US"), ("DE", "US")),
        ({"US"}, ("US",)),
        (frozenset(), ()),
        ([], ()),
        (["US", None], ("US", None)),
        ([None, 7, "DE"], ("DE", None)),
        (7, (None,)),
        ({"DE": 1}, (None,)),
        (b"DE", (None,)),
    ],
    ids=repr,
)
def test_jurisdictions_are_named_once_each_by_name_and_what_is_no_text_last(
    given: object, names: tuple[str | None, ...]
) -> None:
    assert named_jurisdictions(given) == names


RANGING = policy_with(
    unknown={"amount": "base"},
    ties="strictest",
    overrides=[
        override("eu", {"jurisdiction": "EU"}),
        override("gold", {"tier": "gold"}),
        override("large", {"amount": {"at_least": 100}}),
        override("quiet", {"escalation_path": "none"}),
    ],
)


@pytest.mark.parametrize(
    ("name", "given", "values"),
    [
        ("jurisdiction", "DE", ("DE",)),
        ("jurisdiction", "DE-XX", ("DE", "DE-BY")),
        ("jurisdiction", "FR-75", (None, "DE", "DE-BY", "EU", "US")),
        ("jurisdiction", None, (None, "DE", "DE-BY", "EU", "US")),
        ("tier", "gold", ("gold",)),
        ("tier", "DE-XX", (None, "gold", "silver")),
        ("amount", 100, ("100 and above",)),
        ("amount", 99.9, ("below 100",)),
        ("amount", "100", (None,)),
        ("escalation_path", None, ("none",)),
        ("escalation_path", "day", (None, "none")),
    ],
)
def test_a_value_stands_for_itself_or_for_all_that_it_could_be(
    name: str, given: object, values: tuple[str | None, ...]
) -> None:
    table = _evaluator(RANGING).table
    assert judged_values(table, name, given) == values
    place = next(place for place, step in enumerate(table.steps) if step.name == name)
    ranged = range_of(table, table.steps[place], given)
    assert ranged.is_unknown == (len(values) > 1 or values == (None,))
    assert ranged.judged == tuple(dict.fromkeys(table.resolved.steps[place].codes[value] for value in values))


def test_what_the_policy_refuses_names_the_dimension_and_the_use_case() -> None:
    evaluator = _evaluator(policy_with(unknown={"tier": "error"}))
    with pytest.raises(InvalidRequestError, match=r"`tier` is not known or left out, and the policy of `card-fraud`"):
        evaluator.verdict(request_with(tier="diamond"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"jurisdiction": "DE", "tier": "gold", "amount": 7},
            {"jurisdiction": "DE", "tier": "gold", "amount": "below 100", "escalation_path": "none"},
        ),
        (
            {"jurisdiction": ["US", "DE", "ZZ"], "tier": 7, "amount": "7", "escalation_path": "day"},
            {
                "jurisdiction": "DE and US and unknown",
                "tier": "unknown",
                "amount": "unknown",
                "escalation_path": "unknown",
            },
        ),
        (
            {"jurisdiction": []},
            {"jurisdiction": "unknown", "tier": "unknown", "amount": "unknown", "escalation_path": "none"},
        ),
    ],
    ids=["known", "several", "none"],
)
def test_a_cell_is_put_in_words(given: dict[str, object], words: dict[str, str]) -> None:
    assert cell_in_words(_evaluator(RANGING).table, given) == words
