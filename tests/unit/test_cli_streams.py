"""Lines, rows and sinks: nothing is lost between a pipe and another."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.audit import AuditLog
from policy_engine.cli import _progress
from policy_engine.cli._columns import Columns
from policy_engine.cli._csv import CsvTable
from policy_engine.cli._deciding import Held
from policy_engine.cli._lines import LONGEST, Lines
from policy_engine.cli._progress import Progress
from policy_engine.cli._rows import MOST_AT_ONCE, Row, chunks
from policy_engine.cli._terminal import Sink
from policy_engine.model import Recording

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Pipe:
    """Hands over what was written, piece by piece."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter([piece for piece in pieces if piece])

    def read1(self, size: int) -> bytes:
        """Return the next piece."""
        assert size > 0
        return next(self._pieces, b"")


@given(st.lists(st.binary(max_size=20) | st.sampled_from([b"\n", b"a\n", b"\r\n", b"\xef\xbb\xbf"])))
def test_lines_are_those_of_the_whole_however_it_arrives(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    lines = Lines(Pipe(pieces))
    expected = whole.split(b"\n")
    if not expected[-1]:
        expected.pop()
    if expected:
        expected[0] = expected[0].removeprefix(b"\xef\xbb\xbf")
    assert list(lines) == expected
    assert lines.number == len(expected)


def test_a_line_without_end_takes_no_memory_without_end() -> None:
    pieces = [b"x" * 2**18] * 16 + [b"\n", b"next\n"]
    first, second = Lines(Pipe(pieces))
    assert LONGEST < len(first) <= LONGEST + 2**18 + 1
    assert second == b"next"


def test_a_line_that_has_not_ended_is_waited_for() -> None:
    lines = Lines(Pipe([b"one\ntwo\nth", b"ree\n"]))
    assert (next(lines), lines.would_wait) == (b"one", False)
    assert (next(lines), lines.would_wait) == (b"two", True)
    assert (next(lines), lines.would_wait) == (b"three", True)


def test_lines_that_are_taken_back_come_again() -> None:
    lines = Lines(Pipe([b"one\ntwo\nthree\n"]))
    taken = [next(lines), next(lines), next(lines)]
    lines.take_back(taken[1:])
    assert (lines.number, list(lines)) == (1, [b"two", b"three"])


class Full:
    """Lines of which the next is always there."""

    would_wait = False


def test_rows_are_gathered_up_to_a_bound_and_none_is_lost() -> None:
    rows = [Row(number, number, {}) for number in range(2500)]
    sizes = [len(chunk) for chunk in chunks(rows, Full())]  # type: ignore[arg-type]
    assert sizes == [MOST_AT_ONCE, MOST_AT_ONCE, 2500 - 2 * MOST_AT_ONCE]


def test_no_row_waits_for_another() -> None:
    lines = Lines(Pipe([b"1\n2\n", b"\n", b"3\n\n", b"4"]))
    rows = (Row(int(line), lines.number, {}) if line else None for line in lines)
    assert [[row.number for row in chunk] for chunk in chunks(rows, lines)] == [[1, 2], [3], [4]]


class Slow(io.BytesIO):
    """Takes at most three bytes at a time."""

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        """Take some."""
        return super().write(data[:3])


def test_a_sink_writes_all_of_it() -> None:
    slow = Slow()
    Sink(slow, "slow").write(b"0123456789")
    assert slow.getvalue() == b"0123456789"


class Stuck(io.BytesIO):
    """Takes nothing."""

    def write(self, data: memoryview) -> int | None:  # type: ignore[override]  # noqa: ARG002 - as the original
        """Take nothing."""
        return None


def test_a_sink_that_takes_nothing_is_named() -> None:
    with pytest.raises(BlockingIOError) as caught:
        Sink(Stuck(), "stuck").write(b"0")
    assert caught.value.filename == "stuck"


def test_progress_is_shown_now_and_then_and_cleared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_progress, "is_terminal", lambda _: True)
    seconds = iter([0.0, 0.05, 0.2, 0.2, 0.25, 0.5, 0.5])
    with Progress("bytes", total=4000, clock=lambda: next(seconds)) as progress:
        for _ in range(4):
            progress.advance(1000)
    assert capsys.readouterr().err == "\r\x1b[K2,000 bytes (50%)\r\x1b[K4,000 bytes (100%)\r\x1b[K"


def test_progress_may_be_told_the_share_of_what_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_progress, "is_terminal", lambda _: True)
    seconds = iter([0.0, 0.2, 0.2, 0.4, 0.4])
    with Progress("rows", clock=lambda: next(seconds)) as progress:
        progress.advance(1000, 0.25)
        progress.advance(1000)
    assert capsys.readouterr().err == "\r\x1b[K1,000 rows (25%)\r\x1b[K2,000 rows\r\x1b[K"


def test_a_line_of_csv_that_is_too_long_is_that_row_alone() -> None:
    lines = Lines(io.BytesIO(b"0.5\n" + b"x" * (LONGEST + 1) + b"\n0.5\n"))
    rows = CsvTable(lines).rows(Columns(1, (), ((0, "score"),), ()), {})
    first, second, third = (row for row in rows if row is not None)
    assert first.given == third.given == {"score": 0.5}
    assert (second.line, second.problem) == (2, "not a row: the line is longer than 1 MiB")


def test_a_row_of_several_lines_that_is_refused_is_read_once() -> None:
    lines = Lines(io.BytesIO(b'"a\nb",0.5\nc,0.5\n'))
    columns = Columns(2, ((0, "use_case"),), ((1, "score"),), ())
    rows = [row for row in CsvTable(lines).rows(columns, {"use_case": "c"}) if row is not None]
    assert [(row.number, row.line, row.given is None) for row in rows] == [(1, 1, True), (2, 3, False)]
    assert rows[0].problem.startswith("not a row: its `use_case` is not `c`")


def test_lines_come_as_blocks_of_what_is_there() -> None:
    lines = Lines(Pipe([b"one\ntwo\nth", b"ree\nfo", b"ur"]))
    assert next(lines) == b"one"
    assert [lines.block(), lines.block(), lines.block(), lines.block()] == [b"two\n", b"three\n", b"four\n", b""]
    assert (lines.number, lines.bytes_read) == (4, 18)


def test_a_block_that_is_given_back_comes_line_by_line() -> None:
    lines = Lines(Pipe([b"one\ntwo\n"]))
    lines.give_back(lines.block())
    assert (lines.number, list(lines)) == (0, [b"one", b"two"])


def test_records_are_held_until_they_are_taken_and_masked_as_the_log_says(tmp_path: Path) -> None:
    with AuditLog(tmp_path, mask_key=b"k" * 32) as log:
        held = Held(log)
        assert held.record([b"1", b"2"])
        assert [held.taken(), held.taken()] == [((b"1", b"2"), None), ((), None)]
        recording = Recording(subject="hmac")
        asked = {"subject": "somebody"}
        assert held.masking(recording).masked(asked) == log.masking(recording).masked(asked)


def test_progress_is_quiet_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("rows", clock=lambda: 0.0) as progress:
        progress.advance(1)
    assert capsys.readouterr().err == ""
