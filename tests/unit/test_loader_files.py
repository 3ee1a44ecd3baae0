"""Files and folders are read whatever lies in them: what cannot be read is a finding, never a wait."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policy_engine.exceptions import PoliciesNotFoundError
from policy_engine.loader import read_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.loader import Loaded

NEEDS_LINKS = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes and links of this kind")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder `policies` in the current one, with one policy in it."""
    monkeypatch.chdir(tmp_path)
    here = Path("policies")
    here.mkdir()
    (here / "a.yaml").write_text("a: 1\n")
    return here


def told(loaded: Loaded) -> list[tuple[str, str]]:
    assert all(found.code == "PE001" and (found.span.line, found.span.column) == (1, 1) for found in loaded.diagnostics)
    assert all(found.help for found in loaded.diagnostics)
    return [(found.file, found.message) for found in loaded.diagnostics]


def test_a_folder_is_read_in_the_order_of_its_paths(folder: Path) -> None:
    (folder / "b").mkdir()
    for name in (
        "b/z.yml",
        "b/a.yaml",
        "b-c.yaml",
        "B.YAML",
        "notes.md",
        "b.yaml.bak",
        ".hidden.yaml",
        ".a.yaml.x1.tmp",
    ):
        (folder / name).write_text("a: 1\n")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.yaml").write_text("a: 1\n")
    loaded = read_documents([folder])
    names = [f"policies/{name}" for name in ("B.YAML", "a.yaml", "b/a.yaml", "b/z.yml", "b-c.yaml")]
    assert list(loaded.files) == names
    assert [document.file for document in loaded.documents] == names
    assert loaded.diagnostics == ()


def test_the_findings_of_all_files_are_sorted_by_place(folder: Path) -> None:
    (folder / "b.yaml").write_text("x: .nan\ny: .nan\n")
    (folder / "a.yaml").write_text("a: [\n")
    loaded = read_documents([folder / "b.yaml", folder])
    assert [(found.file, found.span.line) for found in loaded.diagnostics] == [
        ("policies/a.yaml", 1),
        ("policies/b.yaml", 1),
        ("policies/b.yaml", 2),
    ]
    assert loaded.files == ("policies/b.yaml", "policies/a.yaml")


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    file = folder / "a.yaml"
    assert read_documents([file, folder, file.absolute(), Path("./policies/../policies/a.yaml")]).files == (
        "policies/a.yaml",
    )


def test_a_file_named_by_itself_is_read_whatever_its_name(folder: Path) -> None:
    (folder / ".hidden").write_text("a: 1\n")
    assert read_documents([folder / ".hidden"]).documents[0].data == {"a": 1}


def test_the_name_of_a_file_cannot_command_a_terminal(folder: Path) -> None:
    (folder / "\x1b[2J\n.yaml").write_text("a: 1\n")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.yaml")).write_text("b: .nan\n")
    loaded = read_documents([folder])
    assert loaded.files == (r"policies/\x1b[2J\n.yaml", "policies/a.yaml", r"policies/\udcff.yaml")
    assert loaded.diagnostics[0].file == r"policies/\udcff.yaml"


@pytest.mark.parametrize(
    "paths",
    [
        ["missing"],
        ["policies/missing.yaml"],
        ["policies/a.yaml/b.yaml"],
        ["policies", "missing"],
        ["x\0y"],
        ["n" * 5000],
    ],
)
def test_a_path_that_does_not_exist_is_the_callers_mistake(folder: Path, paths: list[str]) -> None:
    assert folder.exists()
    with pytest.raises(PoliciesNotFoundError, match="does not exist"):
        read_documents([Path(path) for path in paths])


@pytest.mark.usefixtures("folder")
def test_no_path_at_all_is_the_callers_mistake() -> None:
    with pytest.raises(PoliciesNotFoundError, match="no file and no folder is named"):
        read_documents([])


