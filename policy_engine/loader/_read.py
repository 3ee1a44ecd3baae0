"""From bytes to a document, with all that is wrong with them."""

from __future__ import annotations

from array import array
from hashlib import sha256
from typing import TYPE_CHECKING

import yaml

from policy_engine.loader._bytes import MOST_BYTES
from policy_engine.loader._findings import TOO_MUCH, Findings
from policy_engine.loader._fold import Fold, StopReadingError
from policy_engine.loader._lines import Lines
from policy_engine.loader._places import Places
from policy_engine.loader._syntax import find_syntax_error
from policy_engine.loader._text import decode, find_not_utf8, without_hidden, zero_byte
from policy_engine.loader.document import Document

if TYPE_CHECKING:
    from policy_engine.diagnostics import Diagnostic


def read_document(raw: bytes, file: str) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Return the document that *raw* holds, and the findings about it.

    *file* is the name that findings give. Whatever the bytes are, there is a document: `data` is None where
    there is a finding that made reading on pointless.
    """
    if len(raw) > MOST_BYTES:
        findings = Findings(file, Lines(""))
        findings.add(TOO_MUCH, 0, 0, "the file is larger than 1 MiB", "split it: one policy a file")
        return _document(raw, file, ""), findings.in_order()
    at, text = _decoded(raw)
    findings = Findings(file, Lines(text))
    if at >= 0:
        find_not_utf8(raw, at, findings)
        return _document(raw, file, text), findings.in_order()
    document = _folded(raw, file, text, findings)
    return document, findings.in_order()


def _decoded(raw: bytes) -> tuple[int, str]:
    """Return the byte that is no text, or -1, and the text as well as it can be shown."""
    try:
        text = decode(raw)
    except UnicodeDecodeError as error:
        return error.start, decode(raw, "replace")
    return zero_byte(raw), text


def _folded(raw: bytes, file: str, text: str, findings: Findings) -> Document:
    try:
        fold = Fold(without_hidden(raw, text, findings), findings)
        data = fold.read()
    except StopReadingError:
        return _document(raw, file, text)
    except yaml.YAMLError as error:
        find_syntax_error(error, text, findings)
        return _document(raw, file, text)
    places = Places(text, array("I", fold.offsets))
    return Document(file=file, text=text, sha256=sha256(raw).hexdigest(), data=data, places=places)


def _document(raw: bytes, file: str, text: str) -> Document:
    return Document(file=file, text=text, sha256=sha256(raw).hexdigest(), data=None)
