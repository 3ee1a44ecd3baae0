"""Values of the right kind that the language does not allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from policy_engine.lint import as_written, quoted
from policy_engine.model.names import Code, Destination, DimensionName, Name, Text, Value
from policy_engine.validator._complaint import Complaint, Told
from policy_engine.validator._examples import bands_of, thresholds_of
from policy_engine.validator._shape import Choice, Entries, Scalar
from policy_engine.validator._times import mend_duration, mend_instant
from policy_engine.validator._types import number_in, wrong_type
from policy_engine.validator._wording import found, meant, wanted

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_ALLOWED = "PE104"

_LONGEST_NAME = 64


def not_allowed(complaint: Complaint) -> Told | None:
    """Tell of a value that the language does not allow; None where it only follows from another mistake."""
    teller = _TELLERS.get(complaint.type, _own_check)
    return teller(complaint)


def _told(complaint: Complaint, message: str, mend: str) -> Told:
    return Told(NOT_ALLOWED, message, mend, complaint.path, "key" if complaint.place.is_key else "value")


# --- words of which there are so many ------------------------------------------------------------------------


def _no_such_word(complaint: Complaint) -> Told:
    choices = _choices(complaint)
    if not isinstance(complaint.value, str):
        return wrong_type(complaint)
    word = complaint.value
    mend = meant(word, choices)
    if complaint.place.is_key:
        owner = quoted(str(complaint.path[-2]))
        return _told(complaint, f"{quoted(word)} is no key of {owner}", mend)
    if isinstance(complaint.place.wanted, Choice):
        number = number_in(word, whole=False)
        wants = wanted(complaint.place.wanted)
        mend = f"write {number or wants}"
        return _told(complaint, f"{complaint.name} is {found(word)} where {wants} is wanted", mend)
    return _told(complaint, f"{quoted(word)} is no value of {complaint.name}", mend)


def _choices(complaint: Complaint) -> tuple[str, ...]:
    shape = complaint.place.shape
    return shape.choices if isinstance(shape, (Scalar, Entries)) else ()


# --- how names and texts may look ----------------------------------------------------------------------------


def _pattern_of(annotated: Any) -> str:  # noqa: ANN401 - annotations have no type of their own
    return str(annotated.__metadata__[0].pattern)


_PATTERNS: dict[str, tuple[str, str, str]] = {
    _pattern_of(Name): (
        "name: a name is a letter, then up to 63 letters, digits, `_`, `.` or `-`",
        r"[^A-Za-z0-9_.-]+",
        "-",
    ),
    _pattern_of(DimensionName): (
        "name of a dimension: it is a small letter, then up to 63 small letters, digits or `_`",
        r"[^a-z0-9_]+",
        "_",
    ),
    _pattern_of(Value): (
        "value: a value is up to 200 visible characters, no space at either end",
        r"[\x00-\x1f\x7f]+",
        " ",
    ),
    _pattern_of(Code): (
        "code: a code is a letter or digit, then up to 63 letters, digits, `_`, `.`, `:` or `-`",
        r"[^A-Za-z0-9_.:-]+",
        "-",
    ),
    _pattern_of(Destination): (
        "destination: that is one such as `queue:fraud-l1` or `role:disputes`, without spaces",
        r"[^A-Za-z0-9_.:/@-]+",
        "-",
    ),
}
"""Pattern to its words, and what to replace by what to get there."""


def _not_shaped(complaint: Complaint) -> Told:
    pattern = str(complaint.context.get("pattern"))
    if pattern == _pattern_of(Text) or not complaint.value:
        return _empty_text(complaint)
    words, bad, good = _PATTERNS.get(pattern, ("value that belongs there", "", ""))
    text = str(complaint.value)
    message = f"{quoted(text)} is no {words}"
    mended = re.sub(bad, good, text.lower() if bad == r"[^a-z0-9_]+" else text).strip(good or None).strip()
    if mended and mended != text and re.search(pattern, mended):
        return _told(complaint, message, f"write `{as_written(mended)}`")
    return _told(
        complaint, message, "begin it with a letter from a to z" if len(text) <= _LONGEST_NAME else "shorten it"
    )


def _too_long_text(complaint: Complaint) -> Told:
    longest = complaint.context["max_length"]
    return _told(complaint, f"{complaint.name} is longer than {longest} characters", "shorten it")


def _empty_text(complaint: Complaint) -> Told:
    is_needed = complaint.place.is_key or complaint.key in complaint.place.owner.required
    name = f"a key of `{complaint.path[-2]}`" if complaint.place.is_key else complaint.name
    mend = f"write the {'name' if complaint.place.is_key else 'text'}"
    return _told(complaint, f"{name} is empty", mend if is_needed else f"{mend}, or delete `{complaint.key}`")


# --- how many, how much --------------------------------------------------------------------------------------


def _too_few(complaint: Complaint) -> Told | None:
    least = int(complaint.context["min_length"])
    if len(complaint.value) >= least:
        # pydantic counts only what is valid, and what is not has its own complaint
        return None
    has = len(complaint.value)
    message = f"{complaint.name} has {has or 'no'} item{'' if has == 1 else 's'} and needs at least {least}"
    if complaint.key == "bands":
        return _told(complaint, message, "add the band that takes the rest, such as `- {name: allow}`")
    is_needed = complaint.key in complaint.place.owner.required
    return _told(complaint, message, "add one" if is_needed else f"add one, or delete `{complaint.key}`")


def _not_two_ends(complaint: Complaint) -> Told:
    path = tuple(step for step in complaint.path if step not in (0, 1))
    return Told(
        NOT_ALLOWED,
        "`range` needs two ends: the lowest and the highest possible score",
        "write `[0, 100]` with your own ends; null for an end that is open",
        path,
    )


def _out_of_bounds(complaint: Complaint) -> Told:
    sign, words, bound = next(
        (sign, words, complaint.context[sign]) for sign, words in _BOUNDS.items() if sign in complaint.context
    )
    limit = as_written(float(bound))
    mend = {"ge": f"`{limit}` or more", "le": f"`{limit}` or less"}.get(sign, f"a number {words} {limit}")
    if sign in ("le", "lt") and bound == 1 and 2 <= complaint.value <= 100:  # noqa: PLR2004 - per cent
        mend = f"`{as_written(float(f'{complaint.value!r}e-2'))}`"
    message = f"{complaint.name} is {as_written(complaint.value)}, and has to be {words} {limit}"
    return _told(complaint, message, f"write {mend}")


_BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


# --- the model's own checks ----------------------------------------------------------------------------------


def _own_check(complaint: Complaint) -> Told:
    """Tell of what the models themselves refuse: their words are the reader's words already."""
    mend = _MENDS.get(complaint.type)
    if mend is None:
        message = f"{complaint.name} is not what belongs there"
        return _told(complaint, message, f"write {wanted(complaint.place.wanted)}")
    # Some say after a semicolon what to do; the mend says it with the document's own values.
    words = complaint.message.partition(";")[0]
    path = (*complaint.path, *_offending_item(complaint))
    at: Literal["key", "value"] = "key" if complaint.type == "reserved" and path != complaint.path else "value"
    value = complaint.value
    text = value if isinstance(value, str) else as_written(value)
    what = quoted(text) if _is_about_the_text(complaint) else complaint.name
    return Told(NOT_ALLOWED, f"{what} {words}", mend(complaint), path, at)


