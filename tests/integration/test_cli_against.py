"""`validate --against REVISION`: an edit by which a policy decides otherwise needs a new version."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.commands import json_of, run
from tests.support.policies import POLICY, USED_CATALOG, Edit, edited

if TYPE_CHECKING:
    from pathlib import Path

LOWER = ("at_least: 0.55", "at_least: 0.5")
"""An edit that changes decisions."""


def git(*args: str) -> None:
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    subprocess.run(["git", *who, *args], check=True, capture_output=True)  # noqa: S607 - the one that is there


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose branch `main` has a policy and its catalog."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "catalog.yaml").write_text(USED_CATALOG)
    (tmp_path / "policies" / "fraud.yaml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    return tmp_path


def found(repository: Path, *edits: Edit, name: str = "fraud.yaml", args: tuple[str, ...] = ()) -> list[str]:
    """Return the findings of the policy with some edits, held against `main`."""
    (repository / "policies" / name).write_text(edited(POLICY, *edits))
    findings = json_of(run("validate", "--against", "main", "--format", "json", *args))["findings"]
    places = [f"{one['file']}:{one['line']}:{one['column']} {one['code']}" for one in findings]
    return [f"{place} {one['message']} / {one['help']}" for place, one in zip(places, findings, strict=True)]


def test_another_threshold_under_the_same_version_is_told(repository: Path) -> None:
    (told,) = found(repository, LOWER)
    assert told == (
        "policies/fraud.yaml:3:10 PE414 version 7 decides otherwise here than in `main`: whoever reads a decision of "
        "version 7 cannot know which of both made it / write `version: 8`"
    )
    assert run("validate", "--against", "main").exit_code == 1
    assert run("validate").exit_code == 0


@pytest.mark.parametrize(
    "edits",
    [
        [],
        [LOWER, ("version: 7", "version: 8")],
        [("owner: payments-risk", "owner: someone-else")],
        [("because: fewer refusals", "because: another reason")],
        [("at_least: 0.90", "at_least: 0.9")],
    ],
    ids=["nothing", "raised", "owner", "reason", "spelling"],
)
def test_what_is_raised_or_changes_no_decision_is_not_told(repository: Path, edits: list[Edit]) -> None:
    assert found(repository, *edits) == []


def test_a_version_below_those_there_were_is_told(repository: Path) -> None:
    (told,) = found(repository, ("version: 7", "version: 6"))
    assert "version 6 is new here, and lower than version 7 in `main`" in told
    assert told.endswith("write `version: 8`")


def test_a_file_that_moved_is_still_the_same_policy(repository: Path) -> None:
    (repository / "policies" / "fraud.yaml").rename(repository / "policies" / "cards.yaml")
    assert found(repository, name="cards.yaml") == []
    assert len(found(repository, LOWER, name="cards.yaml")) == 1


def test_a_new_use_case_and_an_edit_of_the_catalog_that_changes_nothing_are_not_told(repository: Path) -> None:
    (repository / "policies" / "catalog.yaml").write_text(USED_CATALOG + "facts: [vip]\n")
    told = found(repository, ("use_case: card-fraud", "use_case: other"), name="other.yaml")
    # That nothing uses the fact is another finding
    assert not any("PE414" in one for one in told)


@pytest.mark.parametrize(
    ("edit", "codes_told"),
    [
        (("  DE: {in: EU}", "  DE: {}"), ["PE414"]),
        (("within: PT30M", "within: P30D"), []),
        (("to: queue:fraud-l1", "to: queue:nobody"), []),
    ],
    ids=["another parent", "more time", "somebody else"],
)
def test_an_edit_of_the_catalog_counts_where_it_moves_cases_of_a_policy(
    repository: Path, edit: Edit, codes_told: list[str]
) -> None:
    (repository / "policies" / "catalog.yaml").write_text(edited(USED_CATALOG, edit))
    assert [one.split(" ")[1] for one in told()] == codes_told


def test_one_file_is_held_against_with_the_catalog_that_it_had(repository: Path) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    result = run("validate", "policies/fraud.yaml", "--against", "main")
    assert "PE414" in result.stdout


def test_from_a_folder_below_the_top_it_is_the_same(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    monkeypatch.chdir(repository / "policies")
    assert "fraud.yaml:3:10: PE414" in run("validate", ".", "--against", "HEAD").stdout


def committed(repository: Path, files: dict[str, str], links: dict[str, str] | None = None) -> None:
    """Replace what `main` has, links last."""
    shutil.rmtree(repository / "policies")
    for name, text in files.items():
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(text)
    for name, target in (links or {}).items():
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).symlink_to(target)
    git("add", "--all", "--force", ".")
    git("commit", "--quiet", "-m", "second")


WHERE: dict[str, tuple[str, dict[str, str], str]] = {
    "a suffix in capitals": ("policies/x.YAML", {}, "policies"),
    "any suffix, named": ("policies/x.txt", {}, "policies/x.txt"),
    "a folder with a dot, named": (".github/policies/x.yaml", {}, ".github/policies"),
    "a file in a folder with a dot, named": (".github/policies/x.yaml", {}, ".github/policies/x.yaml"),
    "a link beside it": ("policies/x.yaml", {"policies/y.yaml": "x.yaml"}, "policies"),
    "a link to a hidden folder": ("policies/.store/x.yaml", {"policies/x.yaml": ".store/x.yaml"}, "policies"),
    "a link to any suffix": ("policies/x.txt", {"policies/x.yaml": "x.txt"}, "policies"),
    "a link to a folder in it": ("policies/.store/x.yaml", {"policies/one": ".store"}, "policies"),
    "a link, named": ("policies/x.txt", {"policies/x.yaml": "x.txt"}, "policies/x.yaml"),
    "a folder that is a link": ("real/x.yaml", {"policies": "real"}, "policies"),
    "a file in a folder that is a link": ("real/x.yaml", {"policies": "real"}, "policies/x.yaml"),
    "links one after another": ("real/x.yaml", {"policies": "two", "two": "./real"}, "policies"),
}
"""Where a policy lies, links in the repository, and the PATH by which it is read."""


@pytest.mark.parametrize("case", WHERE)
def test_what_is_read_now_is_what_is_read_in_the_revision(repository: Path, case: str) -> None:
    file, links, path = WHERE[case]
    catalog = "policies/catalog.yaml" if file.startswith("policies/") else f"{file.rpartition('/')[0]}/catalog.yaml"
    committed(repository, {catalog: USED_CATALOG, file: POLICY}, links)
    assert run("validate", path, "--against", "main").exit_code == 0
    (repository / file).write_text(edited(POLICY, LOWER))
    result = run("validate", path, "--against", "main")
    assert "PE414 version 7 decides otherwise here than in `main`" in result.stdout.replace("\n    ", " ")
    assert result.exit_code == 1


def told(*args: str) -> list[str]:
    """Return the findings of `validate --against main`: `file:line CODE message`."""
    findings = json_of(run("validate", *args, "--against", "main", "--format", "json"))["findings"]
    return [f"{one['file']}:{one['line']} {one['code']} {one['message']}" for one in findings]


def test_a_file_with_errors_in_the_revision_is_told_where_it_is_now(repository: Path) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, ("owner: payments-risk", "ownr: x")))
    git("commit", "--quiet", "-am", "broken")
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    (one,) = told()
    assert one == (
        "policies/fraud.yaml:1 PE417 no version is held against `policies/fraud.yaml` of `main`: "
        "policies/fraud.yaml:4:1: PE101 `ownr` is no key of a policy"
    )
    assert run("validate", "--against", "main").exit_code == 0
    assert run("validate", "--against", "main", "--strict").exit_code == 1


def test_what_is_told_of_a_file_with_errors_may_be_waived(repository: Path) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, ("owner: payments-risk", "ownr: x")))
    git("commit", "--quiet", "-am", "broken")
    waived = f"# policy-engine: ignore[PE417] compared by eye\n{POLICY}"
    (repository / "policies" / "fraud.yaml").write_text(waived)
    result = run("validate", "--against", "main", "--strict")
    assert result.exit_code == 0
    assert "1 waived" in result.stderr
    git("commit", "--quiet", "-am", "mended")
    assert told() == ["policies/fraud.yaml:1 PE011 PE417 is not found on line 2, and is waived there"]
    assert run("validate", "--strict").exit_code == 0


@pytest.mark.parametrize(
    "raw", [b"a: [", b"\0\1", b"schema: policy/v1\n", b"# " + b"x" * 2**20], ids=["yaml", "bytes", "keys", "size"]
)
def test_one_file_with_errors_in_the_revision_keeps_no_other_from_being_held_against(
    repository: Path, raw: bytes
) -> None:
    broken = repository / "policies" / "broken.yaml"
    broken.write_bytes(raw)
    git("add", ".")
    git("commit", "--quiet", "-m", "broken")
    broken.unlink()
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    of_broken, of_fraud = told()
    assert of_broken.startswith("policies/catalog.yaml:1 PE417 no version is held against `policies/broken.yaml` of ")
    assert of_fraud.startswith("policies/fraud.yaml:3 PE414 ")


def test_two_policies_that_are_wrong_together_are_both_told_or_held_against(repository: Path) -> None:
    (repository / "policies" / "again.yaml").write_text(POLICY)
    git("add", ".")
    git("commit", "--quiet", "-m", "twice")
    (repository / "policies" / "again.yaml").unlink()
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    assert [one.split(" ")[1] for one in told()] == ["PE417", "PE414"]


def test_where_the_catalog_of_the_revision_has_errors_nothing_is_held_against_and_that_is_told(
    repository: Path,
) -> None:
    (repository / "policies" / "catalog.yaml").write_text("a: [")
    git("commit", "--quiet", "-am", "broken")
    (repository / "policies" / "catalog.yaml").write_text(USED_CATALOG)
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    (one,) = told()
    assert one.startswith("policies/catalog.yaml:1 PE417 no version is held against anything of `main`: polic")


def test_what_has_errors_now_keeps_no_other_file_from_being_held_against(repository: Path) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    (repository / "policies" / "broken.yaml").write_text("a: [")
    assert [one.split(" ")[1] for one in told()] == ["PE005", "PE414"]
    assert run("validate", "--against", "main", "--select", "PE414").exit_code == 1


def test_where_the_catalog_has_errors_now_only_they_are_told(repository: Path) -> None:
    (repository / "policies" / "catalog.yaml").write_text("a: [")
    assert [one.split(" ")[1] for one in told()] == ["PE005"]


def test_a_folder_that_the_revision_has_elsewhere_is_told(repository: Path) -> None:
    (repository / "policies").rename(repository / "rules")
    (repository / "rules" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    (one,) = told("rules")
    assert one.startswith("rules/catalog.yaml:1 PE417 no version is held against `rules` of `main`: rules:1:1: PE001 ")


def test_a_file_that_the_revision_does_not_have_is_new(repository: Path) -> None:
    (repository / "policies" / "other.yaml").write_text(other_policy())
    assert told("policies/other.yaml") == []


def test_a_file_whose_link_led_out_is_told(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    away = tmp_path_factory.mktemp("away") / "x.yaml"
    away.write_text(other_policy())
    committed(repository, {"policies/catalog.yaml": USED_CATALOG}, {"policies/x.yaml": str(away)})
    (one,) = told("policies/x.yaml")
    assert one.startswith("policies/x.yaml:1 PE417 no version is held against `policies/x.yaml` of `main`")


@pytest.mark.parametrize("revision", ["nowhere", "--all", "main:policies", "^main", "a^b"])
def test_a_revision_that_git_does_not_know_is_a_wrong_usage(repository: Path, revision: str) -> None:
    result = run("validate", "--against", revision)
    assert result.exit_code == 2
    assert f"--against: git knows no revision `{revision}` in `{repository}`: name" in result.stderr
    assert "{commit}" not in result.stderr


@pytest.mark.parametrize("revision", ["", " "])
def test_a_revision_left_empty_is_a_wrong_usage(revision: str) -> None:
    result = run("validate", "--against", revision)
    assert result.exit_code == 2
    assert "--against names no revision" in result.stderr


def test_without_a_repository_it_is_a_wrong_usage(tmp_path_factory: pytest.TempPathFactory) -> None:
    away = tmp_path_factory.mktemp("away")
    (away / "fraud.yaml").write_text(POLICY)
    (away / "catalog.yaml").write_text(USED_CATALOG)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(away)
        result = run("validate", "fraud.yaml", "--against", "main")
    assert result.exit_code == 2
    assert "not a git repository" in result.stderr


def test_what_comes_from_the_standard_input_has_no_revision() -> None:
    result = run("validate", "-", "--against", "main", text=POLICY)
    assert result.exit_code == 2
    assert "--against needs policies in files" in result.stderr


# --- use cases that are gone ------------------------------------------------------------------------------------


def with_another(repository: Path, text: str) -> Path:
    """Add the policy of another use case to `main`, and return its file."""
    path = repository / "policies" / "other.yaml"
    path.write_text(text)
    git("add", ".")
    git("commit", "--quiet", "-m", "other")
    return path


GONE = "no policy decides `other` any more, as `policies/other.yaml` does in `main`: every case of it is refused"


def test_a_use_case_whose_policy_was_deleted_is_told_in_the_catalog(repository: Path) -> None:
    with_another(repository, other_policy()).unlink()
    assert told() == [f"policies/catalog.yaml:1 PE416 {GONE}"]
    assert run("validate", "--against", "main").exit_code == 1
    assert "put the file back, or waive this" in run("validate", "--against", "main").stdout


def test_a_use_case_that_was_misspelt_is_told_in_its_policy(repository: Path) -> None:
    with_another(repository, other_policy()).write_text(other_policy().replace("use_case: other", "use_case: ohter"))
    assert told() == [f"policies/other.yaml:2 PE416 {GONE}"]
    assert "write `use_case: other` again" in run("validate", "--against", "main").stdout


def test_a_use_case_that_is_gone_for_good_is_answered_for(repository: Path) -> None:
    with_another(repository, other_policy()).unlink()
    catalog = repository / "policies" / "catalog.yaml"
    catalog.write_text(f"# policy-engine: ignore[PE416] nobody asks since March\n{USED_CATALOG}")
    result = run("validate", "--against", "main", "--strict")
    assert result.exit_code == 0
    assert "1 waived" in result.stderr
    git("commit", "--quiet", "-am", "gone")
    (one,) = told()
    assert "PE011 PE416 is not found" in one


def test_where_there_is_no_catalog_it_is_told_in_the_first_file(repository: Path) -> None:
    (repository / "policies" / "fraud.yaml").unlink()
    (repository / "policies" / "catalog.yaml").unlink()
    (repository / "policies" / "another.yaml").write_text(other_policy().replace("use_case: other", "use_case: more"))
    with_another(repository, other_policy()).unlink()
    assert told() == [f"policies/another.yaml:1 PE416 {GONE}"]


@pytest.mark.parametrize("until", ["2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z"])
def test_a_use_case_that_had_ended_may_go(repository: Path, until: str) -> None:
    ended = other_policy().replace("Z}", f"Z, until: {until}}}")
    with_another(repository, ended).unlink()
    findings = told("--at", "2026-03-01T00:00:00Z")
    assert [one.split(" ")[1] for one in findings] == (["PE416"] if until.endswith("1Z") else [])


def test_of_several_policies_the_one_that_lasts_longest_counts(repository: Path) -> None:
    ended = other_policy().replace("Z}", "Z, until: 2026-03-01T00:00:00Z}")
    (repository / "policies" / "until.yaml").write_text(ended)
    after = other_policy().replace("version: 3", "version: 4").replace("2026-01-01", "2026-03-01")
    with_another(repository, after).unlink()
    (repository / "policies" / "until.yaml").unlink()
    assert told("--at", "2026-03-01T00:00:00Z") == [f"policies/catalog.yaml:1 PE416 {GONE}"]


@pytest.mark.parametrize("edit", ["moved", "broken"])
def test_what_may_decide_it_elsewhere_is_not_told(repository: Path, edit: str) -> None:
    path = with_another(repository, other_policy())
    if edit == "moved":
        path.rename(repository / "policies" / "moved.yaml")
    else:
        path.write_text("a: [")
    assert not [one for one in told() if "PE416" in one]


# --- several repositories ---------------------------------------------------------------------------------------


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, repository: Path) -> Path:
    """Return another repository, whose branch `main` has the policy of another use case."""
    away = tmp_path_factory.mktemp("other")
    (away / "policies").mkdir()
    (away / "policies" / "other.yaml").write_text(other_policy())
    monkeypatch.chdir(away)
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    monkeypatch.chdir(repository)
    return away


def other_policy(cut: float = 0.9) -> str:
    return (
        "schema: policy/v1\nuse_case: other\nversion: 3\nowner: somebody\neffective: {from: 2026-01-01T00:00:00Z}\n"
        "score: {kind: probability, higher_is: riskier, model: {name: m}}\n"
        f"bands: [{{name: block, at_least: {cut}}}, {{name: allow}}]\non_invalid: block\n"
    )


def codes(*args: str) -> list[tuple[str, str]]:
    findings = json_of(run("validate", *args, "--against", "main", "--format", "json"))["findings"]
    return [(one["file"], one["code"]) for one in findings if one["severity"] == "error"]


def test_git_is_asked_in_the_repository_that_the_path_lies_in(repository: Path, other: Path) -> None:
    path = os.path.relpath(other / "policies", repository)
    assert codes(path) == []
    (other / "policies" / "other.yaml").write_text(other_policy(0.8))
    assert codes(path) == [(f"{path}/other.yaml", "PE414")]


def test_paths_in_two_repositories_are_each_held_against_their_own(repository: Path, other: Path) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    (other / "policies" / "other.yaml").write_text(other_policy(0.8))
    told = codes("policies", str(other / "policies"))
    assert sorted(told) == sorted([("policies/fraud.yaml", "PE414"), (f"{other}/policies/other.yaml", "PE414")])


def test_a_repository_that_lacks_the_revision_is_named(other: Path) -> None:
    git("branch", "release")
    result = run("validate", "policies", str(other / "policies"), "--against", "release")
    assert result.exit_code == 2
    assert f"git knows no revision `release` in `{other}`" in result.stderr


def test_a_repository_inside_of_a_folder_has_to_be_named(repository: Path, other: Path) -> None:
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "policies/sub")
    git("commit", "--quiet", "-m", "sub")
    (repository / "policies" / "sub" / "policies" / "other.yaml").write_text(other_policy(0.8))
    result = run("validate", "policies", "--against", "main")
    assert result.exit_code == 2
    assert f"`{repository}/policies/sub` is a repository of its own: name it as a further PATH" in result.stderr
    assert codes("policies", "policies/sub") == [("policies/sub/policies/other.yaml", "PE414")]


def test_a_repository_without_policies_inside_of_a_folder_is_nothing_to_name(repository: Path, other: Path) -> None:
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "policies/sub")
    (repository / "policies" / "sub" / "policies" / "other.yaml").unlink()
    git("commit", "--quiet", "-m", "sub")
    assert codes("policies") == []


def test_what_a_hook_of_git_says_of_its_repository_is_not_what_the_paths_say(
    repository: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "policies" / "fraud.yaml").write_text(edited(POLICY, LOWER))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert codes("policies") == [("policies/fraud.yaml", "PE414")]


# --- hostile revisions ------------------------------------------------------------------------------------------


def test_what_is_larger_than_a_file_may_be_is_not_read(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "policies" / "large.yaml").write_text("# " + "x" * 3 * 2**20)
    git("add", ".")
    git("commit", "--quiet", "-m", "large")
    (repository / "policies" / "large.yaml").unlink()
    sizes = []
    plain = subprocess.run

    def noted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as `subprocess.run`
        done = plain(*args, **kwargs)
        sizes.append(len(done.stdout))
        return done

    monkeypatch.setattr(subprocess, "run", noted)
    assert run("validate", "--against", "main").exit_code == 0
    assert max(sizes) < 2**20


def test_a_link_that_leads_out_does_not_bring_what_there_is_today(repository: Path) -> None:
    committed(
        repository, {"real/catalog.yaml": USED_CATALOG, "real/x.yaml": POLICY}, {"policies": str(repository / "real")}
    )
    (repository / "real" / "x.yaml").write_text(edited(POLICY, LOWER))
    assert codes("policies") == [("policies/x.yaml", "PE414")]


def tree(*entries: tuple[str, str, str]) -> str:
    """Return a tree with these entries, whatever git thinks of them: mode, name, content."""
    raw = b""
    for mode, name, content in entries:
        kind = "tree" if mode == "40000" else "blob"
        sha = content if kind == "tree" else hash_of("blob", content.encode())
        raw += f"{mode} {name}\0".encode() + bytes.fromhex(sha)
    return hash_of("tree", raw)


def hash_of(kind: str, raw: bytes) -> str:
    args = ["git", "hash-object", "-t", kind, "-w", "--literally", "--stdin"]
    return subprocess.run(args, input=raw, check=True, capture_output=True).stdout.decode().strip()


@pytest.mark.parametrize("way", ["name", "link"])
def test_a_tree_that_leads_out_is_not_laid_out(tmp_path_factory: pytest.TempPathFactory, way: str) -> None:
    away = tmp_path_factory.mktemp("away")
    if way == "name":
        evil = tree(("40000", "..", tree(("40000", "..", tree(("100644", "evil.yaml", "x"))))))
    else:
        evil = tree(("120000", "a", str(away)), ("40000", "a", tree(("120000", "evil.yaml", "x"))))
    top = tree(("40000", "policies", evil))
    commit = hash_of("commit", f"tree {top}\nauthor a <a> 0 +0000\ncommitter a <a> 0 +0000\n\nx\n".encode())
    git("tag", "evil", commit)
    result = run("validate", "--against", "evil")
    assert result.exit_code == 2
    assert "what `evil` has cannot be laid out" in result.stderr
    assert list(away.iterdir()) == []


@pytest.mark.parametrize("args", [("policies",), ("policies/fraud.yaml",)])
def test_a_policy_with_tests_of_the_time_before_its_tuning_is_held_against(
    repository: Path, args: tuple[str, ...]
) -> None:
    stale = (
        "evidence: evidence/v7.json\ntests:\n  - {given: {score: 0.89, jurisdiction: US}, expect: {outcome: block}}\n"
    )
    told = {"band": "block", "threshold": 0.9, "previous": 0.88, "version": 7}
    evidence = {"schema": "evidence/v1", "use_case": "card-fraud", "version": 7, "thresholds": [told]}
    policies = repository / "policies"
    (policies / "evidence").mkdir()
    (policies / "evidence" / "v7.json").write_text(json.dumps(evidence))
    (policies / "fraud.yaml").write_text(POLICY + stale)
    git("add", ".")
    git("commit", "--quiet", "-m", "tuned")
    assert run("validate", "--against", "main", *args).exit_code == 0
    (policies / "fraud.yaml").write_text(edited(POLICY, LOWER))
    findings = json_of(run("validate", "--against", "main", "--format", "json", *args))["findings"]
    assert [one["code"] for one in findings] == ["PE414"]
