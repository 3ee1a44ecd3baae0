"""What stands in a document and what belongs there, in the words of its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.diagnostics import nearest
from policy_engine.lint import either, in_short, quoted, visible
from policy_engine.validator._shape import Choice, Entries, Items, Keys, Scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.validator._shape import Path, Shape

_NOUNS = {
    "Policy": "a policy",
    "Catalog": "a catalog",
    "Band": "a band",
    "Bound": "a bound",
    "Canary": "`canary`",
    "CaseReasons": "reasons of the case",
    "Costs": "`costs`",
    "EscalationLevel": "a level of an escalation path",
    "EscalationPath": "an escalation path",
    "Expect": "`expect`",
    "Given": "`given`",
    "Guardrail": "a guardrail",
    "Highlight": "a highlight",
    "Jurisdiction": "a jurisdiction",
    "KnockOut": "a knock-out",
    "Lead": "`lead`",
    "ModelReference": "`model`",
    "NamedScore": "one of `scores`",
    "NumberCondition": "a stretch of a number",
    "NumberDimension": "a dimension with cuts",
    "Objective": "an objective",
    "Override": "an override",
    "PolicyTest": "a test",
    "PolicyWindow": "`effective`",
    "Recording": "`audit`",
    "Sample": "a sample",
    "Score": "`score`",
    "Shadow": "`shadow`",
    "Stage": "`stage`",
    "Target": "a target",
    "ThresholdRange": "a range of thresholds",
    "Tunable": "a tunable",
    "Window": "`effective`",
}


_MOST_WORDS = 7
"""So many words are all named; of more only the likeliest."""

_LONGEST_NUMBER = 40

_NAMED_ITEMS = {
    "bands": ("band", "name"),
    "guardrails": ("guardrail", "id"),
    "knock_outs": ("knock-out", "id"),
    "overrides": ("override", "id"),
    "samples": ("sample", "id"),
    "tests": ("test", "name"),
}


def noun(keys: Keys) -> str:
    """Return what a mapping of the language is called."""
    return _NOUNS.get(keys.name, "this mapping")


def noun_of(name: str) -> str:
    """Return what the mapping with the model *name* is called."""
    return _NOUNS.get(name, "another mapping")


def found(value: Any, text: str | None = None) -> str:  # noqa: ANN401 - anything may stand in a file
    """Return what stands there. *text* is the value as the file has it.

    >>> found("0.9"), found(True), found(None), found([1]), found(1.0, "1.0")
    ('the text `0.9`', '`true`', 'nothing', 'a list', 'the number 1.0')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f"the text {quoted(value)}" if value else "an empty text"
    if isinstance(value, (int, float)):
        return f"the number {in_short(value) if text is None else visible(text[:_LONGEST_NUMBER])}"
    return "a list" if isinstance(value, list) else "a mapping"


def wanted(shape: Shape) -> str:
    """Return what may stand there.

    >>> wanted(Items(Scalar("text"))), wanted(Scalar("text", ("riskier", "safer")))
    ('a list', '`riskier` or `safer`')
    """
    return either(_kinds(shape))


def _kinds(shape: Shape) -> list[str]:
    match shape:
        case Scalar(choices=()):
            return [shape.kind]
        case Scalar():
            return [f"`{choice}`" for choice in shape.choices]
        case Items():
            return ["a list"]
        case Choice():
            return list(dict.fromkeys(kind for one in shape.by_tag.values() for kind in _kinds(one)))
        case Entries() | Keys():
            return ["a mapping"]


def meant(word: str, choices: Sequence[str]) -> str:
    """Return the mend for a word of which there are only so many: the likeliest, and all unless they are many.

    >>> meant("risky", ["riskier", "safer"]), meant("x", ["riskier", "safer"])
    ('did you mean `riskier`? it may be `riskier` or `safer`', 'write `riskier` or `safer`')
    """
    near = nearest(word, choices)
    words = either([f"`{one}`" for one in choices])
    if near is None:
        return f"write {words}"
    return f"did you mean `{near}`?" + (f" it may be {words}" if len(choices) <= _MOST_WORDS else "")


def name_of(path: Path, data: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    """Return what the author calls the thing at *path*: its key, or for an item its name or number in the list.

    >>> name_of(("overrides", 0), {"overrides": [{"id": "eu"}]})
    'override `eu`'
    >>> name_of(("bands", 1, "reasons", 0), {"bands": []})
    'item 1 of `reasons`'
    """
    if not path:
        return "the file"
    *way, last = path
    if isinstance(last, str):
        return quoted(last)
    list_name = str(way[-1])
    what, key = _NAMED_ITEMS.get(list_name, ("", ""))
    item = _item(data, path)
    if isinstance(item, dict) and isinstance(item.get(key), str):
        return f"{what} {quoted(item[key])}"
    return f"item {last + 1} of {quoted(list_name)}"


def _item(data: Any, path: Path) -> Any:  # noqa: ANN401 - anything may stand in a file
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
