"""Appends records for ever and prints the number of each once it is acknowledged: `writer.py DIR ROUND [DURABILITY]`.

It is made to be killed. What it has printed must be in the log.
"""

from __future__ import annotations

import sys

from policy_engine.audit import AuditLog


def main(folder: str, round_: str, durability: str = "batch") -> None:
    """Write until killed: ten records one by one, ten at once, and so on, in segments that soon are full."""
    log = AuditLog(folder, durability="sync" if durability == "sync" else "batch", segment_bytes=20_000)
    number = 0
    while True:
        ids = [f"{round_}-{number + one}" for one in range(10 if number % 20 > 9 else 1)]
        number += len(ids)
        log.append_many([{"decision_id": one, "outcome": "allow", "context": "x" * 200} for one in ids])
        print("\n".join(ids), flush=True)  # noqa: T201 - the acknowledgement, for whoever kills this


if __name__ == "__main__":
    main(*sys.argv[1:])
