"""What a reload came to, and what an engine decides by now: plain data for a health check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from policy_engine.diagnostics import Report
    from policy_engine.validator import LeftOut, Source

StageName = Literal["shadow", "canary"]
"""What a candidate may be."""


@dataclass(frozen=True, slots=True)
class ReloadStatus:
    """One attempt to take up the policies as they lie in their place now.

    `table_digest` is what was in force after it, `changed` says whether it was another one before. Where the
    attempt failed, `why` says it in words and `error` names the exception; `traceback` is there only for one
    that policy-engine does not raise on purpose. `report` has the findings, warnings too, if it came to a check.
    A candidate that cannot be loaded fails no reload; `EngineStatus.candidates_left_out` has it.
    """

    ok: bool
    at: datetime
    table_digest: str
    changed: bool
    error: str | None = None
    why: str | None = None
    report: Report | None = field(default=None, repr=False)
    traceback: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CandidateStatus:
    """How a candidate has done since it came into force, in this process.

    One that `is_set_aside` took too long, and is not asked until the next reload. `failures` counts the cases in
    which it raised something, and the cases and batches with which it was over the budget; `last_failure` says what it
    was, without any word of the case.
    """

    use_case: str
    version: int
    stage: StageName
    is_set_aside: bool
    failures: int
    last_failure: str | None


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What an engine decides by. `since` is when this digest came into force.

    `sources` are the files that all this was read from, by the SHA-256 of their bytes: none where the engine was made
    from a table. `last_reload` is None before the first. `candidates` are those that were loaded, in force by now or
    not, and `candidates_left_out` the files of those that could not be, with the reason.
    """

    table_digest: str
    since: datetime
    sources: tuple[Source, ...]
    last_reload: ReloadStatus | None = None
    candidates: tuple[CandidateStatus, ...] = ()
    candidates_left_out: tuple[LeftOut, ...] = ()
