"""Asking a log: what fits and what does not, and what becomes of records that do not verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, Problem, Question, query
from policy_engine.audit.chain import chain, first_link
from policy_engine.exceptions import AuditError
from policy_engine.model import parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = "shop/segments/0000000000000001.log"
NOON = "2027-02-01T12:00:00Z"
RECORD = {
    "decision_id": "d-1",
    "at": NOON,
    "use_case": "card-fraud",
    "outcome": "block",
    "request": {"subject": "s-1"},
}


def asked(folder: Path, **question: Any) -> tuple[list[Any], list[Problem]]:  # noqa: ANN401 - as a question has it
    """Return the ids of the records that fit, or their types where they have none, and the problems."""
    problems: list[Problem] = []
    answers = query(folder, Question(**question), tell=problems.append)
    return [one.record.get("decision_id", one.record["type"]) for one in answers], problems


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return a log of two streams with three decisions each, in segments of one or two records."""
    for name in ("till", "shop"):
        with AuditLog(tmp_path, stream=name, segment_bytes=300) as log:
            for number in range(3):
                log.append({**RECORD, "decision_id": f"{name}-{number}", "at": f"2027-02-01T12:00:0{number}Z"})
    return tmp_path


def test_asked_for_nothing_every_record_fits_by_stream_and_oldest_first(log: Path) -> None:
    assert asked(log) == (["start", "shop-0", "shop-1", "shop-2", "start", "till-0", "till-1", "till-2"], [])


@pytest.mark.parametrize(
    ("question", "record", "fits"),
    [
        ({"decision_id": "d-1"}, {}, True),
        ({"decision_id": "d"}, {}, False),
        ({"decision_id": "d-1"}, {"decision_id": None}, False),
        ({"subject": "s-1"}, {}, True),
        ({"subject": "s-1"}, {"request": {"subject": "s-2"}}, False),
        ({"subject": "s-1"}, {"request": ["s-1"]}, False),
        ({"subject": "s-1"}, {"request": None}, False),
        ({"subject": "1"}, {"request": {"subject": 1}}, False),
        ({"subject": ""}, {"request": {"subject": ""}}, True),
        ({"use_case": "card-fraud"}, {}, True),
        ({"use_case": "Card-fraud"}, {}, False),
        ({"band": "block"}, {}, True),
        ({"band": "block"}, {"outcome": ["block"]}, False),
        ({"band": "block", "subject": "s-2"}, {}, False),
    ],
)
def test_a_record_fits_that_says_all_that_is_asked_for(
    question: dict[str, Any], record: dict[str, Any], *, fits: bool
) -> None:
    assert Question(**question).fits({**RECORD, **record}) is fits


@pytest.mark.parametrize(
    ("since", "until", "at", "fits"),
    [
        (NOON, None, NOON, True),
        (NOON, None, "2027-02-01T11:59:59.999999Z", False),
        (NOON, None, "2027-02-01T13:00:00+01:00", True),
        (None, NOON, NOON, False),
        (None, NOON, "2027-02-01T11:59:59.999999Z", True),
        (NOON, "2027-02-01T12:00:00.000001Z", NOON, True),
        (NOON, None, "noon", False),
        (NOON, None, None, False),
        (None, NOON, 5, False),
        (None, None, "noon", True),
    ],
)
def test_an_instant_fits_from_since_on_and_before_until(
    since: str | None, until: str | None, at: object, *, fits: bool
) -> None:
    begin, end = (None if text is None else parse_instant(text) for text in (since, until))
    assert Question(since=begin, until=end).fits({**RECORD, "at": at}) is fits


@pytest.mark.parametrize("subject", ["plain", 'a "quote"', "back\\slash", "zwölf", "line\nbreak", "\x7f\u2028", "日本"])
def test_a_word_is_found_however_the_log_spells_it(tmp_path: Path, subject: str) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        log.append({**RECORD, "request": {"subject": subject}})
        log.append({**RECORD, "decision_id": "d-2", "request": {"subject": subject[1:]}})
    assert asked(tmp_path, subject=subject) == (["d-1"], [])


