"""Findings as data: what was found, where, and what to do about it.

A finding is never raised. Every step gathers all that it finds, and a `Report` hands them back in the
order of their places.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

Severity = Literal["error", "warning"]

Repeated = TypeVar("Repeated", bound="Hashable")


class Span(NamedTuple):
    """A stretch of a file. Lines and columns count from 1, columns in characters; the end is exclusive."""

    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


START_OF_FILE = Span()


class RuleInfo(NamedTuple):
    """What a code stands for: the rule's name and, in one sentence, what it finds.

    `may_be_waived` says whether a comment in the file may answer for what it finds. A warning always may; of errors
    only those without which a policy still means one thing, and nothing milder.
    """

    code: str
    name: str
    summary: str
    severity: Severity = "error"
    may_be_waived: bool = False


class Diagnostic(NamedTuple):
    """One finding.

    `cell` names the values (dimension to value) for which the finding holds, and `witness` a score that
    shows it; both are left out where a finding is not about a cell.
    """

    code: str
    file: str
    span: Span
    message: str
    help: str
    severity: Severity = "error"
    cell: Mapping[str, str] | None = None
    witness: float | None = None

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The key by which findings are sorted: place first."""
        return (self.file, self.span.line, self.span.column, self.code, self.message)


class Waived(NamedTuple):
    """A finding that a comment in the file answers for, and the reason that it gives."""

    finding: Diagnostic
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of a check, sorted by place, with the texts they speak of.

    `tested` says of each file whose own tests were run how many there are. `waived` are no findings any more.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    tested: Mapping[str, int] = field(default_factory=dict)
    waived: tuple[Waived, ...] = ()

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(found.severity == "error" for found in self.diagnostics)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return len(self.diagnostics) - self.errors

    @property
    def ok(self) -> bool:
        """Whether nothing stands in the way of deciding: warnings do not."""
        return self.errors == 0


def in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the findings sorted by place, each once."""
    unique = {(one.order, one.help): one for one in found}
    return tuple(sorted(unique.values(), key=lambda one: one.order))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "did you mean `x`?" for the likeliest of *known*, or the list of all where none is close.

    >>> did_you_mean("treshold", ["threshold", "name"])
    'did you mean `threshold`?'
    >>> did_you_mean("zzz", ["b", "a"])
    'known here: `a`, `b`'
    """
    names = sorted(known)
    near = nearest(word, names)
    if near is not None:
        return f"did you mean `{near}`?"
    if not names:
        return "none is declared"
    shown = ", ".join(f"`{name}`" for name in names[:12])
    return f"known here: {shown}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")  # noqa: PLR2004


_LONGEST_COMPARED: Final = 100
_MOST_COMPARED: Final = 2_000
"""Words of so many letters, and so many of them, are compared letter by letter: it takes long."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of *known* that *word* most likely means, or None."""
    names = list(known)
    folded = {name.casefold(): name for name in names}
    if word.casefold() in folded:
        return folded[word.casefold()]
    if len(word) <= _LONGEST_COMPARED:
        near = [name for name in names[:_MOST_COMPARED] if len(name) <= _LONGEST_COMPARED]
        close = get_close_matches(word, near, n=1, cutoff=0.6)
        if close:
            return close[0]
    # Two letters that changed places are half of a short word
    same_letters = [name for name in names if len(name) == len(word) and sorted(name) == sorted(word)]
    return same_letters[0] if len(same_letters) == 1 else None


def first_repeated(values: Iterable[Repeated]) -> Repeated | None:
    """Return the first of *values* that was there before, or None.

    >>> first_repeated(["a", "b", "c", "b", "a"])
    'b'
    """
    seen = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
