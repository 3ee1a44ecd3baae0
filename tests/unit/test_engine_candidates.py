"""Candidates: what a shadow and a canary do to a decision, what is recorded of them, and that none fails the caller."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

from policy_engine import AuditLog, Engine, InvalidPolicyError, InvalidRequestError
from policy_engine.audit import read_records
from policy_engine.drawing import is_drawn
from policy_engine.engine import forks
from policy_engine.engine.deadlines import WORKERS, Workers
from policy_engine.evaluator import PolicyEvaluator
from policy_engine.exceptions import MiscompiledError, PoliciesNotFoundError
from policy_engine.loader import read_documents
from policy_engine.validator import check
from tests.support.evaluators import PATIENT
from tests.support.rollout import SHADOW, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from policy_engine.loader import Loaded
    from policy_engine.model import Request, Verdict
    from policy_engine.resolution import ResolvedPolicy
    from policy_engine.validator import Checked

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
END: Final = datetime(2027, 1, 1, tzinfo=UTC)
GENEROUS: Final = 30.0
"""Seconds that no candidate of these tests needs, however busy the machine is."""

CATALOG: Final = """\
schema: catalog/v1
jurisdictions: {EU: {}, DE: {in: EU}}
dimensions: {tier: [standard, gold], shop: [s1, s2, s3, s4, s5, s6, s7, s8]}
"""

CANARY: Final = "stage: {canary: {percent: 50, by: subject, salt: s, until: 2027-01-01T00:00:00Z}}"
ALL: Final = CANARY.replace("50", "100")

Judge = tuple["Verdict", "float | None"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a catalog and one live policy that blocks from 0.9 on."""
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    put(policies, "live", version=1)
    return policies


def loaded(folder: Path, **options: Any) -> Engine:  # noqa: ANN401 - those of `Engine.load`
    return Engine.load(folder, **{"clock": lambda: NOW, "candidate_budget": GENEROUS, **options})


def drawn(key: str, percent: float = 50) -> bool:
    return is_drawn(key, percent=percent, salt="s", use_case="x")


IN: Final = next(str(number) for number in range(100) if drawn(str(number)))
OUT: Final = next(str(number) for number in range(100) if not drawn(str(number)))


def but_for(decision: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in decision.items() if key not in ("decision_id", *keys)}


# --- a shadow ---


def test_a_shadow_decides_beside_the_live_policy_and_leaves_its_decision_as_it_was(folder: Path) -> None:
    alone = loaded(folder).decide("x", 0.6, tier="gold").to_dict()
    put(folder, "next", version=2, stage=SHADOW, block=0.5)
    decision = loaded(folder).decide("x", 0.6, tier="gold")
    assert but_for(decision.to_dict(), "candidate", "table_digest") == but_for(alone, "candidate", "table_digest")
    assert (decision.outcome, decision.policy.version, alone["candidate"]) == ("allow", 1, [])
    (said,) = decision.to_dict()["candidate"]
    (shadow,) = (one.policy for tables in loaded(folder).table.candidates.values() for one in tables)
    assert said == {
        "stage": "shadow",
        "policy": {"version": 2, "digest": shadow.digest},
        "outcome": "block",
        "decided": False,
        "failed": None,
        "instead_of": None,
    }


def test_any_number_of_shadows_and_a_canary_decide_beside_one_policy(folder: Path) -> None:
    for version in range(2, 6):
        put(folder, f"shadow-{version}", version=version, stage=SHADOW, block=version / 10)
    put(folder, "canary", version=9, stage=ALL, block=0.95)
    decision = loaded(folder).decide("x", 0.35, subject="c-1")
    assert [(one.stage, one.version, one.outcome, one.decided) for one in decision.candidates] == [
        ("canary", 9, "allow", True),
        ("shadow", 2, "block", False),
        ("shadow", 3, "block", False),
        ("shadow", 4, "allow", False),
        ("shadow", 5, "allow", False),
    ]


