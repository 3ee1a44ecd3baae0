"""Where PyYAML has no libyaml, its own parser is read in the same way."""

from __future__ import annotations

import pytest
import yaml

from policy_engine.loader import read_document

TEXTS = [
    "a: 1\nb: [1, {c: d}]\ne: |\n  f\n\n  g\nh:\ni: 'j'\n",
    "a:\n- b\n-\n- - c\n  - d\n",
    "a: [\n  1,\n  {b: c},\n]\n",
    "\ufeffa: NO\r\nb: 010\r\nc: Zürich\r\n",
    "",
    "- a\n",
    "a: &x 1\nb: *x\n<<: {c: 1}\n? [d]\n: e\nf: !t g\nh: ! i\nj: ! 'k'\nl: !\n",
    "a: 1\na: 2\n1: 3\nb: .nan\n",
    "a: 1\n---\nb: 2\n",
    "%YAML 1.2\n---\na: 1\n",
    "a: \u202e1\nb: \x07\n",
    "[" * 100,
    "? " + "[" * 100,
    "a: b: c\n",
    "a:\n\t- b\n",
    "a: 1\nfoo\nb: 2\n",
    "a: 'b\n",
    "a: [1, 2\nb: 3\n",
    "a: {b: 1\n",
    "a:\n  - b\n c: d\n",
    "a: @b\n",
    "a: *\n",
    "a: !e!x 1\n",
    'a: "\\q"\n',
    'a: "\\x1"\n',
    'a: "\\uD800"\n',
    'a: "\\UFFFFFFFF"\n',
]


@pytest.fixture
def without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    monkeypatch.delattr(yaml, "CSafeLoader")


@pytest.mark.usefixtures("without_libyaml")
@pytest.mark.parametrize("text", TEXTS)
def test_the_plain_parser_reads_without_libyaml(text: str) -> None:
    document, findings = read_document(text.encode(), "x.yaml")
    assert (document.data is None) <= bool(findings)


@pytest.mark.parametrize("text", TEXTS)
def test_both_parsers_give_the_same_data_places_and_codes(text: str, request: pytest.FixtureRequest) -> None:
    with_libyaml, found_with = read_document(text.encode(), "x.yaml")
    request.getfixturevalue("without_libyaml")
    without, found_without = read_document(text.encode(), "x.yaml")
    assert without == with_libyaml
    assert [found.code for found in found_without] == [found.code for found in found_with]
    assert {found.span.line for found in found_without} == {found.span.line for found in found_with}
    for path in [(), ("a",), ("a", 0), ("a", 1), ("b",), ("b", 1, "c"), ("e",), ("h",)]:
        assert without.key_span(path) == with_libyaml.key_span(path)
        assert without.value_span(path) == with_libyaml.value_span(path)
