"""The command line as its users start it: in this process, or in one of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from click.testing import CliRunner

from policy_engine.cli import main

if TYPE_CHECKING:
    from click.testing import Result

ROOT: Final = Path(__file__).resolve().parents[2]
POLICIES: Final = str(ROOT / "policies")
CASES: Final = ROOT / "examples" / "german_credit" / "german_credit_oof.csv"
COMMAND: Final = (sys.executable, "-m", "policy_engine")


def run(*args: str | Path, text: str | bytes = b"", **env: str) -> Result:
    """Run the command line in this process; *text* is its standard input."""
    return CliRunner(env={"NO_COLOR": "1", **env}).invoke(main, [str(arg) for arg in args], input=text)


def started(
    *args: str | Path, folder: Path = ROOT, text: bytes = b"", **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own; *text* is its standard input."""
    command = [*COMMAND, *(str(arg) for arg in args)]
    return subprocess.run(command, cwd=folder, env={**os.environ, **env}, input=text, capture_output=True, check=False)


def require_program(name: str, install: str) -> str:
    """Return where a program is that a test needs. Without it the test is skipped; in CI, which has it, it fails."""
    found = shutil.which(name)
    if found is None:
        missing = f"`{name}` is not installed: {install}"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def json_of(result: Result) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON that a command wrote to its standard output."""
    return json.loads(result.stdout)


def lines_of(text: str) -> list[Any]:
    """Return the values of JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def assert_fits(text: str, columns: int = 80) -> None:
    """Assert that no line is wider than a usual terminal."""
    assert [line for line in text.splitlines() if len(line) > columns] == []
