"""Make labelled scores of the scored queries in this folder: the top score of each, and whether it was right.

    python examples/intents/label_scores.py [FOLDER]

writes `prompt-safety-labelled.csv` and `tool-routing-labelled.csv` for `policy-engine sweep`, into this folder unless
another is named. It needs no microresolve: the scores are those of the requests that are checked in.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE: Final = Path(__file__).resolve().parent

Row = dict[str, str | float]


def requests(use_case: str) -> Iterator[tuple[Mapping[str, float], list[str], str]]:
    """Yield the scores of each query, the intents that a person says are meant, and the query."""
    for line in (HERE / f"{use_case}.jsonl").read_text("utf-8").splitlines():
        request: dict[str, Any] = json.loads(line)
        yield request["score"], request["context"]["expected"], request["context"]["query"]


def prompts() -> Iterator[Row]:
    """Yield the top score of each prompt, 0 where nothing matches, and whether it is an attack of any kind."""
    for score, expected, query in requests("prompt-safety"):
        yield {"score": max(score.values(), default=0.0), "attack": int(expected != []), "query": query}


def tools() -> Iterator[Row]:
    """Yield how many tools each request means, the top score, 0 where nothing matches, and whether it is right.

    It is right where its tool is the one that is meant, and no other is.
    """
    for score, expected, query in requests("tool-routing"):
        first = max(score, key=score.__getitem__, default=None)
        yield {
            "meant": {0: "none", 1: "one"}.get(len(expected), "several"),
            "score": 0.0 if first is None else score[first],
            "right": int(expected == [first]),
            "query": query,
        }


def write(path: Path, rows: list[Row]) -> None:
    """Write *rows* as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    print(f"{path}: {len(rows)} labelled scores")


def main(folder: Path) -> None:
    """Write the labelled scores of both use cases into *folder*."""
    write(folder / "prompt-safety-labelled.csv", list(prompts()))
    write(folder / "tool-routing-labelled.csv", list(tools()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else HERE)
