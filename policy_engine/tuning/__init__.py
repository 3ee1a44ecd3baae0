"""Choosing thresholds from labelled scores: what each would do, and what the choice can be held to."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from policy_engine.tuning.choosing import Choice, choose
from policy_engine.tuning.objectives import Objective
from policy_engine.tuning.sweeping import Sweep, sweep_scores

if TYPE_CHECKING:
    from policy_engine.tuning.guarantees import Certified, cases_needed, certified_precision, certified_recall

__all__ = [
    "Certified",
    "Choice",
    "Objective",
    "Sweep",
    "cases_needed",
    "certified_precision",
    "certified_recall",
    "choose",
    "sweep_scores",
]

_WITH_SCIPY: Final = frozenset({"Certified", "cases_needed", "certified_precision", "certified_recall"})


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has the name
    """Import what needs scipy when it is asked for."""
    if name not in _WITH_SCIPY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module("policy_engine.tuning.guarantees"), name)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] != "scipy":
            raise
        raise ImportError(f"`{name}` needs scipy: pip install 'policy-engine[tune]'") from error
