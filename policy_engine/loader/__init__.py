"""From bytes to documents: plain data, with a line and a column for every key."""

from policy_engine.loader._bytes import MOST_BYTES, UnreadableError
from policy_engine.loader._catalog import CATALOG, catalog_for
from policy_engine.loader._comments import MarkedComment, marked_comments
from policy_engine.loader._events import events_of
from policy_engine.loader._evidence import Evidence
from policy_engine.loader._files import (
    Loaded,
    NamedFile,
    read_catalog_for,
    read_documents,
    read_file,
    read_named_files,
)
from policy_engine.loader._findings import CANNOT_READ, READING_RULES
from policy_engine.loader._folder import is_yaml
from policy_engine.loader._read import read_document
from policy_engine.loader._scalars import meaning
from policy_engine.loader.document import Document

__all__ = [
    "CANNOT_READ",
    "CATALOG",
    "MOST_BYTES",
    "READING_RULES",
    "Document",
    "Evidence",
    "Loaded",
    "MarkedComment",
    "NamedFile",
    "UnreadableError",
    "catalog_for",
    "events_of",
    "is_yaml",
    "marked_comments",
    "meaning",
    "read_catalog_for",
    "read_document",
    "read_documents",
    "read_file",
    "read_named_files",
]
