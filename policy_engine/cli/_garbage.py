"""Parts of a command without garbage collection: what it makes, it makes to keep until it ends."""

from __future__ import annotations

import atexit
import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Before Python ends, it looks through all that is left for circles of objects: what ends anyhow need not be
atexit.register(gc.freeze)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Leave circles of objects where they are: imports and checks make few, and looking takes a fifth of their time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # All that was made counts as old by this, instead of being looked through as soon as something is made
        gc.freeze()
        gc.unfreeze()
        if was_on:
            gc.enable()
