"""New policies: text with comments for people to edit, which is in order from the start."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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

CATALOG: Final = """\
# The words that the policies of this folder share.
schema: catalog/v1
jurisdictions: {} # whose rules apply, such as `EU: {}` and `DE: {in: EU}`
dimensions: {} # what else a threshold may depend on, such as `tier: [standard, gold]`
escalation_paths: # who gets the cases that people decide, in what order, and by when
  reviewers: {levels: [{to: queue:reviewers, within: PT8H}]}
"""

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
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+)*")
_NOT_TEXT = frozenset({"true", "false", "null"})
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Variable:
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


@dataclass(frozen=True, slots=True)
class BandWanted:
    """A band of the new policy; the last has no threshold. `env` is the variable that its threshold comes from."""

    name: str
    at_least: float | None = None
    env: str | None = None
    highlight: Variable | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
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
    return name if _NAME.fullmatch(name) else "band"


def _free(name: str, taken: set[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


# --- the text ------------------------------------------------------------------------------------------------


def policy_text(wanted: Wanted) -> str:
    """Return the policy as a file."""
    return "\n".join([*_head(wanted), *_body(wanted), *_tests(wanted), ""])


def _head(wanted: Wanted) -> Iterator[str]:
    yield "# Check every edit: policy-engine validate. What each key means: docs/format.md of policy-engine."
    yield "schema: policy/v1"
    yield f"use_case: {_text(wanted.use_case)}"
    yield "version: 1 # an edit that can change a decision needs a new one"
    yield f"owner: {_text(wanted.owner)} # who answers for this policy"
    yield f"effective: {{from: {wanted.begin}}}"


def _body(wanted: Wanted) -> Iterator[str]:
    if wanted.kind == "scores":
        yield from _several_scores(wanted)
        return
    yield "score:"
    yield f"  kind: {wanted.kind}"
    if wanted.score_range != (0.0, 1.0):
        yield f"  range: {_range(wanted.score_range)} # null for an end that is open"
    if wanted.kind == "classes":
        yield "  signal: top # what is compared is the highest score; `margin` is what it is ahead of the second"
    if wanted.kind == "labels":
        yield "  labels: [first, second] # the labels of your model"
    yield f"  higher_is: {wanted.higher_is} # {_DIRECTION[wanted.higher_is]}"
    yield f"  model: {{name: {_text(wanted.model)}}} # with `versions`, scores of other versions are not used"
    yield "bands: # read top down: the first band whose threshold the score reaches wins"
    for band in wanted.bands:
        threshold = "" if band.at_least is None else f", at_least: {_number(band.at_least)}"
        shown = "" if band.highlight is None else f", highlight: {{above: {_number(band.highlight.number)}}}"
        yield f"  - {{name: {band.name}{threshold}{_escalate(wanted, band)}{shown}}}"
    yield f"on_invalid: {wanted.strictest.name} # a score that is missing, no number, not finite, out of range, ..."
    if wanted.lead is not None:
        yield f"lead: {{ratio: {_number(wanted.lead.number)}, bands: [{wanted.bands[0].name}]}} # of the first class"
    tunables = list(_tunables(wanted))
    if tunables:
        yield "tunable: # each variable replaces the number above; outside the bounds, nothing is loaded"
        for name, env, bounds in tunables:
            low, high = map(_number, bounds)
            yield f"  {name}: {{env: {env}, within: [{low}, {high}]}}"


def _tunables(wanted: Wanted) -> Iterator[tuple[str, str, tuple[float, float]]]:
    """Yield the name of each number that a variable sets, the variable, and the bounds."""
    for band in wanted.bands:
        if band.env is not None:
            yield band.name, band.env, _bounds(wanted, band)
        if band.highlight is not None:
            yield band.name + HIGHLIGHT, band.highlight.name, _bounds_of_highlight(wanted, band, band.highlight.number)
    if wanted.lead is not None:
        at = wanted.lead.number
        yield (
            LEAD_RATIO,
            wanted.lead.name,
            (max(1.0, _away(at, -0.2 * at)), _away(at, 0.2 * at)),
        )


_DIRECTION = {"riskier": "high scores are the risky ones", "safer": "low scores are the risky ones"}


def _several_scores(wanted: Wanted) -> Iterator[str]:
    strict_first = wanted.bands if wanted.higher_is == "riskier" else wanted.bands[::-1]
    yield "bands: # from the strictest to the mildest; the strictest band that any score gives holds"
    for band in strict_first:
        yield f"  - {{name: {band.name}{_escalate(wanted, band)}}}"
    thresholds = ", ".join(
        f"{band.name}: {_number(band.at_least)}" for band in wanted.bands if band.at_least is not None
    )
    yield "scores: # what each score needs for a band"
    for name in ("first", "second"):
        yield f"  {name}:"
        yield "    kind: probability"
        yield f"    higher_is: {wanted.higher_is} # {_DIRECTION[wanted.higher_is]}"
        yield f"    thresholds: {{{thresholds}}}"
        yield f"    model: {{name: {_text(f'{wanted.model}-{name}')}}}"
        yield f"    on_invalid: {wanted.strictest.name} # a score that is missing, no number, not finite, ..."


def _escalate(wanted: Wanted, band: BandWanted) -> str:
    """Return the escalation of the strictest band, and of the one that is called `review`."""
    asks = band.name == "review" or (band == wanted.strictest and not any(one.name == "review" for one in wanted.bands))
    return f", escalate: {wanted.escalation_path}" if asks and wanted.escalation_path is not None else ""


def _tests(wanted: Wanted) -> Iterator[str]:
    """Yield the policy's own tests: each band on its threshold, and the band below just under it."""
    yield "tests: # run by `validate`, by `test`, and before every reload"
    for band, below in pairwise(wanted.bands):
        if band.at_least is None:
            continue
        under = math.nextafter(band.at_least, -math.inf)
        for score, outcome in ((band.at_least, band), (under, below)):
            yield f"  - {{given: {{score: {_score(wanted, score)}}}, expect: {{outcome: {outcome.name}}}}}"
    yield f"  - {{given: {{score: null}}, expect: {{outcome: {wanted.strictest.name}}}}}"


