"""The published schemas take whatever the models take: an editor marks nothing that `validate` lets pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from jsonschema import Draft202012Validator

from policy_engine.reporting.as_json_schema import KINDS, schema_of
from tests.support.strategies import policy_sets

if TYPE_CHECKING:
    from tests.support.strategies import PolicySet

VALIDATORS = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}


@given(policy_sets())
def test_every_policy_and_catalog_that_there_can_be_is_taken(drawn: PolicySet) -> None:
    assert [one.message for one in VALIDATORS["catalog"].iter_errors(drawn.catalog_document)] == []
    for document in drawn.policy_documents:
        assert [one.message for one in VALIDATORS["policy"].iter_errors(document)] == []
