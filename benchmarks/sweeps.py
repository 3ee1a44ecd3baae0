"""What a sweep costs: the counts of every threshold, beside what scikit-learn, polars and pandas take for them.

Millions of cases, 2 % of them positives, hardly two with the same score; W3. The floor sorts the scores and does no
more. All take turns with one thread, and the least CPU time of several rounds counts. scikit-learn looks at what it is
given before it counts, which ours does in `LabelledScores.of`: so both together stand beside it. Before anything is
measured every answer is held, number by number, to counts that are found another way.

The same for a bootstrap: the whole choice of a threshold on 1,000 resamples of a million cases; W3b. The peer draws
cases, sorts, counts and chooses; of its replicates a few are measured, and the least time is told for 1,000. On fewer
cases, both ways have to choose thresholds of one distribution.

NumPy sorts with AVX-512 where the processor has it. On AMD's Zen 4 that is five times slower than with AVX2, so that
where there is AVX-512, all of it is done in a second process, too, in which NumPy is told not to use it.

    python benchmarks/sweeps.py [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
from children import measured_in_child
from scipy.stats import ks_2samp
from sklearn.metrics import confusion_matrix_at_thresholds, precision_recall_curve

from policy_engine.measures import LabelledScores, curve_of
from policy_engine.tuning import Objective, bootstrap, choose
from policy_engine.tuning.resampling import resampling_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from policy_engine.measures import Curve
    from policy_engine.tuning import Choice

    Answer = Sequence[NDArray[Any]]

PEERS = ("scikit-learn", "polars", "pandas")
POSITIVE: Final = 0.02
FLOOR = "floor: np.sort of the scores"
SKLEARN, POLARS = "sklearn precision_recall_curve", "polars"
OURS, READ_TOO = "curve_of(...)", "curve_of(LabelledScores.of(...))"
GOALS = {OURS: (POLARS, 2.0), READ_TOO: (SKLEARN, 5.0)}
"""So many times as fast as the peer that looks at what it is given, and as the quicker way of that which does not."""
PLAIN, BOOTSTRAP = "resample, sort, count, choose", "bootstrap(...)"
BOOTSTRAP_GOAL = 25.0
BOOTSTRAPPED: Final = 1_000_000
"""So many cases are resampled."""
REPLICATES: Final = 1_000
_FEW: Final = 20_000
"""Of so many cases, both ways of resampling are compared."""
_UNLIKELY: Final = 1e-4
OBJECTIVE = Objective.maximise("f1")
AS_IT_IS, WITHOUT = "NumPy as it is", "NumPy without AVX-512"


class Cases(NamedTuple):
    """Scores between 0 and 1, and which cases are positives."""

    scores: NDArray[np.float64]
    is_positive: NDArray[np.bool_]


class Counted(NamedTuple):
    """What each distinct score flags, from the highest down."""

    thresholds: NDArray[np.float64]
    tp: NDArray[np.int64]
    fp: NDArray[np.int64]
    fn: NDArray[np.int64]
    tn: NDArray[np.int64]


class Contender(NamedTuple):
    """What is measured, and what of the expected counts has to be in its answer."""

    run: Callable[[], Any]
    read: Callable[[Any], Answer]
    expected: Callable[[Counted], Answer] = tuple


def drawn(count: int) -> Cases:
    """Return the same cases each time: two normal distributions that lie two deviations apart, as probabilities."""
    random = np.random.default_rng(1)
    is_positive = random.random(count) < POSITIVE
    return Cases(1 / (1 + np.exp(-random.normal(2.0 * is_positive, 1))), is_positive)


def plain(cases: Cases) -> Counted:
    """Return the counts as somebody would write them down who is in no hurry."""
    distinct, many = np.unique(cases.scores, return_counts=True)
    hits = np.bincount(np.searchsorted(distinct, cases.scores), cases.is_positive).astype(np.int64)
    tp, fp = np.cumsum(hits[::-1]), np.cumsum((many - hits)[::-1])
    return Counted(distinct[::-1], tp, fp, tp[-1] - tp, fp[-1] - fp)


# --- the contenders ------------------------------------------------------------------------------------------


def contenders(cases: Cases) -> dict[str, Contender]:
    """Return what counts, ours last; all but the floor have to find what `plain` does."""
    scores, is_positive = cases
    labelled = LabelledScores.of(scores, is_positive)
    frame = pl.DataFrame({"score": scores, "positive": is_positive})
    table = pd.DataFrame({"score": scores, "positive": is_positive})
    is_last = (pl.col.score != pl.col.score.shift(-1)).fill_null(value=True)
    tp, flagged = pl.col.positive.cum_sum().cast(pl.Int64), pl.int_range(1, pl.len() + 1)
    ordered = frame.lazy().sort("score", descending=True)
    summed = ordered.select("score", tp=tp, flagged=flagged).filter(is_last)
    many, hits = pl.len().cast(pl.Int64), pl.col.positive.sum().cast(pl.Int64)
    grouped = (
        ordered.group_by("score", maintain_order=True)
        .agg(many=many, hits=hits)
        .select("score", tp=pl.col.hits.cum_sum(), flagged=pl.col.many.cum_sum())
    )

    def by_pandas() -> pd.DataFrame:
        found = table.groupby("score")["positive"].agg(["size", "sum"]).iloc[::-1].cumsum()
        found["fp"] = found["size"] - found["sum"]
        found["fn"] = found["sum"].iloc[-1] - found["sum"]
        found["tn"] = found["fp"].iloc[-1] - found["fp"]
        return found

    return {
        FLOOR: Contender(lambda: np.sort(scores), lambda _: ()),
        SKLEARN: Contender(lambda: precision_recall_curve(is_positive, scores), lambda found: found, _as_shares),
        "sklearn confusion_matrix_at_thresholds": Contender(
            lambda: confusion_matrix_at_thresholds(is_positive, scores),
            lambda found: [found[one] for one in (4, 3, 1, 2, 0)],
        ),
        f"{POLARS} sort, cum_sum": Contender(lambda: _with_all_counts(summed).collect(), _of_polars),
        f"{POLARS} sort, group, cum_sum": Contender(lambda: _with_all_counts(grouped).collect(), _of_polars),
        "pandas groupby, cumsum": Contender(
            by_pandas, lambda found: [found.index, *(found[one] for one in ("sum", "fp", "fn", "tn"))]
        ),
        READ_TOO: Contender(lambda: curve_of(LabelledScores.of(scores, is_positive)), _of_curve),
        OURS: Contender(lambda: curve_of(labelled), _of_curve),
    }


def _with_all_counts(frame: pl.LazyFrame) -> pl.LazyFrame:
    tp, fp = pl.col.tp, pl.col.fp
    return frame.with_columns(fp=pl.col.flagged - tp).with_columns(fn=tp.last() - tp, tn=fp.last() - fp)


def _of_polars(found: pl.DataFrame) -> Answer:
    return [found[one].to_numpy() for one in ("score", "tp", "fp", "fn", "tn")]


def _of_curve(found: Curve) -> Answer:
    return [one[1:] for one in (found.thresholds, *found.counts)]


def _as_shares(counted: Counted) -> Answer:
    """Return precision, recall and thresholds as scikit-learn does, from the lowest up, and flag none at last."""
    precision, recall = counted.tp / (counted.tp + counted.fp), counted.tp / counted.tp[-1]
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), counted.thresholds[::-1]


def check(cases: Cases, made: dict[str, Contender]) -> None:
    """Leave with an error unless all find the same counts, at every threshold."""
    counted = plain(cases)
    for name, contender in made.items():
        found = contender.read(contender.run())
        expected = () if name == FLOOR else contender.expected(counted)
        if not all(np.array_equal(*pair) for pair in zip(found, expected, strict=True)):
            sys.exit(f"{name} counts something else")


# --- the bootstrap -------------------------------------------------------------------------------------------


def resampled(labelled: LabelledScores, random: np.random.Generator) -> Choice | None:
    """Return the choice on one resample, as somebody would write it down."""
    return choose(curve_of(labelled.where(random.integers(0, len(labelled), len(labelled)))), OBJECTIVE)


def check_resampling() -> None:
    """Leave with an error unless both ways of resampling choose thresholds of one distribution."""
    labelled = LabelledScores.of(*drawn(_FEW))
    resampling = resampling_of(labelled, curve_of(labelled), OBJECTIVE, {}, places=())
    ways = (lambda random: resampled(labelled, random), lambda random: choose(resampling.draw(random), OBJECTIVE))
    found = []
    for seed, way in enumerate(ways):
        random = np.random.default_rng(seed)
        found.append([one.threshold for one in (way(random) for _ in range(REPLICATES)) if one is not None])
    if ks_2samp(*found).pvalue < _UNLIKELY:
        sys.exit("a bootstrap chooses thresholds of another distribution")


def bootstrapped(rounds: int, replicates: int) -> dict[str, float]:
    """Return the seconds that 1,000 replicates take either way."""
    check_resampling()
    labelled = LabelledScores.of(*drawn(BOOTSTRAPPED))
    curve = curve_of(labelled)
    choice = choose(curve, OBJECTIVE)
    if choice is None:
        sys.exit("nothing is chosen")
    random = np.random.default_rng(0)
    ways: dict[str, tuple[Callable[[], object], int]] = {
        PLAIN: (lambda: resampled(labelled, random), 1),
        BOOTSTRAP: (lambda: bootstrap(labelled, curve, OBJECTIVE, choice, replicates=replicates), replicates),
    }
    taken = best_of(rounds, {name: way for name, (way, _) in ways.items()})
    return {name: taken[name] * REPLICATES / many for name, (_, many) in ways.items()}


# --- measuring -----------------------------------------------------------------------------------------------


def best_of(rounds: int, runs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the least CPU time of each, in seconds; all take turns."""
    taken = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, run in runs.items():
            begin = time.process_time()
            answer = run()
            taken[name] = min(taken[name], time.process_time() - begin)
            del answer
    return taken


