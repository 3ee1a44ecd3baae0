"""Run `validate` in every format while somebody watches what it opens, what it starts and how much memory it takes.

    python -m tests.support.watched PATH...

It works in the current folder, writes what each format shows to `out/FORMAT`, and says at the end, as JSON, what it
saw. Policies in order are checked first, so that what a program reads of itself is not counted. With
`AS_NOBODY` in the environment, a superuser gives its rights away before the run, and takes them back after it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any, Final

from policy_engine.cli import main
from policy_engine.cli._formats import FORMATS

NOBODY: Final = 65534
_OPENS: Final = ("open", "os.listdir", "os.scandir")
_ACTS: Final = ("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.putenv", "socket.", "ctypes.")
_READY: Final = str(Path(__file__).resolve().parents[2] / "policies")


class _Watch:
    """Notes what happens while it is awake. A hook can never be taken away."""

    def __init__(self) -> None:
        self.awake = False
        self.opened: list[str] = []
        self.acts: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.awake:
            return
        if event in _OPENS and not isinstance(arguments[0], int):
            self.opened.append(os.path.realpath(os.fsdecode(arguments[0] or ".")))
        elif event.startswith(_ACTS):
            self.acts.append(f"{event} {arguments}")


def _exit_code(*args: str) -> int:
    try:
        main(["validate", *args])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _peak_kib() -> int:
    """Return how much memory the process held at most."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def _watch(paths: list[str]) -> dict[str, Any]:
    for form in FORMATS:
        _exit_code(_READY, "--format", form, "--output", os.devnull)
    watch = _Watch()
    as_nobody = "AS_NOBODY" in os.environ and os.geteuid() == 0
    if as_nobody:
        os.seteuid(NOBODY)
    watch.awake = True
    codes = {form: _exit_code(*paths, "--format", form, "--output", f"out/{form}") for form in FORMATS}
    watch.awake = False
    if as_nobody:
        os.seteuid(0)
    return {"codes": codes, "opened": watch.opened, "acts": watch.acts, "peak_kib": _peak_kib()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_watch(sys.argv[1:])))
