"""Every edge of every policy is decided alike by all evaluators, and as the ladders of its cells promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import event, given

from policy_engine.reporting.edges import edges_of_policy
from policy_engine.resolution import resolve
from policy_engine.validator import CheckedPolicy
from tests.support.strategies import PolicySet, policy_sets

if TYPE_CHECKING:
    from policy_engine.reporting.edges import TriedEdge


@given(policy_sets())
def test_the_edges_of_every_policy_hold(drawn: PolicySet) -> None:
    for policy in drawn.policies:
        kept: list[TriedEdge] = []
        one = CheckedPolicy(resolve(policy, drawn.catalog), "policy.yaml")
        found = edges_of_policy(one, drawn.catalog, keep=kept.append)
        assert not found.failures, found.failures[0]
        assert found.tried == len(kept)
        event(f"{policy.kind}, {'tried' if found.tried else 'nothing to try'}")
        if found.cells < found.of_cells:
            event(f"{policy.kind}, cells that no request leads to")
