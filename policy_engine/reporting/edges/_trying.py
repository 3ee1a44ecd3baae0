"""Each evaluator's answer to every case at an edge, and where one differs from another or from what is promised."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from policy_engine.compiler import compile_policy
from policy_engine.evaluator import PolicyEvaluator
from policy_engine.evaluator.batch import verdicts
from policy_engine.evaluator.columns import Columns
from policy_engine.exceptions import InvalidRequestError, MiscompiledError
from policy_engine.model import Verdict
from policy_engine.reference import Meaning
from policy_engine.reporting.edges._cases import CasesOfPolicy
from policy_engine.reporting.edges._promised import Promises

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from policy_engine.model import Catalog, Policy, Request
    from policy_engine.reporting.edges._cases import Case
    from policy_engine.resolution import Cell, ResolvedPolicy
    from policy_engine.validator import CheckedPolicy
    from policy_engine.vocabulary import InvalidClass

MOST_FAILURES: Final = 100
"""So many failures of a policy are told at length: an evaluator that is wrong is wrong everywhere."""

Answer = Verdict | InvalidRequestError


class TriedEdge(NamedTuple):
    """An edge that was tried, and what the reference says of it: of its label or score where a case has several.

    `case_outcome` is that of the whole case then, in which all others are mild.
    """

    cell: Mapping[str, str | None]
    at: datetime
    edge: str
    score: Any
    outcome: str
    threshold: float | None
    threshold_from: str | None
    invalid: InvalidClass | None
    case_outcome: str | None


class EdgeFailure(NamedTuple):
    """An edge at which something is wrong: what each evaluator said, and what was promised if that was not held."""

    cell: Mapping[str, str | None]
    at: datetime
    edge: str
    score: Any
    said: Mapping[str, str]
    promised: str | None


@dataclass(frozen=True, slots=True)
class EdgesOfPolicy:
    """The edges of one policy. `cells` counts those in which cases are judged, of which `of_cells` there are.

    `failures` are the first of them. `without_version` names models of which no version could be found that the
    policy admits; `miscompiled` says why there is no table to hold to the reference.
    """

    file: str
    policy: Policy
    cells: int
    of_cells: int
    tried: int
    failed: int
    failures: tuple[EdgeFailure, ...]
    without_version: tuple[str, ...]
    miscompiled: str | None = None

    @property
    def is_sound(self) -> bool:
        """Whether every edge that was tried is decided as it must be."""
        return not self.failed and self.miscompiled is None


def edges_of_policy(
    one: CheckedPolicy,
    catalog: Catalog,
    *,
    keep: Callable[[TriedEdge], None] | None = None,
    advance: Callable[[int], None] | None = None,
) -> EdgesOfPolicy:
    """Try every edge of every cell of a policy, with the file's numbers, not those of the environment.

    *keep* takes every edge with what came of it; *advance* is told of every cell that is done.
    """
    resolved = one.resolved
    try:
        evaluator = PolicyEvaluator(compile_policy(resolved, catalog))
    except MiscompiledError as error:
        return EdgesOfPolicy(one.file, one.policy, 0, len(resolved.cells), 0, 0, (), (), str(error))
    trial = _Trial(resolved, catalog, evaluator)
    cells, tried, failed = 0, 0, 0
    failures: list[EdgeFailure] = []
    for cell in resolved.cells:
        cases = [*trial.cases.cases(cell)]
        cells += bool(cases)
        tried += len(cases)
        for found in trial.of_cell(cell, cases):
            if isinstance(found, EdgeFailure):
                failed += 1
                failures += [found] if failed <= MOST_FAILURES else []
            elif keep is not None:
                keep(found)
        if advance is not None:
            advance(1)
    without = tuple(trial.cases.without_version)
    return EdgesOfPolicy(one.file, one.policy, cells, len(resolved.cells), tried, failed, tuple(failures), without)


class _Trial:
    """Lets the reference and the compiled evaluators decide cases of one policy."""

    def __init__(self, resolved: ResolvedPolicy, catalog: Catalog, evaluator: PolicyEvaluator) -> None:
        self.cases = CasesOfPolicy(resolved)
        self._policy = resolved.policy
        self._promises = Promises(resolved, self.cases.facts)
        self._meaning = Meaning(resolved.policy, catalog)
        self._evaluator = evaluator

    def of_cell(self, cell: Cell, cases: Sequence[Case]) -> Iterator[TriedEdge | EdgeFailure]:
        """Yield what came of the cases of a cell: for each the edge, and then what is wrong there."""
        if not cases:
            return
        by_reference = [_asked(self._meaning.verdict, case.request) for case in cases]
        by_scalar = [_asked(self._evaluator.verdict, case.request) for case in cases]
        by_batch = self._in_batches(cases)
        for case, *answers in zip(cases, by_reference, by_scalar, by_batch, strict=True):
            by_name = dict(zip(("reference", "scalar", "batch"), answers, strict=True))
            if isinstance(answers[0], Verdict):
                yield _tried(case, answers[0])
            wrong = self._broken(case, answers[0])
            if wrong is not None or len({_in_full(one) for one in answers}) > 1:
                yield _failure(case, by_name, wrong)
        yield from self._milder_towards_the_strict_end(cell, cases, by_reference)

    def _broken(self, case: Case, answer: Answer) -> str | None:
        """Return what the cell's ladder promises, where the reference does not keep it."""
        promised = self._promises.outcome(case)
        if not isinstance(answer, Verdict) or _outcome(answer) != promised:
            return f"outcome `{promised}`"
        own = self._promises.band_of_member(case) if answer.members else None
        if own is not None and own != _member(case, answer).outcome:
            return f"`{own}` for `{case.given.member}`"
        return None

    def _milder_towards_the_strict_end(
        self, cell: Cell, cases: Sequence[Case], answers: Sequence[Answer]
    ) -> Iterator[EdgeFailure]:
        """Yield what gets a milder band than a score further from the strict end, of those without a lead to lose."""
        rank = self._policy.strictness
        by_member: dict[str | None, list[tuple[float, Case, Verdict]]] = {}
        for case, answer in zip(cases, answers, strict=True):
            signal = case.point.signal
            if isinstance(answer, Verdict) and not isinstance(signal, str) and not answer.ambiguous:
                by_member.setdefault(case.given.member, []).append((signal, case, answer))
        for found in by_member.values():
            found.sort(key=lambda one: one[0], reverse=not cell.scale.is_riskier)
            strictest = found[0]
            for one in found:
                if rank[_outcome(one[2])] > rank[_outcome(strictest[2])]:
                    promised = f"at least as strict as `{_outcome(strictest[2])}`, which {strictest[0]!r} gets"
                    yield _failure(one[1], {"reference": one[2]}, promised)
                else:
                    strictest = one

    def _in_batches(self, cases: Sequence[Case]) -> list[Answer]:
        """Return the batch evaluator's verdicts: numbers as an array, as most batches have them; the rest not."""
        is_number = self._policy.kind in ("probability", "number")
        plain = [
            place
            for place, case in enumerate(cases)
            if is_number and isinstance(case.point.given, float) and not case.point.is_other_model
        ]
        rest = sorted({*range(len(cases))} - {*plain})
        found: dict[int, Answer] = {}
        for places, are_numbers in ((plain, True), (rest, False)):
            if places:
                chosen = [cases[place] for place in places]
                found.update(zip(places, self._batch(chosen, are_numbers=are_numbers), strict=True))
        return [found[place] for place in range(len(cases))]

    def _batch(self, cases: Sequence[Case], *, are_numbers: bool) -> Sequence[Answer]:
        requests = [case.request for case in cases]
        first, rows = requests[0], len(requests)
        scores = [one.score for one in requests]
        columns = Columns.keep(
            first.use_case,
            first.at,
            np.array(scores, dtype=np.float64) if are_numbers else scores,
            {name: [value] * rows for name, value in first.dimensions.items()},
            model=[one.model for one in requests],
            model_version=[one.model_version for one in requests],
            subject=None,
            facts=[one.facts for one in requests],
            thresholds=None,
            reason_codes=first.reason_codes,
            context=None,
        )
        try:
            found = verdicts(self._evaluator, columns)
        except InvalidRequestError as refused:
            return [refused] * rows
        return [found[row] for row in range(rows)]


