"""Words that the language will have and this version does not: a policy with one is ahead of it, not misspelt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from policy_engine.validator._complaint import Complaint

_KEYS: Final[dict[str, frozenset[str]]] = {
    "Catalog": frozenset({"facts", "guardrails"}),
    "Policy": frozenset(
        {
            "evidence",
            "facts",
            "knock_outs",
            "lead",
            "samples",
            "scores",
            "stage",
            "targets",
            "tunable",
            "unknown_label",
        }
    ),
    "Score": frozenset({"labels", "signal", "type"}),
    "Band": frozenset({"highlight"}),
    "Override": frozenset({"highlight"}),
}
"""By mapping, the keys to come."""

_KINDS: Final = frozenset({"classes", "labels"})
"""The kinds of score to come."""


def not_yet(complaint: Complaint) -> tuple[str, str] | None:
    """Return what to say, and what to do, of a word that is not known yet; None for every other one."""
    key, owner, value = complaint.path[-1] if complaint.path else "", complaint.place.owner.name, complaint.value
    if complaint.type == "extra_forbidden" and key in _KEYS.get(owner, ()):
        return _unknown_yet(f"`{key}`", "catalog" if owner == "Catalog" else "policy")
    if (owner, key) == ("Score", "kind") and isinstance(value, str) and value in _KINDS:
        return _unknown_yet(f"the kind `{value}`", "policy")
    if (owner, key) == ("ModelReference", "versions") and isinstance(value, dict):
        return _unknown_yet("a mapping for `versions`", "policy")
    return None


def _unknown_yet(what: str, file: str) -> tuple[str, str]:
    mend = f"keep what it says outside the {file} until it does: to leave it out altogether changes decisions"
    return f"this version of policy-engine does not know {what} yet", mend
