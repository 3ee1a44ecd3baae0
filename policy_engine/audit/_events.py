"""What a service's own log is told of: the ends that were cut, and the streams that were changed.

The events go to the standard library's logger `policy_engine.audit` as one line of JSON each. Nothing is
printed unless the service sets logging up.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import orjson
import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOGGER: Final = "policy_engine.audit"

_stdlib = logging.getLogger(LOGGER)
_stdlib.addHandler(logging.NullHandler())


def _as_text(event: Mapping[str, Any], default: Callable[[Any], Any]) -> str:
    return orjson.dumps(event, default=default).decode()


_events: structlog.stdlib.BoundLogger = structlog.wrap_logger(
    _stdlib,
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(serializer=_as_text),
    ],
    wrapper_class=structlog.stdlib.BoundLogger,
    context_class=dict,
)


def tail_cut(stream: str, cut: Mapping[str, Any]) -> None:
    """Tell that the unfinished end of *stream* was cut off."""
    _events.warning("audit_tail_cut", stream=stream, **cut)


def stream_corrupt(stream: str, problem: str) -> None:
    """Tell that *stream* was changed since it was written, and is not appended to."""
    _events.error("audit_stream_corrupt", stream=stream, problem=problem)
