"""Which band a score gets that is none: one for every class of bad input, or one per class."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from policy_engine.model.names import Name
from policy_engine.vocabulary import INVALID_CLASSES, OTHERWISE, InvalidClass, ScoreKind


def _a_band_or_classes(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    return "classes" if isinstance(value, dict) else "band"


InvalidKey = Literal[InvalidClass, "otherwise"]
"""What a band may be given for.

- `otherwise`: every class that is not named beside it
"""

OnInvalid = Annotated[
    Annotated[Name, Tag("band")] | Annotated[dict[InvalidKey, Name], Field(min_length=1), Tag("classes")],
    Discriminator(_a_band_or_classes),
]
"""One band for every class of bad input, or a band per class; `otherwise` stands for the classes not named."""


def classes_of(kind: ScoreKind) -> tuple[InvalidClass, ...]:
    """Return the classes of bad input that a score of this kind can fall into."""
    return INVALID_CLASSES if kind == "classes" else INVALID_CLASSES[:-1]


def band_per_class(written: str | dict[InvalidKey, str] | None, kind: ScoreKind) -> dict[InvalidClass, str]:
    """Return the band of every class that *written* settles, of those that the kind of score has.

    >>> band_per_class({"missing": "review", "otherwise": "block"}, "number")["not_finite"]
    'block'
    """
    if written is None:
        return {}
    if isinstance(written, str):
        return dict.fromkeys(classes_of(kind), written)
    rest = written.get(OTHERWISE)
    bands = {name: written.get(name, rest) for name in classes_of(kind)}
    return {name: band for name, band in bands.items() if band is not None}
