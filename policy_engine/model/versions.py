"""Versions as PEP 440 specifies them. Few policies name any, so that this is imported where one does."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTSIDE: Final = object()
"""What a version is that no specifier admits."""


def is_specifier(text: str) -> bool:
    """Say whether a text specifies versions."""
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True


def admits_none(text: str) -> bool:
    """Say whether no version at all fits a specifier. Pre-releases count."""
    return SpecifierSet(text, prereleases=True).is_unsatisfiable()


class Finder:
    """Finds which of several specifiers admits a version. Pre-releases count."""

    def __init__(self, specifiers: Mapping[str, str] | Mapping[None, str]) -> None:
        """Take specifiers by their names; a policy's only one has none."""
        self._sets = [(name, SpecifierSet(text, prereleases=True)) for name, text in specifiers.items()]

    def name_for(self, version: object) -> object:
        """Return the name of the specifier that admits *version*, or `OUTSIDE`."""
        if isinstance(version, str):
            # no version, or one with more digits than Python turns into a number
            with suppress(ValueError):
                read = Version(version)
                for name, specifier in self._sets:
                    if specifier.contains(read, prereleases=True):
                        return name
        return OUTSIDE
