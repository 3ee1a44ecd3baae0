"""Waivers: comments in a file that answer for a finding, with a reason. An error that must be mended has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.diagnostics import RuleInfo, did_you_mean
from policy_engine.lint import quoted
from policy_engine.loader import marked_comments

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from policy_engine.diagnostics import Diagnostic, Span
    from policy_engine.loader import Document

UNUSED_WAIVER: Final = "PE011"
NOT_A_WAIVER: Final = "PE012"
WAIVED_ERROR: Final = "PE013"

WAIVER_RULES: Final = (
    RuleInfo(UNUSED_WAIVER, "unused-waiver", "a waiver of what is not found on its line", "warning"),
    RuleInfo(NOT_A_WAIVER, "not-a-waiver", "a waiver without a reason, or that names no code there is", "warning"),
    RuleInfo(WAIVED_ERROR, "waived-error", "a waiver of an error that has to be mended", "warning"),
)
"""What is found in waivers themselves. They cannot be waived."""

_IGNORE = re.compile(r"ignore\[([^\]]*)\](.*)", re.DOTALL)
_SPELLING = "write `# policy-engine: ignore[PE203] and why`, with the code and the reason"


class Complaint(NamedTuple):
    """What is wrong with a waiver itself."""

    code: str
    message: str
    help: str
    span: Span


class _Waiver:
    """A comment that waives some codes on a line."""

    def __init__(self, codes: Collection[str], reason: str, about: int, span: Span) -> None:
        self.codes, self.reason, self.about, self.span = codes, reason, about, span
        self.used: set[str] = set()


class Waivers:
    """The waivers of one document. Each knows what it was used for."""

    def __init__(self, document: Document, rules: Mapping[str, RuleInfo]) -> None:
        """Read the comments of *document*; *rules* are all there are, by code."""
        self._complaints: list[Complaint] = []
        self._waivers = [
            waiver
            for comment in marked_comments(document)
            if (waiver := self._read(comment.text, comment.about, comment.span, rules)) is not None
        ]
        self._by_line: dict[int, list[_Waiver]] = {}
        for waiver in self._waivers:
            self._by_line.setdefault(waiver.about, []).append(waiver)

    def reason_for(self, found: Diagnostic, *, must_be_mended: bool) -> str | None:
        """Return the reason of the waiver of a finding, or None where it has none, or may have none."""
        for waiver in self._by_line.get(found.span.line, ()):
            if found.code in waiver.codes:
                waiver.used.add(found.code)
                if not must_be_mended:
                    return waiver.reason
                self._complaints.append(_about_error(found, waiver.span))
        return None

    def complaints(self, looked_for: Collection[str]) -> Iterator[Complaint]:
        """Yield what is wrong with the waivers; one that is not used only if what it waives was *looked_for*."""
        yield from self._complaints
        for waiver in self._waivers:
            unused = [code for code in waiver.codes if code not in waiver.used and code in looked_for]
            if unused:
                yield _about_unused(unused, waiver)

    def _read(self, text: str, about: int, span: Span, rules: Mapping[str, RuleInfo]) -> _Waiver | None:
        found = _IGNORE.fullmatch(text)
        if found is None:
            message = f"{quoted(text[:60])} is no waiver: nothing is waived by it"
            self._complaints.append(Complaint(NOT_A_WAIVER, message, _SPELLING, span))
            return None
        codes = [code.strip() for code in found[1].split(",")]
        unknown = next((code for code in codes if code not in rules), None)
        if unknown is not None:
            what = f"no finding has the code {quoted(unknown[:60])}" if unknown else "the waiver names no code"
            mend = did_you_mean(unknown, rules) if unknown else _SPELLING
            self._complaints.append(Complaint(NOT_A_WAIVER, f"{what}: nothing is waived by it", mend, span))
            return None
        reason = found[2].strip()
        is_reason = any(char.isalnum() for char in reason)
        if not is_reason or found[2].startswith(reason):
            lack = "has no blank before its reason" if is_reason else "gives no reason"
            message = f"the waiver of {_named(codes)} {lack}: nothing is waived by it"
            mend = f"write it behind the bracket, as in `# policy-engine: ignore[{', '.join(codes)}] and why`"
            self._complaints.append(Complaint(NOT_A_WAIVER, message, mend, span))
            return None
        return _Waiver(codes, reason, about, span)


def _named(codes: Collection[str]) -> str:
    return " and ".join(codes)


def _about_error(found: Diagnostic, span: Span) -> Complaint:
    message = f"{found.code} cannot be waived here: it has to be mended"
    return Complaint(WAIVED_ERROR, message, "mend what it finds, and delete the waiver", span)


def _about_unused(codes: Collection[str], waiver: _Waiver) -> Complaint:
    verb = "is" if len(codes) == 1 else "are"
    message = f"{_named(codes)} {verb} not found on line {waiver.about}, and {verb} waived there"
    if len(codes) < len(waiver.codes):
        mend = f"take {_named(codes)} out of the waiver"
    else:
        mend = "delete the waiver, or move it to the line of the finding, or to the one above"
    return Complaint(UNUSED_WAIVER, message, mend, waiver.span)
