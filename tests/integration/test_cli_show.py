"""`show`: which thresholds hold where, and where each came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policy_engine.reporting.columns import columns_of
from tests.support.commands import POLICIES, assert_fits, json_of, run
from tests.support.policies import CATALOG, POLICY, edited

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

SUMMER, WINTER = "2026-08-01T00:00:00Z", "2027-02-01T00:00:00Z"


def show(*args: str) -> Result:
    """Run `show` on the sample policies."""
    return run("show", "--policies", POLICIES, *args)


def test_without_a_use_case_the_policies_are_listed() -> None:
    result = show()
    assert result.exit_code == 0
    assert "card-fraud version 8: block, review, allow\n" in result.stdout
    assert "live from 2026-07-01T00:00:00Z; owner payments-risk" in result.stdout
    assert_fits(result.stdout)
    (first, *_) = json_of(show("--format", "json"))
    assert (first["use_case"], first["version"], first["bands"]) == ("card-fraud", 8, ["block", "review", "allow"])


def test_every_cell_stands_with_its_thresholds_and_their_sources() -> None:
    result = show("card-fraud", "--at", WINTER)
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "everywhere else 0.9 base 0.55 base" in lines
    assert "EU 0.93 eu 0.55 base eu" in lines
    assert "DE, tier gold or platinum 0.97 de-gold 0.7 de-gold de-gold, eu" in lines
    assert "`allow` is everything else; an invalid score is `review`" in lines
    assert_fits(result.stdout)


def test_cells_are_those_of_the_instant() -> None:
    before, after = (json_of(show("card-fraud", "--at", at, "--format", "json")) for at in (SUMMER, WINTER))
    assert (len(before["cells"]), len(after["cells"])) == (16, 24)
    assert before["changes_at"] == ["2026-12-31T23:00:00Z"]
    assert after["changes_at"] == []
    assert "something changes at 2026-12-31T23:00:00Z: see --at" in show("card-fraud", "--at", SUMMER).stdout


def test_every_example_leads_to_its_cell() -> None:
    for cell in json_of(show("card-fraud", "--at", WINTER, "--format", "json"))["cells"]:
        dims = [f"--dim={name}={_as_given(value)}" for name, value in cell["values"].items() if value is not None]
        dims = [dim.replace("--dim=jurisdiction=", "--jurisdiction=") for dim in dims]
        dims = [dim.replace("--dim=escalation_path=", "--escalation-path=") for dim in dims]
        (one,) = json_of(show("card-fraud", "--at", WINTER, "--format", "json", *dims))["cells"]
        assert (one["overrides"], one["thresholds"]) == (cell["overrides"], cell["thresholds"])


def _as_given(value: str) -> str:
    return {"below 100": "20", "100 up to 1000": "200", "1000 and above": "1000"}.get(value, value)


def test_dimensions_show_the_one_cell_and_why() -> None:
    result = show("card-fraud", "--at", WINTER, "--jurisdiction", "DE-BY", "--tier", "gold")
    assert result.exit_code == 0
    for line in (
        "jurisdiction     DE-BY",
        "amount           unknown: a decision takes the strictest of what it could be",
        "escalation_path  none",
        "block   from 0.97, by de-gold  fraud-disputes: role:disputes within P1D",
        "allow   everything else",
        "  `de-gold`: long-standing customers",
        "  `block`: `de-gold` holds and not `eu` (0.93): it is narrower",
    ):
        assert f"{line}\n" in result.stdout
    assert_fits(result.stdout)


def test_a_cell_without_overrides_says_so() -> None:
    assert "no override matches\n" in show("card-fraud", "--at", WINTER, "--jurisdiction", "US").stdout


def test_what_the_catalog_does_not_know_is_told() -> None:
    result = show("card-fraud", "--at", WINTER, "--tier", "glod", "--amount", "much", "--housing", "own")
    assert result.exit_code == 0
    assert "`glod` is no tier that the catalog knows, and stands for unknown: did you mean `gold`?" in result.stderr
    assert "`much` is no amount that the catalog knows, and stands for unknown: it is a number" in result.stderr
    assert "`housing` makes no difference: no override names it" in result.stderr


def test_nothing_that_a_terminal_obeys_comes_back() -> None:
    hostile = "\x1b[31m\u202e"
    result = show("card-fraud", "--at", WINTER, "--tier", hostile, "--jurisdiction", hostile)
    assert result.exit_code == 0
    assert result.output.replace("\n", "").isprintable()


MISTAKES = [
    (("card-fruad",), 2, "did you mean `card-fraud`?"),
    (("card-fraud", "--teir", "gold"), 2, "did you mean `--tier`?"),
    (("card-fraud", "--jurisdiction", "DE", "--jurisdiction", "US"), 2, "a cell has one jurisdiction"),
    (("card-fraud", "--at", "2020-01-01T00:00:00Z"), 1, "no policy of `card-fraud` is live at 2020-01-01T00:00:00Z"),
    (("--at", WINTER), 2, "name the USE_CASE to show"),
    (("--tier", "gold"), 2, "name the USE_CASE to show"),
]


@pytest.mark.parametrize(("args", "code", "said"), MISTAKES)
def test_a_mistake_is_named(args: tuple[str, ...], code: int, said: str) -> None:
    result = show(*args)
    assert said in result.stderr
    assert (result.exit_code, result.stdout) == (code, "")


def written(folder: Path, *edits: tuple[str, str], catalog: str = CATALOG) -> str:
    """Write a policy with edits, and its catalog; return the folder."""
    (folder / "catalog.yaml").write_text(catalog)
    (folder / "fraud.yaml").write_text(edited(POLICY, *edits))
    return str(folder)


def test_a_policy_that_is_not_live_is_shown_as_it_will_be_or_was(tmp_path: Path) -> None:
    folder = written(tmp_path, ("from: 2026-07-01T00:00:00Z", "from: 2226-07-01T00:00:00Z"))
    result = run("show", "card-fraud", "--policies", folder)
    assert result.exit_code == 0
    assert "no policy of `card-fraud` is live now: shown is what holds at 2226-07-01T00:00:00Z" in result.stderr
    folder = written(
        tmp_path, ("{from: 2026-07-01T00:00:00Z}", "{from: 2001-07-01T00:00:00Z, until: 2002-01-01T00:00:00Z}")
    )
    assert "at 2001-07-01T00:00:00Z" in run("show", "card-fraud", "--policies", folder).stderr
    assert "until 2002-01-01T00:00:00Z" in run("show", "--policies", folder).stdout


def test_a_policy_without_overrides_is_the_same_everywhere(tmp_path: Path) -> None:
    folder = written(tmp_path, (POLICY[POLICY.index("overrides:") :], ""))
    result = run("show", "card-fraud", "--policies", folder)
    assert "\neverywhere  0.9 base  0.55 base\n" in result.stdout
    one = run("show", "card-fraud", "--policies", folder, "--tier", "gold")
    assert "no threshold depends on the case" in one.stdout


def test_what_differs_beside_thresholds_stands_below_its_cell(tmp_path: Path) -> None:
    override = (
        "{id: eu, when: {jurisdiction: EU}, on_invalid: {missing: block}, escalate: {review: fraud-disputes}, "
        "reasons: {review: [EU01, EU02]}, attributes: {review: {note: eu}}, because: more care}"
    )
    last = POLICY[POLICY.index("  - {id: eu") :]
    folder = written(tmp_path, (last, f"  - {override}\n"))
    result = run("show", "card-fraud", "--policies", folder)
    assert result.exit_code == 0, result.stderr
    for line in (
        "    `missing` is `block` (eu)",
        "    `review` is escalated to fraud-disputes (eu)",
        "    `review` has the reasons EU01, EU02 (eu)",
        "    `review` has other attributes: see --format json",
    ):
        assert f"{line}\n" in result.stdout
    one = run("show", "card-fraud", "--policies", folder, "--jurisdiction", "EU")
    assert "an invalid score is `review` if wrong_model, `block` if missing," in one.stdout
    cells = json_of(run("show", "card-fraud", "--policies", folder, "--format", "json"))["cells"]
    assert cells[1]["attributes"]["review"] == {"note": "eu"}


def test_bands_that_are_emptied_are_shown_in_words(tmp_path: Path) -> None:
    folder = written(tmp_path, ("thresholds: {block: 0.93}", "thresholds: {block: never, review: always}"))
    assert "never eu  always eu" in run("show", "card-fraud", "--policies", folder).stdout
    one = run("show", "card-fraud", "--policies", folder, "--jurisdiction", "EU").stdout
    assert "block   never, by eu" in one


def test_ids_and_values_of_any_length_and_width_fit(tmp_path: Path) -> None:
    words = [f"{'日本' * 20}{number}" for number in range(3)]
    catalog = edited(CATALOG, ("tier: [standard, gold, platinum]", f"tier: [{', '.join(words)}]"))
    override = f"{{id: {'x' * 64}, when: {{tier: {words[0]}}}, thresholds: {{block: 0.91}}, because: a test}}"
    folder = written(tmp_path, (POLICY[POLICY.index("  - {id: eu") :], f"  - {override}\n"), catalog=catalog)
    result = run("show", "card-fraud", "--policies", folder)
    assert result.exit_code == 0, result.stdout + result.stderr
    assert "x" * 64 in result.stdout
    assert [line for line in result.stdout.splitlines() if columns_of(line) > 100] == []


def test_more_bands_than_a_table_holds_are_listed(tmp_path: Path) -> None:
    names = [f"a-band-with-a-long-name-{number}" for number in range(8)]
    bands = "".join(f"  - {{name: {name}, at_least: 0.{9 - i}, escalate: fraud-ops}}\n" for i, name in enumerate(names))
    old = POLICY[POLICY.index("  - {name: block") : POLICY.index("  - {name: allow}")]
    folder = written(
        tmp_path,
        (old, bands),
        ("on_invalid: review", f"on_invalid: {names[0]}"),
        ("thresholds: {block: 0.93}", f"thresholds: {{{names[0]}: 0.93}}"),
    )
    result = run("show", "card-fraud", "--policies", folder)
    assert result.exit_code == 0, result.stdout + result.stderr
    assert f"EU\n  {names[0]}  0.93 eu\n" in result.stdout
    assert "  overrides: eu\n" in result.stdout
    assert_fits(result.stdout)


def test_an_unknown_value_that_a_policy_takes_for_the_base_or_refuses_is_shown_so(tmp_path: Path) -> None:
    rules = "unknown: {tier: base, amount: error}\nfail_open_because: a test\noverrides:"
    folder = written(tmp_path, ("overrides:", rules))
    result = run("show", "card-fraud", "--policies", folder, "--jurisdiction", "DE")
    assert "tier          unknown: a decision takes what holds here\n" in result.stdout
    assert "amount        unknown: a decision is refused\n" in result.stdout
