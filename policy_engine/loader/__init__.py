"""From bytes to documents: plain data, with a line and a column for every key."""

from policy_engine.loader._bytes import MOST_BYTES
from policy_engine.loader._catalog import catalog_for
from policy_engine.loader._comments import MarkedComment, marked_comments
from policy_engine.loader._events import events_of
from policy_engine.loader._evidence import Evidence
from policy_engine.loader._files import Loaded, NamedFile, read_documents, read_named_files
from policy_engine.loader._findings import READING_RULES
from policy_engine.loader._read import read_document
from policy_engine.loader._scalars import meaning
from policy_engine.loader.document import Document

__all__ = [
    "MOST_BYTES",
    "READING_RULES",
    "Document",
    "Evidence",
    "Loaded",
    "MarkedComment",
    "NamedFile",
    "catalog_for",
    "events_of",
    "marked_comments",
    "meaning",
    "read_document",
    "read_documents",
    "read_named_files",
]
