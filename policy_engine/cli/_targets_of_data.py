"""Cases of files, decided by a policy, as the tally that its targets are measured by; and a baseline the same way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from policy_engine.cli._class_scores import (
    classes_in,
    numbers_of_classes,
    places_of_classes,
    refuse_other_classes,
    refuse_standard_input,
)
from policy_engine.cli._file_formats import input_format
from policy_engine.cli._header import header_of
from policy_engine.cli._labelled import Where, first_rows, numbers_of, positive_among, texts_of_labels
from policy_engine.cli._named_columns import Asked, read_asked
from policy_engine.cli._one_policy import requests_in
from policy_engine.cli._positives import FIRST_CLASS_IS_TRUE, Positives
from policy_engine.tuning import Sample
from policy_engine.tuning.tallies import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.cli._named_columns import Column
    from policy_engine.cli._one_policy import OnePolicy


class DecidedCases(NamedTuple):
    """Cases in order: the signal, if there is one, and what is known of each; which are positives, if known."""

    signals: list[float | None]
    outcomes: list[Outcome]
    positives: Positives | None
    invalid: Mapping[str, int]

    @property
    def kinds(self) -> Counter[Outcome]:
        """How many cases there are of each kind."""
        return Counter(self.outcomes)

    def sample(self, bands: Sequence[str]) -> Sample:
        """Return the cases that have a number, each with the place among *bands* of the band that it got."""
        signals, places = [], []
        for signal, outcome in zip(self.signals, self.outcomes, strict=True):
            if signal is not None:
                signals.append(signal)
                places.append(bands.index(outcome.got))
        return Sample(np.array(signals, dtype=np.float64), np.array(places, dtype=np.intp))


def decided_cases(
    paths: Sequence[str], options: Mapping[str, Any], policy: OnePolicy, label: str | None
) -> DecidedCases:
    """Return what *policy* decides of all rows of files; raise `click.UsageError` for one that is no case."""
    _refuse_columns_of_another_kind(policy, options)
    classes = _classes(paths, options, policy, label) if policy.is_of_classes else ()
    columns = tuple(options["class_prefix"] + name for name in classes) or (options["score"],)
    names = columns if label is None else (*columns, label)
    where = Where(len(paths) > 1)
    scores: list[float | dict[str, float]] = []
    values: list[Any] = []
    given: list[Mapping[str, Any]] = []
    for path in paths:
        where.begins(path, len(scores))
        form = input_format(path, options["input_format"])
        found = read_asked(path, form, Asked(names, policy.columns, numbers=columns))
        # Of one file, for a row that is none is told by its place in that
        own = Where(True)  # noqa: FBT003 - there may be several files
        own.begins(path, 0)
        scores += _scores(found, columns, classes, own)
        given += requests_in(found, form, columns, policy)
        if label is not None:
            values += list(found[label])
    if not scores:
        raise click.UsageError(f"there are no cases in {', '.join(f'`{path}`' for path in paths)}")
    truths: list[str] = []
    positives = None
    if label is not None:
        truths = texts_of_labels(values, label, where)
        if policy.is_of_classes:
            places_of_classes(first_rows(truths), classes, label, where)
            positives = FIRST_CLASS_IS_TRUE
        else:
            positives = Positives(positive_among(first_rows(truths), label, options["positive"]))
    decided = policy.decided(list(zip(scores, given, strict=True)), where)
    is_positive = [None] * len(scores) if positives is None else list(map(positives.has, truths, decided.labels))
    outcomes = list(map(Outcome, decided.outcomes, decided.reached, is_positive))
    return DecidedCases(decided.signals, outcomes, positives, decided.invalid)


def _refuse_columns_of_another_kind(policy: OnePolicy, options: Mapping[str, Any]) -> None:
    """Raise `click.UsageError` where the columns that are named are not those of the policy's kind of score."""
    if policy.is_of_classes and options["class_prefix"] is None:
        raise click.UsageError(
            f"`{policy.file}` decides by classes, each of which has a column: "
            "say how these begin with --class-prefix TEXT, in place of --score"
        )
    if not policy.is_of_classes and options["score"] is None:
        raise click.UsageError(
            f"`{policy.file}` decides by one number: say its column with --score COLUMN, in place of --class-prefix"
        )


def _classes(paths: Sequence[str], options: Mapping[str, Any], policy: OnePolicy, label: str | None) -> tuple[str, ...]:
    """Return the classes of the policy, each of which has a column in every file; or those of the first file."""
    refuse_standard_input(paths)
    prefix, score = options["class_prefix"], policy.policy.score
    known = None if score is None else score.labels
    for path in paths:
        header = header_of(path, input_format(path, options["input_format"]))
        found = classes_in(path, header, prefix, () if label is None else (label,))
        known = known or found
        refuse_other_classes(path, prefix, found, known)
    return known or ()


def _scores(
    found: Mapping[str, Column], columns: Sequence[str], classes: Sequence[str], where: Where
) -> list[float] | list[dict[str, float]]:
    """Return the score of each row, by class where there are several."""
    if not classes:
        numbers: list[float] = numbers_of(found[columns[0]], columns[0], where).tolist()
        return numbers
    rows = numbers_of_classes(found, columns, where).tolist()
    return [dict(zip(classes, row, strict=True)) for row in rows]
