"""What holds where: cells, the dimensions that make them, what is narrower, and what ties."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.model import NumberCondition
from policy_engine.resolution import (
    UNKNOWN,
    all_dimensions,
    fields_in_common,
    format_number,
    ladder,
    lies_inside,
    number_value,
    place_of,
    resolve,
    used_dimensions,
    windows_overlap,
)
from tests.support.plain import SUMMER, catalog_with, override, policy_with

if TYPE_CHECKING:
    from policy_engine.resolution import Cell, Reach, ResolvedPolicy

CATALOG = catalog_with(
    jurisdictions={
        "EU": {},
        "DACH": {},
        "DE": {"in": ["EU", "DACH"]},
        "AT": {"in": ["EU", "DACH"]},
        "DE-BY": {"in": "DE"},
        "US": {},
    },
    dimensions={"tier": ["silver", "gold"], "amount": {"cuts": [100, 1000]}},
    escalation_paths={"night": {"levels": [{"to": "queue:night", "within": "PT1H"}]}},
)


def _resolved(*overrides: dict[str, Any], **policy: Any) -> ResolvedPolicy:  # noqa: ANN401 - any key of a policy
    return resolve(policy_with(overrides=overrides, **policy), CATALOG)


def _reaches(*overrides: dict[str, Any]) -> dict[str, Reach]:
    return {reach.id: reach for reach in _resolved(*overrides).overrides}


# --- dimensions ----------------------------------------------------------------------------------------------


def test_dimensions_come_in_the_order_of_the_catalog_jurisdictions_first_and_those_of_members_last() -> None:
    names = [one.name for one in all_dimensions(policy_with(), CATALOG)]
    assert names == ["jurisdiction", "tier", "amount", "escalation_path", "model_version", "label", "score"]


def test_values_stand_by_name_and_those_of_a_number_by_size() -> None:
    assert {one.name: one.values for one in all_dimensions(policy_with(), CATALOG) if one.values} == {
        "jurisdiction": ("AT", "DACH", "DE", "DE-BY", "EU", "US"),
        "tier": ("gold", "silver"),
        "amount": ("below 100", "100 up to 1000", "1000 and above"),
        "escalation_path": ("night", "none"),
    }


def test_a_policy_uses_what_its_overrides_name_and_what_it_has_a_rule_for() -> None:
    policy = policy_with(overrides=[override("a", {"amount": {"below": 100}})], unknown={"tier": "base"})
    assert [one.name for one in used_dimensions(policy, CATALOG)] == ["tier", "amount"]


@pytest.mark.parametrize(
    ("name", "condition", "values"),
    [
        ("jurisdiction", "DE", ("DE", "DE-BY")),
        ("jurisdiction", "EU", ("EU", "DE", "DE-BY", "AT")),
        ("jurisdiction", ("DACH", "US"), ("DACH", "DE", "DE-BY", "AT", "US")),
        ("jurisdiction", "nowhere", ()),
        ("tier", "gold", ("gold",)),
        ("tier", ("gold", "diamond"), ("gold",)),
        ("amount", NumberCondition(at_least=100), ("100 up to 1000", "1000 and above")),
        ("amount", NumberCondition(below=1000), ("below 100", "100 up to 1000")),
        ("amount", NumberCondition(at_least=100, below=1000), ("100 up to 1000",)),
        ("amount", NumberCondition(at_least=1000, below=100), ()),
        ("amount", NumberCondition(at_least=500), ("1000 and above",)),
    ],
    ids=repr,
)
def test_a_condition_means_values(name: str, condition: Any, values: tuple[str, ...]) -> None:  # noqa: ANN401 - any condition
    dimension = next(one for one in all_dimensions(policy_with(), CATALOG) if one.name == name)
    assert dimension.meant_by(condition) == set(values)


def test_what_is_not_named_matches_every_value_and_the_unknown_one() -> None:
    tier = next(one for one in all_dimensions(policy_with(), CATALOG) if one.name == "tier")
    assert tier.all == {"gold", "silver", UNKNOWN}


def test_a_ring_of_jurisdictions_ends_the_walk() -> None:
    ring = catalog_with(jurisdictions={"DE": {"in": "EU"}, "EU": {"in": "DE"}, "US": {"in": "no-such"}})
    jurisdictions, *_ = all_dimensions(policy_with(), ring)
    assert jurisdictions.within == {"DE": {"DE", "EU"}, "EU": {"DE", "EU"}, "US": {"US"}}


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (-5, "below 100"),
        (99.99999999999999, "below 100"),
        (100, "100 up to 1000"),
        (999.9999, "100 up to 1000"),
        (1000, "1000 and above"),
    ],
)
def test_a_number_on_a_cut_lies_in_the_value_above_it(number: float, name: str) -> None:
    assert number_value((100.0, 1000.0), number) == name


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (1e16, "1e+16"), (0.1, "0.1"), (100.0, "100"), (-0.5, "-0.5"), (5e-324, "5e-324")]
)
def test_numbers_are_written_as_people_write_them(number: float, text: str) -> None:
    assert format_number(number) == text


MODEL = {"name": "gbm", "versions": {"v5": ">=5,<6", "v4": ">=4,<5"}}
LABELS = {"kind": "labels", "labels": ["toxic", "spam"], "higher_is": "riskier", "model": MODEL}
SCORES = {
    name: {
        "kind": "probability",
        "higher_is": "riskier",
        "model": {"name": "gbm", "versions": {version: ">=4"}},
        "thresholds": {"block": 0.9},
        "on_invalid": "block",
    }
    for name, version in (("face", "v4"), ("document", "d1"))
}


@pytest.mark.parametrize(
    ("keys", "values"),
    [
        ({"score": LABELS}, {"model_version": ("v4", "v5"), "label": ("spam", "toxic")}),
        (
            {"score": None, "on_invalid": None, "scores": SCORES, "bands": [{"name": "block"}, {"name": "allow"}]},
            {"model_version": ("d1", "v4"), "score": ("document", "face")},
        ),
        ({"score": {**LABELS, "kind": "classes"}}, {"model_version": ("v4", "v5")}),
    ],
    ids=["labels", "scores", "classes"],
)
def test_versions_labels_and_scores_are_dimensions_where_the_policy_names_some(
    keys: dict[str, Any], values: dict[str, tuple[str, ...]]
) -> None:
    dimensions = all_dimensions(policy_with(**keys), catalog_with())
    assert {one.name: one.values for one in dimensions if one.values and one.name != "escalation_path"} == values


# --- what is narrower ----------------------------------------------------------------------------------------

WEEK = {"from": "2026-07-01T00:00:00Z", "until": "2026-07-08T00:00:00Z"}
MONTH = {"from": "2026-07-01T00:00:00Z", "until": "2026-08-01T00:00:00Z"}
LATER = {"from": "2026-07-05T00:00:00Z", "until": "2026-09-01T00:00:00Z"}
BLOCK = {"thresholds": {"block": 0.8}}


def _narrower(reaches: dict[str, Reach]) -> str | None:
    found = [
        name for name, other in (("one", "other"), ("other", "one")) if reaches[name].is_narrower_than(reaches[other])
    ]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("one", "other", "narrower"),
    [
        ({"jurisdiction": "DE"}, {"jurisdiction": "EU"}, "one"),
        ({"jurisdiction": ["DE", "AT"]}, {"jurisdiction": "DACH"}, "one"),
        ({"jurisdiction": "DACH"}, {"jurisdiction": "EU"}, None),
        ({"jurisdiction": "DE", "tier": "gold"}, {"jurisdiction": "DE"}, "one"),
        ({"jurisdiction": "DE", "tier": "gold"}, {"tier": "gold"}, "one"),
        ({"jurisdiction": "EU", "tier": "gold"}, {"jurisdiction": "DE"}, None),
        ({"tier": ["gold", "silver"]}, {"jurisdiction": ["EU", "US"]}, None),
        ({"tier": ["gold", "silver"]}, {"tier": "gold"}, "other"),
        ({"tier": ["gold", "silver"]}, {"tier": ["silver", "gold"]}, None),
        ({"amount": {"at_least": 1000}}, {"amount": {"at_least": 100}}, "one"),
        ({"amount": {"below": 1000}}, {"amount": {"at_least": 100}}, None),
    ],
    ids=repr,
)
def test_sets_say_what_is_narrower(one: dict[str, Any], other: dict[str, Any], narrower: str | None) -> None:
    reaches = _reaches(override("one", one), override("other", other))
    assert _narrower(reaches) == narrower


@pytest.mark.parametrize(
    ("one", "other", "narrower"),
    [
        (WEEK, MONTH, "one"),
        (WEEK, None, "one"),
        (MONTH, LATER, None),
        (WEEK, WEEK, None),
        (None, {"from": "2020-01-01T00:00:00Z"}, None),
        ({"until": "2026-07-08T00:00:00Z"}, None, "one"),
    ],
    ids=repr,
)
def test_of_the_same_cells_the_inner_window_is_narrower(
    one: dict[str, str] | None, other: dict[str, str] | None, narrower: str | None
) -> None:
    windows = {"one": one, "other": other}
    written = [
        override(name, {"tier": "gold"}, **BLOCK, **({"effective": window} if window else {}))
        for name, window in windows.items()
    ]
    reaches = _reaches(*written)
    assert reaches["one"].same_cells_as(reaches["other"])
    assert _narrower(reaches) == narrower


def test_an_inner_window_does_not_make_wider_sets_narrower() -> None:
    reaches = _reaches(
        override("eu", {"jurisdiction": "EU"}, **BLOCK, effective=WEEK), override("de", {"jurisdiction": "DE"})
    )
    assert reaches["de"].is_narrower_than(reaches["eu"])
    assert not reaches["eu"].is_narrower_than(reaches["de"])


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({"when": {"tier": "gold"}}, {"when": {"jurisdiction": "DE"}}, True),
        ({"when": {"tier": "gold"}}, {"when": {"tier": "silver"}}, False),
        ({"when": {"jurisdiction": "EU"}}, {"when": {"jurisdiction": "DACH"}}, True),
        ({"when": {"tier": "gold"}, "effective": WEEK}, {"when": {"tier": "gold"}, "effective": LATER}, True),
        (
            {"when": {"tier": "gold"}, "effective": WEEK},
            {"when": {"tier": "gold"}, "effective": {"from": "2026-07-08T00:00:00Z"}},
            False,
        ),
    ],
    ids=repr,
)
def test_overrides_meet_where_a_cell_and_an_instant_are_matched_by_both(
    one: dict[str, Any],
    other: dict[str, Any],
    meet: bool,  # noqa: FBT001 - a row of the table
) -> None:
    reaches = _reaches({"id": "one", **BLOCK, **one}, {"id": "other", **BLOCK, **other})
    assert reaches["one"].meets(reaches["other"]) is meet
    assert reaches["other"].meets(reaches["one"]) is meet


@pytest.mark.parametrize(
    ("written", "empty"),
    [
        (override("a", {"tier": "gold"}), False),
        (override("a", {"tier": "diamond"}), True),
        (override("a", {"amount": {"at_least": 1000, "below": 100}}), True),
        (override("a", {"tier": "gold"}, **BLOCK, effective={"until": "2026-01-01T00:00:00Z"}), True),
        (override("a", {"tier": "gold"}, **BLOCK, effective={"until": "2026-01-01T00:00:01Z"}), False),
    ],
    ids=repr,
)
def test_an_override_that_matches_nothing_at_any_instant_is_empty(
    written: dict[str, Any],
    empty: bool,  # noqa: FBT001 - a row of the table
) -> None:
    assert _reaches(written)["a"].is_empty is empty


def test_windows_that_only_touch_do_not_overlap_and_none_lies_inside_itself() -> None:
    first, second, third = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))
    assert not windows_overlap((first, second), (second, third))
    assert windows_overlap((first, third), (second, third))
    assert lies_inside((second, third), (first, third))
    assert not lies_inside((first, third), (first, third))


def test_a_policy_without_an_end_lasts_as_long_as_the_calendar() -> None:
    assert policy_with().window[1] == datetime.max.replace(tzinfo=UTC)


def test_the_fields_that_two_overrides_share_are_single_ones() -> None:
    reaches = _reaches(
        override("one", {"tier": "gold"}, thresholds={"block": 0.8}, on_invalid={"missing": "review"}),
        override("other", {"tier": "gold"}, thresholds={"review": 0.4}, on_invalid="block"),
    )
    assert list(fields_in_common(reaches["one"], reaches["other"])) == [("on_invalid", "missing")]


# --- cells ---------------------------------------------------------------------------------------------------


def test_cells_that_the_same_overrides_match_are_one() -> None:
    resolved = _resolved(override("eu", {"jurisdiction": "EU"}), override("de", {"jurisdiction": "DE"}))
    assert sorted(cell.matched for cell in resolved.cells) == [(), ("de", "eu"), ("eu",)]


def test_the_work_follows_the_overrides_not_the_product_of_the_values() -> None:
    large = catalog_with(dimensions={f"d{i}": [f"v{j}" for j in range(50)] for i in range(12)})
    policy = policy_with(overrides=[override(f"o{i}", {f"d{i}": ["v0", "v1"]}) for i in range(8)])
    assert len(resolve(policy, large).cells) == 2**8


def test_the_example_of_a_cell_is_a_group_before_its_members_and_a_value_before_the_unknown_one() -> None:
    resolved = _resolved(override("eu", {"jurisdiction": "EU"}), override("quiet", {"escalation_path": "none"}))
    examples = {cell.matched: dict(cell.example) for cell in resolved.cells}
    assert examples["eu", "quiet"] == {"jurisdiction": "EU", "escalation_path": "none"}
    assert examples[()]["escalation_path"] == "night"


@pytest.mark.parametrize(
    ("values", "matched"),
    [
        ({"jurisdiction": "DE-BY", "tier": "gold"}, ("de", "gold")),
        ({"jurisdiction": "AT", "tier": "gold"}, ("gold",)),
        ({"jurisdiction": "ZZ", "tier": "gold"}, ("gold",)),
        ({"jurisdiction": None, "tier": None}, ()),
        ({}, ()),
    ],
    ids=repr,
)
def test_the_cell_of_values_is_found_and_what_nobody_declared_is_unknown(
    values: dict[str, str | None], matched: tuple[str, ...]
) -> None:
    resolved = _resolved(override("de", {"jurisdiction": "DE"}), override("gold", {"tier": "gold"}), ties="strictest")
    assert resolved.cell_at(SUMMER, values).matched == matched


def test_every_stretch_between_two_instants_has_its_own_cells() -> None:
    resolved = _resolved(override("week", {"tier": "gold"}, **BLOCK, effective=WEEK))
    begin, end = (datetime(2026, 7, day, tzinfo=UTC) for day in (1, 8))
    assert resolved.instants == (begin, end)
    cells = {at: resolved.cell_at(at, {"tier": "gold"}) for at in (datetime(2026, 6, 30, tzinfo=UTC), begin, end)}
    assert [cell.matched for cell in cells.values()] == [(), ("week",), ()]
    assert cells[begin].since == begin


def test_an_instant_outside_the_policy_makes_no_stretch() -> None:
    window = {"from": "2020-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    assert _resolved(override("old", {"tier": "gold"}, **BLOCK, effective=window)).instants == ()


# --- what is settled -----------------------------------------------------------------------------------------


def _cell(resolved: ResolvedPolicy, *matched: str) -> Cell:
    return next(cell for cell in resolved.cells if cell.matched == matched)


def test_a_cell_says_what_holds_and_where_it_came_from() -> None:
    bands = [
        {"name": "block", "at_least": 0.9, "escalate": "night", "reasons": ["B"], "attributes": {"z": 1, "a": 2}},
        {"name": "allow"},
    ]
    resolved = _resolved(override("gold", {"tier": "gold"}, attributes={"block": {"m": 3}}), bands=bands)
    cell = _cell(resolved, "gold")
    threshold = cell.threshold("block")
    assert threshold is not None
    assert (threshold.value, threshold.source) == (0.9, "base")
    assert cell.threshold("allow") is None
    assert cell.escalate("block").value == "night"
    assert cell.reasons("block").value == ("B",)
    assert list(cell.attributes("block").items()) == [("a", 2), ("m", 3), ("z", 1)]
    assert cell.on_invalid("missing").value == "block"


@pytest.mark.parametrize(
    ("one", "other", "strictest", "tied"),
    [
        ({"thresholds": {"block": 0.8}}, {"thresholds": {"block": 0.7}}, 0.7, {"error": True, "strictest": False}),
        ({"thresholds": {"block": 0.8}}, {"thresholds": {"block": 0.8}}, 0.8, {"error": False, "strictest": False}),
        ({"thresholds": {"block": 0.8}}, {"thresholds": {"block": "never"}}, 0.8, {"error": True, "strictest": False}),
        ({"thresholds": {"block": 1}}, {"thresholds": {"block": 1.0}}, 1.0, {"error": False, "strictest": False}),
        ({"on_invalid": "review"}, {"on_invalid": "block"}, "block", {"error": True, "strictest": False}),
        ({"reasons": {"block": ["A"]}}, {"reasons": {"block": ["B"]}}, ("A",), {"error": True, "strictest": True}),
        ({"reasons": {"block": ["A"]}}, {"reasons": {"block": ["A"]}}, ("A",), {"error": False, "strictest": False}),
        ({"escalate": {"block": "night"}}, {"escalate": {"block": "day"}}, "night", {"error": True, "strictest": True}),
        (
            {"attributes": {"block": {"a": 1}}},
            {"attributes": {"block": {"a": 2}}},
            1,
            {"error": True, "strictest": True},
        ),
        (
            {"attributes": {"block": {"a": 1}}},
            {"attributes": {"block": {"a": True}}},
            1,
            {"error": True, "strictest": True},
        ),
        (
            {"attributes": {"block": {"a": [0]}}},
            {"attributes": {"block": {"a": [False]}}},
            [0],
            {"error": True, "strictest": True},
        ),
        (
            {"attributes": {"block": {"a": {"x": 1, "y": 2}}}},
            {"attributes": {"block": {"a": {"y": 2, "x": 1}}}},
            {"x": 1, "y": 2},
            {"error": False, "strictest": False},
        ),
        (
            {"attributes": {"block": {"a": 1}}},
            {"attributes": {"block": {"b": 2}}},
            1,
            {"error": False, "strictest": False},
        ),
    ],
    ids=lambda one: repr(one)[:60],
)
@pytest.mark.parametrize("ties", ["error", "strictest"])
def test_overrides_that_meet_tie_where_they_differ_and_the_stricter_holds_where_one_is(
    one: dict[str, Any], other: dict[str, Any], strictest: object, tied: dict[str, bool], ties: str
) -> None:
    resolved = _resolved(
        override("a", {"jurisdiction": "DE"}, **one), override("b", {"tier": "gold"}, **other), ties=ties
    )
    cell = _cell(resolved, "a", "b")
    assert bool(cell.ties) is tied[ties]
    assert all((tie.one, tie.other) == ("a", "b") for tie in cell.ties)
    field = next(iter(resolved.overrides[0].fields))
    assert cell.settled[field].value == strictest


def test_a_narrower_one_ends_a_tie() -> None:
    resolved = _resolved(
        override("a", {"jurisdiction": "DE"}, thresholds={"block": 0.8}),
        override("b", {"tier": "gold"}, thresholds={"block": 0.7}),
        override("mend", {"jurisdiction": "DE", "tier": "gold"}, thresholds={"block": 0.75}),
    )
    cell = _cell(resolved, "a", "b", "mend")
    assert cell.ties == ()
    assert cell.settled["thresholds", "block"].source == "mend"


@pytest.mark.parametrize(
    ("ties", "catalog_ties", "tied"),
    [(None, None, 1), (None, "strictest", 0), ("error", "strictest", 1), ("strictest", "error", 0)],
)
def test_the_word_of_the_policy_on_ties_goes_before_that_of_the_catalog(
    ties: str | None, catalog_ties: str | None, tied: int
) -> None:
    catalog = catalog_with(jurisdictions={"DE": {}}, dimensions={"tier": ["gold"]}, ties=catalog_ties)
    overrides = [override("a", {"jurisdiction": "DE"}), override("b", {"tier": "gold"}, thresholds={"block": 0.7})]
    resolved = resolve(policy_with(overrides=overrides, ties=ties), catalog)
    assert sum(len(cell.ties) for cell in resolved.cells) == tied


@pytest.mark.parametrize(
    ("thresholds", "rungs"),
    [
        ({}, [("allow", None, None), ("review", 0.5, "base"), ("block", 0.9, "base")]),
        ({"block": "never"}, [("allow", None, None), ("review", 0.5, "base")]),
        ({"review": "never"}, [("allow", None, None), ("block", 0.9, "base")]),
        ({"block": "never", "review": "never"}, [("allow", None, None)]),
        ({"review": "always"}, [("review", None, None), ("block", 0.9, "base")]),
        ({"block": "always"}, [("block", None, None)]),
        ({"review": 0.6}, [("allow", None, None), ("review", 0.6, "a"), ("block", 0.9, "base")]),
    ],
    ids=repr,
)
def test_a_ladder_has_the_bands_that_scores_reach_from_the_lowest_up(
    thresholds: dict[str, Any], rungs: list[tuple[str, float | None, str | None]]
) -> None:
    resolved = _resolved(override("a", {"tier": "gold"}, thresholds=thresholds or None, reasons={"block": []}))
    found = ladder(_cell(resolved, "a"))
    assert [(rung.band, rung.threshold, rung.source) for rung in found] == rungs


@pytest.mark.parametrize(
    ("written", "field", "place"),
    [
        ({"thresholds": {"block": 1}}, ("thresholds", "block"), ("thresholds", "block")),
        ({"attributes": {"block": {"a": 1}}}, ("attributes", "block", "a"), ("attributes", "block", "a")),
        ({"on_invalid": "block"}, ("on_invalid", "missing"), ("on_invalid",)),
        ({"on_invalid": {"missing": "block"}}, ("on_invalid", "missing"), ("on_invalid", "missing")),
        ({"on_invalid": {"otherwise": "block"}}, ("on_invalid", "missing"), ("on_invalid", "otherwise")),
    ],
    ids=repr,
)
def test_a_field_stands_where_the_override_wrote_it(
    written: dict[str, Any], field: tuple[str, ...], place: tuple[str, ...]
) -> None:
    policy = policy_with(overrides=[override("a", {"tier": "gold"}, **written)])
    assert place_of(policy.overrides[0], 0, field) == ("overrides", 0, *place)


def test_thresholds_that_are_one_in_float32_do_not_tie_and_are_those_of_the_first_by_id() -> None:
    score = {"kind": "number", "range": [0, 100], "higher_is": "riskier", "model": {"name": "gbm"}, "type": "float32"}
    overrides = [
        override("bb", {"jurisdiction": "DE"}, thresholds={"review": 0.0}),
        override("aa", {"tier": "gold"}, thresholds={"review": 5e-324}),
    ]
    for ties in ("error", "strictest"):
        resolved = resolve(policy_with(score=score, overrides=overrides, ties=ties), CATALOG)
        cell = resolved.cell_at(SUMMER, {"jurisdiction": "DE", "tier": "gold"})
        assert cell.ties == ()
        assert (cell.settled["thresholds", "review"].source, cell.settled["thresholds", "review"].value) == ("aa", 0.0)
