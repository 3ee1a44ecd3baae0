"""kill -9 at any moment: what was acknowledged is in the log, once, and the log verifies."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from policy_engine.audit import AuditLog, read_records, verify

WRITER = Path(__file__).with_name("writer.py")


def killed_after(seconds: float, folder: Path, name: str, durability: str) -> list[str]:
    """Let a writer run until it has begun, and *seconds* longer; kill it; return what it said was recorded."""
    program = [sys.executable, str(WRITER), str(folder), name, durability]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.kill()
        said = first + writer.stdout.read()
    # The last line may be cut off: then it was not said.
    return said[: said.rfind("\n") + 1].split()


@pytest.mark.parametrize("durability", ["batch", "sync"])
def test_what_a_killed_writer_acknowledged_is_in_the_log_once(tmp_path: Path, durability: str) -> None:
    chance = random.Random(20270201)  # noqa: S311 - when to kill, not a secret
    acknowledged: list[str] = []
    for number in range(6):
        acknowledged += killed_after(chance.uniform(0, 0.03), tmp_path, f"r{number}", durability)
        found = verify(tmp_path)
        assert found.intact
        assert len(found.streams) == 1
    AuditLog(tmp_path).close()
    recorded = Counter(one.payload.get("decision_id") for one in read_records(tmp_path))
    assert [one for one in acknowledged if recorded[one] != 1] == []
    assert len(acknowledged) >= 6
    assert max(count for one, count in recorded.items() if one is not None) == 1
    assert verify(tmp_path).torn_bytes == 0


def test_writers_side_by_side_have_a_stream_each(tmp_path: Path) -> None:
    programs = [[sys.executable, str(WRITER), str(tmp_path), f"w{number}"] for number in range(3)]
    writers = [subprocess.Popen(program, stdout=subprocess.PIPE, text=True) for program in programs]
    acknowledged = []
    try:
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
    finally:
        for writer in writers:
            writer.kill()
    for writer in writers:
        with writer:
            assert writer.stdout is not None
            said = writer.stdout.read()
            acknowledged += said[: said.rfind("\n") + 1].split()
    found = verify(tmp_path)
    assert found.intact
    assert len(found.streams) == 3
    by_stream = {(one.stream, str(one.payload["decision_id"])[:2]) for one in read_records(tmp_path) if one.seq == 2}
    assert len(by_stream) == len({name for _, name in by_stream}) == 3
    recorded = {one.payload.get("decision_id") for one in read_records(tmp_path)}
    assert set(acknowledged) <= recorded
