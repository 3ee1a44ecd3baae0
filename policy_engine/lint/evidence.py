"""Evidence as tuning writes it: which thresholds data spoke for. Its other keys are for people and for tools."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.lint.flow import in_short, quoted
from policy_engine.lint.scales import place_of_threshold, written_threshold
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from policy_engine.lint._rule import Path
    from policy_engine.model import Policy, Scale

SCHEMA: Final = "evidence/v1"


class Evident(NamedTuple):
    """One threshold that the evidence speaks for: of a band, of one of several scores, of the base or an override.

    `previous` is what it was before, and `since` the version of the policy in which it changed, where that is said.
    """

    band: str
    score: str | None
    source: str
    threshold: float
    previous: float | None = None
    since: int = 0

    @property
    def whose(self) -> str:
        """What people call it: "`block` (base)", or "`pass` of `face` (override `eu`)"."""
        band = quoted(self.band)
        of_score = "" if self.score is None else f" of {quoted(self.score)}"
        source = BASE if self.source == BASE else f"override {quoted(self.source)}"
        return f"{band}{of_score} ({source})"


class Held(NamedTuple):
    """What a policy says where its evidence speaks for a threshold: the number or word, its place, and its scale."""

    written: float | str
    path: Path
    scale: Scale

    def is_held_as(self, number: float) -> bool:
        """Say whether that is *number*, as the score's type holds it."""
        rounded = self.scale.score.rounded
        return not isinstance(self.written, str) and rounded(self.written) == rounded(number)


class EvidentCut(NamedTuple):
    """The cut of a band's highlights, which was chosen beside the thresholds: what it is, and was before `since`."""

    band: str
    above: float
    previous: float
    since: int


class Unfit(NamedTuple):
    """Why a file is no evidence of a policy, and what to do."""

    why: str
    mend: str


class Told(NamedTuple):
    """What evidence tells the rules: its use case, as written and as shown, and each threshold that it speaks for.

    `version` is that of the policy which it was written for, where it says so. `cuts` are those of highlights that were
    chosen beside them.
    """

    use_case: str | None
    shown: str
    thresholds: tuple[Evident, ...] | Unfit
    version: int | None = None
    cuts: tuple[EvidentCut, ...] = ()


def told_by(data: object) -> Told | Unfit:
    """Return what evidence tells the rules, or why *data* is none.

    >>> told_by({"schema": "evidence/v2"}).why
    '`schema` is evidence/v2, not `evidence/v1`'
    """
    if not isinstance(data, Mapping):
        return Unfit("it is no mapping", f"let it begin with `schema`: `{SCHEMA}`")
    if data.get("schema") != SCHEMA:
        return Unfit(f"`schema` is {_shown(data, 'schema')}, not `{SCHEMA}`", f"write `schema`: `{SCHEMA}`")
    use_case = data.get("use_case")
    kept = use_case if isinstance(use_case, str) else None
    version, cuts = _version(data.get("version")), _cuts_in(data)
    return Told(kept, _shown(data, "use_case"), _thresholds_in(data), version, cuts)


def thresholds_for(policy: Policy, told: Told | Unfit) -> tuple[Evident, ...] | Unfit:
    """Return the thresholds that evidence speaks for, each once, or why it is no evidence of this policy."""
    if isinstance(told, Unfit):
        return told
    if told.use_case != policy.use_case:
        return Unfit(
            f"`use_case` is {told.shown}, not `{policy.use_case}`", f"name the evidence of `{policy.use_case}`"
        )
    return told.thresholds


def held_by(policy: Policy, evident: Evident) -> Held | None:
    """Return what *policy* says where its evidence speaks for a threshold; None where it says nothing there."""
    for scale in policy.scales:
        if evident.band not in scale.thresholds or evident.score not in (scale.name, None):
            continue
        if evident.source == BASE:
            if evident.score == scale.name:
                path = place_of_threshold(policy, scale.name, evident.band)
                return Held(written_threshold(policy, scale.name, evident.band), path, scale)
            continue
        for place, override in enumerate(policy.overrides):
            if override.id == evident.source and evident.band in (override.thresholds or {}):
                written = (override.thresholds or {})[evident.band]
                return Held(written, ("overrides", place, "thresholds", evident.band), scale)
    return None


def cut_held_by(policy: Policy, cut: EvidentCut) -> tuple[float, Path] | None:
    """Return the cut that *policy* has where its evidence speaks of one, and where it stands; None of none."""
    for place, band in enumerate(policy.bands):
        if band.name == cut.band and band.highlight is not None:
            return band.highlight.above, ("bands", place, "highlight", "above")
    return None


def _thresholds_in(data: Mapping[Any, Any]) -> tuple[Evident, ...] | Unfit:
    written = data.get("thresholds")
    if not isinstance(written, list):
        return Unfit(f"`thresholds` is {_shown(data, 'thresholds')}, not a list", _HOW)
    found: dict[tuple[str, str | None, str, float], Evident] = {}
    for place, one in enumerate(written, start=1):
        evident = evident_in(one)
        if evident is None:
            return Unfit(f"item {place} of `thresholds` is no threshold: {in_short(one)}", _HOW)
        found.setdefault(evident[:4], evident)
    return tuple(found.values())


_HOW: Final = (
    'let each item of `thresholds` look like `{"band": "block", "score": null, "threshold_from": "base", '
    '"threshold": 0.9}`'
)


def _shown(data: Mapping[Any, Any], key: str) -> str:
    return in_short(data[key]) if key in data else "not there"


def evident_in(one: object) -> Evident | None:
    """Return the threshold that an item of `thresholds` is about; None for what is no such item."""
    if not isinstance(one, Mapping):
        return None
    band, score = one.get("band"), one.get("score")
    source, threshold = one.get("threshold_from", BASE), one.get("threshold")
    if not isinstance(band, str) or not isinstance(source, str) or not (score is None or isinstance(score, str)):
        return None
    number = _number(threshold)
    if number is None:
        return None
    return Evident(band, score, source, number, _number(one.get("previous")), _version(one.get("version")) or 0)


def _cuts_in(data: Mapping[Any, Any]) -> tuple[EvidentCut, ...]:
    """Return the cuts of highlights, each once; no rule asks for them, so that what is none is passed over."""
    written = data.get("highlights")
    found = (evident_cut_in(one) for one in (written if isinstance(written, list) else ()))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def evident_cut_in(one: object) -> EvidentCut | None:
    """Return the cut that an item of `highlights` is about; None for what is no such item."""
    if not isinstance(one, Mapping) or not isinstance(one.get("band"), str):
        return None
    above, previous, since = _number(one.get("above")), _number(one.get("previous")), _version(one.get("version"))
    if above is None or previous is None or since is None:
        return None
    return EvidentCut(one["band"], above, previous, since)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _version(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
