"""Where lines break, and how far they are indented.

A mapping or a list is *plain* if it holds values alone, or in a mapping lists of values. It stands on one line if it
fits there, holds no comment and no blank line, and is plain. One that is not plain stays as its author wrote it, in
brackets or not; but the value of a top key is then a block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.formatting.comments import is_waiver
from policy_engine.formatting.scalars import one_line
from policy_engine.formatting.tree import BLANK, Collection, Scalar

if TYPE_CHECKING:
    from policy_engine.formatting.tree import Entry, Node, Tree

WIDTH: Final = 120
"""So many columns has a line; the comment at its end does not count."""

_STEP: Final = 2


def laid_out(tree: Tree) -> str:
    """Return the text of *tree*, whose keys are in order and whose comments are attached."""
    _settle(tree.root)
    layout = _Layout()
    layout.comments(tree.head, 0)
    layout.block(tree.root, 0, is_top=True)
    return layout.text()


def _settle(collection: Collection) -> None:
    """Give comments and blank lines the places that they have in the new layout, the innermost first."""
    for entry in collection.entries:
        value = entry.value
        if not isinstance(value, Collection):
            continue
        _settle(value)
        if not value.entries:
            # Brackets with nothing in them stay on their line
            entry.above += value.below
            value.below = []
            continue
        first = value.entries[0]
        if first.above[:1] == [BLANK]:
            del first.above[0]
        if not collection.is_mapping and not entry.opens:
            # What stands above the first key of an item stands above its dash
            entry.above += first.above
            first.above = []


class _Layout:
    """The lines of one text so far."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._flows: dict[Collection, str | None] = {}

    def text(self) -> str:
        """Return all lines."""
        return "\n".join(self._lines) + "\n"

    # --- lines ---

    def comments(self, lines: list[str], indent: int) -> None:
        """Write comments and blank lines, of those one at a time, and none at the top of the file."""
        for line in lines:
            if line != BLANK:
                self._lines.append(" " * indent + line)
            elif self._lines and self._lines[-1] != BLANK:
                self._lines.append(BLANK)

    def block(self, block: Collection, indent: int, lead: str = "", *, beside: str = "", is_top: bool = False) -> None:
        """Write the entries of *block* at *indent*, the first one behind *lead*, with the comment *beside* it."""
        above_first = len(lead) - len(lead.lstrip(" ")) if lead else indent
        for place, entry in enumerate(block.entries):
            is_first = place == 0
            comments = [beside, *entry.beside] if is_first and beside else entry.beside
            self.comments(entry.above, above_first if is_first else indent)
            self.comments(comments[1:], above_first if is_first else indent)
            start = lead if is_first and lead else " " * indent
            self._entry(entry, start, indent, comments[0] if comments else "", is_top=is_top)
        self.comments(block.below, indent)

    def _entry(self, entry: Entry, start: str, indent: int, beside: str, *, is_top: bool) -> None:
        if entry.key is not None:
            start += f"{one_line(entry.key, is_key=True)}:"
            lead = f"{start} "
        else:
            start += "-"
            lead = f"{start} "
        value = entry.value
        if isinstance(value, Scalar):
            self._scalar(value, lead, indent, beside)
            return
        flow = self._on_one_line(entry, value, len(lead), is_top=is_top)
        if flow is not None:
            self._line(lead + flow, beside)
        elif entry.key is None and not entry.opens:
            self.block(value, indent + _STEP, lead, beside=beside)
        else:
            self._line(start, beside)
            self.block(value, indent + _STEP)

    def _line(self, line: str, beside: str) -> None:
        self._lines.append(f"{line} {beside}" if beside else line)

    def _scalar(self, scalar: Scalar, lead: str, indent: int, beside: str) -> None:
        text = one_line(scalar)
        if scalar.is_block:
            self._text_below(scalar, lead, indent, beside)
        elif text is not None and ("\n" not in scalar.source or len(lead) + len(text) <= WIDTH):
            self._line(lead + text, beside)
        else:
            # The author's line breaks: white space around them is not part of the value
            first, *more = scalar.source.split("\n")
            lines = [lead + _trimmed(first)]
            lines += [f"{' ' * (indent + _STEP)}{_trimmed(line)}" if line.strip() else BLANK for line in more]
            self._lines += lines[:-1]
            self._line(lines[-1], beside)

    def _text_below(self, scalar: Scalar, lead: str, indent: int, beside: str) -> None:
        """Write the text below a `|` or `>`, indented anew."""
        header, *below = scalar.source.removesuffix("\n").split("\n")
        marks = "".join(str(_STEP) if char.isdigit() else char for char in header.split("#")[0].strip())
        lines = [line[scalar.column :] for line in below]
        while lines and not lines[-1] and "+" not in marks:
            lines.pop()
        if lines and not scalar.value.endswith("\n") and "-" not in marks:
            # The file ended without a line feed, and now it does not
            marks = marks.replace("+", "") + "-"
        self._line(lead + marks, beside)
        self._lines += [" " * (indent + _STEP) + line if line else BLANK for line in lines]

    # --- one line or several ---

    def _on_one_line(self, entry: Entry, value: Collection, taken: int, *, is_top: bool) -> str | None:
        """Return *value* on one line, or None where it is a block."""
        if not value.entries:
            return self._flow(value)
        if entry.opens:
            return None
        flow = self._flow(value)
        if flow is None:
            return None
        if any(map(is_waiver, (*entry.above[-1:], *entry.beside))):
            # A waiver is about its line or the next: what it is about stays on that line
            return flow if value.is_flow else None
        if taken + len(flow) > WIDTH:
            return None
        if value.is_flow and _is_plain(value, lists=True):
            return flow
        if is_top and not _is_plain(value, lists=False):
            return None
        return flow if value.is_flow or (_is_plain(value, lists=True) and not _gains_quotes(value)) else None

    def _flow(self, collection: Collection) -> str | None:
        """Return *collection* on one line; None where that cannot be, or is longer than any line."""
        if collection not in self._flows:
            self._flows[collection] = self._as_flow(collection)
        return self._flows[collection]

    def _as_flow(self, collection: Collection) -> str | None:
        if collection.below:
            return None
        parts = []
        for entry in collection.entries:
            if entry.above or entry.beside:
                return None
            value = entry.value
            text = one_line(value, in_flow=True) if isinstance(value, Scalar) else self._flow(value)
            if text is None:
                return None
            parts.append(text if entry.key is None else f"{one_line(entry.key, in_flow=True, is_key=True)}: {text}")
        inside = ", ".join(parts)
        return f"{{{inside}}}" if collection.is_mapping else f"[{inside}]"


def _is_plain(collection: Collection, *, lists: bool) -> bool:
    """Say whether *collection* holds nothing but values and, if *lists*, lists of values in a mapping."""
    return all(
        isinstance(entry.value, Scalar)
        or (not entry.value.is_mapping and not entry.value.entries)
        or (lists and collection.is_mapping and not entry.value.is_mapping and _is_plain(entry.value, lists=False))
        for entry in collection.entries
    )


def _gains_quotes(node: Node) -> bool:
    """Say whether text that needs no quotes in a block would need some on one line, as `a, b` does."""
    if isinstance(node, Collection):
        return any(_gains_quotes(entry.value) for entry in node.entries)
    text = one_line(node)
    return text != one_line(node, in_flow=True)


def _trimmed(line: str) -> str:
    """Return a line of quoted or plain text without the white space at its ends, but for one that is escaped."""
    trimmed = line.rstrip(" \t")
    backslashes = len(trimmed) - len(trimmed.rstrip("\\"))
    if backslashes % 2 and len(trimmed) < len(line):
        trimmed = line[: len(trimmed) + 1]
    return trimmed.lstrip(" \t")
