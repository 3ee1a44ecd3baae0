"""Broken files, what is said of each, and the file after the one edit that the help text advises.

For `<name>.yaml` there is `<name>.txt`, the findings as they are printed, and `<name>.fixed.yaml`, which is
clean. `<name>.other.yaml` is a second policy beside it, `<name>.catalog.yaml` a catalog of
its own. What begins with `review_` is asked what `validate` asks beside the engine, at the beginning of 2027.
`python tests/golden/test_broken_policies.py` writes the findings anew, for a reader to review.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from policy_engine.loader import Loaded, read_document
from policy_engine.validator import Checked, check

NOW = datetime(2027, 1, 1, tzinfo=UTC)
FOLDER = Path(__file__).parent / "broken"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml") if "." not in path.stem and path.stem != "catalog")


def checked(name: str, edition: str = "") -> Checked:
    """Check a broken file, or an edition of it, with the catalog beside it unless it is one itself."""
    path = FOLDER / f"{name}{edition}.yaml"
    own = FOLDER / f"{name}.catalog.yaml"
    others = [] if name.startswith("catalog_") else [own if own.exists() else FOLDER / "catalog.yaml"]
    others += FOLDER.glob(f"{name}.other.yaml")
    read = [read_document(one.read_bytes(), one.name) for one in (path, *others)]
    found = tuple(one for _, diagnostics in read for one in diagnostics)
    loaded = Loaded(tuple(document for document, _ in read), found, (path.name, *(one.name for one in others)))
    return check(loaded, now=NOW, for_review=True) if name.startswith("review_") else check(loaded)


def printed(name: str) -> str:
    """Return the findings of a broken file, a line each for the message and for the help."""
    return "".join(
        f"{found.file}:{found.span.line}:{found.span.column}: {found.code} {found.message}\n    {found.help}\n"
        for found in checked(name).report.diagnostics
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_file_is_told_where_what_and_what_to_do(name: str) -> None:
    assert printed(name) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_edit_that_the_help_advises_mends_it(name: str) -> None:
    policies, report = checked(name, ".fixed")
    assert report.diagnostics == ()
    assert policies is not None


@pytest.mark.parametrize("name", NAMES)
def test_one_mistake_has_one_finding(name: str) -> None:
    assert len(checked(name).report.diagnostics) == 1


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 75


if __name__ == "__main__":
    for broken in NAMES:
        (FOLDER / f"{broken}.txt").write_text(printed(broken), encoding="utf-8")
