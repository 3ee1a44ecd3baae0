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
    from policy_engine.compiler import DecisionTable
    from policy_engine.engine import Engine
    from policy_engine.validator import CheckedPolicy, CheckedPolicySet


@contextmanager
def opened_engine(checked: CheckedPolicySet, audit_dir: str | None) -> Iterator[Engine]:
    """Give an engine that records in the log in *audit_dir*, if one is named. The log is closed at the end."""
    from policy_engine.engine import Engine

    table = table_of(checked)
    with opened_log(audit_dir) as log:
        yield Engine(table, audit=log)


def table_of(checked: CheckedPolicySet) -> DecisionTable:
    """Return the table of checked policies. Numbers that they take from the environment are those of this process."""
    from policy_engine.compiler import compile_policies

    return compile_policies(checked, os.environ, _tell_of_candidate)


@contextmanager
def opened_log(audit_dir: str | None) -> Iterator[AuditLog | None]:
    """Open the log in *audit_dir*, if one is named, and close it at the end."""
    if audit_dir is None:
        yield None
        return
    from policy_engine.audit import AuditLog

    with AuditLog(audit_dir) as log:
        _tell_of_recovery(log)
        yield log


def _tell_of_candidate(candidate: CheckedPolicy, error: Exception) -> None:
    tell(f"a candidate is left out: {candidate.file}: {error}")


def _tell_of_recovery(log: AuditLog) -> None:
    if log.recovery is not None:
        cut = counted(log.recovery.cut_bytes, "byte")
        tell(
            f"audit log: {cut} after record {log.recovery.after_seq:,} of stream {log.stream} were never finished, "
            "and are cut off; the log says so"
        )
