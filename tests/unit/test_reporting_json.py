"""What is written as JSON is JSON, whatever texts it has."""

from __future__ import annotations

import json

import pytest

from policy_engine.reporting.as_json import as_json


@pytest.mark.parametrize("indent", [True, False])
def test_half_of_a_surrogate_pair_has_an_escape(indent: bool) -> None:  # noqa: FBT001 - a parameter of pytest's
    value = {"caf\udce9": ["\ud800", 0.1, None, True], "n": 3}
    text = as_json(value, indent=indent)
    assert text.isascii()
    assert text.endswith(b"}\n")
    assert text.count(b"\n") == (9 if indent else 1)
    assert json.loads(text) == value


def test_what_is_no_json_value_is_refused() -> None:
    with pytest.raises(TypeError, match="set is no JSON value"):
        as_json({"a": {1}})
