"""A memory of answers that hostile requests cannot fill."""

from __future__ import annotations

from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")


class Memo(dict[Key, Answer], Generic[Key, Answer]):
    """A dict that empties itself before it grows past *most* entries."""

    def __init__(self, most: int = 4096) -> None:
        """Hold at most *most* answers."""
        super().__init__()
        self._most = most

    def remember(self, key: Key, answer: Answer) -> Answer:
        """Keep *answer* and return it."""
        if len(self) >= self._most:
            self.clear()
        self[key] = answer
        return answer
