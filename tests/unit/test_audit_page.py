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


ASKED = (
    ("05", "s-17", "allow", 0.12),
    ("10", "s-3", "block", 0.97),
    ("20", "s-17", "review", 0.6),
    ("40", "s-17", "block", 0.95),
)


def test_the_logs_on_the_page_are_byte_for_byte_what_is_written(tmp_path: Path) -> None:
    begun = datetime(2027, 2, 1, 9, tzinfo=UTC)
    with AuditLog(tmp_path / "example", stream="web-1", clock=lambda: begun) as log:
        log.append({"decision_id": "d-1", "at": "2027-02-01T09:00:01Z", "outcome": "review", "score": 0.71})
        log.append({"decision_id": "d-2", "at": "2027-02-01T09:00:02Z", "outcome": "block", "score": 0.95})
    with AuditLog(tmp_path / "asked", stream="web-1", clock=lambda: begun) as log:
        for number, (minute, subject, outcome, score) in enumerate(ASKED, start=1):
            said = {"use_case": "card-fraud", "outcome": outcome, "score": score, "request": {"subject": subject}}
            log.append({"decision_id": f"d-{number}", "at": f"2027-02-01T09:{minute}:00Z", **said})
    shown, asked = (block for block in blocks_of(ROOT / PAGE, PAGE) if block.verb == FILE)
    assert (tmp_path / shown.object).read_text(encoding="utf-8") == shown.text
    assert (tmp_path / asked.object).read_text(encoding="utf-8") == asked.text
