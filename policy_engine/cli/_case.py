"""One case, from options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.cli._asked import score_asked
from policy_engine.cli._engine import opened_engine
from policy_engine.cli._policies import usable_policies
from policy_engine.cli._terminal import goes_to_terminal, width_for, write
from policy_engine.reporting.as_json import decision_as_json
from policy_engine.reporting.as_text import explanation_as_text

if TYPE_CHECKING:
    from policy_engine.cli._asked import Asked


def one_case(asked: Asked) -> int:
    """Decide the case that the options describe, and write its decision."""
    checked = usable_policies(asked.paths, asked.output)
    given = asked.given(checked)
    if asked.score:
        given["score"] = score_asked(asked.score)
    with opened_engine(checked, asked.audit_dir) as engine:
        decision = engine.decide_request(given)
    if asked.form == "text" or (asked.explain and asked.form is None):
        write(explanation_as_text(decision, width_for(asked.output)), asked.output)
        return 0
    pretty = goes_to_terminal(asked.output)
    write(decision_as_json(decision, explain=asked.explain, indent=pretty), asked.output)
    return 0