def test_a_folder_without_any_yaml_is_the_callers_mistake(folder: Path) -> None:
    (folder / "empty" / "deeper").mkdir(parents=True)
    (folder / "empty" / "readme.md").write_text("a: 1\n")
    with pytest.raises(PoliciesNotFoundError, match=r"no `\*.yaml` file in `policies/empty`"):
        read_documents([folder, folder / "empty"])


def test_a_file_larger_than_a_mebibyte_is_not_read_to_its_end(folder: Path) -> None:
    with (folder / "a.yaml").open("wb") as file:
        file.truncate(1 << 40)
    loaded = read_documents([folder])
    assert [found.code for found in loaded.diagnostics] == ["PE002"]


def make_pipe(place: Path) -> None:
    os.mkfifo(place)


def make_socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))


def make_folder(place: Path) -> None:
    place.mkdir()
    (place / "inside.yaml").write_text("a: 1\n")


def make_link_to_nothing(place: Path) -> None:
    place.symlink_to("gone.yaml")


def make_ring(place: Path) -> None:
    place.symlink_to("ring.yml")
    place.with_name("ring.yml").symlink_to(place.name)


def make_link_out(place: Path) -> None:
    Path("outside.yaml").write_text("a: 1\n")
    place.symlink_to("../outside.yaml")


def make_link_to_a_device(place: Path) -> None:
    place.symlink_to("/dev/zero")


CANNOT_BE_READ: list[tuple[Callable[[Path], None], str]] = [
    (make_pipe, "cannot be read: it is a pipe, not a file"),
    (make_socket, "cannot be read: it is a socket, not a file"),
    (make_folder, "cannot be read: it is a folder, not a file"),
    (make_link_to_nothing, "cannot be read: it is gone, or its link leads nowhere"),
    (make_ring, "cannot be read: its links lead in a circle"),
    (make_link_out, "cannot be read: the link leads out of the folder"),
    (make_link_to_a_device, "cannot be read: the link leads out of the folder"),
]


@NEEDS_LINKS
@pytest.mark.parametrize(("make", "message"), CANNOT_BE_READ)
def test_what_is_no_file_of_the_folder_is_a_finding_and_the_rest_is_read(
    folder: Path, make: Callable[[Path], None], message: str
) -> None:
    make(folder / "odd.yaml")
    loaded = read_documents([folder])
    assert ("policies/odd.yaml", message) in told(loaded)
    assert "policies/odd.yaml" in loaded.files
    assert [document.file for document in loaded.documents] == ["policies/a.yaml"]


@NEEDS_LINKS
@pytest.mark.parametrize("make", [make_pipe, make_socket, make_folder, make_link_to_nothing, make_link_out])
def test_what_has_no_yaml_name_is_nobodys_business(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder / "odd.txt")
    assert told(read_documents([folder])) == []


@NEEDS_LINKS
@pytest.mark.parametrize("make", [make_pipe, make_socket])
def test_what_is_no_file_is_a_finding_when_it_is_named_too(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder / "odd")
    ((file, message),) = told(read_documents([folder / "odd"]))
    assert file == "policies/odd"
    assert "not a file" in message


@NEEDS_LINKS
def test_a_device_that_is_named_is_not_opened(folder: Path) -> None:
    assert folder.exists()
    assert told(read_documents([Path("/dev/zero")])) == [("/dev/zero", "cannot be read: it is a device, not a file")]


@NEEDS_LINKS
def test_a_ring_of_links_that_is_named_is_a_finding(folder: Path) -> None:
    make_ring(folder / "ring.yaml")
    assert told(read_documents([folder / "ring.yaml"])) == [
        ("policies/ring.yaml", "cannot be read: its links lead in a circle")
    ]


@NEEDS_LINKS
def test_a_link_that_is_named_may_lead_anywhere(folder: Path) -> None:
    make_link_out(folder / "link.yaml")
    loaded = read_documents([folder / "link.yaml"])
    assert loaded.diagnostics == ()
    assert loaded.files == ("policies/link.yaml",)


