"""What a batch costs: nanoseconds a row of `engine.verdicts` beside what polars and others take for the same codes.

One use case of twelve jurisdictions, four tiers and four bands, millions of rows. With categories each peer takes the
cell of a row from two columns of codes, gathers its three thresholds, and counts those that the score reaches; with
texts the thresholds are joined by the names. Ours tells bad input apart, too. All take turns, in one process with one
thread and in another with two, and the best of several rounds counts: CPU time with one thread, wall time with two.
Before anything is measured every row's answer is held to a plain comparison with the thresholds, and some thousand
rows, bad scores and values that nobody declared among them, to the reference.

    python benchmarks/batch.py [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from children import measured_in_child
from decisions import JURISDICTIONS, TIERS, written

from policy_engine import Engine, reference
from policy_engine.model import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

USE_CASE = "card-fraud"
BANDS = ("allow", "watch", "review", "block")
BOUND = "bound: score >= 0.5"
OURS = "engine.verdicts(...)"
GATHER, JOIN = "polars gather", "polars join"
GOALS = {"categories, 1 thread": (GATHER, 1.3), "texts, 1 thread": (JOIN, 1.0)}
"""So many times as fast as this peer."""
MEMORY_GOAL = "2 bytes a row and 64 MiB"
PEERS = ("polars", "pyarrow", "pandas", "duckdb")
HELD = 4096
"""So many rows are held to the reference."""


_CLEAR_PEAK = Path("/proc/self/clear_refs")


class Rows(NamedTuple):
    """The rows that are decided: codes of the jurisdictions and tiers, and scores."""

    jurisdiction: NDArray[np.uint8]
    tier: NDArray[np.uint8]
    score: NDArray[np.float64]


def drawn(rows: int) -> Rows:
    """Return the same rows each time."""
    random = np.random.default_rng(1)
    return Rows(
        random.integers(0, len(JURISDICTIONS), rows).astype(np.uint8),
        random.integers(0, len(TIERS), rows).astype(np.uint8),
        random.random(rows),
    )


def loaded() -> Engine:
    """Return an engine with the policies of `decisions.py`."""
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder))
        return Engine.load(folder)


def thresholds(engine: Engine) -> NDArray[np.float64]:
    """Return the three thresholds of each cell, the lowest first: an array of shape (3, 48)."""
    found = []
    for jurisdiction in JURISDICTIONS:
        for tier in TIERS:
            given = {"use_case": USE_CASE, "jurisdiction": jurisdiction, "tier": tier}
            cuts, verdict = [], engine.verdict({**given, "score": 0.0})
            while verdict.next_threshold is not None:
                cuts.append(verdict.next_threshold)
                verdict = engine.verdict({**given, "score": cuts[-1]})
            found.append(cuts)
    return np.array(found).T.copy()


# --- the contenders ------------------------------------------------------------------------------------------


def with_categories(
    engine: Engine, rows: Rows, cuts: NDArray[np.float64], threads: int
) -> dict[str, Callable[[], Any]]:
    """Return what gives the number of thresholds reached, from categories."""
    jurisdiction = pd.Categorical.from_codes(rows.jurisdiction.view(np.int8), list(JURISDICTIONS))
    tier = pd.Categorical.from_codes(rows.tier.view(np.int8), list(TIERS))
    frame = pl.DataFrame({"j": rows.jurisdiction, "t": rows.tier, "s": rows.score})
    columns = [pl.lit(pl.Series(one)) for one in cuts]
    cell = pl.col.j.cast(pl.UInt32) * len(TIERS) + pl.col.t.cast(pl.UInt32)
    reached = sum((pl.col.s >= one.gather(pl.col.cell)).cast(pl.UInt8) for one in columns)
    lazy = frame.lazy().with_columns(cell=cell).select(reached.alias("code"))
    scores, arrays = pa.array(rows.score), [pa.array(one) for one in cuts]
    j, t = pa.array(rows.jurisdiction), pa.array(rows.tier)

    def by_pyarrow() -> object:
        cells = pc.add(pc.multiply(pc.cast(j, pa.int32()), pa.scalar(len(TIERS), pa.int32())), pc.cast(t, pa.int32()))
        found = [pc.cast(pc.greater_equal(scores, one.take(cells)), pa.uint8()) for one in arrays]
        return pc.add(pc.add(found[0], found[1]), found[2])

    def by_numpy() -> object:
        cells = rows.jurisdiction.astype(np.intp) * len(TIERS) + rows.tier
        return sum((rows.score >= one[cells]).view(np.uint8) for one in cuts)

    def by_select() -> object:
        cells = rows.jurisdiction.astype(np.intp) * len(TIERS) + rows.tier
        return np.select([rows.score >= one[cells] for one in cuts[::-1]], [3, 2, 1], 0)

    return {
        BOUND: lambda: rows.score >= 0.5,  # noqa: PLR2004 - a threshold
        GATHER: lambda: lazy.collect()["code"],
        "pyarrow take": by_pyarrow,
        "NumPy index": by_numpy,
        "NumPy select": by_select,
        OURS: lambda: engine.verdicts(USE_CASE, rows.score, jurisdiction=jurisdiction, tier=tier, threads=threads),
    }


def with_texts(engine: Engine, rows: Rows, cuts: NDArray[np.float64], threads: int) -> dict[str, Callable[[], Any]]:
    """Return what gives the number of thresholds reached, from texts."""
    jurisdiction = pa.array(np.array(JURISDICTIONS)[rows.jurisdiction])
    tier = pa.array(np.array(TIERS)[rows.tier])
    frame = pl.DataFrame({"j": jurisdiction, "t": tier, "s": rows.score})
    names = [(one, other) for one in JURISDICTIONS for other in TIERS]
    cells = pl.DataFrame(
        {"j": [one for one, _ in names], "t": [one for _, one in names], "c0": cuts[0], "c1": cuts[1], "c2": cuts[2]}
    )
    reached = sum((pl.col.s >= pl.col(f"c{one}")).cast(pl.UInt8) for one in range(3))
    # With several threads a join keeps the order of the rows only where it is told to
    lazy = (
        frame.lazy().join(cells.lazy(), on=["j", "t"], how="left", maintain_order="left").select(reached.alias("code"))
    )
    of_arrow = {"jurisdiction": jurisdiction, "tier": tier}
    of_polars = {"jurisdiction": frame["j"], "tier": frame["t"]}
    database = duckdb.connect()
    database.execute(f"SET threads={threads}")
    database.register(
        "rows", pa.table({"n": np.arange(len(rows.score)), "j": jurisdiction, "t": tier, "s": rows.score})
    )
    database.register("cells", cells.to_arrow())
    reached_there = " + ".join(f"(s >= c{one})::UTINYINT" for one in range(3))
    asked = f"SELECT {reached_there} AS code FROM rows JOIN cells USING (j, t) ORDER BY n"  # noqa: S608 - nobody's input
    return {
        BOUND: lambda: rows.score >= 0.5,  # noqa: PLR2004 - a threshold
        JOIN: lambda: lazy.collect()["code"],
        "duckdb join": lambda: database.execute(asked).fetchnumpy()["code"],
        OURS: lambda: engine.verdicts(USE_CASE, rows.score, threads=threads, **of_arrow),
        f"{OURS}, of polars": lambda: engine.verdicts(USE_CASE, frame["s"], threads=threads, **of_polars),
    }


# --- checks --------------------------------------------------------------------------------------------------


def check(engine: Engine, rows: Rows, cuts: NDArray[np.float64], contenders: dict[str, Callable[[], Any]]) -> None:
    """Leave with an error unless all contenders count the same thresholds in every row."""
    cells = rows.jurisdiction.astype(np.intp) * len(TIERS) + rows.tier
    expected = sum((rows.score >= one[cells]).astype(np.uint8) for one in cuts)
    for name, contender in contenders.items():
        found = contender()
        if name == BOUND:
            continue
        if name.startswith(OURS):
            found = np.array([BANDS.index(one.outcome) for one in found.verdicts])[found.codes]
        if not np.array_equal(np.asarray(found), expected):
            sys.exit(f"{name} differs from the thresholds")
    check_reference(engine, rows)


def check_reference(engine: Engine, rows: Rows) -> None:
    """Leave with an error unless our verdicts on some rows are those of the reference, to the last bit."""
    scores = rows.score[:HELD].copy()
    for place, odd in enumerate((np.nan, np.inf, -np.inf, -0.1, 1.1, 0.0, 1.0, 0.3, np.nextafter(0.3, 0))):
        scores[place::50] = odd
    jurisdictions = [(*JURISDICTIONS, "XX")[one] for one in (rows.jurisdiction[:HELD] + 1) % 13]
    tiers = [(*TIERS, None)[one] for one in (rows.tier[:HELD] + 1) % 5]
    at = datetime.now(UTC)
    found = engine.verdicts(USE_CASE, scores, at=at, jurisdiction=jurisdictions, tier=tiers)
    meaning = reference.Meaning(engine.table.policies[USE_CASE][0].policy, engine.table.catalog)
    for row, (score, jurisdiction, tier) in enumerate(zip(scores, jurisdictions, tiers, strict=True)):
        request = Request(USE_CASE, score, at, dimensions={"jurisdiction": jurisdiction, "tier": tier})
        if found[row] != meaning.verdict(request):
            sys.exit(f"the reference differs on {request}")


# --- measuring -----------------------------------------------------------------------------------------------


def best_of(rounds: int, contenders: dict[str, Callable[[], Any]], clock: Callable[[], float]) -> dict[str, float]:
    """Return the least time of each contender, in seconds; all take turns."""
    taken = dict.fromkeys(contenders, float("inf"))
    for _ in range(rounds):
        for name, contender in contenders.items():
            begin = clock()
            answer = contender()
            taken[name] = min(taken[name], clock() - begin)
            del answer
    return taken


def bytes_over_the_input(decide: Callable[[], Any]) -> int | None:
    """Return how much more memory the process had at most while it decided; None where the system does not tell."""
    try:
        # The value that makes Linux forget the peak
        _CLEAR_PEAK.write_text("5", encoding="ascii")
        before = kibibytes("VmRSS")
        answer = decide()
        peak = kibibytes("VmHWM")
    except OSError:
        return None
    del answer
    return (peak - before) * 1024


def kibibytes(name: str) -> int:
    """Return a line of what Linux tells of this process's memory."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def measured(count: int, rounds: int, threads: int) -> dict[str, Any]:
    """Return what this process measures, in which polars has so many threads."""
    pa.set_cpu_count(threads)
    engine, rows = loaded(), drawn(count)
    cuts = thresholds(engine)
    unit = "thread" if threads == 1 else "threads"
    clock = time.process_time if threads == 1 else time.perf_counter
    results: dict[str, Any] = {"seconds": {}, "bytes": {}}
    for kind, contenders in (("categories", with_categories), ("texts", with_texts)):
        made = contenders(engine, rows, cuts, threads)
        name = f"{kind}, {threads} {unit}"
        # Before the others have made the process greater than it need be
        results["bytes"][name] = bytes_over_the_input(made[OURS])
        check(engine, rows, cuts, made)
        gc.collect()
        results["seconds"][name] = best_of(rounds, made, clock)
    return results


