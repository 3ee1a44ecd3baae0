"""Files in their canonical form, and how one takes the place of the old one: whole, or not at all."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.formatting.text import FormattedText, format_text
from policy_engine.formatting.whole_files import put_whole
from policy_engine.loader import read_named_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.loader import NamedFile


@dataclass(frozen=True, slots=True)
class FormattedFile:
    """A file that was read. `real` is its path without links, and `raw` what is in it."""

    name: str
    real: str
    raw: bytes
    formatted: FormattedText

    @property
    def would_change(self) -> bool:
        """Whether its canonical form is another one than it has."""
        return self.formatted.after not in (None, self.raw)


def format_files(paths: Sequence[Path]) -> Iterator[FormattedFile]:
    """Read the files named and the YAML files of the folders named, and give their canonical forms.

    Nothing is written. A path that does not exist raises `PoliciesNotFoundError`.
    """
    for file in read_named_files(paths):
        yield FormattedFile(file.name, file.real, file.raw, _formatted(file))


def _formatted(file: NamedFile) -> FormattedText:
    if file.trouble is not None:
        return FormattedText("", None, (file.trouble,))
    if file.leads_out:
        return FormattedText("", None, why_not="it is a link to a file elsewhere: name that file itself")
    return format_text(file.raw, file.name)


def write_formatted(file: FormattedFile) -> None:
    """Put the canonical form of *file* in its place; its rights stay.

    The new file is complete on the disk before it takes the name of the old one, which is whole until then. Raises
    `OSError` where that cannot be, also for a file that may not be written and one that is no longer what was read.
    """
    target = Path(file.real)
    mode = stat.S_IMODE(target.stat().st_mode)
    expect_as_read(file)
    put_whole(target, file.formatted.after or b"", mode, lambda: _expect_unchanged(target, file))


def expect_as_read(file: FormattedFile) -> None:
    """Raise `OSError` for a file that may not be written, and for one that is no longer what was read."""
    target = Path(file.real)
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), file.name)
    _expect_unchanged(target, file)


def _expect_unchanged(target: Path, file: FormattedFile) -> None:
    if target.is_symlink() or target.read_bytes() != file.raw:
        raise OSError(errno.EBUSY, "it changed meanwhile, run again", file.name)
