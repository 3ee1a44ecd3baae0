"""A policy file named by itself brings the catalog beside or above it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policy_engine.loader import catalog_for, read_catalog_for, read_documents


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in `repository/`, the top of a git repository, with a policy three folders down."""
    top = tmp_path / "repository"
    (top / ".git").mkdir(parents=True)
    (top / "policies" / "eu" / "cards").mkdir(parents=True)
    (top / "policies" / "eu" / "cards" / "fraud.yaml").write_text("a: 1\n")
    monkeypatch.chdir(top)
    return top


FRAUD = Path("policies/eu/cards/fraud.yaml")


def put(*names: str) -> None:
    for name in names:
        Path(name).write_text("schema: catalog/v1\n")


@pytest.mark.parametrize(
    "catalog",
    ["policies/eu/cards/catalog.yaml", "policies/eu/catalog.yaml", "policies/catalog.yaml", "catalog.yaml"],
)
def test_the_catalog_beside_or_above_is_found(catalog: str) -> None:
    put(catalog)
    assert catalog_for(FRAUD) == Path(catalog)


def test_the_nearest_catalog_is_taken() -> None:
    put("catalog.yaml", "policies/eu/catalog.yaml")
    assert catalog_for(FRAUD) == Path("policies/eu/catalog.yaml")


def test_no_catalog_is_looked_for_outside_the_repository() -> None:
    put("../catalog.yaml")
    assert catalog_for(FRAUD) is None


def test_a_file_of_the_current_folder_finds_the_catalog_above(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("policies/catalog.yaml")
    monkeypatch.chdir(here / "policies" / "eu" / "cards")
    assert catalog_for(Path("fraud.yaml")) == Path("../../catalog.yaml")
    assert catalog_for(Path("../cards/fraud.yaml")) == Path("../../catalog.yaml")
    assert read_documents([Path("fraud.yaml")]).files == ("fraud.yaml", "../../catalog.yaml")


@pytest.mark.parametrize(("folders", "is_found"), [(7, True), (8, False)])
def test_the_search_ends_after_eight_folders(folders: int, *, is_found: bool) -> None:
    put("catalog.yaml")
    deep = Path(*(f"d{level}" for level in range(folders)))
    assert (catalog_for(deep / "x.yaml") is not None) is is_found


def test_the_search_ends_at_the_top_of_the_disk() -> None:
    assert catalog_for(Path("/nowhere/x.yaml")) is None


def test_a_catalog_is_its_own() -> None:
    put("policies/catalog.yaml")
    assert catalog_for(Path("policies/catalog.yaml")) == Path("policies/catalog.yaml")
    assert read_documents([Path("policies/catalog.yaml")]).files == ("policies/catalog.yaml",)


def test_a_file_named_by_itself_brings_its_catalog_once() -> None:
    put("policies/catalog.yaml", "policies/other.yaml")
    files = read_documents([FRAUD, Path("policies/other.yaml"), FRAUD]).files
    assert files == ("policies/eu/cards/fraud.yaml", "policies/other.yaml", "policies/catalog.yaml")


def test_a_catalog_among_the_paths_is_not_added_again(here: Path) -> None:
    put("policies/catalog.yaml")
    paths = [here / "policies" / "catalog.yaml", FRAUD]
    assert len(read_documents(paths).files) == 2


def test_a_folder_brings_no_catalog_from_above_it() -> None:
    put("policies/catalog.yaml")
    assert read_documents([Path("policies/eu")]).files == ("policies/eu/cards/fraud.yaml",)


def test_a_catalog_that_cannot_be_read_is_a_finding_and_no_other_is_taken() -> None:
    put("catalog.yaml")
    Path("policies/catalog.yaml").mkdir()
    loaded = read_documents([FRAUD])
    assert [(found.file, found.code) for found in loaded.diagnostics] == [("policies/catalog.yaml", "PE001")]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no links")
def test_a_link_that_leads_out_of_its_folder_brings_nothing_unless_it_is_named() -> None:
    put("elsewhere.yaml")
    link = Path("policies/catalog.yaml")
    link.symlink_to("../elsewhere.yaml")
    for loaded in (read_documents([FRAUD]), read_catalog_for(FRAUD)):
        assert [(found.file, found.message) for found in loaded.diagnostics] == [
            (link.as_posix(), "cannot be read: the link leads out of the folder")
        ]
        assert link.as_posix() not in {one.file for one in loaded.documents}
    assert read_documents([link]).diagnostics == ()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no links")
def test_a_link_within_its_folder_brings_what_it_leads_to() -> None:
    put("policies/eu/words.yaml")
    Path("policies/catalog.yaml").symlink_to("eu/words.yaml")
    assert read_documents([FRAUD]).diagnostics == ()
    assert [one.file for one in read_catalog_for(FRAUD).documents] == ["policies/catalog.yaml"]
