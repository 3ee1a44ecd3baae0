"""HTML that is made of two things only: tags that are written here, and text that is escaped."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any, Final

from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_IN_SCRIPT: Final = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
"""What could end a script, or a line of one."""


class Html(str):
    """Text that is HTML already: everything else is escaped when it is put into some."""

    __slots__ = ()


def html_of(content: object) -> Html:
    r"""Return *content* as HTML: escaped, and with what cannot be seen spelled out, unless it is HTML.

    >>> html_of('</script> "a" & b'), html_of(Html("<b>"))
    ('&lt;/script&gt; &quot;a&quot; &amp; b', '<b>')
    """
    return content if isinstance(content, Html) else Html(escape(printable(str(content))))


def element(tag: str, *content: object, **attributes: str) -> Html:
    """Return an element around *content*; `class_` is the attribute `class`, `aria_label` is `aria-label`.

    >>> element("p", "1 < 2", class_="note")
    '<p class="note">1 &lt; 2</p>'
    """
    given = "".join(
        f" {name.rstrip('_').replace('_', '-')}" + (f'="{html_of(value)}"' if value else "")
        for name, value in attributes.items()
    )
    return Html(f"<{tag}{given}>{joined(content)}</{tag}>")


def joined(content: Iterable[object]) -> Html:
    """Return all of *content* as HTML, one behind the other."""
    return Html("".join(html_of(one) for one in content))


def section(name: str, title: str, *content: object) -> Html:
    """Return a section with its heading; nothing where it has no content."""
    inside = joined(content)
    return element("section", element("h2", title), inside, id=name) if inside else inside


def table(head: Sequence[object], rows: Iterable[Sequence[object]], *, caption: str, words: int = 1) -> Html:
    """Return a table that scrolls by itself where it is too wide; the first *words* columns are no numbers.

    The first cell of each row is its heading. Without rows there is no table.
    """
    lines = [_row(row, words) for row in rows]
    if not lines:
        return Html("")
    headings = (element("th", one, scope="col", **_kind(place, words)) for place, one in enumerate(head))
    inside = joined(
        (
            element("caption", element("span", caption)),
            element("thead", element("tr", *headings)),
            element("tbody", *lines),
        )
    )
    # What scrolls has to be reached by keyboard
    return element("div", element("table", inside), class_="wide", tabindex="0", role="group", aria_label=caption)


def _row(row: Sequence[object], words: int) -> Html:
    first, *rest = row
    cells = (element("td", one, **_kind(place, words)) for place, one in enumerate(rest, start=1))
    return element("tr", element("th", first, scope="row"), *cells)


def _kind(place: int, words: int) -> dict[str, str]:
    return {} if place < words else {"class_": "number"}


def data_block(name: str, value: Any) -> Html:  # noqa: ANN401 - any JSON value
    r"""Return JSON for the page's script to read, in which nothing can end the element that holds it.

    >>> data_block("x", "</script>")
    '<script type="application/json" id="x">"\\u003c/script\\u003e"</script>'
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    # Half of a surrogate pair cannot be written as UTF-8
    text = text.translate(_IN_SCRIPT).encode("utf-8", "backslashreplace").decode()
    return Html(f'<script type="application/json" id="{html_of(name)}">{text}</script>')
