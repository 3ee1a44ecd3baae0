"""Which column of a CSV file is what: settled once, from the header, before any row is decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from policy_engine.cli._given import number_or_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_WAYS = "map it with --column KEY={0}, record it with --context {0}, or leave it out with --ignore {0}"
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class Named(NamedTuple):
    """What the command line says of columns: `columns` maps keys to them."""

    columns: Mapping[str, str]
    context: frozenset[str]
    ignore: frozenset[str]


class Words(NamedTuple):
    """The keys that a request may have, and those of them that take a number."""

    keys: Sequence[str]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row each key of a request stands."""

    width: int
    texts: tuple[tuple[int, str], ...]
    numbers: tuple[tuple[int, str], ...]
    context: tuple[tuple[int, str], ...]
    keys: frozenset[str] = field(default=frozenset())

    def request(self, fields: Sequence[str]) -> dict[str, Any]:
        """Return the request of a row. An empty field is absent."""
        given: dict[str, Any] = {key: fields[place] for place, key in self.texts if fields[place]}
        for place, key in self.numbers:
            if fields[place]:
                given[key] = number_or_text(fields[place])
        if self.context:
            given["context"] = {name: fields[place] for place, name in self.context if fields[place]}
        return given


def named_columns(columns: Sequence[str], context: Sequence[str], ignore: Sequence[str], words: Words) -> Named:
    """Return what `--column`, `--context` and `--ignore` say; raise `click.UsageError` where they say it wrongly."""
    from policy_engine.diagnostics import did_you_mean

    by_key: dict[str, str] = {}
    for said in columns:
        key, sign, column = said.partition("=")
        if not sign:
            raise click.UsageError(f"--column takes KEY=COLUMN, not `{said}`")
        if key not in words.keys or key == "context":
            raise click.UsageError(f"--column: a request has no key `{key}` to fill: {did_you_mean(key, words.keys)}")
        if key in by_key:
            raise click.UsageError(f"--column says twice which column `{key}` is")
        by_key[key] = column
    return Named(by_key, _listed(context), _listed(ignore))


def _listed(said: Sequence[str]) -> frozenset[str]:
    return frozenset(name for names in said for name in names.split(",") if name)


def columns_of(header: Sequence[str], named: Named, words: Words) -> Columns:
    """Return what each column is; raise `click.UsageError` where that is not said or said twice."""
    _check_header(header)
    _check_named(header, named)
    by_column = {column: key for key, column in named.columns.items()}
    texts: list[tuple[int, str]] = []
    numbers: list[tuple[int, str]] = []
    context: list[tuple[int, str]] = []
    for place, name in enumerate(header):
        if name in named.context:
            context.append((place, name))
        elif name not in named.ignore:
            key = by_column.get(name) or _key(name, named, words)
            (numbers if key in words.numbers else texts).append((place, key))
    keys = Counter(key for _, key in (*texts, *numbers))
    twice = next((key for key, count in keys.items() if count > 1), None)
    if twice is not None:
        raise click.UsageError(f"two columns are `{twice}`: drop one with --ignore {twice}")
    return Columns(len(header), tuple(texts), tuple(numbers), tuple(context), frozenset(keys))


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


def _key(name: str, named: Named, words: Words) -> str:
    from policy_engine.diagnostics import nearest

    if name == "context":
        raise click.UsageError("a column cannot be the `context` itself: name the columns with --context")
    if name in words.keys:
        return name
    near = nearest(name, [key for key in words.keys if key not in named.columns])
    hint = f"did you mean `{near}`? Else " if near else ""
    raise click.UsageError(f"nobody declared the column `{name}`: {hint}{_WAYS.format(name)}")
