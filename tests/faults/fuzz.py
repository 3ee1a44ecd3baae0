"""Throw changed files at `validate`, and see that nothing comes back but findings.

    python tests/faults/fuzz.py --minutes 10 --seed 1        as many inputs as fit into the time
    python tests/faults/fuzz.py --seed 1 --only 4711         one of them again, and what it looks like

An input is a text of the corpus (the samples, the broken policies, the vectors, what stands on pages) that is changed
once or a few times: in its bytes, its lines, its words or its tree. It is read and checked with the catalog of the
samples, and shown in every format. Held against each: no exception, no more than `LONGEST_S`, no more memory than
`MOST_KIB`, findings with places inside the file and words fit to be shown, whole formats; and of what the loader
accepts, now and then, the very tree of ruamel.yaml.
"""

from __future__ import annotations

import argparse
import copy
import json
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from policy_engine.cli._formats import FORMATS, findings_in
from policy_engine.compiler import compile_policies
from policy_engine.loader import Loaded, read_document
from policy_engine.reporting.as_text import findings_as_text
from policy_engine.validator import check
from tests.support.answers import YAML_PIECES, expect_an_answer, is_inside
from tests.support.corpus import CORPUS
from tests.support.reports import json_in, junit_in, sarif_in, shown
from tests.support.same_tree import expect_the_same_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from policy_engine.diagnostics import Report

    Change = Callable[[bytes, Random], bytes]

ROOT: Final = Path(__file__).resolve().parents[2]
CATALOG: Final = (ROOT / "policies" / "catalog.yaml").read_bytes()
TEXTS: Final = tuple(text.encode() for text in CORPUS.values())
SOUND: Final = tuple(
    text.encode()
    for name, text in CORPUS.items()
    if name.startswith(("policies/", "every kind")) and "catalog" not in name
)
"""Whole policies, so that most inputs get as far as cells and tests."""
MIB: Final = 1024 * 1024
LONGEST_S: Final = 20.0
"""For one input with all its formats, on a machine that does other things too."""
MOST_KIB: Final = 300 * 1024
"""More than there was before an input; what makes the inputs is not counted."""
LARGEST_TREE: Final = 60_000
"""Bytes of a text whose tree is changed: copies of copies grow fast."""
LONGEST_FOR_RUAMEL: Final = 6_000

PIECES: Final = tuple(
    piece.encode("utf-8", "surrogatepass")
    for piece in (
        *YAML_PIECES,
        "!!python/object/apply:os.system [x]",
        "NO",
        "null",
        "never",
        "always",
        "-1",
        "0x1F",
        "1_000",
        "-.inf",
        "0.9",
        "1e-400",
        "9" * 400,
        "\x1b[2J",
        "\ud800",
        "\u0301",
        '"\\e[2J\\u202e"',
        '"\\0"',
        "# policy-engine: ignore[PE203] x\n",
        "DE-XX",
        "2026-07-01T00:00:00",
        "schema: ",
        "{" * 70,
        "at_least: ",
        "when: ",
        "bands: ",
        "because: ",
        "scores: ",
        "[" * 70,
        "- {id: x, when: {tier: gold}}\n",
        "tests:\n",
    )
)
VALUES: Final[tuple[Any, ...]] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2.5,
        0.9,
        1e308,
        5e-324,
        10**15,
        "",
        "x",
        "never",
        "always",
        "0.5",
        "5 %",
        "\x1b[2J\u202e",
    ),
    *(
        [],
        {},
        [1],
        ["EU", "EU"],
        [None],
        [[[]]],
        {"a": 1},
        {"": 1},
        {"block": 0.5},
        ["gold", "gold"],
        "2026-07-01",
        "block",
    ),
    *("x" * 5000, list(range(300)), {f"k{n}": n for n in range(300)}, "strictest", "base", "error", "margin", "labels"),
)


_STATUS: Final = Path("/proc/self/status")

# --- changes ---------------------------------------------------------------------------------------------------------


