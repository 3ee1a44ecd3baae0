"""Findings for people: the place and the message, the line with its mark, what to do about it."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.printable import printable
from policy_engine.reporting.as_text.paint import PLAIN, Paint
from policy_engine.reporting.as_text.wrapped import wrapped_text
from policy_engine.reporting.columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.diagnostics import Diagnostic, Report, Span

_WIDTH = 80
_TAB = "    "
_GUTTER = 5
"""Columns for the number of a line."""
_FAR = 1000
"""Characters; no terminal is so wide."""


def findings_as_text(report: Report, *, paint: Paint = PLAIN, wrap: int | None = None) -> str:
    """Return every finding: `file:line:column: code message`, the line that it is about, and the help.

    A message and a help stay on one line, for tools that read them, unless *wrap* says how wide lines may be.
    """
    lines = {file: text.split("\n") for file, text in report.sources.items()}
    return "".join(
        f"{block}\n" for found in report.diagnostics for block in _block(found, lines.get(found.file, []), paint, wrap)
    )


def _block(found: Diagnostic, lines: Sequence[str], paint: Paint, wrap: int | None) -> Iterator[str]:
    place = f"{printable(found.file)}:{found.span.line}:{found.span.column}:"
    code = f"{found.code} warning:" if found.severity == "warning" else found.code
    message = wrapped_text(f"{place} {code} {printable(found.message)}", "    ", wrap)
    loud = paint.warning if found.severity == "warning" else paint.error
    yield message.replace(place, paint.strong(place), 1).replace(code, loud(code), 1)
    line = _line_of(lines, found.span.line)
    if line is not None:
        shown, mark = _marked(line, found.span, (wrap or _WIDTH) - _GUTTER - 3)
        yield f"{found.span.line:>{_GUTTER}} {paint.faint('|')} {shown}".rstrip()
        yield f"{'':>{_GUTTER}} {paint.faint('|')} {loud(mark)}"
    if found.help:
        yield wrapped_text(f"{'help:':>{_GUTTER + 1}} {printable(found.help)}", " " * (_GUTTER + 2), wrap)
    yield ""


def _line_of(lines: Sequence[str], number: int) -> str | None:
    """Return one of *lines* without its end; None where there is no such line, or nothing in it."""
    return lines[number - 1].rstrip("\r") if len(lines) >= number and lines[number - 1].strip() else None


class _Marked(NamedTuple):
    line: str
    mark: str


def _marked(line: str, span: Span, columns: int) -> _Marked:
    """Return the part of *line* around the span, and the mark to print under it."""
    # Of a line as long as a file, what is far away is never shown
    away = max(0, min(span.column - 1, len(line)) - _FAR)
    near = line[away : away + 2 * _FAR]
    shown = [_TAB if char == "\t" else printable(char) for char in near]
    starts = [0, *accumulate(columns_of(char) for char in shown)]
    first = starts[min(span.column - 1 - away, len(near))]
    end = span.end_column - 1 - away if span.end_line == span.line else len(near)
    last = max(starts[min(max(end, 0), len(near))], first + 1)
    text = "".join(shown)
    if columns_of(text) <= columns:
        return _Marked(text, " " * first + "^" * (last - first))
    return _window(shown, starts, (first, last), columns)


def _window(shown: list[str], starts: list[int], marked: tuple[int, int], columns: int) -> _Marked:
    """Return as much of a line as fits, with what is marked in it."""
    first, last = marked
    room = columns - 2
    begin = max(0, min(first - room // 3, starts[-1] - room))
    inside = [i for i in range(len(shown)) if begin <= starts[i] and starts[i + 1] <= begin + room]
    low, high = starts[inside[0]], starts[inside[-1] + 1]
    before = "…" if low > 0 else ""
    after = "…" if high < starts[-1] else ""
    text = before + "".join(shown[i] for i in inside) + after
    mark = "^" * max(1, min(last, high) - first)
    return _Marked(text, " " * (first - low + len(before)) + mark)


def summary_of(report: Report, policies: int) -> str:
    """Return what was found in one line.

    >>> from policy_engine.diagnostics import Report
    >>> summary_of(Report((), ("catalog.yaml", "a.yaml")), 1)
    '2 files, 1 policy: no findings'
    """
    files = len(report.files)
    waived = f", {len(report.waived)} waived" if report.waived else ""
    if not report.diagnostics:
        return f"{counted(files, 'file')}, {counted(policies, 'policy', 'policies')}: no findings{waived}"
    touched = len({found.file for found in report.diagnostics})
    return f"{counts_of(report.errors, report.warnings)} in {touched} of {counted(files, 'file')}{waived}"


def counts_of(errors: int, warnings: int) -> str:
    """Return how many findings there are of each kind.

    >>> counts_of(1, 2), counts_of(0, 1)
    ('1 error, 2 warnings', '1 warning')
    """
    return ", ".join(counted(number, word) for number, word in ((errors, "error"), (warnings, "warning")) if number)


def counted(number: int, word: str, several: str | None = None) -> str:
    """Return a number with its noun.

    >>> counted(1, "file"), counted(1200, "file")
    ('1 file', '1,200 files')
    """
    return f"{number:,} {word if number == 1 else several or word + 's'}"
