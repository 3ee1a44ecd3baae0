"""Dimensions that are named and do not exist."""

from __future__ import annotations

import pytest

from tests.support.kinds import LABELS, NUMBER, SCORES, after_in
from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "when": (
        [("jurisdiction: EU}", "jursdiction: EU}")],
        [
            (
                "16:21: PE205 `jursdiction` is no dimension / did you mean `jurisdiction`? if not, add `jursdiction: "
                "[...]` under `dimensions` in the catalog, with all its values"
            ),
        ],
    ),
    "unknown": (
        [("on_invalid: review", "on_invalid: review\nunknown: {teir: error}")],
        [
            (
                "15:11: PE205 `teir` is no dimension / did you mean `tier`? if not, add `teir: [...]` under "
                "`dimensions` in the catalog, with all its values"
            ),
        ],
    ),
    "a word that is no dimension's": (
        [plus("{id: v5, when: {model_version: v5}, reasons: {block: [A]}}")],
        [
            (
                "17:21: PE205 `model_version` is no dimension / if thresholds are to depend on it, name the versions "
                'under `model`, such as `versions: {v4: ">=4,<5", v5: ">=5,<6"}`; else delete it'
            ),
        ],
    ),
    "the case's own words": (
        [plus("{id: v5, when: {facts: x, thresholds: y}, reasons: {block: [A]}}")],
        [
            (
                "17:21: PE205 `facts` is no dimension / thresholds cannot depend on `facts`: delete it, or write a "
                "dimension that is known here: `amount`, `escalation_path`, `jurisdiction`, `tier`"
            ),
            (
                "17:31: PE205 `thresholds` is no dimension / thresholds cannot depend on `thresholds`: delete it, or "
                "write a dimension that is known here: `amount`, `escalation_path`, `jurisdiction`, `tier`"
            ),
        ],
    ),
    "what no dimension can be called": (
        [("overrides:", "tests:\n  - given: {score: 1, Zone-1: EU}\n    expect: {outcome: review}\noverrides:")],
        [
            (
                "16:23: PE205 `Zone-1` is neither a dimension nor a key of a request / write one that is known here: "
                "`amount`, `escalation_path`, `jurisdiction`, `tier`"
            ),
        ],
    ),
    "nothing near": (
        [("jurisdiction: EU}", "zone: EU}")],
        [
            (
                "16:21: PE205 `zone` is no dimension / write one that is known here: `amount`, `escalation_path`, "
                "`jurisdiction`, `tier`; or add `zone: [...]` under `dimensions` in the catalog, with all its values"
            ),
        ],
    ),
    "in a test": (
        [
            (
                "overrides:",
                (
                    "tests:\n  - given: {scor: 1, Tier: gold, use_case: x, zone: EU, amount: 5}\n    expect: "
                    "{outcome: review}\noverrides:"
                ),
            )
        ],
        [
            (
                "16:13: PE205 `scor` is neither a dimension nor a key of a request / did you mean `score`? if not, "
                "add `scor: [...]` under `dimensions` in the catalog, with all its values"
            ),
            "16:22: PE205 `Tier` is neither a dimension nor a key of a request / did you mean `tier`?",
            "16:34: PE205 a test is of its own policy, so it names no `use_case` / delete it",
            (
                "16:47: PE205 `zone` is neither a dimension nor a key of a request / write one that is known here: "
                "`amount`, `escalation_path`, `jurisdiction`, `tier`; or add `zone: [...]` under `dimensions` in the "
                "catalog, with all its values"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_dimension_that_nobody_declared_is_told_wherever_it_is_named(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "no versions by name": (
        SCORES,
        [
            ('versions: {v4: ">=4,<5"}', 'versions: ">=4,<5"'),
            ("{jurisdiction: EU, score: face}", "{jurisdiction: EU, score: face, model_version: v4}"),
        ],
        [
            (
                "20:52: PE205 `model_version` is no dimension / if thresholds are to depend on it, name the "
                'versions under `model`, such as `versions: {v4: ">=4,<5", v5: ">=5,<6"}`; else delete it'
            ),
        ],
    ),
    "no labels": (
        SCORES,
        [("{jurisdiction: EU, score: face}", "{jurisdiction: EU, score: face, label: spam}")],
        [
            (
                "20:52: PE205 `label` is no dimension / delete it: only a score of kind `labels` has labels "
                "that thresholds may depend on"
            ),
        ],
    ),
    "one score": (
        LABELS,
        [("label: spam", "score: mod")],
        [
            (
                "14:23: PE205 `score` is no dimension / delete it: only where there are several `scores` may "
                "thresholds depend on which of them it is"
            ),
        ],
    ),
    "a knock-out": (
        NUMBER,
        [("jurisdiction: EU}", "jursdiction: EU}")],
        [
            (
                "13:40: PE205 `jursdiction` is no dimension / did you mean `jurisdiction`? if not, add "
                "`jursdiction: [...]` under `dimensions` in the catalog, with all its values"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_versions_labels_and_scores_are_dimensions_of_overrides_where_there_are_some(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told