@pytest.mark.parametrize(
    ("at", "beside"),
    [
        ("2026-02-28T23:59:59Z", 0),
        ("2026-03-01T00:00:00Z", 1),
        ("2026-12-31T23:59:59Z", 1),
        ("2027-01-01T00:00:00Z", 0),
    ],
)
def test_a_candidate_decides_from_its_beginning_until_its_stage_ends(folder: Path, at: str, beside: int) -> None:
    put(folder, "next", version=2, stage=ALL, block=0.5)
    text = (folder / "next.yaml").read_text(encoding="utf-8")
    (folder / "next.yaml").write_text(text.replace("2026-01-01", "2026-03-01"), encoding="utf-8")
    decision = loaded(folder).decide("x", 0.6, subject="c-1", at=at)
    assert (len(decision.candidates), decision.outcome) == (beside, ("allow", "block")[beside])


def test_what_a_candidate_says_of_other_use_cases_does_not_matter(folder: Path) -> None:
    put(folder, "next", version=2, stage=ALL, block=0.5)
    put(folder, "other", version=1)
    other = folder / "other.yaml"
    other.write_text(other.read_text(encoding="utf-8").replace("use_case: x", "use_case: y"), encoding="utf-8")
    assert loaded(folder).decide("y", 0.6, subject="c-1").candidates == ()


# --- a canary ---


def test_a_canary_decides_for_a_subject_that_is_drawn_and_the_record_keeps_what_live_would_have_said(
    folder: Path, tmp_path: Path
) -> None:
    put(folder, "next", version=2, stage=CANARY, block=0.5)
    with loaded(folder, audit=AuditLog(tmp_path / "log")) as engine:
        live = engine.table.policies["x"][0].policy
        decision = engine.decide("x", 0.6, subject=IN)
    assert (decision.outcome, decision.policy.version, decision.threshold) == ("block", 2, 0.5)
    (record,) = [one.payload for one in read_records(tmp_path / "log") if one.payload["type"] == "decision"]
    assert (record["outcome"], record["policy"]["version"]) == ("block", 2)
    assert record["candidate"] == [
        {
            "stage": "canary",
            "policy": record["policy"],
            "outcome": "block",
            "decided": True,
            "failed": None,
            "instead_of": {"policy": {"version": 1, "digest": live.digest}, "outcome": "allow"},
        }
    ]
    assert "version 2" in decision.explain()


def test_a_canary_is_not_asked_about_a_subject_that_is_not_drawn(folder: Path) -> None:
    put(folder, "next", version=2, stage=CANARY, block=0.5)
    decision = loaded(folder).decide("x", 0.6, subject=OUT)
    assert (decision.outcome, decision.policy.version) == ("allow", 1)
    assert [one[3:] for one in decision.candidates] == [(None, False, None, None)]


@pytest.mark.parametrize("subject", [None, "", IN, OUT, *map(str, range(40))])
def test_a_canary_decides_exactly_for_those_that_are_drawn(folder: Path, subject: str | None) -> None:
    put(folder, "next", version=2, stage=CANARY, block=0.5)
    decided = loaded(folder).decide("x", 0.6, subject=subject).policy.version == 2
    assert decided is (subject is not None and drawn(subject))


def test_a_case_without_the_key_that_a_canary_draws_by_is_decided_by_the_live_policy(folder: Path) -> None:
    put(folder, "next", version=2, stage=ALL.replace("subject", "shop"), block=0.5)
    engine = loaded(folder)
    assert engine.decide("x", 0.6, subject="c-1").policy.version == 1
    assert engine.decide("x", 0.6, shop=3).policy.version == 1
    assert engine.decide("x", 0.6, shop="s1").policy.version == 2


