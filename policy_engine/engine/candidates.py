"""Roll-out: the policies that are not live, as they decide beside the live one or for a share of the subjects.

Whatever a candidate does, the caller gets an answer: the live policy's, unless a canary that was drawn gave one.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from policy_engine.drawing import is_drawn
from policy_engine.engine.deadlines import WORKERS, GivenUp
from policy_engine.engine.forks import renew_in_children
from policy_engine.engine.status import CandidateStatus
from policy_engine.vocabulary import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from policy_engine.compiler import PolicyTable
    from policy_engine.engine.deadlines import Overrun
    from policy_engine.engine.status import StageName
    from policy_engine.evaluator import Evaluator, PolicyEvaluator
    from policy_engine.model import Policy, Request, Verdict

OVER_BUDGET: Final = "over_budget"
"""It did not come to its end within the budget."""
NOT_REACHED: Final = "not_reached"
"""Another candidate had used up the budget."""
SET_ASIDE: Final = "set_aside"
"""It is not asked until the next reload, since it was over the budget before."""

_PATIENCE: Final = 3
"""So many times in a row a candidate may be late only because others kept the processor busy."""

_BUSY: Final = 0.1
"""What share of the budget a late candidate must have had a processor for, to have been slow itself. Most decisions
take a thousandth of it."""

Answer = TypeVar("Answer")


class InsteadOf(NamedTuple):
    """What the live policy said of a case that a canary decided."""

    version: int
    digest: str
    outcome: str


class CandidateVerdict(NamedTuple):
    """What one candidate came to for one case.

    `outcome` is None where it was not asked, as a canary that was not drawn, and where it failed: `failed` then names
    the exception, or is `over_budget`, `not_reached` or `set_aside`. `decided` says whether the caller has its answer,
    and `instead_of` what the live policy said, which the caller would have got.
    """

    stage: StageName
    version: int
    digest: str
    outcome: str | None
    decided: bool
    failed: str | None
    instead_of: InsteadOf | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        live = self.instead_of
        return {
            "stage": self.stage,
            "policy": {"version": self.version, "digest": self.digest},
            "outcome": self.outcome,
            "decided": self.decided,
            "failed": self.failed,
            "instead_of": None
            if live is None
            else {"policy": {"version": live.version, "digest": live.digest}, "outcome": live.outcome},
        }


class Answered(NamedTuple):
    """A case with the verdict that the caller gets, the policy that gave it, and what became of the candidates."""

    table: PolicyTable
    verdict: Verdict
    signal: float | None
    candidates: tuple[CandidateVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A candidate gave no answer. Neither what records say of it nor what the status says quotes the case."""

    failed: str
    why: str


@dataclass(slots=True, eq=False)
class Candidate:
    """A candidate and how it has done since it came into force."""

    evaluator: PolicyEvaluator
    is_set_aside: bool = False
    failures: int = 0
    late_in_a_row: int = 0
    last_failure: str | None = None

    @property
    def policy(self) -> Policy:
        """The policy as written."""
        return self.evaluator.policy

    @property
    def stage(self) -> StageName:
        """Which of the two stages it is in."""
        return "shadow" if self.policy.stage is None or self.policy.stage.canary is None else "canary"

    def is_for(self, subject: object, dimensions: Mapping[str, Any]) -> bool:
        """Say whether a case with these values is this candidate's to answer: each is a shadow's, some a canary's."""
        canary = None if self.policy.stage is None else self.policy.stage.canary
        if canary is None:
            return True
        key = subject if canary.by == SUBJECT else dimensions.get(canary.by)
        return is_drawn(key, percent=canary.percent, salt=canary.salt, use_case=self.policy.use_case)

    def fails(self, how: Failed) -> None:
        """Note a failure."""
        self.failures += 1
        self.last_failure = how.why

    def said(self, outcome: str | Failed | None, live: Answered) -> CandidateVerdict:
        """Return what is recorded of its outcome; None is that of one that was not asked."""
        instead_of, policy = None, live.table.policy
        decided = self.stage == "canary" and isinstance(outcome, str)
        if decided:
            instead_of = InsteadOf(policy.version, policy.digest, live.verdict.outcome)
        return CandidateVerdict(
            self.stage,
            self.policy.version,
            self.policy.digest,
            outcome if isinstance(outcome, str) else None,
            decided,
            outcome.failed if isinstance(outcome, Failed) else None,
            instead_of,
        )


