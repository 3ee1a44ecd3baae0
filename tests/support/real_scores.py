"""The real scores in examples/, as problems of two classes."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from policy_engine.measures import LabelledScores

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
LABELS: Final = ("cotton_crop", "damp_grey_soil", "grey_soil", "red_soil", "vegetation_stubble", "very_damp_grey_soil")
"""What a satellite pixel shows: each against the rest is a problem."""
PROBLEMS: Final = ("credit", "tumours", "first label", *LABELS)
"""Bad credit, malignant tumours, of a pixel whether the label with the highest score is right, and each label."""


class Problem(NamedTuple):
    """Labelled scores, and a column by which there are segments."""

    cases: LabelledScores
    groups: tuple[str, ...]


@cache
def problem(name: str) -> Problem:
    """Return one of the problems."""
    if name == "credit":
        return _binary("german_credit/german_credit_oof.csv", "purpose")
    if name == "tumours":
        return _binary("breast_cancer/breast_cancer_oof.csv", "size_band")
    rows = _rows("satellite/satellite_oof.csv")
    scores = np.array([[float(row[f"p_{label}"]) for label in LABELS] for row in rows])
    first = tuple(LABELS[place] for place in scores.argmax(axis=1))
    if name == "first label":
        is_right = [label == row["label"] for label, row in zip(first, rows, strict=True)]
        return Problem(LabelledScores.of(scores.max(axis=1), is_right), first)
    return Problem(LabelledScores.of(scores[:, LABELS.index(name)], [row["label"] == name for row in rows]), first)


def _binary(file: str, group: str) -> Problem:
    rows = _rows(file)
    cases = LabelledScores.of([float(row["score"]) for row in rows], [row["label"] == "1" for row in rows])
    return Problem(cases, tuple(row[group] for row in rows))


def _rows(file: str) -> list[dict[str, str]]:
    with (EXAMPLES / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
