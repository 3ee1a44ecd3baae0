"""Where a file lies in its repository: what CI systems know it by, wherever a command was run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from policy_engine.printable import printable

STDIN: Final = "<stdin>"
"""The name of a policy that came from the standard input: it lies nowhere."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The folder that paths are told from, and the folder that the names of findings are relative to."""

    root: Path
    folder: Path

    def path_of(self, file: str) -> str:
        """Return the path of *file* from the root, with `/` between its parts; as it is where it lies outside."""
        inside = self.path_inside(file)
        return printable(file) if inside is None else inside

    def path_inside(self, file: str) -> str | None:
        """Return the path of *file* from the root, or None where it does not lie below it.

        A link counts where it lies: that is where the repository has it. What only links lead to the root is told
        by where it really is.
        """
        if file == STDIN:
            return None
        whole = self.whole_path(file)
        return _below(self.root, whole) or _below(self.root, Path(os.path.realpath(whole)))

    def whole_path(self, file: str) -> Path:
        """Return the path of *file* from the top of the file system, without `.` and `..`."""
        return Path(os.path.normpath(self.folder / printable(file)))


def _below(root: Path, whole: Path) -> str | None:
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else None


def repository_around(folder: Path) -> Repository:
    """Return the repository that *folder*, an absolute path, lies in; without one, the folder is the root itself.

    Of a linked work tree and of a submodule, `.git` is a file.
    """
    # Path.exists would raise for a folder above that may not be looked into
    holds = (one for one in (folder, *folder.parents) if os.path.lexists(one / ".git"))
    return Repository(next(holds, folder), folder)
