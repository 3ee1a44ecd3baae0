"""Policies and a catalog that between them use every key of the language, and are in order."""

from __future__ import annotations

from typing import Final

from tests.support.policies import CATALOG, POLICY, edited

_MORE: Final = """\
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
_CLASSES: Final = """\
schema: policy/v1
use_case: triage
version: 1
description: photographs of skin
ties: strictest
objective: {sure: {maximise: fbeta, beta: 2}}
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
_LABELS: Final = """\
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
_SCORES: Final = """\
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
_GUARDRAILS: Final = """\
facts: [sanctions_exact, vip]
ties: strictest
guardrails:
  - {id: gdpr, when: {jurisdiction: FR, use_case: card-fraud}, effects: [adverse], require: person, because: Art. 22}
  - {id: sane, when: {use_case: card-fraud}, bands: [block], require: {threshold: [0.5, 0.99]}}
  - {id: floor, when: {use_case: none-of-these, amount: {at_least: 100, below: 1000}}, require: tighten_only}
audit:
  subject: hmac
  context: {card_number: hmac, device.fingerprint: drop, basket: keep}
  dimensions: {amount: keep}
"""

_CARD_FRAUD: Final = edited(
    POLICY, ("overrides:\n", _MORE), ("on_invalid: review\n", "on_invalid: {missing: review, otherwise: block}\n")
)
POLICIES_OF_EVERY_KIND: Final = {"numbers": _CARD_FRAUD, "classes": _CLASSES, "labels": _LABELS, "scores": _SCORES}
RICH_CATALOG: Final = (
    edited(CATALOG, ("within: P1D}]}", "within: P1D}], when_exhausted: hold, because: a test}")) + _GUARDRAILS
)
