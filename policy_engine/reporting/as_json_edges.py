"""Edges as plain values for JSON. They know how a score of any kind is written, which `validate` need not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from policy_engine.engine.plain import plain
from policy_engine.model import format_instant
from policy_engine.reporting.as_json import which_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.reporting.edges import EdgesOfPolicy, TriedEdge


def tried_edge(edge: TriedEdge) -> orjson.Fragment:
    """Return an edge with what came of it as a compact piece of JSON: of so many, each stands on a line of its own."""
    plain_values = {
        "cell": dict(edge.cell),
        "at": format_instant(edge.at),
        "edge": edge.edge,
        "score": plain(edge.score),
        "outcome": edge.outcome,
        "threshold": edge.threshold,
        "threshold_from": edge.threshold_from,
        "invalid": edge.invalid,
    }
    if edge.case_outcome is not None:
        plain_values["case_outcome"] = edge.case_outcome
    # orjson's bytes keep the kilobyte that they were written in, which a copy does not
    return orjson.Fragment(bytes(bytearray(orjson.dumps(plain_values))))


def edges_of_policy(found: EdgesOfPolicy, edges: Sequence[orjson.Fragment]) -> dict[str, Any]:
    """Return what came of a policy's edges as plain values: how many there are, what is wrong, and all of them."""
    return {
        **which_policy(found.file, found.policy),
        "cells": found.cells,
        "tried": found.tried,
        "failed": found.failed,
        "miscompiled": found.miscompiled,
        "models_without_version": list(found.without_version),
        "failures": [
            {
                "cell": dict(one.cell),
                "at": format_instant(one.at),
                "edge": one.edge,
                "score": plain(one.score),
                "promised": one.promised,
                "said": dict(one.said),
            }
            for one in found.failures
        ],
        "edges": edges,
    }
