"""The overrides that help texts offer: added as they stand, they settle what was open."""

from __future__ import annotations

import re

import pytest

from tests.support.kinds import CLASSES, LABELS, SCORES, WITH_FACTS
from tests.support.policies import CATALOG, POLICY, Edit, edited, findings, instead

EU = "{id: eu, when: {jurisdiction: EU}, "
OPEN: dict[str, tuple[str, ...]] = {
    "two thresholds": (
        EU + "thresholds: {block: 0.93}, because: x}",
        "{id: gold, when: {tier: gold}, thresholds: {block: 0.95}, because: x}",
    ),
    "a group and its parts": (
        "{id: some, when: {jurisdiction: [EU, US-CA]}, reasons: {block: [A]}}",
        "{id: most, when: {jurisdiction: [DE, FR, US]}, reasons: {block: [B]}}",
    ),
    "stretches that overlap": (
        "{id: low, when: {amount: {below: 1000}}, escalate: {block: fraud-ops}}",
        "{id: high, when: {amount: {at_least: 100}}, escalate: {block: fraud-disputes}, reasons: {block: [A]}}",
    ),
    "an open path": (
        "{id: disputes, when: {escalation_path: fraud-disputes}, on_invalid: {missing: block}}",
        EU + "on_invalid: {missing: review}, reasons: {block: [A]}}",
    ),
    "no open path": (
        "{id: closed, when: {escalation_path: none}, attributes: {block: {'a key': [1, null, true, '7']}}}",
        EU + "attributes: {block: {a key: 0.5}}}",
    ),
    "windows": (
        EU + "thresholds: {review: 0.5}, effective: {from: 2026-08-01T00:00:00Z}}",
        "{id: gold, when: {tier: gold}, thresholds: {review: 0.4}, effective: {until: 2026-09-01T00:00:00+02:00}}",
    ),
    "thresholds out of order": (
        EU + "thresholds: {block: 0.6}}",
        "{id: gold, when: {tier: [gold, platinum]}, thresholds: {review: 0.7}, because: x}",
    ),
    "an id that is taken": (
        EU + "thresholds: {block: 0.93}, because: x}",
        "{id: gold, when: {tier: gold}, thresholds: {block: 0.95}, because: x}",
        "{id: eu-gold, when: {tier: platinum}, reasons: {block: [A]}}",
    ),
    "long ids": (
        "{id: " + "a" * 40 + ", when: {jurisdiction: EU}, thresholds: {block: 0.93}, because: x}",
        "{id: " + "b" * 40 + ", when: {tier: gold}, thresholds: {block: 0.95}, because: x}",
    ),
}


@pytest.mark.parametrize("higher_is", ["riskier", "safer"])
@pytest.mark.parametrize("case", OPEN)
def test_the_override_that_is_offered_settles_what_is_open(case: str, higher_is: str) -> None:
    direction: Edit = ("higher_is: riskier\n", f"higher_is: {higher_is}\n")
    reasons: Edit = ("effective:", "fail_open_because: a test\neffective:")
    policy = edited(POLICY, direction, reasons, instead(*_explained(OPEN[case])))
    found = findings(policy)
    assert [re.search("PE20[13]", line) is not None for line in found] == [True]
    offered = re.search("`- (.+?)`(?:, with|$)", found[0])
    assert offered is not None
    assert findings(policy + f"  - {offered[1]}\n") == []


def test_where_the_threshold_of_the_base_does_not_fit_one_between_is_offered() -> None:
    watch: Edit = ("  - {name: allow}", "  - {name: watch, at_least: 0.5}\n  - {name: allow}")
    open_between = (
        "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.6}}",
        "{id: gold, when: {tier: gold}, thresholds: {review: 0.7, watch: 0.56}, because: x}",
    )
    policy = edited(POLICY, watch, instead(*open_between))
    (found,) = findings(policy)
    offered = "{id: eu-gold, when: {jurisdiction: EU, tier: gold}, thresholds: {block: 0.6, review: 0.58}}"
    assert found.endswith(f"such as `- {offered}`")
    assert findings(f"{policy}  - {offered}\n") == []


OUT_OF_ORDER: dict[str, tuple[list[Edit], int]] = {
    "base": ([("at_least: 0.55", "at_least: 0.92")], 2),
    "base, with an override between": ([("at_least: 0.55", "at_least: 0.95")], 1),
    "above the base": ([instead("{id: eu, when: {jurisdiction: EU}, thresholds: {review: 0.92}, because: x}")], 2),
    "below the base": ([instead("{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.5}}")], 2),
    "both in one": (
        [instead("{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.5, review: 0.6}, because: x}")],
        2,
    ),
    "one in another": (
        [
            instead(
                "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.6}}",
                "{id: de, when: {jurisdiction: DE}, thresholds: {review: 0.7}, because: x}",
            )
        ],
        2,
    ),
}


@pytest.mark.parametrize("case", OUT_OF_ORDER)
def test_each_threshold_that_is_offered_brings_the_bands_in_order(case: str) -> None:
    edits, count = OUT_OF_ORDER[case]
    policy = edited(POLICY, *edits)
    (found,) = findings(policy)
    override = re.search("in override `(.+?)`", found)
    ways = re.findall("give `(.+?)` a threshold (?:above ([0-9.]+))?(?: and )?(?:below ([0-9.]+))?", found)
    assert len(ways) == count
    for band, above, below in ways:
        number = (float(above or 0) + float(below or 1)) / 2
        assert findings(_with_threshold(policy, override and override[1], band, number)) == []


