"""The policy and the catalog as written, a request as given, and the verdict on it."""

from policy_engine.model.bands import Band
from policy_engine.model.catalog import (
    EMPTY_CATALOG,
    Catalog,
    EscalationLevel,
    EscalationPath,
    Jurisdiction,
    NumberDimension,
)
from policy_engine.model.instants import (
    PolicyWindow,
    Window,
    format_instant,
    parse_duration,
    parse_instant,
)
from policy_engine.model.on_invalid import band_per_class
from policy_engine.model.overrides import NumberCondition, Override
from policy_engine.model.policy import Policy
from policy_engine.model.promises import Expect, Given, Objective, PolicyTest
from policy_engine.model.request import REQUEST_KEYS, Request
from policy_engine.model.score import ModelReference, Score
from policy_engine.model.verdict import Verdict

__all__ = [
    "EMPTY_CATALOG",
    "REQUEST_KEYS",
    "Band",
    "Catalog",
    "EscalationLevel",
    "EscalationPath",
    "Expect",
    "Given",
    "Jurisdiction",
    "ModelReference",
    "NumberCondition",
    "NumberDimension",
    "Objective",
    "Override",
    "Policy",
    "PolicyTest",
    "PolicyWindow",
    "Request",
    "Score",
    "Verdict",
    "Window",
    "band_per_class",
    "format_instant",
    "parse_duration",
    "parse_instant",
]
