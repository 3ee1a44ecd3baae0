"""A file that takes its name when it is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policy_engine.formatting import put_whole

if TYPE_CHECKING:
    from pathlib import Path

MODE = 0o640


def test_it_takes_the_place_of_what_is_there(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"before")
    put_whole(target, b"after", MODE)
    assert target.read_bytes() == b"after"
    assert target.stat().st_mode & 0o777 == MODE
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", ["is_folder", "missing/a.txt"])
def test_an_error_names_the_file_that_there_should_be_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "is_folder").mkdir()
    with pytest.raises(OSError, match=r"is_folder|a\.txt") as found:
        put_whole(tmp_path / name, b"x", MODE)
    assert found.value.filename == str(tmp_path / name)
    assert found.value.filename2 is None
    assert [one.name for one in tmp_path.iterdir()] == ["is_folder"]


def test_who_refuses_at_the_last_moment_leaves_nothing(tmp_path: Path) -> None:
    def refuse() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        put_whole(tmp_path / "a", b"x", MODE, refuse)
    assert list(tmp_path.iterdir()) == []
