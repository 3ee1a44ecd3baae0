"""The decision table and how it is made."""

from policy_engine.compiler.compile import compile_policies, compile_policy
from policy_engine.compiler.table import CompiledCell, CompiledStep, DecisionTable, Details, PolicyTable, Range

__all__ = [
    "CompiledCell",
    "CompiledStep",
    "DecisionTable",
    "Details",
    "PolicyTable",
    "Range",
    "compile_policies",
    "compile_policy",
]
