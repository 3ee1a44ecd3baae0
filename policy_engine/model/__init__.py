"""The policy and the catalog as written, a request as given, and the verdict on it."""

from policy_engine.model._base import Written
from policy_engine.model.bands import Band, CaseReasons, Highlight
from policy_engine.model.catalog import (
    EMPTY_CATALOG,
    HOLD,
    Catalog,
    EscalationLevel,
    EscalationPath,
    Jurisdiction,
    NumberDimension,
)
from policy_engine.model.conditions import NumberCondition
from policy_engine.model.guardrails import Guardrail, ThresholdRange
from policy_engine.model.instants import (
    END_OF_TIME,
    PolicyWindow,
    Window,
    as_instant,
    format_instant,
    from_nanoseconds,
    parse_duration,
    parse_instant,
    to_nanoseconds,
)
from policy_engine.model.knock_outs import KnockOut
from policy_engine.model.lead import Lead
from policy_engine.model.names import Name
from policy_engine.model.on_invalid import band_per_class, classes_of
from policy_engine.model.overrides import Override
from policy_engine.model.policy import BESIDE_CELLS, Policy
from policy_engine.model.promises import Expect, Given, Objective, PolicyTest, Target
from policy_engine.model.recording import Recording
from policy_engine.model.request import REQUEST_KEYS, Request
from policy_engine.model.rollout import Canary, Sample, Shadow, Stage
from policy_engine.model.scale import Scale
from policy_engine.model.score import ModelReference, NamedScore, Score
from policy_engine.model.tunable import Tunable, TunableNumber
from policy_engine.model.verdict import Highlighted, Member, Sampled, Tuned, Verdict

__all__ = [
    "BESIDE_CELLS",
    "EMPTY_CATALOG",
    "END_OF_TIME",
    "HOLD",
    "REQUEST_KEYS",
    "Band",
    "Canary",
    "CaseReasons",
    "Catalog",
    "EscalationLevel",
    "EscalationPath",
    "Expect",
    "Given",
    "Guardrail",
    "Highlight",
    "Highlighted",
    "Jurisdiction",
    "KnockOut",
    "Lead",
    "Member",
    "ModelReference",
    "Name",
    "NamedScore",
    "NumberCondition",
    "NumberDimension",
    "Objective",
    "Override",
    "Policy",
    "PolicyTest",
    "PolicyWindow",
    "Recording",
    "Request",
    "Sample",
    "Sampled",
    "Scale",
    "Score",
    "Shadow",
    "Stage",
    "Target",
    "ThresholdRange",
    "Tunable",
    "TunableNumber",
    "Tuned",
    "Verdict",
    "Window",
    "Written",
    "as_instant",
    "band_per_class",
    "classes_of",
    "format_instant",
    "from_nanoseconds",
    "parse_duration",
    "parse_instant",
    "to_nanoseconds",
]