def _is_about_the_text(complaint: Complaint) -> bool:
    return complaint.type in ("instant", "duration", "no_version", "specifier") and complaint.value is not None


def _offending_item(complaint: Complaint) -> tuple[str | int, ...]:
    """Return the step to the very item that a check of a whole list or mapping speaks of."""
    if isinstance(complaint.value, list) and complaint.type == "repeated":
        twice = [i for i, one in enumerate(complaint.value) if one in complaint.value[:i]]
        return (twice[0],)
    if complaint.type in ("range_needed", "range_fixed"):
        return ("kind",) if complaint.type == "range_needed" else ("range",)
    if isinstance(complaint.value, dict) and complaint.type == "reserved":
        name = complaint.context.get("name", "none")
        return (str(name),)
    return ()


def _window(complaint: Complaint) -> str:
    window = complaint.value
    if "from" in window and "until" in window:
        return f"write an `until` after {window['from']}"
    return "write `from`, `until` or both, or delete `effective`"


def _specifier(complaint: Complaint) -> str:
    plain = re.fullmatch(r"[0-9][0-9A-Za-z.]*", str(complaint.value))
    return f'write `"=={complaint.value}"`' if plain else 'write it as in `">=4.2,<5"`'


def _override_without_change(complaint: Complaint) -> str:
    band = [*bands_of(complaint.data), "review"][0]
    return f"add what differs, such as `thresholds: {{{band}: 0.95}}`, or delete the override"