def measured(count: int, rounds: int) -> dict[str, float]:
    """Return what this process measures."""
    cases = drawn(count)
    made = contenders(cases)
    check(cases, made)
    return best_of(rounds, {name: one.run for name, one in made.items()})


def ways_to_sort() -> dict[str, dict[str, str]]:
    """Return what the environment says, for each way in which NumPy can sort here."""
    alone = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    found = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    # NumPy's name for AVX-512 as all processors have it that have it at all
    return {AS_IT_IS: alone} | ({WITHOUT: alone | {"NPY_DISABLE_CPU_FEATURES": "X86_V4"}} if "X86_V4" in found else {})


def run(sizes: dict[int, int], resampling: tuple[int, int]) -> dict[str, Any]:
    """Measure *sizes* (and how many rounds of each), and resamples, in a process each."""
    results: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("numpy", *PEERS)},
        "seconds": {},
        "seconds of 1,000 replicates": {},
    }
    for way, environment in ways_to_sort().items():
        for count, rounds in sizes.items():
            found = measured_in_child(__file__, count, rounds, 0, **environment)
            results["seconds"][f"{count:,} cases, {way}"] = found
        found = measured_in_child(__file__, BOOTSTRAPPED, *resampling, **environment)
        results["seconds of 1,000 replicates"][f"{BOOTSTRAPPED:,} cases, {way}"] = found
    return results


