"""Reasons that come with the case, wherever a policy says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.model import CaseReasons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy
    from policy_engine.resolution import Path


def of_the_case(policy: Policy) -> Iterator[tuple[str, CaseReasons, Path]]:
    """Yield each band that takes its reasons from the case, with these and their place."""
    for i, band in enumerate(policy.bands):
        if isinstance(band.reasons, CaseReasons):
            yield band.name, band.reasons, ("bands", i, "reasons")
    for i, override in enumerate(policy.overrides):
        for name, reasons in (override.reasons or {}).items():
            if isinstance(reasons, CaseReasons):
                yield name, reasons, ("overrides", i, "reasons", name)
