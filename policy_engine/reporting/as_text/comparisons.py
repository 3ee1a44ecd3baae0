"""A comparison as text: who changes sides, what that does to the measures, and what it does and does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from policy_engine.measures import MEASURES
from policy_engine.printable import printable
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.p_values import p_value_as_text, short_p_value
from policy_engine.reporting.as_text.segments import (
    NOTHING,
    impact_as_text,
    named_rows,
    note_on_impact,
    segment_name,
)
from policy_engine.reporting.as_text.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.measures import Counts
    from policy_engine.reporting.comparisons import Sides
    from policy_engine.tuning import Change, Comparison

_BESIDE_CHANGES: Final = ("precision", "f1", "mcc")


def comparison_as_text(found: Comparison, sides: Sides) -> str:
    """Return a comparison for people."""
    positives = sum(found.positives)
    lines = [f"{counted(found.cases, 'case')}, {positives:,} positive ({positives / found.cases:.1%})"]
    lines += [*_what(sides), "", *_flips(found, sides)]
    if sides.band is not None:
        lines += ["", *_transitions(found, sides)]
    lines += ["", *_measures(found, sides), "", *_difference(found, sides), "", *_equivalence(found, sides)]
    if found.segments:
        lines += ["", *_segments(found, sides)]
    return "\n".join(lines) + "\n"


def _what(sides: Sides) -> Iterator[str]:
    """Yield what is flagged by whom."""
    if sides.band is None:
        reached = "reach" if sides.higher_is == "riskier" else "do not reach"
        yield f"flagged are the cases that {reached} the threshold: {sides.names[0]}, against {sides.names[1]}"
        return
    for name, way in zip(sides.names, sides.ways, strict=True):
        yield printable(f"{name}: {way['use_case']} version {way['version']}, {way['policy']}")
        yield f"  as of {way['at']}"
        if way["invalid"]:
            classes = ", ".join(f"{many:,} {what}" for what, many in way["invalid"].items())
            yield f"  scores that are invalid to it: {classes}"
    beyond = "stricter" if sides.higher_is == "riskier" else "milder"
    yield f"flagged are the cases that get `{sides.band}` or what is {beyond}"


def _flips(found: Comparison, sides: Sides) -> list[str]:
    first, second = sides.names
    rows: list[tuple[str, ...]] = [("flagged by", "both", f"only {first}", f"only {second}", "neither")]
    rows += [
        (name, *(f"{one:,}" for one in flips))
        for name, flips in (("positive", found.positives), ("negative", found.negatives))
    ]
    return table(rows, right=range(1, 5))


def _transitions(found: Comparison, sides: Sides) -> list[str]:
    changed = sum(one.positives + one.negatives for one in sides.transitions if one.first != one.second)
    rows = [(*sides.names, "positive", "negative", "cases")]
    rows += [
        (one.first, one.second, f"{one.positives:,}", f"{one.negatives:,}", f"{one.positives + one.negatives:,}")
        for one in sides.transitions
    ]
    return [f"{counted(changed, 'case')} of {found.cases:,} decided otherwise", *table(rows, right=range(2, 5))]


def _measures(found: Comparison, sides: Sides) -> list[str]:
    rows: list[tuple[str, ...]] = [("", *sides.names, "change", f"{sides.confidence:.15g} interval")]
    rows += [(_words(name), *_changed(one)) for name, one in found.changes.items()]
    rows += [(name, *_pair(name, found.first, found.second), "") for name in _BESIDE_CHANGES]
    return table(rows, right=range(1, 4))


def _changed(one: Change) -> tuple[str, str, str, str]:
    if one.first is None or one.second is None or one.difference is None or one.interval is None:
        return NOTHING, NOTHING, NOTHING, NOTHING
    low, high = one.interval
    return f"{one.first:.3f}", f"{one.second:.3f}", f"{one.difference:+.3f}", f"{low:+.3f} to {high:+.3f}"


def _pair(name: str, first: Counts, second: Counts) -> tuple[str, str, str]:
    one, other = (float(MEASURES[name](counts)) for counts in (first, second))
    return _number(one), _number(other), NOTHING if np.isnan(one - other) else f"{other - one:+.3f}"


def _number(value: float) -> str:
    return NOTHING if np.isnan(value) else f"{value:.3f}"


def _difference(found: Comparison, sides: Sides) -> list[str]:
    first, second = sides.names
    one, other, p_value = found.mcnemar
    lines = [
        "is one of them right more often? (exact test of McNemar)",
        f"  only {first} is right in {counted(one, 'case')}, only {second} in {other:,}: {p_value_as_text(p_value)}",
    ]
    if p_value > 1 - sides.confidence:
        return [*lines, "  no difference is shown, which is not to say that there is none"]
    return [*lines, f"  a difference is shown: {first if one > other else second} is right more often"]


def _equivalence(found: Comparison, sides: Sides) -> list[str]:
    rows = [
        (f"  {_words(name)}", "yes" if one.equivalent else "not shown", p_value_as_text(one.p_value))
        for name, one in found.equivalence.items()
        if one.p_value is not None
    ]
    return [f"are they as good as equal, within {sides.margin:.15g} either way? (TOST)", *table(rows)]


def _segments(found: Comparison, sides: Sides) -> list[str]:
    first, second = sides.names
    rows: list[tuple[str, ...]] = [
        ("segment", "cases", "accuracy", "change", "flagged", "change", "p", "impact", "then")
    ]
    for one in found.segments:
        compared, ratios = one.comparison, one.adverse_impact_ratios
        rows.append(
            (
                segment_name(one.values),
                f"{compared.cases:,}",
                *_from_and_by(compared.changes["accuracy"]),
                *_from_and_by(compared.changes["flagged_share"]),
                short_p_value(compared.mcnemar.p_value),
                *(impact_as_text(ratio) for ratio in ratios),
            )
        )
    favoured = "who are flagged" if sides.band is not None and sides.higher_is == "safer" else "who are not flagged"
    every = [ratio for one in found.segments for ratio in one.adverse_impact_ratios]
    return [
        f"by segment: {first}, and the change to {second}; among many, some differ by chance",
        *named_rows(rows),
        *note_on_impact(every, favoured),
    ]


def _from_and_by(one: Change) -> tuple[str, str]:
    return _changed(one)[0], _changed(one)[2]


def _words(name: str) -> str:
    return name.replace("_", " ")
