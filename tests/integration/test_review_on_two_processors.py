"""What is found of many policies is the same on one processor and on two, to the last letter."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest

from benchmarks.validation import CATALOG, policy
from policy_engine.loader import read_documents
from policy_engine.processes import in_two_processes
from policy_engine.validator import check, review

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2027, 6, 1, tzinfo=UTC)
MANY = 60
NO_VIP: Final = (
    "facts: {vip: true}}\n    expect: {outcome: review}",
    "facts: {vip: false}}\n    expect: {outcome: block}",
)
WAIVED: Final = (NO_VIP, ("  - id: vip\n", "  - id: vip # policy-engine: ignore[PE504] nobody knows one\n"))
EDITS: Final = {
    1: ("owner: ", "ownr: "),
    2: ("tier: [gold, platinum]", "tier: [gold, platin]"),
    3: ("expect: {outcome: block}", "expect: {outcome: allow}"),
    4: ("on_invalid: review", "on_invalid: allow"),
    5: ("on_invalid: review", "on_invalid: allow # policy-engine: ignore[PE401] as was agreed"),
    6: ("on_invalid: review", "on_invalid: review # policy-engine: ignore[PE504] of no use"),
    7: ("use_case: use-case-7", "use_case: use-case-8"),
    8: ("version: ", "version: 2 # policy-engine: ignore[PE999] no such code\nversion: "),
    10: ("  - {id: quality, of: allow, percent: 1,", "  - {id: quality, of: allow, percent: .inf,"),
    11: NO_VIP,
    12: ("escalate: first-desk", "escalate: second-desk"),
}
"""What is wrong with some of the policies: in reading, in the schema, in names, cells, together, in tests, waived."""
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    for number in range(MANY):
        text = policy(number)
        for old, new in [EDITS[number]] if number in EDITS else WAIVED if number == MANY - 1 else []:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / f"{number:03}.yaml").write_text(text)
    (tmp_path / "broken.yaml").write_text("a: [\n")
    return tmp_path


@pytest.mark.parametrize("is_whole", [True, False], ids=["all read", "one unreadable"])
def test_what_is_found_is_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch, *, is_whole: bool) -> None:
    if is_whole:
        (folder / "broken.yaml").unlink()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    forks: list[int] = []
    fork = os.fork

    def counted() -> int:
        forks.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", counted)
    loaded = read_documents([folder])
    in_two = read_documents([folder], across=in_two_processes)
    assert in_two == loaded
    expected = check(loaded, now=NOW, for_review=True).report
    assert review(in_two, now=NOW, across=in_two_processes) == expected
    assert len(forks) == 2
    assert review(loaded, now=NOW) == expected
    codes = {one.code for one in expected.diagnostics}
    assert {"PE007", "PE011", "PE012", "PE101", "PE501", "PE504"} <= codes, sorted(codes)
    assert expected.waived[0].reason == "nobody knows one"
