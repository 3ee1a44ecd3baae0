"""An edit of a policy in any layout changes its values and names its evidence; taken back, it leaves what was there."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from policy_engine.formatting.tree import comments_of
from policy_engine.loader import read_document
from policy_engine.tuning.editing import edited
from tests.support.odd_layouts import OddLayout
from tests.support.strategies import policy_sets

if TYPE_CHECKING:
    from policy_engine.loader import Document
    from tests.support.strategies import PolicySet

RANDOMS = st.builds(Random, st.integers(0, 2**32 - 1))
NAME = "evidence/card-fraud-v8.json"


def _paths(data: dict[str, Any]) -> list[tuple[str | int, ...]]:
    """Return the places of all thresholds that are numbers."""
    found: list[tuple[str | int, ...]] = [
        ("bands", i, "at_least") for i, band in enumerate(data["bands"]) if band.get("at_least") is not None
    ]
    found += [
        ("scores", name, "thresholds", band)
        for name, one in data.get("scores", {}).items()
        for band in one["thresholds"]
    ]
    for i, one in enumerate(data.get("overrides", ())):
        numbers = {band: value for band, value in one.get("thresholds", {}).items() if not isinstance(value, str)}
        found += [("overrides", i, "thresholds", band) for band in numbers]
    return found


def _span(document: Document, path: tuple[str | int, ...]) -> tuple[int, int]:
    found = document.value_range(path)
    assert found is not None
    start, end = found
    return start, start + len(document.text[start:end].rstrip())


def _taken_back(before: Document, after: Document, paths: list[tuple[str | int, ...]]) -> str:
    """Return the text of *after* with the values of *before* at some places."""
    text = after.text
    for path in sorted(paths, key=lambda one: _span(after, one), reverse=True):
        (start, end), (old, until) = _span(after, path), _span(before, path)
        text = text[:start] + before.text[old:until] + text[end:]
    return text


@given(policy_sets(), RANDOMS, st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_an_edit_in_any_layout_can_be_taken_back_to_the_byte(
    drawn: PolicySet,
    random: Random,
    number: float,
    has_evidence: bool,  # noqa: FBT001 - a case
) -> None:
    for data in drawn.policy_documents:
        data = {**data, **({"evidence": "some where/else.json"} if has_evidence else {})}  # noqa: PLW2901
        raw = OddLayout(random).text(data).encode()
        before, findings = read_document(raw, "policy.yaml")
        assert findings == ()
        path = random.choice(_paths(data))
        raw_after, after = edited(before, raw, {path: number, ("version",): 8}, NAME)
        assert comments_of(after.text) == comments_of(before.text)
        assert raw_after[:3] == raw[:3] or not raw.startswith(b"\xef\xbb\xbf")
        paths = [path, ("version",), *([("evidence",)] if has_evidence else [])]
        text = _taken_back(before, after, paths)
        if has_evidence:
            assert text == before.text
            continue
        # What is left of the edit is one piece, the evidence
        begin = next((i for i, char in enumerate(before.text) if text[i] != char), len(before.text))
        end = begin + len(text) - len(before.text)
        assert text[:begin] + text[end:] == before.text
        assert f"evidence: {NAME}" in text[begin - len("evidence: ") : end + len(NAME)]