@NEEDS_LINKS
def test_a_link_to_a_folder_outside_is_a_finding(folder: Path) -> None:
    Path("outside").mkdir()
    Path("outside/x.yaml").write_text("a: 1\n")
    (folder / "shared").symlink_to("../outside")
    loaded = read_documents([folder])
    assert told(loaded) == [("policies/shared", "cannot be read: the link leads out of the folder")]
    assert [document.file for document in loaded.documents] == ["policies/a.yaml"]


@NEEDS_LINKS
@pytest.mark.parametrize("target", [".", "..", "../sub"])
def test_a_link_back_to_a_folder_above_it_is_a_finding(folder: Path, target: str) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "round").symlink_to(target)
    loaded = read_documents([folder])
    assert told(loaded) == [("policies/sub/round", "cannot be read: its links lead in a circle")]
    assert len(loaded.documents) == 1


@NEEDS_LINKS
def test_two_links_inside_the_folder_to_one_file_are_one_document(folder: Path) -> None:
    (folder / "0.yaml").symlink_to("a.yaml")
    (folder / "z").mkdir()
    (folder / "z" / "b.yaml").write_text("b: 1\n")
    (folder / "c").symlink_to("z")
    assert read_documents([folder]).files == ("policies/a.yaml", "policies/z/b.yaml")


@NEEDS_LINKS
def test_a_folder_mounted_by_links_into_a_hidden_one_is_read(folder: Path) -> None:
    """A volume of Kubernetes looks like this: `x.yaml -> ..data/x.yaml`, `..data -> ..2026`."""
    mounted = folder / "..2026" / "eu"
    mounted.mkdir(parents=True)
    (mounted.parent / "x.yaml").write_text("x: 1\n")
    (mounted / "y.yaml").write_text("y: 1\n")
    (folder / "..data").symlink_to("..2026")
    (folder / "x.yaml").symlink_to("..data/x.yaml")
    (folder / "eu").symlink_to("..data/eu")
    loaded = read_documents([folder])
    assert loaded.files == ("policies/a.yaml", "policies/eu/y.yaml", "policies/x.yaml")
    assert loaded.diagnostics == ()


def test_folders_may_nest_deeper_than_the_interpreter_recurses(folder: Path) -> None:
    deeper = [folder.joinpath(*["d"] * levels) for levels in range(1, 300)]
    for place in deeper:
        place.mkdir()
    (deeper[-1] / "z.yaml").write_text("a: 1\n")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(250)
    try:
        loaded = read_documents([folder])
    finally:
        sys.setrecursionlimit(limit)
    assert len(loaded.documents) == 2


def refuse(error: OSError) -> Callable[..., int]:
    def raise_it(*_: object, **__: object) -> int:
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied"), "cannot be read: no right to read it"),
        (FileNotFoundError(2, "No such file"), "cannot be read: it is gone, or its link leads nowhere"),
        (OSError(5, "Input/output error"), "cannot be read: input/output error"),
        (OSError("odd"), "cannot be read: the system refused"),
    ],
)
def test_a_file_that_the_system_refuses_is_a_finding(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    monkeypatch.setattr(os, "open", refuse(error))
    assert told(read_documents([folder])) == [("policies/a.yaml", message)]


def test_a_folder_that_the_system_refuses_is_a_finding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "scandir", refuse(PermissionError(13, "Permission denied")))
    assert told(read_documents([folder])) == [("policies", "cannot be read: no right to read it")]


def test_a_file_that_changes_while_it_is_read_is_a_finding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = os.read

    def read_and_write(descriptor: int, size: int) -> bytes:
        part = read(descriptor, size)
        if (folder / "a.yaml").stat().st_size == len("a: 1\n"):
            with (folder / "a.yaml").open("ab") as file:
                file.write(b"b: 2\n")
        return part

    monkeypatch.setattr(os, "read", read_and_write)
    loaded = read_documents([folder])
    assert ("policies/a.yaml", "cannot be read: it changed meanwhile") in told(loaded)


def test_no_descriptor_stays_open(folder: Path) -> None:
    (folder / "broken.yaml").write_text("[")
    before = len(list(Path("/dev/fd").iterdir()))
    read_documents([folder])
    assert len(list(Path("/dev/fd").iterdir())) == before