def show(results: dict[str, Any]) -> None:
    """Print the results as tables, and which of the goals are met."""
    versions = ", ".join(f"{name} {one}" for name, one in results["versions"].items())
    print(
        f"the counts of every threshold, {POSITIVE:.0%} positives, one thread, CPU time; Python {results['python']}, "
        f"{results['machine']}, {results['date']}; {versions}"
    )
    for name, taken in results["seconds"].items():
        print(name)
        peers = {peer: min(taken[one] for one in taken if one.startswith(peer)) for peer in (SKLEARN, POLARS)}
        for contender, seconds in taken.items():
            ratios = "  ".join(f"{peers[peer] / seconds:5.2f} x {peer.partition(' ')[0]}" for peer in peers)
            judged = ""
            if contender in GOALS:
                peer, goal = GOALS[contender]
                judged = f"  goal >= {goal:.0f} x {peer}: {_judged(peers[peer] / seconds, goal)}"
            print(f"  {contender:<40} {seconds * 1e3:8.1f} ms  {ratios}{judged}")
    for name, taken in results["seconds of 1,000 replicates"].items():
        print(f"a bootstrap of the choice, {REPLICATES:,} replicates, {name}")
        print(f"  {PLAIN:<40} {taken[PLAIN]:9.2f} s   as a few of them take")
        ratio = taken[PLAIN] / taken[BOOTSTRAP]
        judged = f"{ratio:6.2f} x that  goal >= {BOOTSTRAP_GOAL:.0f}: {_judged(ratio, BOOTSTRAP_GOAL)}"
        print(f"  {BOOTSTRAP:<40} {taken[BOOTSTRAP]:9.2f} s  {judged}")


def _judged(ratio: float, goal: float) -> str:
    return "met" if ratio >= goal else "NOT met"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a million cases only, for a look")
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--child", nargs=3, type=int, metavar=("CASES", "ROUNDS", "REPLICATES"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        count, rounds, replicates = given.child
        json.dump(bootstrapped(rounds, replicates) if replicates else measured(count, rounds), sys.stdout)
        return
    sizes, resampling = ({1_000_000: 3}, (3, 100)) if given.quick else ({1_000_000: 15, 10_000_000: 5}, (7, REPLICATES))
    results = run(sizes, resampling)
    show(results)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
