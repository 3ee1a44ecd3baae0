"""What `decide --input` takes for files of any size: rows a second, and the most memory of all its processes together.

One use case, twelve jurisdictions, four tiers, four bands. The file is one block of a million rows over and over, so
that it is written fast; what is measured is a process of its own, as users start it. Memory is the greatest sum, of all
processes of the run, that was seen every tenth of a second: of what is resident, where pages that processes share count
once in each (`RSS`), and with each page counted once (`PSS`).

    python benchmarks/streaming.py [--quick] [--rows N] [--json FILE] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from decisions import JURISDICTIONS, TIERS, written
from pyarrow import csv

USE_CASE = "card-fraud"
BLOCK = 1_000_000
MOST_MB = 500
"""The goal, of all processes together."""
FEWER = 50
"""Whole decisions, as JSON lines, are so many times fewer rows: each is a text of 700 bytes."""


class Run(NamedTuple):
    """One way to decide a file."""

    given: str
    made: str
    jobs: int | None = None
    fewer: int = 1


RUNS = (
    Run("parquet", "parquet"),
    Run("parquet", "csv"),
    Run("csv", "parquet"),
    Run("csv", "csv"),
    Run("csv", "csv", jobs=1),
    Run("jsonl", "csv", fewer=FEWER),
    Run("jsonl", "jsonl", fewer=FEWER),
    Run("jsonl", "jsonl", jobs=1, fewer=FEWER),
)


def block_of(rows: int) -> pa.Table:
    """Return so many cases."""
    chosen = np.random.default_rng(1)
    places = pa.array(chosen.integers(0, len(JURISDICTIONS), rows, dtype=np.int32))
    tiers = pa.array(chosen.integers(0, len(TIERS), rows, dtype=np.int32))
    return pa.table(
        {
            "score": np.round(chosen.random(rows), 6),
            "jurisdiction": pa.array(JURISDICTIONS).take(places),
            "tier": pa.array(TIERS).take(tiers),
        }
    )


def write_cases(path: Path, rows: int) -> None:
    """Write so many cases in the format that the name ends in."""
    block = block_of(min(rows, BLOCK))
    if path.suffix == ".parquet":
        with pq.ParquetWriter(path, block.schema) as writer:
            for _ in range(0, rows, len(block)):
                writer.write_table(block)
        return
    with path.open("wb") as file:
        if path.suffix == ".csv":
            file.write(b"score,jurisdiction,tier\n")
            made = pa.BufferOutputStream()
            csv.write_csv(block, made, csv.WriteOptions(include_header=False, quoting_style="none"))
            lines = made.getvalue().to_pybytes()
        else:
            lines = b"".join(json.dumps(one).encode() + b"\n" for one in block.to_pylist())
        for _ in range(0, rows, len(block)):
            file.write(lines)


def tree(pid: int) -> list[int]:
    """Return a process and all that it started."""
    found = [pid]
    for one in found:
        try:
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii").split())
        except OSError:  # it has ended
            continue
    return found


def memory_mb(pid: int) -> tuple[float, float]:
    """Return what a process and all that it started hold: RSS and PSS, in MB."""
    sums = {"Rss": 0, "Pss": 0}
    for one in tree(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        for name, _, rest in (line.partition(":") for line in lines):
            if name in sums:
                sums[name] += int(rest.split()[0])
    return sums["Rss"] * 1024 / 1e6, sums["Pss"] * 1024 / 1e6


def measured(run: Run, rows: int, folder: Path) -> dict[str, Any]:
    """Decide a file; return how long it took and what it held."""
    made = folder / f"decisions.{run.made}"
    command = [sys.executable, "-m", "policy_engine", "decide", USE_CASE, "--policies", str(folder / "policies")]
    command += ["--input", str(folder / f"cases.{run.given}"), "--output", str(made)]
    command += [] if run.jobs is None else ["--jobs", str(run.jobs)]
    begin = time.perf_counter()
    rss = pss = 0.0
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:  # noqa: S603 - this Python, with arguments of this file
        while process.poll() is None:
            now = memory_mb(process.pid)
            rss, pss = max(rss, now[0]), max(pss, now[1])
            time.sleep(0.1)
        said = process.stderr.read().decode() if process.stderr is not None else ""
    seconds = time.perf_counter() - begin
    if process.returncode or f"{rows:,} rows: {rows:,} decided" not in said:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}: {said}")
    check(made, rows)
    size = made.stat().st_size
    made.unlink()
    return {**run._asdict(), "rows": rows, "seconds": seconds, "rss_mb": rss, "pss_mb": pss, "bytes": size}


def check(made: Path, rows: int) -> None:
    """Leave with an error unless the output has a row for each case."""
    if made.suffix == ".parquet":
        found = pq.ParquetFile(made).metadata.num_rows
    else:
        with made.open("rb") as file:
            found = sum(block.count(b"\n") for block in iter(lambda: file.read(2**22), b""))
        found -= made.suffix == ".csv"
    if found != rows:
        sys.exit(f"{made.name} has {found} rows, and there are {rows} cases")


def run(rows: int, folder: Path) -> list[dict[str, Any]]:
    """Measure every way."""
    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    written(policies)
    results = []
    print(f"{'in':8} {'out':8} {'jobs':>5} {'rows':>12} {'rows/s':>11} {'RSS MB':>7} {'PSS MB':>7}  goal: {MOST_MB} MB")
    for way in RUNS:
        many = max(rows // way.fewer, 1)
        path = folder / f"cases.{way.given}"
        if not path.exists():
            for other in folder.glob("cases.*"):
                other.unlink()
            write_cases(path, many)
        one = measured(way, many, folder)
        results.append(one)
        met = "met" if one["rss_mb"] <= MOST_MB else "NOT met"
        print(
            f"{way.given:8} {way.made:8} {way.jobs or 'all':>5} {many:12,} {many / one['seconds']:11,.0f}"
            f" {one['rss_mb']:7.0f} {one['pss_mb']:7.0f}  {met}",
            flush=True,
        )
    return results


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="a million rows")
    options.add_argument(
        "--rows", type=int, default=100_000_000, help="so many rows of columns; a multiple of a million"
    )
    options.add_argument("--json", type=Path, help="write the numbers to this file, too")
    options.add_argument("--keep", type=Path, help="work in this folder, not in a temporary one")
    asked = options.parse_args()
    rows = BLOCK if asked.quick else asked.rows
    print(f"{platform.platform()}, Python {platform.python_version()}, {len(os.sched_getaffinity(0))} processors")
    if asked.keep is not None:
        asked.keep.mkdir(exist_ok=True)
        results = run(rows, asked.keep)
    else:
        with tempfile.TemporaryDirectory() as folder:
            results = run(rows, Path(folder))
    if asked.json is not None:
        asked.json.write_text(json.dumps({"machine": platform.platform(), "runs": results}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
