"""What reading costs: seconds for 200 policies of 195 lines, beside the parsers that could have been used.

The floor is libyaml's events with nothing done to them. `read_documents` adds the files, the checks of the text,
the data, the places and the findings; the others stop at a tree of nodes with marks. CPU time, the best of several
rounds, all in turn so that they meet the same machine. Before anything is timed, all must have read the same.

    python benchmarks/yaml_reading.py [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from ruamel.yaml import YAML

from policy_engine.loader import read_documents

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = 195
HEAD = """\
schema: policy/v1
use_case: use-case-{number}
version: 7 # an edit that can change a decision needs a new one
owner: payments-risk
description: Card-not-present fraud at checkout.
effective: {{from: 2026-07-01T00:00:00Z}}
score:
  kind: probability
  range: [0, 1]
  higher_is: riskier
  model: {{name: fraud-gbm, versions: ">=4.2,<5"}}
bands:
  - {{name: block, at_least: 0.90, effect: adverse, escalate: fraud-disputes, reasons: [FR01]}}
  - {{name: review, at_least: 0.55, escalate: fraud-ops, reasons: [FR02]}}
  - {{name: allow}}
on_invalid: review
ties: strictest
overrides:
"""
OVERRIDE = """\
  - id: override-{number}
    when: {{jurisdiction: DE, tier: [gold, platinum]}}
    thresholds: {{block: 0.97, review: 0.70}}
    because: "long-standing customers"
"""

COMPOSERS: dict[str, Callable[[str], Any]] = {
    "PyYAML compose, libyaml": partial(yaml.compose, Loader=yaml.CSafeLoader),
    "PyYAML compose, pure": partial(yaml.compose, Loader=yaml.SafeLoader),
    "ruamel.yaml compose, pure": lambda text: YAML(typ="rt", pure=True).compose(text),
}


def policy(number: int) -> str:
    """Return a policy of 195 lines, most of them overrides."""
    text = HEAD.format(number=number)
    overrides = (LINES - text.count("\n")) // OVERRIDE.count("\n")
    text += "".join(OVERRIDE.format(number=index) for index in range(overrides))
    return text + "# the end\n" * (LINES - text.count("\n"))


def bare_events(texts: list[str]) -> int:
    """Take every event of libyaml, and return how many nodes they begin."""
    nodes = 0
    for text in texts:
        next_event = yaml.CSafeLoader(text).get_event
        while (event := next_event()) is not None:
            nodes += isinstance(event, yaml.NodeEvent)
    return nodes


def idle_events(texts: list[str]) -> None:
    """Take every event of libyaml and look at none."""
    for text in texts:
        next_event = yaml.CSafeLoader(text).get_event
        while next_event() is not None:
            pass


def compose_all(texts: list[str], compose: Callable[[str], Any]) -> None:
    """Compose the tree of nodes of each text, and drop it."""
    for text in texts:
        compose(text)


def nodes_in_tree(node: Any) -> int:  # noqa: ANN401 - PyYAML's nodes and ruamel.yaml's
    """Return how many nodes a tree has, keys included."""
    if isinstance(node.value, str):
        return 1
    inside = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
    return 1 + sum(nodes_in_tree(part) for part in inside)


def nodes_in_data(value: Any) -> int:  # noqa: ANN401 - any YAML value
    """Return how many nodes the data came from, keys included."""
    if isinstance(value, dict):
        return 1 + len(value) + sum(nodes_in_data(inner) for inner in value.values())
    return 1 + sum(nodes_in_data(inner) for inner in value) if isinstance(value, list) else 1


def expect_the_same(folder: Path, texts: list[str]) -> None:
    """Leave with an error unless all have read the same number of nodes and no finding."""
    loaded = read_documents([folder])
    ours = sum(nodes_in_data(document.data) for document in loaded.documents)
    theirs = {name: sum(nodes_in_tree(compose(text)) for text in texts) for name, compose in COMPOSERS.items()}
    if loaded.diagnostics or set(theirs.values()) != {ours} or bare_events(texts) != ours:
        sys.exit(f"they did not read the same: {ours} nodes, {theirs}, {loaded.diagnostics[:1]}")


def seconds(call: Callable[[], Any]) -> float:
    """Return the CPU time of *call*, without that of dropping its result."""
    begin = time.process_time()
    result = call()
    taken = time.process_time() - begin
    del result
    return taken


def run(folder: Path, files: int, rounds: int) -> dict[str, Any]:
    """Write the policies, check that all read the same, and measure."""
    texts = [policy(number) for number in range(files)]
    for number, text in enumerate(texts):
        (folder / f"policy-{number:04}.yaml").write_text(text, encoding="utf-8")
    expect_the_same(folder, texts)
    readers: dict[str, Callable[[], Any]] = {
        "libyaml, bare events": lambda: idle_events(texts),
        "policy_engine.loader": lambda: read_documents([folder]),
    }
    for name, compose in COMPOSERS.items():
        readers[name] = partial(compose_all, texts, compose)
    best: dict[str, float] = {}
    for number in range(rounds):
        for name, reader in readers.items():
            # The slow ones are slow enough to be measured twice only.
            if number < 2 or "pure" not in name:  # noqa: PLR2004
                best[name] = min(best.get(name, 1e9), seconds(reader))
    machine = {"python": platform.python_version(), "cpus": os.cpu_count()}
    return {**machine, "files": files, "lines": LINES, "nodes": bare_events(texts) // files, "seconds": best}


def show(results: dict[str, Any]) -> None:
    """Print the results as a table."""
    floor, ours = results["seconds"]["libyaml, bare events"], results["seconds"]["policy_engine.loader"]
    print(f"{results['files']} policies of {results['lines']} lines and {results['nodes']} nodes each")
    for name, taken in results["seconds"].items():
        print(f"  {name:<26} {taken:7.3f} s   {taken / floor:6.2f} x the floor   {taken / ours:6.2f} x ours")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a few seconds, for a look")
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = run(Path(folder), *((20, 3) if given.quick else (200, 9)))
    show(results)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
