"""Whether a fit reproduces a recorded one: the same cases, and every number, to the last digit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from policy_engine.cli._given import read_json
from policy_engine.cli._messages import tell
from policy_engine.printable import printable
from policy_engine.reporting.refits import CASES_DIGEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NOT_OF_THE_FIT: Final = frozenset({"policy", "old", "at_old", "flips"})
"""What a run tells of the thresholds that a policy had then, which no data reproduces."""
_MOST_TOLD: Final = 5
_NOT_THERE: Final = object()


def tell_differences(path: str, plain: Mapping[str, Any]) -> bool:
    """Say on the standard error how a fit differs from the one recorded in the file *path*, or that it does not.

    What the record leaves out is not asked for. Raises `click.UsageError` where it is no record.
    """
    recorded = _read(path)
    found = list(differences(recorded, json.loads(json.dumps(plain))))
    if not found:
        tell(f"{path} is reproduced: all of its {_counted(recorded):,} numbers")
        return False
    for one in found[:_MOST_TOLD]:
        tell(f"{path} is not reproduced: {one}")
    if len(found) > _MOST_TOLD:
        tell(f"{path} is not reproduced: and {len(found) - _MOST_TOLD:,} differences more")
    return True


def differences(recorded: Any, now: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON values
    """Yield where a value differs from what was *recorded*: its place, what was there, and what is there now.

    Words are not compared, but whether there are any; only digests are, which say whether it is of the same cases.

    >>> list(differences({"tiers": [{"n": 1}]}, {"tiers": [{"n": 2}], "aurc": 0.1}))
    ['`tiers[0].n` was 1 and is 2']
    """
    if isinstance(recorded, dict) and isinstance(now, dict):
        for name, one in recorded.items():
            if name not in _NOT_OF_THE_FIT:
                where, other = f"{place}.{name}" if place else name, now.get(name, _NOT_THERE)
                if name == CASES_DIGEST and other != one and None not in (other, one):
                    yield f"`{printable(where)}` is another one: the cases are not the same"
                else:
                    yield from differences(one, other, where)
    elif isinstance(recorded, list) and isinstance(now, list):
        if len(recorded) != len(now):
            yield f"`{printable(place)}` had {len(recorded):,} items and has {len(now):,}"
        for index, (one, other) in enumerate(zip(recorded, now, strict=False)):
            yield from differences(one, other, f"{place}[{index}]")
    elif not _are_the_same(recorded, now):
        yield f"`{printable(place)}` was {_shown(recorded)} and is {_shown(now)}"


def _are_the_same(recorded: Any, now: Any) -> bool:  # noqa: ANN401 - as above
    """Say whether two values are one: 0.0 and -0.0 are two, 1 and 1.0 are one, and so are all words."""
    if isinstance(recorded, str) and isinstance(now, str):
        return True
    if _is_number(recorded) and _is_number(now):
        return float(recorded).hex() == float(now).hex()
    return type(recorded) is type(now) and bool(recorded == now)


def _is_number(value: Any) -> bool:  # noqa: ANN401 - as above
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: Any) -> str:  # noqa: ANN401 - as above
    return "not there" if value is _NOT_THERE else printable(json.dumps(value)[:100])


def _read(path: str) -> Mapping[str, Any]:
    try:
        recorded = read_json(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.UsageError(f"`{path}` is no JSON, as `refit --format json` writes it: {error}") from None
    if not isinstance(recorded, dict) or not isinstance(recorded.get("thresholds"), dict):
        raise click.UsageError(f"`{path}` is no record of a fit: name what `refit --format json` wrote")
    if not _counted(recorded):
        raise click.UsageError(
            f"`{path}` has no number that a fit could reproduce: name what `refit --format json` wrote, or a part of "
            "it with one number at least"
        )
    return recorded


def _counted(value: Any) -> int:  # noqa: ANN401 - as above
    """Return how many numbers there are that a fit has to reproduce."""
    if isinstance(value, dict):
        return sum(_counted(one) for name, one in value.items() if name not in _NOT_OF_THE_FIT)
    if isinstance(value, list):
        return sum(map(_counted, value))
    return int(_is_number(value))
