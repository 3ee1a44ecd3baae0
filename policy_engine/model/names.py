"""How names may look. A name is what logs, messages and code say, so it is short, visible and stable."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]
"""A band, override, use case, path or test: a letter, then up to 63 letters, digits, `_`, `.` or `-`."""

DimensionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A dimension: lower case, so that it can be a keyword argument of `decide`."""

Value = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,198}[^\s\x00-\x1f\x7f])?$")]
"""A value of a dimension: up to 200 visible characters, without white space at either end."""

FieldPath = Annotated[
    str, StringConstraints(pattern=r"^[^\s.\x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,198}[^\s.\x00-\x1f\x7f])?$")
]
"""A key, or keys within each other with dots between them, such as `device.fingerprint`: up to 200 visible characters,
neither white space nor a dot at either end."""

_SEEN = (
    r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""A character that somebody sees: no white space, no control, and nothing that Unicode lets a font leave out."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=_SEEN)]
"""Free text for people. It may not be empty, nor look so: an empty reason is no reason."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
"""A reason code."""

Destination = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.:/@-]{0,127}$")]
"""Who gets an escalated case, such as `queue:fraud-l1` or `role:dermatologist`."""
