"""Masked records are the same, byte for byte, whether they are written whole or from what their verdicts share."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine import Engine
from policy_engine.audit import Masking, MaskKey
from policy_engine.audit.payload import body_of
from policy_engine.engine.recording import Recorder
from tests.support.evaluators import compiled
from tests.support.plain import catalog_with, policy_with

KEY: Final = MaskKey(bytes(range(32)))
AUDITS: Final[dict[str, dict[str, Any]]] = {
    "nothing is masked": {},
    "pseudonyms": {"subject": "hmac", "context": {"a": "hmac", "b.c": "hmac"}, "dimensions": {"tier": "hmac"}},
    "without some": {"subject": "drop", "context": {"a": "drop", "b": "keep"}, "dimensions": {"tier": "drop"}},
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(categories=["Cs", "Cc", "Cf"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=8,
)
CONTEXTS = st.none() | st.fixed_dictionaries(
    {}, optional={"a": ANYTHING, "b": ANYTHING | st.fixed_dictionaries({"c": ANYTHING}), "x": ANYTHING}
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Return an engine that has the verdicts of its policy ready."""
    overrides = [{"id": "gold", "when": {"tier": "städ"}, "thresholds": {"review": 0.6}}]
    table = compiled(catalog_with(dimensions={"tier": ["gold", "städ"]}), [policy_with(overrides=overrides)])
    engine = Engine(table)
    for tier in ("gold", "städ"):
        engine.decide("card-fraud", 0.1, tier=tier)
    return engine


@pytest.mark.parametrize("audit", AUDITS)
@given(
    score=st.floats(0, 1),
    tier=st.sampled_from(["gold", "städ"]),
    subject=st.none() | st.text() | st.sampled_from(["s-1", "\ud800"]),
    context=CONTEXTS,
)
def test_a_masked_record_is_the_same_however_it_is_written(
    engine: Engine, audit: str, score: float, tier: str, subject: str | None, context: dict[str, Any] | None
) -> None:
    recording = catalog_with(audit=AUDITS[audit]).audit
    assert recording is not None
    recorder = Recorder(Masking(recording, KEY))
    decision = engine.decide("card-fraud", score, subject=subject, context=context, tier=tier)
    assert decision.asked_now is not None
    assert recorder.body_of(decision) == body_of(recorder.record_of(decision))
