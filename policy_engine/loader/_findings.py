"""The findings of reading: their codes, and a collector that a hostile file cannot flood."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from policy_engine import printable
from policy_engine.diagnostics import Diagnostic, RuleInfo, Span, in_order

if TYPE_CHECKING:
    from policy_engine.loader._lines import Lines

CANNOT_READ: Final = "PE001"
TOO_MUCH: Final = "PE002"
NOT_UTF8: Final = "PE003"
HIDDEN_CHARACTER: Final = "PE004"
NOT_YAML: Final = "PE005"
UNUSED_FEATURE: Final = "PE006"
DUPLICATE_KEY: Final = "PE007"
KEY_NOT_TEXT: Final = "PE008"
NOT_FINITE: Final = "PE009"
NOT_A_MAPPING: Final = "PE010"

READING_RULES: Final = (
    RuleInfo(CANNOT_READ, "cannot-read", "a file or folder that cannot be read, or that leads out of the folder"),
    RuleInfo(TOO_MUCH, "too-much", "a file that is too large, nested too deeply, or has too much in it"),
    RuleInfo(NOT_UTF8, "not-utf8", "bytes that are no text in UTF-8"),
    RuleInfo(HIDDEN_CHARACTER, "hidden-character", "a character that nobody sees, such as one that turns the text"),
    RuleInfo(NOT_YAML, "not-yaml", "text that is no YAML"),
    RuleInfo(UNUSED_FEATURE, "unused-feature", "a feature of YAML that policies do without, such as an alias or a tag"),
    RuleInfo(DUPLICATE_KEY, "duplicate-key", "a key that is there twice in one mapping"),
    RuleInfo(KEY_NOT_TEXT, "key-not-text", "a key that is no text, or a value where its key is missing"),
    RuleInfo(NOT_FINITE, "not-finite", "a number that is none or has no end, such as `.nan` and `.inf`"),
    RuleInfo(NOT_A_MAPPING, "not-a-mapping", "a file that is empty, or is no mapping of keys to values"),
)
"""What reading finds."""

MOST_OF_A_KIND: Final = 20
"""So many findings with one code are told of a file one by one; the rest is counted."""


class Findings:
    """What was found in one file so far."""

    __slots__ = ("_diagnostics", "_file", "_lines", "_seen")

    def __init__(self, file: str, lines: Lines) -> None:
        self._file = file
        self._lines = lines
        self._diagnostics: list[Diagnostic] = []
        self._seen: Counter[str] = Counter()

    def add(self, code: str, start: int, end: int, message: str, mend: str) -> None:
        """Note a finding at the offsets *start* to *end*."""
        self._seen[code] += 1
        if self._seen[code] <= MOST_OF_A_KIND:
            span = self._lines.span(start, end)
            self._diagnostics.append(Diagnostic(code, self._file, span, message, mend))

    def line(self, offset: int) -> int:
        """Return the line that *offset* stands in."""
        return self._lines.line(offset)

    def is_full(self, code: str) -> bool:
        """Whether a further finding with *code* is only counted, so that its words need no work."""
        return self._seen[code] >= MOST_OF_A_KIND

    def in_order(self) -> tuple[Diagnostic, ...]:
        """Return all findings by place, with a line for each kind that there were too many of."""
        return in_order([*self._diagnostics, *self._left_out()])

    def _left_out(self) -> list[Diagnostic]:
        last = {found.code: found.span for found in self._diagnostics}
        return [
            Diagnostic(
                code,
                self._file,
                last[code],
                f"{seen - MOST_OF_A_KIND} more findings of this kind follow",
                "mend the first ones and check again",
            )
            for code, seen in self._seen.items()
            if seen > MOST_OF_A_KIND
        ]


def at_file(code: str, file: str, message: str, mend: str) -> Diagnostic:
    """Return a finding about a file as a whole, placed at its start."""
    return Diagnostic(code, file, Span(), message, mend)


def quoted(text: str) -> str:
    """Return the reader's own words in backticks, fit to be shown."""
    return printable.quoted(text)
