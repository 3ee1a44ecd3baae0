"""Keys that nobody knows, and keys that are not there."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean, nearest
from policy_engine.lint import as_written, either, quoted
from policy_engine.validator._complaint import Complaint, Told
from policy_engine.validator._examples import bands_of, escalating_bands_of, example_of, strictest_band
from policy_engine.validator._shape import homes_of_keys
from policy_engine.validator._wording import name_of, noun, noun_of

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN_KEY = "PE101"
MISSING_KEY = "PE102"

_LIKENESS_OF_A_SLIP = 0.75


def unknown_key(complaint: Complaint) -> Told:
    """Tell of a key that the language does not have there."""
    key = str(complaint.path[-1])
    return Told(
        UNKNOWN_KEY,
        f"{quoted(key)} is no key of {noun(complaint.place.owner)}",
        _meant(complaint, key),
        complaint.path,
        "key",
    )


def _meant(complaint: Complaint, key: str) -> str:
    near, known = _nearest_free(complaint), _known(complaint)
    homes = _homes(complaint, key)
    if near is not None and (not homes or _is_slip(key, near)):
        return f"did you mean `{near}`?"
    present = nearest(key, known)
    if present is not None and _is_slip(key, present):
        return f"`{present}` is already there: move this into it, or delete it"
    if homes:
        line = _line_in_its_home(complaint, key, homes)
        if line is not None:
            return f"delete it here: {noun_of(homes[0]).replace('a ', 'the ')} has it already, at line {line}"
        nouns = either(list(dict.fromkeys(noun_of(home) for home in homes)))
        return f"{quoted(key)} belongs in {nouns}: move it there, or delete it"
    return f"delete it, or write a key that is {did_you_mean(key, known)}"


def _homes(complaint: Complaint, key: str) -> Sequence[str]:
    """Return the mappings that have such a key, but of `score` and `scores` only what the document has."""
    homes = homes_of_keys(complaint.model).get(key, ())
    not_there = "Score" if "scores" in complaint.data else "NamedScore"
    return [home for home in homes if home != not_there] or homes


_PLACES: dict[str, tuple[str, ...]] = {
    "Policy": (),
    "PolicyWindow": ("effective",),
    "Score": ("score",),
    "ModelReference": ("score", "model"),
}
"""Where the mappings stand of which a document has only one."""


def _line_in_its_home(complaint: Complaint, key: str, homes: Sequence[str]) -> int | None:
    """Return the line at which the only mapping that has such a key has it already, if it does."""
    place = _PLACES.get(homes[0]) if len(homes) == 1 else None
    if place is None or place == complaint.path[:-1]:
        return None
    home = complaint.data
    for step in place:
        home = home.get(step) if isinstance(home, dict) else None
    is_there = isinstance(home, dict) and key in home
    return complaint.document.key_span((*place, key)).line if is_there else None


def _is_slip(key: str, other: str) -> bool:
    """Say whether two keys are so alike that one can only be the other, misspelt."""
    return SequenceMatcher(None, key.casefold(), other.casefold()).ratio() >= _LIKENESS_OF_A_SLIP


def _known(complaint: Complaint) -> Sequence[str]:
    return list(complaint.place.owner.keys)


def _nearest_free(complaint: Complaint) -> str | None:
    """Return the key that was most likely meant, of those that the mapping does not have yet."""
    mapping = _at(complaint, complaint.path[:-1])
    free = [key for key in _known(complaint) if key not in mapping]
    return nearest(str(complaint.path[-1]), free)


def _at(complaint: Complaint, path: tuple[str | int, ...]) -> dict[str, object]:
    data = complaint.data
    for step in path:
        data = data[step]
    return data if isinstance(data, dict) else {}


def missing_key(complaint: Complaint) -> Told:
    """Tell of a key that has to be there."""
    *parent, key = complaint.path
    keys = complaint.place.owner
    beside = _at(complaint, tuple(parent))
    example = as_written(example_of(keys.name, str(key), complaint.data, beside))
    mend = f"add `{key}: {example}`, with a value of your own"
    if (keys.name, key) == ("Policy", "score"):
        mend += "; or `scores`, where several models judge one case"
    if key == "on_invalid":
        mend = f"add `{key}: {example}`, the band of a case whose score is invalid{_closed_bands(complaint)}"
    owner = name_of(tuple(parent), complaint.data) if parent else noun(keys).replace("a ", "the ")
    return Told(
        MISSING_KEY,
        f"{owner} lacks `{key}`",
        mend,
        tuple(parent),
        "key",
    )


def _closed_bands(complaint: Complaint) -> str:
    """Return which bands are right for what nobody can decide, and why; nothing where none are known."""
    if not bands_of(complaint.data):
        return ""
    strictest = strictest_band(complaint.data)
    others = [f"`{name}`" for name in escalating_bands_of(complaint.data) if name != strictest]
    which = f", or {either(others)}, which escalate{'s' if len(others) == 1 else ''}" if others else ""
    return f": `{strictest}`, the strictest{which}"


_KINDS_OF_SCORE: frozenset[tuple[str | int, ...]] = frozenset({("score",), ("scores",)})
"""A policy has one of these. Where either is misspelt, neither is missing."""


def misspelt(complaints: Sequence[Complaint]) -> frozenset[tuple[str | int, ...]]:
    """Return the places of missing keys that are there, only misspelt or in the wrong mapping."""
    unknown = [one for one in complaints if one.type == "extra_forbidden"]
    meant: set[tuple[str | int, ...]] = {
        (*one.path[:-1], near) for one in unknown if (near := _nearest_free(one)) is not None
    }
    if meant & _KINDS_OF_SCORE:
        meant |= _KINDS_OF_SCORE
    elsewhere = {one.path[-1] for one in unknown}
    missing = {one.path for one in complaints if one.type == "missing"}
    return frozenset(path for path in missing if path in meant or path[-1] in elsewhere)
