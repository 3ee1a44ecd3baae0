"""New policies: text with comments for people to edit, which is in order from the start."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from policy_engine.cli._bounds import tunables
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.cli._wanted import BandWanted, Wanted

CATALOG: Final = """\
# The words that the policies of this folder share.
schema: catalog/v1
jurisdictions: {} # whose rules apply, such as `EU: {}` and `DE: {in: EU}`
dimensions: {} # what else a threshold may depend on, such as `tier: [standard, gold]`
escalation_paths: # who gets the cases that people decide, in what order, and by when
  reviewers: {levels: [{to: queue:reviewers, within: PT8H}]}
"""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+)*")
_NOT_TEXT = frozenset({"true", "false", "null"})


def policy_text(wanted: Wanted) -> str:
    """Return the policy as a file."""
    return "\n".join([*_head(wanted), *_body(wanted), *_tests(wanted), ""])


def _head(wanted: Wanted) -> Iterator[str]:
    yield "# Check every edit: policy-engine validate. What each key means: docs/format.md of policy-engine."
    yield "schema: policy/v1"
    yield f"use_case: {_text(wanted.use_case)}"
    yield "version: 1 # an edit that can change a decision needs a new one"
    yield f"owner: {_text(wanted.owner)} # who answers for this policy"
    yield f"effective: {{from: {wanted.begin}}}"


def _body(wanted: Wanted) -> Iterator[str]:
    if wanted.kind == "scores":
        yield from _several_scores(wanted)
        return
    yield "score:"
    yield f"  kind: {wanted.kind}"
    if wanted.score_range != (0.0, 1.0):
        yield f"  range: {_range(wanted.score_range)} # null for an end that is open"
    if wanted.kind == "classes":
        yield "  signal: top # what is compared is the highest score; `margin` is what it is ahead of the second"
    if wanted.kind == "labels":
        yield "  labels: [first, second] # the labels of your model"
    yield f"  higher_is: {wanted.higher_is} # {_DIRECTION[wanted.higher_is]}"
    yield f"  model: {{name: {_text(wanted.model)}}} # with `versions`, scores of other versions are not used"
    yield "bands: # read top down: the first band whose threshold the score reaches wins"
    for band in wanted.bands:
        threshold = "" if band.at_least is None else f", at_least: {format_number(band.at_least)}"
        shown = "" if band.highlight is None else f", highlight: {{above: {format_number(band.highlight.number)}}}"
        yield f"  - {{name: {_text(band.name)}{threshold}{_escalate(wanted, band)}{shown}}}"
    strictest, first = _text(wanted.strictest.name), _text(wanted.bands[0].name)
    yield f"on_invalid: {strictest} # a score that is missing, no number, not finite, out of range, ..."
    if wanted.lead is not None:
        yield f"lead: {{ratio: {format_number(wanted.lead.number)}, bands: [{first}]}} # of the first class"
    moved = list(tunables(wanted))
    if moved:
        yield "tunable: # each variable replaces the number above; outside the bounds, nothing is loaded"
        for name, env, bounds in moved:
            low, high = map(format_number, bounds)
            yield f"  {_text(name)}: {{env: {env}, within: [{low}, {high}]}}"


_DIRECTION = {"riskier": "high scores are the risky ones", "safer": "low scores are the risky ones"}


def _several_scores(wanted: Wanted) -> Iterator[str]:
    strict_first = wanted.bands if wanted.higher_is == "riskier" else wanted.bands[::-1]
    yield "bands: # from the strictest to the mildest; the strictest band that any score gives holds"
    for band in strict_first:
        yield f"  - {{name: {_text(band.name)}{_escalate(wanted, band)}}}"
    thresholds = ", ".join(
        f"{_text(band.name)}: {format_number(band.at_least)}" for band in wanted.bands if band.at_least is not None
    )
    yield "scores: # what each score needs for a band"
    for name in ("first", "second"):
        yield f"  {name}:"
        yield "    kind: probability"
        yield f"    higher_is: {wanted.higher_is} # {_DIRECTION[wanted.higher_is]}"
        yield f"    thresholds: {{{thresholds}}}"
        yield f"    model: {{name: {_text(f'{wanted.model}-{name}')}}}"
        yield f"    on_invalid: {_text(wanted.strictest.name)} # a score that is missing, no number, not finite, ..."


def _escalate(wanted: Wanted, band: BandWanted) -> str:
    """Return the escalation of the strictest band, and of the one that is called `review`."""
    asks = band.name == "review" or (band == wanted.strictest and not any(one.name == "review" for one in wanted.bands))
    return f", escalate: {_text(wanted.escalation_path)}" if asks and wanted.escalation_path is not None else ""


def _tests(wanted: Wanted) -> Iterator[str]:
    """Yield the policy's own tests: each band on its threshold, and the band below just under it."""
    yield "tests: # run by `validate`, by `test`, and before every reload"
    for band, below in pairwise(wanted.bands):
        if band.at_least is None:
            continue
        under = math.nextafter(band.at_least, -math.inf)
        lowest = wanted.score_range[0]
        for score, outcome in ((band.at_least, band), (under, below)):
            if lowest is not None and score < lowest:
                continue
            yield f"  - {{given: {{score: {_score(wanted, score)}}}, expect: {{outcome: {_text(outcome.name)}}}}}"
    yield f"  - {{given: {{score: null}}, expect: {{outcome: {_text(wanted.strictest.name)}}}}}"


def _score(wanted: Wanted, number: float) -> str:
    if wanted.kind == "classes":
        return f"{{first: {format_number(number)}}}"
    if wanted.kind in ("labels", "scores"):
        return f"{{first: {format_number(number)}, second: {format_number(number)}}}"
    return format_number(number)


def _range(ends: Sequence[float | None]) -> str:
    return f"[{', '.join('null' if end is None else format_number(end) for end in ends)}]"


def _text(text: str) -> str:
    """Return *text* as YAML reads it back: quoted where it could be taken for something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)
