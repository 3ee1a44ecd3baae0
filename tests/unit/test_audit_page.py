"""docs/audit-log.md: what it shows is what the log writes and what its commands print."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from policy_engine.audit import AuditLog
from tests.docs.blocks import FILE, blocks_of
from tests.docs.pages import ROOT, run_page

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "docs/audit-log.md"


def test_every_example_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    told = [f"{one.block.place}: {one.what}" for one in run_page(PAGE, tmp_path)]
    assert not told, "\n\n".join([*told, f"is it the page that is behind? `python -m tests.docs.refresh {PAGE}`"])


def test_the_log_on_the_page_is_byte_for_byte_what_is_written(tmp_path: Path) -> None:
    begun = datetime(2027, 2, 1, 9, tzinfo=UTC)
    with AuditLog(tmp_path, stream="web-1", clock=lambda: begun) as log:
        log.append({"decision_id": "d-1", "at": "2027-02-01T09:00:01Z", "outcome": "review", "score": 0.71})
        log.append({"decision_id": "d-2", "at": "2027-02-01T09:00:02Z", "outcome": "block", "score": 0.95})
    (shown,) = (block for block in blocks_of(ROOT / PAGE, PAGE) if block.verb == FILE)
    assert (tmp_path / shown.object.removeprefix("example/")).read_text(encoding="utf-8") == shown.text
