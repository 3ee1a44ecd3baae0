"""PE219: a policy of too many overrides, or whose overrides make too many cells, has one finding and keeps nobody."""

from __future__ import annotations

import pytest

from policy_engine.resolution import MOST_CELLS, MOST_OVERRIDES, lay_out, resolve, settle_cells
from tests.support.plain import catalog_with, override, policy_with
from tests.support.policies import CATALOG, POLICY, edited, findings, instead

NAMES = [f"d{number:02}" for number in range(40)]
DIMENSIONS = ("dimensions:\n", "dimensions:\n" + "".join(f"  {name}: [high, low]\n" for name in NAMES))
INDEPENDENT = [f"{{id: {name}, when: {{{name}: high}}, reasons: {{block: [{name.upper()}]}}}}" for name in NAMES]


def _alike(count: int) -> list[str]:
    """Return overrides that all match the same cells, one after the other, so that no two are in force at once."""
    days = [f"{2027 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}T00:00:00Z" for n in range(count + 1)]
    return [
        f"{{id: o{n}, when: {{tier: gold}}, effective: {{from: {days[n]}, until: {days[n + 1]}}}, "
        f"thresholds: {{block: {0.6 + n / 10000}}}}}"
        for n in range(count)
    ]


def test_many_independent_dimensions_are_one_finding_that_names_those_that_multiply() -> None:
    made = edited(POLICY, instead(*INDEPENDENT), ("on_invalid: review\n", "on_invalid: review\nties: strictest\n"))
    assert findings(made, edited(CATALOG, DIMENSIONS)) == [
        (
            "16:1: PE219 the overrides make more than 20,000 cells, the most that a policy may have: `d00` multiplies "
            "them by up to 2, `d01` by up to 2, `d02` by up to 2, `d03` by up to 2, `d04` by up to 2, and 35 more "
            "dimensions do "
            "/ name fewer of these dimensions in `when`, or split the policy into several use cases"
        )
    ]


def test_knock_outs_multiply_cells_as_overrides_do() -> None:
    written = "".join(f"  - {{id: {name}, when: {{{name}: high}}, at_least: block}}\n" for name in NAMES)
    (found,) = findings(POLICY + "knock_outs:\n" + written, edited(CATALOG, DIMENSIONS))
    assert found.startswith("15:1: PE219 the overrides and knock-outs make more than 20,000 cells")
    (found,) = findings(POLICY[: POLICY.index("overrides:")] + "knock_outs:\n" + written, edited(CATALOG, DIMENSIONS))
    assert found.startswith("15:1: PE219 the knock-outs make more than 20,000 cells")


def test_one_override_too_many_is_one_finding() -> None:
    assert findings(edited(POLICY, instead(*_alike(MOST_OVERRIDES + 1)))) == [
        (
            "15:1: PE219 there are 1,001 overrides, and a policy has at most 1,000 "
            "/ put values that are treated alike into one override, or split the policy into several use cases"
        )
    ]


@pytest.mark.parametrize("count", [14, 15])
def test_the_last_doubling_that_is_allowed(count: int) -> None:
    catalog = catalog_with(dimensions={key: ["high", "low"] for key in NAMES})
    overrides = [override(name, {name: "high"}, thresholds={"block": 0.8}) for name in NAMES[:count]]
    layout = lay_out(policy_with(overrides=overrides, ties="strictest"), catalog)
    assert layout.is_whole == (2**count <= MOST_CELLS)
    assert len(layout.found) <= MOST_CELLS + 2


def test_as_many_overrides_as_are_allowed_are_laid_out() -> None:
    overrides = [override(f"o{n}", {"tier": "gold"}, thresholds={"block": 0.8}) for n in range(MOST_OVERRIDES + 1)]
    catalog = catalog_with(dimensions={"tier": ["gold"]})
    assert lay_out(policy_with(overrides=overrides[1:]), catalog).is_whole
    assert not lay_out(policy_with(overrides=overrides), catalog).is_whole


def test_what_is_not_whole_is_not_settled() -> None:
    catalog = catalog_with(dimensions={key: ["high", "low"] for key in NAMES})
    overrides = [override(name, {name: "high"}, thresholds={"block": 0.8}) for name in NAMES]
    policy = policy_with(overrides=overrides, ties="strictest")
    with pytest.raises(ValueError, match="`card-fraud` makes too many cells to settle"):
        settle_cells(lay_out(policy, catalog))


def test_a_cell_knows_the_set_of_its_overrides() -> None:
    catalog = catalog_with(dimensions={"tier": ["gold", "plain"]})
    overrides = [override(name, {"tier": name}, thresholds={"block": 0.8}) for name in ("plain", "gold")]
    resolved = resolve(policy_with(overrides=overrides), catalog)
    assert {cell.matched: cell.mask for cell in resolved.cells} == {("gold",): 1, ("plain",): 2, (): 0}
    assert all(
        resolved.settlers[None].settle(field, cell.mask)[0] == one
        for cell in resolved.cells
        for field, one in cell.settled.items()
    )
