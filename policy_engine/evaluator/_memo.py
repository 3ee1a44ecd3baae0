"""A memory of answers that hostile requests cannot fill."""

from __future__ import annotations

from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")


class Memo(dict[Key, Answer], Generic[Key, Answer]):
    """A dict that empties itself before what it holds weighs more than *most*."""

    def __init__(self, most: int = 4096) -> None:
        """Hold answers that weigh *most* together; by itself, one weighs 1."""
        super().__init__()
        self._most = most
        self._weight = 0

    def remember(self, key: Key, answer: Answer, weight: int = 1) -> Answer:
        """Keep *answer* and return it. One that weighs more than all that may be held is the only one held."""
        self.grow(weight)
        self[key] = answer
        return answer

    def grow(self, weight: int) -> None:
        """Note that what is held weighs so much more, and forget it all if that is too much."""
        if self._weight + weight > self._most:
            self.clear()
            self._weight = 0
        self._weight += weight
