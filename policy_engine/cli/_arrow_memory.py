"""Arrow's memory in a command that works through a file of any size."""

from __future__ import annotations

import os
from contextlib import suppress

import pyarrow as pa

_CHOSEN = "ARROW_DEFAULT_MEMORY_POOL"


def keep_little() -> None:
    """Have Arrow give memory back soon after it is free, as far as nobody has chosen and this build of it can.

    Its own choice keeps a tenth more, and the system's keeps much where large texts are made; both are no faster.
    """
    if _CHOSEN not in os.environ:
        with suppress(NotImplementedError):
            pa.set_memory_pool(pa.jemalloc_memory_pool())
