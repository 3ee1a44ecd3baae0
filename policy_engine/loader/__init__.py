"""From bytes to documents: plain data, with a line and a column for every key."""

from policy_engine.loader._catalog import catalog_for
from policy_engine.loader._comments import MarkedComment, marked_comments
from policy_engine.loader._evidence import Evidence
from policy_engine.loader._files import Loaded, read_documents
from policy_engine.loader._findings import READING_RULES
from policy_engine.loader._read import read_document
from policy_engine.loader.document import Document

__all__ = [
    "READING_RULES",
    "Document",
    "Evidence",
    "Loaded",
    "MarkedComment",
    "catalog_for",
    "marked_comments",
    "read_document",
    "read_documents",
]
