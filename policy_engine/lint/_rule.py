"""What a rule is, and what it hands back: a finding with a place in the data, not yet in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from policy_engine.diagnostics import RuleInfo
from policy_engine.resolution import Path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policy_engine.diagnostics import Severity

Phase = Literal[
    "catalog",
    "policy",
    "names",
    "size",
    "ties",
    "cells",
    "sound",
    "set",
    "whole",
    "time",
    "evidence",
    "use",
    "tests",
    "against",
]
"""When a rule runs: over the catalog, over a policy by itself, over a policy's words that the catalog declares,
over how many cells a policy makes, over what meets in them, over these cells, over cells without any error, over
policies together, over all of them if all could be read, over a policy at an instant, over a policy and its evidence,
over a catalog beside all policies, over a policy and what its tests reach, over a policy and
what it was before."""

Subject = TypeVar("Subject")


class Finding(NamedTuple):
    """One finding of a rule, placed at a key or a value of the data that the rule looked at.

    `of` is the place of the policy among those that a rule over all policies looked at. `must_be_mended` says that
    this one may not be waived, though the rule's others may.
    """

    message: str
    help: str
    path: Path
    at: Literal["key", "value"] = "value"
    cell: Mapping[str, str] | None = None
    witness: float | None = None
    of: int = 0
    must_be_mended: bool = False


class Rule(NamedTuple, Generic[Subject]):
    """One thing to look for. `check` hands back everything that it found; it never raises.

    `may_be_waived` is for errors, see `RuleInfo`: warnings always may.
    """

    code: str
    name: str
    phase: Phase
    summary: str
    check: Callable[[Subject], Iterable[Finding]]
    severity: Severity = "error"
    may_be_waived: bool = False

    @property
    def info(self) -> RuleInfo:
        """What its code stands for."""
        may_be_waived = self.may_be_waived or self.severity == "warning"
        return RuleInfo(self.code, self.name, self.summary, self.severity, may_be_waived)


__all__ = ["Finding", "Path", "Phase", "Rule", "Subject"]
