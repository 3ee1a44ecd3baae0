"""Scales: how one score's numbers become bands. A policy has one, or one for each of its named scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.model.score import Score
    from policy_engine.vocabulary import InvalidClass


@dataclass(frozen=True, slots=True)
class Scale:
    """The bands that a score can reach, from the highest threshold down, and what it needs for each.

    `name` is that of one of several scores, else None. Whatever reaches no threshold falls to the last of `bands`,
    which has none. Thresholds are as the score's type holds them.
    """

    name: str | None
    score: Score
    bands: tuple[str, ...]
    thresholds: Mapping[str, float]
    on_invalid: Mapping[InvalidClass, str]

    def tunable_name(self, band: str) -> str:
        """Return the name that a band's threshold has in `tunable`, and in a request's `thresholds`."""
        return band if self.name is None else f"{self.name}.{band}"

    @property
    def is_riskier(self) -> bool:
        """Whether high scores are the strict ones."""
        return self.score.higher_is == "riskier"
