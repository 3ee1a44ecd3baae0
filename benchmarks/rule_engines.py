"""Other rule engines, asked for the outcome alone of what `benchmarks/decisions.py` asks: those that are installed.

JSONLogic and ZEN's expressions know no cells: there is one rule for each, found in a dictionary first. ZEN's decision
table is one table for each use case, with a row for each band of each cell.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Answer = Callable[[dict[str, Any]], object]
    Table = dict[tuple[str, str, str], tuple[list[float], list[str], list[str | None]]]

SLOW = ("zen-engine, decision table",)
"""Those that are asked a hundredth of the requests."""


def rule_engines(table: Table) -> dict[str, Answer]:
    """Return what answers a request with an outcome, by name; *table* has the cuts and outcomes of each cell."""
    found: dict[str, Answer] = {}
    if find_spec("datalogic_py") is not None:
        found["datalogic-py, a rule a cell"] = _json_logic(table)
    if find_spec("zen") is not None:
        found["zen-engine, an expression a cell"] = _zen_expressions(table)
        found["zen-engine, decision table"] = _zen_tables(table)
    return found


def _json_logic(table: Table) -> Answer:
    import datalogic_py  # noqa: PLC0415 - an extra

    engine = datalogic_py.Engine()
    session = engine.session()
    rules = {}
    for cell, (cuts, names, _) in table.items():
        steps: list[Any] = []
        for cut, name in _from_the_top(cuts, names):
            steps += [{">=": [{"var": "score"}, cut]}, name]
        rules[cell] = engine.compile(json.dumps({"if": [*steps, names[0]]}))
    evaluate = session.evaluate
    return lambda given: evaluate(rules[given["use_case"], given["jurisdiction"], given["tier"]], given)


def _zen_expressions(table: Table) -> Answer:
    import zen  # noqa: PLC0415 - an extra

    rules = {}
    for cell, (cuts, names, _) in table.items():
        steps = "".join(f"score >= {cut!r} ? '{name}' : " for cut, name in _from_the_top(cuts, names))
        rules[cell] = zen.compile_expression(f"{steps}'{names[0]}'")
    return lambda given: rules[given["use_case"], given["jurisdiction"], given["tier"]].evaluate(given)


def _zen_tables(table: Table) -> Answer:
    import zen  # noqa: PLC0415 - an extra

    engine = zen.ZenEngine()
    rows: dict[str, list[dict[str, str]]] = {}
    for (use_case, jurisdiction, tier), (cuts, names, _) in table.items():
        here = rows.setdefault(use_case, [])
        for cut, name in [*_from_the_top(cuts, names), (None, names[0])]:
            least = "" if cut is None else f">= {cut!r}"
            here.append(
                {"_id": str(len(here)), "j": f"'{jurisdiction}'", "t": f"'{tier}'", "s": least, "o": f"'{name}'"}
            )
    decisions = {use_case: engine.create_decision(json.dumps(_graph(rules))) for use_case, rules in rows.items()}
    return lambda given: decisions[given["use_case"]].evaluate(given)["result"]["outcome"]


def _graph(rules: Sequence[dict[str, str]]) -> dict[str, Any]:
    fields = {"j": "jurisdiction", "t": "tier", "s": "score"}
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": field, "field": field} for name, field in fields.items()],
        "outputs": [{"id": "o", "name": "outcome", "field": "outcome"}],
        "rules": rules,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": f"{begin}-{end}", "type": "edge", "sourceId": begin, "targetId": end}
        for begin, end in (("in", "table"), ("table", "out"))
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def _from_the_top(cuts: Sequence[float], names: Sequence[str]) -> list[tuple[float, str]]:
    """Return each cut with the outcome from it on, the highest first."""
    return list(zip(reversed(cuts), reversed(names), strict=False))