class RollOut:
    """The candidates of one set of policies. One that is set aside stays so until the set is loaded again."""

    def __init__(self, evaluator: Evaluator) -> None:
        """Begin with all candidates of the evaluator's table in good standing."""
        self._evaluator = evaluator
        self._candidates = {
            one: Candidate(one)
            for use_case, tables in evaluator.table.candidates.items()
            for table in tables
            for one in evaluator.candidates_for(use_case, table.begin)
        }
        self.begin_anew()
        if self._candidates:
            renew_in_children(self)

    def begin_anew(self) -> None:
        """Take a new lock, as a forked child has to."""
        self._turn = Lock()

    def status(self) -> tuple[CandidateStatus, ...]:
        """Return how every candidate does."""
        return tuple(
            CandidateStatus(
                one.policy.use_case, one.policy.version, one.stage, one.is_set_aside, one.failures, one.last_failure
            )
            for one in self._candidates.values()
        )

    def candidates_for(self, use_case: str, at: datetime) -> tuple[Candidate, ...]:
        """Return the candidates of a use case at an instant, a canary first: the caller waits for its answer."""
        if not self._candidates:
            return ()
        found = [self._candidates[one] for one in self._evaluator.candidates_for(use_case, at)]
        return tuple(sorted(found, key=lambda one: one.stage))

    def judge(self, request: Request, live: Answered, budget: float, *, with_shadows: bool = True) -> Answered:
        """Return a case as it is decided where the live policy says *live* of it, within *budget* more seconds."""
        candidates = [
            one for one in self.candidates_for(request.use_case, request.at) if with_shadows or one.stage == "canary"
        ]
        if not candidates:
            return live
        drawn = [one for one in candidates if one.is_for(request.subject, request.dimensions)]
        answers = self.ask(((one, _question(one, request)) for one in drawn), budget)
        decided, said = live, []
        for one in candidates:
            answer = answers.get(one)
            if answer is None or isinstance(answer, Failed):
                said.append(one.said(answer, live))
                continue
            verdict, signal = answer
            said.append(one.said(verdict.outcome, live))
            if said[-1].decided:
                decided = Answered(one.evaluator.table, verdict, signal)
        return decided._replace(candidates=tuple(said))

    def ask(
        self, questions: Iterable[tuple[Candidate, Callable[[], Answer]]], budget: float
    ) -> dict[Candidate, Answer | Failed]:
        """Return what each candidate answers, all together within *budget* seconds. Nothing that one does is raised."""
        answers: dict[Candidate, Answer | Failed] = {}
        waiting: list[tuple[Candidate, Callable[[], Answer]]] = []
        for candidate, question in questions:
            if candidate.is_set_aside:
                answers[candidate] = Failed(SET_ASIDE, "")
            else:
                waiting.append((candidate, question))
        if waiting:
            given, overrun = _asked(waiting, budget)
            self._note([candidate for candidate, _ in waiting], given, overrun, budget)
            answers.update(given)
        return answers

    def note(self, candidate: Candidate, failed: Iterable[Failed]) -> None:
        """Note that a candidate failed in some rows of a batch, though not as a whole."""
        with self._turn:
            for one in failed:
                candidate.fails(one)

    def _note(
        self,
        candidates: Iterable[Candidate],
        answers: dict[Candidate, Any],
        overrun: Overrun | None,
        budget: float,
    ) -> None:
        """Note how each candidate did, and answer for those that did not."""
        with self._turn:
            for one in candidates:
                if one in answers:
                    one.late_in_a_row = 0
                else:
                    answers[one] = Failed(NOT_REACHED, "") if overrun is None else _late(one, overrun, budget)
                    # They are asked in turn: the first without an answer was at work, none after it had begun
                    overrun = None
                answer = answers[one]
                if isinstance(answer, Failed) and answer.failed != NOT_REACHED:
                    one.fails(answer)


def _late(candidate: Candidate, overrun: Overrun, budget: float) -> Failed:
    """Answer for a candidate that was at work when the budget was used up; set it aside if that is its own doing."""
    candidate.late_in_a_row += 1
    was_slow = overrun.busy is None or overrun.busy >= budget * _BUSY
    candidate.is_set_aside = was_slow or candidate.late_in_a_row >= _PATIENCE
    return Failed(OVER_BUDGET, f"took longer than the budget of {budget:g} seconds")


def _question(candidate: Candidate, request: Request) -> Callable[[], tuple[Verdict, float | None]]:
    return lambda: candidate.evaluator.judge(request)


def _asked(
    waiting: list[tuple[Candidate, Callable[[], Answer]]], budget: float
) -> tuple[dict[Candidate, Answer | Failed], Overrun | None]:
    """Return the answers that came within the budget, and whether it was overrun."""
    answers: dict[Candidate, Answer | Failed] = {}

    def ask_all() -> None:
        for candidate, question in waiting:
            answers[candidate] = _answer(question)

    try:
        overrun = WORKERS.run(ask_all, budget)
    except Exception as error:  # noqa: BLE001 - where there is no thread to ask them in, the caller has its answer still
        return {candidate: failure_of(error) for candidate, _ in waiting}, None
    # What was given up may write on: here is what it had written by now
    return dict(answers), overrun


def _answer(question: Callable[[], Answer]) -> Answer | Failed:
    try:
        return question()
    except GivenUp:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a candidate does is its own affair
        return failure_of(error)


def failure_of(error: BaseException) -> Failed:
    """Return what is told of an exception: its name and place. Its words may quote the case."""
    name, where, trace = type(error).__name__, "", error.__traceback__
    while trace is not None:
        where, trace = f" at {trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}", trace.tb_next
    return Failed(name, f"raised {name}{where}")
