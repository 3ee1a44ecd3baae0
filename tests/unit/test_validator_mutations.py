"""Whatever stands anywhere in a file, `check` returns, and says it in the words of its reader."""

from __future__ import annotations

import copy
import json
import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.loader import read_document
from tests.support.policies import CATALOG, POLICY, checked, edited

if TYPE_CHECKING:
    from collections.abc import Iterator

MORE = """\
unknown: {tier: strictest}
objective:
  block: {maximise: recall, subject_to: {precision: {at_least: 0.9, confidence: 0.95}}}
  review: {minimise: cost, costs: {false_positive: 1, false_negative: 3}}
targets:
  - {measure: precision, band: block, at_least: 0.95, confidence: 0.95}
  - {measure: share, band: review, between: [0.08, 0.13]}
evidence: evidence/card-fraud-v7.json
tunable:
  block: {env: BLOCK, within: [0.85, 0.95], tighten_only: true}
  review: {per_call: true, within: [0.5, 0.6], tighten_only: false, because: a test}
knock_outs:
  - {id: sdn, when: {sanctions_exact: true, tier: gold}, at_least: block, reasons: [SDN]}
  - {id: vip, when: {vip: true}, at_most: review, fail_open_because: contract 12}
samples:
  - {id: qa, of: allow, percent: 1, to: review, by: subject, salt: qa-1, until: 2027-01-01T00:00:00Z}
tests:
  - name: one
    given: {score: 0.6, jurisdiction: US, at: 2026-07-02T00:00:00Z, facts: {sanctions_exact: false, vip: false}}
    expect: {outcome: review, reasons: [FR02], knock_outs: []}
overrides:
  - id: all
    when: {tier: [gold, platinum], amount: {at_least: 100, below: 1000}, jurisdiction: US}
    thresholds: {block: 0.96, review: 0.45}
    on_invalid: {missing: block, otherwise: review}
    escalate: {block: fraud-ops}
    reasons: {review: {from: reason_codes, of: [R01, R02], max: 1, else: allow}}
    attributes: {block: {lane: [a, 1]}}
    effective: {from: 2026-08-01T00:00:00Z, until: 2026-09-01T00:00:00Z}
    because: a test
"""
CLASSES = """\
schema: policy/v1
use_case: triage
version: 1
owner: clinic
effective: {from: 2026-07-01T00:00:00Z}
stage: {canary: {percent: 5, by: subject, salt: new, until: 2026-10-01T00:00:00Z}}
score:
  kind: classes
  type: float32
  range: [0, 1]
  signal: margin
  labels: [mole, melanoma]
  higher_is: safer
  model: {name: gen2a, versions: {v1: ">=1,<2", v2: ">=2,<3"}}
bands:
  - {name: sure, at_least: 0.8}
  - {name: possible, at_least: 0.4, highlight: {above: 0.25, floor: 1, cap: 3}}
  - {name: refer, escalate: fraud-ops}
on_invalid: refer
lead: {ratio: 1.5, bands: [sure], otherwise: refer}
tunable:
  lead.ratio: {per_call: true, within: [1.1, 3]}
  possible.highlight.above: {env: ABOVE, within: [0.1, 0.3]}
overrides:
  - id: second
    when: {model_version: v2}
    highlight: {possible: {above: 0.2}}
    lead: {ratio: 2, bands: [sure]}
    because: a test
"""
LABELS = """\
schema: policy/v1
use_case: moderation
version: 1
owner: trust
effective: {from: 2026-07-01T00:00:00Z}
stage: {shadow: {until: 2026-10-01T00:00:00Z}}
score: {kind: labels, labels: [spam, violence], higher_is: riskier, model: {name: moderator}}
bands:
  - {name: remove, at_least: 0.9}
  - {name: keep}
on_invalid: {missing: remove, otherwise: remove}
unknown_label: strictest
overrides:
  - {id: violence, when: {label: violence}, thresholds: {remove: 0.7}}
"""
SCORES = """\
schema: policy/v1
use_case: kyc
version: 1
owner: kyc
effective: {from: 2026-07-01T00:00:00Z}
bands:
  - {name: reject}
  - {name: manual, escalate: fraud-ops}
  - {name: pass}
scores:
  document:
    kind: probability
    higher_is: safer
    thresholds: {manual: 0.6, pass: 0.9}
    model: {name: document}
    on_invalid: manual
  risk:
    kind: number
    range: [0, null]
    higher_is: riskier
    thresholds: {reject: 50}
    model: {name: risk}
    on_invalid: {missing: manual, otherwise: reject}
"""
GUARDRAILS = """\
facts: [sanctions_exact, vip]
ties: strictest
guardrails:
  - {id: gdpr, when: {jurisdiction: FR, use_case: card-fraud}, effects: [adverse], require: person, because: Art. 22}
  - {id: sane, when: {use_case: card-fraud}, bands: [block], require: {threshold: [0.5, 0.99]}}
  - {id: floor, when: {use_case: none-of-these}, require: tighten_only}
"""
VALUES: tuple[Any, ...] = (
    *(None, True, 5, 0.5, -1, 2.5, "", "x", "never", "0.5", "5 %", "2026-01-01", "a b", "\x07", "block", "[key]"),
    *([], {}, [1], ["EU", "EU"], [None], [[[]]], {"a": 1}, {"": 1}, {"x y": {}}, {"block": 0.5}, [{"block": 0.5}]),
    *("number", "value", "list", "classes", "base", "schema"),
)
KEYS = (
    "typo",
    "at_least",
    "because",
    "schema",
    "when",
    "in",
    "cuts",
    "number",
    "list",
    "[key]",
    "x y",
    "id",
    "",
    "\x1b[2J",
    "\u202e",
)
NOT_FOR_READERS = re.compile(
    r"Input should|pydantic|\b(tuple|dict|str|NoneType|None|True|False|float)\b|Extra inputs|Field required|<class"
    r"|any value|this mapping|another mapping|belongs there|  |``|\{\}`? lacks"
)


