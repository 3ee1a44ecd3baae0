"""Two small policies for what one number cannot say: several scores, classes, facts, reason codes, tunables."""

from __future__ import annotations

from typing import Final

LANGUAGE: Final = {
    "catalog": """\
schema: catalog/v1
facts: [sanctioned, vip]
escalation_paths: {ops: {levels: [{to: queue:ops, within: PT8H}]}}
""",
    "kyc": """\
schema: policy/v1
use_case: kyc
version: 1
owner: onboarding
effective: {from: 2026-01-01T00:00:00Z}
bands: [{name: reject, escalate: ops}, {name: manual, escalate: ops}, {name: pass}]
scores:
  document: {kind: probability, higher_is: safer, thresholds: {pass: 0.9}, model: {name: d}, on_invalid: manual}
  face:
    kind: probability
    higher_is: safer
    thresholds: {manual: 0.5, pass: 0.8}
    model: {name: f, versions: ">=2"}
    on_invalid: manual
""",
    "tags": """\
schema: policy/v1
use_case: tags
version: 1
owner: search
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, higher_is: riskier, model: {name: m}}
bands:
  - {name: block, at_least: 0.9, reasons: {from: reason_codes, of: [R1, R2], else: tag}, escalate: ops}
  - {name: tag, at_least: 0.5, escalate: ops}
  - {name: pass}
on_invalid: block
tunable: {tag: {per_call: true, within: [0.3, 0.6]}}
knock_outs:
  - {id: listed, when: {sanctioned: true}, at_least: tag}
""",
}
"""Texts by the names of their files, without `.yaml`."""
