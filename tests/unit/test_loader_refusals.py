"""What YAML offers and a policy may not use is a finding at its place, and nothing near it is one."""

from __future__ import annotations

import pytest

from policy_engine.loader import read_document

Place = tuple[str, int, int]


def places(text: str) -> list[Place]:
    """Return code, line and column of each finding about *text*."""
    _, findings = read_document(text.encode(), "policy.yaml")
    return [(found.code, found.span.line, found.span.column) for found in findings]


def messages(text: str) -> list[str]:
    _, findings = read_document(text.encode(), "policy.yaml")
    assert all(found.severity == "error" and found.file == "policy.yaml" and found.help for found in findings)
    return [found.message for found in findings]


UNUSED_FEATURES: list[tuple[str, list[Place], str]] = [
    ("a: *base\n", [("PE006", 1, 4)], "an alias, `*base`"),
    ("a:\n  - x\n  - *b\n", [("PE006", 3, 5)], "an alias, `*b`"),
    ("*a : 1\nb: 2\n", [("PE006", 1, 1)], "an alias, `*a`"),
    ("a: &base 1\n", [("PE006", 1, 4)], "an anchor, `&base`"),
    ("&k a: 1\n", [("PE006", 1, 1)], "an anchor, `&k`"),
    ("a: &m {b: 1}\n", [("PE006", 1, 4)], "an anchor, `&m`"),
    ("a: &l\n- 1\n", [("PE006", 1, 4)], "an anchor, `&l`"),
    ("a: &empty\n", [("PE006", 1, 4)], "an anchor, `&empty`"),
    ("a: !!str 1\n", [("PE006", 1, 4)], "a tag, `!!str`"),
    ("a: !!python/name:os.system x\n", [("PE006", 1, 4)], "a tag, `!!python/name:os.system`"),
    ("a: ! 1\n", [("PE006", 1, 4)], "a tag, `!`"),
    ('a: ! "1"\n', [("PE006", 1, 4)], "a tag, `!`"),
    ("a: !\n", [("PE006", 1, 4)], "a tag, `!`"),
    ("a: ! [1]\n", [("PE006", 1, 4)], "a tag, `!`"),
    ("a: !<x> 1\n", [("PE006", 1, 4)], "a tag, `x`"),
    ("! a: 1\n", [("PE006", 1, 1)], "a tag, `!`"),
    ("a: !e!x 1\n", [("PE006", 1, 4)], "`!` begins a tag"),
    ("a: !(x) 1\n", [("PE006", 1, 4)], "a tag, `!(x)`"),
    ("a: *\n", [("PE006", 1, 4)], "`*` begins an anchor or an alias"),
    ("a: **/x\n", [("PE006", 1, 4)], "`*` begins an anchor or an alias"),
    ("a: & b\n", [("PE006", 1, 4)], "`&` begins an anchor or an alias"),
    ("<<: {a: 1}\n", [("PE006", 1, 1)], "a merge key, `<<`"),
    ("a: 1\nb:\n  <<: *a\n  c: 2\n", [("PE006", 3, 3)], "a merge key, `<<`"),
    ("a: 1\n---\nb: 2\n", [("PE006", 2, 1)], "a second document"),
    ("a: 1\n...\n---\nb: 2\n", [("PE006", 3, 1)], "a second document"),
    ("# first\n---\na: 1\n--- {b: 2}\n", [("PE006", 4, 1)], "a second document"),
    ("? [a, [b]]\n: {c: d}\ne: 1\n", [("PE006", 1, 3)], "a key made of a list or a mapping"),
    ("{[a]: b}: c\nd: 1\n", [("PE006", 1, 1)], "a key made of a list or a mapping"),
    ("a: {{b: 1}: c}\n", [("PE006", 1, 5)], "a key made of a list or a mapping"),
    ("%YAML 1.2\n---\na: 1\n", [("PE006", 1, 1)], "a directive"),
    ("# x\n%TAG !e! tag:example.org,2026:\n---\na: 1\n", [("PE006", 2, 1)], "a directive"),
    ("%YAML 3.0\n---\na: 1\n", [("PE006", 1, 1)], "a directive"),
    ("%FOO bar\n---\na: 1\n", [("PE006", 1, 1)], "a directive"),
    ("%YAML 1.1\n%YAML 1.1\n---\na: 1\n", [("PE006", 2, 1)], "a directive"),
]


