"""What validating costs: CPU seconds of whole `policy-engine validate` processes, for 1, 200, 1,000 and 5,000 policies.

The floor is libyaml's events of the same bytes with nothing done to them; a bare start of Python is shown beside it.
For 200 policies the peers take their turn: programs that hold the same files to the published JSON Schema, and look at
nothing else (`pip install policy-engine[bench]`). Each process is a child, and its CPU time (user and system) is the
kernel's count; the best of several rounds, all in turn so that they meet the same machine. Every answer is checked:
exit code 0, and so many policies without a finding.

    python benchmarks/validation.py [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from policy_engine.loader import read_documents
from policy_engine.validator import check

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LINES = 195
SCHEMA = Path(__file__).parent.parent / "schemas" / "policy.schema.json"
COUNTS = (1, 200, 1_000, 5_000)
GOALS = {"--help": 0.12, "1 policy": 0.2, "200 policies": 0.6}
"""In seconds, on a quiet machine with two cores."""
PEERS = {"check-jsonschema": 3.9, "libyaml and jsonschema-rs": 0.3}
"""What each took for 200 policies of so many lines, in seconds, on the machine for which the goals are given: on any
other, busier or slower, the goal for 200 policies is the same part of what the peer takes there."""
LIBYAML_AND_JSONSCHEMA_RS = """\
import json, sys
from pathlib import Path
import jsonschema_rs, yaml

