"""Values of the wrong kind: text for a number, one value for a list, nothing for a mapping."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from policy_engine.lint import as_written
from policy_engine.validator._complaint import Complaint, Told
from policy_engine.validator._examples import bands_of, example_entries, example_mapping, strictest_band
from policy_engine.validator._shape import Choice, Entries, Items, Keys, Scalar
from policy_engine.validator._times import meant_instant
from policy_engine.validator._wording import found, wanted

if TYPE_CHECKING:
    from policy_engine.validator._shape import Shape

WRONG_TYPE = "PE103"

NOTHING = "nothing"
"""A key with nothing after it, which the models take for one that is left out."""

TYPES = frozenset(
    {"string_type", "float_type", "int_type", "bool_type", "tuple_type", "dict_type", "model_type", NOTHING}
)
"""What pydantic calls a value of the wrong kind."""

_KEY_FOR_ONE_VALUE = {
    "Band": "name",
    "Canary": "percent",
    "EscalationPath": "levels",
    "Highlight": "above",
    "Lead": "ratio",
    "Shadow": "until",
    "ThresholdRange": "threshold",
    "Jurisdiction": "in",
    "ModelReference": "name",
    "PolicyWindow": "from",
    "Score": "kind",
    "Window": "from",
    "NumberDimension": "cuts",
    "Bound": "at_least",
}
"""The key under which a single value most likely belongs, where a mapping is wanted."""

_INSTANTS = frozenset({"from", "until"})

_LONGEST_WAY = 300

TWO_ENDS = {
    "range": ("[0, 100]", "the lowest and the highest possible score", ", null for an end that is open"),
    "within": ("[0.8, 0.95]", "the lowest and the highest number that is accepted", ""),
    "threshold": ("[0.8, 0.99]", "the lowest and the highest threshold that is allowed", ""),
    "between": ("[0.08, 0.13]", "the least and the greatest value", ""),
}
"""The lists of two numbers, by key: an example, what the two are, and what else may be said of them."""

_TRUE_OR_FALSE = {
    **dict.fromkeys(("yes", "y", "on", "true"), "true"),
    **dict.fromkeys(("no", "n", "off", "false"), "false"),
}

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_PER_CENT = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,15})?) *%")
_DECIMAL_COMMA = re.compile(r"(-?[0-9]{1,15}),([0-9]{1,15})")


def wrong_type(complaint: Complaint) -> Told:
    """Tell of a value of the wrong kind."""
    value, shape = complaint.value, complaint.place.wanted
    message = f"{complaint.name} is {found(value, complaint.text)} where {wanted(shape)} is wanted"
    return Told(WRONG_TYPE, message, _mend(complaint, shape), complaint.path)


def _mend(complaint: Complaint, shape: Shape) -> str:
    value = complaint.value
    if value is None:
        return _for_nothing(complaint, shape)
    if isinstance(shape, Choice):
        return _of_several(complaint, shape)
    if value == "live" and complaint.path == ("stage",):
        return "delete `stage`: a policy without it is live"
    if value is False and wanted(shape) == "`true`":
        return f"write `true`, or delete `{complaint.key}`"
    way = _as_stretch(complaint) or _likely_way(complaint, shape)
    return f"write {way or _example(complaint, shape)}"


def _as_stretch(complaint: Complaint) -> str | None:
    """Return the stretch that numbers in the list of a condition most likely mean, which may be values, too."""
    value, way = complaint.value, complaint.path[:-1]
    is_item = len(way) > 1 and way[-2] == "when" and isinstance(complaint.path[-1], int)
    if not is_item or isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    written = complaint.data
    for step in way:
        written = written[step]
    ends = sorted({one for one in written if isinstance(one, (int, float)) and not isinstance(one, bool)})
    stretch = {"at_least": ends[0], "below": ends[-1]} if len(ends) > 1 else {"at_least": ends[0]}
    text = as_written(str(complaint.text or value))
    return f"`{complaint.key}: {as_written(stretch)}` if it is a number, or `{text}`, in quotes, if it has values"


def _of_several(complaint: Complaint, choice: Choice) -> str:
    """Return the mend where several shapes would do: for a number in a condition, it depends on the dimension."""
    value, shapes = complaint.value, choice.by_tag.values()
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and any(isinstance(one, Keys) and one.name == "NumberCondition" for one in shapes):
        text = as_written(str(complaint.text or value))
        return f"write `{{at_least: {as_written(value)}}}` if it is a number, or `{text}`, in quotes, if it has values"
    if is_number and any(isinstance(one, Keys) and one.name == "NumberDimension" for one in shapes):
        return f"write `{{cuts: [{as_written(value)}]}}` if it is a number, or a list if it has values"
    ways = [way for one in shapes if (way := _likely_way(complaint, one)) is not None]
    return f"write {ways[0] if ways else _example(complaint, choice)}"


def _likely_way(complaint: Complaint, shape: Shape) -> str | None:
    """Return what of this shape was most likely meant by the value, if that can be guessed and is short enough."""
    way = _way(complaint, shape)
    return None if way is None or len(way) > _LONGEST_WAY else way


def _way(complaint: Complaint, shape: Shape) -> str | None:
    value = complaint.value
    match shape:
        case Scalar(kind="a number" | "a whole number"):
            way = _as_number(value, whole=shape.kind == "a whole number")
            return _of_a_hundred(value) or way if complaint.key == "percent" else way
        case Scalar(kind="true or false"):
            word = _TRUE_OR_FALSE.get(value.casefold() if isinstance(value, str) else "")
            return None if word is None else f"`{word}`, without quotes"
        case Scalar(choices=()):
            return _as_text(complaint)
        case Scalar() if isinstance(value, dict) and complaint.path[:-1] == ("audit", "context"):
            return _as_paths(complaint.key, value)
        case Items(item=Scalar(kind=kind)) if complaint.key not in TWO_ENDS and _could_be_item(value, kind):
            text = complaint.text or as_written(value)
            return f"`[{text if isinstance(value, str) or kind != 'text' else json.dumps(text)}]`"
        case Items(item=Scalar()) if _is_a_set(value):
            return f"`{as_written(list(value))}`, a list"
        case Items(item=Keys() as keys) if isinstance(value, dict) and value:
            return _as_items(value, keys)
        case Keys():
            return _as_keys(complaint, shape)
        case Entries():
            return _as_entries(complaint, shape)
    return None


REASON_CODES = "reason_codes"
"""What stands under `from` where reasons come with the case."""


def _is_a_set(value: Any) -> bool:  # noqa: ANN401 - anything may stand in a file
    """Say whether a mapping says no more than the list of its keys would."""
    return isinstance(value, dict) and bool(value) and all(one in (None, True) for one in value.values())


def _could_be_item(value: Any, kind: str) -> bool:  # noqa: ANN401 - anything may stand in a file
    if kind == "a number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return value not in ("", REASON_CODES) and not isinstance(value, dict)


def _as_number(value: Any, *, whole: bool) -> str | None:  # noqa: ANN401 - anything may stand in a file
    if isinstance(value, float) and whole:
        return f"`{max(round(value), 1)}`"
    return number_in(value, whole=whole) if isinstance(value, str) else None


def _of_a_hundred(value: Any) -> str | None:  # noqa: ANN401 - anything may stand in a file
    per_cent = _PER_CENT.fullmatch(value.strip()) if isinstance(value, str) else None
    return None if per_cent is None else f"`{per_cent[1]}`"


def number_in(text: str, *, whole: bool) -> str | None:
    """Return the number that a text most likely means, as one would write it; None where there is none.

    >>> number_in("93%", whole=False), number_in("0,90", whole=False), number_in("0.90", whole=False)
    ('`0.93`', '`0.90`', '`0.90`, without quotes')
    """
    per_cent, comma, plain = (form.fullmatch(text.strip()) for form in (_PER_CENT, _DECIMAL_COMMA, _NUMBER))
    if per_cent:
        return f"`{as_written(float(f'{per_cent[1]}e-2'))}`"
    if comma:
        return f"`{comma[1]}.{comma[2]}`"
    if plain is None:
        return None
    return f"`{round(float(plain[0])) if whole else plain[0]}`, without quotes"


def _as_text(complaint: Complaint) -> str | None:
    value = complaint.value
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return f"`{as_written(value[0])}`, without brackets"
    if isinstance(value, (list, dict)):
        return None
    text = complaint.text or as_written(value)
    quoted_text = json.dumps(f"=={text}" if "versions" in complaint.path[-2:] else text, ensure_ascii=False)
    return f"`{quoted_text}`, in quotes"


def _as_paths(key: str, value: dict[str, Any]) -> str | None:
    """Return the fields that a mapping under a field of the context means, with dots."""
    if not value or not all(isinstance(one, str) for one in value.values()):
        return None
    written = as_written({f"{key}.{inside}": one for inside, one in value.items()})
    return f"`{written[1:-1]}` in its place"


def _as_keys(complaint: Complaint, keys: Keys) -> str | None:
    value, key = complaint.value, _KEY_FOR_ONE_VALUE.get(keys.name)
    example = example_mapping(keys, complaint.data)
    if value == REASON_CODES and keys.name == "CaseReasons":
        return f"`{as_written(example)}`"
    if isinstance(value, str) and value in keys.keys and keys.name == "Stage":
        return f"`{as_written({value: example_mapping(_keys_at(keys, value), complaint.data)})}`"
    if key is not None and value and _fits(value, keys.keys[key]):
        rest = {one: example[one] for one in example if one in keys.required and one != key}
        further = f", {as_written(rest)[1:-1]}" if rest else ""
        written = meant_instant(str(value)) if key in _INSTANTS else complaint.text or as_written(value)
        return None if written is None else f"`{{{key}: {written}{further}}}`"
    merged = _merged(value)
    return _one_mapping(merged) if merged and merged.keys() <= keys.keys.keys() else None


def _as_items(value: dict[str, Any], keys: Keys) -> str | None:
    """Return a mapping as the list that it was meant to be: one item of it, or several by their names."""
    if value.keys() & keys.keys.keys():
        return f"it as a list: `[{as_written(value)}]`"
    own = next((key for key in ("id", "name") if key in keys.required), None)
    if own is None or not all(isinstance(one, dict) for one in value.values()):
        return None
    return f"`{as_written([{own: name, **one} for name, one in value.items()])}`, a list"


def _fits(value: Any, shape: Shape) -> bool:  # noqa: ANN401 - anything may stand in a file
    """Say whether a value could be what stands under a key: a list for a list, a number for a number."""
    if value is True or isinstance(shape, Items) != isinstance(value, list):
        return False
    return shape != Scalar("a number") or isinstance(value, (int, float))


def _keys_at(keys: Keys, key: str) -> Keys:
    inside = keys.keys[key]
    return inside if isinstance(inside, Keys) else keys


def _as_entries(complaint: Complaint, entries: Entries) -> str | None:
    merged, key = _merged(complaint.value), _first_key(complaint)
    if merged and isinstance(entries.value, Keys) and merged.keys() & entries.value.keys.keys():
        named = _by_name(complaint.value)
        return _one_mapping(named) if named else None
    if merged:
        return _one_mapping(merged)
    if key is None or not complaint.value or isinstance(complaint.value, list):
        return None
    if "knock_outs" in complaint.path and isinstance(complaint.value, str):
        return f"`{{{complaint.value}: true}}`"
    return f"`{{{key}: {complaint.text or as_written(complaint.value)}}}`"


def _merged(value: Any) -> dict[str, Any]:  # noqa: ANN401 - anything may stand in a file
    """Return the mappings of a list as one."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return {}
    return {key: one for item in value for key, one in item.items()}


