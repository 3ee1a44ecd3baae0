"""What recording costs: microseconds a record, alone and in batches, decisions that are recorded, and `verify`.

The floor is what no such log can do without: orjson, SHA-256 over the text, and one `os.write`. CPU time, the
best of several rounds, floor and log in turn so that both meet the same machine; of many threads, time by the clock.

Many decisions are recorded as one file, with one record that vouches for it; here a batch has as many rows as the floor
writes records at once, each with a score and a subject of its own, and what is measured is all of `decide_batch`.

The goals were set where the floor of a lone record took 2.3 microseconds, and in batches 2.0. Elsewhere they mean as
many times the floor, which is printed, too.

    python benchmarks/audit_log.py [--quick] [--folder DIR] [--json FILE]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from policy_engine.audit import AuditLog, verify
from policy_engine.engine import Engine
from policy_engine.engine.recording import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BATCH = 1024
RECORDS = 10_240
"""More of them at once, and what is measured is how the system writes its pages to the disk meanwhile."""

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
CATALOG = """\
schema: catalog/v1
jurisdictions: {EU: {}, DE: {in: EU}, US: {}}
dimensions: {tier: [standard, gold]}
escalation_paths: {fraud-desk: {levels: [{to: "queue:analysts", within: PT4H}]}}
"""
POLICY = """\
schema: policy/v1
use_case: card-fraud
version: 7
owner: risk
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: gbm}}
bands:
  - {name: block, at_least: 0.9, reasons: [R01, R02]}
  - {name: review, at_least: 0.6, escalate: fraud-desk, attributes: {hold_hours: 4}}
  - {name: allow}
on_invalid: block
overrides:
  - {id: de-gold, when: {jurisdiction: DE, tier: gold}, thresholds: {review: 0.7}, because: measured}
