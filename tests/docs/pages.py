"""Pages that are run: each in a folder of its own with the samples, block after block, as a reader would."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import traceback
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from policy_engine.loader import read_documents
from policy_engine.validator import check
from tests.docs.blocks import CHANGE, ELSEWHERE, FILE, PART, REFUSED, Block, PageError, blocks_of
from tests.docs.commands import as_printed, commands_in, is_as_shown, run, with_elisions

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[2]
SAMPLES: Final = ("policies", "examples")
"""What a page finds in its folder: a reader stands at the top of a checkout."""

PAGES: Final = (
    "README.md",
    "docs/tuning.md",
    "docs/tutorial.md",
    "docs/commands.md",
    "docs/format.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "format").glob("*.md")),
    "docs/editors.md",
    "docs/ci.md",
    "docs/embedding.md",
    "docs/escalation.md",
    "docs/roll-out.md",
    "docs/pitfalls.md",
    "docs/README.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "how-to").glob("*.md")),
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "rules").glob("*.md")),
    "examples/breast_cancer/README.md",
    "examples/intents/README.md",
    "examples/satellite/README.md",
)

RULES: Final = "docs/rules/"

GO_ON_FROM: Final = {"docs/format/": "docs/format.md"}
"""Pages that go on where another one ends: its files are there when they begin."""

SET_UP: Final = frozenset(
    {
        "make setup",
        "make demo",
        "make test",
        ". .venv/bin/activate",
        "pip install .",
        "pip install '.[examples]'",
        "python examples/intents/score_queries.py",
    }
)
"""The only commands that a page may show without their being run here: they are what runs this."""

_TOP_LEVEL_KEY = re.compile(r"^([a-z_]+):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A block that does not do what its page says; *now* is the text that would, if the page can be mended so."""

    block: Block
    what: str
    now: str | None = None


def run_page(page: str, folder: Path, *, fresh: bool = False) -> Iterator[Mismatch]:
    """Run every block of a page in *folder* and yield what is not as the page says.

    With *fresh*, yield all that commands and Python print, as if the page showed nothing of it yet.
    """
    # The pages about rules have policies of their own
    for name in () if page.startswith(RULES) else SAMPLES:
        shutil.copytree(ROOT / name, folder / name)
    before = next((other for start, other in GO_ON_FROM.items() if page.startswith(start)), None)
    reader = _Reader(folder, fresh=fresh)
    for block in () if before is None else blocks_of(ROOT / before, before):
        if block.verb == FILE:
            for _ in reader.read(block, None):
                pass
    for block, after in zip_longest(blocks := blocks_of(ROOT / page, page), blocks[1:]):
        yield from reader.read(block, after)


