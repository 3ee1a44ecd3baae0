"""Numbers for people: as many digits as say something, and a dash for what is not defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.reporting.as_html.markup import Html, element, html_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DASH: Final = "\u2013"
_FOUR_DIGITS: Final = 1000


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
    """Return a number of any size, as the script does: whole, or in four digits and at least one behind the point.

    >>> amount(526.0), amount(0.25), amount(1234567.0), amount(12345.67)
    ('526', '0.25', '1,234,567', '12,345.7')
    """
    if value is None:
        return undefined(why)
    if float(value).is_integer():
        return html_of(f"{value:,.0f}")
    return html_of(f"{value:,.1f}" if abs(value) >= _FOUR_DIGITS else f"{value:,.4g}")


def exact(value: float) -> Html:
    """Return a number in as few digits as say no other.

    >>> exact(0.193763), exact(0.9903685999), exact(1.0)
    ('0.193763', '0.9903685999', '1')
    """
    return html_of(repr(float(value)).removesuffix(".0"))


def measured(name: str, value: float | None, why: str = "") -> Html:
    """Return what a measure of this name is worth."""
    if name in ("cost", "flagged"):
        return amount(value, why)
    return percent(value, why) if name == "flagged_share" else share(value, why)


def threshold(value: float | None, labels: Mapping[float | None, str]) -> Html:
    """Return a threshold in as few digits as flag the same, where *labels* know them; none is a choice, too."""
    if value in labels:
        return html_of(labels[value])
    return html_of("none") if value is None else exact(value)


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
