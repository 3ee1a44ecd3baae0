"""The policy of one file, and what it decides of rows of labelled or unlabelled scores."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import click

from policy_engine.cli._file_formats import input_format
from policy_engine.cli._named_columns import Asked, read_asked
from policy_engine.exceptions import InvalidRequestError
from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from policy_engine.cli._columns import Words
    from policy_engine.cli._labelled import Where
    from policy_engine.cli._named_columns import Column
    from policy_engine.engine import Decision, Engine
    from policy_engine.model import Catalog, Policy
    from policy_engine.vocabulary import Direction

_BESIDE_DIMENSIONS = ("model", "model_version", "subject", "reason_codes")
_OF_JSON = ("facts", "thresholds")
_ONE_COLUMN: Final = ("probability", "number")
"""The kinds of policies whose score is one column."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of each row, and how many rows had a score that was invalid, by its class.

    `reached` are the bands without samples: another one than the outcome where a row was drawn for one. `signals` are
    the numbers that were compared, and `labels` the first of several classes: None where there is none.
    """

    outcomes: list[str]
    invalid: Mapping[str, int]
    reached: list[str]
    signals: list[float | None]
    labels: list[str | None]


@dataclass(frozen=True, slots=True)
class OnePolicy:
    """A policy that decides alone, by the score of each case, as of one instant."""

    file: str
    policy: Policy
    catalog: Catalog
    engine: Engine
    at: datetime

    @property
    def higher_is(self) -> Direction:
        """Whether a higher score is riskier or safer."""
        return "riskier" if self.policy.scales[0].is_riskier else "safer"

    @property
    def told(self) -> dict[str, Any]:
        """What is told of it in a result."""
        from policy_engine.model import format_instant

        policy = self.policy
        which = {"policy": self.file, "use_case": policy.use_case, "version": policy.version, "digest": policy.digest}
        return {**which, "at": format_instant(self.at)}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads of a row, if they are there, besides the score."""
        from policy_engine.cli._dimensions import dimension_names

        facts = (f"fact.{name}" for name in self.catalog.facts)
        tunables = (f"threshold.{name}" for name in self.policy.tunable)
        return (*dimension_names(self.catalog), *_BESIDE_DIMENSIONS, *facts, *tunables, *_OF_JSON)

    def place_of(self, band: str) -> int:
        """Return the place of a band with a threshold, from the top; raise `click.UsageError` for any other name."""
        from policy_engine.diagnostics import did_you_mean

        names = self.policy.band_names
        if band not in names:
            hint = did_you_mean(printable(band), names)
            raise click.UsageError(f"`{self.file}` has no band `{printable(band)}`: {hint}")
        if band == names[-1]:
            others = ", ".join(f"`{name}`" for name in names[:-1])
            raise click.UsageError(f"every case reaches `{band}`, which has no threshold: --band is one of {others}")
        return names.index(band)

    @property
    def is_of_classes(self) -> bool:
        """Whether the score of a case is a number for each of several classes."""
        return self.policy.kind == "classes"

    def decided(self, rows: Sequence[tuple[float | Mapping[str, float], Mapping[str, Any]]], where: Where) -> Decided:
        """Return what becomes of *rows*, each a score with what else a request says.

        Raises `click.UsageError` for a row that is no request, and where the policy takes the score of none.
        """
        found, invalid = Decided([], {}, [], [], []), Counter[str]()
        for row, (score, given) in enumerate(rows):
            decision = self._decision(score, given, row, where)
            verdict = decision.verdict
            found.outcomes.append(verdict.outcome)
            found.reached.append(verdict.outcome if verdict.sample is None else verdict.sample.outcome_without)
            found.signals.append(decision.signal)
            found.labels.append(verdict.label)
            if verdict.invalid is not None:
                invalid[verdict.invalid] += 1
        if rows and invalid["wrong_model"] == len(rows):
            raise click.UsageError(
                f"`{self.file}` takes the score of no row, for the model is not known to be its own: "
                "add a column `model` or `model_version` that says which it is"
            )
        return replace(found, invalid=dict(sorted(invalid.items())))

    def _decision(
        self, score: float | Mapping[str, float], given: Mapping[str, Any], row: int, where: Where
    ) -> Decision:
        request = {**given, "use_case": self.policy.use_case, "score": score, "at": self.at}
        try:
            return self.engine.decide_request(request)
        except InvalidRequestError as error:
            raise click.UsageError(f"{where(row)}: `{self.file}` does not decide it: {error}") from None


