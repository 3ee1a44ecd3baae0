"""The rules that policies are held to, one file a rule, and what they look at."""

from policy_engine.lint._rule import Finding, Phase, Rule, Subject
from policy_engine.lint.flow import as_written, either, in_short, quoted, visible
from policy_engine.lint.registry import (
    CATALOG_RULES,
    CELL_RULES,
    NAME_RULES,
    POLICY_RULES,
    RULES,
    SET_RULES,
    SIZE_RULES,
    SOUND_RULES,
    TIME_RULES,
    WHOLE_CATALOG_RULES,
    WHOLE_RULES,
)
from policy_engine.lint.subjects import CatalogInUse, PolicyAtInstant, PolicyInCatalog, PolicyInCells, SitedPolicy

__all__ = [
    "CATALOG_RULES",
    "CELL_RULES",
    "NAME_RULES",
    "POLICY_RULES",
    "RULES",
    "SET_RULES",
    "SIZE_RULES",
    "SOUND_RULES",
    "TIME_RULES",
    "WHOLE_CATALOG_RULES",
    "WHOLE_RULES",
    "CatalogInUse",
    "Finding",
    "Phase",
    "PolicyAtInstant",
    "PolicyInCatalog",
    "PolicyInCells",
    "Rule",
    "SitedPolicy",
    "Subject",
    "as_written",
    "either",
    "in_short",
    "quoted",
    "visible",
]
