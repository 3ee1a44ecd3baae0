"""What the written tests of a policy reach: bands, overrides, knock-outs, and the edges of its ladders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.reference import Meaning
from policy_engine.resolution import format_number, ladder
from policy_engine.validator import Reaching, tried_tests
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from policy_engine.diagnostics import Span
    from policy_engine.loader import Loaded
    from policy_engine.model import Catalog, Policy, Scale, Verdict
    from policy_engine.reference import JudgedCell, JudgedMember
    from policy_engine.resolution import Path, ResolvedPolicy
    from policy_engine.validator import CheckedPolicy

KINDS: Final = ("bands", "overrides", "knock_outs", "edges")
_WHOLE: Final = 100


class Edge(NamedTuple):
    """One side of a threshold: on it, or just below it. `source` is `base` or the override that set it.

    `of_score` is the name of one of several scores, else None; `score` is the number that is to be decided.
    """

    of_score: str | None
    band: str
    threshold: float
    source: str
    is_on: bool
    score: float


class Missing(NamedTuple):
    """Something that no test reaches, in words, with its place; and the name of it, or the edge."""

    message: str
    span: Span
    what: str | Edge


@dataclass(frozen=True, slots=True)
class Reached:
    """How many there are of one kind, and those of them that no test reaches."""

    of: int
    missing: tuple[Missing, ...]

    @property
    def reached(self) -> int:
        """How many some test reaches."""
        return self.of - len(self.missing)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the tests of one policy reach, by kind: bands, overrides, knock-outs, edges."""

    file: str
    policy: Policy
    kinds: Mapping[str, Reached]

    @property
    def of(self) -> int:
        """How much there is to reach."""
        return sum(one.of for one in self.kinds.values())

    @property
    def reached(self) -> int:
        """How much of it is reached."""
        return sum(one.reached for one in self.kinds.values())

    @property
    def percent(self) -> float:
        """The share that is reached, cut off after one decimal: what is not all of it is never 100."""
        return self.reached * _WHOLE * 10 // self.of / 10

    def is_at_least(self, percent: float) -> bool:
        """Say whether so much is reached."""
        return self.reached * _WHOLE >= percent * self.of


def coverage_of(one: CheckedPolicy, catalog: Catalog, loaded: Loaded) -> Coverage:
    """Return what the tests of a policy reach.

    A band is reached as the outcome of a test; an override where a test's case is judged in a cell in which something
    that it sets holds; a knock-out where it matches; and of each threshold of each cell's ladder that anything set,
    two edges: a score exactly on it, and the greatest score below it, where it is the score that decides the case.
    """
    policy, resolved = one.policy, one.resolved
    document = next(document for document in loaded.documents if document.file == one.file)
    reaching = Reaching(policy)
    edges = set[Edge]()
    for one_test in reaching.noting(tried_tests(policy, [Meaning(policy, catalog)])):
        if one_test.decided is not None:
            edges.update(_reached_edges(policy, *one_test.decided))
    bands, overrides, knock_outs = reaching.reached
    all_edges = _edges_of(resolved)

    def of_names(kind: str, key: str, names: Iterable[str], reached: Collection[str]) -> Reached:
        listed = list(enumerate(names))
        word = kind.removesuffix("s").replace("_", "-")
        missing = (
            Missing(f"no test reaches the {word} `{name}`", document.value_span((kind, i, key)), name)
            for i, name in listed
            if name not in reached
        )
        return Reached(len(listed), tuple(missing))

    kinds = {
        "bands": of_names("bands", "name", policy.band_names, bands),
        "overrides": of_names("overrides", "id", (one.id for one in policy.overrides), overrides),
        "knock_outs": of_names("knock_outs", "id", (one.id for one in policy.knock_outs), knock_outs),
        "edges": Reached(
            len(all_edges),
            tuple(
                Missing(_in_words(policy, edge), document.value_span(_place_of(policy, edge)), edge)
                for edge in all_edges
                if edge not in edges
            ),
        ),
    }
    return Coverage(one.file, policy, kinds)


