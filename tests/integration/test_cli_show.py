"""`show`: which thresholds hold where, and where each came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policy_engine.reporting.columns import columns_of
from tests.support.commands import POLICIES, assert_fits, json_of, run
from tests.support.policies import CATALOG, POLICY, edited

if TYPE_CHECKING:
    from click.testing import Result

SUMMER, WINTER = "2026-08-01T00:00:00Z", "2027-02-01T00:00:00Z"
POLICIES_FOLDER = Path(POLICIES)


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
    assert "`housing` makes no difference: no override, knock-out or guardrail names it" in result.stderr


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
        '    `review` has the attribute note "eu" (eu)',
    ):
        assert f"{line}\n" in result.stdout
    one = run("show", "card-fraud", "--policies", folder, "--jurisdiction", "EU")
    assert "an invalid score is `block` if missing, else `review`\n" in one.stdout
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


KYC = """\
schema: policy/v1
use_case: kyc
version: 1
owner: onboarding
effective: {from: 2026-01-01T00:00:00Z}
bands: [{name: reject}, {name: manual}, {name: pass}]
scores:
  document: {kind: probability, higher_is: safer, thresholds: {pass: 0.9}, model: {name: d}, on_invalid: manual}
  face:
    kind: probability
    higher_is: safer
    thresholds: {manual: 0.5, pass: 0.8}
    model: {name: f, versions: {old: "<2", new: ">=2"}}
    on_invalid: manual
fail_open_because: a person looks at bad pictures
overrides:
  - {id: newer, when: {model_version: new}, thresholds: {pass: 0.85}, because: measured}
"""
TAGS = """\
schema: policy/v1
use_case: tags
version: 1
owner: search
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, type: float32, signal: margin, higher_is: safer, model: {name: m}}
bands:
  - {name: sure, at_least: 0.5, highlight: {above: 0.25, floor: 1, cap: 3}}
  - {name: unsure, reasons: [T1]}
on_invalid: unsure
lead: {ratio: 1.5, bands: [sure], otherwise: unsure}
tunable: {sure: {env: SURE, within: [0.4, 0.6]}, lead.ratio: {per_call: true, within: [1.1, 3]}}
samples: [{id: qa, of: sure, percent: 2.5, to: unsure, by: subject, salt: s, until: 2226-01-01T00:00:00Z}]
knock_outs: [{id: listed, when: {listed: true, amount: {at_least: 100, below: 1000}}, at_least: unsure}]
overrides:
  - when: {jurisdiction: EU}
    id: eu
    lead: {ratio: 2, bands: [sure]}
    highlight: {sure: {above: 0.5}}
    because: fewer
