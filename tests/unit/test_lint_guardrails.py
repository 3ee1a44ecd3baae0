"""Guardrails, and each way in which a policy can be out of line with one."""

from __future__ import annotations

import pytest

from policy_engine.validator import check
from tests.support.policies import CATALOG, POLICY, Edit, checked, edited, findings, loaded, plus

Case = tuple[list[Edit], list[Edit]]
"""Edits of the catalog, and of the policy."""

EFFECTS = "effects: [adverse]\n"
NO_REFUSAL = "{id: no-refusal, when: {jurisdiction: US-CA}, effects: [adverse], require: never, because: own policy}"
GDPR = "{id: gdpr-art-22, when: {jurisdiction: EU}, effects: [adverse], require: person, because: GDPR Art. 22}"
SANE = "{id: sane-block, when: {use_case: card-fraud}, bands: [block], require: {threshold: [0.80, 0.95]}}"
FLOOR = "{id: floor, when: {use_case: card-fraud}, require: tighten_only, because: agreed with the supervisor}"
CALIFORNIA = "{id: ca, when: {jurisdiction: US-CA}, thresholds: {block: never}, because: own policy}"
ON_INVALID = "on_invalid: review\n"
TIES = "ties: strictest\n"
STRICTER = ("block: 0.93}, because: fewer refusals", "block: 0.85}")
PER_CALL = "tunable:\n  block: {{per_call: true, within: [{}]}}\n"


def guard(*guardrails: str) -> Edit:
    """Return the edit that gives the catalog guardrails."""
    return EFFECTS, EFFECTS + "guardrails:\n" + "".join(f"  - {one}\n" for one in guardrails)


def stricter_and(*overrides: str) -> Edit:
    """Return the edit that lets the policy's override be stricter than its base, and puts others below it."""
    return "block: 0.93}, because: fewer refusals}\n", "block: 0.85}}\n" + "".join(f"  - {one}\n" for one in overrides)