def run(count: int, rounds: int) -> dict[str, Any]:
    """Measure in one process for each number of threads."""
    results: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("numpy", *PEERS)},
        "rows": count,
        "seconds": {},
        "bytes": {},
    }
    for threads in (1, 2):
        child = measured_in_child(__file__, count, rounds, threads, POLARS_MAX_THREADS=str(threads))
        for name, found in child.items():
            results[name] |= found
    return results


def show(results: dict[str, Any]) -> None:
    """Print the results as tables, and which of the goals are met."""
    versions = ", ".join(f"{name} {one}" for name, one in results["versions"].items())
    print(
        f"{results['rows']:,} rows, 12 jurisdictions x 4 tiers, 4 bands; "
        f"Python {results['python']}, {results['machine']}, {results['cpus']} processors, {results['date']}; {versions}"
    )
    for name, taken in results["seconds"].items():
        peer = JOIN if name.startswith("texts") else GATHER
        print(f"{name}: {'CPU' if name.endswith('1 thread') else 'wall'} time a row")
        for contender, seconds in taken.items():
            ratio = taken[peer] / seconds
            judged = ""
            if contender.startswith(OURS) and name in GOALS:
                goal = GOALS[name][1]
                judged = f"  goal >= {goal:.1f}: {'met' if ratio >= goal else 'NOT met'}"
            print(f"  {contender:<32} {seconds / results['rows'] * 1e9:7.2f} ns  {ratio:5.2f} x {peer}{judged}")
        over = results["bytes"][name]
        if over is not None:
            most = 2 * results["rows"] + (64 << 20)
            judged = "met" if over <= most else "NOT met"
            print(f"  {'memory over the input':<32} {over / 2**20:7.1f} MiB  goal {MEMORY_GOAL}: {judged}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="half of the rows and of the rounds, for a look")
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--child", nargs=3, type=int, metavar=("ROWS", "ROUNDS", "THREADS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        json.dump(measured(*given.child), sys.stdout)
        return
    results = run(5_000_000, 4) if given.quick else run(10_000_000, 9)
    show(results)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
