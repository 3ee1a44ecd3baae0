"""The words that editors show, taken from where the models and the vocabulary say them."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import TypeAdapter

from policy_engine import vocabulary
from policy_engine.model import instants, names, on_invalid, promises, rollout, tunable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType

    from pydantic import BaseModel

_MEANING: Final = re.compile(r"^- `(\w+)`: (.+?)(?=^- |\Z)", re.MULTILINE | re.DOTALL)


def in_one_line(text: str) -> str:
    """Return a text without the line breaks of the source."""
    return " ".join(text.split())


def words_of_fields(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield the name of every field of *model*, its bases first, with the text that stands under it."""
    for one in reversed(model.__mro__):
        if one.__module__.startswith("policy_engine."):
            (written,) = ast.parse(inspect.getsource(one)).body
            yield from _words_under(written.body if isinstance(written, ast.ClassDef) else [])


def words_of_name(name: str) -> str:
    """Return what stands in the vocabulary under the constant whose value is *name*.

    >>> words_of_name("use_case")
    'What the `when` of a guardrail may name besides dimensions.'
    """
    found = (words for constant, words in _words_of(vocabulary) if getattr(vocabulary, constant) == name)
    return in_one_line(next(found))


def meanings_of(values: Sequence[str | None]) -> list[str]:
    """Return what each of the values means that a key may have.

    >>> meanings_of(["error", "strictest"])[1]
    'the stricter threshold, or the stricter band of bad input'
    """
    words = tuple(value for value in values if value is not None)
    same = (meanings for known, meanings in _meanings().items() if known == words)
    more = (meanings for known, meanings in _meanings().items() if set(words) <= set(known))
    found = next(same, None) or next(more)
    return ["there is none" if value is None else found[value] for value in values]


@cache
def _meanings() -> Mapping[tuple[str, ...], Mapping[str, str]]:
    known: dict[tuple[str, ...], dict[str, str]] = {}
    told: dict[str, str] = {}
    for module in (vocabulary, on_invalid, promises):
        for name, words in _words_of(module):
            if meanings := {value: in_one_line(meaning) for value, meaning in _MEANING.findall(words)}:
                values = get_args(getattr(module, name))
                known[values] = {value: meanings.get(value) or told[value] for value in values}
                told |= known[values]
    return known


def _words_of(module: ModuleType) -> Iterator[tuple[str, str]]:
    return _words_under(ast.parse(inspect.getsource(module)).body)


def _words_under(statements: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for one, below in pairwise(statements):
        targets = one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
        if isinstance(below, ast.Expr):
            yield from (
                (target.id, str(ast.literal_eval(below.value))) for target in targets if isinstance(target, ast.Name)
            )


def _pattern_of(annotated: Any) -> str:  # noqa: ANN401 - annotations have no type of their own
    return str(TypeAdapter(annotated).json_schema()["pattern"])


SHAPES: Final[Mapping[str, str]] = {
    _pattern_of(names.Name): "a name is a letter, then up to 63 letters, digits, `_`, `.` or `-`",
    _pattern_of(names.DimensionName): "a dimension is a small letter, then up to 63 small letters, digits or `_`",
    _pattern_of(names.Value): "a value is up to 200 visible characters, no space at either end",
    _pattern_of(
        names.FieldPath
    ): "a field is a key, or keys with dots between them, such as `device.fingerprint`, no space or dot at either end",
    _pattern_of(names.Text): "is empty: write the text, or delete the key",
    _pattern_of(names.Code): "a code is a letter or digit, then up to 63 letters, digits, `_`, `.`, `:` or `-`",
    _pattern_of(names.Destination): "a destination is one such as `queue:fraud-l1` or `role:disputes`, without spaces",
    _pattern_of(
        tunable.TunableName
    ): "such a name is one like `block`, `lead.ratio`, `block.highlight.above` or `face.reject`",
    _pattern_of(tunable.EnvironmentName): "a variable is a letter or `_`, then up to 127 letters, digits or `_`",
    _pattern_of(rollout.Salt): "a salt is text without the character NUL",
    _pattern_of(instants.Instant): "an instant has a date, a time and an offset, such as 2026-07-01T00:00:00Z",
    _pattern_of(instants.Duration): "a duration is one such as PT30M, PT8H or P1D, without months and years",
}
"""How names and texts may look: pattern to its words."""

SIMPLER: Final[Mapping[str, str]] = {_pattern_of(names.Text): r"\S"}
"""What editors are told in place of a pattern: JavaScript writes characters beyond U+FFFF otherwise than others do."""
