"""Parts of a country that is declared, and that they do not lie in."""

from __future__ import annotations

import re

import pytest

from tests.support.policies import CATALOG, POLICY, Edit, edited, findings

WHY = (
    "PE220 `US-CA` is a part of `US`, which is declared, but does not lie in it: what holds for `US` would not hold "
    "for `US-CA` / write "
)
PART = "US-CA: {in: US}"
FOUND: dict[str, tuple[list[Edit], str, str]] = {
    "in nothing": ([(PART, "US-CA: {}")], "8:3", "`US-CA: {in: US}`"),
    "in another country": ([(PART, "US-CA: {in: DE}")], "8:3", "`US-CA: {in: [DE, US]}`"),
    "in several others": ([(PART, "US-CA: {in: [DE, EU]}")], "8:3", "`US-CA: {in: [DE, EU, US]}`"),
    "before its country": ([("EU: {}", "US-CA: {}\n  EU: {}"), (f"  {PART}\n", "")], "3:3", "`US-CA: {in: US}`"),
    "the country in its part": (
        [(PART, "US-CA: {}"), ("US: {}", "US: {in: [EU, US-CA]}")],
        "8:3",
        "`US-CA: {in: US}`, and `US: {in: EU}`",
    ),
    "the country in its part, through another": (
        [(PART, "US-CA: {}\n  west: {in: US-CA}"), ("US: {}", "US: {in: west}")],
        "8:3",
        "`US-CA: {in: US}`, and `US: {}`",
    ),
}
SILENT: dict[str, list[Edit]] = {
    "through another": [(PART, "US-CA: {in: west-coast}\n  west-coast: {in: US}")],
    "among others": [(PART, "US-CA: {in: [EU, US]}")],
    "the country is not declared": [("  US: {}\n", ""), (PART, "US-CA: {}")],
    "no code of a part": [(PART, "US-west-coast: {}")],
}
OF_ANOTHER_CODE: dict[str, tuple[str, str]] = {
    "a parent that is not declared": ("US-CA: {in: USA}", "PE208"),
    "a code that is not assigned": ("US-XX: {}", "PE209"),
    "in itself": ("US-CA: {in: [US, US-CA]}", "PE216"),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_part_lies_in_its_country_once_that_is_declared(case: str) -> None:
    edits, place, mend = FOUND[case]
    catalog = edited(CATALOG, *edits)
    assert findings(POLICY, catalog) == [f"catalog.yaml:{place}: {WHY}{mend}"]
    for entry in re.findall("`(.+?)`", mend):
        catalog = re.sub(rf"(?m)^  {entry.partition(':')[0]}: .*$", f"  {entry}", catalog)
    assert findings(POLICY, catalog) == []


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert findings(POLICY, edited(CATALOG, *SILENT[case])) == []


@pytest.mark.parametrize("case", OF_ANOTHER_CODE)
def test_one_mistake_has_one_finding(case: str) -> None:
    entry, code = OF_ANOTHER_CODE[case]
    assert [re.search(code, line) is not None for line in findings(POLICY, edited(CATALOG, (PART, entry)))] == [True]
