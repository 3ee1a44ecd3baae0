"""Evidence as tuning writes it: which thresholds data spoke for. Its other keys are for people and for tools."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.lint.flow import in_short
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from policy_engine.model import Policy

SCHEMA: Final = "evidence/v1"


class Evident(NamedTuple):
    """One threshold that the evidence speaks for: of a band, of one of several scores, of the base or an override."""

    band: str
    score: str | None
    source: str
    threshold: float


class Unfit(NamedTuple):
    """Why a file is no evidence of a policy, and what to do."""

    why: str
    mend: str


class Told(NamedTuple):
    """What evidence tells the rules: its use case, as written and as shown, and each threshold that it speaks for."""

    use_case: str | None
    shown: str
    thresholds: tuple[Evident, ...] | Unfit


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
    return Told(kept, _shown(data, "use_case"), _thresholds_in(data))


def thresholds_for(policy: Policy, told: Told | Unfit) -> tuple[Evident, ...] | Unfit:
    """Return the thresholds that evidence speaks for, each once, or why it is no evidence of this policy."""
    if isinstance(told, Unfit):
        return told
    if told.use_case != policy.use_case:
        return Unfit(
            f"`use_case` is {told.shown}, not `{policy.use_case}`", f"name the evidence of `{policy.use_case}`"
        )
    return told.thresholds


def _thresholds_in(data: Mapping[Any, Any]) -> tuple[Evident, ...] | Unfit:
    written = data.get("thresholds")
    if not isinstance(written, list):
        return Unfit(f"`thresholds` is {_shown(data, 'thresholds')}, not a list", _HOW)
    found: dict[Evident, None] = {}
    for place, one in enumerate(written, start=1):
        evident = _evident(one)
        if evident is None:
            return Unfit(f"item {place} of `thresholds` is no threshold: {in_short(one)}", _HOW)
        found[evident] = None
    return tuple(found)


_HOW: Final = (
    'let each item of `thresholds` look like `{"band": "block", "score": null, "threshold_from": "base", '
    '"threshold": 0.9}`'
)


def _shown(data: Mapping[Any, Any], key: str) -> str:
    return in_short(data[key]) if key in data else "not there"


def _evident(one: object) -> Evident | None:
    if not isinstance(one, Mapping):
        return None
    band, score = one.get("band"), one.get("score")
    source, threshold = one.get("threshold_from", BASE), one.get("threshold")
    if not isinstance(band, str) or not isinstance(source, str) or not (score is None or isinstance(score, str)):
        return None
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)):
        return None
    try:
        number = float(threshold)
    except OverflowError:
        return None
    return Evident(band, score, source, number) if math.isfinite(number) else None
