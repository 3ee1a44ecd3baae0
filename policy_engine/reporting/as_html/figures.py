"""Numbers for people: as many digits as say something, and a dash for what is not defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.reporting.as_html.markup import Html, element, html_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DASH: Final = "\u2013"
FOUR_FIFTHS: Final = 0.8


def share(value: float | None, why: str = "") -> Html:
    r"""Return a measure between -1 and 1, or a dash with the reason *why* there is none.

    >>> share(0.39089), share(None)
    ('0.391', '\u2013')
    """
    return undefined(why) if value is None else html_of(f"{value:.3f}")


def percent(value: float | None, why: str = "") -> Html:
    """Return a share of something in per cent.

    >>> percent(0.724)
    '72.4%'
    """
    return undefined(why) if value is None else html_of(f"{value:.1%}")


def count(value: float | None, why: str = "") -> Html:
    """Return how many there are; sums of weights have one more digit.

    >>> count(1000), count(1000.25)
    ('1,000', '1,000.2')
    """
    if value is None:
        return undefined(why)
    return html_of(f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}")


def amount(value: float | None, why: str = "") -> Html:
    """Return a number of any size.

    >>> amount(526.0), amount(0.25), amount(1234567.0)
    ('526', '0.25', '1,234,567')
    """
    if value is None:
        return undefined(why)
    return html_of(f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}")


def measured(name: str, value: float | None, why: str = "") -> Html:
    """Return what a measure of this name is worth."""
    if name in ("cost", "flagged"):
        return amount(value, why)
    return percent(value, why) if name == "flagged_share" else share(value, why)


def threshold(value: float | None, labels: Mapping[float | None, str]) -> Html:
    """Return a threshold in as few digits as flag the same, where *labels* know them; none is a choice, too."""
    if value in labels:
        return html_of(labels[value])
    return html_of("none" if value is None else f"{value:.6g}")


def undefined(why: str) -> Html:
    """Return a dash, with the reason for whoever asks."""
    return html_of(DASH) if not why else element("abbr", DASH, title=why)


def said(name: str) -> str:
    """Return the name of a measure or a column in words.

    >>> said("flagged_share"), said("f1"), said("top1")
    ('flagged share', 'F1', 'top-1')
    """
    known = {"f1": "F1", "fbeta": "F-beta", "mcc": "MCC", "auc": "AUC", "n": "cases", "top1": "top-1", "top3": "top-3"}
    return known.get(name, name.replace("_", " "))
