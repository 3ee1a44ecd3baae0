"""One class, and two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import CLASSES, LABELS, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "one": (
        CLASSES,
        [("kind: classes", "kind: classes, labels: [melanoma]")],
        [
            (
                "6:32: PE231 `melanoma` is the only class, and a model tells one from another / list every "
                "class that the model scores; or, if it returns one number, write `kind: probability` "
                "without `labels`"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "two": (CLASSES, [("kind: classes", "kind: classes, labels: [melanoma, naevus]")]),
    "one of labels": (LABELS, [("[spam, toxic]", "[spam]")]),
}


@pytest.mark.parametrize("case", FOUND)
def test_one_class_alone_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