class Loader(yaml.CSafeLoader):  # leaves instants as text, which is what the schema wants
    yaml_implicit_resolvers = {
        first: [one for one in those if not one[0].endswith(":timestamp")]
        for first, those in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

validator = jsonschema_rs.validator_for(json.loads(Path(sys.argv[1]).read_bytes()))
valid = [validator.is_valid(yaml.load(Path(path).read_bytes(), Loader=Loader)) for path in sys.argv[2:]]
print(sum(valid), "of", len(valid), "valid")
"""
PROGRAM = ("-c", "from policy_engine.cli import run; run()")
"""What the installed `policy-engine` does."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Byte code is kept, as it is for whoever installs the package."""
OURS = "policy-engine"
LINEAR = 1.25
"""So many times the cost of a policy among 200 may one among 5,000 cost."""

CATALOG = """\
schema: catalog/v1
jurisdictions: # each names what it lies in
  EU: {}
  AT: {in: EU}
  DE: {in: EU}
  FR: {in: EU}
  DE-BY: {in: DE}
  US: {}
  US-CA: {in: US}
  US-NY: {in: US}
dimensions:
  tier: [standard, gold, platinum]
  amount: {cuts: [100, 1000], unit: EUR} # below 100, 100 up to 1000, 1000 and above
  channel: [web, app, branch]
facts: [vip]
ties: error
effects: [adverse]
escalation_paths:
  first-desk:
    levels:
      - {to: queue:first, within: PT30M}
      - {to: queue:second, within: PT2H}
  appeals: {levels: [{to: role:appeals, within: P1D}]}
guardrails:
  - {id: a-person-refuses, effects: [adverse], require: person, because: kept to everywhere}
  - {id: sane-block, bands: [block], require: {threshold: [0.80, 0.999]}, because: beyond it nothing was ever found}
"""
HEAD = """\
# The {number}th decision that a threshold is set for. What a reviewer has to know of it stands
# here, as it does in the policies of a real project.
schema: policy/v1
use_case: use-case-{number}
version: {version} # an edit that can change a decision needs a new one
owner: team-{team}
description: Whether case number {number} is looked at, and by whom.
effective: {{from: 2026-07-01T00:00:00Z}}
score:
  kind: probability
  range: [0, 1]
  higher_is: riskier
  model: {{name: model-{team}, versions: ">=4.2,<5"}}
bands: # read top down: the first band whose threshold the score reaches wins
  - name: block
    at_least: {block}
    effect: adverse
    escalate: appeals
    reasons: [R{number:03}, R900]
  - name: review
    at_least: {review}
    escalate: first-desk
    reasons: [R{number:03}]
  - name: allow
on_invalid: review
ties: strictest # `big` meets most of the others
knock_outs:
  - id: vip
    when: {{vip: true, tier: platinum}}
    at_most: review
    fail_open_because: contract {number} promises that a person is asked first
samples:
  - {{id: quality, of: allow, percent: 1, to: review, by: subject, salt: use-case-{number}-2026}}
targets:
  - {{measure: precision, band: block, at_least: 0.95, confidence: 0.95}}
overrides:
"""
WHERE = (
    ("eu", "{jurisdiction: EU}"),
    ("de", "{jurisdiction: DE}"),
    ("de-gold", "{jurisdiction: DE, tier: [gold, platinum]}"),
    ("bavaria-app", "{jurisdiction: DE-BY, channel: app}"),
    ("france", "{jurisdiction: FR}"),
    ("france-branch", "{jurisdiction: FR, channel: branch}"),
    ("us-california", "{jurisdiction: US-CA}"),
    ("us-new-york-gold", "{jurisdiction: US-NY, tier: gold}"),
    ("big", "{amount: {at_least: 1000}}"),
    ("small-on-web", "{amount: {below: 100}, channel: web}"),
)
OVERRIDE = """\
  - id: {id}
    when: {when}
    thresholds: {{block: {block:.3f}, review: {review:.3f}}}
    because: what the review of {year} found for case {number} there
"""
LATER = "    effective: {from: 2027-01-01T00:00:00+01:00}\n"
TESTS = """\
tests:
  - name: a VIP is seen by a person
    given:
      {jurisdiction: DE, tier: platinum, amount: 2, channel: web, score: 1, model_version: "4.3", facts: {vip: true}}
    expect: {outcome: review}
  - name: gold in Germany, once another threshold holds
    given:
      {jurisdiction: DE, tier: gold, amount: 99, channel: app, score: 1, model_version: "4.3", at: 2027-06-01T00:00:00Z}
    expect: {outcome: block}
"""
REACHING = (
    ("DE-BY", "standard", 200, "app"),
    ("FR", "standard", 200, "branch"),
    ("US-CA", "standard", 200, "web"),
    ("US-NY", "gold", 200, "web"),
    ("US", "standard", 20, "web"),
    ("DE", "standard", 200, "branch"),
    ("FR", "standard", 200, "app"),
    ("AT", "standard", 200, "app"),
    ("US", "standard", 5000, "app"),
)
"""What the tests of each policy begin with, so that every override and knock-out is reached."""
TEST = """\
  - name: {name}, {number}
    given:
      {{jurisdiction: {place}, tier: {tier}, amount: {sum}, channel: {channel}, score: {score}, model_version: "4.3"}}
    expect: {{outcome: {outcome}}}
"""
SCORES = (("far below", 0.01, "allow"), ("far above", 0.999, "block"), ("a score outside the range", -1, "review"))
JURISDICTIONS = ("DE", "DE-BY", "FR", "AT", "US-CA", "US-NY", "US")
TIERS, CHANNELS, AMOUNTS = ("standard", "gold"), ("web", "app", "branch"), (20, 100, 5000)


class Taken(NamedTuple):
    """What something took, in seconds: of a processor, user and system together, and on the clock."""

    cpu: float
    wall: float


def policy(number: int) -> str:
    """Return a policy of 195 lines: bands, overrides, a knock-out, a sample, tests and comments."""
    block, review = 0.9 + number % 5 / 100, 0.5 + number % 7 / 100
    text = HEAD.format(
        number=number,
        version=1 + number % 9,
        team=number % 12,
        block=f"{block:.2f}",
        review=f"{review:.2f}",
    )
    for place, (name, when) in enumerate(WHERE):
        higher = (1 + (place + number) % 6) / 200
        text += OVERRIDE.format(
            id=name, when=when, block=block + higher, review=review + 2 * higher, year=2020 + number % 7, number=number
        )
        text += LATER if name == "de-gold" else "    # nobody asked for more than that\n" * (place % 2)
    text += TESTS
    place = 0
    while text.count("\n") + TEST.count("\n") <= LINES:
        name, score, outcome = SCORES[place % (2 if place < len(REACHING) else 3)]
        jurisdiction, tier, amount, channel = (
            REACHING[place]
            if place < len(REACHING)
            else (
                JURISDICTIONS[(place + number) % len(JURISDICTIONS)],
                TIERS[(place + number) % 2],
                AMOUNTS[(place // 3 + number) % 3],
                CHANNELS[(place // 2) % 3],
            )
        )
        text += TEST.format(
            name=name,
            number=place,
            place=jurisdiction,
            tier=tier,
            sum=amount,
            channel=channel,
            score=score,
            outcome=outcome,
        )
        place += 1
    return text + "# the end\n" * (LINES - text.count("\n"))


def written(folder: Path, policies: int) -> list[str]:
    """Write a catalog and so many policies into *folder*, and return all texts."""
    folder.mkdir()
    texts = [CATALOG, *(policy(number) for number in range(policies))]
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    for number, text in enumerate(texts[1:]):
        (folder / f"use-case-{number:04}.yaml").write_text(text, encoding="utf-8")
    return texts


def idle_events(texts: list[str]) -> None:
    """Take every event of libyaml and look at none."""
    for text in texts:
        next_event = yaml.CSafeLoader(text).get_event
        while next_event() is not None:
            pass


def in_this_process(call: Callable[[], Any]) -> Taken:
    """Return what *call* takes here."""
    clock, begin = time.perf_counter(), time.process_time()
    call()
    return Taken(time.process_time() - begin, time.perf_counter() - clock)


def in_a_child(arguments: list[str], expected: str) -> Taken:
    """Return what a child process takes; leave with an error unless its answer is the right one."""
    clock, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.run([sys.executable, *arguments], env=ENVIRONMENT, capture_output=True, text=True, check=False)  # noqa: S603 - this Python, with arguments of this file
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - clock
    if child.returncode or expected not in child.stdout + child.stderr:
        sys.exit(f"{arguments} ended with {child.returncode}: {(child.stdout + child.stderr)[:2000]}")
    return Taken(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, wall)


def best_of(rounds: int, contenders: dict[str, Callable[[], Taken]]) -> dict[str, Taken]:
    """Return the least that each took, of several rounds in which all take turns."""
    taken: dict[str, list[Taken]] = {}
    for _ in range(rounds):
        for name, contender in contenders.items():
            taken.setdefault(name, []).append(contender())
    return {name: Taken(min(one.cpu for one in all_), min(one.wall for one in all_)) for name, all_ in taken.items()}


def validating(folder: Path, policies: int) -> Callable[[], Taken]:
    """Return what validates a folder of so many policies; the one policy is named as a file, as an editor would."""
    path = folder / "use-case-0000.yaml" if policies == 1 else folder
    expected = f"{policies + 1:,} files, {counted(policies)}: no findings"
    return lambda: in_a_child([*PROGRAM, "validate", str(path)], expected)


def counted(policies: int) -> str:
    """Return a number of policies in words.

    >>> counted(1), counted(1000)
    ('1 policy', '1,000 policies')
    """
    return f"{policies:,} {'policy' if policies == 1 else 'policies'}"


def peers_on(folder: Path, policies: int) -> dict[str, Callable[[], Taken]]:
    """Return what holds each policy of a folder to the published schema, for the peers that are installed."""
    paths = [str(path) for path in sorted(folder.glob("use-case-*.yaml"))]
    arguments = {
        "check-jsonschema": (
            "check_jsonschema",
            ["-m", "check_jsonschema", "--schemafile", str(SCHEMA), *paths],
            "ok -- validation done",
        ),
        "libyaml and jsonschema-rs": (
            "jsonschema_rs",
            ["-c", LIBYAML_AND_JSONSCHEMA_RS, str(SCHEMA), *paths],
            f"{policies} of {policies} valid",
        ),
    }
    return {
        name: partial(in_a_child, given, expected)
        for name, (module, given, expected) in arguments.items()
        if find_spec(module) is not None
    }


def run(folder: Path, counts: Sequence[int], rounds: int) -> dict[str, Any]:
    """Write the policies, and measure: what is quick many times, what is slow a few times."""
    quick: dict[str, Callable[[], Taken]] = {
        "python -c pass": lambda: in_a_child(["-c", "pass"], ""),
        "--help": lambda: in_a_child([*PROGRAM, "--help"], "policy-engine validate"),
    }
    best: dict[str, Taken] = {}
    floors: dict[str, float] = {}
    beside: dict[str, Taken] = {}
    for policies in counts:
        here = folder / str(policies)
        texts = written(here, policies)
        both: dict[str, Callable[[], Taken]] = {
            "floor": partial(in_this_process, partial(idle_events, texts)),
            counted(policies): validating(here, policies),
        }
        rounds_here = rounds if policies <= COUNTS[1] else 1 + rounds // 9
        taken = best_of(rounds_here, {**quick, **both} if policies == 1 else both)
        floors[counted(policies)] = taken.pop("floor").cpu
        best |= taken
        if policies == COUNTS[1]:
            # Of these a few rounds have to do: one takes long
            beside = best_of(1 + rounds // 4, {**peers_on(here, policies), OURS: both[counted(policies)]})
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "date": datetime.now(UTC).date().isoformat(),
        "lines a policy": LINES,
        "cells": cells_of_one(folder / str(counts[0])),
        "seconds": {name: one._asdict() for name, one in best.items()},
        "floor": floors,
        "beside the peers": {name: one._asdict() for name, one in beside.items()},
    }


def cells_of_one(folder: Path) -> int:
    """Return how many cells the policies of a folder have each."""
    checked = check(read_documents([folder])).policies
    if checked is None:
        sys.exit("the policies have errors")
    return len(checked.policies[0].resolved.cells)


def show(results: dict[str, Any]) -> None:
    """Print the results as a table, and which of the goals are met."""
    print(
        f"policies of {results['lines a policy']} lines and {results['cells']} cells; "
        f"Python {results['python']}, {results['machine']}, {results['cpus']} processors, {results['date']}"
    )
    print(f"  {'':<16} {'CPU':>9} {'clock':>9} {'floor':>9} {'x floor':>8} {'a policy':>10}  goal")
    for name, taken in results["seconds"].items():
        floor = results["floor"].get(name)
        beside = "" if floor is None else f" {floor:7.3f} s {taken['cpu'] / floor:8.1f}"
        each = "" if floor is None else f" {taken['cpu'] / policies_in(name) * 1000:7.2f} ms"
        goal = "" if name not in GOALS else f"  <= {GOALS[name]} s: {'met' if is_met(name, taken) else 'NOT met'}"
        print(f"  {name:<16} {taken['cpu']:7.3f} s {taken['wall']:7.3f} s{beside or ' ' * 19}{each or ' ' * 11}{goal}")
    names = list(results["floor"])[1:]
    few, many = names[0], names[-1]
    if few != many:
        growth = each_without_start(results, many) / each_without_start(results, few)
        judged = "met" if growth <= LINEAR else "NOT met"
        print(f"  a policy among {many} costs {growth:.2f} times one among {few}; goal <= {LINEAR}: {judged}")

    show_peers(results["beside the peers"])


def show_peers(beside: dict[str, dict[str, float]]) -> None:
    """Print what part of the time of each peer ours is, by the clock, and which part the goal is."""
    ours = beside[OURS]["wall"]
    print(f"  beside peers, which hold {counted(COUNTS[1])} to the JSON Schema alone (ours by the clock: {ours:.3f} s)")
    for name, then in PEERS.items():
        if name not in beside:
            print(f"  {name:<26} not installed: pip install policy-engine[bench]")
            continue
        taken, goal = beside[name]["wall"], GOALS[counted(COUNTS[1])] / then
        judged = "met" if ours <= goal * taken else "NOT met"
        print(f"  {name:<26} {taken:7.3f} s; ours takes {ours / taken:.2f} of that; goal <= {goal:.2f}: {judged}")


def is_met(name: str, taken: dict[str, float]) -> bool:
    """Say whether a goal is met: by the clock or, where others keep the machine busy, by the processor's time."""
    return min(taken["cpu"], taken["wall"]) <= GOALS[name]


def policies_in(name: str) -> int:
    """Return the number that a row is about."""
    return int(name.partition(" ")[0].replace(",", ""))


def each_without_start(results: dict[str, Any], name: str) -> float:
    """Return the seconds that one policy of a row costs beyond what the first one and the start did."""
    seconds = results["seconds"]
    return float((seconds[name]["cpu"] - seconds[counted(1)]["cpu"]) / (policies_in(name) - 1))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="under a minute, for a look: not the 5,000 policies")
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = run(Path(folder), COUNTS[:3] if given.quick else COUNTS, 3 if given.quick else 9)
    show(results)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
