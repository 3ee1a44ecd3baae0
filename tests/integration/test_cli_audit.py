"""`audit verify`: three verdicts that are never mixed. `audit query`: the records that fit."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from policy_engine.audit import AuditLog
from policy_engine.audit.chain import chain, first_link
from tests.support.commands import POLICIES, assert_fits, json_of, lines_of, run, started


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return the folder of a log with three decisions."""
    folder = tmp_path / "log"
    with AuditLog(folder, stream="shop") as log:
        log.append_many([{"decision_id": f"d-{number}", "at": "2027-02-01T00:00:00Z"} for number in range(3)])
    return folder


def segment(log: Path) -> Path:
    """Return the only segment of a log."""
    return next(log.glob("*/segments/*.log"))


def test_an_intact_log_says_what_was_shown_and_what_was_not(log: Path) -> None:
    result = run("audit", "verify", log)
    assert result.exit_code == 0
    assert result.stdout.startswith("integrity     intact: 4 records in 1 stream, each follows from the one")
    assert "completeness  not shown: nothing outside this folder was compared with it:" in result.stdout
    assert "anchor        none\n" in result.stdout
    assert "stream shop: 4 records in 1 segment\n" in result.stdout
    assert_fits(result.stdout)


def test_a_changed_record_breaks_it_with_its_place(log: Path) -> None:
    segment(log).write_bytes(segment(log).read_bytes().replace(b"d-1", b"d-7"))
    result = run("audit", "verify", log, "--color", "always")
    assert result.exit_code == 1
    assert "\x1b[1;31mbroken: 1 problem in 4 records in 1 stream\x1b[0m" in result.stdout
    assert "0000000000000001.log:3 (byte" in result.stdout
    found = json_of(run("audit", "verify", log, "--format", "json"))
    assert (found["integrity"]["verdict"], found["integrity"]["problem_count"]) == ("broken", 1)
    assert (found["completeness"]["verdict"], found["anchor"]) == ("not shown", "none")


def test_more_problems_than_are_shown_are_counted(log: Path) -> None:
    for number in range(30):
        (log / f"stray-{number}").write_text("x")
    result = run("audit", "verify", log)
    assert "broken: 30 problems" in result.stdout
    assert "and 10 more problems\n" in result.stdout
    assert_fits(result.stdout)


def test_a_torn_end_is_a_matter_of_completeness(log: Path) -> None:
    with segment(log).open("ab") as file:
        file.write(b'{"seq":')
    result = run("audit", "verify", log)
    assert result.exit_code == 0
    assert "stream shop: torn tail: 7 bytes" in result.stdout
    AuditLog(log, stream="shop").close()
    assert "1 torn end cut off by a later writer" in run("audit", "verify", log).stdout


def test_a_record_that_was_too_long_is_counted(log: Path) -> None:
    with AuditLog(log, stream="shop") as again:
        again.append({"decision_id": "d-9", "score": "x" * 100_000})
    assert "1 record too long for the log" in run("audit", "verify", log).stdout


def test_a_stream_that_holds_nothing_is_shown(log: Path) -> None:
    segment(log).write_bytes(b"")
    result = run("audit", "verify", log)
    assert result.exit_code == 0
    assert result.stdout.startswith("integrity     not shown: 0 records in 1 stream; 1 stream without a record\n")
    assert "stream shop: holds no record, not even its first: emptied, or\n" in result.stdout
    AuditLog(log, stream="till").close()
    result = run("audit", "verify", log)
    assert result.stdout.startswith("integrity     intact in part: 1 record in 2 streams, each follows from")
    assert_fits(result.stdout)
    assert "0 records in 1 segment" in result.stdout