def _score(wanted: Wanted, number: float) -> str:
    if wanted.kind == "classes":
        return f"{{first: {_number(number)}}}"
    if wanted.kind in ("labels", "scores"):
        return f"{{first: {_number(number)}, second: {_number(number)}}}"
    return _number(number)


def _bounds(wanted: Wanted, band: BandWanted) -> tuple[float, float]:
    """Return how far a variable may move a threshold: a little, and never so far that two bands could meet."""
    at = float(band.at_least or 0.0)
    cuts = sorted(one.at_least for one in wanted.bands if one.at_least is not None)
    place = cuts.index(at)
    low = cuts[place - 1] if place else wanted.score_range[0]
    if band.highlight is not None and band.highlight.number < at:
        # Nor so far that a case of the band could have no class above the cut
        low = max(band.highlight.number, -math.inf if low is None else low)
    high = cuts[place + 1] if place + 1 < len(cuts) else wanted.score_range[1]
    return _between(wanted, at, low, high)


def _bounds_of_highlight(wanted: Wanted, band: BandWanted, at: float) -> tuple[float, float]:
    """Return how far a variable may move the cut of a highlight: never above the threshold of its band."""
    high = wanted.score_range[1] if band.at_least is None else band.at_least
    return _between(wanted, at, wanted.score_range[0], high)


def _between(wanted: Wanted, at: float, low: float | None, high: float | None) -> tuple[float, float]:
    usual = 0.1 * (max(abs(at), 1e-6) if None in wanted.score_range else _span(wanted.score_range))
    below = usual if low is None else min(usual, 0.4 * (at - low))
    above = usual if high is None else min(usual, 0.4 * (high - at))
    return _away(at, -below), _away(at, above)


def _span(score_range: tuple[float | None, float | None]) -> float:
    low, high = score_range
    return 1.0 if low is None or high is None else high - low


def _away(at: float, distance: float) -> float:
    """Return the number that lies so far from *at*, with two digits of the distance, rounded towards *at*."""
    exact = Decimal(f"{distance:.12g}")  # what binary64 adds behind that makes no better bound
    if not exact:
        return at
    digit = Decimal(1).scaleb(exact.adjusted() - 1)
    towards = ROUND_CEILING if distance < 0 else ROUND_FLOOR
    return float((Decimal(repr(at)) + exact).quantize(digit, towards))


def _range(ends: Sequence[float | None]) -> str:
    return f"[{', '.join('null' if end is None else _number(end) for end in ends)}]"


def _number(number: float) -> str:
    return repr(float(number)).removesuffix(".0")


def _text(text: str) -> str:
    """Return *text* as YAML reads it back: quoted where it could be taken for something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)
