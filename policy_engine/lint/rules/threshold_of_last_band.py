"""A threshold set or tuned for the last band of a score, which has none: it takes what reaches no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.flow import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy, Scale


def _check(policy: Policy) -> Iterator[Finding]:
    if len(policy.strictness) < len(policy.bands):
        return
    for name in policy.objective or ():
        # A band that one of several scores has a threshold for can be tuned there
        if name in policy.strictness and not any(name in scale.thresholds for scale in policy.scales):
            yield _untuned(policy, name)
    for score, one in (policy.scores or {}).items():
        scale = policy.scale_of(score)
        if scale.bands[-1] in one.thresholds:
            yield _of_score(policy, scale)
    if policy.scores is not None:
        # What an override says of a band that some score does not name has a finding of its own
        return
    for i, override in enumerate(policy.overrides):
        if policy.band_names[-1] in (override.thresholds or {}):
            name = policy.band_names[-1]
            yield _finding(policy.scales[0], name, "set", ("overrides", i, "thresholds", name))


def _untuned(policy: Policy, name: str) -> Finding:
    if policy.scores is None and name == policy.band_names[-1]:
        return _finding(policy.scales[0], name, "tune", ("objective", name))
    tunable = [f"`{band}`" for band in policy.band_names if any(band in scale.thresholds for scale in policy.scales)]
    return Finding(
        f"no score names a threshold of `{name}`, so it has none to tune",
        f"give the objective to a band that has one, which is {either(tunable)}" if tunable else "delete it",
        ("objective", name),
        "key",
    )


def _finding(scale: Scale, band: str, verb: str, path: Path) -> Finding:
    instead = (
        f"set the threshold of `{scale.bands[-2]}`" if verb == "set" else f"give `{scale.bands[-2]}` the objective"
    )
    return Finding(
        f"`{band}` is the last band: it takes every score that reaches no other, so it has no threshold to {verb}",
        f"{instead} instead: a score below it is `{band}`",
        path,
        "key",
    )


def _of_score(policy: Policy, scale: Scale) -> Finding:
    band = scale.bands[-1]
    end, which = ("riskier", "mildest") if scale.is_riskier else ("safer", "strictest")
    others = [name for name in policy.band_names if name != band]
    near = others[0] if scale.is_riskier else others[-1]
    only = len((policy.scores or {})[str(scale.name)].thresholds) == 1
    return Finding(
        f"`{band}` is the {which} band, and the score `{scale.name}` is `{end}` where it is higher: "
        f"what reaches no threshold is `{band}`, so it has none itself",
        f"give the threshold to another band, such as `{near}`" if only else "delete it",
        ("scores", str(scale.name), "thresholds", band),
        "key",
    )


RULE = Rule(
    "PE217",
    "threshold-of-last-band",
    "policy",
    "a threshold is set or tuned for the last band, which has none",
    _check,
)
