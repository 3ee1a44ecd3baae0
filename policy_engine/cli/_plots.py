"""The folder of pictures that `report` writes."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from policy_engine.cli._labelled import refuse_overwriting
from policy_engine.cli._messages import tell
from policy_engine.formatting import put_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MODE: Final = 0o644


def require_matplotlib() -> None:
    """Raise `click.UsageError` where there is nothing to draw with."""
    if find_spec("matplotlib") is None:
        raise click.UsageError("--plots needs matplotlib, which is not there: pip install 'policy-engine[plots]'")


def plots_for(folder: str, parts: Mapping[str, Any], read: Sequence[str]) -> dict[Path, bytes]:
    """Return the pictures of a page's *parts* by the files of a folder that they are for.

    Raises `click.UsageError` where one of these is a file that is *read*.
    """
    from policy_engine.reporting.as_plots import plots_of

    files = {Path(folder) / name: content for name, content in plots_of(parts["threshold"], parts["tuning"]).items()}
    for path in files:
        refuse_overwriting(read, str(path), "--plots")
    return files


def write_plots(folder: str, files: Mapping[Path, bytes]) -> None:
    """Write pictures into a folder, each whole before it takes its name."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        put_whole(path, content, _MODE)
    tell(f"wrote {len(files)} pictures into {folder}")
