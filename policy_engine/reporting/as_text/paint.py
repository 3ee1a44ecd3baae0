"""Colour, where it was asked for: the words are the same without it."""

from __future__ import annotations

from typing import NamedTuple

_RESET = "\x1b[0m"


class Paint(NamedTuple):
    """Paints printable text, or leaves it as it is where `on` is false."""

    on: bool = False

    def error(self, text: str) -> str:
        """Return text that nobody may overlook."""
        return self._painted(text, "1;31")

    def warning(self, text: str) -> str:
        """Return text that is worth a look."""
        return self._painted(text, "1;33")

    def good(self, text: str) -> str:
        """Return text that all is well."""
        return self._painted(text, "32")

    def strong(self, text: str) -> str:
        """Return text to see first."""
        return self._painted(text, "1")

    def faint(self, text: str) -> str:
        """Return text to see last."""
        return self._painted(text, "2")

    def _painted(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}{_RESET}" if self.on and text else text


PLAIN = Paint()
