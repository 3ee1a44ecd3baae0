"""What to do about a word that the catalog does not have: write the likely one, or declare it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Collection

    from policy_engine.lint.subjects import PolicyInCatalog


def mend_word(word: str, known: Collection[str], declare: str) -> str:
    """Return the mend for *word*: the one of *known* that was likely meant, else *declare*, how to declare it."""
    if nearest(word, known) is not None:
        return f"{did_you_mean(word, known)} if not, {declare}"
    return f"write one that is {did_you_mean(word, known)}; or {declare}" if known else declare


def choose(word: str, known: Collection[str]) -> str:
    """Return the mend for *word* where none can be declared: the likely one of *known*, or the list of them."""
    near = did_you_mean(word, known)
    return near if nearest(word, known) is not None else f"write one that is {near}"


def how_to_declare(subject: PolicyInCatalog, section: str, entry: str) -> str:
    """Return how to get *entry* into the mapping *section* of the catalog, which may be the first one there."""
    if section in subject.catalog.model_fields_set:
        return f"add `{entry}` under `{section}` in the catalog"
    return how_to_begin(subject, f"{section}: {{{entry}}}")


def how_to_begin(subject: PolicyInCatalog, line: str) -> str:
    """Return how to get *line*, with a key that the catalog does not have yet, into the catalog."""
    if subject.has_catalog:
        return f"add `{line}` to the catalog"
    return f"write a catalog.yaml, which is not there yet, beside the policies: `schema: catalog/v1`, and `{line}`"