def _change_bytes(raw: bytes, random: Random) -> bytes:
    at = random.randrange(len(raw) + 1)
    match random.randrange(5):
        case 0:
            return raw[:at] + bytes([random.randrange(256)]) + raw[at + 1 :]
        case 1:
            return raw[:at] + raw[at + random.randrange(1, 40) :]
        case 2:
            return raw[:at] + random.choice(PIECES) + raw[at:]
        case 3:
            return raw[:at] + random.choice(PIECES) * random.choice((2, 5, 100, 3000)) + raw[at:]
        case _:
            return raw[:at]


def _change_lines(raw: bytes, random: Random) -> bytes:
    lines = raw.splitlines(keepends=True) or [b""]
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(6):
        case 0:
            lines[one], lines[other] = lines[other], lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            del lines[one : one + random.randrange(1, 6)]
        case 3:
            lines[one] = random.choice((b"  ", b" ", b"\t", b"- ")) + lines[one]
        case 4:
            lines[one] = lines[one].lstrip()
        case _:
            lines[one : one + 1] = [lines[one]] * random.choice((2, 30, 1500))
    return b"".join(lines)


def _splice(raw: bytes, random: Random) -> bytes:
    other = random.choice(TEXTS)
    begin, at = random.randrange(len(other) + 1), random.randrange(len(raw) + 1)
    return raw[:at] + other[begin : begin + random.choice((20, 200, 2000))] + raw[at:]


