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

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")]
"""Free text for people. It may not be empty: an empty reason is no reason."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
"""A reason code."""

Destination = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.:/@-]{0,127}$")]
"""Who gets an escalated case, such as `queue:fraud-l1` or `role:dermatologist`."""
