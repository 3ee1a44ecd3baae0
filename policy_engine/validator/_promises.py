"""The policies' own tests: the decision on each case is held against the promise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.diagnostics import did_you_mean
from policy_engine.exceptions import EnvironmentNumberError
from policy_engine.lint import Finding, as_written, in_short, quoted
from policy_engine.model import format_instant
from policy_engine.reference import read
from policy_engine.resolution import is_same_value
from policy_engine.validator.trying import MOST_JUDGED, request_of
from policy_engine.vocabulary import BASE, FROM_CALL, FROM_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy_engine.model import Expect, Policy, PolicyTest, Request, Verdict
    from policy_engine.validator.trying import TriedTest

FAILING_TEST = "PE501"


class FailingTest(NamedTuple):
    """A test that fails, and the finding; `tried` is None where it was not tried."""

    finding: Finding
    place: int
    tried: TriedTest | None = None


def failing_tests(policy: Policy, tried: Iterable[TriedTest], *, are_all: bool) -> Iterator[FailingTest]:
    """Yield every test of *policy* that fails, and the first that was not *tried*.

    Where not all policies of its use case were tried, since one has errors, a case at an instant that none of them
    covers says nothing.
    """
    count = 0
    for place, one in enumerate(tried):
        count += 1
        found = found_in(policy, one, place, are_all=are_all)
        if found is not None:
            yield FailingTest(found, place, one)
    if count < len(policy.tests):
        yield FailingTest(_not_tried(policy, count), count)


def found_in(policy: Policy, one: TriedTest, place: int, *, are_all: bool) -> Finding | None:
    """Return why a test of *policy*, that at *place*, fails; None where it passes."""
    by = one.by or policy
    unknown = next((name for name in one.test.env or () if name not in _variables(by)), None)
    if unknown is not None:
        return _no_such_variable(by, unknown, place)
    if one.test.expected is None:
        return None if one.decided is None else _not_refused(policy, one.test, one.decided.verdict, place)
    if one.refused is not None:
        message = f"the case is refused: {one.refused}"
        return Finding(message, _mend_refused(policy, one), ("tests", place, "given"), "key")
    if one.decided is None:
        return _nobody_decides(policy, one.request, place) if are_all else None
    wrong = _differing(by, one.test.expected, one.decided.verdict)
    return _failed(policy, one.test, one.decided.verdict, wrong, place) if wrong else None


def since_tuning(failing: FailingTest, test: PolicyTest, tuned: str) -> Finding:
    """Return what is told of a test that passed before thresholds were tuned."""
    why = failing.finding.message.removeprefix(_begins(test))
    return failing.finding._replace(
        message=f"{_named(test)} speaks of the time before {tuned}: {why}",
        help="bring the test up to date: `policy-engine test` fails until then, and so does `validate` once somebody "
        "edits the number or raises the version by hand",
    )


def _begins(test: PolicyTest) -> str:
    return f"{_named(test)} fails: "


def _variables(policy: Policy) -> list[str]:
    return [one.env for one in policy.tunable.values() if one.env is not None]


def _not_tried(policy: Policy, place: int) -> Finding:
    return Finding(
        f"{_named(policy.tests[place])} is not tried: the cases of the {place:,} before it are judged in more than "
        f"{MOST_JUDGED:,} cells",
        "let the cases under `given` name every dimension that overrides name, or write fewer tests",
        ("tests", place),
    )


def _no_such_variable(policy: Policy, name: str, place: int) -> Finding:
    known = _variables(policy)
    mend = did_you_mean(name, known) if known else "delete it, or name it as `env` of a number under `tunable`"
    return Finding(f"no number is taken from the variable {quoted(name)}", mend, ("tests", place, "env", name), "key")


def _not_refused(policy: Policy, test: PolicyTest, verdict: Verdict, place: int) -> Finding:
    return Finding(
        f"{_begins(test)}the case is not refused as expected, its `outcome` is `{verdict.outcome}`; "
        f"{_explained(policy, test, verdict)}",
        f"if that is the right decision, write `expect: {{outcome: {verdict.outcome}}}`; if not, mend the policy",
        ("tests", place, "expect"),
    )


def _mend_refused(policy: Policy, one: TriedTest) -> str:
    """Return what to do about a case that is refused: for a score or a label that is misspelt, its name."""
    if isinstance(one.refused, EnvironmentNumberError):
        return "give the variable a number within its bounds; if that is right, write `expect: refused`"
    request = one.request
    declared = policy.score.labels if policy.score is not None else policy.scores
    for given in (request.score, request.model, request.model_version):
        for name in given if isinstance(given, Mapping) else ():
            if declared is not None and name not in declared:
                return did_you_mean(str(name), declared)
    return "give it a value that the catalog knows; if that is right, write `expect: refused`"


def _nobody_decides(policy: Policy, request: Request, place: int) -> Finding:
    window = policy.effective
    until = "" if window.until is None else f" until {format_instant(window.until)}"
    return Finding(
        f"no policy of `{policy.use_case}` is live at {format_instant(request.at)}",
        f"write an instant from {format_instant(window.from_)} on{until}, when this policy is live, or leave `at` out",
        ("tests", place, "given", "at"),
    )


class _Differing(NamedTuple):
    """What a decision says of something, and what is written of it under `expect`."""

    said: Any
    written: Any


def _differing(policy: Policy, expected: Expect, verdict: Verdict) -> dict[str, _Differing]:
    """Return the keys of `expect` in which the verdict differs, the outcome first."""
    ordered = sorted(expected.written.items(), key=lambda item: (item[0] != "outcome", item[0]))
    both = {key: _Differing(_said(policy, key, verdict), written) for key, written in ordered}
    return {
        key: one for key, one in both.items() if not is_same_value((key,), one.said, _as_held(policy, key, one.written))
    }


def _said(policy: Policy, key: str, verdict: Verdict) -> Any:  # noqa: ANN401 - any value of a decision
    """Return what a verdict of *policy* says of a key of `expect`."""
    if key == "highlighted":
        return tuple(one.label for one in verdict.highlighted)
    if key == "effect":
        return policy.band(verdict.outcome).effect
    if key == "sample":
        return None if verdict.sample is None else verdict.sample.id
    return getattr(verdict, key)


def _as_held(policy: Policy, key: str, value: Any) -> Any:  # noqa: ANN401 - any value of a decision
    """Return what a test expects as a decision has it: a threshold as the score's type holds it."""
    if key in ("threshold", "next_threshold") and value is not None and len(policy.scales) == 1:
        return policy.scales[0].score.rounded(value)
    return value