@pytest.mark.parametrize(("text", "expected", "message"), UNUSED_FEATURES)
def test_a_feature_that_policies_do_not_use_is_found_where_it_stands(
    text: str, expected: list[Place], message: str
) -> None:
    assert places(text) == expected
    assert messages(text)[0].startswith(message)


def test_an_anchor_and_a_tag_on_one_value_are_two_findings() -> None:
    text = "a: &x !!int 1\n"
    assert places(text) == [("PE006", 1, 4), ("PE006", 1, 4)]
    assert [message.split(",")[0] for message in messages(text)] == ["a tag", "an anchor"]


NEAR_MISSES = [
    "a: '*b'\n",
    "a: b*c & d ! e\n",
    'a: "&x"\n',
    "a: x # &anchor *alias !tag\n",
    "a&b: 1\n",
    '"<<": 1\n',
    "'<<': {a: 1}\n",
    "a: <<\n",
    "---\na: 1\n",
    "--- # comment\na: 1\n...\n",
    "a: '%YAML'\n",
    "a: x%\n",
    'a: |\n  ---\n  &x *y !z\n  "quoted"\n',
    "? a\n: 1\n",
    "a: {b: 1, c}\n",
    "a: [b: 1]\n",
]


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_what_only_looks_like_such_a_feature_is_read(text: str) -> None:
    document, findings = read_document(text.encode(), "policy.yaml")
    assert findings == ()
    assert isinstance(document.data, dict)


@pytest.mark.parametrize(
    ("text", "expected", "message"),
    [
        ("a: 1\na: 2\n", [("PE007", 2, 1)], "`a` stands twice in this mapping, first at line 1"),
        ('a: 1\nb: 2\n"a": 3\n', [("PE007", 3, 1)], "`a` stands twice in this mapping, first at line 1"),
        ("x:\n  a: {y: 1}\n  b: [1]\n  b: 2\n", [("PE007", 4, 3)], "`b` stands twice in this mapping, first at line 3"),
        ("x: {a: 1, b: 2, a: 3}\n", [("PE007", 1, 17)], "`a` stands twice in this mapping, first at line 1"),
        ("a: 1\r\nb: 1\r\na: 2\r\n", [("PE007", 3, 1)], "`a` stands twice in this mapping, first at line 1"),
        ('"\\x41": 1\nA: 2\n', [("PE007", 2, 1)], "`A` stands twice in this mapping, first at line 1"),
    ],
)
def test_a_duplicate_key_is_found_at_the_second_with_the_line_of_the_first(
    text: str, expected: list[Place], message: str
) -> None:
    assert places(text) == expected
    assert messages(text) == [message]


@pytest.mark.parametrize("text", ["a: {b: 1}\nc: {b: 2}\n", "a: 1\nA: 2\n", "a: 1\nb: {a: 2}\n", '"a ": 1\na: 2\n'])
def test_one_key_in_two_mappings_or_two_keys_are_no_duplicates(text: str) -> None:
    assert places(text) == []


def test_the_first_of_two_values_stands_and_the_places_after_them_are_right() -> None:
    document, _ = read_document(b"a: 1\na: {x: [1, 2]}\nb: 2\n", "policy.yaml")
    assert document.data == {"a": 1, "b": 2}
    assert document.key_span(("b",)).line == 3


