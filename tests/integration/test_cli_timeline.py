"""`timeline`: every instant at which something changes, and what changes where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.commands import POLICIES, assert_fits, json_of, run
from tests.support.policies import CATALOG, POLICY, edited

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

FIRST = edited(
    POLICY,
    ("2026-07-01T00:00:00Z}", "2026-07-01T00:00:00Z, until: 2027-01-01T00:00:00Z}"),
    (
        "because: fewer refusals}\n",
        (
            "because: fewer refusals}\n"
            "  - id: gold\n"
            "    when: {jurisdiction: DE, tier: gold}\n"
            "    thresholds: {block: 0.97, review: 0.5}\n"
            "    because: long-standing customers\n"
            "    effective: {from: 2026-08-01T00:00:00Z, until: 2026-09-01T00:00:00+02:00}\n"
        ),
    ),
)
SECOND = edited(
    POLICY,
    ("version: 7", "version: 8"),
    ("2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ("at_least: 0.55, escalate: fraud-ops", "at_least: 0.60, escalate: fraud-disputes"),
    ("on_invalid: review", "on_invalid: block"),
    (
        "  - {name: allow}\n",
        (
            "  - {name: allow}\n"
            "samples: [{id: qa, of: allow, percent: 1, to: review, by: subject, salt: s, "
            "until: 2027-03-01T00:00:00Z}]\n"
            "knock_outs: [{id: big, when: {amount: {at_least: 1000}}, at_least: review}]\n"
        ),
    ),
)
SHADOW = edited(
    POLICY,
    ("version: 7", "version: 9"),
    ("effective: {from: 2026-07-01T00:00:00Z}", "effective: {from: 2026-10-01T00:00:00Z}\nSTAGE"),
    ("STAGE", "stage: {shadow: {until: 2026-11-01T00:00:00Z}}"),
    ("at_least: 0.90", "at_least: 0.80"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"catalog": CATALOG, "first": FIRST, "second": SECOND, "shadow": SHADOW}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def timeline(folder: Path, *args: str) -> Result:
    """Run `timeline` on the card-fraud policies of a folder."""
    return run("timeline", "card-fraud", "--policies", folder, *args)


def changes(folder: Path, *args: str) -> list[dict[str, Any]]:
    """Return the changes that `timeline` tells of in JSON."""
    found: list[dict[str, Any]] = json_of(timeline(folder, "--format", "json", *args))["changes"]
    return found


def test_every_instant_stands_once_with_what_begins_and_ends(folder: Path) -> None:
    told = [
        (one["at"], [(event["kind"], event["version"], event["id"]) for event in one["events"]])
        for one in changes(folder)
    ]
    assert told == [
        ("2026-07-01T00:00:00Z", [("goes_live", 7, None)]),
        ("2026-08-01T00:00:00Z", [("override_begins", 7, "gold")]),
        ("2026-08-31T22:00:00Z", [("override_ends", 7, "gold")]),
        ("2026-10-01T00:00:00Z", [("shadow_begins", 9, None)]),
        ("2026-11-01T00:00:00Z", [("stage_ends", 9, None)]),
        ("2027-01-01T00:00:00Z", [("ends", 7, None), ("goes_live", 8, None)]),
        ("2027-03-01T00:00:00Z", [("sample_ends", 8, "qa")]),
    ]


def test_of_every_cell_that_changes_each_field_is_told_with_its_direction(folder: Path) -> None:
    begins = changes(folder)[1]
    assert [(cell["where"], cell["fields"]) for cell in begins["cells"]] == [
        (
            "DE, tier gold",
            [
                {"field": ["thresholds", "block"], "before": 0.93, "after": 0.97, "direction": "looser"},
                {"field": ["thresholds", "review"], "before": 0.55, "after": 0.5, "direction": "tighter"},
            ],
        )
    ]


def test_a_new_version_is_compared_with_the_one_before_in_every_cell(folder: Path) -> None:
    new = changes(folder)[5]
    assert (new["before"], new["after"]) == (7, 8)
    assert [key["field"] for key in new["keys"]] == [["knock_outs", "big"], ["samples", "qa"]]
    (everywhere,) = [cell for cell in new["cells"] if cell["where"] == "everywhere else"]
    told = {".".join(one["field"]): (one["before"], one["after"], one["direction"]) for one in everywhere["fields"]}
    assert told["thresholds.review"] == (0.55, 0.6, "looser")
    assert told["on_invalid.missing"] == ("review", "block", "tighter")
    assert told["escalate.review"] == ("fraud-ops", "fraud-disputes", None)


def test_a_candidate_is_compared_with_the_live_policy_when_it_begins(folder: Path) -> None:
    shadow = changes(folder)[3]
    assert (shadow["before"], shadow["after"], shadow["candidate"]) == (7, 9, True)
    assert [(cell["where"], cell["fields"][0]["after"]) for cell in shadow["cells"]] == [("everywhere else", 0.8)]


def test_dimensions_leave_only_the_cells_in_which_they_hold(folder: Path) -> None:
    in_germany, in_america = (
        [len(one["cells"]) for one in changes(folder, "--jurisdiction", place, "--tier", "gold")]
        for place in ("DE", "US")
    )
    assert in_germany[1:3] == [1, 1]
    assert in_america[1:3] == [0, 0]


def test_the_text_fits_and_names_what_changes(folder: Path) -> None:
    result = timeline(folder)
    assert result.exit_code == 0
    assert_fits(result.stdout)
    for line in (
        "card-fraud: 7 instants at which something changes",
        "2026-07-01T00:00:00Z  version 7 goes live",
        "  no policy decided before",
        "2026-08-31T22:00:00Z  override `gold` ends",
        "  DE, tier gold",
        "    block   0.97 -> 0.93  tighter",
        "    review  0.5 -> 0.55   looser",
        "2027-01-01T00:00:00Z  version 7 ends, version 8 goes live",
        "  knock_outs.big: comes in",
        "  what it decides otherwise than version 7:",
    ):
        assert f"{line}\n" in result.stdout, line


def test_an_end_without_a_successor_is_told(tmp_path: Path) -> None:
    (tmp_path / "first.yaml").write_text(FIRST, encoding="utf-8")
    (tmp_path / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    assert "2027-01-01T00:00:00Z  version 7 ends\n  no policy decides from then on\n" in timeline(tmp_path).stdout


def test_where_scores_get_other_names_the_key_tells_of_it(tmp_path: Path) -> None:
    one_score = (
        "schema: policy/v1\nuse_case: card-fraud\nversion: 1\nowner: o\n"
        "effective: {from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z}\n"
        "bands: [{name: block}, {name: allow}]\n"
        "scores:\n  a: {kind: probability, higher_is: riskier, thresholds: {block: 0.5}, model: {name: m}, "
        "on_invalid: block}\n"
    )
    other = edited(
        one_score,
        ("version: 1", "version: 2"),
        ("{from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z}", "{from: 2027-01-01T00:00:00Z}"),
        ("  a: {", "  b: {"),
    )
    (tmp_path / "one.yaml").write_text(one_score, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(other, encoding="utf-8")
    new = changes(tmp_path)[1]
    assert [(key["field"], key["before"] is None) for key in new["keys"]] == [
        (["scores", "a"], False),
        (["scores", "b"], True),
    ]
    assert new["cells"] == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("card-fruad",), "did you mean `card-fraud`?"),
        (("card-fraud", "--jurisdiction", "DE", "--jurisdiction", "US"), "a cell has one jurisdiction: name one"),
        (("card-fraud", "--score", "face"), "--score: there is no `face`: the policy has one score"),
        (("card-fraud", "--label", "hate"), "--label: the policy of `card-fraud` tells no labels apart"),
    ],
)
def test_wrong_usage_is_told(args: tuple[str, ...], message: str) -> None:
    result = run("timeline", "--policies", POLICIES, *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_cells_that_were_not_asked_for_are_not_spoken_of(folder: Path) -> None:
    begins = timeline(folder, "--jurisdiction", "US").stdout.split("\n\n")[2]
    assert "override `gold` begins" in begins
    assert "  nothing changes in the cells that were asked for" in begins


def test_the_example_of_a_cell_has_no_open_path_where_none_matters(tmp_path: Path) -> None:
    open_path = "{id: open, when: {escalation_path: fraud-disputes}, reasons: {review: [R1]}, because: a test}"
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    (tmp_path / "first.yaml").write_text(f"{FIRST}  - {open_path}\n")
    begins = changes(tmp_path)[1]
    paths = [cell["values"]["escalation_path"] for cell in begins["cells"] if cell["where"] == "DE, tier gold"]
    assert paths == ["none"]


@pytest.mark.parametrize("command", ["show", "timeline"])
def test_the_help_does_not_offer_several_jurisdictions_where_one_is_taken(command: str) -> None:
    assert "several" not in run(command, "--help").stdout.split("--jurisdiction NAME")[1].split("--dim")[0]