class _Reader:
    """Somebody who does what a page says."""

    def __init__(self, folder: Path, *, fresh: bool) -> None:
        self._folder = folder
        self._fresh = fresh
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._shown_already: Block | None = None

    def read(self, block: Block, after: Block | None) -> Iterator[Mismatch]:
        """Do what a block says, and yield what comes out otherwise than *block* or the one *after* it shows."""
        if block.verb == FILE:
            self._write(block)
        elif block.verb == CHANGE:
            self._change(block)
        elif block.verb == PART:
            yield from self._find(block)
        elif block.language == "yaml":
            yield from self._check(block)
        elif block.language == "python":
            yield from self._run(block, after)
        elif block.language == "text":
            self._expect_shown(block)
        elif block.verb == ELSEWHERE:
            _expect_set_up(block)
        else:
            yield from self._type(block)

    def _write(self, block: Block) -> None:
        path = self._path(block.object)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")

    def _change(self, block: Block) -> None:
        path = self._path(block.object)
        old, new = _both_sides(block)
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise PageError(f"{block.place}: `{block.object}` has these lines {text.count(old)} times:\n{old}")
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _find(self, block: Block) -> Iterator[Mismatch]:
        if block.text not in self._path(block.object).read_text(encoding="utf-8"):
            yield Mismatch(block, f"these lines do not stand in `{block.object}`")

    def _check(self, block: Block) -> Iterator[Mismatch]:
        target, _, code = block.object.partition(": ") if block.verb == REFUSED else (block.object, "", "")
        path = self._path(target)
        before = path.read_text(encoding="utf-8")
        path.write_text(_with_keys(before, block.text), encoding="utf-8")
        _, report = check(read_documents([path]))
        path.write_text(before, encoding="utf-8")
        found = sorted({one.code for one in report.diagnostics})
        if found != ([code] if code else []):
            told = "\n".join(f"{one.span.line}: {one.code} {one.message}; {one.help}" for one in report.diagnostics)
            yield Mismatch(block, f"expected {code or 'no finding'}, found {found}\n{told}")

    def _run(self, block: Block, after: Block | None) -> Iterator[Mismatch]:
        if after is not None and after.language == "text":
            self._shown_already = after
        try:
            printed = self._printed_by(block)
        except Exception:  # noqa: BLE001 - whatever an example raises is what is wrong with it
            yield Mismatch(block, traceback.format_exc())
            return
        if after is not None and after is self._shown_already:
            if self._fresh or not is_as_shown(after.text, printed):
                yield Mismatch(after, f"the Python before it prints\n{printed}", printed)
        elif printed:
            now = f"{block.text}```\n\n```text\n{printed}"
            yield Mismatch(block, f"this prints, and no `text` block after it shows\n{printed}", now)

    def _expect_shown(self, block: Block) -> None:
        if self._shown_already is not block:
            raise PageError(f"{block.place}: a `text` block stands after the Python that prints it")

    def _printed_by(self, block: Block) -> str:
        printed = io.StringIO()
        program = compile("\n" * (block.line - 1) + block.text, block.page, "exec", dont_inherit=True)
        with contextlib.chdir(self._folder), contextlib.redirect_stdout(printed):
            exec(program, self._names)  # noqa: S102 - the page's own example
        return as_printed(printed.getvalue())

    def _type(self, block: Block) -> Iterator[Mismatch]:
        now: list[str] = []
        wrong: list[str] = []
        code = 0
        for command in commands_in(block.text):
            if code != 0 and command.line != "echo $?":
                wrong.append(f"exit code {code}, and no `echo $?` shows it, before: {command.line}")
            printed, code = run(command, self._folder, code)
            as_shown = is_as_shown(command.output, printed) and not self._fresh
            output = command.output if as_shown else with_elisions(command.output, printed)
            now.append(f"{command.written}\n{output}")
            if not as_shown:
                wrong.append(f"`{command.line}` prints\n{printed}")
        if code != 0:
            wrong.append(f"exit code {code} of the last command, and no `echo $?` shows it")
        if wrong:
            yield Mismatch(block, "\n".join(wrong), "".join(now))

    def _path(self, name: str) -> Path:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise PageError(f"`{name}` leads out of the page's folder")
        return path


def _expect_set_up(block: Block) -> None:
    for command in commands_in(block.text):
        if command.line not in SET_UP or command.output:
            raise PageError(f"{block.place}: `{command.line}` is to be run, or to be named in `SET_UP`")


def _both_sides(block: Block) -> tuple[str, str]:
    lines = block.text.splitlines(keepends=True)
    if not all(line[0] in " -+" for line in lines):
        raise PageError(f"{block.place}: a line of a `diff` begins with a space, `-` or `+`")
    old = "".join(line[1:] for line in lines if line[0] != "+")
    new = "".join(line[1:] for line in lines if line[0] != "-")
    return old, new


def _with_keys(text: str, fragment: str) -> str:
    """Return a policy or catalog in which the fragment's top-level keys replace those of the same names."""
    parts = _by_key(text)
    parts.update(_by_key(fragment))
    return "".join(parts.values())


def _by_key(text: str) -> dict[str, str]:
    starts = [(found[1], found.start()) for found in _TOP_LEVEL_KEY.finditer(text)]
    ends = [*(start for _, start in starts[1:]), len(text)]
    return {name: text[start:end] for (name, start), end in zip(starts, ends, strict=True)}


def rewritten(page: str, mismatches: list[Mismatch]) -> str:
    """Return the page's text with what its blocks print now, where that mends them."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines(keepends=True)
    for one in sorted(mismatches, key=lambda one: one.block.line, reverse=True):
        if one.now is not None:
            start = one.block.line - 1
            lines[start : start + len(one.block.text.splitlines())] = [one.now]
    return "".join(lines)