@pytest.mark.parametrize(
    ("key", "read_as"),
    [
        ("1", "a number"),
        ("0.5", "a number"),
        ("0x1F", "a number"),
        (".inf", "a number"),
        ("1e999", "a number"),
        ("true", "true or false"),
        ("FALSE", "true or false"),
        ("null", "nothing"),
        ("~", "nothing"),
    ],
)
def test_a_key_that_does_not_read_as_text_is_to_be_quoted(key: str, read_as: str) -> None:
    document, (finding,) = read_document(f"a:\n  {key}: x\n".encode(), "policy.yaml")
    assert (finding.code, finding.span.line, finding.span.column) == ("PE008", 2, 3)
    assert finding.message == f"the key `{key}` reads as {read_as}, and keys are text"
    assert finding.help == f'put it in quotes: `"{key}"`'
    assert document.data == {"a": {key: "x"}}


@pytest.mark.parametrize(
    "key", ['"1"', "'true'", '"null"', "NO", "yes", "on", "1_000", "2026-07-01", "it's", "v1", "="]
)
def test_a_key_that_reads_as_text_needs_no_quotes(key: str) -> None:
    assert places(f"{key}: x\n") == []


@pytest.mark.parametrize(
    ("text", "number", "column"), [("{a: 0,5}", "0.5", 7), ("{a: 1, b: -12,50, c: x}", "-12.50", 15)]
)
def test_a_comma_in_a_decimal_is_told_as_one(text: str, number: str, column: int) -> None:
    (found,) = read_document(f"{text}\n".encode(), "policy.yaml")[1]
    assert (found.code, found.span.column) == ("PE008", column)
    assert found.message == f"after the comma in `{number.replace('.', ',')}` another key begins"
    assert found.help == f"did you mean `{number}`? decimals have a point"


@pytest.mark.parametrize("text", ["{a: 0, 5}", "{a: x,5}", "{5: 1}", "{a: 0.5,5}", "{a: 0,true}", "{a: [0],5}", "5: 1"])
def test_another_key_that_is_no_text_is_told_as_such(text: str) -> None:
    assert [" reads as " in one for one in messages(f"{text}\n")] == [True]


@pytest.mark.parametrize(("text", "column"), [("? \n: 1\n", 2), ("{? : 1}\n", 4)])
def test_a_missing_key_is_said_to_be_missing(text: str, column: int) -> None:
    assert places(text) == [("PE008", 1, column)]
    assert messages(text) == ["a key is missing before this `:`"]


def test_a_key_that_is_no_text_is_dropped_where_it_stands_already() -> None:
    document, findings = read_document(b'"1": a\n1: b\n2: c\n', "policy.yaml")
    assert [found.code for found in findings] == ["PE008", "PE008"]
    assert document.data == {"1": "a", "2": "c"}


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "--- # x\n...\n", "\ufeff", "  \n  "])
def test_a_file_without_anything_is_a_finding(text: str) -> None:
    assert places(text) == [("PE010", 1, 1)]
    assert messages(text) == ["nothing is written in this file"]


@pytest.mark.parametrize(
    ("text", "line", "column", "kind"),
    [
        ("# x\n- a\n", 2, 1, "a list"),
        ("  [a]\n", 1, 3, "a list"),
        ("text\n", 1, 1, "text"),
        ('""\n', 1, 1, "text"),
        ("12\n", 1, 1, "a number"),
        ("0.5\n", 1, 1, "a number"),
        ("true\n", 1, 1, "true or false"),
        ("null\n", 1, 1, "nothing"),
    ],
)
def test_a_top_level_that_is_no_mapping_is_a_finding(text: str, line: int, column: int, kind: str) -> None:
    assert places(text) == [("PE010", line, column)]
    assert messages(text) == [f"the file holds {kind}, not a mapping"]


