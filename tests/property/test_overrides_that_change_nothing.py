"""An override that is told to change nothing can be taken away, and no decision is another one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, event, given
from hypothesis import strategies as st

from policy_engine.exceptions import InvalidRequestError
from policy_engine.lint import PolicyInCells
from policy_engine.lint.rules.override_that_changes_nothing import RULE
from policy_engine.model import Policy, Verdict
from policy_engine.reference import Meaning, numbers_from
from policy_engine.resolution import resolve
from tests.support.requests import cases, scores_given
from tests.support.strategies import PolicySet, conditions_of_overrides, is_valid, policy_sets

if TYPE_CHECKING:
    from hypothesis.strategies import DataObject

    from policy_engine.model import Request
    from tests.support.strategies import Document


@given(st.data())
def test_without_it_every_case_is_decided_alike(data: DataObject) -> None:
    drawn = data.draw(policy_sets(), label="policies")
    document = drawn.policy_documents[0]
    again = _again(data, drawn, document)
    longer = {**document, "overrides": [*document["overrides"], *again]}
    assume(is_valid(longer, drawn.catalog))
    policy = Policy.model_validate(longer)
    told = {
        found.message.split("`")[1]
        for found in RULE.check(PolicyInCells(resolve(policy, drawn.catalog), drawn.catalog))
    }
    event(f"{len(told)} are told")
    assume(told)
    one = data.draw(st.sampled_from(sorted(told)), label="told")
    without = Policy.model_validate({**longer, "overrides": [o for o in longer["overrides"] if o["id"] != one]})
    environment = numbers_from(policy, drawn.environment)
    both = [Meaning(each, drawn.catalog, environment) for each in (policy, without)]
    case = data.draw(cases(drawn, policy), label="case")
    for score in data.draw(scores_given(policy), label="scores"):
        case = replace(case, score=score)
        assert _decided(both[0], case) == _decided(both[1], case)


def _again(data: DataObject, drawn: PolicySet, document: Document) -> list[Document]:
    """Return an override that says what the base says, for what may come to nothing or to something."""
    bands = [band for band in document["bands"] if "at_least" in band]
    if not bands:
        return []
    band = data.draw(st.sampled_from(bands), label="band")
    when = data.draw(conditions_of_overrides(drawn.catalog, document), label="when")
    return [{"id": "again", "when": when, "thresholds": {band["name"]: band["at_least"]}, "because": "as before"}]


def _decided(meaning: Meaning, case: Request) -> Verdict | str:
    """Return the verdict without what names overrides, and without which dimensions the policy looks at."""
    try:
        verdict = meaning.verdict(case)
    except InvalidRequestError:
        return "refused"
    members = tuple(one._replace(threshold_from=None) for one in verdict.members)
    return replace(verdict, threshold_from=None, members=members, unknown=())
