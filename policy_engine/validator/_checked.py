"""Policies that passed every step. Having one is the proof: only `check` can make it."""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from policy_engine.model import Catalog, Policy
    from policy_engine.resolution import ResolvedPolicy

PROOF: Final = object()
"""What `check` shows on making a CheckedPolicySet."""


class Source(NamedTuple):
    """A file that was read, by the SHA-256 of its exact bytes."""

    file: str
    sha256: str


class CheckedPolicy(NamedTuple):
    """A policy without errors, what holds in each of its cells, and the file that it was written in."""

    resolved: ResolvedPolicy
    file: str

    @property
    def policy(self) -> Policy:
        """The policy as written."""
        return self.resolved.policy


@dataclass(frozen=True)
class CheckedPolicySet:
    """Policies that mean something, each by itself and together.

    `policies` stand in the order of their use cases, and of the instants from which they are live;
    `sources` are the documents that all this was read from, in the order of their files.
    """

    catalog: Catalog
    policies: tuple[CheckedPolicy, ...]
    sources: tuple[Source, ...]
    proof: InitVar[object]

    def __post_init__(self, proof: object) -> None:
        """Refuse to be made by anyone but `check`."""
        if proof is not PROOF:
            raise TypeError("only `check` makes a CheckedPolicySet: it is the proof that the policies have no errors")
