"""What an editor makes of the published schemas, asked of the language server that most of them start.

The schema is found by the first line of each file alone, as in the samples.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.docs.blocks import blocks_of
from tests.support.commands import POLICIES, ROOT, require_program, run
from tests.support.language_server import PROGRAM, LanguageServer
from tests.support.policies import CATALOG, POLICY, edited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Settings = dict[str, Any]

SAMPLES = sorted(path.name for path in Path(POLICIES).glob("*.yaml"))
POLICY_LINE = "# yaml-language-server: $schema=../schemas/policy.schema.json\n"
CATALOG_LINE = "# yaml-language-server: $schema=../schemas/catalog.schema.json\n"
HEAD = f"{POLICY_LINE}schema: policy/v1\nuse_case: card-fraud\nversion: 7\nowner: payments-risk\n"


class Desk:
    """A folder with the samples and the schemas beside it, and a server that has it open."""

    def __init__(self, folder: Path, server: LanguageServer) -> None:
        self.policies = folder / "policies"
        self.server = server

    def marks(self, text: str) -> list[tuple[int, str, str]]:
        """Return what is underlined: line, text and message."""
        found = self.server.marks(self.policies / "new.yaml", text)
        return [(one.line, one.text, one.message) for one in found]

    def proposals(self, text: str) -> dict[str, str]:
        """Return what is proposed where `|` stands: label to what would be written."""
        found = self.server.proposals(self.policies / "new.yaml", text)
        return {one.label: one.inserts for one in found}

    def words(self, text: str) -> dict[str, str]:
        """Return the words beside what is proposed where `|` stands."""
        found = self.server.proposals(self.policies / "new.yaml", text)
        return {one.label: one.about for one in found}

    def hover(self, text: str) -> str:
        """Return what is shown over the place where `|` stands."""
        return self.server.hover(self.policies / "new.yaml", text)


def require_the_server() -> None:
    """Skip what cannot be tested without the server; CI has it, so there it fails."""
    require_program(PROGRAM, f"npm install --global {PROGRAM}")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    require_the_server()
    folder = tmp_path_factory.mktemp("my desk")
    for name in ("policies", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    with LanguageServer(folder) as server:
        yield Desk(folder, server)
    assert server.asked_of_the_network == ""


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_marked_in_a_sample(desk: Desk, name: str) -> None:
    path = desk.policies / name
    assert desk.server.marks(path, path.read_text(encoding="utf-8")) == []


WORDS = {
    "kind": (f"{HEAD}score:\n  kind: |\n", ["probability", "number", "classes", "labels"]),
    "kind of one of several": (f"{HEAD}scores:\n  face:\n    kind: |\n", ["probability", "number"]),
    "higher_is": (f"{HEAD}score:\n  kind: number\n  higher_is: |\n", ["riskier", "safer"]),
    "type": (f"{HEAD}score:\n  type: |\n", ["float32", "float64"]),
    "signal": (f"{HEAD}score:\n  kind: classes\n  signal: |\n", ["top", "margin"]),
    "ties": (f"{HEAD}ties: |\n", ["error", "strictest"]),
    "ties in a word begun": (f"{HEAD}ties: str|\n", ["error", "strictest"]),
    "unknown": (f"{HEAD}unknown:\n  tier: |\n", ["strictest", "base", "error"]),
    "a threshold": (f"{HEAD}overrides:\n  - id: eu\n    thresholds:\n      block: |\n", ["never", "always"]),
    "a threshold in one line": (f"{HEAD}overrides:\n  - {{id: eu, thresholds: {{block: |}}}}\n", ["never", "always"]),
    "require": (f"{CATALOG_LINE}guardrails:\n  - require: |\n", ["person", "never", "tighten_only"]),
    "how a subject is recorded": (f"{CATALOG_LINE}audit:\n  subject: |\n", ["keep", "drop", "hmac"]),
    "how a field is recorded": (f"{CATALOG_LINE}audit:\n  context:\n    iban: |\n", ["keep", "drop", "hmac"]),
}


@pytest.mark.parametrize(("text", "words"), WORDS.values(), ids=WORDS)
def test_the_words_that_a_key_can_have_are_proposed_each_with_what_it_means(
    desk: Desk, text: str, words: list[str]
) -> None:
    proposed = desk.words(text)
    assert list(proposed) == words
    assert all(proposed.values())


def test_an_expectation_may_say_that_there_is_none_and_no_other_key_proposes_null(desk: Desk) -> None:
    assert "null" in desk.proposals(f"{HEAD}tests:\n  - expect:\n      invalid: |\n")
    assert "null" not in desk.proposals(f"{HEAD}ties: |\n")


ONE_SCORE = "score:\n  kind: {}\n  higher_is: safer\n  model: {{name: fraud-gbm}}\n"
KEYS = {
    "top level": (f"{HEAD}|\n", {"score", "scores", "bands", "on_invalid", "overrides"}, {"lead", "unknown_label"}),
    "beside classes": (f"{HEAD}{ONE_SCORE.format('classes')}|\n", {"lead", "on_invalid"}, {"scores", "unknown_label"}),
    "beside labels": (f"{HEAD}{ONE_SCORE.format('labels')}|\n", {"unknown_label"}, {"lead", "scores", "score"}),
    "beside scores": (f"{HEAD}scores: {{}}\n|\n", {"bands", "knock_outs"}, {"score", "scores", "on_invalid"}),
    "a score without a kind": (f"{HEAD}score:\n  |\n", {"kind", "higher_is", "model"}, {"signal", "labels"}),
    "a probability": (f"{HEAD}score:\n  kind: probability\n  |\n", {"higher_is"}, {"range", "signal", "labels"}),
    "one of several scores": (
        f"{HEAD}scores:\n  face:\n    kind: number\n    |\n",
        {"range", "thresholds"},
        {"signal"},
    ),
    "a number": (f"{HEAD}score:\n  kind: number\n  |\n", {"range"}, {"signal", "labels", "kind"}),
    "classes": (f"{HEAD}score:\n  kind: classes\n  |\n", {"range", "signal", "labels"}, {"thresholds"}),
    "labels": (f"{HEAD}score:\n  kind: labels\n  |\n", {"range", "labels"}, {"signal"}),
    "a band": (f"{HEAD}bands:\n  - name: block\n    |\n", {"at_least", "effect", "escalate", "reasons"}, {"name"}),
    "a band in one line": (f"{HEAD}bands:\n  - {{name: block, e|}}\n", {"effect", "escalate"}, {"name"}),
    "an override": (
        f"{HEAD}overrides:\n  - id: eu\n    |\n",
        {"when", "thresholds", "on_invalid", "because", "effective"},
        {"id", "at_least"},
    ),
    "when": (f"{HEAD}overrides:\n  - id: eu\n    when:\n      |\n", {"jurisdiction", "dimension"}, {"use_case"}),
    "bad input": (f"{HEAD}on_invalid:\n  |\n", {"missing", "not_finite", "otherwise"}, {"block"}),
    "an objective": (f"{HEAD}objective:\n  block:\n    |\n", {"maximise", "minimise"}, {"costs", "beta"}),
    "a cost": (f"{HEAD}objective:\n  block:\n    minimise: cost\n    |\n", {"costs"}, {"maximise", "beta"}),
    "a stage": (f"{HEAD}stage:\n  |\n", {"shadow", "canary"}, {"until"}),
    "a stage that is one": (f"{HEAD}stage:\n  shadow: {{}}\n  |\n", set(), {"shadow", "canary"}),
    "the catalog": (f"{CATALOG_LINE}|\n", {"jurisdictions", "dimensions", "guardrails", "audit"}, {"bands", "score"}),
    "what is recorded": (f"{CATALOG_LINE}audit:\n  |\n", {"subject", "context", "dimensions"}, {"facts", "effects"}),
    "a level": (
        f"{CATALOG_LINE}escalation_paths:\n  a:\n    levels:\n      - to: queue:a\n        |\n",
        {"within"},
        {"to"},
    ),
}


@pytest.mark.parametrize(("text", "there", "not_there"), KEYS.values(), ids=KEYS)
def test_the_keys_that_belong_to_a_place_are_proposed_and_no_others(
    desk: Desk, text: str, there: set[str], not_there: set[str]
) -> None:
    proposed = desk.words(text)
    assert there <= proposed.keys()
    assert not not_there & proposed.keys()
    assert all(proposed.values())


INSERTED = {
    "a value follows": (f"{HEAD}|\n", "on_invalid", "on_invalid: "),
    "a mapping with what it needs": (
        f"{HEAD}|\n",
        "score",
        "score:\n  kind: $1\n  higher_is: $2\n  model:\n    name: $3",
    ),
    "an item with what it needs": (f"{HEAD}|\n", "targets", "targets:\n  - measure: $1\n    band: $2"),
    "the only word": (f"{HEAD}objective:\n  block:\n    |\n", "minimise", "minimise: cost"),
    "no default that nobody asked for": (f"{HEAD}bands:\n  - name: a\n    |\n", "highlight", "highlight:\n  above: "),
    "an instant with an offset": (f"{HEAD}effective:\n  from: |\n", "2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z"),
}


@pytest.mark.parametrize(("text", "label", "inserted"), INSERTED.values(), ids=INSERTED)
def test_what_is_taken_brings_along_what_must_follow(desk: Desk, text: str, label: str, inserted: str) -> None:
    assert desk.proposals(text)[label] == inserted


@pytest.mark.parametrize(("line", "kind"), [(POLICY_LINE, "policy"), (CATALOG_LINE, "catalog")])
def test_an_empty_file_is_offered_a_whole_one_in_which_nothing_is_marked(desk: Desk, line: str, kind: str) -> None:
    offered = desk.proposals(f"{line}|")[f"a first {kind}"]
    assert f"schema: {kind}/v1" in offered
    assert desk.marks(line + _filled_in(offered)) == []


def _filled_in(snippet: str) -> str:
    """Return a snippet as it is when its reader only presses the tab key."""
    return re.sub(r"\$\{\d+(?::([^}]*)|\|(\w+)[^}]*)\}", lambda found: found[1] or found[2], snippet)


HOVERS = {
    "a key": (f"{HEAD}sco|re: {{kind: number}}\n", ["#### score", "What the model returns."]),
    "a key with words": (
        f"{HEAD}score: {{ki|nd: number}}\n",
        ["It decides which other keys there are.", "* `number`: a number of the declared range"],
    ),
    "a word": (f"{HEAD}ties: stric|test\n", ["* `strictest`: the stricter threshold"]),
    "a key of a band": (f"{HEAD}bands:\n  - {{name: a, at_le|ast: 1}}\n", ["the lowest score of this band"]),
    "code in the words": (f"{HEAD}bands:\n  - {{name: a, eff|ect: b}}\n", ["one of the catalog's `effects`"]),
    "a dimension that is known": (
        f"{HEAD}overrides:\n  - {{id: eu, when: {{juris|diction: EU}}}}\n",
        ["#### jurisdiction", "all that lies in it"],
    ),
    "a class of bad input": (f"{HEAD}on_invalid: {{not_fi|nite: block}}\n", ["It is NaN, an infinity"]),
    "a threshold": (f"{HEAD}overrides:\n  - {{id: eu, thresholds: {{blo|ck: never}}}}\n", ["* `never`: no score"]),
    "the catalog": (f"{CATALOG_LINE}escalation_pa|ths: {{}}\n", ["Who gets the cases that people decide."]),
    "a field of records": (
        f"{CATALOG_LINE}audit: {{context: {{ib|an: hmac}}}}\n",
        ["One that is not named here is left out", "* `hmac`: as a pseudonym under a secret key"],
    ),
}


@pytest.mark.parametrize(("text", "words"), HOVERS.values(), ids=HOVERS)
def test_over_a_key_or_a_word_stands_what_it_means(desk: Desk, text: str, words: list[str]) -> None:
    shown = desk.hover(text)
    assert [one for one in words if one not in shown] == []
    assert "policy.schema.json" in shown or "catalog.schema.json" in shown


MARKED = [
    (("owner:", "ownr:"), [(2, "s", 'Missing property "owner".'), (5, "ownr", "Property ownr is not allowed.")]),
    (("owner: payments-risk\n", ""), [(2, "s", 'Missing property "owner".')]),
    (
        ("on_invalid: review\n", ""),
        [(2, "s", "needs `on_invalid`, the band of a score that is missing or no valid one")],
    ),
    (
        ("kind: probability", "kind: probabilty"),
        [
            (
                8,
                "probabilty",
                'Value is not accepted. Valid values: "probability", "number", "classes", "labels".',
            )
        ],
    ),
    (("higher_is: riskier", "higher_is: up"), [(9, "up", 'Value is not accepted. Valid values: "riskier", "safer".')]),
    (
        ("kind: probability", "kind: number"),
        [(7, "score", "a `number` needs a `range`; write [null, null] if it has no ends")],
    ),
    (
        ("kind: probability", "kind: probability\n  signal: top"),
        [(9, "signal", "only the kind `classes` has a `signal`")],
    ),
    (
        ("kind: probability", "kind: probability\n  range: [0, 5]"),
        [(9, "[0, 5]", "the range of a `probability` is [0, 1]; for another one write kind `number`")],
    ),
    (("at_least: 0.90", "at_leest: 0.90"), [(12, "at_leest", "Property at_leest is not allowed.")]),
    (("at_least: 0.90", "at_least: high"), [(12, "high", 'Incorrect type. Expected "number".')]),
    (("block: 0.93", "block: nevr"), [(17, "nevr", "neither a number nor one of `never`, `always`")]),
    (
        ("jurisdiction: EU", "Jurisdiction: EU"),
        [(17, "Jurisdiction", "a dimension is a small letter, then up to 63 small letters, digits or `_`")],
    ),
    (("on_invalid: review", "on_invalid: {missng: review}"), [(15, "missng", "Property missng is not allowed.")]),
    (
        ("from: 2026-07-01T00:00:00Z", "from: 2026-07-01"),
        [(6, "2026-07-01", "an instant has a date, a time and an offset, such as 2026-07-01T00:00:00Z")],
    ),
    (
        ("on_invalid: review", "on_invalid: review\nstage: {}"),
        [(16, "stage", "needs one of `shadow` and `canary`")],
    ),
    (
        ("on_invalid: review", "on_invalid: review\ntargets: [{measure: share, band: block, at_least: 0, at_most: 1}]"),
        [(16, "at_most", "takes only one of `at_least`, `at_most` and `between`")],
    ),
    (
        ("reasons: [FR01]", "reasons: {from: reason_codes, of: [R01]}"),
        [(12, "reasons", 'Missing property "else".')],
    ),
]


@pytest.mark.parametrize(("edit", "marked"), MARKED, ids=[edit[1] for edit, _ in MARKED])
def test_a_mistake_is_marked_where_it_is(desk: Desk, edit: tuple[str, str], marked: list[tuple[int, str, str]]) -> None:
    assert desk.marks(POLICY_LINE + edited(POLICY, edit)) == marked


MARKED_IN_A_CATALOG = [
    (("DE: {in: EU}", "DE: {inn: EU}"), [(5, "inn", "Property inn is not allowed.")]),
    (
        ("within: PT30M", "within: P1Y"),
        [(15, "P1Y", "a duration is one such as PT30M, PT8H or P1D, without months and years")],
    ),
    (
        ("effects: [adverse]", "guardrails: [{id: a, bands: [block], require: nobody}]"),
        [(13, "nobody", "neither a mapping nor one of `person`, `never`, `tighten_only`")],
    ),
    (
        ("effects: [adverse]", "guardrails: [{id: a, require: never}]"),
        [(13, "{", "needs `effects` or `bands`, to say of what it speaks")],
    ),
]


@pytest.mark.parametrize(("edit", "marked"), MARKED_IN_A_CATALOG, ids=[edit[1] for edit, _ in MARKED_IN_A_CATALOG])
def test_a_mistake_in_a_catalog_is_marked_where_it_is(
    desk: Desk, edit: tuple[str, str], marked: list[tuple[int, str, str]]
) -> None:
    assert desk.marks(CATALOG_LINE + edited(CATALOG, edit)) == marked


def settings_of(page: str, file: str) -> str:
    """Return the file that a page shows."""
    (block,) = [one for one in blocks_of(ROOT / page, page) if one.object == file]
    return block.text


def vs_code() -> Settings:
    written = json.loads(settings_of("docs/editors.md", ".vscode/settings.json"))
    return {"yaml": {"schemas": written["yaml.schemas"], "schemaStore": {"enable": written["yaml.schemaStore.enable"]}}}


def helix() -> Settings:
    written = tomllib.loads(settings_of("docs/editors.md", ".helix/languages.toml"))
    settings: Settings = written["language-server"]["yaml-language-server"]["config"]
    return settings


def neovim() -> Settings:
    written = settings_of("docs/editors.md", "init.lua")
    each = re.findall(r'\["([^"]+)"\] = (.+),', written)
    schemas = {schema: json.loads(files.replace("{", "[").replace("}", "]")) for schema, files in each}
    assert "schemaStore = { enable = false" in written
    return {"yaml": {"schemas": schemas, "schemaStore": {"enable": False}}}


@pytest.mark.parametrize("settings", [vs_code, helix, neovim])
def test_the_settings_that_the_page_shows_find_the_schemas_without_a_first_line(
    settings: Callable[[], Settings], tmp_path: Path
) -> None:
    require_the_server()
    for name in ("policies", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    with LanguageServer(tmp_path, settings()) as server:
        policy = tmp_path / "policies" / "fraud" / "cards.yaml"
        assert server.marks(policy, POLICY) == []
        assert [
            one.text
            for one in server.marks(
                policy, edited(POLICY, ("on_invalid: review", "on_invalid: review\nties: error\ntiess: error"))
            )
        ] == ["tiess"]
        catalog = tmp_path / "policies" / "catalog.yaml"
        assert server.marks(catalog, CATALOG) == []
        assert [
            one.text
            for one in server.marks(catalog, edited(CATALOG, ("effects: [adverse]", "effects: [adverse]\nfact: [vip]")))
        ] == ["fact"]
        assert server.asked_of_the_network == ""


def test_the_pattern_that_the_page_shows_reads_the_findings_of_validate(tmp_path: Path) -> None:
    (task,) = json.loads(settings_of("docs/editors.md", ".vscode/tasks.json"))["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    program, *arguments = task["command"].split()
    (tmp_path / "a.yaml").write_text(
        edited(POLICY, ("on_invalid: review", "on_invalid: review\nties: error\ntiess: error")), encoding="utf-8"
    )
    printed = run(*arguments, tmp_path).stdout
    found = [one for line in printed.splitlines() if (one := re.fullmatch(pattern["regexp"], line))]
    assert program == "policy-engine"
    assert [(one[pattern["line"]], one[pattern["code"]]) for one in found if one[pattern["code"]] == "PE101"] != []
    assert {one[pattern["file"]] for one in found} == {str(tmp_path / "a.yaml")}
