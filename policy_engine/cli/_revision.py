"""Policies as a git revision has them: laid out in a folder of their own, and read as files are."""

from __future__ import annotations

import os
from pathlib import Path
from posixpath import basename, dirname, join, normpath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from policy_engine.cli._git import LINK, REPOSITORY, commit_of, contents_of, entries_of, repository_of
from policy_engine.loader import CATALOG, is_yaml
from policy_engine.printable import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from policy_engine.diagnostics import Diagnostic
    from policy_engine.loader import Loaded

_EVIDENCE: Final = "evidence"
_MOST_LINKS: Final = 40
"""So many links are followed one after another; systems follow about as many."""


class _Place(NamedTuple):
    """A path as the user wrote it, and where it may lie in its repository, the likeliest first."""

    path: Path
    names: tuple[str, ...]


def loaded_at(revision: str, paths: Sequence[Path]) -> Loaded:
    """Read the policies that lay at *paths* in a revision, with the catalogs that they had.

    Each path is looked for in the repository that it lies in, and what was there is read as files are: with the same
    suffixes, links and bounds. Files have the names that they would have now.

    Raises `click.UsageError` where there is no repository, or one does not know the revision.
    """
    from policy_engine.loader import Loaded

    by_repository: dict[Path, list[Path]] = {}
    for path in paths:
        by_repository.setdefault(repository_of(path), []).append(path)
    read = [_loaded_from(top, revision, own, by_repository) for top, own in by_repository.items()]
    return Loaded(
        tuple(document for one in read for document in one.documents),
        tuple(found for one in read for found in one.diagnostics),
        tuple(file for one in read for file in one.files),
        evidence={file: told for one in read for file, told in (one.evidence or {}).items()},
    )


def _loaded_from(top: Path, revision: str, paths: Sequence[Path], asked: Collection[Path]) -> Loaded:
    entries = entries_of(top, commit_of(top, revision))
    links = {name: one.content for name, one in entries.items() if one.mode == LINK}
    texts = contents_of(top, links.values())
    led = {name: os.fsdecode(texts[content]) for name, content in links.items()}
    places = [_Place(path, _names_of(path, top)) for path in paths]
    wanted = {_followed(name, led) for place in places for name in place.names}
    wanted |= {_followed(name, led) for name in led if is_yaml(name) and _lies_in(name, wanted)}
    for name, one in entries.items():
        if one.mode == REPOSITORY and _lies_in(name, wanted) and top / name not in asked:
            _expect_no_policies(top / name)
    files = {
        name: one.content
        for name, one in entries.items()
        if one.mode not in (LINK, REPOSITORY) and _is_wanted(name, wanted)
    }
    contents = contents_of(top, files.values())
    with TemporaryDirectory(prefix="policy-engine-") as folder:
        laid_out = Path(folder).resolve()
        try:
            # No catalog is looked for above
            (laid_out / ".git").mkdir()
            # Links come last: nothing is written through one
            for name, content in files.items():
                _write(laid_out, name, contents[content])
            for name, text in led.items():
                _link(laid_out, name, text)
        except (OSError, ValueError) as error:
            why = f"what {quoted(revision)} has cannot be laid out: {printable(str(error))}"
            raise click.UsageError(f"--against: {why}") from None
        return _read(laid_out, places, entries.keys())


def _expect_no_policies(repository: Path) -> None:
    """Refuse a repository that lies in a folder of policies, and has some: no revision but its own knows them."""
    from policy_engine.exceptions import PoliciesNotFoundError
    from policy_engine.loader import read_named_files

    try:
        read_named_files([repository])
    except PoliciesNotFoundError:
        return
    raise click.UsageError(
        f"--against: `{printable(str(repository))}` is a repository of its own: name it as a further PATH"
    )


# --- which files ------------------------------------------------------------------------------------------------


