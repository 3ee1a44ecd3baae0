"""What the reference works out once, however many cells a case ranges over."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine import reference
from policy_engine.exceptions import InvalidRequestError
from policy_engine.reference import holding, values
from policy_engine.reference.holding import Field, Holding
from policy_engine.vocabulary import MOST_JURISDICTIONS
from tests.support.evaluators import EVALUATORS
from tests.support.plain import catalog_with, override, policy_with, request_with

if TYPE_CHECKING:
    from policy_engine.reference.values import Value

MANY = [f"v{number}" for number in range(50)]
CATALOG = catalog_with(dimensions={"tier": MANY, "channel": MANY, "product": MANY})


def test_a_case_that_leaves_three_large_dimensions_out_settles_each_set_of_overrides_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled: Counter[Field] = Counter()
    settle = Holding._settle  # noqa: SLF001 - counted, not changed

    def counted(self: Holding, *given: Any) -> tuple[object, str]:  # noqa: ANN401 - whatever it is given
        settled[given[1]] += 1
        return settle(self, *given)

    monkeypatch.setattr(Holding, "_settle", counted)
    overrides = [override(name, {name: ["v1", "v2"]}, thresholds={"block": 0.8}) for name in CATALOG.dimensions]
    verdict = reference.decide([policy_with(overrides=overrides)], CATALOG, request_with(0.85))
    assert (verdict.outcome, verdict.unknown) == ("block", ("tier", "channel", "product"))
    assert settled == {("thresholds", "block"): 2**3 - 1}


def test_a_meaning_is_worked_out_once_for_many_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    matched_values = values.matched_values

    def counted(*given: Any) -> set[Value]:  # noqa: ANN401 - whatever it is given
        asked[str(given[-1])] += 1
        return matched_values(*given)

    monkeypatch.setattr(holding, "matched_values", counted)
    policy = policy_with(overrides=[override("one", {"tier": "v1"}, thresholds={"block": 0.8})])
    meaning = reference.Meaning(policy, CATALOG)
    assert [meaning.verdict(request_with(0.85, tier=tier)).outcome for tier in MANY[:3]] == [
        "review",
        "block",
        "review",
    ]
    assert asked == {"tier": 1}


@pytest.mark.parametrize("name", ["reference", "scalar", "batch", "engine"])
def test_a_request_names_as_many_jurisdictions_as_are_allowed_and_no_more(name: str) -> None:
    decide = EVALUATORS[name](CATALOG, [policy_with()])
    names = [f"A{number}" for number in range(MOST_JURISDICTIONS)]
    assert decide(request_with(jurisdiction=names + names)).outcome == "review"
    with pytest.raises(InvalidRequestError, match="the request names 101 jurisdictions; 100 are the most"):
        decide(request_with(jurisdiction=[*names, "B"]))
    with pytest.raises(InvalidRequestError, match="the request names 101 jurisdictions; 100 are the most"):
        decide(request_with(jurisdiction=[*names, 7]))
