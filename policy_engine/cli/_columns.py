"""Which column of a CSV file is what: settled once, from the header, before any row is decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from policy_engine.cli._given import boolean_or_text, codes_of, number_or_text, read_json
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_WAYS = "map it with --column KEY={0}, record it with --context {0}, or leave it out with --ignore {0}"
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_PARTS = {
    "score.": "score",
    "fact.": "facts",
    "threshold.": "thresholds",
    "model.": "model",
    "model_version.": "model_version",
}
"""How the names of columns begin that are a part of a key, which is a mapping then."""
_MOST_NAMED = 12
_MAPPINGS = {"facts": "fact.NAME", "thresholds": "threshold.NAME"}
"""The keys that are always mappings, and what their columns are called."""


class Named(NamedTuple):
    """What the command line says of columns: `columns` maps keys to them. Those that begin as `prefix` are scores."""

    columns: Mapping[str, str]
    context: frozenset[str]
    ignore: frozenset[str]
    prefix: str | None = None


class Words(NamedTuple):
    """The keys that a request may have, those of them that take a number, and the facts that there are."""

    keys: Sequence[str]
    numbers: frozenset[str]
    facts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row each key of a request stands. `parts` are those whose key is a mapping: place, key, name."""

    width: int
    texts: tuple[tuple[int, str], ...]
    numbers: tuple[tuple[int, str], ...]
    context: tuple[tuple[int, str], ...]
    keys: frozenset[str] = field(default=frozenset())
    parts: tuple[tuple[int, str, str], ...] = ()

    def request(self, fields: Sequence[str]) -> dict[str, Any]:
        """Return the request of a row. An empty field is absent; as one of several scores, it is a missing one."""
        given: dict[str, Any] = {key: fields[place] for place, key in self.texts if fields[place]}
        for place, key in self.numbers:
            if fields[place]:
                given[key] = _score(fields[place]) if key == "score" else number_or_text(fields[place])
        if JURISDICTION in given:
            given[JURISDICTION] = _jurisdictions(given[JURISDICTION])
        for place, key, name in self.parts:
            if fields[place]:
                given.setdefault(key, {})[name] = _part(key, fields[place])
            elif key == "score":
                given.setdefault(key, {})[name] = None
        if "reason_codes" in given:
            given["reason_codes"] = codes_of(given["reason_codes"])
        if self.context:
            given["context"] = {name: fields[place] for place, name in self.context if fields[place]}
        return given

    def typed_request(self, values: Mapping[int, Any]) -> dict[str, Any]:
        """Return the request of a row of typed values, by place. None is absent; of several scores, it is missing."""
        given = {key: values[place] for place, key in (*self.texts, *self.numbers) if values[place] is not None}
        for place, key, name in self.parts:
            if values[place] is not None or key == "score":
                given.setdefault(key, {})[name] = values[place]
        if isinstance(given.get("reason_codes"), str):
            given["reason_codes"] = codes_of(given["reason_codes"])
        if self.context:
            given["context"] = {name: values[place] for place, name in self.context if values[place] is not None}
        return given

    @property
    def used(self) -> tuple[int, ...]:
        """The places of the columns that are read."""
        some: tuple[tuple[Any, ...], ...] = (*self.texts, *self.numbers, *self.parts, *self.context)
        return tuple(sorted(one[0] for one in some))


def _score(text: str) -> Any:  # noqa: ANN401 - a score may be anything
    """Return the score of a field: a number, a mapping or a list as JSON writes it, else the text itself."""
    if not text.startswith(("{", "[")):
        return number_or_text(text)
    try:
        return read_json(text)
    except ValueError:
        return text


def _jurisdictions(text: str) -> str | list[Any]:
    """Return the jurisdictions of a field: several as JSON writes a list, else one, the text itself.

    >>> _jurisdictions('["DE", "US"]'), _jurisdictions("DE;US"), _jurisdictions("[DE, US]")
    (['DE', 'US'], 'DE;US', '[DE, US]')
    """
    if not text.startswith("["):
        return text
    try:
        several: list[Any] = read_json(text)
    except ValueError:
        return text
    return several


def _part(key: str, text: str) -> bool | float | str:
    if key == "facts":
        return boolean_or_text(text)
    return text if key in ("model", "model_version") else number_or_text(text)


def named_columns(
    columns: Sequence[str], context: Sequence[str], ignore: Sequence[str], prefix: str | None, words: Words
) -> Named:
    """Return what the options say of columns; raise `click.UsageError` where they say it wrongly."""
    from policy_engine.diagnostics import did_you_mean

    by_key: dict[str, str] = {}
    for said in columns:
        key, sign, column = said.partition("=")
        if not sign:
            raise click.UsageError(f"--column takes KEY=COLUMN, not `{said}`")
        if not _is_part(key, words) and (key not in words.keys or key == "context" or key in _MAPPINGS):
            raise click.UsageError(f"--column: a request has no key `{key}` to fill: {did_you_mean(key, words.keys)}")
        if key in by_key:
            raise click.UsageError(f"--column says twice which column `{key}` is")
        by_key[key] = column
    if prefix is not None and not prefix:
        raise click.UsageError("--score-prefix takes how the columns begin that are scores, such as p_")
    return Named(by_key, _listed(context), _listed(ignore), prefix)


