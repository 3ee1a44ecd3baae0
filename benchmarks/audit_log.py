"""What recording costs: microseconds a record, alone and in batches, and records a second of `verify`.

The floor is what no such log can do without: orjson, SHA-256 over the text, and one `os.write`. CPU time, the
best of several rounds, floor and log in turn so that both meet the same machine.

    python benchmarks/audit_log.py [--quick] [--folder DIR] [--json FILE]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from policy_engine.audit import AuditLog, verify

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH = 1024
ROUNDS = 5

RECORD: dict[str, Any] = {
    "decision_id": "0190b0c4-8f0e-7c3a-9b1d-3f0e6f2b8a11",
    "at": "2027-02-01T09:30:00.123456Z",
    "use_case": "card-fraud",
    "outcome": "review",
    "score": 0.7134,
    "signal": 0.7134,
    "label": None,
    "threshold": 0.7,
    "threshold_from": "de-gold",
    "next_threshold": 0.9,
    "invalid": None,
    "unknown": [],
    "ambiguous": False,
    "highlighted": [],
    "members": ["DE"],
    "knock_outs": [],
    "reasons": ["the score is at or above review (0.70)"],
    "attributes": {"tier": "gold", "amount": 20.5},
    "escalation": {"path": "fraud-desk", "level": 1, "to": "analysts", "due": "2027-02-01T13:30:00Z"},
    "tuned": None,
    "candidate": None,
    "jurisdiction": "DE",
    "policy": {"version": 7, "digest": "a" * 64},
    "table_digest": "b" * 64,
    "audited": True,
}
SMALL = {"decision_id": "d-0000001", "outcome": "allow", "score": 0.5}


class Floor:
    """The three calls that no log can do without, and nothing else."""

    def __init__(self, path: Path) -> None:
        """Open a file to write to."""
        self._file = path.open("ab", buffering=0)
        self._link = b"\0" * 32

    def append(self, record: dict[str, Any]) -> None:
        """Write one record."""
        text = orjson.dumps(record)
        self._link = hashlib.sha256(self._link + text).digest()
        os.write(self._file.fileno(), text)

    def append_many(self, records: list[dict[str, Any]]) -> None:
        """Write many records at once."""
        whole = bytearray()  # orjson's own results, kept in a list, take five times as long: it allocates generously
        for record in records:
            text = orjson.dumps(record)
            self._link = hashlib.sha256(self._link + text).digest()
            whole += text
        os.write(self._file.fileno(), whole)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def micros(call: Callable[[], object], records: int) -> float:
    """Return the CPU time of *call* in microseconds a record."""
    begin = time.process_time_ns()
    call()
    return (time.process_time_ns() - begin) / 1000 / records


def measure_appending(folder: Path, record: dict[str, Any], records: int) -> dict[str, float]:
    """Return microseconds a record for the floor and the log, one at a time and in batches."""
    batch = [record] * BATCH
    batches = max(1, records // BATCH)
    floor, log = Floor(folder / "floor"), AuditLog(folder / "log")

    def alone(target: Floor | AuditLog) -> None:
        for _ in range(records):
            target.append(record)

    def together(target: Floor | AuditLog) -> None:
        for _ in range(batches):
            target.append_many(batch)

    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, call, count in (
            ("floor, one at a time", lambda: alone(floor), records),
            ("log, one at a time", lambda: alone(log), records),
            (f"floor, batches of {BATCH}", lambda: together(floor), batches * BATCH),
            (f"log, batches of {BATCH}", lambda: together(log), batches * BATCH),
        ):
            best[name] = min(best.get(name, 1e9), micros(call, count))
    floor.close()
    log.close()
    return best


def measure_verifying(folder: Path) -> dict[str, float]:
    """Return records a second, and say what else the log is so that the number can be read."""
    best, records = 1e9, 0
    for _ in range(2):
        begin = time.process_time()
        found = verify(folder)
        best, records = min(best, time.process_time() - begin), found.records
        if not found.intact:
            sys.exit(f"the log does not verify: {found.problems[0]}")
    size = sum(path.stat().st_size for path in folder.rglob("*.log"))
    return {"records": records, "bytes a line": size / records, "records a second": records / best}


def run(folder: Path, records: int) -> dict[str, Any]:
    """Measure all, for a record of 25 fields and for a small one."""
    results: dict[str, Any] = {"python": platform.python_version(), "cpus": os.cpu_count()}
    for name, record in (("25 fields", RECORD), ("3 fields", SMALL)):
        here = folder / name.replace(" ", "-")
        here.mkdir()
        appending = measure_appending(here, record, records)
        results[name] = {"us a record": appending, "verify": measure_verifying(here / "log")}
    return results


def show(results: dict[str, Any]) -> None:
    """Print the results as a table."""
    for name in ("25 fields", "3 fields"):
        verified = results[name]["verify"]
        print(f"{name}, {verified['bytes a line']:.0f} bytes a line")
        for what, value in results[name]["us a record"].items():
            floor = results[name]["us a record"][what.replace("log", "floor")]
            print(f"  {what:<26} {value:7.2f} us a record   {value / floor:5.2f} x the floor")
        print(f"  {'verify':<26} {verified['records a second']:11,.0f} records a second")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a few seconds, for a look")
    parser.add_argument("--folder", type=Path, help="where to write; a temporary folder if left out")
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        results = run(Path(folder), 20_480 if given.quick else 102_400)
    show(results)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
