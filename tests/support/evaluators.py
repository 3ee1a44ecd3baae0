"""Every evaluator there is, under one name and one signature each, so that one test can hold all to the reference."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from policy_engine import reference
from policy_engine.compiler import DecisionTable, PolicyTable, compile_policy
from policy_engine.compiler.digests import table_digest
from policy_engine.engine import Engine
from policy_engine.evaluator import Evaluator, ReadyVerdicts, can_be_ready
from policy_engine.evaluator.batch import verdicts
from policy_engine.evaluator.columns import Columns
from policy_engine.exceptions import InvalidRequestError
from policy_engine.reference import numbers_from
from policy_engine.resolution import resolve
from tests.support import oracle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policy_engine.evaluator import PolicyEvaluator
    from policy_engine.evaluator.batch import BatchVerdicts
    from policy_engine.model import Catalog, Policy, Request, Verdict

    Decide = Callable[[Request], Verdict]
    """What an evaluator comes to: a verdict on one request."""


PATIENT: Final = 30.0
"""How many seconds a candidate has in tests that are about what it decides: no test machine is that busy."""


def compiled(
    catalog: Catalog, policies: Sequence[Policy], environment: Mapping[str, str] | None = None
) -> DecisionTable:
    """Return the decision table of policies that are known to be valid, without the stages that would check them."""
    live: dict[str, tuple[PolicyTable, ...]] = {}
    candidates: dict[str, tuple[PolicyTable, ...]] = {}
    for policy in sorted(policies, key=lambda policy: (policy.use_case, policy.effective.from_, policy.version)):
        tables = live if policy.stage is None else candidates
        made = compile_policy(resolve(policy, catalog), catalog, environment)
        tables[policy.use_case] = (*tables.get(policy.use_case, ()), made)
    return DecisionTable(catalog, live, candidates, table_digest(catalog, live, candidates))


def _by_reference(catalog: Catalog, policies: Sequence[Policy], environment: Mapping[str, str] | None = None) -> Decide:
    meanings = {
        id(policy): reference.Meaning(policy, catalog, numbers_from(policy, environment or {})) for policy in policies
    }
    return lambda request: meanings[id(reference.live_policy(policies, request))].verdict(request)


def _by_scalar(catalog: Catalog, policies: Sequence[Policy], environment: Mapping[str, str] | None = None) -> Decide:
    return Evaluator(compiled(catalog, policies, environment)).verdict


def in_batch(evaluator: PolicyEvaluator, scores: object, *, at: datetime, **said: Any) -> BatchVerdicts:  # noqa: ANN401 - as a caller may
    """Return the verdicts on a batch whose columns are given as the engine's `decide_batch` takes them."""
    kept: dict[str, Any] = dict.fromkeys(("model", "model_version", "subject", "facts", "thresholds", "reason_codes"))
    kept |= {name: said.pop(name) for name in kept if name in said}
    use_case = evaluator.policy.use_case
    return verdicts(evaluator, Columns.keep(use_case, at, scores, said, context=None, **kept))


def _by_batch(catalog: Catalog, policies: Sequence[Policy], environment: Mapping[str, str] | None = None) -> Decide:
    evaluator = Evaluator(compiled(catalog, policies, environment))

    def decide(request: Request) -> Verdict:
        found = in_batch(
            evaluator.policy_for(request.use_case, request.at),
            [request.score],
            at=request.at,
            model=[request.model],
            model_version=[request.model_version],
            subject=[request.subject],
            facts=[request.facts],
            thresholds=[request.thresholds] if request.thresholds else None,
            reason_codes=[request.reason_codes],
            **{name: [value] for name, value in request.dimensions.items()},
        )
        return found[0]

    return decide


def _by_engine(catalog: Catalog, policies: Sequence[Policy], environment: Mapping[str, str] | None = None) -> Decide:
    engine = Engine(compiled(catalog, policies, environment), clock=_no_clock, candidate_budget=PATIENT)

    def decide(request: Request) -> Verdict:
        return engine.decide(
            request.use_case,
            request.score,
            model=request.model,
            model_version=request.model_version,
            subject=request.subject,
            facts=request.facts,
            thresholds=request.thresholds,
            reason_codes=request.reason_codes,
            at=request.at,
            **request.dimensions,
        ).verdict

    return decide


def _by_ready_verdicts(
    catalog: Catalog, policies: Sequence[Policy], environment: Mapping[str, str] | None = None
) -> Decide:
    """Take the verdict that is ready where there is one, as the engine does."""
    evaluator = Evaluator(compiled(catalog, policies, environment))
    kept: dict[tuple[PolicyEvaluator, datetime], ReadyVerdicts] = {}

    def decide(request: Request) -> Verdict:
        of_policy = evaluator.policy_for(request.use_case, request.at)
        if can_be_ready(of_policy):
            anew = ReadyVerdicts(of_policy, request.at)
            assert anew.begin <= request.at < anew.end
            ready = kept.setdefault((of_policy, anew.begin), anew)
            learnt = ready.found_for(request)
            if learnt is not None:
                ready.keep(*learnt)
                assert ready.found_for(request) is None
            is_plain = request.model is None and not (request.facts or request.thresholds or request.reason_codes)
            said = {**request.dimensions, "model_version": request.model_version}
            said = {name: value for name, value in said.items() if name != "model_version" or value is not None}
            if is_plain and said.keys() == set(ready.keys) and type(request.score) is float:
                found = ready.by_name
                for key in ready.keys:
                    found = found.get(said[key], {}) if isinstance(said[key], str) else {}
                if found:
                    cuts, by_cut = found
                    verdict: Verdict | None = by_cut[bisect_right(cuts, request.score)]
                    if verdict is not None:
                        return verdict
        return of_policy.verdict(request)

    return decide


def _no_clock() -> datetime:
    # every request names its instant
    return datetime.min.replace(tzinfo=UTC)


def _by_oracle(catalog: Catalog, policies: Sequence[Policy], environment: Mapping[str, str] | None = None) -> Decide:
    for policy in policies:
        # what cannot be loaded is not for the oracle to say
        numbers_from(policy, environment or {})
    return oracle.deciding(policies, catalog, environment or {})


EVALUATORS: Final[dict[str, Callable[..., Decide]]] = {
    "reference": _by_reference,
    "scalar": _by_scalar,
    "batch": _by_batch,
    "engine": _by_engine,
    "ready": _by_ready_verdicts,
    "oracle": _by_oracle,
}
"""Name to what makes the evaluator of a set of policies. A new evaluator is held to the others by one line here."""


def answer(decide: Decide, request: Request) -> str:
    """Return the verdict with all its bits, or the name of the error that refuses the request.

    The text tells -0.0 from 0.0, 1 from 1.0 and `true`, and NumPy's numbers from Python's.
    """
    try:
        return in_full(decide(request))
    except InvalidRequestError as error:
        return type(error).__name__


def in_full(verdict: Verdict) -> str:
    """Return a verdict as text, mappings by key: their order means nothing."""
    tuned = verdict.tuned
    if tuned is not None:
        tuned = tuned._replace(
            asked=_by_key(tuned.asked), applied=_by_key(tuned.applied), refused=_by_key(tuned.refused)
        )
    return repr(replace(verdict, attributes=_by_key(verdict.attributes), tuned=tuned))


def _by_key(mapping: Mapping[Any, Any]) -> dict[Any, Any]:
    # a request may ask by anything that can be a key
    return dict(sorted(mapping.items(), key=lambda item: repr(item[0])))