def _with_threshold(policy: str, override: str | None, band: str, number: float) -> str:
    head, mark, rest = policy.partition(f"- {{id: {override}," if override else f"- {{name: {band},")
    line, end, rest = rest.partition("\n")
    if override and f"{band}:" not in line:
        line = line.replace("thresholds: {", f"thresholds: {{{band}: {number}, ")
    else:
        key = f"{band}:" if override else "at_least:"
        line = re.sub(f"{key} [0-9.]+", f"{key} {number}", line)
    return f"{head}{mark}{line}{end}{rest}"


def test_where_the_stricter_would_be_out_of_order_the_milder_is_offered_with_a_reason() -> None:
    policy = edited(
        POLICY,
        instead(
            "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.6}}",
            "{id: gold, when: {tier: gold}, thresholds: {block: 0.95, review: 0.7}, because: x}",
        ),
    )
    (found,) = findings(policy)
    offered = '{id: eu-gold, when: {jurisdiction: EU, tier: gold}, thresholds: {block: 0.95}, because: "..."}'
    assert found.endswith(f"such as `- {offered}`, with thresholds that fall from band to band")
    assert findings(f"{policy}  - {offered}\n") == []


def test_where_no_single_edit_mends_the_order_none_is_shown() -> None:
    watch: Edit = ("  - {name: allow}", "  - {name: watch, at_least: 0.5}\n  - {name: allow}")
    tied = instead(
        "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.6}}",
        "{id: gold, when: {tier: gold}, thresholds: {block: 0.65, review: 0.7}, because: x}",
    )
    crowded = instead(
        "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.6}}",
        "{id: gold, when: {tier: gold}, thresholds: {review: 0.7, watch: 0.65}, because: x}",
    )
    base: list[Edit] = [("at_least: 0.90", "at_least: 0.30"), ("at_least: 0.55", "at_least: 1"), watch]
    meeting = "add an override for where they meet, with thresholds that fall from band to band"
    assert [line.endswith(meeting) for line in findings(edited(POLICY, tied))] == [True, False]
    assert [line.endswith(meeting) for line in findings(edited(POLICY, watch, crowded))] == [True]
    assert findings(edited(POLICY, *base))[0].endswith(
        " / write thresholds that fall from band to band wherever they hold"
    )


def _explained(overrides: tuple[str, ...]) -> list[str]:
    return [one if "because" in one else f"{one[:-1]}, because: x}}" for one in overrides]


def test_strictest_settles_thresholds_as_well() -> None:
    policy = edited(POLICY, instead(*OPEN["two thresholds"]), ("on_invalid:", "ties: strictest\non_invalid:"))
    assert findings(policy) == []


def test_strictest_in_the_catalog_settles_them_too() -> None:
    policy = edited(POLICY, instead(*OPEN["two thresholds"]))
    assert findings(policy, edited(CATALOG, ("effects:", "ties: strictest\neffects:"))) == []


# --- other kinds of score ------------------------------------------------------------------------------------

FACE = "when: {tier: gold, score: face}, "
IN_OTHER_KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "one of several scores": (
        SCORES,
        ("{id: gold, " + FACE + "thresholds: {pass: 0.82}, because: x}",),
    ),
    "scores with two strict ends": (
        SCORES,
        (
            "{id: us, when: {jurisdiction: US}, thresholds: {manual: 0.7}, because: x}",
            "{id: gold, when: {tier: gold}, thresholds: {manual: 0.75}, because: x}",
        ),
    ),
    "one of several scores out of order": (
        SCORES,
        (
            "{id: us, when: {jurisdiction: US, score: [document, face]}, thresholds: {pass: 0.7}, because: x}",
            "{id: gold, when: {tier: gold, score: [document, face]}, thresholds: {manual: 0.75}}",
        ),
    ),
    "labels": (
        LABELS,
        ("{id: eu, when: {jurisdiction: EU, label: [spam, toxic]}, thresholds: {remove: 0.7}}",),
    ),
    "highlight": (
        CLASSES,
        (
            "{id: eu, when: {jurisdiction: EU}, highlight: {possible: {above: 0.4}}}",
            "{id: gold, when: {tier: gold}, highlight: {possible: {above: 0.4, cap: 2}}}",
        ),
    ),
    "lead": (
        CLASSES,
        (
            "{id: eu, when: {jurisdiction: EU}, lead: {ratio: 2, bands: [confident], otherwise: refer}}",
            "{id: gold, when: {tier: gold}, lead: {ratio: 3, bands: [confident], otherwise: refer}}",
        ),
    ),
    "float32": (
        CLASSES.replace("kind: classes", "kind: classes, type: float32"),
        (
            "{id: eu, when: {jurisdiction: EU}, thresholds: {confident: 0.9}}",
            "{id: gold, when: {tier: gold}, thresholds: {confident: 0.9000001}}",
        ),
    ),
}


@pytest.mark.parametrize("case", IN_OTHER_KINDS)
def test_the_overrides_that_are_offered_in_other_kinds_settle_what_is_open(case: str) -> None:
    base, written = IN_OTHER_KINDS[case]
    policy = base if "overrides:" in base else f"{base}overrides:\n"
    policy += "".join(f"  - {one}\n" for one in written)
    found = findings(policy, WITH_FACTS)
    assert found
    offered = [re.search("`- (.+?)`(?:, with|$)", line) for line in found]
    mended = policy + "".join(f"  - {one[1]}\n" for one in offered if one is not None)
    assert [one is not None for one in offered] == [re.search("PE20[13]", line) is not None for line in found]
    assert findings(mended, WITH_FACTS) == []