FOUND: dict[str, tuple[Case, str]] = {
    "a word: a dimension": (
        ([guard("{id: g, when: {teir: gold}, effects: [adverse], require: person}")], []),
        ("catalog.yaml:14:20: PE406 `teir` is no dimension / did you mean `tier`?; or declare it under `dimensions`"),
    ),
    "a word: a value": (
        ([guard("{id: g, when: {tier: [gold, bronze]}, effects: [adverse], require: person}")], []),
        (
            "catalog.yaml:14:33: PE406 `bronze` is no value of `tier` / known here: `gold`, `platinum`, "
            "`standard`; or declare it in the catalog"
        ),
    ),
    "a word: a use case": (
        ([guard("{id: g, when: {use_case: [card-fraud, card-fruad]}, effects: [adverse], require: person}")], []),
        (
            "catalog.yaml:14:43: PE413 no policy has the use case `card-fruad`: the guardrail `g` holds for nothing of "
            "it / did you mean `card-fraud`?"
        ),
    ),
    "a word: a use case, and nothing is closed to another": (
        ([guard(NO_REFUSAL.replace("{jur", "{use_case: loans, jur"))], []),
        (
            "catalog.yaml:14:39: PE413 no policy has the use case `loans`: the guardrail `no-refusal` holds for "
            "nothing of it / known here: `card-fraud`"
        ),
    ),
    "a word: an effect": (
        ([guard("{id: g, effects: [advers], require: person}")], []),
        ("catalog.yaml:14:23: PE406 `advers` is no effect / did you mean `adverse`?; or add `advers` to `effects`"),
    ),
    "a word: no cut": (
        ([guard("{id: g, when: {amount: {at_least: 500}}, effects: [adverse], require: person}")], []),
        "catalog.yaml:14:39: PE406 500 is no cut of `amount` / write 100 or 1000, or add 500 to its cuts",
    ),
    "a word: a value of a number": (
        ([guard("{id: g, when: {amount: gold}, effects: [adverse], require: person}")], []),
        (
            "catalog.yaml:14:28: PE406 `amount` is a number, so a value of it is a stretch / write such as "
            "`{at_least: 100}`"
        ),
    ),
    "a word: a stretch of values": (
        ([guard("{id: g, when: {tier: {below: 3}}, effects: [adverse], require: person}")], []),
        (
            "catalog.yaml:14:26: PE406 `tier` has values, not numbers / name one of them, or several as a "
            "list; known here: `gold`, `platinum`, `standard`"
        ),
    ),
    "a word: a jurisdiction": (
        ([guard("{id: g, when: {jurisdiction: US-NY}, effects: [adverse], require: person}")], []),
        (
            "catalog.yaml:14:34: PE406 `US-NY` is no value of `jurisdiction` / did you mean `US-CA`?; or "
            "declare it in the catalog"
        ),
    ),
    "a word: a path": (
        ([guard("{id: g, when: {escalation_path: fraud-opps}, effects: [adverse], require: person}")], []),
        (
            "catalog.yaml:14:37: PE406 `fraud-opps` is no value of `escalation_path` / did you mean "
            "`fraud-ops`?; or declare it in the catalog"
        ),
    ),
    "a word: of members": (
        ([guard("{id: g, when: {model_version: v4}, effects: [adverse], require: person}")], []),
        (
            "catalog.yaml:14:20: PE406 a guardrail holds for all scores of a case, so it cannot depend on "
            "`model_version` / leave it out, and name the dimensions of the case"
        ),
    ),
    "a word: number of a use case": (
        ([guard("{id: g, when: {use_case: {below: 3}}, effects: [adverse], require: person}")], []),
        ("catalog.yaml:14:30: PE406 `use_case` has names, not numbers / name a use case, or several as a list"),
    ),
    "no band: misspelt": (
        ([guard("{id: g, when: {use_case: [card-fraud]}, bands: [blok], require: never}")], []),
        (
            "2:11: PE407 the guardrail `g` speaks of `blok` of this use case, and the policy has no such "
            "band / name a band of the policy in the guardrail; did you mean `block`?"
        ),
    ),
    "closed: a score": (
        ([guard(NO_REFUSAL)], []),
        (
            "11:29: PE408 `block` can be reached for US-CA by a score of 0.9, and the guardrail `no-refusal`"
            " lets nothing lead there: own policy / in an override for `{jurisdiction: US-CA}`, write "
            "`thresholds: {block: never}`, and a `because`: that is milder"
        ),
    ),
    "closed: the last band": (
        ([guard("{id: g, when: {jurisdiction: US-CA}, bands: [allow], require: never}")], []),
        (
            "13:12: PE408 `allow` can be reached for US-CA by a score of 0, and the guardrail `g` lets "
            "nothing lead there / in an override for `{jurisdiction: US-CA}`, write `thresholds: {review: "
            "always}`, so that nothing is left to `allow`"
        ),
    ),
    "closed: always": (
        (
            [guard("{id: g, when: {jurisdiction: US-CA}, bands: [block], require: never}")],
            [plus("{id: ca, when: {jurisdiction: US}, thresholds: {block: always}}")],
        ),
        (
            "17:60: PE408 `block` can be reached for US-CA by a score of 0, and the guardrail `g` lets "
            "nothing lead there / in the override `ca`, or in a narrower one for `{jurisdiction: US-CA}`, "
            "write a number for `block` instead of `always`"
        ),
    ),
    "closed: an override": (
        ([guard(NO_REFUSAL)], [plus("{id: us, when: {jurisdiction: US}, thresholds: {block: 0.95}, because: x}")]),
        (
            "17:60: PE408 `block` can be reached for US-CA by a score of 0.95, and the guardrail "
            "`no-refusal` lets nothing lead there: own policy / in the override `us`, or in a narrower one "
            "for `{jurisdiction: US-CA}`, write `thresholds: {block: never}`, and a `because`: that is milder"
        ),
    ),
    "closed: bad input": (
        ([guard(NO_REFUSAL)], [plus(CALIFORNIA), (ON_INVALID, "on_invalid: {missing: block, otherwise: review}\n")]),
        (
            "14:23: PE408 `block` can be reached for US-CA by `on_invalid`, for a score that is `missing`, "
            "and the guardrail `no-refusal` lets nothing lead there: own policy / in an override for "
            "`{jurisdiction: US-CA}`, write `on_invalid: {missing: review}`"
        ),
    ),
    "closed: bad input by an override": (
        ([guard(NO_REFUSAL)], [plus(CALIFORNIA, "{id: gold, when: {tier: gold}, on_invalid: block}")]),
        (
            "18:48: PE408 `block` can be reached for US-CA, gold by `on_invalid`, and the guardrail "
            "`no-refusal` lets nothing lead there: own policy / in the override `gold`, or in a narrower one"
            " for `{jurisdiction: US-CA}`, write `on_invalid: review`"
        ),
    ),
    "closed: a knock-out": (
        (
            [guard(NO_REFUSAL), ("effects: [adverse]\nguard", "facts: [listed]\neffects: [adverse]\nguard")],
            [
                plus(CALIFORNIA),
                (ON_INVALID, ON_INVALID + "knock_outs:\n  - {id: sdn, when: {listed: true}, at_least: block}\n"),
            ],
        ),
        (
            "16:47: PE408 `block` can be reached for US-CA by the knock-out `sdn`, and the guardrail "
            "`no-refusal` lets nothing lead there: own policy / name another band, or let its `when` leave "
            "those cases out"
        ),
    ),
    "closed: a cap": (
        (
            [
                guard("{id: g, when: {jurisdiction: US-CA}, bands: [review], require: never}"),
                ("effects: [adverse]\nguard", "facts: [vip]\neffects: [adverse]\nguard"),
            ],
            [
                plus(
                    "{id: ca, when: {jurisdiction: US-CA}, thresholds: {review: never}, on_invalid: block, because: x}"
                ),
                (
                    ON_INVALID,
                    ON_INVALID
                    + "knock_outs:\n  - {id: vip, when: {vip: true}, at_most: review, fail_open_because: contract}\n",
                ),
            ],
        ),
        (
            "16:43: PE408 `review` can be reached for US-CA by the knock-out `vip`, and the guardrail `g` "
            "lets nothing lead there / name another band, or let its `when` leave those cases out"
        ),
    ),
    "closed: else": (
        (
            [guard("{id: g, when: {jurisdiction: US-CA}, bands: [review], require: never}")],
            [
                plus(
                    "{id: ca, when: {jurisdiction: US-CA}, thresholds: {review: never}, on_invalid: block, because: x}"
                ),
                ("reasons: [FR01]", "reasons: {from: reason_codes, of: [R1], else: review}"),
            ],
        ),
        (
            "11:124: PE408 `review` can be reached for US-CA by `else`, where a case of `block` comes with "
            "no known code, and the guardrail `g` lets nothing lead there / in an override for "
            "`{jurisdiction: US-CA}`, name another band under `else` in the reasons of `block`"
        ),
    ),
    "closed: a sample": (
        (
            [guard(NO_REFUSAL)],
            [
                plus(CALIFORNIA),
                (
                    ON_INVALID,
                    ON_INVALID + "samples: [{id: qa, of: review, percent: 1, to: block, by: subject, salt: qa}]\n",
                ),
            ],
        ),
        (
            "15:48: PE408 `block` can be reached for US-CA by the sample `qa`, and the guardrail "
            "`no-refusal` lets nothing lead there: own policy / let it send its cases to another band"
        ),
    ),
    "closed: a path that ends": (
        (
            [
                guard(NO_REFUSAL),
                (
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}",
                    "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}], when_exhausted: block}",
                ),
            ],
            [plus(CALIFORNIA)],
        ),
        (
            "12:46: PE408 `block` can be reached for US-CA by the end of the escalation path `fraud-ops`, to"
            " which `review` goes, and the guardrail `no-refusal` lets nothing lead there: own policy / in "
            "an override for `{jurisdiction: US-CA}`, let `review` go to a path that ends with `hold`, or "
            "let `fraud-ops` end so in the catalog"
        ),
    ),
    "closed: a path that ends for another": (
        (
            [
                guard(NO_REFUSAL),
                (
                    "  fraud-disputes:",
                    "  night: {levels: [{to: queue:night, within: PT30M}], when_exhausted: block}\n  fraud-disputes:",
                ),
            ],
            [plus(CALIFORNIA, "{id: fr, when: {jurisdiction: FR}, escalate: {review: night}}")],
        ),
        (
            "18:59: PE408 `block` can be reached by the end of the escalation path `night`, to which "
            "`review` goes, also by a case that is partly under the guardrail `no-refusal`, which lets "
            "nothing lead there: own policy / let `review` go to a path that ends with `hold`, or let "
            "`night` end so in the catalog"
        ),
    ),
    "closed: everywhere": (
        (
            [guard("{id: g, bands: [block], require: never}")],
            [("thresholds: {block: 0.93}", "thresholds: {review: 0.6}")],
        ),
        (
            "11:29: PE408 `block` can be reached by a score of 0.9, and the guardrail `g` lets nothing lead "
            "there / take `block` out of the policy, as no case may get it; or say in the guardrail `when` "
            "it holds"
        ),
    ),
    "all closed: two between them": (
        (
            [guard(NO_REFUSAL, "{id: g, when: {jurisdiction: DE}, bands: [review, allow], require: never}")],
            [plus(CALIFORNIA, "{id: de, when: {jurisdiction: DE}, thresholds: {block: always}, on_invalid: block}")],
        ),
        (
            "10:1: PE409 guardrails close every band of the policy, by `g` and `no-refusal`: a case that "
            "they all concern is left without a band / in the catalog, let one of the bands be open everywhere;"
            " or add a band that no guardrail speaks of"
        ),
    ),
    "a person: nobody": (
        ([guard(GDPR)], [("escalate: fraud-disputes, ", "")]),
        (
            "11:12: PE410 `block` can be the outcome for EU, by a score of 0.93, and escalates to nobody "
            "there: the guardrail `gdpr-art-22` wants a person for it: GDPR Art. 22 / in an override for "
            "`{jurisdiction: EU}`, write `escalate: {block: fraud-ops}`"
        ),
    ),
    "a person: nobody anywhere": (
        ([guard("{id: g, bands: [block], require: person}")], [("escalate: fraud-disputes, ", "")]),
        (
            "11:12: PE410 `block` can be the outcome, by a score of 0.9, and escalates to nobody there: the "
            "guardrail `g` wants a person for it / give the band `block` `escalate: fraud-ops`"
        ),
    ),
    "a person: only elsewhere": (
        (
            [guard(GDPR)],
            [
                ("escalate: fraud-disputes, ", ""),
                plus("{id: us, when: {jurisdiction: US}, escalate: {block: fraud-disputes}}"),
            ],
        ),
        (
            "11:12: PE410 `block` can be the outcome for EU, by a score of 0.93, and escalates to nobody "
            "there: the guardrail `gdpr-art-22` wants a person for it: GDPR Art. 22 / in an override for "
            "`{jurisdiction: EU}`, write `escalate: {block: fraud-ops}`"
        ),
    ),
    "a person: a band of others": (
        (
            [guard(GDPR)],
            [("escalate: fraud-disputes, ", ""), ("thresholds: {block: 0.93}", "thresholds: {block: never}")],
        ),
        (
            "11:12: PE410 `block` can be the outcome for EU, by a score of 0.9 elsewhere, of a request that "
            "names both or leaves open which it is, and escalates to nobody there: the guardrail "
            "`gdpr-art-22` wants a person for it: GDPR Art. 22 / in an override for `{jurisdiction: EU}`, "
            "write `escalate: {block: fraud-ops}`"
        ),
    ),
    "a person: a time-out": (
        (
            [
                guard(GDPR),
                (
                    "fraud-disputes: {levels: [{to: role:disputes, within: P1D}]}",
                    (
                        "fraud-disputes: {levels: [{to: role:disputes, within: P1D}], when_exhausted: review, because: "
                        "x}"
                    ),
                ),
            ],
            [],
        ),
        (
            "11:62: PE410 `block` escalates to `fraud-disputes` for EU, which ends in `review` when nobody "
            "takes the case: the guardrail `gdpr-art-22` wants a person to decide, and no time-out: GDPR "
            "Art. 22 / let `block` go to a path that ends with `hold`, or let `fraud-disputes` end so in the"
            " catalog"
        ),
    ),
    "a person: a time-out of an override": (
        (
            [
                guard(GDPR),
                (
                    "  fraud-disputes:",
                    (
                        "  night: {levels: [{to: queue:night, within: PT30M}], when_exhausted: review, because: x}\n  "
                        "fraud-disputes:"
                    ),
                ),
            ],
            [plus("{id: fr, when: {jurisdiction: FR}, escalate: {block: night}}")],
        ),
        (
            "17:58: PE410 `block` escalates to `night` for FR, which ends in `review` when nobody takes the "
            "case: the guardrail `gdpr-art-22` wants a person to decide, and no time-out: GDPR Art. 22 / let"
            " `block` go to a path that ends with `hold`, or let `night` end so in the catalog"
        ),
    ),
    "a range: base": (
        ([guard(SANE)], [("at_least: 0.90", "at_least: 0.97")]),
        (
            "11:29: PE411 the threshold of `block` is 0.97 (base), and the guardrail `sane-block` allows 0.8"
            " to 0.95 / give `block` a threshold from 0.8 to 0.95"
        ),
    ),
    "a range: override": (
        ([guard(SANE)], [("block: 0.93", "block: 0.99")]),
        (
            "16:60: PE411 the threshold of `block` is 0.99 for EU (override `eu`), and the guardrail "
            "`sane-block` allows 0.8 to 0.95 / in the override `eu`, give `block` a threshold from 0.8 to "
            "0.95"
        ),
    ),
    "a range: always": (
        ([guard(SANE)], [plus("{id: us, when: {jurisdiction: US}, thresholds: {block: always}}")]),
        (
            "17:60: PE411 the threshold of `block` is always for US (override `us`), and the guardrail "
            "`sane-block` allows 0.8 to 0.95 / in the override `us`, give `block` a threshold from 0.8 to "
            "0.95"
        ),
    ),
    "a range: per call": (
        ([guard(SANE)], [(ON_INVALID, ON_INVALID + PER_CALL.format("0.70, 0.92"))]),
        (
            "16:35: PE411 `block` may be tuned to 0.7, and the guardrail `sane-block` allows 0.8 to 0.95 / "
            "let its `within` lie inside 0.8 to 0.95"
        ),
    ),
    "a range: env": (
        ([guard(SANE)], [(ON_INVALID, ON_INVALID + "tunable:\n  block: {env: BLOCK, within: [0.85, 0.98]}\n")]),
        (
            "16:31: PE411 `block` may be tuned to 0.98, and the guardrail `sane-block` allows 0.8 to 0.95 / "
            "let its `within` lie inside 0.8 to 0.95"
        ),
    ),
    "tighten only: ties": (
        ([guard(FLOOR)], [STRICTER]),
        (
            "2:11: PE412 `ties` are `error` here, so where overrides meet the milder one may be chosen: the "
            "guardrail `floor` only lets it be stricter: agreed with the supervisor / write `ties: "
            "strictest` at the top level"
        ),
    ),
    "tighten only: ties that say error": (
        ([guard(FLOOR)], [STRICTER, (ON_INVALID, ON_INVALID + "ties: error\n")]),
        (
            "15:7: PE412 `ties` are `error` here, so where overrides meet the milder one may be chosen: the "
            "guardrail `floor` only lets it be stricter: agreed with the supervisor / write `ties: "
            "strictest` at the top level"
        ),
    ),
    "tighten only: an override": (
        ([guard(FLOOR)], [(ON_INVALID, ON_INVALID + TIES)]),
        (
            "17:60: PE412 the override `eu` makes `block` milder for EU, 0.93 instead of 0.9 (base), for a "
            "score of 0.9: the guardrail `floor` only lets it be stricter: agreed with the supervisor / in "
            "the override `eu`, write 0.9 or what is stricter"
        ),
    ),
    "tighten only: on_invalid": (
        (
            [guard(FLOOR)],
            [
                (ON_INVALID, "on_invalid: block\n" + TIES),
                stricter_and("{id: us, when: {jurisdiction: US}, on_invalid: {missing: review}, because: x}"),
            ],
        ),
        (
            "18:62: PE412 the override `us` makes `on_invalid` for `missing` milder for US, review instead "
            "of block (base): the guardrail `floor` only lets it be stricter: agreed with the supervisor / "
            "in the override `us`, write block or what is stricter"
        ),
    ),
    "tighten only: never": (
        (
            [guard(FLOOR)],
            [
                (ON_INVALID, ON_INVALID + TIES),
                stricter_and("{id: us, when: {jurisdiction: US}, thresholds: {block: never}, because: x}"),
            ],
        ),
        (
            "18:60: PE412 the override `us` makes `block` milder for US, never instead of 0.9 (base), for a "
            "score of 0.9: the guardrail `floor` only lets it be stricter: agreed with the supervisor / in "
            "the override `us`, write 0.9 or what is stricter"
        ),
    ),
    "tighten only: a wider one": (
        (
            [guard(FLOOR)],
            [
                (ON_INVALID, ON_INVALID + TIES),
                stricter_and("{id: de, when: {jurisdiction: DE}, thresholds: {block: 0.88}, because: x}"),
            ],
        ),
        (
            "18:60: PE412 the override `de` makes `block` milder for DE, 0.88 instead of 0.85 (override "
            "`eu`), for a score of 0.85: the guardrail `floor` only lets it be stricter: agreed with the "
            "supervisor / in the override `de`, write 0.85 or what is stricter"
        ),
    ),
    "tighten only: a longer one": (
        (
            [guard(FLOOR)],
            [
                (ON_INVALID, ON_INVALID + TIES),
                stricter_and(
                    "{id: eu2, when: {jurisdiction: EU}, thresholds: {block: 0.88}, effective: {from: "
                    "2027-01-01T00:00:00Z}, because: x}"
                ),
            ],
        ),
        (
            "18:61: PE412 the override `eu2` makes `block` milder for EU, 0.88 instead of 0.85 (override "
            "`eu`), for a score of 0.85: the guardrail `floor` only lets it be stricter: agreed with the "
            "supervisor / in the override `eu2`, write 0.85 or what is stricter"
        ),
    ),
    "tighten only: a cap": (
        (
            [guard(FLOOR), ("effects: [adverse]\nguard", "facts: [vip]\neffects: [adverse]\nguard")],
            [
                STRICTER,
                (
                    ON_INVALID,
                    ON_INVALID
                    + TIES
                    + "knock_outs:\n  - {id: vip, when: {vip: true}, at_most: review, fail_open_because: contract}\n",
                ),
            ],
        ),
        (
            "17:43: PE412 the knock-out `vip` makes a case milder than its score, by `at_most`: the "
            "guardrail `floor` only lets it be stricter: agreed with the supervisor / let its `when` leave "
            "those cases out, or take it away"
        ),
    ),
    "tighten only: base for unknown": (
        ([guard(FLOOR)], [STRICTER, (ON_INVALID, ON_INVALID + TIES + "unknown: {tier: base}\nfail_open_because: x\n")]),
        (
            "16:17: PE412 `unknown: {tier: base}` decides a case milder than some value of `tier` might: the"
            " guardrail `floor` only lets it be stricter: agreed with the supervisor / write `tier: "
            "strictest`"
        ),
    ),
    "tighten only: a request that may loosen": (
        (
            [guard(FLOOR)],
            [
                STRICTER,
                (
                    ON_INVALID,
                    ON_INVALID
                    + TIES
                    + "tunable:\n  review: {per_call: true, within: [0.5, 0.6], tighten_only: false, because: x}\n",
                ),
            ],
        ),
        (
            "17:62: PE412 `review` may be tuned to be milder: the guardrail `floor` only lets it be "
            "stricter: agreed with the supervisor / add `tighten_only: true` to `review`, or let `within` "
            "end at what the file says"
        ),
    ),
    "tighten only: a variable that may loosen": (
        (
            [guard(FLOOR)],
            [STRICTER, (ON_INVALID, ON_INVALID + TIES + "tunable:\n  review: {env: REVIEW, within: [0.5, 0.6]}\n")],
        ),
        (
            "17:33: PE412 `review` may be tuned to be milder: the guardrail `floor` only lets it be "
            "stricter: agreed with the supervisor / add `tighten_only: true` to `review`, or let `within` "
            "end at what the file says"
        ),
    ),
    "tighten only: an override above the variable": (
        (
            [guard(FLOOR)],
            [
                STRICTER,
                (
                    ON_INVALID,
                    ON_INVALID + TIES + "tunable:\n  block: {env: BLOCK, within: [0.8, 0.9], tighten_only: true}\n",
                ),
            ],
        ),
        (
            "19:60: PE412 the override `eu` makes `block` milder for EU, 0.85 instead of 0.8 (base, where "
            "`BLOCK` is set so), for a score of 0.8: the guardrail `floor` only lets it be stricter: agreed "
            "with the supervisor / in the override `eu`, write 0.8 or what is stricter"
        ),
    ),
}