def _names_of(path: Path, top: Path) -> tuple[str, ...]:
    """Return what a path may be called in its repository: as written, or where links lead today."""
    written = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` follows links
    likely = dict.fromkeys((written, written.parent.resolve() / written.name, written.resolve()))
    return tuple(one.relative_to(top).as_posix() for one in likely if one.is_relative_to(top))


def _followed(name: str, links: Mapping[str, str]) -> str:
    """Return where a name leads in a revision with these links."""
    for _ in range(_MOST_LINKS):
        link = next((one for one in (*reversed(list(_above(name))), name) if one in links), None)
        if link is None:
            break
        name = normpath(join(dirname(link), links[link], name[len(link) :].lstrip("/")))
    return name


def _above(name: str) -> Iterator[str]:
    """Give the folders that a name lies in, the nearest first; that of the repository is `.`."""
    while name not in (".", "/", ""):
        name = dirname(name) or "."
        yield name


def _lies_in(name: str, wanted: Iterable[str]) -> bool:
    return not {name, *_above(name)}.isdisjoint(wanted)


def _is_wanted(name: str, wanted: Collection[str]) -> bool:
    """Say whether a file may be read for one of these paths.

    That is the file itself, what lies in the folder, the catalog beside or above it, and evidence where tuning writes
    it: in a folder `evidence` beside policies.
    """
    if name in wanted:
        return True
    if is_yaml(name) and _lies_in(name, wanted):
        return True
    folder, _, last = name.rpartition("/")
    if last == CATALOG:
        return any((folder or ".") in _above(one) for one in wanted)
    return name.endswith(".json") and basename(folder) == _EVIDENCE and _lies_in(name, _with_folders(wanted))


def _with_folders(wanted: Collection[str]) -> set[str]:
    return {one if not is_yaml(one) else dirname(one) or "." for one in wanted}


# --- the copy ----------------------------------------------------------------------------------------------------


def _write(folder: Path, name: str, raw: bytes) -> None:
    at = _within(folder, name)
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_bytes(raw)


def _link(folder: Path, name: str, text: str) -> None:
    """Make a link, or, as git does where there can be none, a file that says where it leads."""
    at = _within(folder, name)
    at.parent.mkdir(parents=True, exist_ok=True)
    try:
        at.symlink_to(text)
    except (OSError, ValueError):
        at.write_bytes(os.fsencode(text))


def _within(folder: Path, name: str) -> Path:
    """Return where to put what has this name; raise `ValueError` for a tree that would have it put elsewhere."""
    at = Path(os.path.normpath(folder / name))
    if not at.is_relative_to(folder) or at.parent.resolve() != at.parent:
        raise ValueError(f"`{printable(name)}` leads elsewhere")
    return at


def _read(folder: Path, places: Iterable[_Place], entries: AbstractSet[str]) -> Loaded:
    """Read what lies at some places of the copy. A folder that is not there is told of: it may have moved.

    A file that is not there is new, as far as anybody can know.
    """
    from dataclasses import replace

    from policy_engine.lint import told_by
    from policy_engine.loader import Loaded, read_documents

    there: dict[Path, Path] = {}
    absent: list[Diagnostic] = []
    for place in places:
        at = _first_there(folder, place.names)
        if at is not None:
            there[at] = place.path
        elif place.path.is_dir() or not entries.isdisjoint(place.names):
            absent.append(_absent(place.path))
    read = read_documents(list(there), keep_evidence=told_by) if there else Loaded((), (), ())
    called = {file: _called(file, there) for file in read.files}
    return Loaded(
        tuple(replace(one, file=called[one.file]) for one in read.documents),
        (*(one._replace(file=called.get(one.file, one.file)) for one in read.diagnostics), *absent),
        (*called.values(), *(one.file for one in absent)),
        evidence={called[file]: one for file, one in (read.evidence or {}).items()},
    )


def _absent(path: Path) -> Diagnostic:
    from policy_engine.diagnostics import START_OF_FILE, Diagnostic
    from policy_engine.loader import CANNOT_READ

    told = "cannot be read: nothing lies there, or a link leads elsewhere"
    return Diagnostic(CANNOT_READ, printable(path.as_posix()), START_OF_FILE, told, "name what the revision has")


def _first_there(folder: Path, names: Iterable[str]) -> Path | None:
    from policy_engine.exceptions import PoliciesNotFoundError
    from policy_engine.loader import read_named_files

    for name in names:
        at = folder / name
        # A link that leads out leads to what there is today
        if not at.resolve().is_relative_to(folder):
            continue
        try:
            read_named_files([at])
        except PoliciesNotFoundError:
            continue
        return at
    return None


def _called(file: str, there: Mapping[Path, Path]) -> str:
    """Return what a file of the copy is called beside the path that the user wrote."""
    shown = {printable(at.as_posix()): printable(path.as_posix()) for at, path in there.items()}
    near = next((at for at in shown if f"{file}/".startswith(f"{at}/")), next(iter(shown)))
    return Path(os.path.normpath(join(shown[near], os.path.relpath(file, near)))).as_posix()