def _places(data: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any YAML value
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        yield (*steps, step)
        yield from _places(value, (*steps, step))


def _change_tree(raw: bytes, random: Random) -> bytes:
    data = copy.deepcopy(read_document(raw, "x.yaml")[0].data)
    places = list(_places(data))
    if not places or len(raw) > LARGEST_TREE:
        return _change_bytes(raw, random)
    *way, last = random.choice(places)
    parent = data
    for step in way:
        parent = parent[step]
    match random.randrange(5):
        case 0:
            del parent[last]
        case 1:
            parent[last] = copy.deepcopy(random.choice(VALUES))
        case 2:
            *other_way, other = random.choice(places)
            found = data
            for step in (*other_way, other):
                found = found[step] if isinstance(found, list | dict) else found
            parent[last] = copy.deepcopy(found)
        case 3 if isinstance(parent, dict):
            parent[random.choice((f"{last}s", "when", "because", "id", "at_least", "\x1b", ""))] = parent.pop(last)
        case _ if isinstance(parent, list):
            parent.extend(copy.deepcopy(parent[last]) for _ in range(random.choice((1, 3, 300))))
        case _:
            parent.update(copy.deepcopy({"because": "x", "effective": {"until": "2027-01-01T00:00:00Z"}}))
    return json.dumps(data, indent=random.choice((None, 1)), ensure_ascii=random.random() < 0.5).encode(
        "utf-8", "replace"
    )


CHANGES: Final[tuple[Change, ...]] = (_change_bytes, _change_lines, _splice, _change_tree, _change_tree, _change_tree)


def input_of(seed: int, number: int) -> tuple[bytes, bytes]:
    """Return the policy and the catalog that make up one input, always the same."""
    random = Random(f"{seed} {number}")  # noqa: S311 - what is tried is no secret
    policy, catalog = random.choice(SOUND if random.random() < 0.6 else TEXTS), CATALOG
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        policy = random.choice(CHANGES)(policy, random)[: MIB + 2]
    if random.random() < 0.25:
        catalog = random.choice(CHANGES)(catalog, random)[: MIB + 2]
    return policy, catalog


# --- what each is held to --------------------------------------------------------------------------------------------


def hold(policy: bytes, catalog: bytes, *, with_ruamel: bool) -> bool:
    """Hold one input to everything, and return whether it was accepted. Raises where it is not as it should be."""
    texts = {"policies/catalog.yaml": catalog, "policies/odd.yaml": policy}
    read = [read_document(raw, file) for file, raw in texts.items()]
    loaded = Loaded(
        tuple(document for document, _ in read), tuple(one for _, found in read for one in found), tuple(texts)
    )
    checked, report = check(loaded)
    assert (checked is None) == (report.errors > 0)
    lines = {document.file: document.text for document, _ in read}
    for one in report.diagnostics:
        assert is_inside(one.span, lines[one.file]), one
        assert one.message
        assert not one.message.endswith("."), one
        assert one.message.isprintable(), one
        assert one.help.isprintable(), one
        assert len(one.message) + len(one.help) < 20_000, one
    _hold_formats(report)
    if checked is not None and checked.policies:
        assert compile_policies(checked, {}).digest
    if with_ruamel and len(policy) < LONGEST_FOR_RUAMEL:
        expect_an_answer(policy)
        text = policy.decode("utf-8", "ignore")
        if text.encode() == policy and not text.startswith("\ufeff"):
            expect_the_same_tree(text)
    return checked is not None


def _hold_formats(report: Report) -> None:
    count = len(report.diagnostics)
    assert bool(shown(findings_as_text(report).encode())) is bool(count)
    made = {form: findings_in(form, report, 1, strict=True) for form in FORMATS if form != "text"}
    assert len(json_in(made["json"])["findings"]) == count
    assert len(json_in(made["gitlab"])) == count
    assert len(sarif_in(made["sarif"])["results"]) == count + len(report.waived)
    assert len(shown(made["github"]).splitlines()) == count
    assert len(list(junit_in(made["junit"]).iter("failure"))) == count
    assert shown(made["markdown"])


class TooLongError(Exception):
    """An input that takes longer than it may."""


def _too_long(_: int, __: FrameType | None) -> None:
    raise TooLongError(f"no answer after {LONGEST_S:.0f} s")


@dataclass
class Tally:
    """What a run came to."""

    inputs: int = 0
    accepted: int = 0
    slowest_s: float = 0.0
    slowest: int = 0
    most_kib: int = 0
    failed: dict[int, str] = field(default_factory=dict)


def fuzz(seed: int, until: Callable[[int], bool]) -> Tally:
    """Hold one input after the other until it is enough; *until* is asked with the number of the next one."""
    tally = Tally()
    before = signal.signal(signal.SIGALRM, _too_long)
    try:
        while not until(tally.inputs):
            _one(seed, tally.inputs, tally)
            tally.inputs += 1
    finally:
        signal.signal(signal.SIGALRM, before)
    return tally


def _one(seed: int, number: int, tally: Tally) -> None:
    policy, catalog = input_of(seed, number)
    before = _forget_peak()
    begun = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
    try:
        tally.accepted += hold(policy, catalog, with_ruamel=number % 4 == 0)
        assert _peak_kib() - before < MOST_KIB, f"{_peak_kib() - before:,} KiB of memory"
    except Exception:  # noqa: BLE001 - whatever comes is what is looked for
        tally.failed[number] = traceback.format_exc(limit=-4)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    took = time.perf_counter() - begun
    tally.most_kib = max(tally.most_kib, _peak_kib() - before)
    if took > tally.slowest_s:
        tally.slowest_s, tally.slowest = took, number


def _forget_peak() -> int:
    """Begin to measure how much memory is held at most, where the system can, and return how much is held now."""
    if not _STATUS.exists():
        return _peak_kib()
    _STATUS.with_name("clear_refs").write_text("5")
    return _peak_kib()


def _peak_kib() -> int:
    if _STATUS.exists():
        return next(int(line.split()[1]) for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def _run(arguments: argparse.Namespace) -> int:
    if arguments.only is not None:
        policy, catalog = input_of(arguments.seed, arguments.only)
        sys.stdout.buffer.write(policy[:4000] + (b"\n--- catalog\n" + catalog[:4000]) * (catalog != CATALOG) + b"\n")
        hold(policy, catalog, with_ruamel=True)
        return 0
    end = time.monotonic() + 60 * arguments.minutes
    tally = fuzz(arguments.seed, lambda _: time.monotonic() > end)
    for number, said in tally.failed.items():
        sys.stdout.write(f"--- input {number}\n{said}")
    sys.stdout.write(
        f"seed {arguments.seed}: {tally.inputs} inputs in {arguments.minutes:g} min "
        f"({tally.inputs / arguments.minutes / 60:.0f} a second), {tally.accepted} accepted, "
        f"slowest {tally.slowest_s:.1f} s (input {tally.slowest}), at most {tally.most_kib // 1024} MiB, "
        f"{len(tally.failed)} failed\n"
    )
    return 1 if tally.failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Throw changed files at validate.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of one input to try again")
    sys.exit(_run(parser.parse_args()))
