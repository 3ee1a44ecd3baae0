"""What a table's digest covers: everything that a decision depends on, and nothing else."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from policy_engine.canonical import digest
from policy_engine.model import Verdict, format_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.compiler.table import CompiledCell, CompiledStep, PolicyTable
    from policy_engine.model import Catalog

SEMANTICS = 1
"""Rises whenever the same table would decide otherwise, so that an old digest never names a new meaning."""


def table_digest(catalog: Catalog, tables: Mapping[str, tuple[PolicyTable, ...]]) -> str:
    """Return the SHA-256 of the tables' canonical form, with the words that requests may use.

    What no decision depends on is left out: an owner, a description, a reason, a test, the order of overrides.
    """
    return digest(
        {
            "semantics": SEMANTICS,
            "dimensions": list(catalog.dimensions),
            "escalation_paths": catalog.model_dump(
                mode="json", include={"escalation_paths"}, exclude={"escalation_paths": {"__all__": {"because"}}}
            ),
            "policies": [_policy(table) for use_case in sorted(tables) for table in tables[use_case]],
        }
    )


def _policy(table: PolicyTable) -> dict[str, Any]:
    policy = table.policy
    return {
        "use_case": policy.use_case,
        "version": policy.version,
        "effective": policy.effective.model_dump(mode="json"),
        "score": policy.score.model_dump(mode="json"),
        "bands": policy.band_names,
        "instants": [format_instant(instant) for instant in table.instants],
        "starts": table.starts,
        "steps": [_step(step) for step in table.steps],
        "cells": [_cell(cell) for cell in table.cells],
    }


def _step(step: CompiledStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "cuts": step.cuts,
        "known": step.known,
        "unknown": step.unknown,
        "within": step.within,
        "next": step.next,
    }


def _cell(cell: CompiledCell) -> dict[str, Any]:
    return {
        "cuts": cell.cuts,
        "by_score": [_verdict(verdict) for verdict in cell.by_score],
        "by_class": {name: _verdict(verdict) for name, verdict in cell.by_class.items()},
    }


_OF_A_VERDICT = tuple(field.name for field in fields(Verdict))


def _verdict(verdict: Verdict) -> dict[str, Any]:
    # `asdict` copies all that it finds, however deep; nothing here is changed, so nothing needs a copy
    return {name: getattr(verdict, name) for name in _OF_A_VERDICT}
