"""One text in its canonical form, with the proof that it means what it meant and says all that it said."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy_engine.formatting.comments import attach
from policy_engine.formatting.layout import laid_out
from policy_engine.formatting.order import kind_of, put_in_order
from policy_engine.formatting.tree import comments_of, tree_of
from policy_engine.loader import MOST_BYTES, read_document
from policy_engine.printable import quoted

if TYPE_CHECKING:
    from policy_engine.diagnostics import Diagnostic
    from policy_engine.loader import Document


@dataclass(frozen=True, slots=True)
class FormattedText:
    """The canonical form of a text; or, where it has none, the findings of reading it or another reason.

    `before` is the text as it was, with its line ends and without a byte order mark.
    """

    before: str
    after: bytes | None
    findings: tuple[Diagnostic, ...] = ()
    why_not: str | None = None


def format_text(raw: bytes, name: str) -> FormattedText:
    r"""Return the canonical form of the policy or catalog that *raw* holds; findings call it *name*.

    >>> format_text(b"effects: ['adverse']\nschema: catalog/v1 # words\n", "catalog.yaml").after
    b'schema: catalog/v1 # words\neffects: [adverse]\n'
    """
    document, findings = read_document(raw, name)
    if findings:
        return FormattedText(document.text, None, findings)
    kind = kind_of(document.data)
    if kind is None:
        why_not = "its `schema` is neither `policy/v1` nor `catalog/v1`: begin it with one of them, or move it away"
        return FormattedText(document.text, None, why_not=why_not)
    text = document.text.replace("\r\n", "\n").replace("\r", "\n")
    tree = tree_of(text)
    attach(tree)
    put_in_order(tree.root, kind)
    after = laid_out(tree).encode()
    if len(after) > MOST_BYTES:
        return FormattedText(document.text, None, why_not="formatted, it would be larger than 1 MiB: split it")
    lost = _lost(document, text, after)
    if lost is not None:
        why_not = f"a bug of policy-engine: formatted, {lost}; please report it with the file"
        return FormattedText(document.text, None, why_not=why_not)
    return FormattedText(document.text, after)


def _lost(document: Document, before: str, after: bytes) -> str | None:
    """Say what is not the same in *after*; None if it has the same values, of the same types, and all comments."""
    again, findings = read_document(after, document.file)
    if findings:
        return f"it would have a finding, {findings[0].code} {findings[0].message}"
    if _as_json(again.data) != _as_json(document.data):
        return "it would mean something else"
    missing = Counter(comments_of(before)) - Counter(comments_of(again.text))
    if missing:
        return f"the comment {quoted(next(iter(missing)))} would be lost"
    return None


def _as_json(data: Any) -> str:  # noqa: ANN401 - any YAML value
    """Return *data* as text that differs where values or their types do: 1, 1.0, "1" and true are four."""
    return json.dumps(data, sort_keys=True)
