"""A policy: what becomes of one use case's scores."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.canonical import digest
from policy_engine.model._base import Written
from policy_engine.model.bands import Band
from policy_engine.model.instants import END_OF_TIME, PolicyWindow
from policy_engine.model.knock_outs import KnockOut
from policy_engine.model.lead import Lead
from policy_engine.model.names import DimensionName, Name, Text
from policy_engine.model.on_invalid import OnInvalid, band_per_class
from policy_engine.model.overrides import Override
from policy_engine.model.promises import Objective, PolicyTest, Target
from policy_engine.model.rollout import Sample, Stage
from policy_engine.model.scale import Scale
from policy_engine.model.score import NamedScore, Score
from policy_engine.model.tunable import Tunable, TunableName, TunableNumber
from policy_engine.vocabulary import USE_CASE, ScoreKind, Ties, UnknownRule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from policy_engine.model.guardrails import Guardrail


MOST_SCORES: Final = 100
MOST_KNOCK_OUTS: Final = 1_000
MOST_SAMPLES: Final = 100
"""More than anybody reviews; every case is held to all of them."""

BESIDE_CELLS: Final = frozenset({"score", "scores", "unknown_label", "knock_outs", "tunable", "samples"})
"""The keys of a policy by which a case is decided beside what holds in its cells."""


class Policy(Written):
    """One use case's policy, as written: bands with thresholds, what differs where, and what is promised."""

    schema_: Literal["policy/v1"] = Field(alias="schema")
    """The kind and version of this file. It is the first key."""
    use_case: Name
    """What is decided, such as `card-fraud`. Requests name it; the file's name means nothing."""
    version: Annotated[int, Field(ge=1)]
    """A positive integer. An edit that can change a decision needs a new one."""
    owner: Text
    """Who answers for this policy."""
    description: Text | None = None
    """What it is about, for people."""
    effective: PolicyWindow
    """When it is live: from its first instant, up to and without its last."""
    stage: Stage | None = None
    """What it is, if it is not live: a candidate that decides beside the live policy, or for a share of subjects."""
    score: Score | None = None
    """What the model returns."""
    scores: Annotated[dict[Name, NamedScore], Field(min_length=1, max_length=MOST_SCORES)] | None = None
    """What several models return of one case, each by its name; in place of `score`."""
    bands: Annotated[tuple[Band, ...], Field(min_length=2, strict=False)]
    """The outcomes, from the highest threshold down, of which the last has none; of several `scores`, from the
    strictest to the mildest."""
    on_invalid: OnInvalid | None = None
    """The band of a score that is missing, of the wrong type or model, not finite, or out of range. Several `scores`
    have one each."""
    fail_open_because: Text | None = None
    """Why an invalid score, or an unknown value, may end in a band that is neither the strictest nor escalates."""
    lead: Lead | None = None
    """How far the first of several classes must be ahead of the second to stand alone."""
    unknown: dict[DimensionName, UnknownRule] = Field(default_factory=dict)
    """Dimension to what a value comes to that the catalog does not know, or that the request leaves out; `strictest`
    unless given."""
    unknown_label: UnknownRule | None = None
    """What a label comes to that `labels` does not list, as `unknown` says it of a value; `strictest` unless given."""
    ties: Ties | None = None
    """What holds where overrides meet and neither is narrower; the catalog's word unless given."""
    overrides: Annotated[tuple[Override, ...], Field(strict=False)] = ()
    """What differs where, and when."""
    knock_outs: Annotated[tuple[KnockOut, ...], Field(strict=False, max_length=MOST_KNOCK_OUTS)] = ()
    """What decides whatever the score is."""
    tunable: dict[TunableName, Tunable] = Field(default_factory=dict)
    """Which numbers may be other ones at run time, and between what bounds."""
    samples: Annotated[tuple[Sample, ...], Field(strict=False, max_length=MOST_SAMPLES)] = ()
    """Which share of a band's cases goes to another band."""
    objective: Annotated[dict[Name, Objective], Field(min_length=1)] | None = None
    """What tuning optimises, by band."""
    targets: Annotated[tuple[Target, ...], Field(strict=False)] = ()
    """What must stay true of the decisions."""
    evidence: Text | None = None
    """The file that tuning wrote about how the thresholds were chosen, relative to this one."""
    tests: Annotated[tuple[PolicyTest, ...], Field(strict=False)] = ()
    """Cases with the decisions they must get, run whenever the policy is checked or loaded."""

    @model_validator(mode="after")
    def _has_one_kind_of_score(self) -> Self:
        if (self.score is None) == (self.scores is None):
            raise PydanticCustomError("one_score", "needs one of `score` and `scores`")
        if self.score is not None and self.on_invalid is None:
            raise PydanticCustomError(
                "on_invalid_needed", "needs `on_invalid`, the band of a score that is missing or no valid one"
            )
        if self.scores is not None and self.on_invalid is not None:
            raise PydanticCustomError(
                "on_invalid_of_scores", "has `on_invalid` beside `scores`; each of the scores has its own"
            )
        return self

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From when until when it decides: live, or beside the live policy while its stage lasts."""
        until = self.effective.until or END_OF_TIME
        return self.effective.from_, until if self.stage is None else min(until, self.stage.until)

    @cached_property
    def band_names(self) -> tuple[str, ...]:
        """The outcomes, in the order of the file."""
        return tuple(band.name for band in self.bands)

    @property
    def kind(self) -> ScoreKind | Literal["scores"]:
        """The kind of score; `scores` where there are several."""
        return "scores" if self.score is None else self.score.kind

    @cached_property
    def by_strictness(self) -> tuple[str, ...]:
        """The outcomes, the strictest first."""
        return self.band_names if self.score is None or self.score.higher_is == "riskier" else self.band_names[::-1]

    @cached_property
    def strictness(self) -> dict[str, int]:
        """Band to rank: 0 for the strictest, the mildest last."""
        return {name: rank for rank, name in enumerate(self.by_strictness)}

    @cached_property
    def scales(self) -> tuple[Scale, ...]:
        """How scores become bands: one scale, or one for each of several scores, by name."""
        if self.score is not None:
            written = {band.name: band.at_least for band in self.bands}
            return (self._scale(None, self.score, written, self.on_invalid, self.band_names),)
        by_name = sorted((self.scores or {}).items())
        return tuple(
            self._scale(name, one, one.thresholds, one.on_invalid, self._bands_of(one)) for name, one in by_name
        )

    def _bands_of(self, score: NamedScore) -> tuple[str, ...]:
        # What reaches no threshold is the mildest band if riskier, the strictest if safer: the last from the top down
        top_down = self.band_names if score.higher_is == "riskier" else self.band_names[::-1]
        return (*(band for band in top_down[:-1] if band in score.thresholds), top_down[-1])

    @staticmethod
    def _scale(
        name: str | None,
        score: Score,
        written: Mapping[str, float | None],
        on_invalid: OnInvalid | None,
        bands: tuple[str, ...],
    ) -> Scale:
        thresholds = {band: score.rounded(number) for band, number in written.items() if number is not None}
        return Scale(name, score, bands, thresholds, band_per_class(on_invalid, score.kind))

    def scale_of(self, score: str | None) -> Scale:
        """Return the scale of one of several scores, or the only one."""
        return next(scale for scale in self.scales if scale.name in (score, None))

    @cached_property
    def tunable_numbers(self) -> dict[str, TunableNumber]:
        """Every number that a tunable of this policy can be about, by the name that it has in `tunable`."""
        numbers = {
            f"{band.name}.highlight.above": TunableNumber(None, "highlight", band.name)
            for band in self.bands
            if band.highlight is not None
        }
        if self.lead is not None:
            numbers["lead.ratio"] = TunableNumber(None, "lead", None)
        for scale in self.scales:
            for band in scale.thresholds:
                numbers[scale.tunable_name(band)] = TunableNumber(scale.name, "thresholds", band)
        return numbers

    def is_concerned_by(self, guardrail: Guardrail) -> bool:
        """Say whether a guardrail speaks of this policy at all: of its use case, and of bands that it has."""
        wanted = guardrail.when.get(USE_CASE, self.use_case)
        if wanted != self.use_case and not (isinstance(wanted, tuple) and self.use_case in wanted):
            return False
        return guardrail.require == "tighten_only" or bool(self.bands_under(guardrail))

    def band(self, name: str) -> Band:
        """Return the band of a name that there is."""
        return self.bands[self.band_names.index(name)]

    def bands_under(self, guardrail: Guardrail) -> tuple[str, ...]:
        """Return the bands that a guardrail speaks of, by name or by effect."""
        names, effects = guardrail.bands or (), guardrail.effects or ()
        return tuple(band.name for band in self.bands if band.name in names or band.effect in effects)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the policy's canonical form. Comments, layout and the order of keys do not change it."""
        return digest(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))
