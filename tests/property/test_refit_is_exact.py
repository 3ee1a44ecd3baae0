"""The refit of tiers, held to polars: on real pixels, and on scores of which many are equal."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.measures import ClassScores, Cuts
from policy_engine.tuning import TierPlan, fit_tiers, refit
from tests.support.commands import ROOT, json_of, run
from tests.support.real_scores import LABELS

if TYPE_CHECKING:
    from pathlib import Path

    from policy_engine.tuning import Refit, TierFit

PIXELS = ROOT / "examples" / "satellite" / "satellite_oof.csv"
COLUMNS = [f"p_{label}" for label in LABELS]
CUTS = (0.2, 0.25, 0.3)
ASKED = (
    *("--label", "label", "--class-prefix", "p_", "--confident-accuracy", "0.95", "--refer-share", "0.13"),
    *("--highlight", "0.20,0.25,0.30"),
)
AS_JSON = ("--format", "json")
REFIT = ("refit", PIXELS, *ASKED)


class Plain(NamedTuple):
    """Tiers counted by polars: of each case its highest score, where its true class comes, and how many are above."""

    cases: pl.DataFrame

    @classmethod
    def of(cls, frame: pl.DataFrame, columns: list[str], cuts: tuple[float, ...]) -> Plain:
        """Sort the classes of each case by their score, equal ones by their column."""
        order = pl.DataFrame({"class": columns, "order": range(len(columns))})
        long = (
            frame.with_row_index("row")
            .unpivot(on=columns, index=["row", "label"], variable_name="class", value_name="score")
            .join(order, on="class")
            .sort("row", "score", "order", descending=[False, True, False])
            .with_columns(place=pl.int_range(pl.len()).over("row"))
        )
        return cls(
            long.group_by("row", maintain_order=True).agg(
                top=pl.col("score").max(),
                rank=pl.col("place").filter(pl.col("class") == "p_" + pl.col("label")).first(),
                **{f"above {cut}": (pl.col("score") > cut).sum() for cut in cuts},
            )
        )

    def tier(self, low: float, high: float) -> tuple[int, int, int]:
        """Return the cases from *low* to below *high*, how many are right, and in how many the truth is at the top."""
        chosen = self.cases.filter((pl.col("top") >= low) & (pl.col("top") < high))
        return len(chosen), len(chosen.filter(pl.col("rank") == 0)), len(chosen.filter(pl.col("rank") < 3))

    def tiers(self, cuts: Cuts) -> list[tuple[int, int, int]]:
        """Return the three tiers, from the highest on."""
        return [self.tier(cuts.confident, 2), self.tier(cuts.refer, cuts.confident), self.tier(-1, cuts.refer)]

    def highlighted(self, cuts: Cuts, cut: float, bounds: tuple[int, int]) -> tuple[dict[int, int], int]:
        """Return in how many cases of the middle tier how many classes are shown, and the truth is among them."""
        shown = self.cases.filter((pl.col("top") >= cuts.refer) & (pl.col("top") < cuts.confident)).with_columns(
            shown=pl.col(f"above {cut}").cast(pl.Int64).clip(*bounds)
        )
        counts = dict(shown["shown"].value_counts().iter_rows())
        return counts, len(shown.filter(pl.col("rank") < pl.col("shown")))

    def confident(self, accuracy: Fraction) -> list[float]:
        """Return every highest score with so much accuracy among the cases that reach it."""
        covered = ((top, self.tier(top, 2)) for top in self.cases["top"].unique().to_list())
        return [top for top, (cases, right, _) in covered if Fraction(right, cases) >= accuracy]

    def refer(self, share: Fraction) -> float:
        """Return the highest score below which the part of the cases is nearest, of equally near ones the lower."""
        tops: list[float] = sorted(self.cases["top"].unique().to_list())
        return min(tops, key=lambda top: (abs(Fraction(self.tier(-1, top)[0], len(self.cases)) - share), top))


def _pixels() -> pl.DataFrame:
    return pl.read_csv(PIXELS)


def _found(**more: Any) -> Any:  # noqa: ANN401 - JSON
    extra = [part for name, value in more.items() for part in (f"--{name.replace('_', '-')}", value)]
    return json_of(run(*REFIT, *extra, *AS_JSON))


@pytest.mark.parametrize("more", [{}, {"confidence": "0.95"}, {"floor": "2", "cap": "2"}, {"floor": "0", "cap": "1"}])
def test_tiers_of_real_pixels_are_those_of_polars(more: dict[str, str]) -> None:
    found, plain = _found(**more), Plain.of(_pixels(), COLUMNS, CUTS)
    thresholds = found["thresholds"]
    reaching = plain.confident(Fraction(95, 100))
    assert thresholds["confident"]["empirical"] == min(reaching)
    tops = sorted(plain.cases["top"].unique().to_list(), reverse=True)
    assert thresholds["confident"]["staying"] == next(top for top, below in pairwise(tops) if below not in reaching)
    assert thresholds["refer"]["empirical"] == plain.refer(Fraction(13, 100))
    cuts = Cuts(thresholds["confident"]["taken"], thresholds["refer"]["taken"])
    _assert_tables(found, plain, cuts, (int(more.get("floor", 1)), int(more.get("cap", 3))))


def _assert_tables(found: Any, plain: Plain, cuts: Cuts, bounds: tuple[int, int]) -> None:  # noqa: ANN401 - JSON
    n, tiers = len(plain.cases), plain.tiers(cuts)
    assert [(one["n"], one["share"], one["top1"], one["top3"]) for one in found["tiers"]] == [
        (cases, cases / n, right / cases, at_top / cases) for cases, right, at_top in tiers
    ]
    (sure, right, _), (middle, _, at_top), (rest, _, _) = tiers
    mix = (right, sure - right, at_top, middle - at_top, rest)
    assert [one["n"] for one in found["outcome_mix"].values()] == list(mix)
    assert [one["share"] for one in found["outcome_mix"].values()] == [one / n for one in mix]
    for one in found["highlight"]:
        counts, truths = plain.highlighted(cuts, one["above"], bounds)
        assert {int(many): cases for many, cases in one["counts"].items() if cases} == counts
        assert one["shown"] == {many: cases / middle for many, cases in one["counts"].items()}
        assert one["mean"] == sum(many * cases for many, cases in counts.items()) / middle
        assert one["truth"] == truths / middle


def test_the_curve_of_real_pixels_is_that_of_polars() -> None:
    found, plain = _found(), Plain.of(_pixels(), COLUMNS, ())
    by_top = (
        plain.cases.group_by("top")
        .agg(n=pl.len(), right=(pl.col("rank") == 0).sum(), at_top=(pl.col("rank") < 3).sum())
        .sort("top", descending=True)
        .with_columns(pl.col("n", "right", "at_top").cum_sum(), group=pl.col("n"))
    )
    # polars itself divides by a constant as one multiplies, and rounds twice
    expected = [
        (top, n, n / len(plain.cases), right / n, at_top / n)
        for top, n, right, at_top in by_top.select("top", "n", "right", "at_top").iter_rows()
    ]
    assert [tuple(one.values()) for one in found["curve"]] == expected
    area = (by_top["group"] * (1 - by_top["right"] / by_top["n"])).sum() / len(plain.cases)
    assert found["aurc"] == pytest.approx(area, rel=1e-12)


@st.composite
def tied(draw: st.DrawFn) -> tuple[pl.DataFrame, list[str]]:
    """Draw cases with few different scores, so that nearly all have a class with an equal one, and an equal case."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    cases, classes, levels = draw(st.integers(1, 60)), draw(st.integers(2, 6)), draw(st.integers(1, 8))
    scores = rng.integers(0, levels, (cases, classes), endpoint=True) / levels
    columns = [f"p_{place}" for place in range(classes)]
    labels = [str(one) for one in rng.integers(0, classes, cases)]
    frame = pl.DataFrame(scores, schema=columns, orient="row").with_columns(label=pl.Series(labels))
    return frame, columns


