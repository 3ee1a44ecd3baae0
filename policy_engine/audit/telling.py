"""Telling a service's own log what happens to a log of decisions: never at the price of the latter.

Whatever the handlers of the service do, and whatever the system refuses in that moment, a record is written or refused
just as it would be with nobody to tell. structlog takes longer to import than a log to open, and most logs have nothing
to tell, so it is imported where something is told.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

Event = Literal[
    "audit_tail_cut",
    "audit_stream_corrupt",
    "audit_not_recording",
    "audit_gap",
    "audit_gap_not_written",
    "audit_masking_failed",
]
"""The unfinished end of a stream was cut off; it was changed since it was written, and is not appended to; its records
cannot be written at the moment; records are missing from it, which says so, or could not even be told there; the
request of a record could not be masked."""


def tell(event: Event, **said: Any) -> None:  # noqa: ANN401 - whatever belongs to the event
    """Tell what happened. No word of a request is to be among what is *said*."""
    with suppress(Exception):
        from policy_engine.audit._events import write_event  # noqa: PLC0415 - see above

        write_event(event, said)
