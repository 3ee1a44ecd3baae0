"""The end of the program."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import NoReturn


def end(code: int) -> NoReturn:
    """End with *code* and take nothing apart that the system takes back anyhow: that costs as much as ten policies.

    What was registered for the end is done, and what was written is out. Where that cannot be, or another thread is
    still at work, Python ends as it always does.
    """
    if threading.active_count() > 1:
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no other name for it, and multiprocessing ends by it, too
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # the caller may have closed it
                stream.flush()
    except (OSError, ValueError):
        sys.exit(code)
    os._exit(code)
