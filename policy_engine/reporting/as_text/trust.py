"""How far a choice can be trusted as text: beside what it does on its own cases, what it does on others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.measures import MEASURES
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.measured import SHOWN, measure_name, number_as_text
from policy_engine.reporting.as_text.segments import NOTHING
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.thresholds import threshold_as_text
from policy_engine.tuning.tuned import FEWEST_CLUSTERS

if TYPE_CHECKING:
    from policy_engine.measures import Curve, Interval
    from policy_engine.tuning import Bootstrapped, Choice, Tuned


def trust_lines(tuned: Tuned, choice: Choice) -> list[str]:
    """Return the measures of the best *choice* here, elsewhere and in the population; and of the guaranteed one."""
    interval, honest = tuned.interval, tuned.honest
    if interval is None and honest is None:
        return _too_few(tuned)
    return [
        "",
        *_best(tuned, choice),
        *_how_far(tuned.curve, interval),
        *_too_few(tuned),
        *_elsewhere(tuned),
        *_guaranteed(tuned),
    ]


def _best(tuned: Tuned, choice: Choice) -> list[str]:
    objective = tuned.plan.objective
    rows = [["best on these cases", "here", "elsewhere", "population, from", "to"]]
    for name in (*SHOWN, *(one for one in (objective.measure,) if one not in (*SHOWN, "flagged"))):
        here, elsewhere = choice.value, None if tuned.honest is None else tuned.honest.value
        if name != objective.measure:
            here = float(MEASURES[name](choice.counts))
            elsewhere = None if tuned.honest is None else float(MEASURES[name](tuned.honest.counts))
        ends = _ends(None if tuned.interval is None else tuned.interval.measures.get(name))
        rows.append([f"  {measure_name(name)}", number_as_text(here), number_as_text(elsewhere), *ends])
    return table(rows, right=range(1, 5))


def _guaranteed(tuned: Tuned) -> list[str]:
    """Return the measures of the guaranteed choice, here, on a holdout, and in the population."""
    also = None if tuned.interval is None else tuned.interval.also
    if tuned.guaranteed is None or tuned.guaranteed.choice is None or also is None:
        return []
    counts, honest = tuned.guaranteed.choice.counts, tuned.honest_of_guaranteed
    rows = [["guaranteed", "here", "holdout", "population, from", "to"]]
    for name in SHOWN:
        elsewhere = NOTHING if honest is None else number_as_text(float(MEASURES[name](honest.counts)))
        here = number_as_text(float(MEASURES[name](counts)))
        rows.append([f"  {measure_name(name)}", here, elsewhere, *_ends(also.get(name))])
    if honest is None:
        rows = [[*row[:2], *row[3:]] for row in rows]
    return ["", *table(rows, right=range(1, len(rows[0])))]


def _ends(found: Interval | None) -> tuple[str, str]:
    return (NOTHING, NOTHING) if found is None else (number_as_text(found.low), number_as_text(found.high))


def _too_few(tuned: Tuned) -> list[str]:
    if tuned.interval is not None or tuned.clusters >= FEWEST_CLUSTERS:
        return []
    return [f"of {counted(tuned.clusters, 'independent part')} no resamples tell how far another sample would differ"]


def _how_far(curve: Curve, found: Bootstrapped | None) -> list[str]:
    if found is None or found.threshold is None:
        return []
    ends = [threshold_as_text(curve, end) for end in found.threshold]
    most = found.selected[0]
    none = found.replicates - found.chosen
    without = f" ({none:,} others have none)" if none else ""
    return [
        f"threshold: from {ends[0]} to {ends[1]} in {found.confidence:.15g} of {found.chosen:,} resamples{without},",
        f"  most often {threshold_as_text(curve, most.threshold)} (in {most.share:.1%}; seed {found.seed})",
    ]


def _elsewhere(tuned: Tuned) -> list[str]:
    if tuned.honest is None:
        return []
    if tuned.honest.method == "holdout":
        return ["elsewhere: on the cases of --holdout"]
    folds = f"{tuned.honest.parts} folds"
    if tuned.honest.chosen < tuned.honest.parts:
        folds += f", {tuned.honest.parts - tuned.honest.chosen} of them without a choice"
    return [f"elsewhere: chosen on a part of the cases and measured on the rest ({folds})"]
