"""A document on its way through the steps, and what they found in it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policy_engine.diagnostics import Diagnostic
from policy_engine.lint import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from policy_engine.diagnostics import Span
    from policy_engine.lint import Finding, Rule, Subject
    from policy_engine.loader import Document
    from policy_engine.resolution import Path


class Draft:
    """A document with its findings. It is sound until a stage, reading among them, finds an error."""

    __slots__ = ("_seen", "document", "found", "is_sound")

    def __init__(self, document: Document, of_reading: Collection[Diagnostic]) -> None:
        """Begin with what reading found in the document; those findings are not repeated in `found`."""
        self._seen = {(one.span.line, one.span.column) for one in of_reading}
        self.document = document
        self.found: list[Diagnostic] = []
        self.is_sound = all(one.severity != "error" for one in of_reading)

    def line_of(self, path: Path) -> int:
        """Return the line of the key at *path*."""
        return self.document.key_span(path).line

    def hold_to(self, rules: Iterable[Rule[Subject]], subject: Subject) -> None:
        """Note all that the rules find in *subject*."""
        for rule in rules:
            for found in rule.check(subject):
                self.add(rule, found)

    def add(self, rule: Rule[Subject], found: Finding) -> None:
        """Note what a rule found."""
        self._note(
            Diagnostic(
                rule.code,
                self.document.file,
                self._span(found.path, found.at),
                visible(found.message),
                visible(found.help),
                rule.severity,
                found.cell,
                found.witness,
            )
        )

    def tell(self, code: str, message: str, mend: str, path: Path, at: Literal["key", "value"]) -> None:
        """Note an error that no rule found. What reading had to leave out of the data is not told again."""
        span = self._span(path, at)
        if (span.line, span.column) not in self._seen:
            self._note(Diagnostic(code, self.document.file, span, visible(message), visible(mend)))

    def _span(self, path: Path, at: Literal["key", "value"]) -> Span:
        return self.document.key_span(path) if at == "key" else self.document.value_span(path)

    def _note(self, diagnostic: Diagnostic) -> None:
        self.found.append(diagnostic)
        if diagnostic.severity == "error":
            self.is_sound = False
