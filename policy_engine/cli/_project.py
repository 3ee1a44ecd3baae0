"""What the project in the working folder says under [tool.policy_engine] in its pyproject.toml."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from policy_engine.diagnostics import did_you_mean
from policy_engine.printable import quoted

FILE: Final = Path("pyproject.toml")
_NAME = "policy_engine"
TABLE: Final = f"tool.{_NAME}"
SETTINGS: Final = f"{FILE}: [{TABLE}]"
"""How messages begin that are about the settings of the project."""

_NAMES_US = re.compile(rb"policy[-_. ]?engine", re.IGNORECASE)
"""A word that may be the name of the table, spelled rightly or not."""
_PART = r"""(?:[A-Za-z0-9_-]++|(?<!\\)"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_MOST_PARTS = 32
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_MOST_PARTS}}}")
"""A key of very many parts, for which tomllib takes a time that grows with their square: a minute for 100 KB."""


class Project(NamedTuple):
    """Where the project has its policies, and how it wants them checked. What it does not say is empty or False."""

    policies: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False


def project() -> Project:
    """Return what the project says; raise `click.UsageError` for what cannot be read or nobody knows."""
    raw = _raw()
    # Most projects do not say: their file need not be parsed
    if _NAMES_US.search(raw) is None:
        return Project()
    table = _table(raw)
    unknown = next((key for key in table if key not in Project._fields), None)
    if unknown is not None:
        raise _wrong(f"has an unknown key {quoted(unknown)}: {did_you_mean(unknown, Project._fields)}")
    strict = table.get("strict", False)
    if not isinstance(strict, bool):
        raise _wrong("says `strict`, which is true or false")
    return Project(
        _texts(table, "policies", "a path or a list of paths"),
        _texts(table, "select", "a code or a list of codes"),
        _texts(table, "ignore", "a code or a list of codes"),
        strict,
    )


def _raw() -> bytes:
    """Return the bytes of the file, which are none where there is no such file."""
    from policy_engine.loader import MOST_BYTES, UnreadableError, read_file

    if not os.path.lexists(FILE):
        return b""
    try:
        raw = read_file(FILE)
    except UnreadableError as error:
        raise click.UsageError(f"{FILE} {error.message}: {error.mend}") from error
    if len(raw) > MOST_BYTES:
        raise _unreadable("it is larger than 1 MiB")
    if b"\0" in raw:
        raise _unreadable("it is no text in UTF-8: save it as UTF-8")
    return raw


def _table(raw: bytes) -> dict[str, Any]:
    tools = _parsed(raw).get("tool", {})
    if not isinstance(tools, dict):
        raise _unreadable("`tool` is no table")
    misspelled = next((key for key in tools if key != _NAME and _NAMES_US.fullmatch(key.encode())), None)
    if misspelled is not None:
        raise click.UsageError(f"{FILE}: [tool.{misspelled}] is read by nobody: did you mean [{TABLE}]?")
    table = tools.get(_NAME, {})
    if isinstance(table, list):
        raise _wrong("is an array of tables: write it once, in single brackets")
    if not isinstance(table, dict):
        raise _wrong("is no table: write it on a line of its own, and the settings below it")
    return table


def _parsed(raw: bytes) -> dict[str, Any]:
    import tomllib

    try:
        text = raw.decode()
        long_key = _LONG_KEY.search(text)
        if long_key is not None:
            line = text.count("\n", 0, long_key.start()) + 1
            raise _unreadable(f"it has a key of more than {_MOST_PARTS} parts (at line {line})")
        return tomllib.loads(text)
    except ValueError as error:
        raise _unreadable(str(error)) from error
    except RecursionError:
        raise _unreadable("it is nested too deeply") from None


def _texts(table: dict[str, Any], key: str, what: str) -> tuple[str, ...]:
    named = table.get(key, [])
    texts = [named] if isinstance(named, str) else named
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _wrong(f"says `{key}`, which is {what}, as text")
    if not all(text.strip(" ,") for text in texts):
        raise _wrong(f"says `{key}`, which is {what}, and an empty text is none")
    return tuple(texts)


def _wrong(what: str) -> click.UsageError:
    return click.UsageError(f"{SETTINGS} {what}")


def _unreadable(why: str) -> click.UsageError:
    return click.UsageError(f"{FILE} cannot be read: {why}")
