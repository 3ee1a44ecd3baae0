"""Values of the wrong kind: text for a number, one value for a list, nothing for a mapping."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from policy_engine.lint import as_written
from policy_engine.validator._complaint import Complaint, Told
from policy_engine.validator._examples import EXAMPLES, bands_of
from policy_engine.validator._shape import Choice, Entries, Items, Keys, Scalar
from policy_engine.validator._wording import found, wanted

if TYPE_CHECKING:
    from policy_engine.validator._shape import Shape

WRONG_TYPE = "PE103"

TYPES = frozenset({"string_type", "float_type", "int_type", "tuple_type", "dict_type", "model_type"})
"""What pydantic calls a value of the wrong kind."""

_KEY_FOR_ONE_VALUE = {
    "Band": "name",
    "Jurisdiction": "in",
    "ModelReference": "name",
    "PolicyWindow": "from",
    "Score": "kind",
    "Window": "from",
    "NumberDimension": "cuts",
    "Bound": "at_least",
}
"""The key under which a single value most likely belongs, where a mapping is wanted."""

_PER_CENT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")
_DECIMAL_COMMA = re.compile(r"\s*([0-9]+),([0-9]+)\s*")


def wrong_type(complaint: Complaint) -> Told:
    """Tell of a value of the wrong kind."""
    value, shape = complaint.value, complaint.place.wanted
    if isinstance(value, int) and not isinstance(value, bool) and wanted(shape).startswith("a number"):
        message = f"{complaint.name} is a number too large to compare scores with"
        return Told(WRONG_TYPE, message, "write a number below 1e308", complaint.path)
    message = f"{complaint.name} is {found(value)} where {wanted(shape)} is wanted"
    return Told(WRONG_TYPE, message, _mend(complaint, shape), complaint.path)


def _mend(complaint: Complaint, shape: Shape) -> str:
    value = complaint.value
    if value is None:
        return _for_nothing(complaint, shape)
    options = list(shape.by_tag.values()) if isinstance(shape, Choice) else [shape]
    ways = [way for option in options if (way := _way(complaint, option)) is not None]
    return f"write {' or '.join(ways)}" if ways else f"write {_example(complaint, shape)}"


def _way(complaint: Complaint, shape: Shape) -> str | None:
    """Return what of this shape was most likely meant by the value, if that can be guessed."""
    value = complaint.value
    match shape:
        case Scalar(kind="a number" | "a whole number"):
            return _as_number(value, whole=shape.kind == "a whole number")
        case Scalar(choices=()):
            return _as_text(complaint)
        case Items():
            return None if isinstance(value, dict) else f"`[{complaint.text or as_written(value)}]`"
        case Keys(name="NumberCondition"):
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return f"`{{at_least: {as_written(value)}}}`" if is_number else None
        case Keys() | Entries():
            return _as_mapping(complaint, shape)
    return None


def _as_number(value: Any, *, whole: bool) -> str | None:  # noqa: ANN401 - anything may stand in a file
    if isinstance(value, float) and whole:
        return f"{round(value)}"
    if not isinstance(value, str):
        return None
    per_cent, comma = _PER_CENT.fullmatch(value), _DECIMAL_COMMA.fullmatch(value)
    text = f"{per_cent[1]}e-2" if per_cent else f"{comma[1]}.{comma[2]}" if comma else value
    try:
        number = float(text)
    except ValueError:
        return None
    shown = as_written(int(number) if whole and number.is_integer() else number)
    return shown if per_cent or comma else f"{shown}, without quotes"


def _as_text(complaint: Complaint) -> str | None:
    value = complaint.value
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return f"`{as_written(value[0])}`, without brackets"
    if isinstance(value, (list, dict)):
        return None
    return f"`{json.dumps(complaint.text or as_written(value), ensure_ascii=False)}`, in quotes"


def _as_mapping(complaint: Complaint, shape: Keys | Entries) -> str | None:
    value = complaint.value
    if isinstance(value, list):
        if not value or not all(isinstance(item, dict) for item in value):
            return None
        merged = {key: one for item in value for key, one in item.items()}
        return f"`{as_written(merged)}`, one mapping and no list"
    key = _KEY_FOR_ONE_VALUE.get(shape.name) if isinstance(shape, Keys) else _first_key(complaint)
    return None if key is None else f"`{{{key}: {complaint.text or as_written(value)}}}`"


def _first_key(complaint: Complaint) -> str | None:
    if complaint.key == "when":
        return "jurisdiction"
    bands = bands_of(complaint.data)
    return bands[0] if complaint.key in ("thresholds", "escalate", "reasons", "objective") and bands else None


def _for_nothing(complaint: Complaint, shape: Shape) -> str:
    if isinstance(shape, Keys) and shape.name == "Jurisdiction":
        return f"write `{complaint.key}: {{}}`"
    example = _example(complaint, shape)
    return f"write {example} after `{complaint.key}:`, or delete the line if it is not needed"


def _example(complaint: Complaint, shape: Shape) -> str:
    bands = [*bands_of(complaint.data), "review"]
    match shape:
        case Keys(name=name) if EXAMPLES.get(name):
            return f"a mapping such as `{as_written(EXAMPLES[name])}`"
        case Scalar(kind="a number"):
            return "a number such as 0.5"
        case Scalar(kind="a whole number"):
            return "a whole number such as 1"
        case Entries() if complaint.key == "thresholds":
            return f"a mapping such as `{{{bands[0]}: 0.9}}`"
        case Choice() if complaint.key == "on_invalid":
            return f"a band such as `{bands[0]}`"
        case Items() if isinstance(complaint.value, dict):
            return "a list: each item begins with `- `"
    return wanted(shape)
