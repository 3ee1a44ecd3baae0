"""Write the pixels of satellite_oof.csv as requests for `policy-engine decide --input`, one a line.

    python examples/satellite/as_requests.py > pixels.jsonl

What somebody saw on the ground goes along under `context`, where no decision can read it.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Final

PIXELS: Final = Path(__file__).resolve().parent / "satellite_oof.csv"
SCORE: Final = "p_"


def main() -> None:
    """Write a request for each pixel to standard output."""
    with PIXELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            scores = {name.removeprefix(SCORE): float(row[name]) for name in row if name.startswith(SCORE)}
            request = {
                "use_case": "satellite-labelling",
                "score": scores,
                "subject": row["pixel_id"],
                "context": {"seen": row["label"]},
            }
            sys.stdout.write(f"{json.dumps(request)}\n")


if __name__ == "__main__":
    main()
