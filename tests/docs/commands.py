"""Commands of a page with what they print, and when what they printed is what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

COLUMNS: Final = "80"
MACHINE: Final = Path(__file__).parent / "machine"
"""What makes every machine the one that the pages show."""

_PROMPT: Final = "$ "
_ELISION: Final = "...\n"
_WIPE: Final = "\x1b[K"
_SHELL: Final = shutil.which("sh") or "sh"

_VARYING: Final = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{1,6}Z"), "<instant>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<digest>"),
)
"""What differs from run to run: ids, this instant (the only ones with decimals), digests."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as written, perhaps over several lines, and the output below it."""

    written: str
    output: str

    @property
    def line(self) -> str:
        """What the shell gets."""
        return self.written.removeprefix(_PROMPT)


def commands_in(text: str) -> list[Command]:
    """Return the commands of a console block. A line that ends in a backslash goes on in the next."""
    commands: list[tuple[list[str], list[str]]] = []
    goes_on = False
    for line in text.splitlines(keepends=True):
        if goes_on:
            commands[-1][0].append(line)
        elif line.startswith(_PROMPT):
            commands.append(([line], []))
        else:
            commands[-1][1].append(line)
            continue
        goes_on = line.endswith("\\\n")
    return [Command("".join(written).removesuffix("\n"), "".join(output)) for written, output in commands]


def run(command: Command, folder: Path, code_before: int) -> tuple[str, int]:
    """Return what the command prints on a terminal, and its exit code. `$?` is the code of the one before."""
    environment = {
        **os.environ,
        "COLUMNS": COLUMNS,
        "NO_COLOR": "1",
        "PYTHONPATH": str(MACHINE),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
    }
    ours, theirs = os.openpty()
    with (
        os.fdopen(ours, "rb", 0) as screen,
        subprocess.Popen(
            [_SHELL, "-c", f"(exit {code_before}); {command.line}"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        ) as process,
    ):
        os.close(theirs)
        output = _all_of(screen)
    return as_printed(output.decode()), process.returncode


def _all_of(screen: FileIO) -> bytes:
    parts = []
    # Linux tells the end of a terminal as an error, other systems as an empty read.
    with suppress(OSError):
        while part := screen.read(65536):
            parts.append(part)
    return b"".join(parts)


def as_printed(output: str) -> str:
    """Return output as a terminal shows it in the end.

    What a progress bar has wiped away is gone, and so is white space at the ends of lines.
    """
    lines = output.replace("\r\n", "\n").removesuffix("\n").split("\n")
    return "".join(f"{_in_the_end(line)}\n" for line in lines) if output else ""


def _in_the_end(line: str) -> str:
    return line.rpartition("\r")[2].replace(_WIPE, "").rstrip()


def is_as_shown(shown: str, printed: str) -> bool:
    r"""Say whether *printed* is what the page shows.

    `...` stands for any text of a line, and alone on a line for any number of lines. Ids, digests and the
    present instant may differ.

    >>> is_as_shown("a ... d\n...\nz\n", "a b c d\n1\n2\nz\n")
    True
    >>> is_as_shown("a\n", "a\nb\n")
    False
    """
    pattern = "".join(_pattern(line) for line in _steady(shown).splitlines())
    return re.fullmatch(pattern, _steady(printed)) is not None


def with_elisions(shown: str, printed: str) -> str:
    r"""Return *printed* with `...` where *shown* has it, as far as the lines around it are still there.

    >>> with_elisions("at ...\na\n...\nd\nold\n", "at 1\na\nb\nc\nd\nnew\n")
    'at ...\na\n...\nd\nnew\n'
    """
    lines = shown.splitlines(keepends=True)
    now = printed.splitlines(keepends=True)
    for place, line in enumerate(now):
        elided = (one for one in lines if "..." in one and one != _ELISION and is_as_shown(one, line))
        now[place] = next(elided, line)
    for before, after in _around_elisions(lines):
        if before in now and after in now[now.index(before) :]:
            start = now.index(before) + 1
            now[start : now.index(after, start)] = [_ELISION]
    return "".join(now)


def _around_elisions(lines: list[str]) -> Iterator[tuple[str, str]]:
    for place in range(1, len(lines) - 1):
        if lines[place] == _ELISION:
            yield lines[place - 1], lines[place + 1]


def _pattern(line: str) -> str:
    if f"{line}\n" == _ELISION:
        return r"(?:.*\n)*?"
    return re.escape(line).replace(re.escape("..."), ".*?") + r"\n"


def _steady(text: str) -> str:
    for varying, word in _VARYING:
        text = varying.sub(word, text)
    return text
