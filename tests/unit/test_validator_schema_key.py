"""The key `schema`: missing, misspelt, not the first, unknown."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, after_in_catalog

IN_A_POLICY: dict[str, tuple[list[Edit], list[str]]] = {
    "no schema": (
        [("schema: policy/v1\n", "")],
        [
            "1:1: PE105 `schema` is missing / write `schema: policy/v1` as the first line",
        ],
    ),
    "a misspelt schema": (
        [("schema: policy/v1", "shema: policy/v1")],
        [
            "1:1: PE105 `schema` is missing / write `schema` instead of `shema`",
        ],
    ),
    "a schema that is not first": (
        [("schema: policy/v1\nuse_case: card-fraud", "use_case: card-fraud\nschema: policy/v1")],
        [
            (
                "2:1: PE105 `schema` is not the first key: `use_case` stands before it / move `schema: "
                "policy/v1` to the top"
            ),
        ],
    ),
    "an unknown version": (
        [("schema: policy/v1", "schema: policy/v2")],
        [
            "1:9: PE105 `schema` is `policy/v2`, which is no kind of file / did you mean `policy/v1`?",
        ],
    ),
    "a schema that is a number": (
        [("schema: policy/v1", "schema: 1")],
        [
            "1:9: PE105 `schema` is the number 1, which is no kind of file / known here: `catalog/v1`, `policy/v1`",
        ],
    ),
    "a schema of nothing known": (
        [("schema: policy/v1", "schema: kubernetes")],
        [
            "1:9: PE105 `schema` is `kubernetes`, which is no kind of file / known here: `catalog/v1`, `policy/v1`",
        ],
    ),
}

IN_A_CATALOG: dict[str, tuple[list[Edit], list[str]]] = {
    "no schema in a catalog": (
        [("schema: catalog/v1\n", "")],
        [
            "catalog.yaml:1:1: PE105 `schema` is missing / write `schema: catalog/v1` as the first line",
        ],
    ),
}


@pytest.mark.parametrize("case", IN_A_POLICY)
def test_the_key_schema_is_the_first_and_says_what_the_file_is(case: str) -> None:
    edits, told = IN_A_POLICY[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", IN_A_CATALOG)
def test_so_it_is_in_a_catalog(case: str) -> None:
    edits, told = IN_A_CATALOG[case]
    assert after_in_catalog(*edits) == told
