"""The plainest policy and catalog, as documents to be changed where a test needs it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from policy_engine.model import Catalog, Policy, Request

if TYPE_CHECKING:
    from tests.support.strategies import Document

SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
"""An instant at which every policy of this module is live."""


def catalog_with(**keys: Any) -> Catalog:  # noqa: ANN401 - any key of a catalog
    """Return the empty catalog with these keys."""
    return Catalog.model_validate({"schema": "catalog/v1", **keys})


def document_with(**keys: Any) -> Document:  # noqa: ANN401 - any key of a policy
    """Return the document of a policy with three bands, 0.9 and 0.5, with these keys instead of its own."""
    return {
        "schema": "policy/v1",
        "use_case": "card-fraud",
        "version": 1,
        "owner": "risk",
        "effective": {"from": "2026-01-01T00:00:00Z"},
        "score": {"kind": "probability", "higher_is": "riskier", "model": {"name": "gbm"}},
        "bands": [{"name": "block", "at_least": 0.9}, {"name": "review", "at_least": 0.5}, {"name": "allow"}],
        "on_invalid": "block",
        **keys,
    }


def policy_with(**keys: Any) -> Policy:  # noqa: ANN401 - any key of a policy
    """Return the model of that document."""
    return Policy.model_validate(document_with(**keys))


def override(name: str, when: Document, **keys: Any) -> Document:  # noqa: ANN401 - any key of an override
    """Return the document of an override that, unless told otherwise, sets the threshold of `block` to 0.8."""
    return {"id": name, "when": when, **(keys or {"thresholds": {"block": 0.8}})}


def request_with(score: object = 0.7, *, at: datetime = SUMMER, **dimensions: object) -> Request:
    """Return a request to that policy."""
    return Request("card-fraud", score, at, dimensions=dimensions)
