"""Files are told from the top folder of their repository, wherever a command was run."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.reporting.repository import STDIN, Repository, repository_around

BELOW = Repository(Path("/repo"), Path("/repo/deep/folder"))


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("a.yaml", "deep/folder/a.yaml"),
        ("./a.yaml", "deep/folder/a.yaml"),
        ("../../policies/a.yaml", "policies/a.yaml"),
        ("../folder/../a.yaml", "deep/a.yaml"),
        ("/repo/policies/a.yaml", "policies/a.yaml"),
        ("/repository/a.yaml", "/repository/a.yaml"),
        ("../../../a.yaml", "../../../a.yaml"),
        ("/a.yaml", "/a.yaml"),
        (STDIN, STDIN),
        ("a\nb\0.yaml", "deep/folder/a\\nb\\x00.yaml"),
        ("/a\nb\0\ud800.yaml", "/a\\nb\\x00\\ud800.yaml"),
    ],
)
def test_a_path_is_told_from_the_root_and_stays_as_it_is_outside(file: str, path: str) -> None:
    assert BELOW.path_of(file) == path


def test_the_root_is_the_nearest_folder_above_with_git(tmp_path: Path) -> None:
    deep = tmp_path / "outer" / "inner" / "deep"
    deep.mkdir(parents=True)
    (tmp_path / "outer" / ".git").mkdir()
    assert repository_around(deep) == Repository(tmp_path / "outer", deep)
    (tmp_path / "outer" / "inner" / ".git").write_text("gitdir: elsewhere\n")
    assert repository_around(deep).root == tmp_path / "outer" / "inner"


def test_without_git_the_folder_is_the_root(tmp_path: Path) -> None:
    # Whatever the tests run in may be a repository: only what is below it is ours
    root = repository_around(tmp_path).root
    assert root == tmp_path or (root / ".git").exists()
    assert repository_around(Path("/")).root == Path("/")


def test_links_count_where_they_lie_or_else_where_they_lead(tmp_path: Path) -> None:
    repo = tmp_path.resolve() / "repo"
    (repo / "policies").mkdir(parents=True)
    (repo / "policies" / "a.yaml").touch()
    (repo / "b.yaml").symlink_to(repo / "policies" / "a.yaml")
    (tmp_path / "link").symlink_to(repo)
    here = Repository(repo, repo)
    assert here.path_of("b.yaml") == "b.yaml"
    assert here.path_of(str(tmp_path.resolve() / "link" / "policies" / "a.yaml")) == "policies/a.yaml"