def _asked(decide: Callable[[Request], Verdict], request: Request) -> Answer:
    try:
        return decide(request)
    except InvalidRequestError as refused:
        return refused


def _tried(case: Case, verdict: Verdict) -> TriedEdge:
    one: Any = _member(case, verdict) if verdict.members else verdict
    return TriedEdge(
        case.cell,
        case.request.at,
        case.point.edge,
        case.point.given,
        one.outcome,
        one.threshold,
        one.threshold_from,
        one.invalid,
        verdict.outcome if verdict.members else None,
    )


def _member(case: Case, verdict: Verdict) -> Any:  # noqa: ANN401 - one of the members
    return next(one for one in verdict.members if one.name == case.given.member)


def _outcome(verdict: Verdict) -> str:
    """Return the outcome, apart from samples."""
    return verdict.outcome if verdict.sample is None else verdict.sample.outcome_without


def _in_full(answer: Answer) -> str:
    """Return an answer with all its bits: the text tells -0.0 from 0.0, and NumPy's numbers from Python's."""
    if isinstance(answer, InvalidRequestError):
        return type(answer).__name__
    return repr(replace(answer, attributes=dict(sorted(answer.attributes.items()))))


def _failure(case: Case, answers: Mapping[str, Answer], promised: str | None) -> EdgeFailure:
    differing = _differing([one for one in answers.values() if isinstance(one, Verdict)])
    said = {name: _said(answer, differing) for name, answer in answers.items()}
    return EdgeFailure(case.cell, case.request.at, case.point.edge, case.point.given, said, promised)


def _differing(found: Sequence[Verdict]) -> list[str]:
    names = [one.name for one in fields(Verdict)]
    return [name for name in names if len({repr(getattr(one, name)) for one in found}) > 1]


def _said(answer: Answer, differing: Sequence[str]) -> str:
    if isinstance(answer, InvalidRequestError):
        return f"refused: {answer}"
    names = dict.fromkeys(["outcome", "threshold", *differing])
    return ", ".join(f"{name} {getattr(answer, name)}" for name in names)
