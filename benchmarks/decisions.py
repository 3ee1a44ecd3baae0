"""What one decision costs: CPU time of `engine.verdict` and `engine.decide` over that of a hand-written table.

Three use cases, twelve jurisdictions, four tiers, four bands; 10,000 requests in a loop. The floor is what somebody
writes who has no engine: a dictionary from the three names to the cuts, and a bisection. It checks nothing. All take
turns, and the best of several rounds counts. Python places names in dictionaries by a seed of the process, which makes
either a tenth faster or slower: so all of it is done in several processes, each with a seed of its own, and the median
of their times is shown, and that of their ratios. Before anything is measured every request is decided by the
reference, and by all others, which have to say the same. Other rule engines are asked for the outcome alone, where they
are installed (`policy-engine[bench]`).

    python benchmarks/decisions.py [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from bisect import bisect_right
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from children import measured_in_child
from rule_engines import SLOW, rule_engines

from policy_engine import Engine, reference
from policy_engine.model import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from rule_engines import Table

    Given = dict[str, Any]

USE_CASES = ("card-fraud", "login", "refund")
JURISDICTIONS = ("AT", "BE", "CH", "DE", "ES", "FI", "FR", "IT", "NL", "PT", "SE", "US")
TIERS = ("basic", "silver", "gold", "platinum")
REQUESTS = 10_000
GOALS = {"engine.verdict(request)": 1.0, "engine.decide(...)": 6.0}
"""So many times the floor."""
FLOOR = "floor: a dictionary, a bisection"

CATALOG = """\
schema: catalog/v1
jurisdictions: {{{jurisdictions}}}
dimensions: {{tier: [{tiers}]}}
"""
POLICY = """\
schema: policy/v1
use_case: {use_case}
version: 1
owner: risk
effective: {{from: 2026-01-01T00:00:00Z}}
score: {{kind: probability, higher_is: riskier, model: {{name: gbm}}}}
bands:
  - {{name: block, at_least: 0.9}}
  - {{name: review, at_least: 0.6}}
  - {{name: watch, at_least: 0.3}}
  - {{name: allow}}
