"""An engine that reloads while threads, tasks and forked processes decide by it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections import defaultdict
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

import pytest

from policy_engine import Decision, Engine, InvalidRequestError
from policy_engine.audit import read_records, verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

AT: Final = "2027-02-01T00:00:00Z"
THREADS: Final = 8
RELOADS: Final = 1_000
PAUSE_AFTER: Final = 2
SCORES: Final = (0.05, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, None, "0.5")

CATALOG: Final = """\
schema: catalog/v1
dimensions: {dimensions}
escalation_paths:
  people: {{levels: [{{to: "queue:{number}", within: PT1H}}]}}
"""

POLICY: Final = """\
schema: policy/v1
use_case: x
version: {number}
owner: o
effective: {{from: 2026-01-01T00:00:00Z}}
score: {{kind: probability, higher_is: riskier, model: {{name: m}}}}
bands:
  - {{name: block, at_least: {block}, reasons: [R{number}]}}
  - {{name: review, at_least: {review}, escalate: people}}
  - {{name: allow}}
on_invalid: review
overrides:
  - {{id: gold-{number}, when: {{tier: gold}}, thresholds: {{review: 0.2}}}}
tests:
  - {{given: {{score: {block}}}, expect: {{outcome: {expected}}}}}
"""

Texts = tuple[str, str]
"""A catalog and a policy."""

DIMENSIONS: Final = ("{tier: [standard, gold]}", "{tier: [gold, silver], channel: [web, app]}", "{tier: [gold]}")
CASES: Final[tuple[dict[str, Any], ...]] = ({}, {"tier": "gold"}, {"tier": "silver"}, {"channel": "web"})


def good(number: int) -> Texts:
    """Return one of several sets that differ in thresholds, reasons, escalation and the words of requests."""
    block, review = round(0.6 + 0.03 * number, 2), round(0.3 + 0.03 * number, 2)
    catalog = CATALOG.format(dimensions=DIMENSIONS[number % len(DIMENSIONS)], number=number)
    return catalog, POLICY.format(number=number, block=block, review=review, expected="block")


def bad(number: int) -> Texts:
    """Return a set that no engine may ever decide by, each time for another reason."""
    catalog, policy = good(number % 10)
    edits = (
        ("at_least", "at_most"),  # no such key
        ("outcome: block", "outcome: allow"),  # a failing test of its own
        ("use_case: x", "use_case: [x"),  # no YAML
        ("escalate: people", "escalate: nobody"),  # not in the catalog
        ("review, at_least: 0.", "review, at_least: 0.9"),  # above the band above it
        ("tier: gold", "tier: golden"),  # no such value
    )
    old, new = edits[number % len(edits)]
    assert old in policy
    return catalog, policy.replace(old, new)


def put(folder: Path, texts: Texts) -> None:
    for name, text in zip(("catalog.yaml", "x.yaml"), texts, strict=True):
        whole = folder / f".{name}.new"
        whole.write_text(text, encoding="utf-8")
        whole.replace(folder / name)


def answer(decided: Decision) -> str:
    """Return all that a decision says but its id, which no two decisions share."""
    return json.dumps({**decided.to_dict(), "decision_id": ""}, sort_keys=True)


Seen = dict[str, set[tuple[int, str]]]
"""Digest to what was decided under it: the number of the request, and the answer."""

REQUESTS: Final = tuple({"use_case": "x", "at": AT, "score": score, **case} for case in CASES for score in SCORES)


def decide_until(stop: threading.Event, engine: Engine, way: int, seen: Seen) -> None:
    """Decide in one of the ways that there are, over and over, and note every answer."""
    ways = (one_by_one, together, in_a_batch, one_by_one)
    for number, decided in ways[way % len(ways)](engine, stop):
        seen[decided.table_digest].add((number, answer(decided)))
        # Now and then it lets the reloads get on, which else have a ninth of the time
        if number % PAUSE_AFTER == 0:
            stop.wait(0.02)


def one_by_one(engine: Engine, stop: threading.Event) -> Iterator[tuple[int, Decision]]:
    for number, request in cycle(enumerate(REQUESTS)):
        if stop.is_set():
            return
        try:
            yield number, engine.decide_request(request)
        except InvalidRequestError:  # some of the sets do not know every dimension
            continue


def together(engine: Engine, stop: threading.Event) -> Iterator[tuple[int, Decision]]:
    while not stop.is_set():
        answers = engine.decide_requests(REQUESTS)
        made = [(number, one) for number, one in enumerate(answers) if isinstance(one, Decision)]
        assert len({one.table_digest for _, one in made}) == 1
        yield from made


def in_a_batch(engine: Engine, stop: threading.Event) -> Iterator[tuple[int, Decision]]:
    while not stop.is_set():
        for place, case in enumerate(CASES):
            try:
                batch = engine.decide_batch("x", list(SCORES), at=AT, **case)
            except InvalidRequestError:
                continue
            assert len({one.table_digest for one in batch}) == 1
            yield from ((place * len(SCORES) + row, one) for row, one in enumerate(batch))


@pytest.fixture
def quick_switches() -> Iterator[None]:
    """Let threads take turns a hundred times as often as they do by themselves."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("quick_switches")