SILENT: dict[str, Case] = {
    "a word: cuts and values": (
        [
            guard(
                "{id: g, when: {amount: {at_least: 100, below: 1000}, tier: [gold], jurisdiction: EU, "
                "escalation_path: none}, effects: [adverse], require: person}"
            )
        ],
        [],
    ),
    "no band: one of them": (
        [guard("{id: g, when: {use_case: card-fraud}, bands: [refuse, block], require: person}")],
        [],
    ),
    "closed: closed": ([guard(NO_REFUSAL)], [plus(CALIFORNIA)]),
    "closed: closed by a knock-out that always holds": (
        [guard(NO_REFUSAL)],
        [
            (
                ON_INVALID,
                ON_INVALID
                + (
                    "knock_outs:\n  - {id: cap, when: {jurisdiction: US-CA}, at_most: review, fail_open_because: own"
                    " policy}\n"
                ),
            )
        ],
    ),
    "closed: a cap with nothing above": (
        [
            guard("{id: g, when: {jurisdiction: US-CA}, bands: [review], require: never}"),
            ("effects: [adverse]\nguard", "facts: [vip]\neffects: [adverse]\nguard"),
        ],
        [
            plus(
                "{id: ca, when: {jurisdiction: US-CA}, thresholds: {review: never, block: never}, on_invalid: "
                "{otherwise: allow}, because: x}"
            ),
            (
                ON_INVALID,
                ON_INVALID
                + (
                    "fail_open_because: spam\nknock_outs:\n  - {id: vip, when: {vip: true}, at_most: review, "
                    "fail_open_because: contract}\n"
                ),
            ),
        ],
    ),
    "a person: a person": ([guard(GDPR)], []),
    "a person: nobody where it is not asked for": (
        [guard(GDPR)],
        [
            ("escalate: fraud-disputes, ", ""),
            plus("{id: eu2, when: {jurisdiction: EU}, escalate: {block: fraud-disputes}}"),
        ],
    ),
    "a range: inside": ([guard(SANE)], []),
    "a range: on its ends": ([guard(SANE)], [("at_least: 0.90", "at_least: 0.80"), ("block: 0.93", "block: 0.95")]),
    "a range: never": ([guard(SANE)], [("block: 0.93", "block: never")]),
    "a range: a bound that tighten_only refuses everywhere": (
        [guard(SANE)],
        [(ON_INVALID, ON_INVALID + PER_CALL.format("0.80, 0.99"))],
    ),
    "tighten only: stricter": ([guard(FLOOR)], [STRICTER, (ON_INVALID, ON_INVALID + TIES)]),
    "tighten only: milder elsewhere": (
        [guard(FLOOR.replace("{use_case: card-fraud", "{use_case: card-fraud, jurisdiction: US"))],
        [(ON_INVALID, ON_INVALID + TIES)],
    ),
    "tighten only: tunables that tighten": (
        [guard(FLOOR)],
        [
            (
                ON_INVALID,
                ON_INVALID
                + TIES
                + (
                    "tunable:\n  block: {per_call: true, within: [0.7, 0.95]}\n  review: {env: REVIEW, within: [0.5,"
                    " 0.55]}\n"
                ),
            ),
            STRICTER,
        ],
    ),
    "tighten only: as strict as a wider one": (
        [guard(FLOOR)],
        [
            (ON_INVALID, ON_INVALID + TIES),
            stricter_and("{id: de, when: {jurisdiction: DE}, thresholds: {block: 0.85}, reasons: {block: [DE01]}}"),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_breach_of_a_guardrail_is_told_at_the_key_that_makes_it(case: str) -> None:
    (of_catalog, of_policy), told = FOUND[case]
    assert findings(edited(POLICY, *of_policy), edited(CATALOG, *of_catalog)) == [told]


@pytest.mark.parametrize("case", SILENT)
def test_what_keeps_to_its_guardrails_is_not_told(case: str) -> None:
    of_catalog, of_policy = SILENT[case]
    assert findings(edited(POLICY, *of_policy), edited(CATALOG, *of_catalog)) == []


NO_LOANS = "{id: g, when: {use_case: loans}, bands: [refuse], require: never}"


def test_a_guardrail_for_a_use_case_of_no_policy_is_a_warning() -> None:
    assert [one.severity for one in checked(POLICY, edited(CATALOG, guard(NO_LOANS))).report.diagnostics] == ["warning"]


def test_a_guardrail_for_the_use_case_of_a_candidate_alone_is_not_told() -> None:
    stage = ("score:", "stage: {shadow: {until: 2026-09-01T00:00:00Z}}\nscore:")
    candidate = edited(POLICY, stage, ("card-fraud", "loans"))
    found = findings(POLICY, edited(CATALOG, guard(NO_LOANS.replace("refuse", "review"))), loans=candidate)
    assert [one for one in found if "PE413" in one] == []


@pytest.mark.parametrize("other", ["", "schema: policy/v1\nuse_case: loans\n"])
def test_a_guardrail_is_not_told_to_have_no_policy_while_some_policy_is_not_known(other: str) -> None:
    texts = {"catalog.yaml": edited(CATALOG, guard(NO_LOANS))}
    if other:
        texts |= {"policy.yaml": POLICY, "loans.yaml": other}
    found = check(loaded(texts)).report.diagnostics
    assert [one.code for one in found if one.code == "PE413"] == []


# --- other kinds of score ---------------------------------------------------------------------------------------------

HEAD = """\
schema: policy/v1
use_case: card-fraud
version: 1
owner: risk
effective: {from: 2026-07-01T00:00:00Z}
"""
CLASSES = f"""{HEAD}\
score: {{kind: classes, higher_is: riskier, model: {{name: gen}}}}
bands: [{{name: block, at_least: 0.9}}, {{name: review, at_least: 0.5, escalate: fraud-ops}}, {{name: allow}}]
on_invalid: review
lead: {{ratio: 1.5, bands: [review], otherwise: block}}
overrides:
  - {{id: ca, when: {{jurisdiction: US-CA}}, thresholds: {{block: never}}, because: x}}
"""
SCORES = f"""{HEAD}\
bands: [{{name: block}}, {{name: review, escalate: fraud-ops}}, {{name: allow}}]
scores:
  face:
    {{kind: probability, higher_is: safer, model: {{name: f}}, on_invalid: review,
     thresholds: {{review: 0.2, allow: 0.5}}}}
  text:
    {{kind: probability, higher_is: riskier, model: {{name: t}}, on_invalid: review, thresholds: {{review: 0.4}}}}
"""


def under(*guardrails: str) -> str:
    """Return the catalog with guardrails."""
    return edited(CATALOG, guard(*guardrails))


def test_an_unclear_lead_is_a_way_into_its_band() -> None:
    assert findings(CLASSES, under("{id: g, when: {jurisdiction: US-CA}, bands: [block], require: never}")) == [
        (
            "9:48: PE408 `block` can be reached for US-CA by `lead.otherwise`, where no class stands alone, and the "
            "guardrail `g` lets nothing lead there / in an override for `{jurisdiction: US-CA}`, name another band in "
            "`lead.otherwise`"
        )
    ]


def test_each_of_several_scores_is_a_way_into_its_bands() -> None:
    assert findings(SCORES, under("{id: g, bands: [block], require: person}")) == [
        (
            "6:16: PE410 `block` can be the outcome, by a score `face` of 0, and escalates to nobody there: the "
            "guardrail `g` wants a person for it / give the band `block` `escalate: fraud-ops`"
        )
    ]


def test_a_band_that_one_of_several_scores_leads_to_is_closed_for_that_score_alone() -> None:
    catalog = under("{id: g, when: {jurisdiction: US-CA}, bands: [block], require: never}")
    assert findings(SCORES, catalog) == [
        (
            "6:16: PE408 `block` can be reached for US-CA by a score `face` of 0, and the guardrail `g` lets nothing "
            "lead there / in an override for `{jurisdiction: US-CA, score: face}`, write `thresholds: {review: "
            "always}`, so that nothing is left to `block`, and a `because`: that is milder"
        )
    ]
    mend = "{id: ca, when: {jurisdiction: US-CA, score: face}, thresholds: {review: always}, because: own policy}"
    assert findings(f"{SCORES}overrides:\n  - {mend}\n", catalog) == []


def test_a_score_leads_to_no_band_that_is_milder_than_any_of_another() -> None:
    one_way = edited(SCORES, ("thresholds: {review: 0.4}", "thresholds: {review: 0}"))
    told = findings(one_way, under("{id: g, bands: [allow], require: never}"))
    assert [line.split()[1] for line in told] == ["PE210"]