def _data(text: str) -> Any:  # noqa: ANN401 - a document's data may be any
    return read_document(text.encode(), "text.yaml")[0].data


CARD_FRAUD = edited(
    POLICY, ("overrides:\n", MORE), ("on_invalid: review\n", "on_invalid: {missing: review, otherwise: block}\n")
)
POLICIES = {"numbers": CARD_FRAUD, "classes": CLASSES, "labels": LABELS, "scores": SCORES}
RICH_CATALOG = edited(CATALOG, ("within: P1D}]}", "within: P1D}], when_exhausted: hold, because: a test}")) + GUARDRAILS


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - as above
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        yield (*path, step)
        yield from _places(value, (*path, step))


def _mutate(data: Any, random: Random) -> None:  # noqa: ANN401 - as above
    *way, last = random.choice(list(_places(data)))
    for step in way:
        data = data[step]
    match random.randrange(5), data:
        case 0, dict():
            data[random.choice(KEYS)] = copy.deepcopy(random.choice(VALUES))
        case 1, dict():
            data[random.choice((f"{last}s", last[:-1], last.upper(), "q"))] = data.pop(last)
        case 2, _:
            del data[last]
        case _:
            data[last] = copy.deepcopy(random.choice(VALUES))


@pytest.mark.parametrize("kind", POLICIES)
def test_the_unchanged_files_are_clean(kind: str) -> None:
    assert checked(POLICIES[kind], RICH_CATALOG).report.diagnostics == ()


@pytest.mark.parametrize("kind", POLICIES)
@pytest.mark.parametrize("seed", range(8))
def test_any_mistake_is_told_in_the_words_of_the_reader(kind: str, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - which mistakes are tried is no secret
    base_policy, base_catalog = _data(POLICIES[kind]), _data(RICH_CATALOG)
    for _ in range(30):
        policy, catalog = copy.deepcopy(base_policy), copy.deepcopy(base_catalog)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            _mutate(random.choice((policy, policy, catalog)), random)
        policies, report = checked(json.dumps(policy, indent=1), json.dumps(catalog, indent=1))
        assert (policies is None) == (report.errors > 0)
        for found in report.diagnostics:
            assert NOT_FOR_READERS.search(f"{found.message}\n{found.help}") is None, (seed, found)
            assert not found.message.endswith(".")
            assert found.help
            assert (found.message + found.help).isprintable(), (seed, found)
