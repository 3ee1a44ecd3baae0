"""What pydantic complains of, with everything that is needed to say it in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from policy_engine.validator._shape import Path, Place, place_of, shape_of
from policy_engine.validator._wording import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from policy_engine.loader import Document


class Told(NamedTuple):
    """A complaint in the reader's words, still with a place in the data."""

    code: str
    message: str
    help: str
    path: Path
    at: Literal["key", "value"] = "value"


@dataclass(frozen=True)
class Complaint:
    """One complaint: its type, its place, and the value that stands there."""

    document: Document
    model: type[BaseModel]
    type: str
    message: str
    context: Mapping[str, Any]
    value: Any
    place: Place

    @property
    def path(self) -> Path:
        """Where in the data it is."""
        return self.place.path

    @property
    def data(self) -> Any:  # noqa: ANN401 - anything may stand in a file
        """The whole document."""
        return self.document.data

    @property
    def is_needed(self) -> bool:
        """Whether the key may not be left out. A policy without `scores` needs `score`, and its `on_invalid`."""
        of_score = self.path in (("score",), ("on_invalid",)) and "scores" not in self.data
        return self.key in self.place.owner.required or of_score

    @property
    def key(self) -> str:
        """The last key on the way to the place."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")

    @property
    def name(self) -> str:
        """What the author calls the thing."""
        return name_of(self.path, self.data)

    @cached_property
    def text(self) -> str | None:
        """The value as it stands in the file, where it stands on one line."""
        span = self.document.value_span(self.path)
        lines = self.document.text.split("\n")
        if span.line != span.end_line or span.line > len(lines):
            return None
        return lines[span.line - 1][span.column - 1 : span.end_column - 1] or None


def complaint(document: Document, model: type[BaseModel], error: ErrorDetails) -> Complaint:
    """Return an error of pydantic's as a complaint about *document*, which is to be one of *model*."""
    return Complaint(
        document,
        model,
        type=error["type"],
        message=error["msg"],
        context=error.get("ctx", {}),
        value=error["input"],
        place=place_of(shape_of(model), error["loc"], may_be_key=error["type"] != "extra_forbidden"),
    )
