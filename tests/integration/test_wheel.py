"""The wheel that users install works on its own: outside the checkout, with the schemas inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds what the wheel holds."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def _python(installed: Path, arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = {**os.environ, "PYTHONPATH": str(installed)}
    # -P: what stands in the working folder is not imported
    command = [sys.executable, "-P", *arguments]
    return subprocess.run(command, cwd=folder, env=path, check=False, capture_output=True, text=True)


def test_the_wheel_holds_the_package_and_its_schemas(installed: Path) -> None:
    code = "import policy_engine as p, policy_engine._resources as r; print(p.__file__); print(r.schemas_folder())"
    package, schemas = _python(installed, ["-c", code], installed.parent).stdout.split()
    assert Path(package) == installed / "policy_engine" / "__init__.py"
    assert sorted(path.name for path in Path(schemas).glob("*.json")) == [
        "catalog.schema.json",
        "policy.schema.json",
    ]


def test_a_policy_is_checked_and_decided_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    for name in ("catalog.yaml", "credit-default.yaml"):
        (tmp_path / name).write_bytes((ROOT / "policies" / name).read_bytes())
    checked = _python(installed, ["-m", "policy_engine", "validate", "."], tmp_path)
    assert checked.returncode == 0, checked.stderr
    explained = _python(installed, ["-m", "policy_engine", "rule", "PE203"], tmp_path)
    assert explained.stdout.startswith("# PE203: tied-overrides"), explained.stderr
    case = ["--score", "0.9", "--housing", "own", "--purpose", "others"]
    decide = ["-m", "policy_engine", "decide", "credit-default", "--policies", ".", *case]
    decided = _python(installed, decide, tmp_path)
    assert '"outcome": "decline"' in decided.stdout.replace('":"', '": "'), decided.stderr


def test_a_page_is_made_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    code = "from policy_engine.reporting.as_html import report_as_html as made; print(made('A page', {}))"
    page = _python(installed, ["-c", code], tmp_path)
    assert "<h1>A page</h1>" in page.stdout, page.stderr