def test_a_canary_by_a_dimension_decides_for_all_cases_of_a_value(folder: Path) -> None:
    put(folder, "next", version=2, stage=CANARY.replace("subject", "shop"), block=0.5)
    engine = loaded(folder)
    shops = [f"s{number}" for number in range(1, 9)]
    by_canary = {shop for shop in shops if engine.decide("x", 0.6, shop=shop, subject=IN).policy.version == 2}
    assert by_canary == {shop for shop in shops if drawn(shop)}
    assert 0 < len(by_canary) < 8


def test_a_bare_verdict_is_that_of_the_decision(folder: Path) -> None:
    put(folder, "next", version=2, stage=CANARY, block=0.5)
    engine = loaded(folder)
    for subject in (IN, OUT):
        given = {"use_case": "x", "score": 0.6, "subject": subject}
        assert engine.verdict(given) == engine.decide_request(given).verdict


def test_a_request_that_the_live_policy_refuses_is_refused_whatever_a_canary_says(folder: Path) -> None:
    put(
        folder,
        "live",
        version=1,
        more="unknown: {tier: error}\noverrides: [{id: g, when: {tier: gold}, thresholds: {block: 0.8}}]\n",
    )
    put(folder, "next", version=2, stage=ALL, block=0.5)
    with pytest.raises(InvalidRequestError):
        loaded(folder).decide("x", 0.6, subject="c-1")


def test_a_request_that_only_a_canary_refuses_is_decided_by_the_live_policy(folder: Path) -> None:
    more = "unknown: {tier: error}\noverrides: [{id: g, when: {tier: gold}, thresholds: {block: 0.4}}]\n"
    put(folder, "next", version=2, stage=ALL, block=0.5, more=more)
    engine = loaded(folder)
    decision = engine.decide("x", 0.6, subject="c-1", tier="Jane Doe")
    assert (decision.outcome, decision.policy.version) == ("allow", 1)
    assert [one.failed for one in decision.candidates] == ["InvalidRequestError"]
    assert "Jane" not in str(decision.candidates) + str(engine.status.candidates)
    assert engine.decide("x", 0.6, subject="c-1", tier="gold").policy.version == 2


# --- a candidate that fails ---


def fails_with(do: Callable[[], None], monkeypatch: pytest.MonkeyPatch, *versions: int) -> None:
    """Have the candidates of these versions do something else than to judge."""
    real = PolicyEvaluator.judge

    def judge(self: PolicyEvaluator, request: Request) -> Judge:
        if self.policy.version in versions:
            do()
        return real(self, request)

    monkeypatch.setattr(PolicyEvaluator, "judge", judge)


