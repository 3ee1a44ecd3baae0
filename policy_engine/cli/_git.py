"""Policies as a git revision has them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.loader import Loaded

_SUFFIXES = (".yaml", ".yml")
_LONGEST_S = 60.0


def loaded_at(revision: str, paths: Sequence[str | Path]) -> Loaded:
    """Read the policies that lay at *paths* in a revision, with the catalogs that they had.

    Raises `click.UsageError` where git does not know the revision, or there is no repository.
    """
    from policy_engine.loader import Loaded, read_document

    top = Path(os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n")))
    commit = os.fsdecode(_git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")).strip()
    wanted = [Path(path).resolve() for path in paths]
    listed = _git("ls-tree", "-r", "-z", "--full-tree", "--name-only", commit).split(b"\0")
    files = [name for one in listed if _is_policy_file(name := os.fsdecode(one)) and _lies_in(top / name, wanted)]
    read = [read_document(_git("cat-file", "blob", f"{commit}:{name}"), name) for name in files]
    found = tuple(one for _, diagnostics in read for one in diagnostics)
    return Loaded(tuple(document for document, _ in read), found, tuple(files))


def _is_policy_file(name: str) -> bool:
    return name.endswith(_SUFFIXES) and not any(part.startswith(".") for part in name.split("/"))


def _lies_in(file: Path, wanted: Sequence[Path]) -> bool:
    """Say whether a file was read for one of these paths: it, what lies in it, or the catalog beside or above it."""
    if any(file.is_relative_to(path) for path in wanted):
        return True
    return file.name == "catalog.yaml" and any(path.is_relative_to(file.parent) for path in wanted if path.suffix)


def _git(*args: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - git, with arguments that no shell sees
            ["git", *args],  # noqa: S607 - the one that the user has
            capture_output=True,
            check=False,
            timeout=_LONGEST_S,
        )
    except FileNotFoundError:
        raise click.UsageError("--against needs git, and there is none") from None
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ").splitlines()
        raise click.UsageError(f"--against: {why[0] if why else f'git knows no revision `{args[-1]}`'}")
    return done.stdout