def _by_name(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the mappings of a list by the name that each gives itself; none where one gives none."""
    own = [next((key for key in ("name", "id") if isinstance(item.get(key), str)), None) for item in items]
    named = [(item, key) for item, key in zip(items, own, strict=True) if key is not None]
    if len(named) < len(items):
        return {}
    return {item[key]: {other: one for other, one in item.items() if other != key} for item, key in named}


def _one_mapping(merged: dict[str, Any]) -> str:
    return f"`{as_written(merged)}`, one mapping and no list"


def _first_key(complaint: Complaint) -> str | None:
    if complaint.key == "when":
        return "jurisdiction"
    bands = bands_of(complaint.data)
    return bands[0] if complaint.key in ("thresholds", "escalate", "reasons", "objective") and bands else None


def _for_nothing(complaint: Complaint, shape: Shape) -> str:
    if isinstance(shape, Keys) and shape.name == "Jurisdiction":
        return f"write `{complaint.key}: {{}}`"
    example = _example(complaint, shape)
    if complaint.key in TWO_ENDS and isinstance(complaint.path[-1], int):
        return f"write {example}"
    if isinstance(complaint.path[-1], int):
        return f"write {example} after the `-`, or delete the item"
    below = f"the items below `{complaint.key}:`, each beginning with `- `"
    mend = f"write {below if isinstance(shape, Items) else f'{example} after `{complaint.key}:`'}"
    return mend if complaint.is_needed else f"{mend}, or delete the key"


def _example(complaint: Complaint, shape: Shape) -> str:
    key, data = complaint.key, complaint.data
    match shape:
        case Keys():
            return f"a mapping such as `{as_written(example_mapping(shape, data))}`"
        case Scalar(kind="a number"):
            return "a number such as `0.5`"
        case Scalar(kind="a whole number"):
            return "a whole number such as `1`"
        case Entries() if (example := example_entries(complaint.place.owner.name, key, data)) is not None:
            return f"a mapping such as `{as_written(example)}`"
        case Choice() if key == "on_invalid":
            return f"a band such as `{strictest_band(data)}`"
        case Items() if key in TWO_ENDS:
            pair, ends, more = TWO_ENDS[key]
            return f"`{pair}`, {ends}{more}"
        case Items():
            return "a list: each item begins with `- `"
    return wanted(shape)