@pytest.mark.parametrize("kind", ["missing", "empty", "file", "stream"])
def test_no_such_log_is_wrong_usage(log: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    path = log / "shop" if kind == "stream" else tmp_path / kind
    result = run("audit", "verify", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no audit log in" in result.stderr


def test_a_verdict_goes_to_a_file(log: Path, tmp_path: Path) -> None:
    assert run("audit", "verify", log, "-o", tmp_path / "verdict.txt").stdout == ""
    assert (tmp_path / "verdict.txt").read_text().startswith("integrity     intact")


def test_a_verdict_never_goes_into_the_log(log: Path) -> None:
    before = segment(log).read_bytes()
    result = run("audit", "verify", log, "--output", segment(log))
    assert result.exit_code == 2
    assert "--output lies in the log" in result.stderr
    assert segment(log).read_bytes() == before


def test_the_group_says_what_it_has() -> None:
    result = run("audit", "--help")
    assert "verify" in result.stdout
    assert "Did you mean one of: 'query', 'verify'?" in run("audit", "verfy").stderr


def test_a_log_that_cannot_be_read_is_neither_intact_nor_broken(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.open

    def failing(path: Path, *args: object, **options: object) -> object:
        if path.suffix == ".log":
            raise OSError(5, "Input/output error", str(path))
        return whole(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", failing)
    result = run("audit", "verify", log)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Input/output error" in result.stderr


# --- audit query -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log of five decisions that `decide` made, one a minute."""
    folder = tmp_path_factory.mktemp("decided") / "log"
    for minute, (subject, score) in enumerate((("s-1", 0.1), ("s-2", 0.97), ("s-1", 0.97), ("s-3", 0.6), ("s-1", 0.6))):
        case = (
            "card-fraud",
            "--policies",
            POLICIES,
            "--model-version",
            "4.3",
            "--jurisdiction",
            "US",
            "--tier",
            "gold",
        )
        when = f"2027-02-01T00:0{minute}:00Z"
        said = ("--score", str(score), "--subject", subject, "--at", when, "--audit", str(folder))
        assert run("decide", *case, *said).exit_code == 0
    return folder


def subjects(*options: str | Path) -> list[str]:
    """Return the subjects of the answers, with the minute of each."""
    records = [line["record"] for line in lines_of(run("audit", "query", *options, "--format", "jsonl").stdout)]
    return [f"{one['request']['subject']} {one['at'][15]}" for one in records if one["type"] == "decision"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["s-1 0", "s-2 1", "s-1 2", "s-3 3", "s-1 4"]),
        (("--subject", "s-1"), ["s-1 0", "s-1 2", "s-1 4"]),
        (("--band", "block"), ["s-2 1", "s-1 2"]),
        (("--band", "block", "--subject", "s-1"), ["s-1 2"]),
        (("--use-case", "card-fraud", "--limit", "2"), ["s-1 0", "s-2 1"]),
        (("--use-case", "kyc"), []),
        (("--since", "2027-02-01T00:02:00Z"), ["s-1 2", "s-3 3", "s-1 4"]),
        (("--until", "2027-02-01T01:02:00+01:00"), ["s-1 0", "s-2 1"]),
        (("--since", "2027-02-01T00:01:00Z", "--until", "2027-02-01T00:02:00Z"), ["s-2 1"]),
        (("--subject", "s-1", "--limit", "2"), ["s-1 0", "s-1 2"]),
    ],
)
def test_the_decisions_that_fit_are_the_answer(decided: Path, options: tuple[str, ...], expected: list[str]) -> None:
    assert subjects(decided, *options) == expected


def test_a_decision_is_found_by_its_id_in_every_format(decided: Path) -> None:
    ids = run("audit", "query", decided, "--ids").stdout.split()
    assert len(ids) == 5
    assert all(one < other for one, other in pairwise(ids))
    wanted = ("audit", "query", decided, "--id", ids[1])
    (answer,) = json_of(run(*wanted, "--format", "json"))
    assert answer["record"]["decision_id"] == ids[1]
    assert lines_of(run(*wanted, "--format", "jsonl").stdout) == [answer]
    text = run(*wanted).stdout
    assert text == (
        f"2027-02-01T00:01:00Z  card-fraud: block\n"
        f"  decision {ids[1]}, record 3 of stream {answer['stream']}\n"
        f"  score 0.97, threshold 0.9, subject s-2, jurisdiction US, tier gold, policy\n"
        f"    version 8\n\n"
    )
    assert run(*wanted, "--ids").stdout == f"{ids[1]}\n"


def test_ids_are_counted_by_decisions_and_not_by_records(decided: Path) -> None:
    assert len(run("audit", "query", decided, "--ids", "--limit", "1").stdout.split()) == 1
    (first,) = lines_of(run("audit", "query", decided, "--format", "jsonl", "--limit", "1").stdout)
    assert first["record"]["type"] == "start"


def test_an_answer_of_nothing_is_an_answer(decided: Path) -> None:
    for form, empty in {"text": "", "json": "[]\n", "jsonl": ""}.items():
        result = run("audit", "query", decided, "--subject", "nobody", "--format", form)
        assert (result.exit_code, result.stdout, result.stderr) == (0, empty, "")


def test_several_answers_are_one_list_of_json(decided: Path) -> None:
    assert len(json_of(run("audit", "query", decided, "--format", "json"))) == 6
    result = run("audit", "query", decided)
    assert result.stdout.count("\n\n") == 6
    assert_fits(result.stdout)


def test_damage_is_told_with_its_place_and_the_rest_is_answered(log: Path) -> None:
    segment(log).write_bytes(segment(log).read_bytes().replace(b"d-1", b"d-7"))
    result = run("audit", "query", log, "--ids")
    assert (result.exit_code, result.stdout) == (1, "d-0\nd-2\n")
    told, end = result.stderr.splitlines()
    assert told.startswith("audit log: shop/segments/0000000000000001.log:3 (byte ")
    assert told.endswith("): record 3 was changed, or does not follow from the one before it")
    assert end == ("audit log: what does not verify is left out of the answers: see `policy-engine audit verify`")


def test_much_damage_is_counted(log: Path) -> None:
    for number in range(23):
        (log / f"stray-{number:02}").write_text("x")
    result = run("audit", "query", log, "--ids")
    assert (result.exit_code, result.stdout.split()) == (1, ["d-0", "d-1", "d-2"])
    assert len(result.stderr.splitlines()) == 21
    assert result.stderr.splitlines()[-1].startswith("audit log: and 3 more problems; what does not verify is left out")


def hostile_log(folder: Path) -> Path:
    """Return a log that verifies, and in which nothing is as the engine writes it."""
    deep = b"[" * 900 + b"]" * 900
    bodies = [
        b'"type":"decision","decision_id":"\x7f\\u001b[2J\xe2\x80\xae","at":5,"outcome":{"a":[1]},"use_case":null}',
        b'"type":["decision"],"at":"2027-02-01T00:00:00Z",\r"x":1e400,\t"y":' + deep + b"}",
        b'"type":"decision","decision_id":7,"score":' + deep + b',"request":[],"policy":"x"}',
        b'"type":"decision","decision_id":"' + b"x" * 60_000 + b'","request":{"dimensions":7,"subject":{}}}',
        b'"at":"9999-12-31T23:59:59-23:59","decision_id":"\xff"}',
        b'"decision_id":"\\ud800"}',
        b"}",
    ]
    path = folder / "shop/segments/0000000000000001.log"
    path.parent.mkdir(parents=True)
    path.write_bytes(chain(bodies, seq=0, link=first_link("shop")).lines)
    (path.parent / "0000000000000002.log").mkdir()
    os.mkfifo(path.parent / "0000000000000003.log")
    (folder / "elsewhere").symlink_to("/")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\x1b[2J")).mkdir()
    return folder


@pytest.mark.parametrize(
    "options", [(), ("--format", "json"), ("--format", "jsonl"), ("--ids",), ("--band", "\x1b[2J")]
)
@pytest.mark.parametrize("since", [(), ("--since", "2027-01-01T00:00:00Z")])
def test_a_hostile_log_is_answered_without_a_traceback_or_a_control_character(
    tmp_path: Path, options: tuple[str, ...], since: tuple[str, ...]
) -> None:
    result = started("audit", "query", hostile_log(tmp_path), *options, *since)
    assert result.returncode == 1
    assert b"Traceback" not in result.stderr
    assert b"a bug of" not in result.stderr
    for text in (result.stdout.decode(), result.stderr.decode()):
        assert [char for char in text if not char.isprintable() and char != "\n"] == []
    if options == ():
        assert_fits(result.stdout.decode())
    if options == ("--format", "jsonl"):
        assert all(line["stream"] == "shop" for line in map(orjson.loads, result.stdout.splitlines()))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--since", "yesterday"), "--since takes an instant with an offset, such as 2026-07-01T00:00:00Z, not `yest"),
        (("--until", "2027-02-01"), "--until takes an instant with an offset"),
        (
            ("--since", "2027-02-01T00:00:00Z", "--until", "2027-02-01T01:00:00+01:00"),
            "--since is not before --until: nothing lies between them",
        ),
        (("--ids", "--format", "json"), "--ids prints plain ids: leave out --format json"),
        (("--limit", "0"), "0 is not in the range x>=1"),
        (("--format", "xml"), "'xml' is not one of"),
    ],
)
def test_a_question_that_cannot_be_meant_is_wrong_usage(log: Path, options: tuple[str, ...], words: str) -> None:
    result = run("audit", "query", log, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


@pytest.mark.parametrize("kind", ["missing", "empty", "file", "stream"])
def test_where_there_is_no_log_nothing_is_answered_and_no_file_is_made(log: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    path = log / "shop" if kind == "stream" else tmp_path / kind
    result = run("audit", "query", path, "--output", tmp_path / "answers")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no audit log in" in result.stderr
    assert not (tmp_path / "answers").exists()


def test_answers_go_to_a_file_and_never_into_the_log(log: Path, tmp_path: Path) -> None:
    assert run("audit", "query", log, "--ids", "-o", tmp_path / "ids").stdout == ""
    assert (tmp_path / "ids").read_text() == "d-0\nd-1\nd-2\n"
    before = segment(log).read_bytes()
    result = run("audit", "query", log, "--output", segment(log))
    assert result.exit_code == 2
    assert "--output lies in the log" in result.stderr
    assert segment(log).read_bytes() == before


def test_what_the_terminal_cannot_say_is_spelled_out(tmp_path: Path) -> None:
    with AuditLog(tmp_path / "log", stream="shop") as log:
        log.append({"decision_id": "zwölf"})
    result = started("audit", "query", tmp_path / "log", "--ids", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (result.returncode, result.stdout) == (0, b"zw\\xf6lf\n")
