"""Where an engine's policies come from: read, checked and compiled when it is loaded, and again at each reload."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from policy_engine.compiler import compile_policies
from policy_engine.exceptions import InvalidPolicyError
from policy_engine.loader import read_documents
from policy_engine.validator import check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy_engine.compiler import DecisionTable
    from policy_engine.diagnostics import Report
    from policy_engine.validator import Source


class Compiled(NamedTuple):
    """A table, the very sources that it was compiled from, and what the check had to say of them."""

    table: DecisionTable
    sources: tuple[Source, ...]
    report: Report


class Origin:
    """Paths as they were named once. They lead to the same place also after the process has changed its folder."""

    def __init__(self, paths: Iterable[str | Path]) -> None:
        """Remember *paths*, and where they lead from here."""
        self._places = [(path, path.absolute()) for path in map(Path, paths)]

    @classmethod
    def at(cls, path: str | Path | Iterable[str | Path]) -> Self:
        """Return the origin that one path names, or several."""
        return cls([path] if isinstance(path, (str, Path)) else path)

    def compiled(self) -> Compiled:
        """Read, check and compile what lies there now. The policies' own tests are part of the check.

        Raises `InvalidPolicyError` where there is any error, `PoliciesNotFoundError` where there is nothing,
        and `MiscompiledError`.
        """
        checked, report = check(read_documents([_from_here(*place) for place in self._places]))
        if checked is None:
            raise InvalidPolicyError(report)
        return Compiled(compile_policies(checked), checked.sources, report)


def _from_here(named: Path, absolute: Path) -> Path:
    """Return the path as named while it still leads there: findings speak of files by the names that people gave."""
    try:
        return named if named.absolute() == absolute else absolute
    except OSError:  # this process's folder is gone
        return absolute
