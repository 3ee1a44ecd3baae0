"""Asking a log passes over most records unread, and finds what a plain reader of all of them finds."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from policy_engine.audit import AuditLog, Question, query, read_records

# Few words, so that questions meet records; some that JSON or the log spells with escapes
WORDS = st.sampled_from(["", "a", "ab", "b", '"', "\\", "a\\", "\n", "é", "\u2028", "\x7f", "s-1", "u002"])
VALUES = st.one_of(WORDS, st.none(), st.integers(0, 3), st.lists(WORDS, max_size=2))
REQUESTS = st.one_of(st.none(), WORDS, st.fixed_dictionaries({}, optional={"subject": VALUES, "context": VALUES}))
RECORDS = st.fixed_dictionaries(
    {}, optional={"decision_id": VALUES, "use_case": VALUES, "outcome": VALUES, "context": VALUES, "request": REQUESTS}
)
ASKED = st.one_of(st.none(), WORDS)


@given(st.lists(RECORDS, max_size=8), ASKED, ASKED, ASKED, ASKED)
def test_the_quick_way_finds_what_the_plain_way_finds(
    records: list[dict[str, Any]], decision_id: str | None, subject: str | None, use_case: str | None, band: str | None
) -> None:
    question = Question(decision_id=decision_id, subject=subject, use_case=use_case, band=band)
    with TemporaryDirectory() as folder:
        with AuditLog(folder, stream="shop") as log:
            log.append_many(records)
        plain = [one.payload for one in read_records(folder) if question.fits(one.payload)]
        assert [one.record for one in query(folder, question, tell=lambda _: None)] == plain
