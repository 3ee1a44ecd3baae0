"""Whose comment it is: each goes to the entry that it stands above or beside, or below all entries of a block."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from policy_engine.formatting.tree import BLANK, Collection, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.formatting.tree import Comment, Entry, Tree

_WAIVER: Final = re.compile(r"#[ \t]*policy-engine:")


def is_waiver(comment: str) -> bool:
    """Say whether *comment* is a word to `validate` about the line that it stands at."""
    return _WAIVER.match(comment) is not None


def attach(tree: Tree) -> None:
    """Give each comment and each blank line of *tree* to what it belongs to."""
    _Attaching(tree).attach()
    _set_head_apart(tree)


class _Attaching:
    """The entries of one text in its order, and whose is what stands between them."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._root = tree.root
        self._entries = sorted(_entries(tree.root), key=lambda entry: entry.at)
        self._starts = [entry.at for entry in self._entries]
        self._lines = [0, *(found.end() for found in re.finditer("\n", tree.text))]

    def attach(self) -> None:
        for comment in self._tree.comments:
            if self._begins_line(comment.at):
                self._attach_line(comment)
            else:
                self._attach_beside(comment)
        for entry in self._entries:
            if not entry.parent.is_flow and self._follows_blank(entry.at):
                entry.above.append(BLANK)

    # --- lines ---

    def _begins_line(self, at: int) -> bool:
        start = self._lines[bisect_right(self._lines, at) - 1]
        return not self._tree.text[start:at].strip()

    def _follows_blank(self, at: int) -> bool:
        line = bisect_right(self._lines, at) - 1
        if line == 0 or not self._begins_line(at):
            return False
        return not self._tree.text[self._lines[line - 1] : self._lines[line]].strip()

    # --- comments ---

    def _attach_line(self, comment: Comment) -> None:
        place = bisect_right(self._starts, comment.at)
        before = self._entries[place - 1] if place else None
        after = self._entries[place] if place < len(self._starts) else None
        lines = self._lines_for(comment, before, after)
        if self._follows_blank(comment.at):
            lines.append(BLANK)
        lines.append(comment.text)

    def _lines_for(self, comment: Comment, before: Entry | None, after: Entry | None) -> list[str]:
        """Return the list of lines that a comment on its own line belongs to."""
        if before is None:
            return self._root.below if after is None else after.above
        flow = _flow_around(before, comment.at)
        if flow is not None:
            return after.above if after is not None and after.parent is flow else flow.below
        value = before.value
        if comment.at <= value.start and (isinstance(value, Scalar) or value.is_flow):
            return before.above
        column = comment.at - self._lines[bisect_right(self._lines, comment.at) - 1]
        block = self._block_that_ends(before, after, column)
        if block is not None:
            return block.below
        return self._root.below if after is None else after.above

    def _block_that_ends(self, before: Entry, after: Entry | None, column: int) -> Collection | None:
        """Return the block that a comment in *column* ends: the innermost that is not indented further than it."""
        if after is not None and column <= after.column:
            return None
        for block in _blocks_around(before):
            if after is not None and block is after.parent:
                return None
            around = block.owner.parent if block.owner is not None else None
            is_flush = around is not None and not around.is_flow and around.column == block.column
            if block.column <= column and not is_flush:
                return block
        return None

    def _attach_beside(self, comment: Comment) -> None:
        place = bisect_right(self._starts, comment.at)
        if not place:
            # Beside the `---` that a file may begin with
            self._tree.head.append(comment.text)
            return
        entry = self._entries[place - 1]
        while entry.parent.is_flow and entry.parent.end <= comment.at and entry.parent.owner is not None:
            entry = entry.parent.owner
        value = entry.value
        if isinstance(value, Collection):
            entry.opens = entry.opens or comment.at < (value.end if value.is_flow else value.start)
        entry.beside.append(comment.text)


def _entries(collection: Collection) -> Iterator[Entry]:
    for entry in collection.entries:
        yield entry
        if isinstance(entry.value, Collection):
            yield from _entries(entry.value)


def _flow_around(before: Entry, at: int) -> Collection | None:
    """Return the innermost list or mapping in brackets that is open at *at*, where *before* is the entry before it."""
    around: Collection | None = before.value if isinstance(before.value, Collection) else before.parent
    while around is not None:
        if around.is_flow and around.start < at < around.end:
            return around
        around = around.owner.parent if around.owner is not None else None
    return None


def _blocks_around(entry: Entry) -> Iterator[Collection]:
    around: Collection | None = entry.parent
    while around is not None:
        if not around.is_flow:
            yield around
        around = around.owner.parent if around.owner is not None else None


def _set_head_apart(tree: Tree) -> None:
    """Take what is said of the file as a whole from its first key, which may not stay the first.

    That is all up to the last blank line; where there is none, all but waivers, which are about the next line.
    """
    above = tree.root.entries[0].above
    end = len(above)
    if BLANK in above:
        end -= above[::-1].index(BLANK)
    else:
        while end and is_waiver(above[end - 1]):
            end -= 1
    tree.head.extend(above[:end])
    del above[:end]