def _is_part(key: str, words: Words) -> bool:
    """Say whether *key* names a part of a mapping, such as `score.face`; raise for a fact that nobody declared."""
    from policy_engine.diagnostics import did_you_mean

    prefix = next((prefix for prefix in _PARTS if key.startswith(prefix) and len(key) > len(prefix)), None)
    name = key.removeprefix(prefix or "")
    if prefix == "fact." and name not in words.facts:
        raise click.UsageError(f"the catalog declares no fact `{name}`: {did_you_mean(name, words.facts)}")
    return prefix is not None


def _listed(said: Sequence[str]) -> frozenset[str]:
    return frozenset(name for names in said for name in names.split(",") if name)


def columns_of(header: Sequence[str], named: Named, words: Words) -> Columns:
    """Return what each column is; raise `click.UsageError` where that is not said or said twice."""
    _check_header(header)
    _check_named(header, named)
    by_column = {column: key for key, column in named.columns.items()}
    texts: list[tuple[int, str]] = []
    numbers: list[tuple[int, str]] = []
    parts: list[tuple[int, str, str]] = []
    context: list[tuple[int, str]] = []
    undeclared: list[str] = []
    for place, name in enumerate(header):
        if name in named.context:
            context.append((place, name))
        elif name not in named.ignore:
            key = by_column.get(name) or _key(name, named, words)
            if key is None:
                undeclared.append(name)
            elif _is_part(key, words):
                prefix = next(prefix for prefix in _PARTS if key.startswith(prefix))
                parts.append((place, _PARTS[prefix], key.removeprefix(prefix)))
            else:
                (numbers if key in words.numbers else texts).append((place, key))
    if undeclared:
        raise _undeclared(undeclared, named, words)
    _check_once(Counter(key for _, key in (*texts, *numbers)), parts)
    keys = {key for _, key in (*texts, *numbers)} | {key for _, key, _ in parts}
    return Columns(len(header), tuple(texts), tuple(numbers), tuple(context), frozenset(keys), tuple(parts))


def _check_once(keys: Counter[str], parts: Sequence[tuple[int, str, str]]) -> None:
    twice = next((key for key, count in keys.items() if count > 1), None)
    if twice is not None:
        raise click.UsageError(f"two columns are `{twice}`: drop one with --ignore {twice}")
    both = next((key for _, key, _ in parts if key in keys), None)
    if both is not None:
        raise click.UsageError(f"one column is the `{both}` and others are parts of it: drop one or the others")
    for (key, name), count in Counter((key, name) for _, key, name in parts).items():
        if count > 1:
            raise click.UsageError(f"two columns are the `{key}` of `{name}`: drop one with --ignore")


def _check_header(header: Sequence[str]) -> None:
    for name, count in Counter(header).items():
        if count > 1:
            raise click.UsageError(f"the header names the column `{name}` {count} times")
        if not name.strip():
            raise click.UsageError(f"column {header.index(name) + 1} of the header has no name")
    if len(header) == 1:
        used = next((words for mark, words in _OTHER_DELIMITERS.items() if mark in header[0]), None)
        if used is not None:
            raise click.UsageError(f"the header seems to be separated by {used}: columns are separated by commas")


def _check_named(header: Sequence[str], named: Named) -> None:
    from policy_engine.diagnostics import did_you_mean

    says: Iterable[str] = (*named.columns.values(), *sorted(named.context), *sorted(named.ignore))
    for name, count in Counter(says).items():
        if name not in header:
            raise click.UsageError(f"there is no column `{name}`: {did_you_mean(name, header)}")
        if count > 1:
            raise click.UsageError(f"the column `{name}` is named twice among --column, --context and --ignore")


def _key(name: str, named: Named, words: Words) -> str | None:
    """Return the key that a column is by its name; None where nobody declared it."""
    if name == "context":
        raise click.UsageError("a column cannot be the `context` itself: name the columns with --context")
    if name in _MAPPINGS:
        raise click.UsageError(f"a column cannot be the `{name}` itself: call its parts {_MAPPINGS[name]}")
    if named.prefix is not None and name.startswith(named.prefix) and len(name) > len(named.prefix):
        return f"score.{name.removeprefix(named.prefix)}"
    if name in words.keys or _is_part(name, words):
        return name
    return None


def _undeclared(names: Sequence[str], named: Named, words: Words) -> click.UsageError:
    from policy_engine.diagnostics import nearest

    keys = [key for key in words.keys if key not in named.columns]
    meant = {name: near for name in names[:_MOST_NAMED] if (near := nearest(name, keys)) is not None}
    if len(names) == 1:
        hint = f"did you mean `{meant[names[0]]}`? Else " if meant else ""
        return click.UsageError(f"nobody declared the column `{names[0]}`: {hint}{_WAYS.format(names[0])}")
    told = [
        f"`{name}`" + (f" (did you mean `{meant[name]}`?)" if name in meant else "") for name in names[:_MOST_NAMED]
    ]
    if len(names) > len(told):
        return click.UsageError(
            f"nobody declared {len(names)} of the columns, such as {', '.join(told)}: map each with "
            "--column KEY=COLUMN, record all of them with --context, or leave them out with --ignore"
        )
    listed = ",".join(names)
    return click.UsageError(
        f"nobody declared the columns {', '.join(told)}: map each with --column KEY=COLUMN, record all with "
        f"--context {listed}, or leave all out with --ignore {listed}"
    )