SHARES = st.integers(1, 19).map(lambda twentieths: twentieths / 20)


@given(tied(), SHARES, SHARES)
def test_tiers_of_equal_scores_are_those_of_polars(
    drawn: tuple[pl.DataFrame, list[str]], accuracy: float, share: float
) -> None:
    frame, columns = drawn
    plan = TierPlan(accuracy, share, highlights=(0.25, 0.5))
    found = refit(_scores(frame, columns), plan)
    plain = Plain.of(frame, columns, (0.25, 0.5))
    _assert_thresholds(found.fit, plain, accuracy, share)
    _assert_counts(found, plain, len(columns))


def _scores(frame: pl.DataFrame, columns: list[str]) -> ClassScores:
    return ClassScores.of(frame.select(columns).to_numpy(), frame["label"].cast(pl.Int64).to_numpy())


def _assert_thresholds(fit: TierFit, plain: Plain, accuracy: float, share: float) -> None:
    reaching = plain.confident(Fraction(str(accuracy)))
    assert fit.confident.empirical == min(reaching, default=None)
    tops = sorted(plain.cases["top"].unique().to_list(), reverse=True)
    missing = [top for top in tops if top not in reaching]
    staying = [top for top in tops if not missing or top > missing[0]]
    assert fit.confident.staying == min(staying, default=None)
    assert fit.refer.threshold == plain.refer(Fraction(str(share)))


