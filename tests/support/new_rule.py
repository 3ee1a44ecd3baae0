"""Begin a lint rule: `make rule NAME=what_it_looks_for`, or `python -m tests.support.new_rule NAME [PHASE] [FAMILY]`.

It writes the rule's file, its page and its test, and puts it into the registry. What is left to do is told by the
tests: the rule finds nothing, its page has no example, and its test has no case.
"""

from __future__ import annotations

import re
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]

SUBJECTS: Final = {
    "catalog": ("Catalog", "policy_engine.model", "catalog", "CATALOG_RULES"),
    "policy": ("Policy", "policy_engine.model", "policy", "POLICY_RULES"),
    "names": ("PolicyInCatalog", "policy_engine.lint.subjects", "here", "NAME_RULES"),
    "cells": ("PolicyInCells", "policy_engine.lint.subjects", "cells", "CELL_RULES"),
}
"""Phase to what its rules look at: the type, where it is, what to call it, and the tuple of the registry."""

_RULE = '''"""TODO: what it looks for, and what goes wrong where it is not found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from {module} import {subject}


def _check({called}: {subject}) -> Iterator[Finding]:
    # TODO: yield Finding(message, help, path) for each place
    yield from ()


RULE = Rule(
    "{code}",
    "{dashed}",
    "{phase}",
    "TODO: one sentence that says what is found",
    _check,
    "warning",
)
'''

_PAGE = """# {code}: {dashed}

Warning. It [may be waived](../commands.md#waivers).

## What it finds

TODO

## Why

TODO: what would go wrong in a service.

## Example

TODO: files in `shop/`, `policy-engine validate shop` with the finding, the mend as a diff, and
`policy-engine validate shop --strict`; then `python -m tests.docs.refresh docs/rules/{code}.md`.
"""

_TEST = '''"""TODO: what the rule finds, and near misses on which it stays silent."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after

FOUND: dict[str, tuple[list[Edit], list[str]]] = {{}}
"""What is found after some edits: `line:column: {code} message / help`."""

SILENT: dict[str, list[Edit]] = {{}}


def test_there_are_cases_of_both() -> None:
    assert FOUND
    assert SILENT


@pytest.mark.parametrize("case", FOUND)
def test_it_is_told_with_its_place(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []
'''


class Begun(NamedTuple):
    """The code of a new rule, and the files that were written or changed."""

    code: str
    files: tuple[Path, ...]


def begin(name: str, phase: str = "cells", family: str = "PE2", root: Path = ROOT) -> Begun:
    """Write what a rule needs below *root*, with the next free code of its family. Nothing is overwritten."""
    subject, module, called, rules = SUBJECTS[phase]
    code = _free_code(root, family)
    words = {"code": code, "dashed": name.replace("_", "-"), "phase": phase}
    words |= {"subject": subject, "module": module, "called": called}
    written = {
        root / "policy_engine" / "lint" / "rules" / f"{name}.py": _RULE,
        root / "docs" / "rules" / f"{code}.md": _PAGE,
        root / "tests" / "unit" / f"test_lint_{name}.py": _TEST,
    }
    there = [path for path in written if path.exists()]
    if there:
        raise FileExistsError(f"{there[0]} is there already")
    for path, text in written.items():
        path.write_text(text.format(**words), encoding="utf-8")
    registry = root / "policy_engine" / "lint" / "registry.py"
    registry.write_text(_registered(registry.read_text(encoding="utf-8"), name, rules), encoding="utf-8")
    return Begun(code, (*written, registry))


def _free_code(root: Path, family: str) -> str:
    pages = {path.stem for path in (root / "docs" / "rules").glob(f"{family}*.md")}
    return next(code for number in range(1, 100) if (code := f"{family}{number:02}") not in pages)


def _registered(text: str, name: str, rules: str) -> str:
    """Return the registry with a rule in its import, by name, and at the end of its tuple."""
    imported = re.search(r"from policy_engine\.lint\.rules import \(\n(.*?)\)\n", text, re.DOTALL)
    listed = re.search(rf"^{rules}: Final.*?= \(\n(.*?)^\)\n", text, re.DOTALL | re.MULTILINE)
    if imported is None or listed is None:
        raise ValueError("the registry has another form")
    names = sorted({*imported[1].split(), f"{name},"})
    text = text[: listed.end(1)] + f"    {name}.RULE,\n" + text[listed.end(1) :]
    return text[: imported.start(1)] + "".join(f"    {one}\n" for one in names) + text[imported.end(1) :]


def main(args: list[str]) -> int:
    """Begin the rule that the arguments name, and say what was written."""
    usage = f"usage: make rule NAME=what_it_looks_for [PHASE={'|'.join(SUBJECTS)}] [FAMILY=PE2|PE3|PE4]"
    name, phase, family = (given or usual for given, usual in zip_longest(args[:3], ("", "cells", "PE2")))
    if not re.fullmatch(r"[a-z][a-z0-9_]+", name) or phase not in SUBJECTS or not re.fullmatch(r"PE[2-5]", family):
        sys.stderr.write(f"{usage}\n")
        return 2
    code, files = begin(name, phase, family)
    sys.stdout.write(f"{code}\n" + "".join(f"  {path.relative_to(ROOT)}\n" for path in files))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
