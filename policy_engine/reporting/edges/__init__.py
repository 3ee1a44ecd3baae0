"""Every edge in every cell: decided by the reference and the compiled evaluators, and held to what the ladders promise.

In the order of the story: `_points` (which scores are edges), `_cases` (a case of each cell that has such a score),
`_promised` (what the ladders say), `_trying` (what each evaluator says, and where they differ).
"""

from policy_engine.reporting.edges._trying import EdgeFailure, EdgesOfPolicy, TriedEdge, edges_of_policy

__all__ = ["EdgeFailure", "EdgesOfPolicy", "TriedEdge", "edges_of_policy"]
