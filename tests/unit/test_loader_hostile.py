"""A hostile file is refused soon: no crash, no hang, no exception, and no words without end."""

from __future__ import annotations

import pytest

from policy_engine.loader import read_document

MIB = 1024 * 1024


def filled(piece: str, start: str = "") -> str:
    """Return *start* and as many of *piece* as a large file holds."""
    return start + piece * (MIB // 4 // len(piece))


TOO_DEEP = {
    "lists in brackets": "[" * 200_000,
    "mappings in braces": "a: " + "{" * 200_000,
    "values of mappings in braces": filled("{a: "),
    "keys of mappings in braces": filled("{? "),
    "lists in a key": "? " + "[" * 200_000,
    "lists in a key in braces": "{" + "[" * 200_000 + ": 1}",
    "items of items": filled("- "),
    "keys of keys": filled("? "),
    "mappings by indentation": "".join(f"{' ' * level}a:\n" for level in range(1_400)),
    "lists by indentation": "".join(f"{' ' * level}-\n" for level in range(1_400)),
    "lists on lines of their own": filled("[\n"),
    "under a merge key": "<<: " + "[" * 200_000,
    "under a duplicate key": "a: 1\na: " + "[" * 200_000,
    "under an alias as a key": "*a : " + "[" * 200_000,
}


@pytest.mark.parametrize("text", TOO_DEEP.values(), ids=TOO_DEEP.keys())
def test_deep_nesting_ends_the_reading(text: str) -> None:
    document, findings = read_document(text.encode(), "x.yaml")
    assert "PE002" in {found.code for found in findings}
    assert any(found.message == "lists and mappings nest deeper than 64 levels" for found in findings)
    assert document.data is None


@pytest.mark.parametrize(("levels", "codes"), [(63, []), (64, ["PE002"])])
def test_sixty_four_levels_are_enough(levels: int, codes: list[str]) -> None:
    text = "a: " + "[" * levels + "]" * levels
    document, findings = read_document(text.encode(), "x.yaml")
    assert [found.code for found in findings] == codes
    assert (document.data is None) is bool(codes)


def test_the_level_too_deep_is_pointed_at() -> None:
    _, (finding,) = read_document(("a:\n  " + "[" * 64).encode(), "x.yaml")
    assert (finding.span.line, finding.span.column) == (2, 66)


@pytest.mark.parametrize(("levels", "codes"), [(62, ["PE006"]), (63, ["PE002", "PE006"])])
def test_what_is_passed_over_may_not_nest_deeper_either(levels: int, codes: list[str]) -> None:
    text = "a: 1\n<<: {b: " + "[" * levels + "]" * levels + "}\n"
    _, findings = read_document(text.encode(), "x.yaml")
    assert sorted(found.code for found in findings) == codes


HOSTILE = {
    "aliases of aliases": "a0: &a0 [x]\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 50)}]\n" for n in range(1, 200)),
    "aliases": filled("*a, ", "a: &a [x]\nb: [") + "]",
    "anchors": filled("&a x, ", "a: ["),
    "tags": filled("!!str x, ", "a: ["),
    "merge keys": filled("<<: {a: 1}\n"),
    "one key again and again": filled("a: 1\n"),
    "many keys, each twice": "".join(f"k{n}: 1\n" for n in range(10_000)) * 2,
    "duplicates in many mappings": filled("{a: 1, a: 2}, ", "a: ["),
    "keys made of lists": filled("[a]: b, ", "{"),
    "numbers as keys": "{" + "".join(f"{n}: b, " for n in range(20_000)) + "}",
    "missing keys": filled("?\n"),
    "numbers that are none": filled(".nan, ", "a: ["),
    "documents": filled("--- a\n"),
    "controls": filled("\x01"),
    "overrides of direction": "a: " + "\u202e" * 100_000,
    "an open quote": filled("x\n", 'a: "'),
    "colons": filled(": "),
    "commas": filled(","),
    "percent signs": filled("%a "),
    "escapes": filled("\\u0041", 'a: "'),
    "zeros": "\x00" * MIB,
    "tabs": "\t" * MIB,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_gets_a_readable_number_of_short_findings(text: str) -> None:
    _, findings = read_document(text.encode()[:MIB], "x.yaml")
    assert 1 <= len(findings) <= 50
    for found in findings:
        assert len(found.message) + len(found.help) < 250
        assert (found.message + found.help).isprintable()


HARMLESS = {
    "a key of almost a mebibyte": "? " + "k" * (MIB - 10) + "\n: 1",
    "a text of almost a mebibyte": filled("x y\n  ", "a: "),
    "a fraction of almost a mebibyte": filled("1", "a: 0."),
    "blank lines": "a: 1" + "\n" * (MIB - 4),
    "comments": filled("#\n", "a: 1\n"),
    "many keys": "".join(f"k{n}: 1\n" for n in range(20_000)),
    "many lists": filled("[],", "a: [")[:-3] + "[]]",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_is_only_large_is_read(text: str) -> None:
    document, findings = read_document(text.encode(), "x.yaml")
    assert findings == ()
    assert document.value_span(()).line == 1


@pytest.mark.parametrize("digits", ["9" * 100_000, "0x" + "f" * 100_000, "1e" + "9" * 100_000, "9" * 100_000 + ".5"])
def test_a_number_of_a_hundred_thousand_digits_is_not_computed(digits: str) -> None:
    _, (finding,) = read_document(f"a: {digits}\n".encode(), "x.yaml")
    assert finding.code == "PE009"
    assert "…" in finding.message
