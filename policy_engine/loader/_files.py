"""Files and folders as documents, whatever lies in them."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.diagnostics import in_order
from policy_engine.exceptions import PoliciesNotFoundError
from policy_engine.loader._bytes import UnreadableError, read_bytes, unreadable
from policy_engine.loader._catalog import catalog_for
from policy_engine.loader._evidence import EvidenceFiles
from policy_engine.loader._findings import CANNOT_READ, at_file
from policy_engine.loader._folder import Place, is_within, leading_out, places_in
from policy_engine.loader._read import read_document
from policy_engine.printable import printable, quoted
from policy_engine.processes import one_after_the_other

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from policy_engine.diagnostics import Diagnostic
    from policy_engine.loader._evidence import Evidence
    from policy_engine.loader.document import Document
    from policy_engine.processes import Across

_NOT_THERE: Final = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)


class Loaded(NamedTuple):
    """All documents in the order of their paths, all findings by place, and the names of all files met.

    `brought` are those of the files that nobody named: catalogs that came with policies, and lie beside others.
    `evidence` is what policies name as theirs, by the policy's file; None where nobody asked for it. `reals` are the
    paths without links of all files that were read, evidence among them.
    """

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    brought: frozenset[str] = frozenset()
    evidence: Mapping[str, Evidence] | None = None
    reals: frozenset[str] = frozenset()


class NamedFile(NamedTuple):
    """A file's bytes, or the finding that says why they cannot be had. `real` is its path without links.

    `leads_out`: it was named by a link to a file that does not lie below the link's own folder.
    """

    name: str
    real: str
    raw: bytes
    trouble: Diagnostic | None = None
    leads_out: bool = False


def read_file(path: Path) -> bytes:
    """Return the bytes of one file, at most one more than `MOST_BYTES`; links are followed.

    Raises `UnreadableError` for what cannot be read or is no regular file: nobody waits for a pipe or a device.
    """
    return _bytes_of(_place(path))


def read_named_files(paths: Sequence[Path]) -> tuple[NamedFile, ...]:
    """Return the files named and the YAML files of the folders named, each once, and no catalog that nobody named.

    Raises `PoliciesNotFoundError` as `read_documents` does.
    """
    return tuple(_named_file(place) for place in _each_once(_places_of(paths).named))


def _named_file(place: Place) -> NamedFile:
    name = _shown(place.path)
    try:
        raw = _bytes_of(place)
    except UnreadableError as error:
        return NamedFile(name, place.real, b"", at_file(CANNOT_READ, name, error.message, error.mend))
    link = Path(place.path)
    leads_out = link.is_symlink() and not Path(place.real).is_relative_to(link.parent.resolve())
    return NamedFile(name, place.real, raw, leads_out=leads_out)


def read_documents(
    paths: Sequence[Path],
    *,
    keep_evidence: Callable[[Any], Any] | None = None,
    across: Across = one_after_the_other,
) -> Loaded:
    """Read the files named and the YAML files of the folders named, each once.

    A file named by itself brings the catalog beside or above it. What is wrong with a file or inside a
    folder is a finding; a path that does not exist, or a folder without any YAML, is the caller's mistake
    and raises `PoliciesNotFoundError`.

    With *keep_evidence*, the files that policies name as their evidence are read as well, and what it makes of their
    data is kept. They lie in the folder that was named; of a policy that is named by itself, in that of the catalog
    which it brings, else beside it.
    """
    named, catalogs, folders = _places_of(paths)
    places = _each_once([*named, *catalogs])
    brought = {place.real for place in catalogs} - {place.real for place in named}
    read = across(_read_place, places)
    names = tuple(_shown(place.path) for place in places)
    evidence: dict[str, Evidence] = {}
    files = None if keep_evidence is None else EvidenceFiles(keep_evidence)
    for name, place, (document, _) in zip(names, places, read, strict=True):
        told = document.data.get("evidence") if document is not None and isinstance(document.data, dict) else None
        if files is not None and isinstance(told, str) and place.real in folders:
            evidence[name] = files.read(told, place.real, folders[place.real])
    return Loaded(
        tuple(document for document, _ in read if document is not None),
        in_order(one for _, found in read for one in found),
        names,
        frozenset(name for name, place in zip(names, places, strict=True) if place.real in brought),
        None if files is None else evidence,
        frozenset((*(place.real for place in places), *(() if files is None else files.reals))),
    )


def read_catalog_for(path: Path) -> Loaded:
    """Read the catalog that a policy in the file *path* brings, whether or not that file is there yet."""
    catalog = catalog_for(path)
    if catalog is None:
        return Loaded((), (), ())
    place = _brought(catalog)
    document, found = _read_place(place)
    name = _shown(place.path)
    return Loaded(
        () if document is None else (document,), found, (name,), frozenset((name,)), None, frozenset((place.real,))
    )


def _read_place(place: Place) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """Return the document of a file with what was found in it, or why there is none."""
    name = _shown(place.path)
    try:
        return read_document(_bytes_of(place), name)
    except UnreadableError as error:
        return None, (at_file(CANNOT_READ, name, error.message, error.mend),)


class _Places(NamedTuple):
    """The files that are named, or lie in folders that are, and the catalogs that files bring.

    `folders` gives the folder of the policies for each that is named, by its path without links.
    """

    named: list[Place]
    catalogs: list[Place]
    folders: dict[str, str]


def _places_of(paths: Sequence[Path]) -> _Places:
    if not paths:
        raise PoliciesNotFoundError("no file and no folder is named")
    places: list[Place] = []
    catalogs: list[Place] = []
    folders: dict[str, str] = {}
    for path in paths:
        if _is_folder(path):
            inside = _some_in(path)
            top = os.path.realpath(path)
            places.extend(inside)
            for place in inside:
                folders.setdefault(place.real, top)
            continue
        place = _place(path)
        places.append(place)
        catalog = catalog_for(path)
        if catalog is not None and catalog != path:
            catalogs.append(_brought(catalog))
        folders.setdefault(place.real, os.path.realpath((path if catalog is None else catalog).parent))
    return _Places(places, catalogs, folders)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except ValueError as error:
        raise PoliciesNotFoundError(f"{quoted(str(path))} does not exist") from error
    except OSError as error:
        if error.errno in _NOT_THERE:
            raise PoliciesNotFoundError(f"{quoted(str(path))} does not exist") from error
        return False


def _some_in(folder: Path) -> list[Place]:
    places = places_in(folder)
    if not places:
        raise PoliciesNotFoundError(f"there is no `*.yaml` file in {quoted(str(folder))}")
    return places


def _place(path: Path) -> Place:
    try:
        return Place(str(path), os.path.realpath(path, strict=True))
    except OSError as error:
        return Place(str(path), str(path), unreadable(error))


def _brought(catalog: Path) -> Place:
    """Return the place of a catalog that nobody named: a link that leads out of its folder is not followed."""
    place = _place(catalog)
    is_inside = place.trouble is not None or is_within(place.real, os.path.realpath(catalog.parent))
    return place if is_inside else leading_out(str(catalog))


def _each_once(places: Iterable[Place]) -> list[Place]:
    unique: dict[tuple[str, bool], Place] = {}
    for place in places:
        # A link that leads out is a finding of its own beside the file that it leads to.
        unique.setdefault((place.real, place.trouble is None), place)
    return list(unique.values())


def _bytes_of(place: Place) -> bytes:
    if place.trouble is not None:
        raise place.trouble
    return read_bytes(place.real)


def _shown(path: str) -> str:
    return printable(Path(path).as_posix())
