"""Write docs/conformance.md: every clause of the language with the vectors that prove it.

Run it from the root of the checkout: `python tests/conformance/list_vectors.py`. With `--print`, nothing is written.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.support.vectors import Vector, clauses, vector_files  # noqa: E402 - found only once the root is on the path

PAGE = ROOT / "docs" / "conformance.md"

_HEAD = """\
# What is proven of the language

Every clause of the policy language, with the vectors that prove it. A vector is a request with the decision that it
must get; [tests/conformance](../tests/conformance/README.md) says how to read one, and how to hold another
implementation to them. The reference, the evaluator of single cases, the batch, the engine and the command line all
pass every vector.

This page is generated: `python tests/conformance/list_vectors.py`.
"""

_PARTS = {
    "2": "The catalog",
    "3": "A policy",
    "4": "Which thresholds hold",
    "5": "Classes, labels and several scores",
    "6": "Bad input and unknown values",
    "7": "Knock-outs and reasons of the case",
    "8": "Numbers of the environment and of the call",
    "9": "Samples and candidates",
    "11": "What a decision names",
}


def page() -> str:
    """Return the page, by clause in the order of `clauses.yaml`."""
    by_clause: dict[str, list[Vector]] = {clause: [] for clause in clauses()}
    for file in vector_files():
        for vector in file.vectors:
            by_clause[vector.clause].append(vector)
    written = sum(len(vectors) for vectors in by_clause.values())
    lines = [_HEAD, f"{len(by_clause)} clauses, {written} vectors.\n"]
    part = ""
    for clause, sentence in clauses().items():
        if clause.partition(".")[0] != part:
            part = clause.partition(".")[0]
            lines.append(f"## {_PARTS[part]}\n")
        lines.append(f"### {clause}\n\n{sentence}\n")
        lines.append("\n".join(f"- `{one.file}` / `{one.id}`: {one.why}" for one in by_clause[clause]) + "\n")
    return "\n".join(lines)


def main() -> None:
    """Write the page, or print it."""
    if "--print" in sys.argv[1:]:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
