"""Values of the right kind that the language does not allow."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, after_in_catalog, plus

IN_A_POLICY: dict[str, tuple[list[Edit], list[str]]] = {
    "a word": (
        [("higher_is: riskier", "higher_is: risky")],
        [
            "8:14: PE104 `risky` is no value of `higher_is` / did you mean `riskier`? it may be `riskier` or `safer`",
        ],
    ),
    "a word far off": (
        [("kind: probability", "kind: ranking")],
        [
            "7:9: PE104 `ranking` is no value of `kind` / write `probability`, `number`, `classes` or `labels`",
        ],
    ),
    "a word for a threshold": (
        [("{block: 0.93}", "{block: nevr}")],
        [
            (
                "16:60: PE104 `block` is the text `nevr` where a number, `never` or `always` is wanted / did "
                "you mean `never`?"
            ),
        ],
    ),
    "a number in quotes for a threshold": (
        [("{block: 0.93}", '{block: "0.93"}')],
        [
            (
                "16:60: PE104 `block` is the text `0.93` where a number, `never` or `always` is wanted / write "
                "`0.93`, without quotes"
            ),
        ],
    ),
    "nothing near for a threshold": (
        [("{block: 0.93}", "{block: high}")],
        [
            (
                "16:60: PE104 `block` is the text `high` where a number, `never` or `always` is wanted / write "
                "a number, `never` or `always`"
            ),
        ],
    ),
    "a name with a space": (
        [("use_case: card-fraud", "use_case: card fraud")],
        [
            (
                "2:11: PE104 `card fraud` is no name: a name is a letter, then up to 63 letters, digits, `_`, "
                "`.` or `-` / write `card-fraud`"
            ),
        ],
    ),
    "a name that begins with a digit": (
        [("use_case: card-fraud", "use_case: 3d-secure")],
        [
            (
                "2:11: PE104 `3d-secure` is no name: a name is a letter, then up to 63 letters, digits, `_`, "
                "`.` or `-` / begin it with a letter from a to z"
            ),
        ],
    ),
    "a name that is too long": (
        [("use_case: card-fraud", f"use_case: {'x' * 65}")],
        [
            (
                "2:11: PE104 `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` is no name: a name "
                "is a letter, then up to 63 letters, digits, `_`, `.` or `-` / shorten it"
            ),
        ],
    ),
    "a name of a band with a space": (
        [("{block: 0.93}", "{hard block: 0.93}")],
        [
            (
                "16:53: PE104 `hard block` is no name: a name is a letter, then up to 63 letters, digits, `_`, "
                "`.` or `-` / write `hard-block`"
            ),
        ],
    ),
    "a dimension in capitals": (
        [("jurisdiction: EU}", "Jurisdiction: EU}")],
        [
            (
                "16:21: PE104 `Jurisdiction` is no name of a dimension: it is a small letter, then up to 63 "
                "small letters, digits or `_` / write `jurisdiction`"
            ),
        ],
    ),
    "a reason with a space": (
        [("[FR01]", "[FR 01]")],
        [
            (
                "11:88: PE104 `FR 01` is no code: a code is a letter or digit, then up to 63 letters, digits, "
                "`_`, `.`, `:` or `-` / write `FR-01`"
            ),
        ],
    ),
    "an empty text": (
        [("because: fewer refusals", 'because: ""')],
        [
            "16:76: PE104 `because` is empty / write the text, or delete `because`",
        ],
    ),
    "a blank text": (
        [("because: fewer refusals", 'because: "  "')],
        [
            "16:76: PE104 `because` is empty / write the text, or delete `because`",
        ],
    ),
    "a text of characters that nobody sees": (
        [("because: fewer refusals", 'because: "\\u200b\\u202e \\u2800\\u3164\\ufe0f\\U000e0041"')],
        [
            ("16:76: PE104 `because` has only characters that nobody sees / write the text, or delete `because`"),
        ],
    ),
    "a too long text": (
        [
            (
                "because: fewer refusals",
                f"because: {'x' * 4001}",
            )
        ],
        [
            "16:76: PE104 `because` is longer than 4000 characters / shorten it",
        ],
    ),
    "a value with a space at its end": (
        [("jurisdiction: EU}", 'jurisdiction: "EU "}')],
        [
            (
                "16:35: PE104 `EU ` is no value: a value is up to 200 visible characters, no space at either "
                "end / write `EU`"
            ),
        ],
    ),
    "an empty value": (
        [("jurisdiction: EU}", 'jurisdiction: ""}')],
        [
            "16:35: PE104 `jurisdiction` is empty / write the text, or delete `jurisdiction`",
        ],
    ),
    "one band": (
        [("  - {name: review, at_least: 0.55, escalate: fraud-ops, reasons: [FR02]}\n  - {name: allow}\n", "")],
        [
            (
                "11:3: PE104 `bands` has 1 item and needs at least 2 / add the band that takes the rest, such "
                "as `- {name: allow}`"
            ),
        ],
    ),
    "no value": (
        [("jurisdiction: EU}", "jurisdiction: []}")],
        [
            "16:35: PE104 `jurisdiction` has no items and needs at least 1 / add one, or delete `jurisdiction`",
        ],
    ),
    "no threshold": (
        [("{block: 0.93}", "{}")],
        [
            "16:52: PE104 `thresholds` has no items and needs at least 1 / add one, or delete `thresholds`",
        ],
    ),
    "no version zero": (
        [("version: 7", "version: 0")],
        [
            "3:10: PE104 `version` is 0, and has to be at least 1 / write `1` or more",
        ],
    ),
    "a confidence in per cent": (
        [
            (
                "overrides:",
                (
                    "objective: {block: {maximise: recall, subject_to: {precision: {at_least: 0.9, confidence: "
                    "95}}}}\noverrides:"
                ),
            )
        ],
        [
            "15:91: PE104 `confidence` is 95, and has to be below 1 / write `0.95`",
        ],
    ),
    "a confidence of one": (
        [
            (
                "overrides:",
                (
                    "objective: {block: {maximise: recall, subject_to: {precision: {at_least: 1.5, confidence: "
                    "0}}}}\noverrides:"
                ),
            )
        ],
        [
            "15:74: PE104 `at_least` is 1.5, and has to be at most 1 / write `1` or less",
            "15:91: PE104 `confidence` is 0, and has to be above 0 / write a number above 0",
        ],
    ),
    "one end of a range": (
        [("kind: probability", "kind: number\n  range: [0]")],
        [
            (
                "8:10: PE104 `range` needs two ends: the lowest and the highest possible score / write `[0, "
                "100]` with your own ends; null for an end that is open"
            ),
        ],
    ),
    "three ends of a range": (
        [("kind: probability", "kind: number\n  range: [0, 1, 2]")],
        [
            (
                "8:10: PE104 `range` needs two ends: the lowest and the highest possible score / write `[0, "
                "100]` with your own ends; null for an end that is open"
            ),
        ],
    ),
    "a range that is turned": (
        [("kind: probability", "kind: number\n  range: [1, 0]")],
        [
            "8:10: PE104 `range` must begin below its end / write `[0, 1]`",
        ],
    ),
    "an empty range": (
        [("kind: probability", "kind: number\n  range: [1, 1]")],
        [
            "8:10: PE104 `range` must begin below its end / write `[0, 1]`",
        ],
    ),
    "a range up to a hundred": (
        [("kind: probability", "kind: number"), ("at_least: 0.90", "at_least: 90")],
        [
            (
                "7:9: PE104 `score` is a `number`, so it needs a `range` / add `range: [0, 100]` under `score`: the "
                "lowest and the highest possible score, null for an end that is open"
            ),
        ],
    ),
    "a range of its own": (
        [("kind: probability", "kind: number"), ("block: 0.93", "block: 930"), ("at_least: 0.55", "at_least: true")],
        [
            (
                "7:9: PE104 `score` is a `number`, so it needs a `range` / add `range: [null, null]` under `score`: "
                "the lowest and the highest possible score, null for an end that is open"
            ),
            "12:30: PE103 `at_least` is `true` where a number is wanted / write a number such as `0.5`",
        ],
    ),
    "a range that is needed": (
        [("kind: probability", "kind: number")],
        [
            (
                "7:9: PE104 `score` is a `number`, so it needs a `range` / add `range: [0, 1]` under `score`: the "
                "lowest and the highest possible score, null for an end that is open; or write `kind: probability`"
            ),
        ],
    ),
    "a range of a probability": (
        [("kind: probability", "kind: probability\n  range: [0, 100]")],
        [
            ("8:10: PE104 `score` is a `probability`, whose range is [0, 1] / delete `range`, or write `kind: number`"),
        ],
    ),
    "an instant without a time": (
        [("2026-07-01T00:00:00Z", "2026-07-01")],
        [
            (
                "5:19: PE104 `2026-07-01` is not an instant with an offset, such as 2026-07-01T00:00:00Z / "
                "write `2026-07-01T00:00:00Z`"
            ),
        ],
    ),
    "an instant without an offset": (
        [("2026-07-01T00:00:00Z", "2026-07-01T00:00:00")],
        [
            (
                "5:19: PE104 `2026-07-01T00:00:00` is not an instant with an offset, such as "
                "2026-07-01T00:00:00Z / write `2026-07-01T00:00:00Z`"
            ),
        ],
    ),
    "an instant without seconds": (
        [("2026-07-01T00:00:00Z", "2026-07-01T00:00")],
        [
            (
                "5:19: PE104 `2026-07-01T00:00` is not an instant with an offset, such as 2026-07-01T00:00:00Z "
                "/ write `2026-07-01T00:00:00Z`"
            ),
        ],
    ),
    "an instant with a space": (
        [("2026-07-01T00:00:00Z", "2026-07-01 00:00:00")],
        [
            (
                "5:19: PE104 `2026-07-01 00:00:00` is not an instant with an offset, such as "
                "2026-07-01T00:00:00Z / write `2026-07-01 00:00:00Z`"
            ),
        ],
    ),
    "an instant in words": (
        [("2026-07-01T00:00:00Z", "1 July 2026")],
        [
            (
                "5:19: PE104 `1 July 2026` is not an instant with an offset, such as 2026-07-01T00:00:00Z / "
                "write it in the form of `2026-07-01T00:00:00Z`: a date, `T`, a time, and `Z` or an offset as in "
                "`+01:00`"
            ),
        ],
    ),
    "an instant as a number": (
        [("2026-07-01T00:00:00Z", "2026")],
        [
            (
                "5:19: PE104 `2026` is not an instant with an offset, such as 2026-07-01T00:00:00Z / write it in "
                "the form of `2026-07-01T00:00:00Z`: a date, `T`, a time, and `Z` or an offset as in `+01:00`"
            ),
        ],
    ),
    "no instant": (
        [("{from: 2026-07-01T00:00:00Z}", "{from: }")],
        [
            (
                "5:19: PE104 `from` is not an instant with an offset, such as 2026-07-01T00:00:00Z / write it in "
                "the form of `2026-07-01T00:00:00Z`: a date, `T`, a time, and `Z` or an offset as in `+01:00`"
            ),
        ],
    ),
    "a turned window": (
        [("Z}", "Z, until: 2026-01-01T00:00:00Z}")],
        [
            (
                "5:12: PE104 `effective` ends before it begins, so it never holds / write an `until` after "
                "2026-07-01T00:00:00Z"
            ),
        ],
    ),
    "an empty window": (
        [(", because: fewer", ", effective: {}, because: fewer")],
        [
            (
                "16:78: PE104 `effective` says neither `from` nor `until` / write `from`, `until` or both, or "
                "delete `effective`"
            ),
        ],
    ),
    "an override that changes nothing": (
        [("thresholds: {block: 0.93}, ", "")],
        [
            (
                "16:5: PE104 override `eu` changes nothing: give it `thresholds`, `on_invalid`, `escalate`, "
                "`reasons`, `attributes`, `highlight` or `lead` / add what differs, such as `thresholds: {block: "
                "0.95}`, or delete the override"
            ),
        ],
    ),
    "an id that is a word": (
        [("id: eu", "id: base")],
        [
            "16:10: PE104 `id` is `base`, a word that decisions use for something else / choose another name",
        ],
    ),
    "a stretch of nothing": (
        [
            plus(
                "{id: big, when: {amount: {}}, reasons: {block: [A]}}",
            )
        ],
        [
            (
                "17:30: PE104 `amount` says neither `at_least` nor `below` / write one or both, such as "
                "`{at_least: 1000}`"
            ),
        ],
    ),
    "a specifier": (
        [("name: fraud-gbm", "name: fraud-gbm, versions: latest")],
        [
            (
                "9:38: PE104 `latest` is not a version specifier of PEP 440, such as `>=4.2,<5` / write it as "
                'in `">=4.2,<5"`'
            ),
        ],
    ),
    "a specifier that nothing fits": (
        [("name: fraud-gbm", 'name: fraud-gbm, versions: ">=5,<4"')],
        [
            (
                "9:38: PE104 `>=5,<4` admits no version at all / write a lower bound that lies below the upper one, "
                'as in `">=4.2,<5"`'
            ),
        ],
    ),
    "a specifier that only a pre-release fits": (
        [("name: fraud-gbm", 'name: fraud-gbm, versions: ">=4.2a1,<4.2rc1"')],
        [],
    ),
    "a plain version": (
        [("name: fraud-gbm", 'name: fraud-gbm, versions: "4.2"')],
        [
            '9:38: PE104 `4.2` is not a version specifier of PEP 440, such as `>=4.2,<5` / write `"==4.2"`',
        ],
    ),
    "any version of a number": (
        [("name: fraud-gbm", 'name: fraud-gbm, versions: "3.x"')],
        [
            '9:38: PE104 `3.x` is not a version specifier of PEP 440, such as `>=4.2,<5` / write `"==3.*"`',
        ],
    ),
    "a version of a tag": (
        [("name: fraud-gbm", "name: fraud-gbm, versions: v3")],
        [
            '9:38: PE104 `v3` is not a version specifier of PEP 440, such as `>=4.2,<5` / write `"==3"`',
        ],
    ),
    "what only begins like a version": (
        [("name: fraud-gbm", "name: fraud-gbm, versions: 3.x.2")],
        [
            (
                "9:38: PE104 `3.x.2` is not a version specifier of PEP 440, such as `>=4.2,<5` / write it as in "
                '`">=4.2,<5"`'
            ),
        ],
    ),
    "an objective of two things": (
        [("overrides:", "objective: {block: {maximise: recall, minimise: cost}}\noverrides:")],
        [
            (
                "15:20: PE104 `block` needs one of `maximise` and `minimise` / write `{maximise: recall}`, or "
                "`{minimise: cost, costs: {false_positive: 1, false_negative: 10}}`"
            ),
        ],
    ),
    "two mistakes in one list": (
        [("{name: allow}", "5"), ("{name: review, at_least: 0.55, escalate: fraud-ops, reasons: [FR02]}", "6")],
        [
            "12:5: PE103 item 2 of `bands` is the number 6 where a mapping is wanted / write `{name: 6}`",
            "13:5: PE103 item 3 of `bands` is the number 5 where a mapping is wanted / write `{name: 5}`",
        ],
    ),
}

IN_A_CATALOG: dict[str, tuple[list[Edit], list[str]]] = {
    "a destination with spaces": (
        [("queue:fraud-l1", "fraud desk 1")],
        [
            (
                "catalog.yaml:14:29: PE104 `fraud desk 1` is no destination: that is one such as "
                "`queue:fraud-l1` or `role:disputes`, without spaces / write `fraud-desk-1`"
            ),
        ],
    ),
    "no levels": (
        [("levels: [{to: queue:fraud-l1, within: PT30M}]", "levels: []")],
        [
            "catalog.yaml:14:23: PE104 `levels` has no items and needs at least 1 / add one",
        ],
    ),
    "a duration in words": (
        [("PT30M", "30 minutes")],
        [
            "catalog.yaml:14:53: PE104 `30 minutes` is not a duration such as PT30M, PT8H or P1D / write `PT30M`",
        ],
    ),
    "a duration in small letters": (
        [("PT30M", "pt30m")],
        [
            "catalog.yaml:14:53: PE104 `pt30m` is not a duration such as PT30M, PT8H or P1D / write `PT30M`",
        ],
    ),
    "a duration in months": (
        [("PT30M", "P1M")],
        [
            (
                "catalog.yaml:14:53: PE104 `P1M` is not a duration such as PT30M, PT8H or P1D / months have no fixed "
                "length: write `P30D`"
            ),
        ],
    ),
    "a value twice": (
        [("[standard, gold, platinum]", "[standard, gold, gold]")],
        [
            "catalog.yaml:10:26: PE104 `tier` names `gold` twice / delete the second `gold`",
        ],
    ),
    "cuts that fall": (
        [("[100, 1000]", "[1000, 100, 100]")],
        [
            (
                "catalog.yaml:11:18: PE104 `cuts` must rise from each cut to the next / write `[100, 1000]`: "
                "cuts that are equal as binary64 are one cut"
            ),
        ],
    ),
    "cuts that are turned": (
        [("[100, 1000]", "[1000, 100]")],
        ["catalog.yaml:11:18: PE104 `cuts` must rise from each cut to the next / write `[100, 1000]`"],
    ),
    "cuts that are one number": (
        [("[100, 1000]", "[9007199254740992, 9007199254740993]")],
        [
            (
                "catalog.yaml:11:18: PE104 `cuts` must rise from each cut to the next / write `[9007199254740992]`: "
                "cuts that are equal as binary64 are one cut"
            ),
        ],
    ),
    "two zeros": (
        [("[100, 1000]", "[-0.0, 0]")],
        [
            (
                "catalog.yaml:11:18: PE104 `cuts` must rise from each cut to the next / write `[0]`: "
                "cuts that are equal as binary64 are one cut"
            ),
        ],
    ),
    "a reserved dimension": (
        [("tier:", "score:")],
        [
            (
                "catalog.yaml:10:3: PE104 `dimensions` declares `score`, a name that requests use for something "
                "else / choose another name, such as `score_value`"
            ),
        ],
    ),
    "a jurisdiction in 65 others": (
        [("  US: {}\n", "  US: {}\n  g0: {}\n" + "".join(f"  g{n}: {{in: g{n - 1}}}\n" for n in range(1, 66)))],
        [
            (
                "catalog.yaml:73:3: PE104 `jurisdictions` has `g65` lie in more than 64 others "
                "/ let it lie in the nearest of them alone"
            ),
        ],
    ),
    "more jurisdictions than there are": (
        [("  US: {}\n", "  US: {}\n" + "".join(f"  g{n}: {{}}\n" for n in range(10_000)))],
        [
            (
                "catalog.yaml:2:1: PE104 `jurisdictions` declares 10,006 names, and a catalog has at most 10,000 "
                "/ declare those that a policy or a request names"
            ),
        ],
    ),
    "a path called none": (
        [("fraud-ops:", "none:")],
        [
            (
                "catalog.yaml:14:3: PE104 `escalation_paths` declares a path `none`, the word for no open path "
                "/ choose another name"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", IN_A_POLICY)
def test_a_value_that_is_not_allowed_is_told_with_what_to_write(case: str) -> None:
    edits, told = IN_A_POLICY[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", IN_A_CATALOG)
def test_so_it_is_in_a_catalog(case: str) -> None:
    edits, told = IN_A_CATALOG[case]
    assert after_in_catalog(*edits) == told


def written(what: str, count: int) -> str:
    return ", ".join(what.replace("N", str(number)) for number in range(count))


TOO_MANY: dict[str, tuple[str, str, int]] = {
    "knock_outs": ("knock_outs: [{}]\non_invalid", "{id: kN, when: {vip: true}, at_least: block}", 1_000),
    "samples": (
        "samples: [{}]\non_invalid",
        "{id: sN, of: allow, percent: 1, to: review, by: subject, salt: s}",
        100,
    ),
    "versions": ("model: {{name: m, versions: {{{}}}}}\non_invalid", 'vN: "==N"', 100),
}


@pytest.mark.parametrize("key", TOO_MANY)
def test_what_every_case_is_held_to_has_a_greatest_number(key: str) -> None:
    text, each, most = TOO_MANY[key]
    place = "  model: {name: fraud-gbm}\n" if key == "versions" else "on_invalid"
    put = text.removesuffix("\non_invalid").replace("model", "  model") + "\n" if key == "versions" else text
    told = f"`{key}` has {most + 1:,} items, and at most {most:,} are allowed / put together what belongs together"
    assert [told in one for one in after((place, put.format(written(each, most + 1))))].count(True) == 1
    assert not any("are allowed" in one for one in after((place, put.format(written(each, most)))))


@pytest.mark.parametrize(
    ("key", "old", "new", "each"),
    [
        ("cuts", "cuts: [100, 1000]", "cuts: [{}]", "N"),
        (
            "guardrails",
            "effects: [adverse]",
            "effects: [adverse]\nguardrails: [{}]",
            "{id: gN, bands: [block], require: {threshold: [0.5, 1]}, because: why}",
        ),
    ],
)
def test_what_every_policy_is_held_to_has_a_greatest_number(key: str, old: str, new: str, each: str) -> None:
    (found,) = after_in_catalog((old, new.format(written(each, 1_001))))
    assert f"`{key}` has 1,001 items, and at most 1,000 are allowed" in found
    assert not any("are allowed" in one for one in after_in_catalog((old, new.format(written(each, 1_000)))))


def test_scores_have_a_greatest_number() -> None:
    each = "sN: {kind: probability, higher_is: riskier, model: {name: m}, thresholds: {block: 0.9}, on_invalid: block}"
    score = "score:\n  kind: probability\n  higher_is: riskier\n  model: {name: fraud-gbm}\n"
    told = "`scores` has 101 items, and at most 100 are allowed"
    assert any(told in one for one in after((score, f"scores: {{{written(each, 101)}}}\n")))
    assert not any("are allowed" in one for one in after((score, f"scores: {{{written(each, 100)}}}\n")))
