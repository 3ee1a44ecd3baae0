"""A document on its way through the steps, and what they found in it so far."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from policy_engine.diagnostics import Diagnostic, Waived
from policy_engine.lint import visible
from policy_engine.validator._waivers import Waivers
from policy_engine.validator.registry import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from policy_engine.diagnostics import Span
    from policy_engine.lint import Finding, Rule, Subject
    from policy_engine.loader import Document
    from policy_engine.resolution import Path


MOST_OF_A_KIND: Final = 200
"""So many findings with one code are told of a document; further ones are not looked for."""


class Notes(NamedTuple):
    """All that a draft noted of its document: findings, waivers and what they were used for."""

    found: list[Diagnostic]
    waived: list[Waived]
    looked_for: set[str]
    counted: Counter[str]
    waivers: Waivers
    is_sound: bool


class Draft:
    """A document with its findings. It is sound until a stage, reading among them, finds an error.

    `waived` are those that a comment answers for. `looked_for` are the codes of the rules that it was held to.
    """

    __slots__ = ("_counted", "_seen", "_waivers", "document", "found", "is_sound", "looked_for", "waived")

    def __init__(self, document: Document, of_reading: Collection[Diagnostic]) -> None:
        """Begin with what reading found in the document; those findings are not repeated in `found`."""
        self._seen = {(one.span.line, one.span.column) for one in of_reading}
        self._waivers = Waivers(document, BY_CODE)
        self._counted: Counter[str] = Counter()
        self.document = document
        self.found: list[Diagnostic] = []
        self.waived: list[Waived] = []
        self.looked_for: set[str] = set()
        self.is_sound = all(one.severity != "error" for one in of_reading)
        for one in of_reading:
            self._waivers.reason_for(one, must_be_mended=True)

    @property
    def notes(self) -> Notes:
        """What was noted so far, for a draft of the same document in another process."""
        return Notes(self.found, self.waived, self.looked_for, self._counted, self._waivers, self.is_sound)

    def take(self, notes: Notes) -> None:
        """Go on from what was noted, wherever that was."""
        self.found, self.waived, self.looked_for, self._counted, self._waivers, self.is_sound = notes

    def line_of(self, path: Path) -> int:
        """Return the line of the key at *path*."""
        return self.document.key_span(path).line

    def hold_to(self, rules: Iterable[Rule[Subject]], subject: Subject) -> None:
        """Note what the rules find in *subject*, of each as much as anybody would read."""
        for rule in rules:
            self.looked_for.add(rule.code)
            for found in rule.check(subject):
                if self.is_full(rule.code):
                    self.looked_for.discard(rule.code)
                    break
                self.add(rule, found)

    def add(self, rule: Rule[Subject], found: Finding) -> None:
        """Note what a rule found."""
        diagnostic = Diagnostic(
            rule.code,
            self.document.file,
            self._span(found.path, found.at),
            visible(found.message),
            visible(found.help),
            rule.severity,
            found.cell,
            found.witness,
        )
        self._note(diagnostic, must_be_mended=found.must_be_mended or not rule.info.may_be_waived)

    def tell(self, code: str, message: str, mend: str, path: Path, at: Literal["key", "value"]) -> None:
        """Note an error that no rule found. What reading had to leave out of the data is not told again."""
        span = self._span(path, at)
        if (span.line, span.column) not in self._seen:
            diagnostic = Diagnostic(code, self.document.file, span, visible(message), visible(mend))
            self._note(diagnostic, must_be_mended=True)

    def warn(self, code: str, found: Finding) -> None:
        """Note a warning that no rule found."""
        span = self._span(found.path, found.at)
        message, mend = visible(found.message), visible(found.help)
        self._note(Diagnostic(code, self.document.file, span, message, mend, "warning"), must_be_mended=False)

    def is_full(self, code: str) -> bool:
        """Say whether a further finding with *code* would be one too many; that there are more is noted instead."""
        if self._counted[code] == MOST_OF_A_KIND:
            last = next(one for one in reversed(self.found) if one.code == code)
            message, mend = "there are more findings of this kind", "mend the first ones and check again"
            self._note(Diagnostic(code, last.file, last.span, message, mend, last.severity), must_be_mended=True)
        return self._counted[code] > MOST_OF_A_KIND

    def about_waivers(self) -> Iterable[Diagnostic]:
        """Return what is wrong with the waivers themselves, once everything else was looked for."""
        # Of a document with errors, later rules were not asked
        looked_for = self.looked_for if self.is_sound else ()
        return [
            Diagnostic(one.code, self.document.file, one.span, visible(one.message), visible(one.help), "warning")
            for one in self._waivers.complaints(looked_for)
        ]

    def _span(self, path: Path, at: Literal["key", "value"]) -> Span:
        return self.document.key_span(path) if at == "key" else self.document.value_span(path)

    def _note(self, diagnostic: Diagnostic, *, must_be_mended: bool) -> None:
        reason = self._waivers.reason_for(diagnostic, must_be_mended=must_be_mended)
        if reason is not None:
            self.waived.append(Waived(diagnostic, visible(reason)))
            return
        self.found.append(diagnostic)
        self._counted[diagnostic.code] += 1
        if diagnostic.severity == "error":
            self.is_sound = False
