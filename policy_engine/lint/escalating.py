"""Which bands of a policy escalate to which paths, as written, and how these end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policy_engine.model import HOLD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint._rule import Path
    from policy_engine.lint.subjects import PolicyInCatalog
    from policy_engine.model import EscalationPath


class Ending(NamedTuple):
    """A band that escalates to a path which ends in another band, and where the file says so."""

    band: str
    name: str
    path: EscalationPath
    place: Path


def endings(subject: PolicyInCatalog) -> Iterator[Ending]:
    """Yield every escalation of the policy to a path that the catalog declares and that does not end with `hold`."""
    written: list[tuple[str, str | None, Path]] = [
        (band.name, band.escalate, ("bands", i, "escalate")) for i, band in enumerate(subject.policy.bands)
    ]
    written += [
        (band, name, ("overrides", i, "escalate", band))
        for i, override in enumerate(subject.policy.overrides)
        for band, name in (override.escalate or {}).items()
    ]
    for band, name, place in written:
        path = subject.catalog.escalation_paths.get(name or "")
        if name is not None and path is not None and path.when_exhausted != HOLD:
            yield Ending(band, name, path, place)
