"""What help texts say of a word that the catalog does not have: the likely one, or the line that declares it."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, Edit, edited, findings, plus


def _helps(*edits: Edit, catalog: str | None = CATALOG) -> list[str]:
    return [line.partition(" / ")[2] for line in findings(edited(POLICY, *edits), catalog)]


def test_where_there_is_no_catalog_the_help_says_so() -> None:
    zone = plus("{id: zone, when: {zone: east}, reasons: {block: [A]}}")
    there_is_none = "write a catalog.yaml, which is not there yet, beside the policies: `schema: catalog/v1`, and "
    level = "{levels: [{to: queue:"
    assert _helps(zone, catalog=None) == [
        f"{there_is_none}`effects: [adverse]`",
        f"{there_is_none}`escalation_paths: {{fraud-disputes: {level}fraud-disputes, within: PT8H}}]}}}}`",
        f"{there_is_none}`escalation_paths: {{fraud-ops: {level}fraud-ops, within: PT8H}}]}}}}`",
        f"{there_is_none}`jurisdictions: {{EU: {{}}}}`",
        (
            f"write one that is known here: `escalation_path`, `jurisdiction`; or {there_is_none}"
            "`dimensions: {zone: [...]}`, with all its values"
        ),
    ]


def test_a_slip_is_named_even_where_there_is_no_catalog() -> None:
    slip = plus("{id: slip, when: {jurisdictoin: EU}, reasons: {block: [A]}}")
    assert _helps(slip, catalog=None)[-1].startswith("did you mean `jurisdiction`? if not, write a catalog.yaml")


def test_a_catalog_without_such_words_gets_the_first_one() -> None:
    no_effects = edited(CATALOG, ("effects: [adverse]\n", ""))
    assert _helps(catalog=no_effects) == ["add `effects: [adverse]` to the catalog"]


def test_where_nothing_is_near_all_that_is_known_is_named() -> None:
    assert _helps(("effect: adverse", "effect: zzz")) == [
        "write one that is known here: `adverse`; or add `zzz` to `effects` in the catalog"
    ]


def test_a_part_of_a_declared_country_is_declared_in_it() -> None:
    assert _helps(("jurisdiction: EU}", "jurisdiction: US-NV}")) == [
        "`US-NV` is Nevada: add `US-NV: {in: US}` under `jurisdictions` in the catalog; or did you mean `US-CA`?"
    ]


def test_a_country_that_is_not_declared_is_named_and_declared() -> None:
    assert _helps(("jurisdiction: EU}", "jurisdiction: CH}")) == [
        "`CH` is Switzerland: add `CH: {}` under `jurisdictions` in the catalog"
    ]


@pytest.mark.parametrize("section", ["jurisdictions", "dimensions", "escalation_paths"])
def test_a_catalog_without_the_mapping_gets_all_of_it(section: str) -> None:
    words = plus(
        "{id: words, when: {jurisdiction: MARS, orbit: low, escalation_path: night-ops}, reasons: {block: [A]}}"
    )
    entries = {
        "jurisdictions": "MARS: {}",
        "dimensions": "orbit: [...]",
        "escalation_paths": "night-ops: {levels: [{to: queue:name, within: PT8H}]}",
    }
    catalog = "".join(f"{name}: {{}}\n" for name in entries if name != section)
    helps = _helps(words, catalog=f"schema: catalog/v1\n{catalog}")
    for name, entry in entries.items():
        line = f"add `{name}: {{{entry}}}` to the catalog" if name == section else f"add `{entry}` under `{name}`"
        assert any(line in one for one in helps)