def _range_for_thresholds(complaint: Complaint) -> str:
    """Return the range that the thresholds in the document fit in, as a line to add."""
    numbers = thresholds_of(complaint.data)
    is_probability = bool(numbers) and all(0 <= one <= 1 for one in numbers)
    fits = all(0 <= one <= 100 for one in numbers)  # noqa: PLR2004 - a usual range
    ends = "[0, 1]" if is_probability else "[0, 100]" if fits else "[null, null]"
    mend = f"add `range: {ends}` under `score`: the lowest and the highest possible score, null for an end that is open"
    return f"{mend}; or write `kind: probability`" if is_probability else mend


def _rising_cuts(complaint: Complaint) -> str:
    """Return the cuts in order, each once: two that are written apart may be one number in binary64."""
    # The sum makes a zero of a negative zero.
    rising = sorted({float(cut) + 0.0 for cut in complaint.value})
    mend = f"write `{as_written(rising)}`"
    return mend if len(rising) == len(complaint.value) else f"{mend}: cuts that are equal as binary64 are one cut"


def _other_name(complaint: Complaint) -> str:
    name = str(complaint.context.get("name", "none"))
    return f"choose another name, such as `{name}_value`" if complaint.key == "dimensions" else "choose another name"


_MENDS: dict[str, Callable[[Complaint], str]] = {
    "instant": lambda one: mend_instant(str(one.value)),
    "duration": lambda one: mend_duration(str(one.value)),
    "empty_window": _window,
    "empty_override": _override_without_change,
    "empty_condition": lambda _: "write one or both, such as `{at_least: 1000}`",
    "not_rising": _rising_cuts,
    "objective": lambda _: (
        "write `{maximise: recall}`, or `{minimise: cost, costs: {false_positive: 1, false_negative: 10}}`"
    ),
    "range": lambda one: f"write `{as_written(sorted(one.value))}`" if len(set(one.value)) > 1 else "write `[0, 1]`",
    "range_fixed": lambda _: "delete `range`, or write `kind: number`",
    "range_needed": _range_for_thresholds,
    "repeated": lambda one: f"delete the second `{one.context['value']}`",
    "reserved": _other_name,
    "no_version": lambda _: 'write a lower bound that lies below the upper one, as in `">=4.2,<5"`',
    "specifier": _specifier,
}

_TELLERS: dict[str, Callable[[Complaint], Told | None]] = {
    "literal_error": _no_such_word,
    "string_pattern_mismatch": _not_shaped,
    "string_too_short": _empty_text,
    "string_too_long": _too_long_text,
    "too_short": _too_few,
    "too_long": _not_two_ends,
    "missing": _not_two_ends,
    "greater_than": _out_of_bounds,
    "greater_than_equal": _out_of_bounds,
    "less_than": _out_of_bounds,
    "less_than_equal": _out_of_bounds,
}
