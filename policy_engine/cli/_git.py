"""What git says of a revision: which commit it is, what it has, and the contents."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from policy_engine.printable import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LINK: Final = "120000"
"""The mode of a link."""
REPOSITORY: Final = "160000"
"""The mode of a repository inside of another one."""

_LONGEST_S = 60.0
_OF_ANOTHER: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX")
"""The variables by which a hook of git names its repository: which one is asked is told by the paths alone."""


class Entry(NamedTuple):
    """What a revision has under a name: its mode, as git writes it, and the name of its content."""

    mode: str
    content: str


def repository_of(path: Path) -> Path:
    """Return the top folder of the repository that a path lies in, or raise `click.UsageError`."""
    folder = path if path.is_dir() else path.parent
    return Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel").rstrip(b"\r\n")))


def commit_of(top: Path, revision: str) -> str:
    """Return the commit that a revision names, or raise `click.UsageError`."""
    if not revision.strip():
        raise click.UsageError("--against names no revision: write a branch, a tag or a commit, such as `main`")
    unknown = click.UsageError(
        f"--against: git knows no revision {quoted(revision)} in `{printable(str(top))}`: "
        "name a branch, a tag or a commit that is there, or fetch it first"
    )
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = _git(top, *asked, otherwise=unknown).decode(errors="replace").strip()
    if not commit.isalnum():
        raise unknown
    return commit


def entries_of(top: Path, commit: str) -> dict[str, Entry]:
    """Return all that a commit has, by name, from the repository's top folder on."""
    entries: dict[str, Entry] = {}
    for line in _git(top, "ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")[:-1]:
        said, _, name = line.partition(b"\t")
        mode, _, content = said.decode().split()
        entries[os.fsdecode(name)] = Entry(mode, content)
    return entries


def contents_of(top: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Return the contents by their names. For one that is larger than a file may be, blanks stand: so many, too."""
    from policy_engine.loader import MOST_BYTES

    asked = list(dict.fromkeys(names))
    if not asked:
        return {}
    sizes: dict[str, int] = {}
    for line in _git(top, "cat-file", "--batch-check", given=asked).splitlines():
        name, *_, size = line.decode().split()
        if not size.isdigit():
            raise click.UsageError(f"--against: `{printable(str(top))}` lacks the object {name}: fetch it first")
        sizes[name] = int(size)
    small = [name for name in asked if sizes[name] <= MOST_BYTES]
    contents = dict.fromkeys(asked, b" " * (MOST_BYTES + 1))
    told = _git(top, "cat-file", "--batch", given=small) if small else b""
    at = 0
    for name in small:
        begin = told.index(b"\n", at) + 1
        contents[name] = told[begin : begin + sizes[name]]
        at = begin + sizes[name] + 1
    return contents


def _git(
    folder: Path, *args: str, given: Sequence[str] | None = None, otherwise: click.UsageError | None = None
) -> bytes:
    """Return what git prints in a folder; raise *otherwise*, or what git says, where it refuses."""
    try:
        done = subprocess.run(  # noqa: S603 - git, with arguments that no shell sees
            ["git", "-C", str(folder), *args],  # noqa: S607 - the one that the user has
            input=b"" if given is None else "".join(f"{one}\n" for one in given).encode(),
            capture_output=True,
            check=False,
            timeout=_LONGEST_S,
            env={name: value for name, value in os.environ.items() if name not in _OF_ANOTHER},
        )
    except FileNotFoundError:
        raise click.UsageError("--against needs git, and there is none") from None
    except subprocess.TimeoutExpired:
        raise click.UsageError(f"--against: git gave no answer in {_LONGEST_S:.0f} s") from None
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ").splitlines()
        raise otherwise or click.UsageError(f"--against: {printable(why[0]) if why else f'`git {args[0]}` failed'}")
    return done.stdout
