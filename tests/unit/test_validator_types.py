"""Values of the wrong kind, in the words of the reader."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, after_in_catalog, instead, plus

IN_A_POLICY: dict[str, tuple[list[Edit], list[str]]] = {
    "a number in quotes": (
        [("version: 7", 'version: "7"')],
        [
            "3:10: PE103 `version` is the text `7` where a whole number is wanted / write `7`, without quotes",
        ],
    ),
    "a number with a comma": (
        [("at_least: 0.90", 'at_least: "0,90"')],
        [
            "11:29: PE103 `at_least` is the text `0,90` where a number is wanted / write `0.90`",
        ],
    ),
    "a number in per cent": (
        [("at_least: 0.90", "at_least: 90.5 %")],
        [
            "11:29: PE103 `at_least` is the text `90.5 %` where a number is wanted / write `0.905`",
        ],
    ),
    "a word for a number": (
        [("at_least: 0.90", "at_least: high")],
        [
            "11:29: PE103 `at_least` is the text `high` where a number is wanted / write a number such as `0.5`",
        ],
    ),
    "true for a number": (
        [("at_least: 0.90", "at_least: true")],
        [
            "11:29: PE103 `at_least` is `true` where a number is wanted / write a number such as `0.5`",
        ],
    ),
    "a mapping for a number": (
        [("at_least: 0.90", "at_least: {is: 0.9}")],
        [
            "11:29: PE103 `at_least` is a mapping where a number is wanted / write a number such as `0.5`",
        ],
    ),
    "a decimal for a whole number": (
        [("version: 7", "version: 7.0")],
        [
            "3:10: PE103 `version` is the number 7.0 where a whole number is wanted / write `7`",
        ],
    ),
    "a number for text": (
        [("owner: payments-risk", "owner: 0x1F")],
        [
            '4:8: PE103 `owner` is the number 0x1F where text is wanted / write `"0x1F"`, in quotes',
        ],
    ),
    "a version for a text": (
        [("name: fraud-gbm", "name: fraud-gbm, versions: 4.20")],
        [
            '9:38: PE103 `versions` is the number 4.20 where text or a mapping is wanted / write `"==4.20"`, in quotes',
        ],
    ),
    "true for text": (
        [("use_case: card-fraud", "use_case: true")],
        [
            '2:11: PE103 `use_case` is `true` where text is wanted / write `"true"`, in quotes',
        ],
    ),
    "a mapping for a range": (
        [("kind: probability", "kind: number\n  range: {low: 0, high: 1}")],
        [
            (
                "8:10: PE103 `range` is a mapping where a list is wanted / write `[0, 100]`, the lowest and the "
                "highest possible score, null for an end that is open"
            ),
        ],
    ),
    "a text for a range": (
        [("kind: probability", "kind: number\n  range: 0-1")],
        [
            (
                "8:10: PE103 `range` is the text `0-1` where a list is wanted / write `[0, 100]`, the lowest and the "
                "highest possible score, null for an end that is open"
            ),
        ],
    ),
    "a list for text": (
        [("on_invalid: review", "on_invalid: [review]")],
        [
            (
                "14:13: PE103 `on_invalid` is a list where text or a mapping is wanted / write `review`, "
                "without brackets"
            ),
        ],
    ),
    "a mapping for text": (
        [("owner: payments-risk", "owner: {team: risk}")],
        [
            "4:8: PE103 `owner` is a mapping where text is wanted / write text",
        ],
    ),
    "text for a list": (
        [("reasons: [FR01]", "reasons: FR01")],
        [
            "11:87: PE103 `reasons` is the text `FR01` where a list or a mapping is wanted / write `[FR01]`",
        ],
    ),
    "a number for a list of text": (
        [("reasons: [FR01]", "reasons: 101")],
        [
            '11:87: PE103 `reasons` is the number 101 where a list or a mapping is wanted / write `["101"]`',
        ],
    ),
    "a number in a list of text": (
        [("reasons: [FR01]", "reasons: [FR01, 101]")],
        [
            '11:94: PE103 item 2 of `reasons` is the number 101 where text is wanted / write `"101"`, in quotes',
        ],
    ),
    "a mapping for a list": (
        [("overrides:\n  - {id", "overrides:\n  {id")],
        [
            (
                "16:3: PE103 `overrides` is a mapping where a list is wanted / write it as a list: `[{id: eu, when: "
                "{jurisdiction: EU}, thresholds: {block: 0.93}, because: fewer refusals}]`"
            ),
        ],
    ),
    "text for a list of mappings": (
        [(instead()[0], "overrides: none\n")],
        [
            (
                "15:12: PE103 `overrides` is the text `none` where a list is wanted / write a list: each item "
                "begins with `- `"
            ),
        ],
    ),
    "nothing for a list": (
        [(instead()[0], "overrides:\n")],
        [
            (
                "15:11: PE103 `overrides` is nothing where a list is wanted / write the items below "
                "`overrides:`, each beginning with `- `, or delete the key"
            ),
        ],
    ),
    "nothing for an item": (
        [("  - {name: allow}", "  - {name: allow}\n  -")],
        [
            (
                "14:4: PE103 item 4 of `bands` is nothing where a mapping is wanted / write a mapping such as "
                "`{name: review}` after the `-`, or delete the item"
            ),
        ],
    ),
    "nothing for a required mapping": (
        [("effective: {from: 2026-07-01T00:00:00Z}", "effective:")],
        [
            (
                "5:11: PE103 `effective` is nothing where a mapping is wanted / write a mapping such as `{from: "
                "2026-07-01T00:00:00Z}` after `effective:`"
            ),
        ],
    ),
    "nothing for a word": (
        [("higher_is: riskier", "higher_is:")],
        [
            (
                "8:13: PE103 `higher_is` is nothing where `riskier` or `safer` is wanted / write `riskier` or "
                "`safer` after `higher_is:`"
            ),
        ],
    ),
    "nothing for a threshold": (
        [("{block: 0.93}", "{block: }")],
        [
            (
                "16:60: PE103 `block` is nothing where a number, `never` or `always` is wanted / write a "
                "number, `never` or `always` after `block:`, or delete the key"
            ),
        ],
    ),
    "nothing for a band": (
        [("on_invalid: review", "on_invalid:")],
        [
            (
                "14:12: PE103 `on_invalid` is nothing where text or a mapping is wanted / write a band such as "
                "`block` after `on_invalid:`"
            ),
        ],
    ),
    "nothing for a condition": (
        [("when: {jurisdiction: EU}", "when: "), ("  - {id: eu, when: , th", "  - {id: eu, when: null, th")],
        [
            (
                "16:20: PE103 `when` is nothing where a mapping is wanted / write a mapping such as "
                "`{jurisdiction: EU}` after `when:`"
            ),
        ],
    ),
    "an instant for a window": (
        [("effective: {from: 2026-07-01T00:00:00Z}", "effective: 2026-07-01T00:00:00Z")],
        [
            (
                "5:12: PE103 `effective` is the text `2026-07-01T00:00:00Z` where a mapping is wanted / write "
                "`{from: 2026-07-01T00:00:00Z}`"
            ),
        ],
    ),
    "a day for a window": (
        [("effective: {from: 2026-07-01T00:00:00Z}", "effective: 2026-07-01")],
        [
            (
                "5:12: PE103 `effective` is the text `2026-07-01` where a mapping is wanted / write "
                "`{from: 2026-07-01T00:00:00Z}`"
            ),
        ],
    ),
    "no instant for a window": (
        [("effective: {from: 2026-07-01T00:00:00Z}", "effective: summer")],
        [
            (
                "5:12: PE103 `effective` is the text `summer` where a mapping is wanted / write a mapping such as "
                "`{from: 2026-07-01T00:00:00Z}`"
            ),
        ],
    ),
    "a number for a window": (
        [("effective: {from: 2026-07-01T00:00:00Z}", "effective: 2026")],
        [
            (
                "5:12: PE103 `effective` is the number 2026 where a mapping is wanted / write a mapping such as "
                "`{from: 2026-07-01T00:00:00Z}`"
            ),
        ],
    ),
    "a name for a model": (
        [("model: {name: fraud-gbm}", "model: fraud-gbm")],
        [
            "9:10: PE103 `model` is the text `fraud-gbm` where a mapping is wanted / write `{name: fraud-gbm}`",
        ],
    ),
    "a value for a condition": (
        [("when: {jurisdiction: EU}", "when: EU")],
        [
            "16:20: PE103 `when` is the text `EU` where a mapping is wanted / write `{jurisdiction: EU}`",
        ],
    ),
    "a number for a condition": (
        [
            plus(
                "{id: big, when: {amount: 1000}, reasons: {block: [A]}}",
            )
        ],
        [
            (
                "17:30: PE103 `amount` is the number 1000 where text, a list or a mapping is wanted / write "
                '`{at_least: 1000}` if it is a number, or `"1000"`, in quotes, if it has values'
            ),
        ],
    ),
    "a number in a list for a condition": (
        [plus("{id: big, when: {amount: [1000]}, reasons: {block: [A]}}")],
        [
            (
                "17:31: PE103 item 1 of `amount` is the number 1000 where text is wanted / write `amount: {at_least: "
                '1000}` if it is a number, or `"1000"`, in quotes, if it has values'
            ),
        ],
    ),
    "two numbers in a list for a condition": (
        [plus("{id: big, when: {amount: [gold, 1000, 100.0]}, reasons: {block: [A]}}")],
        [
            (
                f"17:{column}: PE103 item {item} of `amount` is the number {number} where text is wanted / write "
                f'`amount: {{at_least: 100, below: 1000}}` if it is a number, or `"{number}"`, in quotes, if it has '
                "values"
            )
            for column, item, number in ((37, 2, "1000"), (43, 3, "100.0"))
        ],
    ),
    "true in a list for a condition": (
        [plus("{id: big, when: {tier: [true]}, reasons: {block: [A]}}")],
        ['17:29: PE103 item 1 of `tier` is `true` where text is wanted / write `"true"`, in quotes'],
    ),
    "true for a condition": (
        [
            plus(
                "{id: big, when: {tier: true}, reasons: {block: [A]}}",
            )
        ],
        [
            '17:28: PE103 `tier` is `true` where text, a list or a mapping is wanted / write `"true"`, in quotes',
        ],
    ),
    "a threshold alone": (
        [("thresholds: {block: 0.93}", "thresholds: 0.93")],
        [
            "16:52: PE103 `thresholds` is the number 0.93 where a mapping is wanted / write `{block: 0.93}`",
        ],
    ),
    "a list of thresholds": (
        [("thresholds: {block: 0.93}", "thresholds: [{block: 0.93}, {review: 0.6}]")],
        [
            (
                "16:52: PE103 `thresholds` is a list where a mapping is wanted / write `{block: 0.93, review: "
                "0.6}`, one mapping and no list"
            ),
        ],
    ),
    "a list of numbers for thresholds": (
        [("thresholds: {block: 0.93}", "thresholds: [0.93]")],
        [
            "16:52: PE103 `thresholds` is a list where a mapping is wanted / write a mapping such as `{block: 0.9}`",
        ],
    ),
    "a score as a list of mappings": (
        [
            (
                "score:\n  kind: probability\n  higher_is: riskier\n  model: {name: fraud-gbm}",
                "score:\n  - kind: probability\n  - higher_is: riskier\n  - model: {name: fraud-gbm}",
            )
        ],
        [
            (
                "7:3: PE103 `score` is a list where a mapping is wanted / write `{kind: probability, higher_is: "
                "riskier, model: {name: fraud-gbm}}`, one mapping and no list"
            ),
        ],
    ),
    "a list of names for an override": (
        [
            (
                "  - {id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.93}, because: fewer refusals}",
                "  - [eu, de]",
            )
        ],
        [
            (
                "16:5: PE103 item 1 of `overrides` is a list where a mapping is wanted / write a mapping such "
                "as `{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.95}}`"
            ),
        ],
    ),
    "a test as text": (
        [("overrides:", "tests: [block]\noverrides:")],
        [
            (
                "15:9: PE103 item 1 of `tests` is the text `block` where a mapping is wanted / write a mapping "
                "such as `{given: {score: 0.5}, expect: {outcome: block}}`"
            ),
        ],
    ),
    "a word that is a number": (
        [("higher_is: riskier", "higher_is: 1")],
        [
            (
                "8:14: PE103 `higher_is` is the number 1 where `riskier` or `safer` is wanted / write `riskier` "
                "or `safer`"
            ),
        ],
    ),
}

IN_A_CATALOG: dict[str, tuple[list[Edit], list[str]]] = {
    "a parent alone": (
        [("DE: {in: EU}", "DE: EU")],
        [
            "catalog.yaml:4:7: PE103 `DE` is the text `EU` where a mapping is wanted / write `{in: EU}`",
        ],
    ),
    "nothing for a jurisdiction": (
        [("EU: {}", "EU:")],
        [
            "catalog.yaml:3:6: PE103 `EU` is nothing where a mapping is wanted / write `EU: {}`",
        ],
    ),
    "levels alone": (
        [("{levels: [{to: queue:fraud-l1, within: PT30M}]}", "[{to: queue:fraud-l1, within: PT30M}]")],
        [
            (
                "catalog.yaml:14:14: PE103 `fraud-ops` is a list where a mapping is wanted / write `{levels: "
                "[{to: queue:fraud-l1, within: PT30M}]}`"
            ),
        ],
    ),
    "a value for a dimension": (
        [("[standard, gold, platinum]", "gold")],
        [
            ("catalog.yaml:10:9: PE103 `tier` is the text `gold` where a list or a mapping is wanted / write `[gold]`"),
        ],
    ),
    "numbers for values": (
        [("[standard, gold, platinum]", "[1, 2]")],
        [
            (
                'catalog.yaml:10:10: PE103 item 1 of `tier` is the number 1 where text is wanted / write `"1"`, '
                "in quotes"
            ),
            (
                'catalog.yaml:10:13: PE103 item 2 of `tier` is the number 2 where text is wanted / write `"2"`, '
                "in quotes"
            ),
        ],
    ),
    "a number for a dimension": (
        [("{cuts: [100, 1000], unit: EUR}", "100")],
        [
            (
                "catalog.yaml:11:11: PE103 `amount` is the number 100 where a list or a mapping is wanted / "
                "write `{cuts: [100]}` if it is a number, or a list if it has values"
            ),
        ],
    ),
    "an empty text for a dimension": (
        [("[standard, gold, platinum]", '""')],
        [
            (
                "catalog.yaml:10:9: PE103 `tier` is an empty text where a list or a mapping is wanted / write a "
                "list or a mapping"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", IN_A_POLICY)
def test_a_value_of_the_wrong_kind_is_told_with_what_to_write(case: str) -> None:
    edits, told = IN_A_POLICY[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", IN_A_CATALOG)
def test_so_it_is_in_a_catalog(case: str) -> None:
    edits, told = IN_A_CATALOG[case]
    assert after_in_catalog(*edits) == told