def test_a_word_that_only_stands_elsewhere_in_the_record_does_not_fit(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        log.append({**RECORD, "outcome": "allow", "context": {"outcome": "block"}})
    assert asked(tmp_path, band="block") == ([], [])


def test_the_payload_is_the_very_bytes_that_were_written(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        log.append({"score": 1e-300, "context": "é\u2028"})
    _, answer = query(tmp_path, Question(), tell=lambda _: None)
    assert answer.stream == "shop"
    assert (tmp_path / FIRST).read_bytes().splitlines()[1].startswith(answer.payload + b"\t")


DAMAGE: dict[str, tuple[Callable[[list[bytes]], list[bytes]], list[str], list[int]]] = {
    "changed": (lambda lines: [lines[0], lines[1].replace(b"shop-0", b"shop-9"), *lines[2:]], ["shop-1"], [2]),
    "no record": (lambda lines: [lines[0], b"hello\n", *lines[1:]], ["shop-1"], [2, 3]),
    "out of place": (lambda lines: [lines[0], *lines[2:]], [], [2]),
    "the first": (lambda lines: [lines[0].replace(b"start", b"begin"), *lines[1:]], ["shop-0", "shop-1"], [1]),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_does_not_verify_is_told_with_its_place_and_left_out(tmp_path: Path, damage: str) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        log.append_many([{**RECORD, "decision_id": f"shop-{number}"} for number in range(2)])
    change, kept, lines = DAMAGE[damage]
    path = tmp_path / FIRST
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    answers, problems = asked(tmp_path)
    assert [one for one in answers if one not in ("start", "begin")] == kept
    assert [(one.file, one.line) for one in problems] == [(FIRST, line) for line in lines]
    assert "begin" not in answers


def test_a_damaged_last_record_of_a_segment_hides_nothing_of_the_next(log: Path) -> None:
    # It is the first segment's only record, and a line of the same number follows in the next segment
    (log / FIRST).write_bytes((log / FIRST).read_bytes().replace(b'"start"', b'"begin"'))
    answers, (problem,) = asked(log)
    assert (problem.file, problem.line) == (FIRST, 1)
    assert answers == ["shop-0", "shop-1", "shop-2", "start", "till-0", "till-1", "till-2"]


def test_a_missing_segment_is_told_and_the_next_is_read(log: Path) -> None:
    segments = sorted(log.glob("shop/segments/*.log"))
    segments[1].unlink()
    answers, (problem,) = asked(log)
    assert problem.kind == "missing"
    assert answers[-4:] == ["start", "till-0", "till-1", "till-2"]
    assert "shop-2" in answers


def test_what_is_not_read_is_told(log: Path) -> None:
    (log / "aside").symlink_to(log / "shop", target_is_directory=True)
    (log / "till/segments/7.log").write_bytes((log / FIRST).read_bytes())
    answers, problems = asked(log)
    assert len(answers) == 8
    assert [one.kind for one in problems] == ["symlink", "name"]


def test_a_torn_end_is_no_record_and_no_problem(log: Path) -> None:
    with max(log.glob("shop/segments/*.log")).open("ab") as file:
        file.write(b'{"seq":')
    answers, problems = asked(log)
    assert (len(answers), problems) == (8, [])


def test_a_chained_record_that_is_no_json_is_told(tmp_path: Path) -> None:
    (tmp_path / FIRST).parent.mkdir(parents=True)
    (tmp_path / FIRST).write_bytes(chain([b'"type":}', b'"type":"x"}'], seq=0, link=first_link("shop")).lines)
    answers, (problem,) = asked(tmp_path)
    assert (answers, problem.line, problem.what) == (["x"], 1, "the record is not JSON")


def test_progress_adds_up_to_the_records_that_were_read(log: Path) -> None:
    told: list[int] = []
    answers = list(query(log, Question(band="allow"), tell=lambda _: None, progress=told.append))
    assert answers == []
    assert sum(told) == sum(path.stat().st_size for path in log.rglob("*.log"))


@pytest.mark.parametrize(("name", "words"), [(None, "Input/output"), ("x.log", "x.log: Input/output")])
def test_a_log_that_cannot_be_read_is_an_error(
    log: Path, name: str | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error", name) if name else OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(AuditError, match=f"the audit log in .* cannot be read: {words} error$"):
        asked(log)


def test_where_there_is_no_log_there_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no audit log in"):
        asked(tmp_path)
