"""Whatever a policy's layout was: formatted, it means the same, says the same, and stays as it is."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from policy_engine.formatting import format_text
from policy_engine.loader import read_document
from tests.support.odd_layouts import OddLayout
from tests.support.strategies import policy_sets

if TYPE_CHECKING:
    from tests.support.strategies import PolicySet

RANDOMS = st.builds(Random, st.integers(0, 2**32 - 1))
TEXTS = st.one_of(
    st.sampled_from(["no", "NO", "y", "010", "1_000", "2026-01-01", "12:30", "a, b", "a: b", "a #b", "- a", "", " a"]),
    st.sampled_from(
        ["null", "~", "1.0", "0x1F", ".inf", "<<", "=", "a:", "'", '"', "{a", "a]", "\n", "a\n\nb\n", "? a"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.text(" abc", min_size=100, max_size=140),
)


def attributes() -> st.SearchStrategy[Any]:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS)
    return st.recursive(
        leaves, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TEXTS, inside, max_size=4)
    )


def assert_formats(text: str, document: dict[str, Any], comments: list[str]) -> None:
    formatted = format_text(text.encode(), "policy.yaml")
    assert formatted.after is not None, (formatted.why_not, formatted.findings, text)
    after = formatted.after.decode()

    read, findings = read_document(formatted.after, "policy.yaml")
    assert not findings
    assert json.dumps(read.data, sort_keys=True) == json.dumps(document, sort_keys=True)

    for comment in comments:
        assert after.count(comment) == 1, comment

    again = format_text(formatted.after, "policy.yaml").after
    assert again is not None
    assert again.decode() == after


@given(policy_sets(), RANDOMS)
def test_what_is_drawn_is_formatted_without_loss(drawn: PolicySet, random: Random) -> None:
    for document in (drawn.catalog_document, *drawn.policy_documents):
        odd = OddLayout(random)
        assert_formats(odd.text(document), document, odd.comments)


@given(attributes(), RANDOMS)
def test_values_of_the_authors_own_are_formatted_without_loss(value: Any, random: Random) -> None:  # noqa: ANN401
    document = {"schema": "policy/v1", "bands": [{"name": "a", "attributes": {"of one's own": value}}]}
    odd = OddLayout(random)
    assert_formats(odd.text(document), document, odd.comments)
