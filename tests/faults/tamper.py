"""Flip every bit of a log, cut it off at every byte, and see that verifying notices, and says where.

    python tests/faults/tamper.py                 all of it, on a log in one segment and one in many: some minutes
    python tests/faults/tamper.py --every 100     one change in a hundred

Two changes leave a log that follows from its first record to its last, and only those two: a cut off the end, and a
flip of the very last line feed, which looks like one. Both are told in words where anything is left of what was cut.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from policy_engine.audit import AuditLog, verify
from policy_engine.audit.verification import NO_ANCHOR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policy_engine.audit import Verification

RECORDS: Final = 100
ONE_SEGMENT: Final = 2**20
MANY_SEGMENTS: Final = 2_000
"""Bytes: a dozen records in each."""


@dataclass
class Tampered:
    """How many changes were tried, and in words which of them were not noticed as they have to be."""

    tried: int = 0
    unnoticed: list[str] = field(default_factory=list)


def write_log(folder: Path, segment_bytes: int, *, stream: str = "shop") -> list[Path]:
    """Write a log of `RECORDS` records and return its segments, first to last."""
    with AuditLog(folder, stream=stream, segment_bytes=segment_bytes) as log:
        for number in range(RECORDS - 1):
            log.append({"decision_id": f"d-{number:02}", "outcome": "allow", "score": number / RECORDS})
    return sorted(folder.glob(f"{stream}/segments/*.log"))


def flip_bits(folder: Path, segments: Sequence[Path], wanted: Callable[[Path, int], bool]) -> Tampered:
    """Flip each bit of each byte that is *wanted*, one at a time, and put it back."""
    tampered = Tampered()
    for segment in segments:
        whole = segment.read_bytes()
        with segment.open("r+b", buffering=0) as file:
            for place, byte in enumerate(whole):
                if not wanted(segment, place):
                    continue
                for bit in range(8):
                    os.pwrite(file.fileno(), bytes([byte ^ 1 << bit]), place)
                    found = verify(folder)
                    is_end = segment == segments[-1] and place == len(whole) - 1
                    line = whole.count(b"\n", 0, place) + 1
                    noticed = _is_torn_end(found) if is_end else _is_placed(found, folder, segment, line)
                    _note(tampered, f"{segment.name} byte {place} bit {bit}", is_noticed=noticed)
                os.pwrite(file.fileno(), bytes([byte]), place)
    return tampered


def cut_off(folder: Path, segments: Sequence[Path], wanted: Callable[[Path, int], bool]) -> Tampered:
    """Cut each segment off before each byte that is *wanted*, and put it back."""
    tampered = Tampered()
    for segment in segments:
        whole = segment.read_bytes()
        for size in range(len(whole) - 1, -1, -1):
            if not wanted(segment, size):
                continue
            os.truncate(segment, size)
            found = verify(folder)
            torn = size - (whole.rfind(b"\n", 0, size) + 1)
            noticed = _is_cut_end(found, torn) if segment == segments[-1] else not found.intact
            _note(tampered, f"{segment.name} cut to {size} bytes", is_noticed=noticed)
        segment.write_bytes(whole)
    return tampered


def _note(tampered: Tampered, what: str, *, is_noticed: bool) -> None:
    tampered.tried += 1
    if not is_noticed:
        tampered.unnoticed.append(what)


def _is_placed(found: Verification, folder: Path, segment: Path, line: int) -> bool:
    """Whether the first problem is in the very line, and one change is not told as many."""
    if found.intact:
        return False
    first = found.problems[0]
    return (first.file, first.line) == (str(segment.relative_to(folder)), line) and found.problem_count <= 3


def _is_torn_end(found: Verification) -> bool:
    return found.intact and any("torn tail" in note for note in found.completeness)


def _is_cut_end(found: Verification, torn: int) -> bool:
    """Whether a cut end is told: the bytes of a line that were left, and always that whole lines may be missing."""
    is_told = any("torn tail" in note for note in found.completeness) == (torn > 0)
    return found.intact and found.torn_bytes == torn and is_told and NO_ANCHOR in found.completeness


def every(step: int) -> Callable[[Path, int], bool]:
    """Return what wants one place in so many, another one in each segment."""
    number = count()
    return lambda _, __: next(number) % step == 0


def main(arguments: Sequence[str]) -> int:
    """Change logs as the command line says, print how many changes were not noticed, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try one place in N")
    step = parser.parse_args(arguments).every
    is_bad = False
    for name, segment_bytes in {"one segment": ONE_SEGMENT, "many segments": MANY_SEGMENTS}.items():
        for what, change in {"bits flipped": flip_bits, "cuts": cut_off}.items():
            with TemporaryDirectory() as scratch:
                folder = Path(scratch)
                tampered = change(folder, write_log(folder, segment_bytes), every(step))
            _say(f"{name}: {tampered.tried:,} {what}, {len(tampered.unnoticed)} not noticed", *tampered.unnoticed[:5])
            is_bad = is_bad or bool(tampered.unnoticed)
    return int(is_bad)


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 - a script that a person runs to read what it prints


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
