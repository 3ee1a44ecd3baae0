"""Values of the right kind that the language does not allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policy_engine.diagnostics import nearest
from policy_engine.lint import as_written, quoted
from policy_engine.model.names import Code, Destination, DimensionName, FieldPath, Name, Text, Value
from policy_engine.model.tunable import EnvironmentName, TunableName
from policy_engine.validator._complaint import Complaint, Told
from policy_engine.validator._own_checks import OWN_CHECKS, subject_of
from policy_engine.validator._shape import Choice, Entries, Scalar
from policy_engine.validator._types import TWO_ENDS, number_in, wrong_type
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
        near = nearest(word, choices)
        mend = f"write {number or wants}" if number or near is None else f"did you mean `{near}`?"
        return _told(complaint, f"{complaint.name} is {found(word)} where {wants} is wanted", mend)
    # A name of the author's own, such as that of a dimension, has values of its own besides
    where = "" if complaint.place.owner.name else f" under {quoted(str(complaint.path[-2]))}"
    return _told(complaint, f"{quoted(word)} is no value of {complaint.name}{where}", mend)


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
    _pattern_of(FieldPath): (
        "field: a field is a key, or keys with dots between them, such as `device.fingerprint`",
        r"^[\s.]+|[\s.]+$|[\x00-\x1f\x7f]+",
        "",
    ),
    _pattern_of(Code): (
        "code: a code is a letter or digit, then up to 63 letters, digits, `_`, `.`, `:` or `-`",
        r"[^A-Za-z0-9_.:-]+",
        "-",
    ),
    _pattern_of(TunableName): (
        "name of a tunable: that is one such as `block`, `lead.ratio`, `block.highlight.above` or `face.reject`",
        r"[^A-Za-z0-9_.-]+",
        "-",
    ),
    _pattern_of(EnvironmentName): (
        "name of an environment variable: that is a letter or `_`, then up to 127 letters, digits or `_`",
        r"[^A-Za-z0-9_]+",
        "_",
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
    if complaint.key == "salt" and complaint.value:
        return _told(complaint, "`salt` has the character NUL, which ends it", "delete that character")
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
    is_needed = complaint.place.is_key or complaint.is_needed
    name = f"a key of `{complaint.path[-2]}`" if complaint.place.is_key else complaint.name
    mend = f"write the {'name' if complaint.place.is_key else 'text'}"
    what = "has only characters that nobody sees" if str(complaint.value or "").strip() else "is empty"
    return _told(complaint, f"{name} {what}", mend if is_needed else f"{mend}, or delete {quoted(complaint.key)}")


# --- how many, how much --------------------------------------------------------------------------------------


def _too_few(complaint: Complaint) -> Told | None:
    least = int(complaint.context["min_length"])
    if len(complaint.value) >= least:
        # pydantic counts only what is valid, and what is not has its own complaint
        return None
    has = len(complaint.value)
    message = f"{complaint.name} has {has or 'no'} item{'' if has == 1 else 's'} and needs at least {least}"
    if complaint.path == ("bands",):
        return _told(complaint, message, "add the band that takes the rest, such as `- {name: allow}`")
    return _told(
        complaint, message, "add one" if complaint.is_needed else f"add one, or delete {quoted(complaint.key)}"
    )


def _too_many(complaint: Complaint) -> Told:
    if complaint.key in TWO_ENDS:
        return _not_two_ends(complaint)
    most = int(complaint.context["max_length"])
    message = f"{complaint.name} has {len(complaint.value):,} items, and at most {most:,} are allowed"
    return _told(complaint, message, "put together what belongs together, or split it")


def _not_two_ends(complaint: Complaint) -> Told:
    pair, ends, more = TWO_ENDS[complaint.key]
    path = complaint.path if isinstance(complaint.path[-1], str) else complaint.path[:-1]
    message = f"{quoted(complaint.key)} needs two ends: {ends}"
    more = more.replace(",", ";")
    return Told(NOT_ALLOWED, message, f"write `{pair}` with your own ends{more}", path)


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
    check = OWN_CHECKS[complaint.type]
    # Some say after a semicolon what to do; the mend says it with the document's own values.
    words = check.words(complaint) or complaint.message.partition(";")[0]
    path = check.of(complaint)
    at = "value" if complaint.type == "reserved" and not path else check.at
    return Told(NOT_ALLOWED, f"{subject_of(complaint)} {words}", check.mend(complaint), (*complaint.path, *path), at)


_TELLERS: dict[str, Callable[[Complaint], Told | None]] = {
    "literal_error": _no_such_word,
    "string_pattern_mismatch": _not_shaped,
    "string_too_short": _empty_text,
    "string_too_long": _too_long_text,
    "too_short": _too_few,
    "too_long": _too_many,
    "missing": _not_two_ends,
    "greater_than": _out_of_bounds,
    "greater_than_equal": _out_of_bounds,
    "less_than": _out_of_bounds,
    "less_than_equal": _out_of_bounds,
}