def raises(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def recurse() -> None:
    recurse()


def loop() -> None:
    while True:
        pass


def until_set_aside(engine: Engine) -> None:
    """Decide until the candidate is set aside: at once, but on a machine so busy that it hardly came to its turn."""
    for _ in range(2):
        if not engine.status.candidates[0].is_set_aside:
            engine.decide("x", 0.6, subject="c-1")
    assert engine.status.candidates[0].is_set_aside


FAILURES: Final = {
    "ValueError": raises(ValueError("Jane Doe")),
    "MemoryError": raises(MemoryError()),
    "RecursionError": recurse,
    "SystemExit": raises(SystemExit(3)),
    "KeyboardInterrupt": raises(KeyboardInterrupt()),
    "GeneratorExit": raises(GeneratorExit()),
}


@pytest.mark.parametrize("stage", [SHADOW, ALL])
@pytest.mark.parametrize("name", FAILURES)
def test_whatever_a_candidate_raises_the_live_policy_decides(
    folder: Path, stage: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = loaded(folder).decide("x", 0.6, subject="c-1").to_dict()
    put(folder, "next", version=2, stage=stage, block=0.5)
    engine = loaded(folder)
    fails_with(FAILURES[name], monkeypatch, 2)
    for failures in (1, 2):
        decision = engine.decide("x", 0.6, subject="c-1")
        assert but_for(decision.to_dict(), "candidate", "table_digest") == but_for(alone, "candidate", "table_digest")
        assert [one[3:] for one in decision.candidates] == [(None, False, name, None)]
        (status,) = engine.status.candidates
        assert (status.use_case, status.version, status.is_set_aside, status.failures) == ("x", 2, False, failures)
        assert str(status.last_failure).startswith(f"raised {name} at ")
        assert "Jane" not in str(status.last_failure)


@pytest.mark.parametrize("stage", [SHADOW, ALL])
def test_a_candidate_that_loops_is_given_up_and_set_aside_until_the_next_reload(
    folder: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = loaded(folder).decide("x", 0.6, subject="c-1").to_dict()
    put(folder, "next", version=2, stage=stage, block=0.5)
    engine = loaded(folder, candidate_budget=0.05)
    threads = threading.active_count()
    with monkeypatch.context() as patch:
        fails_with(loop, patch, 2)
        begun = time.monotonic()
        decision = engine.decide("x", 0.6, subject="c-1")
        assert time.monotonic() - begun < 5
        assert but_for(decision.to_dict(), "candidate", "table_digest") == but_for(alone, "candidate", "table_digest")
        assert [one.failed for one in decision.candidates] == ["over_budget"]
        until_set_aside(engine)
        (status,) = engine.status.candidates
        assert status.last_failure == "took longer than the budget of 0.05 seconds"
        assert [one.failed for one in engine.decide("x", 0.6, subject="c-1").candidates] == ["set_aside"]
        # its thread is told to stop, and does not go on eating the processor
        until = time.monotonic() + 10
        while threading.active_count() > threads and time.monotonic() < until:
            time.sleep(0.01)
        assert threading.active_count() <= threads
    (folder / "next.yaml").write_text("schema: [", encoding="utf-8")
    assert not engine.reload().ok
    assert engine.status.candidates[0].is_set_aside
    put(folder, "next", version=2, stage=stage, block=0.5)
    assert engine.reload().ok
    assert [one.is_set_aside for one in engine.status.candidates] == [False]
    engine._candidate_budget = GENEROUS  # noqa: SLF001 - a busy machine must not set it aside again
    assert [one.outcome for one in engine.decide("x", 0.6, subject="c-1").candidates] == ["block"]


def test_a_candidate_that_waits_for_something_is_set_aside_when_it_was_late_three_times(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "next", version=2, stage=SHADOW, block=0.5)
    engine = loaded(folder, candidate_budget=0.02)
    go_on = threading.Event()
    fails_with(lambda: time.sleep(0) if go_on.wait(30) else None, monkeypatch, 2)
    said = [engine.decide("x", 0.6).candidates[0].failed for _ in range(4)]
    go_on.set()
    assert said == ["over_budget", "over_budget", "over_budget", "set_aside"]


def test_a_candidate_behind_one_that_loops_is_not_reached_and_does_as_before_afterwards(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a", version=2, stage=SHADOW, block=0.5)
    put(folder, "b", version=3, stage=SHADOW, block=0.5)
    engine = loaded(folder, candidate_budget=0.05)
    fails_with(loop, monkeypatch, 2)
    assert [one.failed for one in engine.decide("x", 0.6).candidates] == ["over_budget", "not_reached"]
    until_set_aside(engine)
    engine._candidate_budget = GENEROUS  # noqa: SLF001 - from here on, nothing is about time
    assert [(one.failed, one.outcome) for one in engine.decide("x", 0.6).candidates] == [
        ("set_aside", None),
        (None, "block"),
    ]
    assert [one.failures == 0 for one in engine.status.candidates] == [False, True]


def test_a_decision_is_made_also_where_no_thread_can_be_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "next", version=2, stage=ALL, block=0.5)
    engine = loaded(folder)

    def no_thread(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(WORKERS, "_idle", [])
    monkeypatch.setattr(threading.Thread, "start", no_thread)
    decision = engine.decide("x", 0.6, subject="c-1")
    assert (decision.outcome, [one.failed for one in decision.candidates]) == ("allow", ["RuntimeError"])


def test_an_interrupt_while_a_candidate_is_waited_for_goes_to_the_caller(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "next", version=2, stage=ALL, block=0.5)
    engine = loaded(folder)
    monkeypatch.setattr(Workers, "run", lambda *_: raises(KeyboardInterrupt())())
    with pytest.raises(KeyboardInterrupt):
        engine.decide("x", 0.6, subject="c-1")


def test_a_child_of_a_fork_asks_candidates_in_threads_of_its_own(folder: Path) -> None:
    put(folder, "next", version=2, stage=ALL, block=0.5)
    engine = loaded(folder)
    assert engine.decide("x", 0.6, subject="c-1").outcome == "block"
    with engine._in_force.roll_out._turn:  # noqa: SLF001 - held for ever by a thread that is not there
        forks._in_forked_child()  # noqa: SLF001 - only a fork calls it
        assert WORKERS._idle == []  # noqa: SLF001
        assert engine.decide("x", 0.6, subject="c-1").outcome == "block"


# --- a candidate that cannot be loaded ---

BROKEN: Final[dict[str, dict[str, Any]]] = {
    "a threshold out of range": {"block": 2},
    "no such key": {"more": "bandz: []\n"},
    "a failing test of its own": {"more": "tests: [{given: {score: 0.95}, expect: {outcome: allow}}]\n"},
    "no such jurisdiction": {"more": "overrides: [{id: o, when: {jurisdiction: FR}, thresholds: {block: 0.95}}]\n"},
    "a stage that is none": {"stage": "stage: {shadow: {}}"},
    "the version of the live policy": {"version": 1},
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_candidate_that_is_broken_is_left_out_and_the_live_policies_decide_as_without_it(
    folder: Path, how: str
) -> None:
    alone = loaded(folder)
    put(folder, "next", **{"version": 2, "stage": SHADOW, "block": 0.5, **BROKEN[how]})
    assert check(read_documents([folder])).policies is None
    engine = loaded(folder)
    assert engine.table_digest == alone.table_digest
    assert but_for(engine.decide("x", 0.6).to_dict()) == but_for(alone.decide("x", 0.6).to_dict())
    (left_out,) = engine.status.candidates_left_out
    assert (left_out.file, left_out.error) == (f"{folder}/next.yaml", "InvalidPolicyError")
    assert left_out.why.startswith(f"{folder}/next.yaml:")
    assert {one.file for one in left_out.findings} == {left_out.file}
    assert [one.file for one in engine.status.sources] == [f"{folder}/catalog.yaml", f"{folder}/live.yaml"]
    assert engine.status.candidates == ()


def test_only_the_broken_one_of_several_candidates_is_left_out(folder: Path) -> None:
    put(folder, "a", version=2, stage=SHADOW, block=0.5)
    put(folder, "b", version=3, stage=SHADOW, block=2)
    put(folder, "c", version=4, stage=ALL, block=0.5)
    put(folder, "d", version=5, stage=ALL, block=0.4)
    engine = loaded(folder)
    assert [one.file.rpartition("/")[2] for one in engine.status.candidates_left_out] == ["b.yaml", "d.yaml"]
    assert [(one.version, one.stage) for one in engine.status.candidates] == [(2, "shadow"), (4, "canary")]


def test_a_candidate_that_breaks_does_not_keep_a_reload_from_taking_up_the_live_policy(folder: Path) -> None:
    put(folder, "next", version=3, stage=ALL, block=0.5)
    engine = loaded(folder)
    put(folder, "next", version=3, stage=ALL, block=2)
    put(folder, "live", version=2, block=0.7)
    status = engine.reload()
    assert (status.ok, status.changed) == (True, True)
    assert [one.file for one in engine.status.candidates_left_out] == [f"{folder}/next.yaml"]
    assert (engine.decide("x", 0.8, subject="c-1").policy.version, engine.status.last_reload) == (2, status)
    put(folder, "next", version=3, stage=ALL, block=0.5)
    assert engine.reload().ok
    assert engine.status.candidates_left_out == ()
    assert engine.decide("x", 0.8, subject="c-1").policy.version == 3


def test_another_reason_to_leave_a_candidate_out_is_told_though_no_decision_changes(folder: Path) -> None:
    put(folder, "next", version=2, stage=ALL, block=2)
    engine = loaded(folder)
    before = engine.status.candidates_left_out
    put(folder, "next", version=2, stage=ALL, block=3)
    assert (engine.reload().ok, engine.reload().changed) == (True, False)
    assert engine.status.candidates_left_out != before


@pytest.mark.parametrize("spoilt", ["live", "catalog", "both"])
def test_what_is_wrong_elsewhere_than_in_a_candidate_is_refused_with_all_findings(folder: Path, spoilt: str) -> None:
    put(folder, "next", version=2, stage=SHADOW, block=2 if spoilt == "both" else 0.5)
    if spoilt == "catalog":
        (folder / "catalog.yaml").write_text(CATALOG + "bandz: 1\n", encoding="utf-8")
    else:
        put(folder, "live", version=1, block=2)
    with pytest.raises(InvalidPolicyError) as refused:
        loaded(folder)
    files = {one.file.rpartition("/")[2] for one in refused.value.report.diagnostics if one.severity == "error"}
    assert files == {"live": {"live.yaml"}, "catalog": {"catalog.yaml"}, "both": {"live.yaml", "next.yaml"}}[spoilt]


def test_a_file_that_is_no_yaml_may_be_anything_and_is_not_left_out(folder: Path) -> None:
    put(folder, "next", version=2, stage=SHADOW, more="bands: [\n")
    with pytest.raises(InvalidPolicyError):
        loaded(folder)


def test_a_candidate_that_is_compiled_wrongly_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from policy_engine.compiler import compile as compiling

    alone = loaded(folder)
    real = compiling.compile_policy

    def compile_policy(resolved: ResolvedPolicy, *rest: Any) -> Any:  # noqa: ANN401 - as given
        if resolved.policy.stage is not None:
            raise MiscompiledError("wrongly")
        return real(resolved, *rest)

    monkeypatch.setattr(compiling, "compile_policy", compile_policy)
    put(folder, "next", version=2, stage=SHADOW, block=0.5)
    engine = loaded(folder)
    assert engine.table_digest == alone.table_digest
    assert [(one.error, one.why) for one in engine.status.candidates_left_out] == [("MiscompiledError", "wrongly")]
    assert [one.file for one in engine.status.sources] == [f"{folder}/catalog.yaml", f"{folder}/live.yaml"]


def test_a_candidate_that_breaks_the_check_itself_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from policy_engine.validator import in_part

    def checking(documents: Loaded) -> Checked:
        if any(in_part.is_candidate(one) for one in documents.documents):
            raise ZeroDivisionError("by nothing")
        return check(documents)

    monkeypatch.setattr(in_part, "check", checking)
    put(folder, "next", version=2, stage=SHADOW, block=0.5)
    (left_out,) = loaded(folder).status.candidates_left_out
    assert (left_out.error, left_out.why) == ("ZeroDivisionError", "by nothing")


# --- many cases at once ---

CASES: Final = [
    {"use_case": "x", "score": score, "subject": subject, "tier": tier}
    for score in (0.3, 0.6, 0.95, None, "0.6")
    for subject in (IN, OUT, None, *map(str, range(6)))
    for tier in ("gold", "standard", "Jane Doe")
]


def answers(decisions: Iterator[Any]) -> list[dict[str, Any]]:
    return [but_for(one.to_dict()) for one in decisions]


def in_a_batch(engine: Engine) -> Any:  # noqa: ANN401 - a batch of decisions
    scores, subjects, tiers = ([case[name] for case in CASES] for name in ("score", "subject", "tier"))
    return engine.decide_batch("x", scores, subject=subjects, tier=tiers)


@pytest.fixture
def mixed(folder: Path) -> Engine:
    """Return an engine with a shadow and a canary that refuse a tier that they do not know."""
    more = "unknown: {tier: error}\noverrides: [{id: g, when: {tier: gold}, thresholds: {block: 0.4}}]\n"
    put(folder, "a", version=2, stage=SHADOW, block=0.5, more=more)
    put(folder, "b", version=3, stage=CANARY, block=0.55, more=more)
    put(folder, "c", version=4, stage=SHADOW, block=0.2)
    return loaded(folder)


def test_requests_in_a_batch_get_the_candidates_that_they_get_one_by_one(mixed: Engine) -> None:
    one_by_one = answers(mixed.decide_request(case) for case in CASES)
    assert {one["policy"]["version"] for one in one_by_one} == {1, 3}
    assert {said["failed"] for one in one_by_one for said in one["candidate"]} == {None, "InvalidRequestError"}
    batch = in_a_batch(mixed)
    assert answers(iter(batch)) == one_by_one
    assert batch.outcomes.tolist() == [one["outcome"] for one in one_by_one]
    assert answers(iter(mixed.decide_requests(CASES))) == one_by_one


def test_a_batch_counts_the_rows_in_which_a_candidate_failed(mixed: Engine) -> None:
    made = list(in_a_batch(mixed))
    failed = [said.version for one in made for said in one.candidates if said.failed]
    assert {one.version: one.failures for one in mixed.status.candidates} == {
        version: failed.count(version) for version in (2, 3, 4)
    }
    assert failed.count(2) > failed.count(3) > 0


def test_a_candidate_that_loops_over_a_batch_leaves_it_to_the_live_policy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policy_engine.engine import candidates_in_rows

    alone = in_a_batch(loaded(folder)).outcomes.tolist()
    put(folder, "next", version=2, stage=ALL, block=0.2)
    engine = loaded(folder, candidate_budget=0.05)
    monkeypatch.setattr(candidates_in_rows, "verdicts", lambda *_: loop())
    batch = in_a_batch(engine)
    assert batch.outcomes.tolist() == alone
    assert {one.candidates[0].failed for one in batch if one.request.subject is not None} == {"over_budget"}
    assert engine.status.candidates[0].failures == 1


def test_a_batch_without_rows_has_no_decisions_with_candidates_either(mixed: Engine) -> None:
    assert len(mixed.decide_batch("x", [])) == 0


def test_a_canary_has_longer_for_its_rows_than_the_live_policy_took(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "canary", version=2, block=0.1, stage=ALL)
    rows = 50_000
    # The live policy takes half a minute
    clock = count(0, PATIENT)
    monkeypatch.setattr("policy_engine.engine.batch.perf_counter", lambda: next(clock))
    with loaded(folder, candidate_budget=0.0001) as engine:
        batch = engine.decide_batch("x", np.full(rows, 0.5), subject=["c-1"] * rows, at="2026-07-01T00:00:00Z")
        assert set(batch.outcomes) == {"block"}
        assert batch[rows - 1].signal == 0.5
        assert not engine.status.candidates[0].is_set_aside


def test_a_set_without_a_live_policy_is_never_in_force(tmp_path: Path) -> None:
    put(tmp_path, "live", version=1)
    engine = Engine.load(tmp_path)
    (tmp_path / "live.yaml").unlink()
    put(tmp_path, "shadow", version=2, stage=SHADOW)
    status = engine.reload()
    assert (status.ok, status.error) == (False, "PoliciesNotFoundError")
    assert "there is no live policy" in str(status.why)
    assert engine.table.policies
    with pytest.raises(PoliciesNotFoundError):
        Engine.load(tmp_path)
