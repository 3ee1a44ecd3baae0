"""Where an engine's policies come from: read, checked and compiled when it is loaded, and again at each reload."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from policy_engine.compiler import compile_policies
from policy_engine.exceptions import InvalidPolicyError, PoliciesNotFoundError
from policy_engine.lint import told_by
from policy_engine.loader import read_documents
from policy_engine.validator import LeftOut, check_leaving_out_candidates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policy_engine.compiler import DecisionTable
    from policy_engine.diagnostics import Report
    from policy_engine.validator import CheckedPolicy, CheckedPolicySet, Source


class Compiled(NamedTuple):
    """A table, the very sources that it was compiled from, what the check had to say of them, and what is not in it."""

    table: DecisionTable
    sources: tuple[Source, ...]
    report: Report
    left_out: tuple[LeftOut, ...]


class Origin:
    """Paths as they were named once. They lead to the same place also after the process has changed its folder."""

    def __init__(self, paths: Iterable[str | Path], environment: Mapping[str, str] | None = None) -> None:
        """Remember *paths*, where they lead from here, and whose variables to read: None for the process's own."""
        self._places = [(path, path.absolute()) for path in map(Path, paths)]
        self._environment = environment

    @classmethod
    def at(cls, path: str | Path | Iterable[str | Path], environment: Mapping[str, str] | None = None) -> Self:
        """Return the origin that one path names, or several."""
        return cls([path] if isinstance(path, (str, Path)) else path, environment)

    def compiled(self) -> Compiled:
        """Read, check and compile what lies there now, with the numbers that the environment's variables give now.

        The policies' own tests are part of the check, and so is their evidence, by which a test may speak of the time
        before a threshold was tuned. A candidate that cannot be loaded is left out.
        Raises `InvalidPolicyError` where there is any other error, `PoliciesNotFoundError` where there is no live
        policy, `EnvironmentNumberError` and `MiscompiledError`.
        """
        loaded = read_documents([_from_here(*place) for place in self._places], keep_evidence=told_by)
        checked, report, unfit = check_leaving_out_candidates(loaded)
        if checked is None:
            raise InvalidPolicyError(report)
        failing: list[LeftOut] = []
        digests = {source.file: source.sha256 for source in checked.sources}

        def leave_out(candidate: CheckedPolicy, error: Exception) -> None:
            failing.append(LeftOut(candidate.file, digests[candidate.file], type(error).__name__, str(error)))

        table = compile_policies(checked, self._variables_of(checked), leave_out)
        if not table.policies:
            names = ", ".join(str(named) for named, _ in self._places)
            raise PoliciesNotFoundError(f"there is no live policy in {names}: every case would be refused")
        left_out = tuple(sorted((*unfit, *failing), key=lambda one: one.file))
        absent = {one.file for one in left_out}
        sources = tuple(source for source in checked.sources if source.file not in absent)
        return Compiled(table, sources, report, left_out)

    def _variables_of(self, checked: CheckedPolicySet) -> dict[str, str]:
        """Return the variables that the policies name, as they are at one moment."""
        environment = os.environ if self._environment is None else self._environment
        tunables = (tunable for one in checked.policies for tunable in one.policy.tunable.values())
        found = {tunable.env: environment.get(tunable.env) for tunable in tunables if tunable.env is not None}
        return {name: value for name, value in found.items() if value is not None}


def _from_here(named: Path, absolute: Path) -> Path:
    """Return the path as named while it still leads there: findings speak of files by the names that people gave."""
    try:
        return named if named.absolute() == absolute else absolute
    except OSError:  # this process's folder is gone
        return absolute
