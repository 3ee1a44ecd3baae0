"""An engine for checked policies, with the log that its decisions are recorded in."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policy_engine.cli._messages import tell
from policy_engine.reporting.as_text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.audit import AuditLog
    from policy_engine.engine import Engine
    from policy_engine.validator import CheckedPolicy, CheckedPolicySet


@contextmanager
def opened_engine(checked: CheckedPolicySet, audit_dir: str | None) -> Iterator[Engine]:
    """Give an engine that records in the log in *audit_dir*, if one is named. The log is closed at the end.

    Numbers that policies take from the environment are those of this process.
    """
    from policy_engine.compiler import compile_policies
    from policy_engine.engine import Engine

    table = compile_policies(checked, os.environ, _tell_of_candidate)
    if audit_dir is None:
        yield Engine(table)
        return
    from policy_engine.audit import AuditLog

    with AuditLog(audit_dir) as log:
        _tell_of_recovery(log)
        yield Engine(table, audit=log)


def _tell_of_candidate(candidate: CheckedPolicy, error: Exception) -> None:
    tell(f"a candidate is left out: {candidate.file}: {error}")


def _tell_of_recovery(log: AuditLog) -> None:
    if log.recovery is not None:
        cut = counted(log.recovery.cut_bytes, "byte")
        tell(
            f"audit log: {cut} after record {log.recovery.after_seq:,} of stream {log.stream} were never finished, "
            "and are cut off; the log says so"
        )
