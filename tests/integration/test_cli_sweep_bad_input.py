"""Bad input to `sweep`, in files of every kind: one clear error, or a null with its reason, and never a warning."""

from __future__ import annotations

import csv
import json
from math import inf, nan
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.commands import json_of, run, started

if TYPE_CHECKING:
    from pathlib import Path

FORMS: Final = ("csv", "jsonl", "parquet")
OPTIONS: Final = ("--score", "s", "--label", "l")


def _written(folder: Path, form: str, columns: dict[str, list[Any]]) -> str:
    """Write columns as a file of a kind. A missing value is an empty field, a missing key or a null."""
    path = folder / f"scored.{form}"
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if form == "parquet":
        pq.write_table(pa.table(columns), path)
    elif form == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(columns))
            table.writeheader()
            table.writerows(rows)
    else:
        lines = [json.dumps({name: value for name, value in row.items() if value is not None}) for row in rows]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("columns", "options", "said"),
    [
        ({"score": [0.5], "l": [1]}, (), "has no column `s`: "),
        ({"s": [0.5], "l": [1]}, ("--by", "sex"), "has no column `sex`: known here: `l`, `s`"),
        ({"s": ["0.5", "high"], "l": [1, 0]}, (), "row 2: `s` is `high`; each case needs a finite number there"),
        ({"s": [0.5, nan], "l": [1, 0]}, (), "row 2: `s` is `nan`; each case needs a finite number there"),
        ({"s": [-inf, 0.5], "l": [1, 0]}, (), "row 1: `s` is `-inf`; each case needs a finite number there"),
        ({"s": [0.5, None], "l": [1, 0]}, (), "row 2: there is no `s`; each case needs a finite number there"),
        ({"s": [1, None], "l": [1, 0]}, (), "row 2: there is no `s`; each case needs a finite number there"),
        ({"s": [0.5, 0.4], "l": [1, None]}, (), "row 2: there is no `l`; leave out cases without one"),
        (
            {"s": [0.5, 0.4, 0.3], "l": [0, 1, 2]},
            (),
            "`l` has 3 different values, `0`, `1`, `2`; a label is one of two",
        ),
        ({"s": [0.5, 0.4], "l": ["bad", "good"]}, (), "which `l` is the positive, of `bad`, `good`?"),
        ({"s": [0.5, 0.4], "l": [1, 0]}, ("--positive", "bad"), "no `l` is `bad`, as --positive says"),
        ({"s": [0.5, 0.4], "l": [1, 0]}, ("--positive", ""), "--positive names no label: a case without one"),
        (
            {"s": [0.5, 0.4], "l": [1, 0], "w": [1, -2]},
            ("--weight", "w"),
            "row 2: `w` is `-2`; each case needs a number",
        ),
        (
            {"s": [0.5, 0.4], "l": [1, 0], "w": [nan, 1.0]},
            ("--weight", "w"),
            "row 1: `w` is `nan`; each case needs a n",
        ),
        ({"s": [0.5, 0.4], "l": [1, 0], "w": [0, 0]}, ("--weight", "w"), "every weight in `w` is 0"),
        (
            {"s": [0.5, 0.4], "l": [1, 0], "w": ["1", "x"]},
            ("--weight", "w"),
            "row 2: `w` is `x`; each case needs a number",
        ),
    ],
)
def test_what_nothing_can_be_told_of_is_one_clear_error(
    tmp_path: Path, form: str, columns: dict[str, list[Any]], options: tuple[str, ...], said: str
) -> None:
    found = run("sweep", _written(tmp_path, form, columns), *OPTIONS, *options, "--format", "json")
    assert (found.exit_code, found.stdout) == (2, "")
    message = found.stderr.partition("policy-engine: ")[2]
    assert said in " ".join(message.split())
    assert "Traceback" not in found.stderr
    assert "Warning" not in found.stderr


@pytest.mark.parametrize("form", FORMS)
def test_a_file_without_a_case_is_named(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"scored.{form}"
    path.write_bytes(b"")
    of_nothing = run("sweep", str(path), *OPTIONS)
    columns: dict[str, list[Any]] = {"s": [], "l": []}
    of_no_row = run("sweep", _written(tmp_path, form, columns), *OPTIONS)
    for found in (of_nothing, of_no_row):
        assert found.exit_code == 2
        assert f"`{path}`" in found.stderr
        assert "Traceback" not in found.stderr


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("label", "reason"), [(1, "there are no negatives"), (0, "there are no positives")])
def test_of_one_class_only_all_that_compares_is_null_with_its_reason(
    tmp_path: Path, form: str, label: int, reason: str
) -> None:
    data = _written(tmp_path, form, {"s": [0.5, 0.4], "l": [label, label]})
    found = json_of(run("sweep", data, *OPTIONS, "--format", "json"))
    assert (found["auc"], found["separability"], found["undefined"]) == (None, None, reason)
    assert run("sweep", data, *OPTIONS).exit_code == 0


@pytest.mark.parametrize("form", FORMS)
def test_of_a_segment_without_positives_all_that_compares_is_null_with_its_reason(tmp_path: Path, form: str) -> None:
    data = _written(tmp_path, form, {"s": [0.9, 0.4, 0.3, 0.2], "l": [1, 0, 0, 0], "g": ["a", "a", "b", None]})
    found = json_of(run("sweep", data, *OPTIONS, "--by", "g", "--format", "json"))
    assert [(one["segment"]["g"], one["auc"], one["undefined"]) for one in found["segments"]] == [
        ("a", 1.0, None),
        ("b", None, "there are no positives"),
        (None, None, "there are no positives"),
    ]
    assert [one["at_best"]["recall"] for one in found["segments"]] == [1.0, None, None]
    assert run("sweep", data, *OPTIONS, "--by", "g").exit_code == 0


def test_no_library_warns_in_a_process_of_its_own(tmp_path: Path) -> None:
    bad = _written(tmp_path, "parquet", {"s": [0.5, nan], "l": [1, 0]})
    odd = _written(tmp_path, "csv", {"s": [0.5, 0.5, 0.5], "l": [1, 1, 1], "g": ["a", "b", ""]})
    for data, code in ((bad, 2), (odd, 0)):
        found = started("sweep", data, *OPTIONS, *(("--by", "g") if code == 0 else ()), PYTHONWARNINGS="always")
        assert (found.returncode, b"Warning" in found.stderr) == (code, False)


def test_no_case_is_counted_twice_whichever_command_reads_it(tmp_path: Path) -> None:
    data = _written(tmp_path, "csv", {"s": [0.1, 0.9], "l": [0, 1]})
    again = tmp_path / "again.csv"
    again.symlink_to(data)
    asked = {
        "sweep": (data, again, *OPTIONS),
        "compare": (data, again, *OPTIONS, "--thresholds", "0.5,0.6"),
        "verify-targets": ("policies/card-fraud.yaml", "--data", data, "--data", again, *OPTIONS),
    }
    for command, options in asked.items():
        found = run(command, *options)
        told = f"`{again}` is named twice: no case can be counted twice"
        assert (found.exit_code, told in " ".join(found.stderr.split())) == (2, True), command