def test_one_reading_gathers_findings_of_every_kind() -> None:
    text = "a: &x 1\na: 2\n1: 3\nb: .nan\nc: *x\n<<: 4\n? [d]\n: 5\ne: !t 6\n---\nf: 7\n"
    assert places(text) == [
        ("PE006", 1, 4),
        ("PE007", 2, 1),
        ("PE008", 3, 1),
        ("PE009", 4, 4),
        ("PE006", 5, 4),
        ("PE006", 6, 1),
        ("PE006", 7, 3),
        ("PE006", 9, 4),
        ("PE006", 10, 1),
    ]


def test_what_is_refused_leaves_the_rest_readable() -> None:
    text = "a: &x 1\nb: *x\n<<: {z: 1}\n? {y: 1}\n: [2]\nc: [1, *x, .inf]\nd: !t {e: 3}\n"
    document, _ = read_document(text.encode(), "policy.yaml")
    assert document.data == {"a": 1, "b": None, "c": [1, None, None], "d": {"e": 3}}
    assert document.value_span(("d", "e")).line == 7
    assert document.value_span(("d", "e")).column == 11


def test_many_findings_of_a_kind_are_counted_after_the_twentieth() -> None:
    text = "a: 1\n" * 33 + "b: .nan\n"
    _, findings = read_document(text.encode(), "policy.yaml")
    assert [found.code for found in findings] == ["PE007"] * 21 + ["PE009"]
    assert "12 more findings of this kind follow" in {found.message for found in findings}


def test_exactly_twenty_findings_of_a_kind_are_all_told() -> None:
    assert places("a: 1\n" * 21) == [("PE007", line, 1) for line in range(2, 22)]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("k" * 60, "k" * 60),
        ("k" * 61, "k" * 59 + "…"),
        ("a`b", "a'b"),
        ('"\\e[2Jx\\n"', r"\x1b[2Jx\n"),
        ('"\\u202ex"', r"\u202ex"),
    ],
)
def test_the_readers_words_are_cut_and_cannot_command_a_terminal(key: str, shown: str) -> None:
    (message,) = messages(f"{key}: 1\n{key}: 2\n")
    assert message.startswith(f"`{shown}` stands twice")


@pytest.mark.parametrize(
    ("text", "help_text"),
    [
        ("a: 1\na: 1\n", "delete one of the two: they say the same"),
        ("a: x\nb: y\na: 'x'\n", "delete one of the two: they say the same"),
        ("b: y\na: x\na: no\n", "keep one of the two: `x` at line 2, or `no` here"),
        ("a: 1\na: true\n", "keep one of the two: `1` at line 1, or `true` here"),
        ("a: 1\na: 1.5\na: ''\n", 'keep one of the two: `1` at line 1, or `""` here'),
        ("a: .5\na:\n", "keep one of the two: `0.5` at line 1, or `null` here"),
        ("a: 1\na: .inf\n", "keep one of the two: `1` at line 1, or `.inf` here"),
        ("a: 1\na: '1'\n", "keep one of the two"),
        ("a: 1\na: [1]\n", "keep one of the two"),
        ("a: {b: 1}\na: 1\n", "keep one of the two"),
        (f"a: {'x' * 70}\na: y\n", f"keep one of the two: `{'x' * 59}…` at line 1, or `y` here"),
    ],
)
def test_both_values_of_a_key_that_stands_twice_are_shown_where_they_differ(text: str, help_text: str) -> None:
    _, found = read_document(text.encode(), "policy.yaml")
    assert found[-1].help == help_text


def test_a_long_key_that_is_no_text_is_not_repeated_in_full() -> None:
    _, (finding,) = read_document(f"{'1' * 300}: x\n".encode(), "policy.yaml")
    assert max(len(finding.message), len(finding.help)) < 120


def test_nothing_in_a_file_is_ever_constructed() -> None:
    text = "a: !!python/object/apply:os.abort []\nb: !!timestamp 2026-07-01\nc: !!binary aGk=\n"
    document, findings = read_document(text.encode(), "policy.yaml")
    assert len(findings) == 3
    assert document.data == {"a": [], "b": "2026-07-01", "c": "aGk="}
