"""Shares for people: in per cent, or as a rate, and what is of no case as nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.reporting.as_text.segments import NOTHING

if TYPE_CHECKING:
    from policy_engine.measures import Proportion


def percent(share: Proportion) -> str:
    """Return a share in per cent.

    >>> from policy_engine.measures import Proportion
    >>> percent(Proportion(1, 8)), percent(Proportion(0, 0))
    ('12.5%', '-')
    """
    return NOTHING if share.value is None else f"{share.value:.1%}"


def rate(share: Proportion) -> str:
    """Return a share as a number from 0 to 1.

    >>> from policy_engine.measures import Proportion
    >>> rate(Proportion(1, 8)), rate(Proportion(0, 0))
    ('0.125', '-')
    """
    return NOTHING if share.value is None else f"{share.value:.3f}"
