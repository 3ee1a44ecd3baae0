"""What holds where, for people: a table of all cells, or one cell at length."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING

from policy_engine.model import END_OF_TIME, KnockOut, NumberCondition, format_instant
from policy_engine.printable import printable
from policy_engine.reporting.as_text.table import table, width_of
from policy_engine.reporting.as_text.wrapped import wrapped_lines
from policy_engine.reporting.columns import columns_of, cut_to, padded
from policy_engine.reporting.timeline import as_plain
from policy_engine.resolution import format_number, ladder
from policy_engine.vocabulary import BASE, FROM_ENVIRONMENT, LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from policy_engine.model import CaseReasons, Catalog, Highlight, Policy, Scale, Stage, Tunable
    from policy_engine.reporting.effective import EffectiveCell, EffectivePolicy
    from policy_engine.resolution import Cell, Safeguard, Settled

_REST, _NO_SCORE = "else", "-"
_LEGEND = {_REST: "`else`: what reaches no threshold of its score", _NO_SCORE: "`-`: no score leads there"}
_NARROWEST = 16
"""No column of words is made narrower than this."""
_LONGEST = 60
"""How many columns the value of an attribute may take."""


def cells_as_text(shown: EffectivePolicy, columns: int) -> str:
    """Return a table of all cells: where each holds, its thresholds and where these came from."""
    lines = [*_title(shown, columns), "", *_cells(shown, columns), "", *wrapped_lines(_everywhere(shown), columns)]
    beside = [*_beside(shown)]
    return "\n".join([*lines, *wrapped_lines(["", *beside] if beside else [], columns), ""])


def policies_as_text(policies: Sequence[Policy], columns: int) -> str:
    """Return a list of policies: use case, version, when it is live or a candidate, its owner and its bands."""
    lines = []
    for policy in policies:
        lines.append(f"{policy.use_case} version {policy.version}: {', '.join(policy.band_names)}")
        lines.append(f"  {_window(policy)}; owner {policy.owner}")
        if policy.description is not None:
            lines.append(f"  {' '.join(policy.description.split())}")
    return "\n".join([*wrapped_lines(lines, columns), ""])


def _title(shown: EffectivePolicy, columns: int) -> list[str]:
    policy = shown.policy
    lines = [
        f"{policy.use_case} version {policy.version}, {_window(policy)}",
        *map(_scale, policy.scales),
        f"at {format_instant(shown.at)}",
        *(f"beside it: version {one.version}, {_window(one)}; see `timeline`" for one in shown.candidates),
    ]
    return wrapped_lines(lines, columns)


def _scale(scale: Scale) -> str:
    model, named = scale.score.model, f"{scale.name}: " if scale.name is not None else ""
    versions = model.versions or ""
    if isinstance(versions, dict):
        versions = ", ".join(f"{name} {specifier}" for name, specifier in versions.items())
    words = " ".join(part for part in (model.name, versions) if part)
    signal = f" by {scale.score.signal or 'top'}" if scale.score.kind == "classes" else ""
    as_type = ", compared as float32" if scale.score.type == "float32" else ""
    return f"{named}{scale.score.kind} of {words}{signal}, where higher is {scale.score.higher_is}{as_type}"


def _window(policy: Policy) -> str:
    begin, end = policy.window
    until = "" if end == END_OF_TIME else f" until {format_instant(end)}"
    return f"{_stage(policy.stage)} from {format_instant(begin)}{until}"


def _stage(stage: Stage | None) -> str:
    if stage is None:
        return "live"
    if stage.canary is None:
        return "a shadow"
    return f"a canary for {format_number(stage.canary.percent)} of 100 by {stage.canary.by}"


# --- all cells -----------------------------------------------------------------------------------------------


def _cells(shown: EffectivePolicy, columns: int) -> Iterator[str]:
    bands = [band for band in shown.policy.band_names if any(one.cell.threshold(band) for one in shown.cells)]
    figures = [list(bands), *([_threshold(one.cell, band) for band in bands] for one in shown.cells)]
    words = [["where", "overrides"], *([printable(one.where), ", ".join(one.cell.matched)] for one in shown.cells)]
    widths = _widths(words, columns - width_of(figures) - 4)
    bases = {one.cell.scale.name: one.cell for one in reversed(shown.cells)}
    notes = [[*_differing(one.cell, bases[one.cell.scale.name], shown.policy)] for one in shown.cells]
    if widths is None:
        listed = zip(shown.cells, notes, strict=True)
        yield from wrapped_lines((line for one, below in listed for line in _listed(one, bands, below)), columns)
        return
    below_each = ([], *([f"    {note}" for note in below] for below in notes))
    for (where, overrides), line, below in zip(words, table(figures), below_each, strict=True):
        for first, middle, last in zip_longest(
            wrapped_lines([where], widths[0]), [line], wrapped_lines([overrides], widths[1]), fillvalue=""
        ):
            yield f"{padded(first, widths[0])}  {padded(middle, width_of(figures))}  {last}".rstrip()
        yield from wrapped_lines(below, columns)
    words_used = {figure for row in figures for figure in row}
    if words_used & {_REST, _NO_SCORE}:
        yield from wrapped_lines(["", *(line for word, line in _LEGEND.items() if word in words_used)], columns)


def _widths(words: Sequence[Sequence[str]], room: int) -> tuple[int, int] | None:
    """Return how wide the two columns of words may be in *room*, or None where it is too little."""
    where, overrides = (max(columns_of(cell) for cell in column) for column in zip(*words, strict=True))
    if where + overrides <= room:
        return where, overrides
    share = max(_NARROWEST, min(overrides, room * 2 // 5))
    return (room - share, share) if room - share >= _NARROWEST else None


def _listed(one: EffectiveCell, bands: Sequence[str], below: Sequence[str]) -> Iterator[str]:
    """Yield a cell over several lines: for policies with so many bands that no table holds them."""
    yield one.where
    yield from (f"  {line}" for line in table([[band, _threshold(one.cell, band)] for band in bands]))
    yield from (f"  {line}" for line in below)
    if one.cell.matched:
        yield f"  overrides: {', '.join(one.cell.matched)}"


def _threshold(cell: Cell, band: str) -> str:
    settled = cell.threshold(band)
    if _is_out_of_reach(cell, band):
        return _NO_SCORE
    if settled is None:
        return _REST
    value = settled.value if isinstance(settled.value, str) else format_number(settled.value)
    return f"{value} {settled.source}"


def _is_out_of_reach(cell: Cell, band: str) -> bool:
    """Say whether no score leads to a band, though its own threshold is not `never`."""
    settled = cell.threshold(band)
    is_never = settled is not None and settled.value == "never"
    return not is_never and band not in {rung.band for rung in ladder(cell)}


def _everywhere(shown: EffectivePolicy) -> Iterator[str]:
    """Yield what holds in all cells but those that say otherwise."""
    policy, base = shown.policy, shown.cells[0].cell
    bases = {one.cell.scale.name: one.cell for one in reversed(shown.cells)}
    for name, cell in sorted(bases.items(), key=lambda item: item[0] or ""):
        named = "" if name is None else f"score `{name}`: "
        yield f"{named}`{ladder(cell)[0].band}` is everything else; an invalid score is {_invalid(cell)}"
    yield from _of_classes(base, policy)
    escalated = [f"`{band}` to {path}" for band in policy.band_names if (path := base.escalate(band).value)]
    if escalated:
        yield f"escalated: {', '.join(escalated)}"
    yield from _carried(base, policy)
    if shown.changes:
        instants = ", ".join(format_instant(instant) for instant in shown.changes)
        yield f"something changes at {instants}: see --at"


def _of_classes(cell: Cell, policy: Policy) -> Iterator[str]:
    """Yield the lead and the highlights that hold in a cell."""
    if cell.lead.value is not None:
        yield _lead(cell.lead)
    for band in policy.band_names:
        settled = cell.highlight(band)
        if settled.value is not None:
            yield f"`{band}` shows {_highlight(settled.value)}{_by(settled)}"


def _carried(cell: Cell, policy: Policy) -> Iterator[str]:
    """Yield the reasons and the attributes that ride along with the bands of a cell."""
    for band in policy.band_names:
        codes = cell.reasons(band)
        if codes.value:
            yield f"`{band}` has {_reasons(codes.value)}{_by(codes)}"
        for key, settled in _attributes(cell, band).items():
            yield f"`{band}` has {_attribute(key, settled)}{_by(settled)}"


def _attributes(cell: Cell, band: str) -> dict[str, Settled]:
    return {key: cell.settled["attributes", band, key] for key in cell.attributes(band)}


def _attribute(key: str, settled: Settled) -> str:
    value = cut_to(json.dumps(as_plain(settled.value), ensure_ascii=False), _LONGEST)
    return f"the attribute {key} {value}"


def _lead(settled: Settled) -> str:
    lead = settled.value
    bands = ", ".join(f"`{band}`" for band in lead.bands)
    otherwise = "it is ambiguous" if lead.otherwise is None else f"it is `{lead.otherwise}`"
    return f"{bands}: the first class leads {format_number(lead.ratio)} times{_by(settled)}, else {otherwise}"


def _highlight(value: Highlight) -> str:
    floor = f", at least {value.floor}" if value.floor else ""
    cap = f", at most {value.cap}" if value.cap is not None else ""
    return f"labels above {format_number(value.above)}{floor}{cap}"


def _by(settled: Settled) -> str:
    return "" if settled.source == BASE else f" ({settled.source})"


def _beside(shown: EffectivePolicy) -> Iterator[str]:
    """Yield what decides beside the thresholds: knock-outs, guardrails, tunables, samples."""
    yield from (_safeguard(one, shown.policy) for one in shown.resolved.safeguards)
    yield from _moved(shown.policy, shown.at)


def _moved(policy: Policy, at: datetime) -> Iterator[str]:
    """Yield what may be moved at run time, and by whom, and which cases are drawn for another band."""
    for name, tunable in sorted(policy.tunable.items()):
        low, high = map(format_number, tunable.within)
        yield f"tunable: `{name}` from {low} to {high}, {_way(policy.tunable_numbers[name].kind, tunable)}"
    for sample in sorted(policy.samples, key=lambda one: one.id):
        if sample.until is not None and sample.until <= at:
            continue
        until = "" if sample.until is None else f" until {format_instant(sample.until)}"
        share = f"{format_number(sample.percent)} of 100 by {sample.by}"
        yield f"sample `{sample.id}`: of `{sample.of}`, {share} go to `{sample.to}`{until}"


def _way(kind: str, tunable: Tunable) -> str:
    """Say who moves a number, and which way; of what is no threshold, no way is the stricter one."""
    by = f"by the environment variable {tunable.env}" if tunable.env is not None else "by a request"
    if kind != "thresholds":
        return by
    only_tightens = tunable.per_call is True if tunable.tighten_only is None else tunable.tighten_only
    if only_tightens:
        return f"{by}, only tighter"
    because = f": {' '.join(tunable.because.split())}" if tunable.because else ""
    return f"{by}, tighter or looser{because}"


def _safeguard(safeguard: Safeguard, policy: Policy) -> str:
    """Return a knock-out or a guardrail in words."""
    when = ", ".join(_condition(name, value) for name, value in safeguard.of.when.items())
    of = f" ({when})" if when else ""
    if isinstance(safeguard.of, KnockOut):
        bound = f"at least `{safeguard.of.at_least}`" if safeguard.of.at_least else f"at most `{safeguard.of.at_most}`"
        return f"knock-out `{safeguard.id}`{of}: {bound}"
    require = safeguard.of.require
    if isinstance(require, str):
        word = {"person": "needs a person", "never": "is closed", "tighten_only": "nothing may be looser"}[require]
    else:
        low, high = map(format_number, require.threshold)
        word = f"begins from {low} to {high}"
    named = "".join(f"`{band}` " for band in policy.bands_under(safeguard.of))
    return f"guardrail `{safeguard.id}`{of}: {named}{word}"


def _condition(name: str, value: object) -> str:
    if isinstance(value, bool):
        return f"{name} {'true' if value else 'false'}"
    if isinstance(value, NumberCondition):
        ends = (("from", value.at_least), ("below", value.below))
        return f"{name} {' '.join(f'{word} {format_number(end)}' for word, end in ends if end is not None)}"
    return f"{name} {' or '.join(value) if isinstance(value, tuple) else value}"


def _invalid(cell: Cell) -> str:
    bands = {name: cell.on_invalid(name).value for name in cell.scale.on_invalid}
    if len(set(bands.values())) == 1:
        return f"`{bands['missing']}`"
    most = max(dict.fromkeys(bands.values()), key=list(bands.values()).count)
    others = [f"`{band}` if {name}" for name, band in bands.items() if band != most]
    return f"{', '.join(others)}, else `{most}`"


def _differing(cell: Cell, base: Cell, policy: Policy) -> Iterator[str]:
    """Yield what holds in a cell beside thresholds that does not hold in the plainest one."""
    rest, base_rest = ladder(cell)[0].band, ladder(base)[0].band
    if rest != base_rest:
        yield f"everything else is `{rest}`: no score leads to `{base_rest}`"
    yield from _differing_on_invalid(cell, base)
    for band in policy.band_names:
        if cell.escalate(band) != base.escalate(band):
            path = cell.escalate(band)
            yield f"`{band}` is escalated to {path.value} ({path.source})"
        if cell.reasons(band) != base.reasons(band):
            codes = cell.reasons(band)
            yield f"`{band}` has {_reasons(codes.value)} ({codes.source})"
        if cell.highlight(band) != base.highlight(band):
            shown = cell.highlight(band)
            yield f"`{band}` shows {_highlight(shown.value)} ({shown.source})"
        others = _attributes(base, band)
        for key, settled in _attributes(cell, band).items():
            if settled != others.get(key):
                yield f"`{band}` has {_attribute(key, settled)} ({settled.source})"
    if cell.lead != base.lead:
        yield _lead(cell.lead)


def _differing_on_invalid(cell: Cell, base: Cell) -> Iterator[str]:
    bands = {name: cell.on_invalid(name) for name in cell.scale.on_invalid}
    others = {name: settled for name, settled in bands.items() if settled != base.on_invalid(name)}
    if len(others) == len(bands) and len(set(others.values())) == 1:
        settled = bands["missing"]
        yield f"an invalid score is `{settled.value}` ({settled.source})"
        return
    for name, settled in others.items():
        yield f"`{name}` is `{settled.value}` ({settled.source})"


def _reasons(value: tuple[str, ...] | CaseReasons) -> str:
    if not isinstance(value, tuple):
        most = "any" if value.max is None else f"at most {value.max}"
        return f"the reasons of the case, {most} of {', '.join(value.of)}, else it is `{value.else_}`"
    return f"the reasons {', '.join(value)}" if value else "no reasons"


# --- one cell ------------------------------------------------------------------------------------------------


def cell_as_text(shown: EffectivePolicy, catalog: Catalog, contests: Sequence[Sequence[str]], columns: int) -> str:
    """Return one cell at length: the values, the ladder, who gets what, and why these thresholds hold.

    Of several scores or labels there are the cells of each, and *contests* has the lines of each cell.
    """
    lines = _title(shown, columns)
    for one, contested in zip(shown.cells, contests, strict=True):
        lines += [
            "",
            *wrapped_lines(_values(shown.policy, one), columns),
            "",
            *wrapped_lines(_ladder(shown.policy, one.cell, catalog), columns),
            "",
            *wrapped_lines(_overrides(one), columns),
            *wrapped_lines(contested, columns),
            *wrapped_lines((_safeguard(safeguard, shown.policy) for safeguard in one.cell.safeguards), columns),
        ]
    moved = [*_moved(shown.policy, shown.at)]
    lines += wrapped_lines(["", *moved] if moved else [], columns)
    return "\n".join([*lines, ""])


def _values(policy: Policy, one: EffectiveCell) -> Iterator[str]:
    if not one.values:
        yield "no threshold depends on the case"
    width = max(map(len, one.values), default=0)
    for name, value in one.values.items():
        rule = policy.unknown_label if name == LABEL else policy.unknown.get(name)
        values = one.ranges.get(name, (value,))
        words = ", ".join(_UNKNOWN[rule or "strictest"] if one is None else one for one in values)
        decides = "; a decision takes the strictest of what it could be" if name in one.ranges and name != LABEL else ""
        yield f"{name:<{width}}  {words}{decides}"


_UNKNOWN = {
    "strictest": "unknown: a decision takes the strictest of what it could be",
    "base": "unknown: a decision takes what holds here",
    "error": "unknown: a decision is refused",
}


def _ladder(policy: Policy, cell: Cell, catalog: Catalog) -> Iterator[str]:
    rows = []
    for band in policy.band_names:
        settled = cell.threshold(band)
        reached = "everything else" if settled is None else _from(settled)
        rows.append(
            [
                band,
                "no score leads there" if _is_out_of_reach(cell, band) else reached,
                _goes_to(cell, band, catalog),
            ]
        )
    yield from table(rows)
    yield f"an invalid score is {_invalid(cell)}"
    yield from _of_classes(cell, policy)
    yield from _carried(cell, policy)


def _from(settled: Settled) -> str:
    words = {BASE: "the base", FROM_ENVIRONMENT: "the environment"}
    source = words.get(settled.source, settled.source)
    if isinstance(settled.value, str):
        return f"{settled.value}, by {source}"
    return f"from {format_number(settled.value)}, by {source}"


def _goes_to(cell: Cell, band: str, catalog: Catalog) -> str:
    path = cell.escalate(band).value
    if path is None:
        return ""
    first = catalog.escalation_paths[path].levels[0]
    return f"{path}: {first.to} within {first.within}"


def _overrides(one: EffectiveCell) -> Iterator[str]:
    yield "overrides that match:" if one.overrides else "no override matches"
    for reach in one.overrides:
        because = "" if reach.override.because is None else f": {' '.join(reach.override.because.split())}"
        yield f"  `{reach.id}`{printable(because)}"
