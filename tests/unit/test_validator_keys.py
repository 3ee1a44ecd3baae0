"""Keys that the language does not have, and keys that are missing."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, after_in_catalog, plus

IN_A_POLICY: dict[str, tuple[list[Edit], list[str]]] = {
    "a key of an override": (
        [("thresholds: {block", "tresholds: {block")],
        [
            "16:40: PE101 `tresholds` is no key of an override / did you mean `thresholds`?",
        ],
    ),
    "a key in capitals": (
        [("owner: payments-risk", "Owner: payments-risk")],
        [
            "4:1: PE101 `Owner` is no key of a policy / did you mean `owner`?",
        ],
    ),
    "a key of another mapping": (
        [("{name: allow}", "{name: allow, because: no}")],
        [
            (
                "13:19: PE101 `because` is no key of a band / `because` belongs in an override or a tunable: move it "
                "there, or delete it"
            ),
        ],
    ),
    "a key of another mapping that lacks it here": (
        [("  model: {name: fraud-gbm}\n", ""), ("owner:", "model: {name: fraud-gbm}\nowner:")],
        [
            (
                "4:1: PE101 `model` is no key of a policy / `model` belongs in `score` or `given`: move it "
                "there, or delete it"
            ),
        ],
    ),
    "a key that its own mapping has": (
        [
            ("{name: fraud-gbm}", "{name: fraud-gbm, versions: '>1', use_case: x}"),
            ("higher_is", "versions: '>2'\n  higher_is"),
        ],
        [
            "8:3: PE101 `versions` is no key of `score` / delete it here: `model` has it already, at line 10",
            "10:44: PE101 `use_case` is no key of `model` / delete it here: the policy has it already, at line 2",
        ],
    ),
    "a key whose own mapping is none": (
        [
            ("effective:", "kind: probability\neffective:"),
            ("kind: probability\n  higher_is: riskier\n  model: {name: fraud-gbm}", "- {versions: 1}"),
        ],
        [
            "5:1: PE101 `kind` is no key of a policy / `kind` belongs in `score`: move it there, or delete it",
            (
                "8:3: PE103 `score` is a list where a mapping is wanted / write a mapping such as `{kind: "
                "probability, higher_is: riskier, model: {name: fraud-gbm}}`"
            ),
        ],
    ),
    "no band for bad input": (
        [("on_invalid: review\n", "")],
        [
            (
                "1:1: PE102 the policy lacks `on_invalid` / add `on_invalid: block`, the band of a case whose score "
                "is invalid: `block`, the strictest, or `review`, which escalates"
            ),
        ],
    ),
    "a key of two mappings": (
        [("{name: allow}", "{name: allow, kind: mild}")],
        [
            "13:19: PE101 `kind` is no key of a band / delete it here: `score` has it already, at line 7",
        ],
    ),
    "a key that is there already": (
        [("{block: 0.93}", "{block: 0.93}, threshold: {block: 0.9}")],
        [
            (
                "16:67: PE101 `threshold` is no key of an override / `thresholds` is already there: move this "
                "into it, or delete it"
            ),
        ],
    ),
    "a key that nobody has": (
        [("{name: allow}", "{name: allow, colour: red}")],
        [
            (
                "13:19: PE101 `colour` is no key of a band / delete it, or write a key that is known here: "
                "`at_least`, `attributes`, `effect`, `escalate`, `highlight`, `name`, `reasons`"
            ),
        ],
    ),
    "a window": (
        [("effective: {from:", "effective: {frm:")],
        [
            "5:13: PE101 `frm` is no key of `effective` / did you mean `from`?",
        ],
    ),
    "a stretch": (
        [
            plus(
                "{id: big, when: {amount: {at_leest: 1000}}, reasons: {block: [A]}}",
            )
        ],
        [
            "17:31: PE101 `at_leest` is no key of a stretch of a number / did you mean `at_least`?",
        ],
    ),
    "a class of bad input": (
        [("on_invalid: review", "on_invalid: {missin: review, otherwise: block}")],
        [
            (
                "14:14: PE104 `missin` is no key of `on_invalid` / did you mean `missing`? it may be `wrong_model`, "
                "`missing`, `wrong_type`, `not_finite`, `out_of_range`, `no_candidates` or `otherwise`"
            ),
        ],
    ),
    "of a test": (
        [("overrides:", "tests:\n  - {given: {score: 1}, expects: {outcome: block}}\noverrides:")],
        [
            "16:25: PE101 `expects` is no key of a test / did you mean `expect`?",
        ],
    ),
    "missing in the policy": (
        [("version: 7\n", "")],
        [
            "1:1: PE102 the policy lacks `version` / add `version: 1`, with a value of your own",
        ],
    ),
    "missing in the score": (
        [("  kind: probability\n", "")],
        [
            "6:1: PE102 `score` lacks `kind` / add `kind: probability`, with a value of your own",
        ],
    ),
    "missing in a band": (
        [("{name: allow}", "{effect: adverse}")],
        [
            "13:5: PE102 item 3 of `bands` lacks `name` / add `name: review`, with a value of your own",
        ],
    ),
    "missing in an override": (
        [("when: {jurisdiction: EU}, ", "")],
        [
            "16:5: PE102 override `eu` lacks `when` / add `when: {jurisdiction: EU}`, with a value of your own",
        ],
    ),
    "missing in a test": (
        [("overrides:", "tests:\n  - {name: a mild one, given: {score: 0.1}}\noverrides:")],
        [
            ("16:5: PE102 test `a mild one` lacks `expect` / add `expect: {outcome: block}`, with a value of your own"),
        ],
    ),
    "missing outcome": (
        [("overrides:", "tests:\n  - {given: {score: 0.1}, expect: {threshold: 0.5}}\noverrides:")],
        [
            "16:27: PE102 `expect` lacks `outcome` / add `outcome: block`, with a value of your own",
        ],
    ),
    "missing outcome, safer": (
        [
            ("higher_is: riskier", "higher_is: safer"),
            ("overrides:", "tests:\n  - {given: {score: 0.1}, expect: {threshold: 0.5}}\noverrides:"),
        ],
        [
            "16:27: PE102 `expect` lacks `outcome` / add `outcome: allow`, with a value of your own",
        ],
    ),
    "missing in a bound": (
        [
            (
                "overrides:",
                "objective: {block: {maximise: recall, subject_to: {precision: {confidence: 0.9}}}}\noverrides:",
            )
        ],
        [
            "15:52: PE102 `precision` lacks `at_least` / add `at_least: 0.95`, with a value of your own",
        ],
    ),
    "missing bands": (
        [
            (
                (
                    "bands:\n  - {name: block, at_least: 0.90, effect: adverse, escalate: fraud-disputes, reasons: "
                    "[FR01]}\n  - {name: review, at_least: 0.55, escalate: fraud-ops, reasons: [FR02]}\n  - "
                    "{name: allow}\non_invalid: review\n"
                ),
                "",
            )
        ],
        [
            (
                "1:1: PE102 the policy lacks `bands` / add `bands: [{name: block, at_least: 0.9}, {name: allow}]`, "
                "with a value of your own"
            ),
            (
                "1:1: PE102 the policy lacks `on_invalid` / add `on_invalid: block`, the band of a case whose score "
                "is invalid"
            ),
        ],
    ),
}

IN_A_CATALOG: dict[str, tuple[list[Edit], list[str]]] = {
    "of the catalog": (
        [("cuts:", "cut:")],
        [
            "catalog.yaml:11:12: PE101 `cut` is no key of a dimension with cuts / did you mean `cuts`?",
        ],
    ),
    "of a level": (
        [("within: PT30M", "witin: PT30M")],
        [
            "catalog.yaml:14:45: PE101 `witin` is no key of a level of an escalation path / did you mean `within`?",
        ],
    ),
    "missing in a level": (
        [("to: queue:fraud-l1, ", "")],
        [
            (
                "catalog.yaml:14:24: PE102 item 1 of `levels` lacks `to` / add `to: queue:fraud-l1`, with a "
                "value of your own"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", IN_A_POLICY)
def test_a_key_that_is_unknown_or_missing_is_told_with_the_likely_one(case: str) -> None:
    edits, told = IN_A_POLICY[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", IN_A_CATALOG)
def test_so_it_is_in_a_catalog(case: str) -> None:
    edits, told = IN_A_CATALOG[case]
    assert after_in_catalog(*edits) == told


def test_a_name_that_is_far_too_long_is_not_proposed() -> None:
    told = after(("on_invalid: review\n", ""), ("{name: block", f"{{name: {'b' * 100_000}"))
    mend = "add `on_invalid: review`, the band of a case whose score is invalid: `review`, the strictest"
    assert told[0] == f"1:1: PE102 the policy lacks `on_invalid` / {mend}"
    assert max(map(len, told)) < 1_000