"""
CASE: dict[str, Any] = {"jurisdiction": "DE", "tier": "gold", "subject": "s-4711"}
THREADS = 64
FLOOR_ALONE, FLOOR_BATCH = "floor, one at a time", f"floor, batches of {BATCH}"
GOALS = {
    # name: (microseconds, times the floor)
    "decide_batch of 1024 rows": (4.0, 2.0),
    "decide, batch, one thread": (12.0, 5.2),
    "decide, batch, 64 threads": (16.7, 7.2),
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


def measure_appending(folder: Path, record: dict[str, Any], rounds: int) -> dict[str, float]:
    """Return microseconds a record for the floor and the log, one at a time and in batches."""
    batch = [record] * BATCH
    batches = max(1, RECORDS // BATCH)
    floor, log = Floor(folder / "floor"), AuditLog(folder / "log")

    def alone(target: Floor | AuditLog) -> None:
        for _ in range(RECORDS):
            target.append(record)

    def together(target: Floor | AuditLog) -> None:
        for _ in range(batches):
            target.append_many(batch)

    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, call, count in (
            ("floor, one at a time", lambda: alone(floor), RECORDS),
            ("log, one at a time", lambda: alone(log), RECORDS),
            (f"floor, batches of {BATCH}", lambda: together(floor), batches * BATCH),
            (f"log, batches of {BATCH}", lambda: together(log), batches * BATCH),
        ):
            best[name] = min(best.get(name, 1e9), micros(call, count))
    floor.close()
    log.close()
    return best


def measure_deciding(folder: Path, rounds: int) -> dict[str, float]:
    """Return microseconds a decision of an engine that records, by one thread and by many, and a row of a batch.

    Of many threads, the time by the clock counts: 60,000 decisions a second are one in 16.7 microseconds.
    """
    chosen = random.Random(1)  # noqa: S311 - the same scores each time
    scores = [chosen.random() for _ in range(RECORDS)]
    policies = folder / "policies"
    policies.mkdir(parents=True)
    (policies / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (policies / "card-fraud.yaml").write_text(POLICY, encoding="utf-8")
    plain = Engine.load(policies)
    for score in scores[:100]:
        plain.decide("card-fraud", score, **CASE)
    ready = [plain.decide("card-fraud", score, **CASE) for score in scores[:BATCH]]
    column = np.array(scores[:BATCH])
    columns = {
        "jurisdiction": np.array([("DE", "US")[row % 2] for row in range(BATCH)]),
        "tier": np.array([("gold", "standard")[row % 3 % 2] for row in range(BATCH)]),
        "subject": [f"s-{row}" for row in range(BATCH)],
    }
    with ExitStack() as opened:
        floor, recorder = Floor(folder / "floor"), Recorder()
        opened.callback(floor.close)
        log = opened.enter_context(AuditLog(folder / "records"))
        engines = {
            name: opened.enter_context(Engine.load(policies, audit=AuditLog(folder / name, durability=durability)))
            for name, durability in (("batch", "batch"), ("none", "none"), ("batches", "batch"))
        }

        def decide(some: list[float], name: str) -> None:
            engine = engines[name]
            for score in some:
                engine.decide("card-fraud", score, **CASE)

        def floor_alone() -> None:
            for _ in range(RECORDS):
                floor.append(RECORD)

        calls: dict[str, Callable[[], float]] = {
            FLOOR_ALONE: lambda: micros(floor_alone, RECORDS),
            FLOOR_BATCH: lambda: shortest(lambda: floor.append_many([RECORD] * BATCH)),
            f"records of {BATCH} decisions at once": lambda: shortest(
                lambda: log.record([recorder.body_of(one) for one in ready])
            ),
            f"decide_batch of {BATCH} rows": lambda: shortest(
                lambda: engines["batches"].decide_batch("card-fraud", column, **columns)
            ),
        }
        for name in ("batch", "none"):
            decide(scores[:100], name)
            calls[f"decide, {name}, one thread"] = lambda name=name: micros(lambda: decide(scores, name), RECORDS)
            calls[f"decide, {name}, {THREADS} threads"] = lambda name=name: by_threads(
                lambda some: decide(some, name), scores
            )
        best = dict.fromkeys(calls, 1e9)
        for _ in range(rounds):
            for name, call in calls.items():
                best[name] = min(best[name], call())
    refuse_unless_intact(folder / name for name in engines)
    return best


def refuse_unless_intact(logs: Iterable[Path]) -> None:
    """Leave with an error where any log does not verify, or misses a decision."""
    for log in logs:
        found = verify(log)
        if not found.intact or found.missing:
            sys.exit(f"the log does not verify: {found}")


def shortest(call: Callable[[], object]) -> float:
    """Return the CPU time of a call in microseconds a record of `BATCH`, the least of a few in a row."""
    return min(micros(call, BATCH) for _ in range(8))


def by_threads(decide: Callable[[list[float]], None], scores: list[float]) -> float:
    """Return the microseconds a decision takes by the clock while many threads decide."""
    threads = [threading.Thread(target=decide, args=(scores[place::THREADS],)) for place in range(THREADS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - begin) * 1e6 / len(scores)


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


def run(folder: Path, rounds: int) -> dict[str, Any]:
    """Measure all, for a record of 25 fields and for a small one."""
    results: dict[str, Any] = {"python": platform.python_version(), "cpus": os.cpu_count()}
    for name, record in (("25 fields", RECORD), ("3 fields", SMALL)):
        here = folder / name.replace(" ", "-")
        here.mkdir()
        appending = measure_appending(here, record, rounds)
        results[name] = {"us a record": appending, "verify": measure_verifying(here / "log")}
    results["us a decision"] = measure_deciding(folder / "decisions", rounds)
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
    print("decisions of an engine, recorded")
    found = results["us a decision"]
    for what, value in found.items():
        floor = found[FLOOR_BATCH if str(BATCH) in what else FLOOR_ALONE]
        print(f"  {what:<34} {value:7.2f} us   {value / floor:5.2f} x the floor{_goal(what, value, value / floor)}")


def _goal(what: str, value: float, times: float) -> str:
    if what not in GOALS:
        return ""
    most, most_times = GOALS[what]
    met, met_times = ("met" if one else "NOT met" for one in (value <= most, times <= most_times))
    return f"   goal {most} us: {met}; {most_times} x: {met_times}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a few seconds, for a look")
    parser.add_argument("--folder", type=Path, help="where to write; a temporary folder if left out")
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        results = run(Path(folder), 5 if given.quick else 9)
    show(results)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
