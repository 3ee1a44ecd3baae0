"""Words that a catalog declares, each in use by one thing alone, and by nothing."""

from __future__ import annotations

import pytest

from policy_engine.validator import check
from tests.support.policies import Edit, edited, line, loaded, reviewed

CATALOG = """\
schema: catalog/v1
jurisdictions: {EU: {}, DE: {in: EU}, nordics: {in: [EU, world]}, SE: {in: nordics}, world: {}, UK: {}, BR: {}}
dimensions: {tier: [standard, gold], amount: {cuts: [100]}}
effects: [adverse]
facts: [vip]
escalation_paths: {ops: {levels: [{to: queue:ops, within: PT1H}]}}
"""
POLICY = """\
schema: policy/v1
use_case: card-fraud
version: 1
owner: payments-risk
effective: {from: 2026-07-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: gbm}}
bands:
  - {name: block, at_least: 0.90}
  - {name: allow}
on_invalid: block
tests:
  - {given: {score: 0.95}, expect: {outcome: block}}
  - {given: {score: 0.1}, expect: {outcome: allow}}
"""
_CASE = "{given: {score: 0.95}"


def override(text: str) -> Edit:
    """Return the edit that gives the policy one override, which its tests reach."""
    return "tests:\n", f"overrides:\n  - {{id: one, {text}}}\ntests:\n"


def unused(policy: str = POLICY, catalog: str = CATALOG) -> set[str]:
    """Return the words that are told as used by nothing."""
    found = check(loaded({"policy.yaml": policy, "catalog.yaml": catalog}), for_review=True).report
    assert found.ok, [line(one) for one in found.diagnostics]
    told = [one.message for one in found.diagnostics if one.code in ("PE245", "PE246", "PE247", "PE248", "PE305")]
    return {message.split("`")[1] for message in told}


ALL = {"tier", "amount", "vip", "EU", "nordics", "world", "adverse", "ops"}


def test_what_nothing_names_is_told_where_it_is_declared() -> None:
    assert reviewed(POLICY, CATALOG) == [
        (
            "catalog.yaml:2:17: PE247 nothing names the jurisdiction `EU`, nor any that lies in it / delete `EU` from "
            "`jurisdictions`, or name it where something is to be different there"
        ),
        (
            "catalog.yaml:2:39: PE247 nothing names the jurisdiction `nordics`, nor any that lies in it / delete "
            "`nordics` from `jurisdictions`, or name it where something is to be different there"
        ),
        (
            "catalog.yaml:2:86: PE247 nothing names the jurisdiction `world`, nor any that lies in it / delete `world` "
            "from `jurisdictions`, or name it where something is to be different there"
        ),
        (
            "catalog.yaml:3:14: PE245 no policy and no guardrail depends on the dimension `tier` / delete `tier` from "
            "`dimensions`, or name it where decisions are to depend on it; a test that gives it says that requests "
            "have it all the same"
        ),
        (
            "catalog.yaml:3:38: PE245 no policy and no guardrail depends on the dimension `amount` / delete `amount` "
            "from `dimensions`, or name it where decisions are to depend on it; a test that gives it says that requests"
            " have it all the same"
        ),
        (
            "catalog.yaml:4:11: PE248 no band has the effect `adverse`, and no guardrail speaks of it / delete "
            "`adverse` from `effects`, or write `effect: adverse` on the bands that have it"
        ),
        (
            "catalog.yaml:5:9: PE246 no knock-out reads the fact `vip`: whether it is true changes nothing / delete "
            "`vip` from `facts`, or write the knock-out that reads it"
        ),
        (
            "catalog.yaml:6:20: PE305 no band escalates to `ops`, and nothing depends on whether that path is open / "
            "delete `ops` from `escalation_paths`, or let a band `escalate: ops`"
        ),
    ]


