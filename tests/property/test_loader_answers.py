"""Whatever the bytes are, the loader answers: a document with places inside its text, and findings inside it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.answers import YAML_PIECES, expect_an_answer

if TYPE_CHECKING:
    import pytest

PIECES = st.sampled_from(YAML_PIECES)
BYTES = st.one_of(
    st.binary(max_size=40),
    st.lists(PIECES, max_size=20).map(lambda pieces: "".join(pieces).encode()),
    st.lists(PIECES, max_size=8).map(lambda pieces: "".join(pieces).encode("utf-16")),
)
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(BYTES)
def test_any_bytes_get_an_answer(raw: bytes) -> None:
    expect_an_answer(raw)


@SETTINGS
@given(raw=BYTES)
def test_any_bytes_get_an_answer_without_libyaml_too(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(yaml, "__with_libyaml__", False)
        expect_an_answer(raw)
