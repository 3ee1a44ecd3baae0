"""Hostile files and folders: exit 1 and a finding with a place, little memory, and nothing obeyed, started or leaked.

Each case is one process that runs `validate` in every format, over a folder with a policy and a catalog in order and
something odd beside them. How long it takes is not asserted, but that it ends.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from policy_engine.cli._formats import FORMATS
from tests.support.commands import ROOT
from tests.support.policies import CATALOG, POLICY
from tests.support.reports import json_in, junit_in, sarif_in, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Make = Callable[[Path], None]

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes and links of this kind")

MIB: Final = 1024 * 1024
MOST_KIB: Final = 300 * 1024
LONGEST_S: Final = 240
"""For what hangs. On a machine that does nothing else, no case takes five seconds for one format."""

NAME = "odd.yaml"
UNSEEN = "words of another folder"


def filled(piece: str, start: str = "", end: str = "") -> bytes:
    """Return as many of *piece* between *start* and *end* as a file may hold."""
    return f"{start}{piece * ((MIB - len(start) - len(end)) // len(piece))}{end}".encode()


def in_policy(old: str, new: str) -> bytes:
    """Return a policy of another use case in which one text is replaced by another."""
    assert POLICY.count(old) == 1
    return POLICY.replace("card-fraud", "odd").replace(old, new).encode()


def plus(more: str) -> bytes:
    """Return the same policy with more below it."""
    return (POLICY.replace("card-fraud", "odd") + more).encode()


LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 60))

FILES: dict[str, tuple[bytes, str]] = {
    # --- what a parser expands ---
    "aliases of aliases": (LAUGHS.encode(), "1:5: PE006"),
    "as many aliases as fit": (filled("*a, ", "a: &a [x]\nb: [", "1]"), "1:4: PE006"),
    "merge keys": (filled("<<: {a: 1}\n"), "1:1: PE006"),
    "a merge key with an alias": (plus("x: &x {a: 1}\ny: {<<: *x}\n"), "17:4: PE006"),
    # --- depth ---
    "200,000 lists in brackets": (b"[" * 200_000, "1:65: PE002"),
    "200,000 mappings in braces": (b"a: " + b"{" * 200_000, "1:67: PE002"),
    "200,000 values of mappings in braces": (b"{a: " * 200_000, "1:257: PE002"),
    "200,000 keys of mappings in braces": (b"{? " * 200_000, "1:193: PE002"),
    "200,000 lists in a key": (b"? " + b"[" * 200_000, "1:66: PE002"),
    "200,000 items of items": (b"- " * 200_000, "1:129: PE002"),
    "200,000 keys of keys": (b"? " * 200_000, "1:129: PE002"),
    "mappings by indentation": ("".join(f"{' ' * n}a:\n" for n in range(1_400)).encode(), "65:65: PE002"),
    "lists by indentation": ("".join(f"{' ' * n}-\n" for n in range(1_400)).encode(), "65:65: PE002"),
    # --- numbers ---
    "a number of 100,000 digits": (in_policy("0.55", "9" * 100_000), "12:30: PE009"),
    "a hexadecimal number of 100,000 digits": (in_policy("version: 7", "version: 0x" + "f" * 100_000), "3:10: PE009"),
    "an exponent of 100,000 digits": (in_policy("0.55", "1e" + "9" * 100_000), "12:30: PE009"),
    "100,000 zeros and a fraction": (in_policy("0.55", "0" * 100_000 + "7.5"), "12:30: PE202"),
    "a number of 300 digits as text": (in_policy("version: 7", f"version: '{'9' * 300}'"), "3:10: PE103"),
    "a duration of 100,000 digits": (
        CATALOG.replace("PT30M", "PT" + "9" * 100_000).encode(),
        "14:53: PE104",
    ),
    "an instant of 100,000 digits": (in_policy("00:00:00Z", f"00:00:00.{'0' * 100_000}Z"), "5:19: PE104"),
    # --- tags, documents, directives ---
    "a tag that would start a program": (b"a: !!python/object/apply:os.system ['touch obeyed']\n", "1:4: PE006"),
    "a tag that would import": (b"!!python/module:antigravity x\n", "1:1: PE006"),
    "as many tags as fit": (filled("!!str x, ", "a: [", "1]"), "1:5: PE006"),
    "a tag of its own with a long name": (b"a: !" + b"x" * 100_000 + b" 1\n", "1:4: PE006"),
    "two documents": (plus("---\nschema: policy/v1\n"), "17:1: PE006"),
    "as many documents as fit": (filled("--- a\n"), "1:5: PE010"),
    "a directive": (b"%YAML 1.1\n---\na: 1\n", "1:1: PE006"),
    # --- bytes that are no UTF-8 ---
    "UTF-16 with a mark": (POLICY.encode("utf-16"), "1:1: PE003"),
    "UTF-16, little end first": (POLICY.encode("utf-16-le"), "1:1: PE003"),
    "UTF-16, big end first": (b"\xfe\xff" + POLICY.encode("utf-16-be"), "1:1: PE003"),
    "UTF-32": (POLICY.encode("utf-32"), "1:1: PE003"),
    "Latin-1": (in_policy("payments-risk", "Z\u00fcrich").decode().encode("latin-1"), "4:9: PE003"),
    "half of a pair in UTF-8": (in_policy("owner: ", "owner: @@").replace(b"@@", b"\xed\xa0\x80"), "4:8: PE003"),
    "a character in too many bytes": (in_policy("owner: ", "owner: @@").replace(b"@@", b"\xc0\x80"), "4:8: PE003"),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8, "3:115: PE003"),
    # --- characters that nobody sees ---
    "a second byte order mark": (b"\xef\xbb\xbf\xef\xbb\xbf" + plus(""), "1:1: PE004"),
    "a byte order mark in the midst": (in_policy("owner: ", "owner: \ufeff"), "4:8: PE004"),
    "a null": (in_policy("owner: ", "owner: \x00"), "4:8: PE003"),
    "an escape": (in_policy("owner: ", "owner: \x1b[2J"), "4:8: PE004"),
    "a C1 control": (in_policy("owner: ", "owner: \x9b31m"), "4:8: PE004"),
    "a next line": (in_policy("owner: ", "owner: \x85"), "4:8: PE004"),
    "a control beside a waiver": (in_policy("owner: ", "# policy-engine: ignore[PE413] x\nowner: \x0b"), "5:8: PE004"),
    "an override of direction": (in_policy("owner: ", "owner: \u202e"), "4:8: PE004"),
    "as many isolates as fit": (filled("\u2066", "a: ")[: MIB // 3 * 3 - 6], "1:4: PE004"),
    "a tag character": (in_policy("owner: ", "owner: \U000e0041"), "4:8: PE004"),
    "nothing but zeros": (b"\x00" * MIB, "1:1: PE003"),
    "an escape written as an escape, in a key": (plus('"\\e[2J\\u202e": 1\n'), "17:1: PE101"),
    "a null written as an escape": (in_policy("version: 7", 'version: "\\0\\u2066"'), "3:10: PE103"),
    "a line break in a name that forges a finding": (
        in_policy("{name: review,", '{name: "x\\n::error file=a::forged",'),
        "12:12: PE104",
    ),
    "mark-up in a name": (in_policy("{name: review,", "{name: '</failure>|`<script>]]>',"), "12:12: PE104"),
    "half of a pair written as an escape": (in_policy("owner: payments-risk", 'owner: "\\ud800"'), "4:11: PE005"),
    # --- tabs ---
    "a tab in the indentation": (plus("samples:\n\t- {id: x}\n"), "18:1: PE005"),
    "as many tabs as fit": (b"\t" * MIB, "1:1: PE005"),
    # --- size ---
    "a byte too many": (b"a: " + b"x" * (MIB - 2), "1:1: PE002"),
    "a key of a mebibyte": (plus("? " + "k" * (MIB - 700) + "\n: 1\n"), "17:3: PE101"),
    "a key of a mebibyte on one line": (b"k" * (MIB - 10) + b": 1\n", "1:1048567: PE005"),
    "a value of a mebibyte": (in_policy("payments-risk", "x" * (MIB - 700)), "4:8: PE104"),
    "one list of a mebibyte": (filled("[],", "a: [", "[]]"), "1:1: PE105"),
    "60,000 unknown keys": (plus("".join(f"k{n}: 1\n" for n in range(60_000))), "17:1: PE101"),
    "15,000 bands that lead nowhere": (
        in_policy(
            "  - {name: allow}\n",
            "".join(f"  - {{name: b{n}, at_least: 0.5, escalate: nowhere}}\n" for n in range(15_000))
            + "  - {name: allow}\n",
        ),
        "13:41: PE301",
    ),
    "15,000 tests that fail": (
        plus("tests:\n" + "  - {given: {score: 0.5}, expect: {outcome: block}}\n" * 15_000),
        "18:45: PE501",
    ),
    "100,000 values that nobody declared": (
        in_policy("{jurisdiction: EU}", f"{{jurisdiction: [{', '.join(f'j{n}' for n in range(100_000))}]}}"),
        "16:36: PE206",
    ),
    "25,000 waivers and an error": (
        plus("# policy-engine: ignore[PE413] why\n" * 25_000 + "x: 1\n"),
        "25017:1: PE101",
    ),
    "a waiver with a mebibyte of blanks": (
        plus(f"# policy-engine: a{' ' * (MIB - 700)}b\nx: 1\n"),
        "18:1: PE101",
    ),
    "jurisdictions that lie in each other, 30,000 deep": (
        (
            "schema: catalog/v1\njurisdictions:\n  g0: {}\n"
            + "".join(f"  g{n}: {{in: g{n - 1}}}\n" for n in range(1, 30_000))
        ).encode(),
        "2:1: PE104",
    ),
    "one key again and again": (plus("x: 1\n" * 100_000), "17:1: PE101"),
    # --- nothing, or something else ---
    "an empty file": (b"", "1:1: PE010"),
    "comments alone": (b"# nothing\n", "1:1: PE010"),
    "a list": (b"- a\n", "1:1: PE010"),
    "a word": (b"policy\n", "1:1: PE010"),
}


# --- files that are none -------------------------------------------------------------------------------------------


def make_pipe(place: Path) -> None:
    os.mkfifo(place)


def make_socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))


def make_folder(place: Path) -> None:
    place.mkdir()
    (place / "inside.yaml").write_text(UNSEEN)


def make_endless_file(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(1 << 40)


def make_link(to: str) -> Make:
    return lambda place: place.symlink_to(to)


def make_ring(place: Path) -> None:
    place.symlink_to("ring.yml")
    place.with_name("ring.yml").symlink_to(place.name)


def make_folder_of_links(place: Path) -> None:
    """Make a folder whose links lead to it and above it."""
    place.with_name("deep").mkdir()
    place.with_name("deep").joinpath("round").symlink_to("..")
    place.symlink_to("deep")


def make_unreadable(place: Path) -> None:
    place.write_text(UNSEEN)
    place.chmod(0)


def make_unreadable_folder(place: Path) -> None:
    place.with_name("shut").mkdir()
    place.with_name("shut").joinpath(NAME).write_text(UNSEEN)
    place.with_name("shut").chmod(0)


def make_ill_named(place: Path) -> None:
    place.with_name("\x1b[2J\u202e\n::error::forged.yaml").write_bytes(b"a: .nan\n")
    Path(os.fsdecode(os.fsencode(place.parent) + b"/\xff.yaml")).write_bytes(b"a: .nan\n")


PLACES: dict[str, tuple[Make, str]] = {
    "a pipe": (make_pipe, "odd.yaml:1:1: PE001"),
    "a socket": (make_socket, "odd.yaml:1:1: PE001"),
    "a folder": (make_folder, "odd.yaml:1:1: PE001"),
    "an endless file": (make_endless_file, "odd.yaml:1:1: PE002"),
    "a link to an endless device": (make_link("/dev/zero"), "odd.yaml:1:1: PE001"),
    "a link to a terminal": (make_link("/dev/tty"), "odd.yaml:1:1: PE001"),
    "a link to what the process reads": (make_link("/dev/stdin"), "odd.yaml:1:1: PE001"),
    "a link to a file outside": (make_link("../outside/secret.yaml"), "odd.yaml:1:1: PE001"),
    "a link to a folder outside": (make_link("../outside"), "odd.yaml:1:1: PE001"),
    "a link to the root of all": (make_link("/"), "odd.yaml:1:1: PE001"),
    "a link to nothing": (make_link("gone"), "odd.yaml:1:1: PE001"),
    "a link to itself": (make_link(NAME), "odd.yaml:1:1: PE001"),
    "links in a circle": (make_ring, "odd.yaml:1:1: PE001"),
    "a folder of links to folders above": (make_folder_of_links, "deep/round:1:1: PE001"),
    "a file that nobody may read": (make_unreadable, "odd.yaml:1:1: PE001"),
    "a folder that nobody may read": (make_unreadable_folder, "shut:1:1: PE001"),
    "names that command a terminal": (make_ill_named, r"\udcff.yaml:1:4: PE009"),
}


# --- the run -------------------------------------------------------------------------------------------------------


@pytest.fixture
def here() -> Iterator[Path]:
    """Return a folder that anybody may look into, with `policies` in order in it, and something beside them."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        top = Path(made).resolve()
        for folder in (top, top / "policies", top / "outside", top / "out"):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o777)
        (top / "policies" / "a.yaml").write_text(POLICY)
        (top / "policies" / "catalog.yaml").write_text(CATALOG)
        (top / "outside" / "secret.yaml").write_text(UNSEEN)
        yield top