def _failed(policy: Policy, test: PolicyTest, verdict: Verdict, wrong: Mapping[str, _Differing], place: int) -> Finding:
    said = [f"`{key}` is {_shown(one.said)}, not {_shown(one.written)} as expected" for key, one in wrong.items()]
    got = ", ".join(f"{key}: {as_written(one.said)}" for key, one in wrong.items())
    return Finding(
        f"{_begins(test)}{', '.join(said)}; {_explained(policy, test, verdict)}",
        f"if that is the right decision, write `{got}` under `expect`; if not, mend the policy",
        ("tests", place, "expect", next(iter(wrong))),
    )


def _named(test: PolicyTest) -> str:
    return "the test" if test.name is None else f"the test {quoted(test.name)}"


def _shown(value: Any) -> str:  # noqa: ANN401 - any value of a decision
    return quoted(as_written(value))


def _explained(policy: Policy, test: PolicyTest, verdict: Verdict) -> str:
    words = _score_in_words(policy, test, verdict)
    if verdict.knock_outs:
        names = " and ".join(f"`{name}`" for name in verdict.knock_outs)
        words += f"; of the knock-outs, {names} matched: what `facts` leaves out counts as met for `at_least`"
    if verdict.unknown:
        names = " and ".join(f"`{name}`" for name in verdict.unknown)
        words += f"; of {names} the catalog does not know the value, or none is given"
    return words


def _score_in_words(policy: Policy, test: PolicyTest, verdict: Verdict) -> str:
    if verdict.invalid is not None:
        return f"the score is `{verdict.invalid}`, and `on_invalid` says `{verdict.outcome}`"
    score = in_short(test.given.score)
    if policy.score is not None and policy.score.signal == "margin":
        (reading,) = read(policy, request_of(policy, test))
        score = f"the margin of {score}, {as_written(reading.signal)},"
    if verdict.threshold is not None:
        said = {BASE: BASE, FROM_CALL: "`thresholds` of the case", FROM_ENVIRONMENT: "`env` of the test"}
        source = said.get(verdict.threshold_from or BASE, f"override `{verdict.threshold_from}`")
        return f"{score} reaches {as_written(verdict.threshold)}, the threshold of `{verdict.outcome}` ({source})"
    if verdict.next_threshold is not None:
        return f"{score} is below {as_written(verdict.next_threshold)}, the lowest threshold there"
    if verdict.knock_outs or verdict.members or verdict.ambiguous:
        return f"something else than a threshold gave `{verdict.outcome}`"
    return f"`{verdict.outcome}` takes every score there"
