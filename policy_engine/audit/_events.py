"""What a service's own log is told of: streams that were cut or changed, records that were lost or could not be masked.

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

    from policy_engine.audit.telling import Event

LOGGER: Final = "policy_engine.audit"
_LEVELS: Final[dict[Event, int]] = {"audit_tail_cut": logging.WARNING, "audit_gap_not_written": logging.CRITICAL}
"""Those of events that are no errors."""

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


def write_event(event: Event, said: Mapping[str, Any]) -> None:
    """Write what happened, with what belongs to it, at the level that it has."""
    _events.log(_LEVELS.get(event, logging.ERROR), event, **said)