def one_policy(
    path: str, output: str | None, at: datetime | None, now: datetime, *, or_classes: bool = False
) -> OnePolicy:
    """Return the policy in the file *path*, to decide as of *at*; else of *now*, or of its beginning if not live then.

    Raises `click.UsageError` where there are several, or one that does not decide by one number (or by several
    classes, where these are read, too); `InvalidPolicyError` where it has errors.
    """
    from policy_engine.cli._engine import table_of
    from policy_engine.cli._policies import STDIN, usable_policies
    from policy_engine.engine import Engine

    if path == STDIN:
        raise click.UsageError("--policy names a file, not the standard input")
    checked = usable_policies([path], output)
    if len(checked.policies) > 1:
        raise click.UsageError(f"--policy names the file of one policy, and in `{path}` are {len(checked.policies)}")
    policy = checked.policies[0].policy
    if policy.stage is not None:
        raise click.UsageError(f"`{path}` is a candidate: name a copy of it without its `stage`, which decides alone")
    if policy.score is None or policy.kind not in (*_ONE_COLUMN, *(["classes"] if or_classes else [])):
        more = ", or one for each class, for policies whose score is `classes`" if or_classes else ""
        raise click.UsageError(
            f"`{path}` decides by {policy.kind}: what is read here is one column, "
            f"for policies whose score is a `probability` or a `number`{more}"
        )
    begin, until = policy.window
    when = at or (now if begin <= now < until else begin)
    if not begin <= when < until:
        raise click.UsageError(f"`{path}` is not live at that instant: --at is one from {begin.isoformat()} on")
    return OnePolicy(path, policy, checked.catalog, Engine(table_of(checked)), when)


def requests_of(path: str, said: str | None, score: str, policy: OnePolicy) -> list[dict[str, Any]]:
    """Return what each row of a file says of a case besides its score, in the words of the policy's catalog."""
    form = input_format(path, said)
    found = read_asked(path, form, Asked((score,), policy.columns))
    return list(requests_in(found, form, (score,), policy))


def requests_in(
    found: Mapping[str, Column], form: str, scores: Sequence[str], policy: OnePolicy
) -> Iterator[dict[str, Any]]:
    """Yield the requests in columns that were read, but those of *scores*, with texts of CSV as what they spell."""
    from policy_engine.cli._columns import Named, columns_of

    names = [name for name in policy.columns if name in found and name not in scores]
    rows = zip(*(found[name] for name in names), strict=True) if names else (() for _ in found[scores[0]])
    if form == "jsonl":
        for row in rows:
            yield {name: value for name, value in zip(names, row, strict=True) if value is not None}
        return
    names = [name for name in names if name not in _OF_JSON]
    spec = columns_of(names, Named({}, frozenset(), frozenset()), _words(policy.catalog))
    rows = zip(*(found[name] for name in names), strict=True) if names else (() for _ in found[scores[0]])
    for row in rows:
        yield spec.request(row) if form == "csv" else spec.typed_request(dict(enumerate(row)))


def _words(catalog: Catalog) -> Words:
    from policy_engine.cli._columns import Words
    from policy_engine.cli._dimensions import dimension_names
    from policy_engine.model import REQUEST_KEYS, NumberDimension

    numbers = {name for name, one in catalog.dimensions.items() if isinstance(one, NumberDimension)}
    return Words((*REQUEST_KEYS, *dimension_names(catalog)), frozenset(numbers), tuple(catalog.facts))
