"""Policies of each kind of score as text for tests, all in order, in a catalog with facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.support.policies import CATALOG, edited, findings

if TYPE_CHECKING:
    from tests.support.policies import Edit

WITH_FACTS: Final = edited(CATALOG, ("effects:", "facts: [sanctioned, vip]\neffects:"))
"""The catalog of the other policies, with two facts. `vip` stands at 12:20."""

NUMBER: Final = """\
schema: policy/v1
use_case: card-fraud
version: 7
owner: payments-risk
effective: {from: 2026-07-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: gbm}}
bands:
  - {name: block, at_least: 0.90, escalate: fraud-disputes}
  - {name: review, at_least: 0.55, escalate: fraud-ops}
  - {name: allow}
on_invalid: review
knock_outs:
  - {id: sdn, when: {sanctioned: true, jurisdiction: EU}, at_least: block}
  - {id: cap, when: {vip: true}, at_most: review, fail_open_because: a contract}
samples:
  - {id: qa, of: allow, percent: 1, to: review, by: subject, salt: qa-2026}
"""

CLASSES: Final = """\
schema: policy/v1
use_case: derm-triage
version: 1
owner: derm
effective: {from: 2026-07-01T00:00:00Z}
score: {kind: classes, higher_is: safer, model: {name: gen2a}}
bands:
  - {name: confident, at_least: 0.815}
  - {name: possible, at_least: 0.444, highlight: {above: 0.25, floor: 1, cap: 3}}
  - {name: refer, escalate: fraud-ops}
lead: {ratio: 1.5, bands: [confident], otherwise: possible}
on_invalid: refer
"""

LABELS: Final = """\
schema: policy/v1
use_case: moderation
version: 1
owner: trust
effective: {from: 2026-07-01T00:00:00Z}
score: {kind: labels, labels: [spam, toxic], higher_is: riskier, model: {name: mod, versions: {v4: ">=4,<5"}}}
bands:
  - {name: remove, at_least: 0.9}
  - {name: review, at_least: 0.5, escalate: fraud-ops}
  - {name: keep}
unknown_label: strictest
on_invalid: review
overrides:
  - {id: spam, when: {label: spam, model_version: v4}, thresholds: {remove: 0.8}}
"""

SCORES: Final = """\
schema: policy/v1
use_case: kyc
version: 1
owner: kyc-team
effective: {from: 2026-07-01T00:00:00Z}
bands: [{name: reject, effect: adverse, escalate: fraud-ops}, {name: manual, escalate: fraud-ops}, {name: pass}]
scores:
  document:
    {kind: probability, higher_is: safer, thresholds: {manual: 0.60, pass: 0.90}, model: {name: d}, on_invalid: manual}
  face:
    {kind: probability, higher_is: safer, thresholds: {manual: 0.50, pass: 0.80}, model: {name: f}, on_invalid: manual}
  risk:
    kind: number
    range: [0, 100]
    higher_is: riskier
    thresholds: {reject: 90, manual: 50}
    model: {name: r, versions: {v4: ">=4,<5"}}
    on_invalid: reject
overrides:
  - {id: eu, when: {jurisdiction: EU, score: face}, thresholds: {pass: 0.85}}
"""


def after_in(base: str, *edits: Edit) -> list[str]:
    """Return what is found in a policy of this module after edits."""
    return findings(edited(base, *edits), WITH_FACTS)
