"""The YAML files of a folder, and what stands in the way of reading some."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from policy_engine.loader._bytes import UnreadableError, unreadable

_SUFFIXES: Final = (".yaml", ".yml")


class Place(NamedTuple):
    """A file to read, or a place that cannot be read and why. `real` is its path without links."""

    path: str
    real: str
    trouble: UnreadableError | None = None


@dataclass(slots=True)
class _Walk:
    """What a walk has seen. Links wait until all that lies in the folder itself is known."""

    top: str
    folders: list[Place]
    places: list[Place] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def places_in(folder: str | Path) -> list[Place]:
    """Return the `*.yaml` and `*.yml` files below *folder*, sorted by path, with the places to complain of.

    What begins with a dot is left out. A link is followed where it leads to something inside the folder
    that was not met before; a link that leads out or round in a circle is a place to complain of.
    """
    top = os.path.realpath(folder)
    walk = _Walk(top, [Place(str(folder), top)])
    while walk.folders or walk.links:
        if walk.folders:
            _list(walk.folders.pop(), walk)
        else:
            walk.links.sort(reverse=True)
            _follow(walk.links.pop(), walk)
    return sorted(walk.places, key=lambda place: Path(place.path).parts)


def _list(folder: Place, walk: _Walk) -> None:
    walk.seen.add(folder.real)
    try:
        with os.scandir(folder.path) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    _sort_in(entry, folder, walk)
    except OSError as error:
        walk.places.append(Place(folder.path, folder.real, unreadable(error)))


def _sort_in(entry: os.DirEntry[str], folder: Place, walk: _Walk) -> None:
    real = os.path.join(folder.real, entry.name)  # noqa: PTH118 - a path object for each entry of a large folder
    if entry.is_symlink():
        walk.links.append(entry.path)
    elif not entry.is_dir(follow_symlinks=False):
        _take_file(entry.path, real, walk)
    elif is_yaml(entry.name):
        trouble = UnreadableError("cannot be read: it is a folder, not a file", "rename the folder")
        walk.places.append(Place(entry.path, real, trouble))
    else:
        walk.folders.append(Place(entry.path, real))


def _follow(link: str, walk: _Walk) -> None:
    try:
        real = os.path.realpath(link, strict=True)
    except OSError as error:
        if is_yaml(link):
            walk.places.append(Place(link, link, unreadable(error)))
        return
    is_folder = Path(real).is_dir()
    if not is_folder and not is_yaml(link):
        return
    if not is_within(real, walk.top):
        walk.places.append(leading_out(link))
    elif not is_folder:
        _take_file(link, real, walk)
    elif is_within(os.path.realpath(Path(link).parent), real):
        trouble = UnreadableError("cannot be read: its links lead in a circle", "remove the link")
        walk.places.append(Place(link, link, trouble))
    elif real not in walk.seen:
        walk.folders.append(Place(link, real))


def _take_file(path: str, real: str, walk: _Walk) -> None:
    if is_yaml(path) and real not in walk.seen:
        walk.seen.add(real)
        walk.places.append(Place(path, real))


def is_yaml(name: str) -> bool:
    """Say whether a file of this name is looked at in a folder of policies."""
    return name.lower().endswith(_SUFFIXES)


def leading_out(link: str) -> Place:
    """Return the place to complain of where a link leads out of its folder: what lies there is not read."""
    return Place(
        link, link, UnreadableError("cannot be read: the link leads out of the folder", "put a copy in the folder")
    )


def is_within(real: str, top: str) -> bool:
    """Say whether a path is *top* or lies in it; both without links and without `..`."""
    return real == top or real.startswith(top.rstrip(os.sep) + os.sep)
