"""What the project in the working folder says under [tool.policy_engine] in its pyproject.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from policy_engine.diagnostics import did_you_mean

_FILE = Path("pyproject.toml")
_NAME = "policy_engine"
TABLE: Final = f"tool.{_NAME}"


class Project(NamedTuple):
    """Where the project has its policies, and how it wants them checked. What it does not say is empty or False."""

    policies: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False


def project() -> Project:
    """Return what the project says; raise `click.UsageError` for what cannot be read or nobody knows."""
    try:
        text = _FILE.read_bytes()
    except OSError:
        return Project()
    # Most projects do not say: their file need not be parsed
    if _NAME.encode() not in text:
        return Project()
    table = _table(text)
    unknown = next((key for key in table if key not in Project._fields), None)
    if unknown is not None:
        raise _wrong(f"has an unknown key `{unknown}`: {did_you_mean(unknown, Project._fields)}")
    strict = table.get("strict", False)
    if not isinstance(strict, bool):
        raise _wrong("says `strict`, which is true or false")
    return Project(
        _texts(table, "policies", "a path or a list of paths"),
        _texts(table, "select", "a code or a list of codes"),
        _texts(table, "ignore", "a code or a list of codes"),
        strict,
    )


def _table(text: bytes) -> dict[str, Any]:
    import tomllib

    try:
        table = tomllib.loads(text.decode()).get("tool", {}).get(_NAME, {})
    except (ValueError, AttributeError) as error:
        raise click.UsageError(f"{_FILE} cannot be read: {error}") from error
    return table if isinstance(table, dict) else {}


def _texts(table: dict[str, Any], key: str, what: str) -> tuple[str, ...]:
    named = table.get(key, [])
    texts = [named] if isinstance(named, str) else named
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _wrong(f"says `{key}`, which is {what}, as text")
    return tuple(texts)


def _wrong(what: str) -> click.UsageError:
    return click.UsageError(f"{_FILE}: [{TABLE}] {what}")
