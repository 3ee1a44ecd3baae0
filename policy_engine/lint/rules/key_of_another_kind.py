"""A key that means something for another kind of score only: here nothing would ever come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.flow import as_written
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy
    from policy_engine.model.on_invalid import OnInvalid

_NO_CANDIDATES = "no_candidates"


def _check(policy: Policy) -> Iterator[Finding]:
    if policy.kind != "classes":
        yield from _of_classes(policy)
    if policy.kind != "labels" and policy.unknown_label is not None:
        message = f"`unknown_label` is about labels that are not listed, and {_this(policy)}"
        yield Finding(message, _mend(policy, "labels"), ("unknown_label",), "key")
    if policy.scores is not None:
        yield from _of_one_score(policy)


def _of_classes(policy: Policy) -> Iterator[Finding]:
    """Yield what only the kind `classes` has: a first and a second, labels to show, an empty list of them."""
    leads: list[Path] = [("lead",)] if policy.lead is not None else []
    leads += [("overrides", i, "lead") for i, one in enumerate(policy.overrides) if one.lead is not None]
    for path in leads:
        message = f"`lead` is about the first and the second of several classes, and {_this(policy)}"
        yield Finding(message, _mend(policy, "classes"), path, "key")
    shown: list[Path] = [("bands", i, "highlight") for i, one in enumerate(policy.bands) if one.highlight is not None]
    shown += [("overrides", i, "highlight") for i, one in enumerate(policy.overrides) if one.highlight is not None]
    for path in shown:
        message = f"`highlight` is about which of several classes are shown, and {_this(policy)}"
        yield Finding(message, _mend(policy, "classes"), path, "key")
    invalid: list[tuple[OnInvalid | None, Path]] = [(policy.on_invalid, ("on_invalid",))]
    invalid += [(one.on_invalid, ("scores", name, "on_invalid")) for name, one in (policy.scores or {}).items()]
    invalid += [(one.on_invalid, ("overrides", i, "on_invalid")) for i, one in enumerate(policy.overrides)]
    for written, path in invalid:
        if isinstance(written, dict) and _NO_CANDIDATES in written:
            message = f"only the kind `classes` can have `{_NO_CANDIDATES}`, and {_this(policy)}"
            mend = "delete it: a score that is left out is `missing`"
            yield Finding(message, mend, (*path, _NO_CANDIDATES), "key")


def _of_one_score(policy: Policy) -> Iterator[Finding]:
    """Yield the thresholds that stand where only the bands of a single score have theirs."""
    score = next(iter(policy.scores or {}))
    for i, band in enumerate(policy.bands):
        if band.at_least is not None:
            shown = as_written({"thresholds": {band.name: band.at_least}})[1:-1]
            yield Finding(
                f"`{band.name}` has the threshold {format_number(band.at_least)}, "
                "and of several `scores` each has thresholds of its own",
                f"delete it here, and write it under the score that it is about, such as `{score}`: `{shown}`",
                ("bands", i, "at_least"),
                "key",
            )


def _this(policy: Policy) -> str:
    if policy.scores is not None:
        return "this policy has several `scores`"
    return f"this score is of kind `{policy.kind}`"


def _mend(policy: Policy, kind: str) -> str:
    if policy.scores is not None:
        return "delete it"
    return f"delete it, or write `kind: {kind}` if that is what the model returns"


RULE = Rule(
    "PE226",
    "key-of-another-kind",
    "policy",
    "a key is written that only another kind of score has",
    _check,
)
