"""The threshold that is to be chosen: of one band of a policy, where it stands, and what it is declared to be for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from policy_engine.diagnostics import did_you_mean
from policy_engine.exceptions import TuningError
from policy_engine.lint import Evident, held_by
from policy_engine.lint.scales import scales_under
from policy_engine.tuning.objectives import Objective
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policy_engine.lint import Held
    from policy_engine.model import Override, Policy, Scale
    from policy_engine.model.promises import Bound
    from policy_engine.model.promises import Objective as Declared
    from policy_engine.resolution import Path
    from policy_engine.tuning.policy_file import PolicyFile
    from policy_engine.vocabulary import Direction


@dataclass(frozen=True, slots=True)
class BandToTune:
    """The threshold of one band as a policy has it, and what the policy says that it is chosen for.

    `score` is the one of several scores, else None; `source` is `base` or the id of the override that sets the number;
    `present` is that number as written, whatever the environment may put in its place, and `path` where it stands.
    `at_least` are the bounds of the objective, and `confidence` is that of the bounds: of different ones the greatest.
    """

    file: PolicyFile
    band: str
    score: str | None
    source: str
    present: float
    path: Path
    scale: Scale
    objective: Objective | None
    at_least: Mapping[str, float]
    confidence: float | None

    @property
    def use_case(self) -> str:
        """What is decided."""
        return self.file.policy.use_case

    @property
    def version(self) -> int:
        """The version of the policy, before anything is written."""
        return self.file.policy.version

    @property
    def higher_is(self) -> Direction:
        """Which end of the score is the strict one."""
        return self.scale.score.higher_is

    @property
    def whose(self) -> str:
        """What people call it: "`block` (base)", or "`pass` of `face` (override `eu`)"."""
        return Evident(self.band, self.score, self.source, self.present).whose


def band_to_tune(file: PolicyFile, band: str, *, score: str | None = None, source: str = BASE) -> BandToTune:
    """Return the threshold of *band* that the *source* sets: `base`, or the override of this id.

    Of several scores the *score* has to be named, except for an override that is about one alone. Raises `TuningError`
    where there is no such threshold, or where it is `always` or `never`; and for an override that sets it for several
    scores at once, since labelled cases of one say nothing of the others.
    """
    policy = file.policy
    if band not in policy.band_names:
        raise TuningError(f"`{policy.use_case}` has no band `{band}`: {did_you_mean(band, policy.band_names)}")
    override = None if source == BASE else _override(policy, source)
    if override is not None:
        _expect_set_by(override, band)
    scale = _scale(policy, band, score, override)
    # The scale has it, and so has the override
    held = cast("Held", held_by(policy, Evident(band, scale.name, source, 0.0)))
    declared = (policy.objective or {}).get(band)
    bounds = _bounds(declared)
    return BandToTune(
        file,
        band,
        scale.name,
        source,
        float(held.written),
        held.path,
        scale,
        None if declared is None else _objective(declared),
        {name: bound.at_least for name, bound in bounds.items()},
        max((one.confidence for one in bounds.values() if one.confidence is not None), default=None),
    )


def _override(policy: Policy, named: str) -> Override:
    for one in policy.overrides:
        if one.id == named:
            return one
    known = did_you_mean(named, (one.id for one in policy.overrides))
    raise TuningError(f"`{policy.use_case}` has no override `{named}`: {known}")


def _expect_set_by(override: Override, band: str) -> None:
    """Raise `TuningError` where an override sets no number for *band*."""
    thresholds = override.thresholds or {}
    if band not in thresholds:
        sets = f"it sets that of {_listed(thresholds)}" if thresholds else "it sets none"
        raise TuningError(f"the override `{override.id}` sets no threshold of `{band}`: {sets}")
    if isinstance(thresholds[band], str):
        raise TuningError(
            f"the threshold of `{band}` (override `{override.id}`) is `{thresholds[band]}`: write a number in its "
            "place if there is to be one"
        )


def _scale(policy: Policy, band: str, score: str | None, override: Override | None) -> Scale:
    """Return the scale whose threshold it is."""
    if policy.scores is None and score is not None:
        raise TuningError(f"`{policy.use_case}` has one score, which has no name: leave `{score}` out")
    if score is not None and score not in (policy.scores or {}):
        raise TuningError(f"`{policy.use_case}` has no score `{score}`: {did_you_mean(score, policy.scores or {})}")
    about = policy.scales if override is None else scales_under(policy, override)
    having = [scale for scale in about if band in scale.thresholds]
    if override is not None and len(having) > 1:
        raise TuningError(
            f"the override `{override.id}` sets the threshold of `{band}` for several scores at once, "
            f"{_listed(scale.name for scale in having)}, and cases of one say nothing of the others: give each an "
            "override of its own, with `score` in its `when`"
        )
    found = [scale for scale in having if score in (None, scale.name)]
    if not found:
        of_score = "" if score is None else f" of `{score}`"
        by = "" if override is None else f" in the override `{override.id}`"
        raise TuningError(f"`{band}` has no threshold{of_score}{by}: no number decides which scores end in it")
    if len(found) > 1:
        raise TuningError(
            f"`{policy.use_case}` has several scores with a threshold of `{band}`: say of which one, "
            f"{_listed(scale.name for scale in found)}"
        )
    return found[0]


def _listed(names: Iterable[str | None]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _objective(declared: Declared) -> Objective:
    if declared.costs is not None:
        return Objective.minimise_cost(declared.costs.false_positive, declared.costs.false_negative)
    return Objective.maximise(str(declared.maximise), declared.beta)


def _bounds(declared: Declared | None) -> dict[str, Bound]:
    return {} if declared is None else {str(name): bound for name, bound in (declared.subject_to or {}).items()}
