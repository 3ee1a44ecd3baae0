"""`fmt`: files in their canonical form, whole or untouched, and told of."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NoReturn

import pytest

from policy_engine.formatting import format_text, text
from policy_engine.loader import read_document
from tests.docs.blocks import FILE, blocks_of
from tests.docs.pages import PAGES
from tests.support.commands import POLICIES, ROOT, assert_fits, run, started

if TYPE_CHECKING:
    from pathlib import Path

MESSY = b"use_case: 'a'   # the name\nschema: policy/v1\n"
TIDY = b"schema: policy/v1\nuse_case: a # the name\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "messy.yaml").write_bytes(MESSY)
    (tmp_path / "tidy.yaml").write_bytes(TIDY)
    return tmp_path


def test_files_are_written_in_place_and_told_of(folder: Path) -> None:
    result = run("fmt", folder)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"formatted {folder}/messy.yaml\n1 file formatted, 1 unchanged\n"
    assert (folder / "messy.yaml").read_bytes() == TIDY
    assert run("fmt", folder).stderr == "0 files formatted, 2 unchanged\n"


def test_a_file_that_stays_is_not_written(folder: Path) -> None:
    before = (folder / "tidy.yaml").stat()
    run("fmt", folder)
    after = (folder / "tidy.yaml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_check_names_what_would_change_and_changes_nothing(folder: Path) -> None:
    result = run("fmt", "--check", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"would format {folder}/messy.yaml\n1 file would be formatted, 1 unchanged\n"
    assert (folder / "messy.yaml").read_bytes() == MESSY
    assert run("fmt", "--check", folder / "tidy.yaml").exit_code == 0


@pytest.mark.parametrize(("flags", "exit_code"), [(("--diff",), 0), (("--diff", "--check"), 1)])
def test_diff_shows_what_would_change_and_changes_nothing(folder: Path, flags: tuple[str, ...], exit_code: int) -> None:
    result = run("fmt", *flags, folder)
    assert result.exit_code == exit_code
    assert result.stdout == (
        f"--- {folder}/messy.yaml\n+++ {folder}/messy.yaml\n@@ -1,2 +1,2 @@\n"
        "-use_case: 'a'   # the name\n schema: policy/v1\n+use_case: a # the name\n"
    )
    assert (folder / "messy.yaml").read_bytes() == MESSY


def test_a_diff_shows_line_ends_and_a_byte_order_mark_that_would_go(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfschema: policy/v1\r\nuse_case: a")
    result = started("fmt", "--diff", tmp_path / "a.yaml")
    assert result.stdout.decode().split("\n", 3)[3] == (
        "-\ufeffschema: policy/v1^M\n-use_case: a\n\\ No newline at end of file\n+schema: policy/v1\n+use_case: a\n"
    )


def test_a_dash_formats_the_standard_input() -> None:
    result = run("fmt", "-", text=MESSY)
    assert (result.exit_code, result.stdout, result.stderr) == (0, TIDY.decode(), "")
    assert run("fmt", "-", text=TIDY).stdout == TIDY.decode()


def test_a_dash_can_be_checked_and_compared() -> None:
    result = run("fmt", "-", "--check", text=MESSY)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "would format <stdin>\n")
    assert run("fmt", "-", "--check", text=TIDY).exit_code == 0
    result = run("fmt", "-", "--diff", text=MESSY)
    assert (result.exit_code, result.stdout[:12]) == (0, "--- <stdin>\n")
    assert run("fmt", "-", "--diff", text=TIDY).stdout == ""


def test_a_dash_stands_alone(folder: Path) -> None:
    result = run("fmt", "-", folder, text=MESSY)
    assert result.exit_code == 2
    assert "name no other PATH beside it" in result.stderr


def test_from_what_cannot_be_read_nothing_is_printed() -> None:
    result = run("fmt", "-", text=b"schema: [\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "<stdin>:1:10: PE005" in result.stderr
    assert result.stderr.endswith("<stdin>: is left alone: it cannot be read as it should be\n")


def test_a_file_that_cannot_be_read_is_left_alone_and_the_others_are_formatted(folder: Path) -> None:
    (folder / "broken.yaml").write_bytes(b"schema: policy/v1\nschema: policy/v1\n")
    (folder / "other.yaml").write_bytes(b"services: {}\n")
    result = run("fmt", folder)
    assert result.exit_code == 1
    assert f"{folder}/broken.yaml:2:1: PE007 `schema` stands twice" in result.stderr
    assert f"{folder}/other.yaml: is left alone: its `schema` is neither" in result.stderr
    assert result.stderr.endswith("1 file formatted, 1 unchanged, 2 left alone\n")
    assert (folder / "messy.yaml").read_bytes() == TIDY
    assert (folder / "other.yaml").read_bytes() == b"services: {}\n"


def test_a_path_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    result = run("fmt", tmp_path / "nothing.yaml")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_without_a_path_the_projects_policies_are_meant(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.policy_engine]\npolicies = "messy.yaml"\n')
    result = started("fmt", folder=folder)
    assert result.stderr == b"formatted messy.yaml\n1 file formatted, 0 unchanged\n"


def test_a_catalog_that_nobody_named_is_not_touched(folder: Path) -> None:
    catalog = b"effects: [adverse]\nschema: catalog/v1\n"
    (folder / "catalog.yaml").write_bytes(catalog)
    assert run("fmt", folder / "messy.yaml").stderr.endswith("1 file formatted, 0 unchanged\n")
    assert (folder / "catalog.yaml").read_bytes() == catalog


# --- writing ---


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_the_rights_of_a_file_stay(folder: Path, mode: int) -> None:
    path = folder / "messy.yaml"
    path.chmod(mode)
    run("fmt", folder)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (TIDY, mode)


def refuse(*_args: object, **_options: object) -> NoReturn:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("call", ["fsync", "access"])
def test_a_file_that_cannot_be_written_stays_whole(folder: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, call, refuse if call == "fsync" else lambda *_: False)
    (folder / "messy2.yaml").write_bytes(MESSY)
    result = run("fmt", folder)
    assert result.exit_code == 1
    why = "no space left on device" if call == "fsync" else "permission denied"
    assert f"{folder}/messy.yaml: is left alone: it cannot be written: {why}\n" in result.stderr
    assert result.stderr.endswith("0 files formatted, 1 unchanged, 2 left alone\n")
    assert sorted(path.name for path in folder.iterdir()) == ["messy.yaml", "messy2.yaml", "tidy.yaml"]
    assert (folder / "messy.yaml").read_bytes() == MESSY


def test_what_somebody_saved_meanwhile_is_not_overwritten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.fsync

    def save_meanwhile(descriptor: int) -> None:
        (folder / "messy.yaml").write_bytes(b"new")
        whole(descriptor)

    monkeypatch.setattr(os, "fsync", save_meanwhile)
    result = run("fmt", folder)
    assert result.exit_code == 1
    assert "it changed meanwhile, run again" in result.stderr
    assert (folder / "messy.yaml").read_bytes() == b"new"


def test_a_link_inside_the_folder_leads_to_the_file_that_is_written(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("messy.yaml")
    assert run("fmt", folder / "link.yaml").exit_code == 0
    assert (folder / "link.yaml").is_symlink()
    assert (folder / "messy.yaml").read_bytes() == TIDY


@pytest.mark.parametrize("named", ["policies", "policies/link.yaml"])
def test_a_link_out_of_its_folder_is_not_followed(folder: Path, named: str) -> None:
    (folder / "policies").mkdir()
    (folder / "policies" / "link.yaml").symlink_to(folder / "messy.yaml")
    result = run("fmt", folder / named)
    assert result.exit_code == 1
    assert "is left alone" in result.stderr
    assert (folder / "messy.yaml").read_bytes() == MESSY


def test_a_layout_that_loses_something_is_a_bug_that_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "laid_out", lambda _: "schema: policy/v1\nuse_case: a\n")
    result = run("fmt", folder)
    assert result.exit_code == 1
    assert "a bug of policy-engine: formatted, the comment `# the name` would be lost" in result.stderr
    assert (folder / "messy.yaml").read_bytes() == MESSY


def test_what_files_say_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J.yaml").write_bytes(b'schema: "\\e[2J"\n')
    result = run("fmt", tmp_path)
    assert result.exit_code == 1
    assert "\x1b" not in result.stderr


# --- what is there ---


def test_the_samples_are_canonical() -> None:
    result = run("fmt", "--check", POLICIES)
    assert (result.exit_code, result.stderr) == (0, "0 files would be formatted, 10 unchanged\n")


def test_what_init_writes_is_canonical(tmp_path: Path) -> None:
    for kind in ("probability", "number", "classes", "labels", "scores"):
        run("init", f"a-{kind}", "--kind", kind, "--output", tmp_path / f"{kind}.yaml")
    result = run("fmt", "--check", tmp_path)
    assert (result.exit_code, result.stderr) == (0, "0 files would be formatted, 6 unchanged\n")


def written_policies() -> dict[str, bytes]:
    """Return every policy and catalog of the corpus of broken ones and of the pages, by where it stands."""
    corpus = (ROOT / "tests" / "golden" / "broken").glob("*.yaml")
    found = {path.name: path.read_bytes() for path in corpus}
    for page in PAGES:
        for block in blocks_of(ROOT / page, page):
            if block.language == "yaml" and block.verb == FILE:
                found[block.place] = block.text.encode()
    return found


@pytest.mark.parametrize(
    ("name", "raw"), written_policies().items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_is_written_anywhere_is_formatted_once(name: str, raw: bytes) -> None:
    before, findings = read_document(raw, name)
    result = format_text(raw, name)
    if findings or before.data.get("schema") not in ("policy/v1", "catalog/v1"):
        assert result.after is None
        return
    assert result.after is not None, result.why_not
    assert read_document(result.after, name)[0].data == before.data
    assert format_text(result.after, name).after == result.after


def test_help_fits_a_terminal() -> None:
    assert_fits(run("fmt", "--help").stdout)
