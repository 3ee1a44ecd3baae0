"""For each cell, cases that are judged in it: one for each edge of each score or label."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from policy_engine.model import CaseReasons, Request
from policy_engine.reporting.edges._points import Point, points_of
from policy_engine.reporting.effective import is_of_scale
from policy_engine.resolution import UNKNOWN, ladder
from policy_engine.vocabulary import ESCALATION_PATH, LABEL, MODEL_VERSION, SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policy_engine.model import ModelReference, Policy, Scale
    from policy_engine.resolution import Cell, Dimension, ResolvedPolicy
    from policy_engine.vocabulary import InvalidClass

_UNDECLARED: Final = "undeclared"


class Given(NamedTuple):
    """What a case gives, and what it comes to: the number or class of bad input of each member, and its version's name.

    `member` is the label or the one of several scores that is at the edge.
    """

    member: str | None
    score: Any
    model: Any
    model_version: Any
    signals: Mapping[str | None, float | InvalidClass]
    versions: Mapping[str | None, str | None]


class Case(NamedTuple):
    """A case at an edge. `cell` has one value for each dimension that the policy uses (None: *unknown*)."""

    cell: Mapping[str, str | None]
    given: Given
    point: Point
    request: Request


class CasesOfPolicy:
    """Makes the cases of one policy, cell by cell. `without_version` names models that no version was found for."""

    def __init__(self, resolved: ResolvedPolicy) -> None:
        """Work out all that is the same in every cell."""
        self._resolved, self._policy = resolved, resolved.policy
        self._versions = {scale.name: _versions_of(self._policy, scale) for scale in self._policy.scales}
        self._steps = {step.dimension.name: step for step in resolved.steps}
        self._mild = {scale.name: _mild(resolved, scale) for scale in self._policy.scales}
        self._codes = tuple(dict.fromkeys(_known_codes(self._policy)))
        self.facts = facts_that_match_least(self._policy)
        self.without_version = sorted(
            scale.score.model.name
            for scale in self._policy.scales
            if scale.score.model.versions is not None and not self._versions[scale.name]
        )

    def cases(self, cell: Cell) -> Iterator[Case]:
        """Yield every case of a cell; none where no request leads to it alone."""
        outer = {step.dimension.name: cell.example[step.dimension.name] for step in self._outer_steps()}
        if any(self._policy.unknown.get(name) == "error" for name, value in outer.items() if value is UNKNOWN):
            return
        for member in self._members(cell):
            for version in self._version_of(cell):
                yield from self._of_member(cell, outer, member, version)

    def _outer_steps(self) -> Iterable[Any]:
        return self._resolved.steps[: self._resolved.outer]

    def _members(self, cell: Cell) -> Sequence[str | None]:
        """Return the labels, or the one of several scores, that have this cell: None stands for an undeclared label."""
        if self._policy.kind != "labels" or self._policy.score is None:
            return (cell.scale.name,)
        step = self._steps.get(LABEL)
        if step is None:
            return sorted(self._policy.score.labels or ())
        alike = [value for value, code in step.codes.items() if code == step.codes[cell.example[LABEL]]]
        return [value for value in alike if value is not UNKNOWN or self._policy.unknown_label != "error"]

    def _version_of(self, cell: Cell) -> tuple[str | None, ...]:
        """Return the name of a version that has this cell, None for *unknown* or for no name at all; nothing if none.

        One that a request can give comes first: the score of a case without a version is of the wrong model.
        """
        step, scale = self._steps.get(MODEL_VERSION), cell.scale
        names: list[str | None] = [*scale.score.model.version_names] or [None]
        if step is not None:
            alike = [value for value, code in step.codes.items() if code == step.codes[cell.example[MODEL_VERSION]]]
            names = [value for value in alike if is_of_scale(scale, MODEL_VERSION, value)]
        return tuple(sorted(names, key=lambda name: name not in self._versions[scale.name]))[:1]

    def _of_member(
        self, cell: Cell, outer: Mapping[str, str | None], member: str | None, version: str | None
    ) -> Iterator[Case]:
        model = cell.scale.score.model
        is_admitted = model.versions is None or version in self._versions[cell.scale.name]
        values = dict(outer)
        if MODEL_VERSION in self._steps:
            values[MODEL_VERSION] = version
        if self._policy.kind in ("labels", "scores"):
            values[LABEL if self._policy.kind == "labels" else SCORE] = member
        for point in points_of(cell.scale, ladder(cell), cell.lead.value):
            if is_admitted or point.is_other_model:
                given = self._given(cell.scale, member, version, point)
                yield Case(values, given, point, self._request(cell, values, given))

    def _given(self, scale: Scale, member: str | None, version: str | None, point: Point) -> Given:
        text = self._versions[scale.name].get(version)
        other = f"not {scale.score.model.name}" if point.is_other_model else None
        version = None if point.is_other_model else version
        if self._policy.kind == "labels":
            return self._given_labels(scale, member, version, point)._replace(model=other, model_version=text)
        if self._policy.kind == "scores":
            return self._given_scores(str(member), version, point)._replace(
                model=None if other is None else {str(member): other}
            )
        return Given(None, point.given, other, text, {None: point.signal}, {None: version})

    def _given_labels(self, scale: Scale, member: str | None, version: str | None, point: Point) -> Given:
        labels = sorted(scale.score.labels or ())
        name = _not_among(labels) if member is None else member
        others = dict.fromkeys(labels, self._mild[None])
        signals: dict[str | None, float | InvalidClass] = dict.fromkeys(labels, self._mild[None])
        signals[name] = point.signal
        if point.is_other_model:
            signals = dict.fromkeys(signals, "wrong_model")
        return Given(name, {**others, name: point.given}, None, None, signals, dict.fromkeys(signals, version))

    def _given_scores(self, member: str, version: str | None, point: Point) -> Given:
        names = [str(scale.name) for scale in self._policy.scales]
        others = {name: self._mild[name] for name in names}
        signals: dict[str | None, float | InvalidClass] = {name: self._mild[name] for name in names}
        signals[member] = point.signal
        versions: dict[str | None, str | None] = {name: next(iter(self._versions[name]), None) for name in names}
        versions[member] = version
        texts = {name: self._versions[name].get(versions[name]) for name in names}
        return Given(
            member,
            {**others, member: point.given},
            None,
            {name: text for name, text in texts.items() if text is not None},
            signals,
            versions,
        )

    def _request(self, cell: Cell, values: Mapping[str, str | None], given: Given) -> Request:
        return Request(
            use_case=self._policy.use_case,
            score=given.score,
            at=cell.since,
            model=given.model,
            model_version=given.model_version,
            dimensions=self._dimensions(values),
            facts=self.facts,
            reason_codes=self._codes,
        )

    def _dimensions(self, values: Mapping[str, str | None]) -> dict[str, Any]:
        """Return what a request gives for values of the dimensions: of a number, the lowest of its interval."""
        given: dict[str, Any] = {}
        for step in self._outer_steps():
            dimension: Dimension = step.dimension
            value = values[dimension.name]
            if value is not UNKNOWN:
                given[dimension.name] = _number(dimension, value) if dimension.cuts else value
            elif dimension.name == ESCALATION_PATH:
                # left out, it would be that no path is open
                given[dimension.name] = _not_among(dimension.values)
        return given


def facts_that_match_least(policy: Policy) -> dict[str, bool]:
    """Return for every fact that knock-outs name what the first of them, by id, does not ask for."""
    facts: dict[str, bool] = {}
    for one in sorted(policy.knock_outs, key=lambda one: one.id):
        for name, wanted in one.when.items():
            if isinstance(wanted, bool):
                facts.setdefault(name, not wanted)
    return facts


def _known_codes(policy: Policy) -> Iterator[str]:
    """Yield every code that any band takes from its cases: with one that is known, no case goes to `else`."""
    reasons = [band.reasons for band in policy.bands]
    reasons += [one for override in policy.overrides for one in (override.reasons or {}).values()]
    return chain.from_iterable(one.of for one in reasons if isinstance(one, CaseReasons))


def _number(dimension: Dimension, value: str) -> float:
    place = dimension.values.index(value)
    return dimension.cuts[place - 1] if place else math.nextafter(dimension.cuts[0], -math.inf)


def _not_among(names: Iterable[str | None]) -> str:
    known, name = set(names), _UNDECLARED
    while name in known:
        name += "'"
    return name


def _mild(resolved: ResolvedPolicy, scale: Scale) -> float:
    """Return a valid score that is as mild as scores get: the mild end, or beyond every cut where that is open."""
    cuts = [
        rung.threshold
        for cell in resolved.cells
        if cell.scale is scale
        for rung in ladder(cell)
        if rung.threshold is not None
    ]
    score = scale.score
    if scale.is_riskier:
        return score.low if math.isfinite(score.low) else min([score.just_below(cut) for cut in cuts] or [score.high])
    return score.high if math.isfinite(score.high) else max([*cuts] or [score.low])


# --- versions of models --------------------------------------------------------------------------------------


def _versions_of(policy: Policy, scale: Scale) -> dict[str | None, str]:
    """Return a version for each name that the model's versions have, by name; of versions without names, by None."""
    model = scale.score.model
    found: dict[str | None, str] = {}
    for version in (*_likely_versions(model), *_tested_versions(policy)):
        if model.versions is not None and model.admits(None, version):
            found.setdefault(model.version_name(version), version)
    return dict(sorted(found.items(), key=lambda item: str(item[0])))


def _likely_versions(model: ModelReference) -> Iterator[str]:
    """Yield versions about which the specifiers speak, and some on both sides of each."""
    written = model.versions if isinstance(model.versions, dict) else {None: model.versions or ""}
    for specifiers in written.values():
        for one in SpecifierSet(specifiers):
            base = one.version.removesuffix(".*")
            yield base
            try:
                release = Version(base).release
            except InvalidVersion:
                continue
            *before, last = release
            for parts in ((*release, 1), (*before, last + 1), (*before, max(last - 1, 0)), (*release, 0, 1)):
                yield ".".join(map(str, parts))
    yield from ("0", "1")


def _tested_versions(policy: Policy) -> Iterator[str]:
    for test in policy.tests:
        given = test.given.model_version
        for one in given.values() if isinstance(given, dict) else (given,):
            if isinstance(one, str):
                yield one
