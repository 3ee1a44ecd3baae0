"""Which memory Arrow takes in a command that works through a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from policy_engine.cli._arrow_memory import keep_little

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the memory of other tests as it was."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    monkeypatch.delenv("ARROW_DEFAULT_MEMORY_POOL", raising=False)
    yield
    pa.set_memory_pool(before)


def test_memory_is_taken_from_where_it_is_given_back_soon() -> None:
    keep_little()
    expected = "jemalloc" if "jemalloc" in pa.supported_memory_backends() else "system"
    assert pa.default_memory_pool().backend_name == expected


def test_what_somebody_has_chosen_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", "system")
    keep_little()
    assert pa.default_memory_pool().backend_name == "system"


def test_a_build_of_arrow_without_it_takes_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def without() -> pa.MemoryPool:
        raise NotImplementedError

    monkeypatch.setattr(pa, "jemalloc_memory_pool", without)
    keep_little()
    assert pa.default_memory_pool().backend_name == "system"