def test_threads_decide_by_whole_and_valid_sets_only_while_the_engine_reloads_a_thousand_times(tmp_path: Path) -> None:
    valid: dict[str, Engine] = {}
    for number in range(1, 11):
        (tmp_path / f"good-{number}").mkdir()
        put(tmp_path / f"good-{number}", good(number))
        by_itself = Engine.load(tmp_path / f"good-{number}")
        valid[by_itself.table_digest] = by_itself
    (tmp_path / "live").mkdir()
    put(tmp_path / "live", good(1))
    engine = Engine.load(tmp_path / "live")

    stop = threading.Event()
    seen: list[Seen] = [defaultdict(set) for _ in range(THREADS)]
    failed: list[BaseException] = []

    def work(way: int) -> None:
        try:
            decide_until(stop, engine, way, seen[way])
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failed.append(error)

    threads = [threading.Thread(daemon=True, target=work, args=(way,)) for way in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        for number in range(RELOADS // 2):
            put(tmp_path / "live", bad(number))
            before = engine.table_digest
            status = engine.reload()
            assert (status.ok, status.changed, engine.table_digest) == (False, False, before), status.why
            assert status.error == "InvalidPolicyError", status.traceback
            put(tmp_path / "live", good(1 + (number + 1) % 10))
            status = engine.reload()
            assert (status.ok, status.changed, engine.table_digest) == (True, True, status.table_digest), status.why
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert failed == []
    assert len(valid) == 10
    assert set().union(*seen) == set(valid)
    for digest, decided in ((digest, answers) for one in seen for digest, answers in one.items()):
        for number, said in decided:
            assert said == answer(valid[digest].decide_request(REQUESTS[number]))


def test_tasks_decide_while_the_engine_reloads_in_a_thread_beside_them(tmp_path: Path) -> None:
    put(tmp_path, good(1))
    engine = Engine.load(tmp_path)
    first = engine.table_digest

    async def decide(reloaded: asyncio.Event) -> list[tuple[str, str]]:
        made = []
        while not reloaded.is_set():
            decided = engine.decide("x", 0.62, at=AT)
            made.append((decided.table_digest, decided.outcome))
            await asyncio.sleep(0)
        decided = engine.decide("x", 0.62, at=AT)
        return [*made, (decided.table_digest, decided.outcome)]

    async def serve() -> tuple[bool, list[list[tuple[str, str]]]]:
        reloaded = asyncio.Event()
        tasks = [asyncio.create_task(decide(reloaded)) for _ in range(4)]
        await asyncio.sleep(0)
        put(tmp_path, bad(0))
        refused = await asyncio.to_thread(engine.reload)
        put(tmp_path, good(9))
        taken_up = await asyncio.to_thread(engine.reload)
        reloaded.set()
        return not refused.ok and taken_up.ok, await asyncio.gather(*tasks)

    as_expected, made = asyncio.run(serve())
    assert as_expected
    for one in made:
        assert one[0] == (first, "review")
        assert one[-1] == (engine.table_digest, "review")
        assert {digest for digest, _ in one} == {first, engine.table_digest}


# --- forked processes: in one of their own, since this one has threads of the test runner ---


def forked(script: str, *arguments: object) -> Mapping[str, Any]:
    """Run a script in a process that may fork, and return the JSON that it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKING + script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


FORKING: Final = '''
import json, os, signal, sys, threading
from policy_engine import AuditError, AuditLog, Engine
from policy_engine.engine import ids, origin

def in_child(work):
    """Fork, and return a function that waits for what *work* returns in the child."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(30)  # what hangs is ended
        with os.fdopen(theirs, "w") as pipe:
            json.dump(work(), pipe)
        os._exit(0)
    os.close(theirs)
    def wait():
        with os.fdopen(ours) as pipe:
            said = pipe.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return json.loads(said) if code == 0 else f"the child ended with {code}"
    return wait
'''

IDS: Final = """
still = ids.DecisionIds(now_ns=lambda: 1_800_000_000_000_000_000)
engine = Engine(Engine.load(sys.argv[1]).table, new_id=still)
engine.decide("x", 0.5)
make = lambda: [engine.decide("x", 0.5).decision_id for _ in range(500)]
children = [in_child(make) for _ in range(4)]
print(json.dumps({"made": [make(), *(wait() for wait in children)]}))
"""


def test_processes_forked_from_one_engine_never_give_an_id_twice_not_even_in_one_millisecond(tmp_path: Path) -> None:
    put(tmp_path, good(1))
    made = forked(IDS, tmp_path)["made"]
    assert len(made) == 5
    assert len({one for each in made for one in each}) == 5 * 500


HELD: Final = """
engine = Engine.load(sys.argv[1])
parent, begun, go_on = os.getpid(), threading.Event(), threading.Event()
real = origin.compile_policies

def slow(checked, *rest):
    if os.getpid() == parent:
        begun.set()
        go_on.wait(30)
    return real(checked, *rest)

origin.compile_policies = slow
thread = threading.Thread(target=engine.reload)
thread.start()
begun.wait(30)
child = in_child(lambda: [engine.decide("x", 0.5).outcome, engine.reload().ok, engine.decide("x", 0.5).outcome])
said = child()
go_on.set()
thread.join()
print(json.dumps({"child": said, "parent": engine.status.last_reload.ok}))
"""


def test_a_child_that_is_forked_in_the_middle_of_a_reload_can_decide_and_reload(tmp_path: Path) -> None:
    put(tmp_path, good(1))
    assert forked(HELD, tmp_path) == {"child": ["review", True, "review"], "parent": True}


WRITING: Final = """

begun, go_on, parent = threading.Event(), threading.Event(), os.getpid()
from policy_engine.engine import decision as decisions
real = decisions.plain

def slow(value):
    if os.getpid() == parent:
        begun.set()
        go_on.wait(30)
    return real(value)

decisions.plain = slow
engine = Engine.load(sys.argv[1])
thread = threading.Thread(target=lambda: engine.decide("x", 0.5).to_json())
thread.start()
begun.wait(30)
child = in_child(lambda: json.loads(engine.decide("x", 0.5).to_json())["outcome"])
said = child()
go_on.set()
thread.join()
print(json.dumps({"child": said}))
"""


def test_a_child_that_is_forked_while_a_decision_is_written_can_write_its_own(tmp_path: Path) -> None:
    put(tmp_path, good(1))
    assert forked(WRITING, tmp_path) == {"child": "review"}


PRELOADED: Final = """
policies, log = sys.argv[1:]
preloaded = Engine.load(policies, audit=AuditLog(log))
preloaded.decide("x", 0.5, subject="parent")

def refuse():
    try:
        preloaded.decide("x", 0.5, subject="lost")
    except AuditError as error:
        return str(error)

def worker():
    with preloaded.with_audit(AuditLog(log)) as engine:
        for _ in range(20):
            engine.decide("x", 0.5, subject="child")
        return [engine.reload().ok, engine.table_digest]

refused = in_child(refuse)()
children = [in_child(worker) for _ in range(3)]
for _ in range(20):
    preloaded.decide("x", 0.5, subject="parent")
said = [wait() for wait in children]
preloaded.close()
print(json.dumps({"refused": refused, "workers": said, "digest": preloaded.table_digest}))
"""


def test_forked_workers_record_in_streams_of_their_own_and_never_in_their_parents(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    put(tmp_path / "policies", good(1))
    said = forked(PRELOADED, tmp_path / "policies", tmp_path / "log")
    assert "belongs to the process that opened it; open a log of its own in each" in said["refused"]
    assert said["workers"] == [[True, said["digest"]]] * 3
    assert verify(tmp_path / "log").intact
    records = [one.payload for one in read_records(tmp_path / "log") if one.payload["type"] == "decision"]
    subjects = [one["request"]["subject"] for one in records]
    assert (subjects.count("parent"), subjects.count("child"), len(subjects)) == (21, 60, 81)
    assert len({one["decision_id"] for one in records}) == 81
