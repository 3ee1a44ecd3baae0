"""What help texts say of a word that the catalog does not have: the likely one, or the line that declares it."""

from __future__ import annotations

from tests.support.policies import CATALOG, POLICY, Edit, edited, findings, plus


def _helps(*edits: Edit, catalog: str | None = CATALOG) -> list[str]:
    return [line.partition(" / ")[2] for line in findings(edited(POLICY, *edits), catalog)]


def test_where_there_is_no_catalog_the_help_says_so() -> None:
    zone = plus("{id: zone, when: {zone: east}, reasons: {block: [A]}}")
    there_is_none = "there is no catalog: write a catalog.yaml beside the policies with "
    level = "{levels: [{to: queue:"
    assert _helps(zone, catalog=None) == [
        f"{there_is_none}`effects: [adverse]`",
        f"{there_is_none}`escalation_paths: {{fraud-disputes: {level}fraud-disputes, within: PT8H}}]}}}}`",
        f"{there_is_none}`escalation_paths: {{fraud-ops: {level}fraud-ops, within: PT8H}}]}}}}`",
        f"{there_is_none}`jurisdictions: {{EU: {{}}}}`",
        f"{there_is_none}`dimensions: {{zone: [...]}}`",
    ]


def test_a_slip_is_named_even_where_there_is_no_catalog() -> None:
    slip = plus("{id: slip, when: {jurisdictoin: EU}, reasons: {block: [A]}}")
    assert _helps(slip, catalog=None)[-1].startswith("did you mean `jurisdiction`? if not, declare it")


def test_a_catalog_without_such_words_gets_the_first_one() -> None:
    no_effects = edited(CATALOG, ("effects: [adverse]\n", ""))
    assert _helps(catalog=no_effects) == ["declare it in the catalog: `effects: [adverse]`"]


def test_where_nothing_is_near_all_that_is_known_is_named() -> None:
    assert _helps(("effect: adverse", "effect: zzz")) == [
        "write one that is known here: `adverse`; or declare it in the catalog: `effects: [adverse, zzz]`"
    ]


def test_a_part_of_a_declared_country_is_declared_in_it() -> None:
    assert _helps(("jurisdiction: EU}", "jurisdiction: US-NV}")) == [
        "did you mean `US-CA`? if not, declare it in the catalog: `jurisdictions: {US-NV: {in: US}}`"
    ]