def watched(here: Path, *paths: str) -> dict[str, Any]:
    """Run `validate` in all formats in a process of its own, and return what was seen of it."""
    command = [sys.executable, "-m", "tests.support.watched", *paths]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "AS_NOBODY": "1", "COLUMNS": "80"}
    ended = subprocess.run(command, cwd=here, env=env, capture_output=True, timeout=LONGEST_S, check=False)
    assert b"Traceback" not in ended.stderr
    assert ended.returncode == 0, ended.stderr.decode()
    assert shown(ended.stderr)
    seen: dict[str, Any] = json.loads(ended.stdout)
    return seen


def expect_a_finding(here: Path, expected: str, *paths: str) -> None:
    """Hold a run to everything that it may and may not do; *expected* is how a line of the text begins."""
    seen = watched(here, *(paths or ("policies",)))
    assert seen["codes"] == dict.fromkeys(FORMATS, 1)
    assert seen["peak_kib"] < MOST_KIB
    assert seen["acts"] == []
    may_be_opened = [here / "policies", here / "out", here / "pyproject.toml"]
    assert [one for one in seen["opened"] if not any(Path(one).is_relative_to(it) for it in may_be_opened)] == []
    assert sorted(one.name for one in here.iterdir()) == ["out", "outside", "policies"]
    made = {form: (here / "out" / form).read_bytes() for form in FORMATS}
    assert not any(UNSEEN.encode() in one for one in made.values())
    expect_all_formats_to_agree(made, expected)


