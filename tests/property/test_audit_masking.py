"""Of what is dropped or under a pseudonym, not four characters in a row are anywhere in the log."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from hypothesis import given
from hypothesis import strategies as st

from policy_engine import AuditLog, Engine
from policy_engine.audit import read_records
from tests.support.evaluators import compiled
from tests.support.plain import catalog_with, policy_with

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTERS: Final = "QXZJKVW#§Ωж漢😀"
"""Four of them in a row are in no word that a record has of itself, and in no hexadecimal number."""
WINDOW: Final = 4

PERSONAL = st.text(LETTERS, min_size=WINDOW, max_size=40)
VALUES = st.recursive(
    PERSONAL, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PERSONAL, inner, max_size=3), max_leaves=8
)
KEPT = st.sampled_from(["kept", 5, None, ["kept"], {"a": "kept"}])
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "kept": KEPT,
        "card": VALUES,
        "gone": VALUES,
        "unnamed": VALUES,
        "device": VALUES
        | st.fixed_dictionaries({}, optional={"id": VALUES, "os": KEPT, "unnamed": VALUES})
        | st.lists(VALUES | st.fixed_dictionaries({"id": VALUES, "os": KEPT}), max_size=3),
    },
)
AUDIT = {
    "subject": "hmac",
    "context": {"kept": "keep", "card": "hmac", "gone": "drop", "device.id": "hmac", "device.os": "keep"},
    "dimensions": {"postcode": "drop", "branch": "hmac"},
}
CATALOG = catalog_with(dimensions={"postcode": ["10115"], "branch": ["b"]}, audit=AUDIT)
TABLE = compiled(CATALOG, [policy_with()])


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield every text in a value, the keys of mappings too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield key
            yield from _texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _texts(inside)


def _windows(text: str) -> set[str]:
    return {text[at : at + WINDOW] for at in range(len(text) - WINDOW + 1)}


@given(
    subject=PERSONAL,
    context=CONTEXTS,
    # A value that nobody declared is recorded as it was given
    postcode=VALUES,
    branch=PERSONAL,
    extra=st.dictionaries(PERSONAL, VALUES, max_size=3),
)
def test_nothing_personal_is_in_the_bytes_of_a_log(
    subject: str, context: dict[str, Any], postcode: object, branch: str, extra: dict[str, Any]
) -> None:
    request = {
        "use_case": "card-fraud",
        "score": 0.7,
        "subject": subject,
        "context": {**context, **extra},
        "postcode": postcode,
        "branch": branch,
    }
    with TemporaryDirectory() as folder:
        with Engine(TABLE, audit=AuditLog(folder, mask_key=bytes(range(32)))) as engine:
            engine.decide_request(request)
        written = b"".join(path.read_bytes() for path in Path(folder).rglob("*.log")).decode()
        records = [one.payload for one in read_records(folder)]
    told = written + "".join(_texts(records[-1]))
    personal = {one for text in _texts([subject, context, postcode, branch, extra]) for one in _windows(text)}
    known = {one for text in _texts(["unnamed", "device", "card", "gone", "kept"]) for one in _windows(text)}
    assert [one for one in personal - known if one in told or json.dumps(one)[1:-1] in told] == []
