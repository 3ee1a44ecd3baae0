"""Lines, rows and sinks: nothing is lost between a pipe and another."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.cli import _progress
from policy_engine.cli._lines import LONGEST, Lines
from policy_engine.cli._progress import Progress
from policy_engine.cli._rows import MOST_AT_ONCE, Row, chunks
from policy_engine.cli._terminal import Sink

if TYPE_CHECKING:
    from collections.abc import Iterable


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


def test_progress_is_quiet_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("rows", clock=lambda: 0.0) as progress:
        progress.advance(1)
    assert capsys.readouterr().err == ""
