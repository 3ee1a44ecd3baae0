"""Values as one would write them in a policy, on one line: what a help text tells the reader to write."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel

from policy_engine import printable
from policy_engine.resolution import format_number

# Words, names and instants. Whatever else is text in YAML may also be written in quotes, so it is.
_PLAIN = re.compile(
    r"[A-Za-z][A-Za-z0-9_./@-]*(?:[ :][A-Za-z0-9_./@-]+)*|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)"
)
_WORDS_FOR_OTHER_THINGS = frozenset({"true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL"})


def as_written(value: Any) -> str:  # noqa: ANN401 - any value that may stand in a policy
    """Return *value* in YAML's flow style.

    >>> as_written({"when": {"tier": ["gold", "7"]}, "thresholds": {"block": 0.90}})
    '{when: {tier: [gold, "7"]}, thresholds: {block: 0.9}}'
    """
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, dict):
        inside = ", ".join(f"{as_written(key)}: {as_written(one)}" for key, one in value.items())
        return f"{{{inside}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(as_written(one) for one in value)}]"
    if isinstance(value, str):
        return value if _is_plain(value) else printable.printable_json(json.dumps(value, ensure_ascii=False))
    if isinstance(value, float):
        return format_number(value)
    return json.dumps(value)


def in_short(value: Any) -> str:  # noqa: ANN401 - any value that may stand in a policy
    """Return *value* as written, cut where it is long."""
    return printable.in_short(as_written(value))


def quoted(text: str) -> str:
    """Return the author's own words in backticks, cut where they are long, fit to be shown."""
    return printable.quoted(text)


def either(words: list[str]) -> str:
    """Return "a, b or c"."""
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def visible(text: str) -> str:
    """Return *text* with every character that cannot be seen, or that a terminal obeys, spelled as an escape."""
    return printable.printable(text)


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and text not in _WORDS_FOR_OTHER_THINGS