# --- what there is to reach ----------------------------------------------------------------------------------


def _edges_of(resolved: ResolvedPolicy) -> list[Edge]:
    """Return both sides of every threshold that stands in some cell's ladder, by place in the file, rising."""
    found = {
        edge
        for cell in resolved.cells
        for rung in ladder(cell)
        if rung.threshold is not None
        for edge in _sides(cell.scale, rung.band, rung.threshold, str(rung.source))
    }
    order = [one.id for one in resolved.policy.overrides]
    bands = resolved.policy.band_names
    return sorted(
        found,
        key=lambda one: (
            one.source != BASE,
            order.index(one.source) if one.source in order else 0,
            one.of_score or "",
            bands.index(one.band),
            not one.is_on,
        ),
    )


def _sides(scale: Scale, band: str, threshold: float, source: str) -> Iterator[Edge]:
    yield Edge(scale.name, band, threshold, source, is_on=True, score=threshold)
    yield Edge(scale.name, band, threshold, source, is_on=False, score=scale.score.just_below(threshold))


def _place_of(policy: Policy, edge: Edge) -> Path:
    if edge.source != BASE:
        index = next(i for i, one in enumerate(policy.overrides) if one.id == edge.source)
        return ("overrides", index, "thresholds", edge.band)
    if edge.of_score is not None:
        return ("scores", edge.of_score, "thresholds", edge.band)
    return ("bands", policy.band_names.index(edge.band), "at_least")


def _in_words(policy: Policy, edge: Edge) -> str:
    what = "margin" if policy.score is not None and policy.score.signal == "margin" else "score"
    of = "" if edge.of_score is None else f"`{edge.of_score}` "
    source = "" if edge.source == BASE else f"override `{edge.source}`"
    if edge.is_on:
        return f"no test has a {of}{what} of {format_number(edge.score)}, on `{edge.band}`" + (
            f" ({source})" if source else ""
        )
    threshold = ", ".join(filter(None, (format_number(edge.threshold), source)))
    return f"no test has a {of}{what} of {format_number(edge.score)}, just below `{edge.band}` ({threshold})"


# --- what a test reaches -------------------------------------------------------------------------------------


def _reached_edges(policy: Policy, verdict: Verdict, cells: Sequence[JudgedCell]) -> Iterator[Edge]:
    """Yield the edges that the scores of a case are on, as far as they decide it."""
    strictest = min((cell.outcome for cell in cells), key=policy.strictness.__getitem__)
    # A guardrail that closes a band, and `else`, leave nothing for the score to decide; what is drawn comes afterwards
    if strictest != (verdict.outcome if verdict.sample is None else verdict.sample.outcome_without):
        return
    for cell in cells:
        if cell.outcome == strictest:
            yield from _on_edges(policy, cell)


def _on_edges(policy: Policy, cell: JudgedCell) -> Iterator[Edge]:
    """Yield the edges that the scores of a case are on in a cell, as far as they decide it there."""
    if cell.outcome != cell.joined:
        return
    deciding: Sequence[JudgedMember] = [one for one in cell.members if one.counts.band == cell.joined]
    for member in deciding:
        signal, judged = member.reading.signal, member.counts
        scale = policy.scale_of(member.reading.name if policy.scores is not None else None)
        if isinstance(signal, str):
            continue
        if judged.threshold == signal and judged.threshold_from is not None:
            edge, _ = _sides(scale, judged.band, judged.threshold, judged.threshold_from)
            yield edge
        above = judged.next_threshold
        if above is not None and scale.score.just_below(above) == signal:
            for field, (value, source) in judged.held.items():
                if field[0] == "thresholds" and value == above:
                    _, edge = _sides(scale, field[1], above, source)
                    yield edge
