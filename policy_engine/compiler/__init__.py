"""The decision table and how it is made."""

from policy_engine.compiler.compile import compile_policies, compile_policy
from policy_engine.compiler.table import CompiledCell, CompiledStage, DecisionTable, PolicyTable, Range

__all__ = [
    "CompiledCell",
    "CompiledStage",
    "DecisionTable",
    "PolicyTable",
    "Range",
    "compile_policies",
    "compile_policy",
]
