"""What a new policy is to be: its kind of score, its bands and what else is known of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["probability", "number", "classes", "labels", "scores"]
KINDS: Final[tuple[Kind, ...]] = ("probability", "number", "classes", "labels", "scores")
DIRECTIONS: Final[Mapping[Kind, str]] = {
    "probability": "riskier",
    "number": "riskier",
    "classes": "safer",
    "labels": "riskier",
    "scores": "safer",
}
"""Which end is the strict one, unless it is said."""

_NAMES = {"riskier": ("block", "review", "allow"), "safer": ("accept", "review", "reject")}
_NAMES_OF_CLASSES = {"riskier": ("block", "tag", "forward"), "safer": ("confident", "possible", "refer")}
REST: Final = "rest"
"""What the last band is called where the others are made of variables."""
LEAD_RATIO: Final = "lead.ratio"
HIGHLIGHT: Final = ".highlight.above"
"""The end of the name of a highlight's cut, behind that of its band."""
_WORDS_OF_NUMBERS = frozenset(
    (
        *("threshold", "thresholds", "thresh", "cutoff", "cut", "limit", "limits", "min", "minimum", "max", "maximum"),
        *("score", "scores", "level", "value", "tier", "default", "model", "config", "env"),
    )
)
"""Words in the names of variables that say that it is a number, and not which."""
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
SHAPE_OF_NAME: Final = "a letter, then up to 63 letters, digits, `_`, `.` or `-`"
"""How a use case or a band may be called."""


class Variable(NamedTuple):
    """An environment variable of an old service and its number: the threshold of a band, unless `what` says otherwise.

    `what` is the name of a tunable: a band, `lead.ratio` or `<band>.highlight.above`.
    """

    name: str
    number: float
    what: str | None = None

    @property
    def is_threshold(self) -> bool:
        """Whether it makes a band."""
        return self.what is None or not (self.what == LEAD_RATIO or self.what.endswith(HIGHLIGHT))


class BandWanted(NamedTuple):
    """A band of the new policy; the last has no threshold. `env` is the variable that its threshold comes from."""

    name: str
    at_least: float | None = None
    env: str | None = None
    highlight: Variable | None = None


class Wanted(NamedTuple):
    """What the new policy is to be."""

    use_case: str
    kind: Kind
    higher_is: str
    owner: str
    model: str
    begin: str
    bands: tuple[BandWanted, ...]
    score_range: tuple[float | None, float | None]
    escalation_path: str | None
    lead: Variable | None = None

    @property
    def strictest(self) -> BandWanted:
        """The band of every bad input."""
        return self.bands[0] if self.higher_is == "riskier" else self.bands[-1]


def usual_bands(kind: Kind, higher_is: str) -> tuple[BandWanted, ...]:
    """Return three bands to begin with, from the highest threshold down."""
    names = (_NAMES_OF_CLASSES if kind == "classes" else _NAMES)[higher_is]
    high, low = (90.0, 60.0) if kind == "number" else (0.9, 0.6)
    return BandWanted(names[0], high), BandWanted(names[1], low), BandWanted(names[2])


def bands_of(variables: Sequence[Variable], use_case: str, rest: str = REST) -> tuple[BandWanted, ...]:
    """Return a band for each threshold, named after its variable, from the highest down, and one for the rest.

    >>> [band.name for band in bands_of([Variable("TIER_REFER_THRESHOLD", 0.4), Variable("SURE_MIN", 0.8)], "triage")]
    ['sure', 'refer', 'rest']
    """
    highlights = {
        what.removesuffix(HIGHLIGHT): one for one in variables if (what := one.what or "").endswith(HIGHLIGHT)
    }
    found: list[BandWanted] = []
    taken = {rest, *(one.what for one in variables if one.what is not None)}
    for one in sorted(variables, key=lambda one: (-one.number, one.name)):
        if one.is_threshold:
            name = one.what or _free(_band_name(one.name, use_case), taken)
            taken.add(name)
            found.append(BandWanted(name, one.number, one.name, highlights.get(name)))
    return (*found, BandWanted(rest, highlight=highlights.get(rest)))


def _band_name(variable: str, use_case: str) -> str:
    words = [word for word in variable.lower().split("_") if word]
    of_use_case = set(re.split(r"[-_.]", use_case.lower()))
    kept = [word for word in words if word not in _WORDS_OF_NUMBERS] or words
    told = [word for word in kept if word not in of_use_case] or kept
    name = "-".join(told)[:60].rstrip("-")
    return name if NAME.fullmatch(name) else "band"


def _free(name: str, taken: set[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def range_for(kind: Kind, bands: Sequence[BandWanted]) -> tuple[float | None, float | None]:
    """Return the range of the score: the usual one of its kind where the thresholds lie in it, else an open one."""
    numbers = [band.at_least for band in bands if band.at_least is not None]
    if kind in ("probability", "scores"):
        if not all(0 <= number <= 1 for number in numbers):
            raise click.UsageError("a probability lies between 0 and 1, and not all of these do: say --kind number")
        return (0.0, 1.0)
    if kind == "number":
        is_usual = not any(band.env for band in bands)
        return (0.0, 100.0) if is_usual else (None, None)
    if all(0 <= number <= 1 for number in numbers):
        return (0.0, 1.0)
    if kind == "classes" and min(numbers) < 0:
        raise click.UsageError("the scores of classes are not below 0 here: say --kind number, or leave that one out")
    return (0.0, None) if min(numbers) >= 0 else (None, None)