def _assert_counts(found: Refit, plain: Plain, classes: int) -> None:
    fit = found.fit
    if found.tables is None or fit.cuts is None:
        assert fit.confident.empirical is None or fit.confident.empirical <= fit.refer.threshold
        assert fit.why
        return
    assert [(tier.cases, tier.right, tier.at_top) for tier in found.tables.tiers] == plain.tiers(fit.cuts)
    for one in found.tables.highlights:
        counts, truths = plain.highlighted(fit.cuts, one.above, (1, min(3, classes)))
        assert {many: cases for many, cases in enumerate(one.shown) if cases} == counts
        assert one.truths == truths


@given(tied())
def test_what_is_guaranteed_is_never_lower_than_what_fits_the_cases(drawn: tuple[pl.DataFrame, list[str]]) -> None:
    scores = _scores(*drawn)
    of_cases = fit_tiers(scores, TierPlan(0.5, 0.2)).confident
    if of_cases.guaranteed is not None:
        assert of_cases.empirical is not None
        assert of_cases.empirical <= of_cases.guaranteed


@pytest.mark.parametrize("endings", [("csv", "csv"), ("parquet", "jsonl"), ("csv", "parquet")])
def test_shards_are_one_data_set(tmp_path: Path, endings: tuple[str, str]) -> None:
    pixels = _pixels()
    shards = [
        _written(tmp_path / f"{place}.{ending}", part)
        for place, (ending, part) in enumerate(zip(endings, (pixels[:1000], pixels[1000:]), strict=True))
    ]
    assert json_of(run("refit", *shards, *ASKED, *AS_JSON)) == _found()


def _written(path: Path, frame: pl.DataFrame) -> Path:
    if path.suffix == ".csv":
        frame.write_csv(path)
    elif path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_ndjson(path)
    return path


def test_a_recorded_fit_is_reproduced_and_a_changed_row_is_found(tmp_path: Path) -> None:
    record = tmp_path / "fit.json"
    record.write_text(json.dumps(_found()), encoding="utf-8")
    again = run(*REFIT, "--expect", record)
    assert again.exit_code == 0
    assert "is reproduced: all of its " in again.stderr
    changed = PIXELS.read_text(encoding="utf-8").replace("0,grey_soil,0.0,0.03555", "0,red_soil,0.0,0.03555", 1)
    other = tmp_path / "changed.csv"
    other.write_text(changed, encoding="utf-8")
    differs = run("refit", other, *ASKED, "--expect", record)
    assert differs.exit_code == 1
    assert "is not reproduced: `thresholds.confident." in differs.stderr
    assert "differences more" in differs.stderr


def test_an_equal_baseline_is_called_equal_and_a_shifted_one_is_not(tmp_path: Path) -> None:
    equal = _found(baseline=PIXELS, margin="0.01")["baseline"]
    assert equal["top1"] == {**equal["top1"], "difference": 0.0, "margin": 0.01, "equivalent": True}
    assert equal["psi"]["value"] == 0 == equal["ks"]["statistic"]
    # What a model says that is less sure of everything
    pixels = _pixels()
    unsure = pixels.with_columns(pl.col(COLUMNS) * 0.7 + 0.05)
    before = _written(tmp_path / "before.csv", unsure.sample(fraction=1, shuffle=True, seed=1))
    shifted = _found(baseline=before, id="pixel_id")["baseline"]
    assert shifted["pairs"]
    assert shifted["psi"]["value"] > shifted["psi"]["by_chance"]
    assert shifted["ks"]["p_value"] < 1e-6
    assert shifted["shifts"][0]["low"] > 0
    # The first class is the same as before, however sure the model is of it
    assert shifted["top1"]["equivalent"]
    # Unless it is said that they are the same cases, they are taken for others, of which as many show less
    others = _found(baseline=before)["baseline"]
    assert not others["pairs"]
    assert not others["top1"]["equivalent"]
    wrong = pixels.with_columns(label=pl.col("label").shift(1).fill_null("grey_soil"))
    worse = _found(baseline=_written(tmp_path / "worse.csv", wrong))["baseline"]
    assert not worse["top1"]["equivalent"]
    assert not worse["pairs"]
