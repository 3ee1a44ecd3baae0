"""Whatever is decided can be explained: the explanation is text that begins with the outcome."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine import Engine
from policy_engine.compiler import compile_policies
from policy_engine.exceptions import InvalidRequestError
from tests.support.evaluators import compiled
from tests.support.kinds import CLASSES, LABELS, NUMBER, SCORES, WITH_FACTS
from tests.support.policies import checked
from tests.support.requests import cases, some_of, telling_scores
from tests.support.strategies import policy_sets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import DataObject, SearchStrategy

    from policy_engine.engine import Decision

AT = datetime(2026, 8, 1, tzinfo=UTC)


def assert_explained(decision: Decision) -> None:
    """Assert that the explanation is lines of text, of which the first says what the outcome is."""
    first, *rest = decision.explain().split("\n")
    assert first.startswith(f"`{decision.outcome}`: ")
    assert len(first) > len(decision.outcome) + 4
    assert all(line.strip() for line in rest)


@given(st.data())
def test_every_drawn_decision_can_be_explained(data: DataObject) -> None:
    drawn = data.draw(policy_sets(), label="policies")
    policy = data.draw(st.sampled_from(drawn.policies), label="policy")
    engine = Engine(compiled(drawn.catalog, drawn.policies))
    for case in data.draw(st.lists(cases(drawn, policy), min_size=3, max_size=4), label="cases"):
        for score in data.draw(some_of(telling_scores(policy), most=6), label="scores"):
            with suppress(InvalidRequestError):
                request = {**case.dimensions, "use_case": case.use_case, "at": case.at, "score": score}
                request |= {"model": case.model, "model_version": case.model_version}
                assert_explained(engine.decide_request(request))


NUMBERS: SearchStrategy[Any] = st.one_of(
    st.floats(), st.sampled_from([0, 1, 0.25, 0.444, 0.5, 0.55, 0.815, 0.9, None, "0.9", True, []])
)
NAMES = st.sampled_from(["spam", "toxic", "document", "face", "a", "b", "new\x1b[2J", ""])
SCORED = st.one_of(
    NUMBERS,
    st.dictionaries(NAMES, NUMBERS, max_size=4),
    st.lists(st.fixed_dictionaries({"label": NAMES, "score": NUMBERS}), max_size=3),
    st.lists(NUMBERS, max_size=3),
)
REQUESTS = st.fixed_dictionaries(
    {"score": SCORED},
    optional={
        "jurisdiction": st.sampled_from(["EU", "DE", "US-CA", "DE-XX", "XX", ["DE", "US"], [], 7]),
        "tier": st.sampled_from(["gold", "odd", None]),
        "amount": st.one_of(st.floats(), st.just("much")),
        "escalation_path": st.sampled_from(["fraud-ops", "odd"]),
        "facts": st.dictionaries(st.sampled_from(["sanctioned", "vip"]), st.sampled_from([True, False, None, "yes"])),
        "thresholds": st.dictionaries(st.sampled_from(["block", "odd"]), NUMBERS),
        "reason_codes": st.lists(st.sampled_from(["R1", "X", 7]), max_size=3),
        "subject": st.sampled_from(["a", "b", ""]),
        "model_version": st.sampled_from(["4.3", "5", 7]),
    },
)


@pytest.fixture(scope="module", params=[NUMBER, CLASSES, LABELS, SCORES], ids=["number", "classes", "labels", "scores"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found = checked(request.param, WITH_FACTS)
    assert found.policies is not None, found.report
    return Engine(compile_policies(found.policies, {}), clock=lambda: AT)


@given(given=REQUESTS)
def test_a_decision_of_every_kind_can_be_explained(engine: Engine, given: Mapping[str, Any]) -> None:
    (use_case,) = engine.table.policies
    with suppress(InvalidRequestError):
        assert_explained(engine.decide_request({"use_case": use_case, **given}))