"""
OTHERS = edited(
    CATALOG,
    ("effects: [adverse]", "effects: [adverse]\nfacts: [listed]"),
    (
        "escalation_paths:",
        (
            "guardrails:\n"
            "  - {id: narrow, when: {jurisdiction: EU}, bands: [sure], require: {threshold: [0.4, 0.6]}}\n"
            "escalation_paths:"
        ),
    ),
)


@pytest.fixture
def others(tmp_path: Path) -> str:
    for name, text in {"catalog": OTHERS, "kyc": KYC, "tags": TAGS}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path)


def test_several_scores_have_cells_and_scales_of_their_own(others: str) -> None:
    result = run("show", "kyc", "--policies", others)
    assert result.exit_code == 0, result.stderr
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    for line in (
        "document: probability of d, where higher is safer",
        "face: probability of f old <2, new >=2, where higher is safer",
        "where manual pass overrides",
        "score document - 0.9 base",
        "`-`: no score leads there",
        "score face 0.5 base 0.8 base",
        "score face, model_version new 0.5 base 0.85 newer newer",
        "score `document`: `reject` is everything else; an invalid score is `manual`",
    ):
        assert line in lines, result.stdout
    assert "document, model_version new" not in result.stdout
    assert_fits(result.stdout)


def test_one_of_several_scores_and_a_version_of_its_model_can_be_asked_for(others: str) -> None:
    def cells(*args: str) -> list[tuple[str, object]]:
        found = json_of(run("show", "kyc", "--policies", others, "--format", "json", *args))["cells"]
        return [(one["score"], one["thresholds"]["pass"]["value"]) for one in found]

    assert cells("--score", "face") == [("face", 0.8)]
    assert cells("--score", "face", "--model-version", "new") == [("face", 0.85)]
    assert cells("--score", "face", "--model-version", "2.1") == [("face", 0.85)]
    assert cells("--model-version", "2.1") == [("document", 0.85), ("face", 0.85)]


def test_what_decides_beside_the_thresholds_is_shown(others: str) -> None:
    result = run("show", "tags", "--policies", others, SURE="0.45")
    assert result.exit_code == 0, result.stderr
    for line in (
        "classes of m by margin, where higher is safer, compared as float32",
        "everywhere else  0.44999998807907104 env",
        "`sure`: the first class leads 1.5 times, else it is `unsure`",
        "`sure` shows labels above 0.25, at least 1, at most 3",
        "    `sure` shows labels above 0.5 (eu)",
        "    `sure`: the first class leads 2 times (eu), else it is ambiguous",
        "knock-out `listed` (listed true, amount from 100 below 1000): at least `unsure`",
        "guardrail `narrow` (jurisdiction EU): `sure` begins from 0.4 to 0.6",
        "tunable: `lead.ratio` from 1.1 to 3, by a request",
        "tunable: `sure` from 0.4 to 0.6, by the environment variable SURE, tighter or",
        "  looser",
        "sample `qa`: of `sure`, 2.5 of 100 by subject go to `unsure` until",
    ):
        assert f"{line}\n" in result.stdout, result.stdout
    assert_fits(result.stdout)


def test_the_json_of_a_cell_names_its_knock_outs_and_guardrails(others: str) -> None:
    args = ("--format", "json", "--jurisdiction", "DE", "--amount", "200")
    (cell,) = json_of(run("show", "tags", "--policies", others, *args))["cells"]
    assert (cell["knock_outs"], cell["guardrails"]) == (["listed"], ["narrow"])
    assert cell["lead"] == {"value": {"ratio": 2.0, "bands": ["sure"]}, "from": "eu"}
    assert cell["highlight"]["sure"] == {"value": {"above": 0.5, "floor": 0}, "from": "eu"}


def test_one_cell_shows_only_the_knock_outs_and_guardrails_that_match_there(others: str) -> None:
    matching, others_there = (
        run("show", "tags", "--policies", others, "--jurisdiction", place, "--amount", "20").stdout
        for place in ("DE", "US")
    )
    assert "guardrail `narrow`" in matching
    assert "guardrail `narrow`" not in others_there
    assert "knock-out" not in matching


def test_a_variable_out_of_its_bounds_is_told(others: str) -> None:
    result = run("show", "tags", "--policies", others, SURE="0.9")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the environment variable `SURE` sets `sure` of `tags` to 0.9, outside its bounds" in " ".join(
        result.stderr.replace("which ", "").split()
    )


SHADOW = (
    ("version: 7", "version: 8"),
    ("owner: payments-risk", "owner: payments-risk\nstage: {shadow: {until: 2226-09-01T00:00:00Z}}"),
)


def test_a_candidate_is_shown_as_one_and_behind_the_live_policy(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (tmp_path / "a-candidate.yaml").write_text(edited(POLICY, *SHADOW))
    listed = run("show", "--policies", folder).stdout
    candidate = "a shadow from 2026-07-01T00:00:00Z until 2226-09-01T00:00:00Z"
    assert f"  {candidate}; owner" in listed
    assert listed.index("version 7") < listed.index("version 8")
    assert listed.count("live from") == 1
    shown = run("show", "card-fraud", "--policies", folder)
    assert f"beside it: version 8, {candidate}" in " ".join(shown.stdout.split())
    (beside,) = json_of(run("show", "card-fraud", "--policies", folder, "--format", "json"))["candidates"]
    assert (beside["version"], beside["stage"]) == (8, {"shadow": {"until": "2226-09-01T00:00:00Z"}})
    ended = run("show", "card-fraud", "--policies", folder, "--at", "2226-09-01T00:00:00Z")
    assert "beside it" not in ended.stdout


def test_an_undeclared_place_in_a_declared_country_is_shown_as_the_places_that_it_may_be(tmp_path: Path) -> None:
    result = show("card-fraud", "--at", SUMMER, "--jurisdiction", "DE-XX")
    assert "jurisdiction     DE, DE-BY; a decision takes the strictest" in result.stdout
    assert "block   from 0.93, by eu  " in result.stdout
    assert "`DE-XX` is no jurisdiction that the catalog knows, and stands for any of DE, DE-BY:" in result.stderr
    apart = written(tmp_path, ("jurisdiction: EU", "jurisdiction: DE-BY"))
    args = ("show", "card-fraud", "--policies", apart, "--jurisdiction", "DE-XX", "--format", "json")
    cells = json_of(run(*args))["cells"]
    assert [(one["values"]["jurisdiction"], one["thresholds"]["block"]["value"]) for one in cells] == [
        ("DE", 0.9),
        ("DE-BY", 0.93),
    ]
    refusing = written(tmp_path, ("overrides:", "unknown: {jurisdiction: error}\noverrides:"))
    refused = run("show", "card-fraud", "--policies", refusing, "--jurisdiction", "DE-XX")
    assert "unknown: a decision is refused" in refused.stdout
    assert "stands for unknown:" in refused.stderr


def test_each_label_is_shown_on_its_own_where_none_is_named() -> None:
    args = ("content-moderation", "--at", SUMMER, "--jurisdiction", "FR")
    cells = json_of(show(*args, "--format", "json"))["cells"]
    withheld = {
        label: one["thresholds"]["withhold"]["value"]
        for one in cells
        for label in one["ranges"].get("label", [one["values"]["label"]])
    }
    assert withheld == {"hate": 0.7, "self-harm": 0.35, "sexual": 0.7, "violence": 0.8}
    text = show(*args).stdout
    assert "label         hate, sexual\n" in text
    assert "label         unknown" not in text
    assert "label         hate\n" in show(*args, "--label", "hate").stdout


def test_a_label_that_nobody_declared_has_a_cell_of_its_own_where_it_takes_the_base(tmp_path: Path) -> None:
    text = edited(
        (POLICIES_FOLDER / "content-moderation.yaml").read_text(encoding="utf-8").partition("\ntests:")[0],
        ("unknown_label: strictest", "unknown_label: base\nfail_open_because: a test"),
    )
    (tmp_path / "catalog.yaml").write_text((POLICIES_FOLDER / "catalog.yaml").read_text(encoding="utf-8"))
    (tmp_path / "moderation.yaml").write_text(text, encoding="utf-8")
    result = run("show", "content-moderation", "--policies", tmp_path, "--jurisdiction", "FR")
    assert "unknown: a decision takes what holds here" in result.stdout, result.output


def test_an_always_leaves_nothing_to_the_bands_below_it() -> None:
    (cell,) = show("kyc", "--jurisdiction", "US-IL", "--score", "face").stdout.split("\n\n")[2:3]
    lines = [" ".join(line.split()) for line in cell.splitlines()]
    assert lines[0].startswith("reject no score leads there")
    assert lines[1].startswith("manual always, by illinois")
    listed = show("kyc").stdout
    assert "    everything else is `manual`: no score leads to `reject`\n" in listed


def test_thresholds_below_an_always_are_not_shown_as_if_they_held(tmp_path: Path) -> None:
    folder = written(tmp_path, ("thresholds: {block: 0.93}", "thresholds: {block: always}"))
    lines = [" ".join(line.split()) for line in run("show", "card-fraud", "--policies", folder).stdout.splitlines()]
    assert "EU always eu - eu" in lines
    assert "everything else is `block`: no score leads to `allow`" in lines
    one = run("show", "card-fraud", "--policies", folder, "--jurisdiction", "EU").stdout
    assert "review  no score leads there  fraud-ops" in one


def test_what_is_left_to_a_band_is_told_from_what_no_score_reaches(others: str) -> None:
    risk = "{kind: probability, higher_is: riskier, thresholds: {reject: 0.9}, model: {name: r}, on_invalid: manual}"
    policy = edited(
        KYC,
        ("fail_open_because", f"  risk: {risk}\nfail_open_because"),
        ("{model_version: new}", "{model_version: new, score: face}"),
    )
    (Path(others) / "kyc.yaml").write_text(policy)
    result = run("show", "kyc", "--policies", others)
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    for line in (
        "where reject manual pass overrides",
        "score face else 0.5 base 0.8 base",
        "score document else - 0.9 base",
        "score risk 0.9 base - else",
        "`else`: what reaches no threshold of its score",
        "`-`: no score leads there",
    ):
        assert line in lines, result.output


def test_one_band_for_all_bad_input_is_one_line() -> None:
    text = show("sanctions-screening").stdout
    assert text.count("    an invalid score is `block` (new-york)\n") == 2
    assert "wrong_model" not in text


def test_what_differs_stands_below_its_cell_where_no_table_fits() -> None:
    text = show("content-moderation").stdout
    assert "  `withhold` is escalated to crisis-team (self-harm)\n" in text


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "by a request, only tighter"),
        (", tighten_only: true", "by a request, only tighter"),
        (", tighten_only: false, because: a trial", "by a request, tighter or looser: a trial"),
    ],
)
def test_one_cell_tells_who_may_move_its_numbers_and_which_way(tmp_path: Path, key: str, said: str) -> None:
    tunable = f"tunable: {{review: {{per_call: true, within: [0.5, 0.6]{key}}}}}\n"
    sample = "samples: [{id: qa, of: allow, percent: 1, to: review, by: subject, salt: s}]\n"
    folder = written(tmp_path, ("overrides:", f"{tunable}{sample}overrides:"))
    for args in ((), ("--jurisdiction", "EU")):
        text = run("show", "card-fraud", "--policies", folder, *args).stdout
        assert f"tunable: `review` from 0.5 to 0.6, {said}\n" in text, text
        assert "sample `qa`: of `allow`, 1 of 100 by subject go to `review`\n" in text


def test_reasons_and_attributes_are_shown_with_their_bands() -> None:
    listed = show("content-moderation").stdout
    for line in ("`remove` has the reasons CM01", '`warn` has the attribute cover "blurred"'):
        assert f"{line}\n" in listed
    one = " ".join(show("credit-default", "--jurisdiction", "US").stdout.split())
    codes = "AA01, AA02, AA03, AA04, AA05, AA06"
    assert f"`decline` has the reasons of the case, at most 4 of {codes}, else it is `refer` (adverse-action)" in one
    assert "`refer` has the reasons CR02 " in one
