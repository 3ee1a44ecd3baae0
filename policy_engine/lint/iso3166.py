"""The codes of ISO 3166: countries such as `DE`, and parts of them such as `DE-BW`."""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_COUNTRY = re.compile(r"[A-Z]{2}")
_PART = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_MOST_LIKE = 3
_LEAST_LIKENESS = 0.5


def is_like_country(name: str) -> bool:
    """Say whether *name* is shaped like the code of a country."""
    return _COUNTRY.fullmatch(name) is not None


def is_like_part(name: str) -> bool:
    """Say whether *name* is shaped like the code of a part of a country."""
    return _PART.fullmatch(name) is not None


def assigned(name: str) -> str | None:
    """Return whose code *name* is, or None.

    >>> assigned("DE-BW"), assigned("CL"), assigned("US-CL"), assigned("europe")
    ('Baden-Württemberg', 'Chile', None, None)
    """
    if is_like_country(name):
        return _countries().get(name)
    return _parts().get(name) if is_like_part(name) else None


def most_like(name: str) -> list[str]:
    """Return the assigned codes of its kind that *name* was most likely meant to be, likeliest first.

    >>> most_like("US-CL"), most_like("DE-YB"), most_like("QQ-1")
    (['US-CA', 'US-CO', 'US-CT'], ['DE-BY', 'DE-BB', 'DE-BE'], [])
    """
    country, dash, part = name.partition("-")
    if not dash:
        return _most_like(country, list(_countries()))
    codes = [code[3:] for code in _parts() if code[:2] == country]
    return [f"{country}-{code}" for code in _most_like(part, codes)]


def _most_like(word: str, codes: list[str]) -> list[str]:
    """Return those with the same letters first, then those with the same beginning, then the others."""
    likeness = {code: SequenceMatcher(None, word, code).ratio() for code in codes}
    near = [code for code in codes if likeness[code] >= _LEAST_LIKENESS]
    near.sort(key=lambda code: (sorted(code) != sorted(word), code[0] != word[0], -likeness[code], code))
    return near[:_MOST_LIKE]


@cache
def _countries() -> dict[str, str]:
    return {one["alpha_2"]: one["name"] for one in _listed("iso3166-1")["3166-1"]}


@cache
def _parts() -> dict[str, str]:
    return {one["code"]: one["name"] for country in _listed("iso3166-2").values() for one in country}


def _listed(standard: str) -> dict[str, list[dict[str, str]]]:
    """Return the data of pycountry as it comes: to import it, and to make its objects, takes several times as long."""
    found = find_spec("pycountry")
    if found is None or found.origin is None:
        raise ImportError("pycountry, which has the codes of ISO 3166, is not installed")
    path = Path(found.origin).parent / "databases" / f"{standard}.json"
    listed: dict[str, list[dict[str, str]]] = json.loads(path.read_bytes())
    return listed