USED: dict[str, tuple[list[Edit], set[str]]] = {
    "an override": ([override("when: {tier: gold}, thresholds: {block: 0.8}")], {"tier"}),
    "a stretch of a number": ([override("when: {amount: {at_least: 100}}, thresholds: {block: 0.8}")], {"amount"}),
    "a group": ([override("when: {jurisdiction: EU}, thresholds: {block: 0.8}")], {"EU", "nordics"}),
    "a country in a group": ([override("when: {jurisdiction: DE}, thresholds: {block: 0.8}")], {"EU"}),
    "several places": (
        [override("when: {jurisdiction: [SE, UK]}, thresholds: {block: 0.8}")],
        {"EU", "nordics", "world"},
    ),
    "a country in no group": ([override("when: {jurisdiction: BR}, thresholds: {block: 0.8}")], set()),
    "a case of a test": (
        [(_CASE, "{given: {score: 0.95, tier: gold, jurisdiction: [EU, nordics], escalation_path: ops}")],
        {"tier", "EU", "nordics", "ops"},
    ),
    "a fact of a test": ([(_CASE, "{given: {score: 0.95, facts: {vip: true}}")], {"vip"}),
    "what no test can mean": ([(_CASE, "{given: {score: 0.95, jurisdiction: [1, null]}")], set()),
    "a country of a test": ([(_CASE, "{given: {score: 0.95, jurisdiction: DE}")], set()),
    "a knock-out": (
        [
            ("tests:\n", "knock_outs: [{id: one, when: {vip: true, tier: gold}, at_least: block}]\ntests:\n"),
            ("outcome: allow", "outcome: block"),
        ],
        {"vip", "tier"},
    ),
    "a band": ([("at_least: 0.90}", "at_least: 0.90, effect: adverse, escalate: ops}")], {"adverse", "ops"}),
    "an escalation of an override": ([override("when: {tier: gold}, escalate: {block: ops}")], {"tier", "ops"}),
    "an open path": ([override("when: {escalation_path: ops}, thresholds: {block: 0.8}")], {"ops"}),
    "an unknown value": ([("tests:\n", "unknown: {tier: strictest}\ntests:\n")], {"tier"}),
    "a sample": (
        [("tests:\n", "samples: [{id: one, of: allow, percent: 1, to: block, by: tier, salt: s}]\ntests:\n")],
        {"tier"},
    ),
    "a canary": (
        [
            (
                "version: 1\n",
                "version: 1\nstage: {canary: {percent: 1, by: tier, salt: s, until: 2027-01-01T00:00:00Z}}\n",
            )
        ],
        {"tier"},
    ),
    "a shadow": ([("version: 1\n", "version: 1\nstage: {shadow: {until: 2027-01-01T00:00:00Z}}\n")], set()),
}


@pytest.mark.parametrize("case", USED)
def test_one_use_is_enough(case: str) -> None:
    edits, used = USED[case]
    assert unused(edited(POLICY, *edits)) == ALL - used


@pytest.mark.parametrize(
    ("guardrail", "used"),
    [
        (
            "{id: one, when: {jurisdiction: EU, tier: gold}, bands: [block], require: {threshold: [0.5, 0.99]}}",
            "EU tier",
        ),
        ("{id: one, effects: [adverse], require: person}", "adverse"),
        ("{id: one, when: {escalation_path: ops}, bands: [block], require: {threshold: [0.5, 0.99]}}", "ops"),
    ],
)
def test_a_guardrail_is_a_use(guardrail: str, used: str) -> None:
    left = unused(catalog=f"{CATALOG}guardrails:\n  - {guardrail}\n")
    assert left == ALL - {*used.split(), *(["nordics"] if "EU" in used else [])}


def test_beside_errors_nothing_of_the_kind_is_told() -> None:
    assert [one.split(" ")[1] for one in reviewed(edited(POLICY, ("owner:", "ownr:")), CATALOG)] == ["PE101"]
    broken = edited(POLICY, ("at_least: 0.90", "at_least: 5"))
    assert [one.split(" ")[1] for one in reviewed(broken, CATALOG)] == ["PE202"]


def test_of_a_catalog_by_itself_nothing_is_told() -> None:
    assert check(loaded({"catalog.yaml": CATALOG}), for_review=True).report.diagnostics == ()


def test_only_a_reviewer_is_told() -> None:
    assert check(loaded({"policy.yaml": POLICY, "catalog.yaml": CATALOG})).report.diagnostics == ()
