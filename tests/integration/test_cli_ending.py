"""The installed program ends quickly: with the same code and all that was written, and after what was registered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = "from policy_engine.cli import run; run()"


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def program(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return python("-c", code, *arguments)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["validate", "policies"], 0),
        (["validate", "tests/golden/broken"], 1),
        (["validate", "nowhere"], 2),
        (["decide", "nothing"], 2),
    ],
)
def test_it_ends_as_the_module_does(arguments: list[str], code: int) -> None:
    quick, usual = program(RUN, *arguments), program("from policy_engine.cli import main; main()", *arguments)
    assert (quick.returncode, quick.stdout, quick.stderr) == (usual.returncode, usual.stdout, usual.stderr)
    assert quick.returncode == code


def test_what_was_registered_for_the_end_is_done_and_what_it_writes_is_out() -> None:
    done = program(f"import atexit; atexit.register(print, 'the end'); {RUN}", "--version")
    assert done.stdout.splitlines()[-1] == "the end"


def test_another_thread_is_waited_for() -> None:
    thread = "import threading, time; threading.Thread(target=lambda: (time.sleep(0.5), print('done'))).start()"
    done = program(f"{thread}; {RUN}", "--version")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "done"


def test_a_closed_output_is_no_traceback() -> None:
    done = program(f"import sys; sys.stdout = None; {RUN}", "--version")
    assert "Traceback" not in done.stderr


def test_whoever_runs_the_module_learns_of_its_end() -> None:
    assert "function calls" in python("-m", "cProfile", "-m", "policy_engine", "--version").stdout
