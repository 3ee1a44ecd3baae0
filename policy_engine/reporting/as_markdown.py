"""Findings and failing tests as Markdown that a comment on a pull request can hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from policy_engine.printable import printable
from policy_engine.reporting.as_text import counted, summary_of, summary_of_tests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.diagnostics import Diagnostic, Report
    from policy_engine.reporting.own_tests import OwnTests

LONGEST: Final = 65_536
"""How many characters a comment on GitHub may have."""

_LONGEST_QUOTE: Final = 1_000
"""How much of a file's name, a message or a help is quoted. An escape has at most 13 characters, and a row three of
these texts: one row always fits."""

_HEAD: Final = "| severity | code | place | message | help |\n|---|---|---|---|---|\n"
_MEANT: Final = re.compile(
    r"(?P<refers>[@#:!~$&%](?=\S)|(?<=\bgh)-)|[\\`*_{}\[\]<>()#+!|~&\"'$^=@]|(?<=\bwww)\.", re.IGNORECASE
)
_NOTHING: Final = "&#8203;"
"""A space without width. Names, numbers of issues, labels, addresses and emoji are looked for in the text that is
shown, where an escape is what it stands for: only something in their midst keeps GitHub and GitLab from finding them.
They do not look into code, from which people copy, but for addresses of e-mail."""

_NEEDLESS: Final = re.compile(f"(?<!&#64;){_NOTHING}")


def findings_as_markdown(report: Report, policies: int) -> bytes:
    """Return what was found in one line, and a table of the findings, errors first."""
    return _page(summary_of(report, policies), report.diagnostics)


def own_tests_as_markdown(tests: OwnTests) -> bytes:
    """Return what came of the tests in one line, and a table of those that fail and of all other findings."""
    return _page(summary_of_tests(tests), tests.report.diagnostics)


def _page(summary: str, found: Sequence[Diagnostic]) -> bytes:
    head = f"**policy-engine**: {summary}\n"
    if not found:
        return head.encode()
    rows = [_row(one) for one in sorted(found, key=lambda one: one.severity != "error")]
    page = f"{head}\n{_HEAD}"
    # What does not fit is counted in a last line, for which there is always room
    room = LONGEST - len(page) - len(_more(len(rows)))
    shown = 0
    while shown < len(rows) and len(rows[shown]) <= room:
        page += rows[shown]
        room -= len(rows[shown])
        shown += 1
    return (page + (_more(len(rows) - shown) if shown < len(rows) else "")).encode()


def _more(number: int) -> str:
    return f"\nand {counted(number, 'more', 'more')}\n"


def _row(found: Diagnostic) -> str:
    place = f"{_short(found.file)}:{found.span.line}:{found.span.column}"
    cells = [found.severity, escaped(found.code), _code(place), _cell(found.message), _cell(found.help)]
    return f"| {' | '.join(cells)} |\n"


def _cell(text: str) -> str:
    """Return text for a cell, with what stands between two backticks as code."""
    *pairs, rest = _short(text).split("`")
    if len(pairs) % 2:
        # The last backtick stands alone
        rest = f"{pairs.pop()}`{rest}"
    marked = (_code(part) if place % 2 else escaped(part) for place, part in enumerate(pairs))
    return "".join(marked) + escaped(rest)


def _short(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= _LONGEST_QUOTE else f"{shown[: _LONGEST_QUOTE - 1]}…"


def _code(text: str) -> str:
    return f"<code>{_NEEDLESS.sub('', escaped(text))}</code>"


def escaped(text: str) -> str:
    """Return *text* as Markdown that shows just this text, whatever it holds, on one line.

    >>> escaped("*a|b* <i> @all a:100:2")
    '&#42;a&#124;b&#42; &#60;i&#62; &#64;&#8203;all a&#58;&#8203;100&#58;&#8203;2'
    """
    return _MEANT.sub(_escape, printable(text))


def _escape(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};{_NOTHING if found['refers'] else ''}"
