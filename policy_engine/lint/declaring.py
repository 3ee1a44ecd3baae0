"""What to do about a word that the catalog does not have: write the likely one, or declare it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Collection

    from policy_engine.lint.subjects import PolicyInCatalog


def mend_word(subject: PolicyInCatalog, word: str, known: Collection[str], declaration: str) -> str:
    """Return the mend for *word*: the one of *known* that was likely meant, else the line that declares it."""
    declare = f"declare it in the catalog: `{declaration}`"
    if nearest(word, known) is not None:
        return f"{did_you_mean(word, known)} if not, {declare}"
    if not subject.has_catalog:
        return f"there is no catalog: write a catalog.yaml beside the policies with `{declaration}`"
    if not known:
        return declare
    return f"write one that is {did_you_mean(word, known)}; or {declare}"
