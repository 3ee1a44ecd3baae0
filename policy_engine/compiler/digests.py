"""What a digest covers: everything that a decision depends on, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.canonical import digest
from policy_engine.model import BESIDE_CELLS, format_instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.compiler.table import CompiledCell, CompiledStep, Details, PolicyTable
    from policy_engine.model import CaseReasons, Catalog, Policy
    from policy_engine.resolution import ResolvedPolicy

SEMANTICS = 2
"""Rises whenever the same table would decide otherwise, so that an old digest never names a new meaning."""


def table_digest(
    catalog: Catalog,
    policies: Mapping[str, tuple[PolicyTable, ...]],
    candidates: Mapping[str, tuple[PolicyTable, ...]],
) -> str:
    """Return the SHA-256 of the tables' canonical form, with the words that requests may use.

    What no decision depends on is left out: an owner, a description, a reason, a test, the order of overrides.
    """
    return digest(
        {
            "semantics": SEMANTICS,
            "dimensions": list(catalog.dimensions),
            "facts": sorted(catalog.facts),
            "escalation_paths": catalog.model_dump(
                mode="json",
                include={"escalation_paths"},
                exclude={"escalation_paths": {"__all__": {"because"}}},
            ),
            "policies": [table.digest for use_case in sorted(policies) for table in policies[use_case]],
            "candidates": [table.digest for use_case in sorted(candidates) for table in candidates[use_case]],
        }
    )


_OF_A_CASE = {"use_case", "version", "effective", "stage", *BESIDE_CELLS}
"""The keys of a policy that a table's digest covers beside its cells."""
_REASONS = {"tunable": {"__all__": {"because"}}, "knock_outs": {"__all__": {"fail_open_because"}}}


def policy_digest(
    policy: Policy, resolved: ResolvedPolicy, steps: Sequence[CompiledStep], cells: Sequence[CompiledCell]
) -> str:
    """Return the SHA-256 of one table: the policy's keys that decide, and every cell."""
    said = policy.model_dump(mode="json", by_alias=True, include=_OF_A_CASE, exclude=_REASONS)
    for key in ("samples", "knock_outs"):
        said[key].sort(key=lambda one: one["id"])
    details = {id(cell.details): cell.details for cell in cells}
    places = {key: place for place, key in enumerate(details)}
    return digest(
        {
            "policy": said,
            "bands": policy.band_names,
            "instants": [format_instant(instant) for instant in resolved.instants],
            "starts": resolved.starts,
            "steps": [_step(step) for step in steps],
            "details": [{band: _details(one) for band, one in details.items()} for details in details.values()],
            "cells": [_cell(cell, places[id(cell.details)]) for cell in cells],
        }
    )


def _step(step: CompiledStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "cuts": step.cuts,
        "known": step.known,
        "unknown": step.unknown,
        "possible": step.possible,
        "within": step.within,
        "next": step.next,
    }


def _cell(cell: CompiledCell, details: int) -> dict[str, Any]:
    return {
        "thresholds": cell.thresholds,
        "by_class": cell.by_class,
        "lead": None if cell.lead is None else cell.lead.model_dump(mode="json"),
        "knock_outs": [one.id for one in cell.knock_outs],
        "closed": sorted(cell.closed),
        "asking": sorted(cell.asking),
        "details": details,
    }


def _details(one: Details) -> dict[str, Any]:
    return {
        "escalate": one.escalate,
        "reasons": _reasons(one.reasons),
        "attributes": one.attributes,
        "highlight": None if one.highlight is None else one.highlight.model_dump(mode="json"),
    }


def _reasons(reasons: tuple[str, ...] | CaseReasons) -> Any:  # noqa: ANN401 - a list or a mapping
    return list(reasons) if isinstance(reasons, tuple) else reasons.model_dump(mode="json", by_alias=True)