def expect_all_formats_to_agree(made: dict[str, bytes], expected: str) -> None:
    """Assert that every format is whole, has nothing in it that is obeyed, and holds as many findings as the others."""
    text = shown(made["text"])
    assert [line for line in text.split("\n") if line.startswith(f"policies/{expected} ")], text[:600]
    findings = json_in(made["json"])["findings"]
    errors = sum(one["severity"] == "error" for one in findings)
    assert errors >= 1
    assert len(sarif_in(made["sarif"])["results"]) == len(findings)
    assert len(json_in(made["gitlab"])) == len(findings)
    assert len(shown(made["github"]).splitlines()) == len(findings)
    assert all(line.startswith(("::error ", "::warning ")) for line in shown(made["github"]).splitlines())
    assert len(list(junit_in(made["junit"]).iter("failure"))) == errors
    assert shown(made["markdown"]).count("\n|") - 2 <= len(findings)


@pytest.mark.parametrize(("content", "expected"), FILES.values(), ids=FILES.keys())
def test_a_hostile_file_is_a_finding(here: Path, content: bytes, expected: str) -> None:
    (here / "policies" / NAME).write_bytes(content)
    expect_a_finding(here, f"{NAME}:{expected}")


@pytest.mark.parametrize(("make", "expected"), PLACES.values(), ids=PLACES.keys())
def test_what_is_no_file_of_the_folder_is_a_finding(here: Path, make: Make, expected: str) -> None:
    make(here / "policies" / NAME)
    expect_a_finding(here, expected)
