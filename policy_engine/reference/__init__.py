"""The meaning of a policy, in code that a reviewer reads in one sitting.

Every fast evaluator is held to this one by property tests. It resolves each case anew from the policy as
written, compares one number with one threshold at a time, and knows neither NumPy nor a compiled table.
It expects policies that were checked: what `check` refuses has no meaning here.

In the order of the story: `numbers` and `reading` (what was given), `values` (which cells the case ranges over),
`holding` (which thresholds hold there), `judging` (the band of a score in a cell), `calls` (numbers that the request
gives for itself), `environment` (numbers that variables give), `deciding` (what becomes of the case).
"""

from policy_engine.reference.calls import as_held, ask, refused_as_milder
from policy_engine.reference.deciding import Decided, JudgedCell, JudgedMember, Meaning, decide, live_policy
from policy_engine.reference.environment import numbers_from
from policy_engine.reference.holding import Held, Matcher
from policy_engine.reference.judging import close_labels, judge
from policy_engine.reference.numbers import read_fact, read_number
from policy_engine.reference.reading import Ranked, Reading, entries_of, read, read_score
from policy_engine.reference.values import Ranges

__all__ = [
    "Decided",
    "Held",
    "JudgedCell",
    "JudgedMember",
    "Matcher",
    "Meaning",
    "Ranges",
    "Ranked",
    "Reading",
    "as_held",
    "ask",
    "close_labels",
    "decide",
    "entries_of",
    "judge",
    "live_policy",
    "numbers_from",
    "read",
    "read_fact",
    "read_number",
    "read_score",
    "refused_as_milder",
]
