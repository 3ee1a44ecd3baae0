"""A file as it was read: its text, its data, and where in the text each piece of the data stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy_engine.loader._places import Places

if TYPE_CHECKING:
    from policy_engine.diagnostics import Span
    from policy_engine.loader._places import Path


@dataclass(frozen=True, slots=True)
class Document:
    """One file.

    `text` is without a byte order mark, `sha256` is of the exact bytes. `data` is made of dict, list, str,
    int, float, bool and None only; it is None where the text could not be read as YAML, and what had to be
    refused (an alias, an infinite number) stands in it as None.

    INVARIANT: nobody edits `data`: the places are found by walking it beside the text.
    """

    file: str
    text: str = field(repr=False)
    sha256: str
    data: Any = field(repr=False)
    places: Places = field(default_factory=Places, repr=False, compare=False)

    def key_span(self, path: Path) -> Span:
        """Return where the key at *path* stands, for an item of a list the item.

        A path that does not exist gives the nearest known ancestor: the place to say that a key is missing.
        """
        return self.places.key_span(path, self.data)

    def value_span(self, path: Path) -> Span:
        """Return where the value at *path* stands, from its first character to its last.

        A path that does not exist gives the value of the nearest known ancestor.
        """
        return self.places.value_span(path, self.data)

    def value_range(self, path: Path) -> tuple[int, int] | None:
        """Return the offsets in `text` at which the value at *path* begins and ends; None where there is none.

        Text below a `|` or `>` ends behind its last line break.
        """
        return self.places.value_range(path, self.data)
