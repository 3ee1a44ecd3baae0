"""An override's threshold of a band that one of several scores does not name: it would hold for nothing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import as_written
from policy_engine.lint.scales import scales_under
from policy_engine.vocabulary import SCORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Override, Policy, Scale


def _check(policy: Policy) -> Iterator[Finding]:
    if policy.scores is None:
        return
    for i, override in enumerate(policy.overrides):
        about = list(scales_under(policy, override))
        for band in override.thresholds or ():
            without = [scale for scale in about if band not in scale.thresholds]
            # A band that the policy does not have has a finding of its own
            if band in policy.strictness and without:
                yield Finding(
                    f"the score `{without[0].name}` names no threshold of `{band}`, "
                    f"and the override `{override.id}` sets one for it",
                    _mend(override, band, about, without),
                    ("overrides", i, "thresholds", band),
                    "key",
                )


def _mend(override: Override, band: str, about: list[Scale], without: list[Scale]) -> str:
    first = without[0]
    way = [f"give `{band}` a threshold under `scores`, `{first.name}`"] if band != first.bands[-1] else []
    naming = [str(scale.name) for scale in about if scale not in without]
    if naming:
        only = as_written({SCORE: naming[0] if len(naming) == 1 else naming})[1:-1]
        narrower = f"write `{only}` in its `when`" if SCORE in override.when else f"add `{only}` to its `when`"
        return ", or ".join([narrower, *way])
    is_only_one = len(override.thresholds or ()) == 1
    return ", or ".join([*way, "delete the override" if is_only_one else "delete it"])


RULE = Rule(
    "PE221",
    "threshold-of-unnamed-band",
    "policy",
    "an override sets a threshold of a band that one of several scores does not name",
    _check,
)
