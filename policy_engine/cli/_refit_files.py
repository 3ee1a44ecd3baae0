"""The files that `refit` writes into a folder: tables, the curve, all numbers, and where they come from."""

from __future__ import annotations

import csv
import io
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from policy_engine.cli._messages import tell
from policy_engine.cli._provenance import command_of, data_of, expect_unchanged, packages_of
from policy_engine.cli._refit_policy import NOT_OF_THE_FIT
from policy_engine.cli._terminal import overwrites, writes_to
from policy_engine.formatting import put_whole
from policy_engine.reporting.as_json import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policy_engine.cli._refit_cases import Refitted

_MODE: Final = 0o644


def write_files(asked: Refitted, ctx: click.Context) -> None:
    """Write the files of a refit into its `--output-dir`, each whole before it takes its name.

    Raises `click.UsageError`, before any is written, where one of them is a file that was read.
    """
    folder = Path(asked.options["output_dir"])
    files = _files(asked, ctx)
    expect_unchanged(asked.states)
    for name in files:
        if overwrites(str(folder / name), asked.files):
            raise click.UsageError(f"--output-dir has a file that is read, `{name}`, which would be lost")
        if writes_to(asked.options["output"], folder / name):
            raise click.UsageError(f"--output is a file of --output-dir, `{name}`: one of the two would be lost")
        if (folder / name).is_dir():
            raise click.UsageError(f"`{folder / name}` is a folder: --output-dir writes a file there")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        put_whole(folder / name, content, _MODE)
    tell(f"wrote {', '.join(files)} into {folder}")
    if not _can_draw():
        tell("there is no coverage_curve.png: it needs matplotlib, pip install 'policy-engine[plots]'")


def _files(asked: Refitted, ctx: click.Context) -> dict[str, bytes]:
    """Return the files by their names."""
    from policy_engine.reporting.as_html import report_as_html

    plain, provenance, draws = asked.plain, _provenance(asked, ctx), _can_draw()
    drawn_with = packages_of("matplotlib") if draws else provenance["packages"]
    rows = sum(one["rows"] for one in provenance["data"])
    found = {
        "coverage_curve.csv": _table(plain["curve"][0], [one.values() for one in plain["curve"]]),
        "refer_candidates.csv": _candidates(plain["refer_candidates"]),
        "highlight_sweep.csv": _highlights(plain["highlight"] or [], asked.found.plan.floor, asked.found.plan.cap),
        "tier_reports.json": as_json({name: one for name, one in plain.items() if name != "curve"}),
        "provenance.json": as_json({**provenance, "packages": drawn_with}),
        "report.html": report_as_html(
            _title(asked), {"refit": plain, "provenance": {**provenance, "rows": rows}}
        ).encode(),
    }
    if draws:
        from policy_engine.reporting.as_png import coverage_as_png

        found["coverage_curve.png"] = coverage_as_png(asked.found, asked.beside.tiers)
    return found


def _title(asked: Refitted) -> str:
    """Return the heading of the page."""
    if asked.tiered is None:
        return f"Tiers of {len(asked.data.classes)} classes"
    return f"{asked.tiered.file.policy.use_case}: tiers"


def _can_draw() -> bool:
    return find_spec("matplotlib") is not None


def _candidates(candidates: Sequence[Mapping[str, Any]]) -> bytes:
    own, kept = ("wanted", "threshold", "n", "share"), ("n", "share", "top1", "top3")
    header = [*own, *(f"kept_{name}" for name in kept)]
    return _table(header, [[*(one[name] for name in own), *(one["kept"][name] for name in kept)] for one in candidates])


def _highlights(highlights: Sequence[Mapping[str, Any]], floor: int, cap: int) -> bytes:
    many = [str(one) for one in range(cap + 1) if one or not floor]
    header = ["above", "n", *(f"shown_{one}" for one in many), "mean", "truth"]
    rows = [
        [one["above"], one["n"], *(one["shown"][name] for name in many), one["mean"], one["truth"]]
        for one in highlights
    ]
    return _table(header, rows)


def _table(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Return a CSV file. Numbers read back as they are; what is not defined is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _provenance(asked: Refitted, ctx: click.Context) -> dict[str, Any]:
    """Return where the numbers come from: nothing that differs from one run to the next."""
    options, data = asked.options, asked.data
    rows = [*data.rows, *(() if asked.baseline is None else asked.baseline.rows)]
    read = data_of([*options["data"], *options["baseline"]])
    return {
        "command": command_of(ctx, "refit", NOT_OF_THE_FIT),
        "data": [
            {**one, "rows": many, "baseline": place >= len(data.rows)}
            for place, (one, many) in enumerate(zip(read, rows, strict=True))
        ],
        "label": options["label"],
        "id": options["id"],
        "classes": [options["class_prefix"] + name for name in data.classes],
        "segments": list(data.by),
        "packages": packages_of(),
        "seed": None,
    }
