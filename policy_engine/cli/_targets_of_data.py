"""Cases of files, decided by a policy, as the tally that its targets are measured by; and a baseline the same way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from policy_engine.cli._file_formats import input_format
from policy_engine.cli._labelled import LabelledColumns, Where, labels_of, numbers_of
from policy_engine.cli._named_columns import Asked, read_asked
from policy_engine.cli._one_policy import requests_in
from policy_engine.tuning.tallies import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.cli._one_policy import OnePolicy


class DecidedCases(NamedTuple):
    """Cases in order: the score and what is known of each; `positive` is the label that is to be found, if any."""

    scores: list[float]
    outcomes: list[Outcome]
    positive: str | None
    invalid: Mapping[str, int]

    @property
    def kinds(self) -> Counter[Outcome]:
        """How many cases there are of each kind."""
        return Counter(self.outcomes)


def decided_cases(
    paths: Sequence[str], options: Mapping[str, Any], policy: OnePolicy, label: str | None
) -> DecidedCases:
    """Return what *policy* decides of all rows of files; raise `click.UsageError` for one that is no case."""
    score, where = options["score"], Where(len(paths) > 1)
    scores: list[float] = []
    values: list[Any] = []
    given: list[Mapping[str, Any]] = []
    for path in paths:
        where.begins(path, len(scores))
        form = input_format(path, options["input_format"])
        names = (score,) if label is None else (score, label)
        found = read_asked(path, form, Asked(names, policy.columns, numbers=(score,)))
        # Of one file, for a row that is none is told by its place in that
        own = Where(True)  # noqa: FBT003 - there may be several files
        own.begins(path, 0)
        scores += numbers_of(found[score], score, own).tolist()
        given += requests_in(found, form, score, policy)
        if label is not None:
            values += list(found[label])
    if not scores:
        raise click.UsageError(f"there are no cases in {', '.join(f'`{path}`' for path in paths)}")
    labels: Sequence[bool | None] = [None] * len(scores)
    positive = None
    if label is not None:
        truths, positive = labels_of(values, LabelledColumns(score, label, options["positive"]), where)
        labels = truths.tolist()
    decided = policy.decided(list(zip(scores, given, strict=True)), where)
    outcomes = list(map(Outcome, decided.outcomes, decided.reached, labels))
    return DecidedCases(scores, outcomes, positive, decided.invalid)
