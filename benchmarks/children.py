"""Part of a benchmark in a process of its own, with an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def measured_in_child(script: str, *numbers: int, **environment: str) -> Any:  # noqa: ANN401 - as the script prints it
    """Run *script* with `--child` and *numbers*, and return what it prints as JSON; where it fails, so does this."""
    asked = [sys.executable, script, "--child", *map(str, numbers)]
    child = subprocess.run(asked, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - a benchmark
    if child.returncode:
        sys.exit(child.returncode)
    return json.loads(child.stdout)