on_invalid: block
overrides:
"""
OVERRIDE = (
    "  - {{id: o{number}, when: {{jurisdiction: {jurisdiction}, tier: {tier}}}, "
    "thresholds: {{block: {block:.3f}, review: {review:.3f}}}, because: measured}}\n"
)


def written(folder: Path) -> None:
    """Write the policies, in each of which two thirds of the cells have thresholds of their own."""
    names = ", ".join(f"{name}: {{}}" for name in JURISDICTIONS)
    (folder / "catalog.yaml").write_text(CATALOG.format(jurisdictions=names, tiers=", ".join(TIERS)), encoding="utf-8")
    for use_case in USE_CASES:
        cells = [(jurisdiction, tier) for jurisdiction in JURISDICTIONS for tier in TIERS]
        overrides = [
            OVERRIDE.format(number=at, jurisdiction=cell[0], tier=cell[1], block=0.9 + at / 999, review=0.6 + at / 999)
            for at, cell in enumerate(cells)
            if at % 3
        ]
        text = POLICY.format(use_case=use_case) + "".join(overrides)
        (folder / f"{use_case}.yaml").write_text(text, encoding="utf-8")


def table_of(engine: Engine) -> Table:
    """Return the cuts, outcomes and sources of each cell, as somebody would write them down."""
    table: Table = {}
    for use_case in USE_CASES:
        for jurisdiction in JURISDICTIONS:
            for tier in TIERS:
                given = {"use_case": use_case, "jurisdiction": jurisdiction, "tier": tier, "score": 0.0}
                verdict = engine.verdict(given)
                cuts, names, ids = [], [verdict.outcome], [verdict.threshold_from]
                while verdict.next_threshold is not None:
                    cuts.append(verdict.next_threshold)
                    verdict = engine.verdict({**given, "score": verdict.next_threshold})
                    names.append(verdict.outcome)
                    ids.append(verdict.threshold_from)
                table[use_case, jurisdiction, tier] = (cuts, names, ids)
    return table


def floor_of(table: Table) -> Callable[[Given], tuple[str, float | None, str | None]]:
    """Return the hand-written answer: outcome, threshold, and where it is from."""

    def floor(r: Given) -> tuple[str, float | None, str | None]:
        cuts, names, ids = table[r["use_case"], r["jurisdiction"], r["tier"]]
        i = bisect_right(cuts, r["score"])
        return names[i], cuts[i - 1] if i else None, ids[i]

    return floor


def check(engine: Engine, floor: Callable[[Given], object], requests: list[Given]) -> None:
    """Leave with an error unless all say the same of every request."""
    meanings = {
        use_case: reference.Meaning(tables[0].policy, engine.table.catalog)
        for use_case, tables in engine.table.policies.items()
    }
    for given in requests:
        dimensions = {"jurisdiction": given["jurisdiction"], "tier": given["tier"]}
        request = Request(given["use_case"], given["score"], datetime.now(UTC), dimensions=dimensions)
        expected = meanings[given["use_case"]].verdict(request)
        decision = engine.decide(given["use_case"], given["score"], **dimensions)
        told = (expected.outcome, expected.threshold, expected.threshold_from)
        if not expected == engine.verdict(given) == decision.verdict or told != floor(given):
            sys.exit(f"they differ on {given}")


def asked_of(name: str, requests: list[Given]) -> list[Given]:
    """Return the requests that a contender is asked: all, or a hundredth where it takes a hundred times as long."""
    return requests[: len(requests) // 100] if name in SLOW else requests


def seconds(loop: Callable[[], None]) -> float:
    """Return the CPU time of a loop."""
    begin = time.process_time()
    loop()
    return time.process_time() - begin


def measured(rounds: int) -> dict[str, float]:
    """Return the seconds that each takes for a request in this process, all in turns."""
    chosen = random.Random(1)  # noqa: S311 - the same requests each time
    requests: list[Given] = [
        {
            "use_case": chosen.choice(USE_CASES),
            "jurisdiction": chosen.choice(JURISDICTIONS),
            "tier": chosen.choice(TIERS),
            "score": chosen.random(),
        }
        for _ in range(REQUESTS)
    ]
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder))
        engine = Engine.load(folder)
    table = table_of(engine)
    floor = floor_of(table)
    check(engine, floor, requests)

    others = rule_engines(table)
    for name, answer in others.items():
        if any(answer(given) != floor(given)[0] for given in asked_of(name, requests)):
            sys.exit(f"{name} says something else")

    def by(answer: Callable[[Given], object], some: list[Given] = requests) -> None:
        for given in some:
            answer(given)

    def by_decide() -> None:
        decide = engine.decide
        for given in requests:
            decide(given["use_case"], given["score"], jurisdiction=given["jurisdiction"], tier=given["tier"])

    contenders: dict[str, Callable[[], None]] = {
        FLOOR: partial(by, floor),
        "engine.verdict(request)": partial(by, engine.verdict),
        "engine.decide(...)": by_decide,
        **{name: partial(by, answer, asked_of(name, requests)) for name, answer in others.items()},
    }
    gc.disable()
    taken = dict.fromkeys(contenders, float("inf"))
    for _ in range(rounds):
        for name, loop in contenders.items():
            taken[name] = min(taken[name], seconds(loop) / len(asked_of(name, requests)))
    return taken


def run(processes: int, rounds: int) -> dict[str, Any]:
    """Measure in so many processes."""
    found = [measured_in_child(__file__, rounds, PYTHONHASHSEED=str(seed)) for seed in range(processes)]
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "date": datetime.now(UTC).date().isoformat(),
        "requests": REQUESTS,
        "processes": processes,
        "microseconds": {name: statistics.median(one[name] for one in found) * 1e6 for name in found[0]},
        "times the floor": {name: statistics.median(one[name] / one[FLOOR] for one in found) for name in found[0]},
    }


def show(results: dict[str, Any]) -> None:
    """Print the results as a table, and which of the goals are met."""
    print(
        f"{results['requests']:,} requests, 3 use cases x 12 jurisdictions x 4 tiers, 4 bands; "
        f"Python {results['python']}, {results['machine']}, {results['date']}; "
        f"median of {results['processes']} processes"
    )
    for name, taken in results["microseconds"].items():
        goal, times = GOALS.get(name), results["times the floor"][name]
        judged = "" if goal is None else f"  goal <= {goal:.1f}: {'met' if times <= goal else 'NOT met'}"
        print(f"  {name:<34} {taken:7.3f} µs  {times:5.2f} x floor{judged}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a few seconds, for a look")
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--child", type=int, metavar="ROUNDS", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        json.dump(measured(given.child), sys.stdout)
        return
    results = run(5, 15) if given.quick else run(9, 40)
    show(results)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
