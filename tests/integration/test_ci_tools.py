"""What other people's CI runs: the hooks of pre-commit, the action for GitHub, the job for GitLab.

Each is run as its tool would run it, as far as one machine can: pre-commit itself, and the scripts of the other two.
Two environments are installed with pip on the way, which takes from half a minute to a minute.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from ruamel.yaml import YAML

from policy_engine.cli import main
from tests.docs.blocks import blocks_of
from tests.support.commands import ROOT, require_program
from tests.support.policies import POLICY, USED_CATALOG, edited

if TYPE_CHECKING:
    from collections.abc import Mapping

HOOKS: Final[list[dict[str, Any]]] = YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")
ACTION: Final[dict[str, Any]] = YAML(typ="safe").load(ROOT / "action.yml")
JOB: Final[dict[str, Any]] = YAML(typ="safe").load(ROOT / "templates" / "policy-engine.yml")
BROKEN: Final = edited(POLICY, ("block: 0.93", "blok: 0.93"))
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OF_THE_PACKAGE: Final = (
    *("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "policy_engine"),
    *PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"],
)
"""What of the checkout pre-commit needs, to install it."""

INSTALLING: Final = 400
"""Seconds that an environment may take to be installed."""


def shown(file: str) -> Any:  # noqa: ANN401 - any YAML
    """Return what the page shows as a file."""
    (block,) = [one for one in blocks_of(ROOT / "docs" / "ci.md", "docs/ci.md") if one.object == file]
    return YAML(typ="safe").load(block.text)


def desk(folder: Path, policy: str, name: str = "policies") -> Path:
    """Make a folder with a policy and its catalog, as somebody else's repository has them."""
    (folder / name).mkdir(parents=True)
    (folder / name / "catalog.yaml").write_text(USED_CATALOG, encoding="utf-8")
    (folder / name / "card-fraud.yaml").write_text(policy, encoding="utf-8")
    return folder


def called(command: list[str], folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command without the variables with which this very test run is measured."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTHON", "GIT_"))}
    return subprocess.run(
        command, cwd=folder, env={**clean, **env}, capture_output=True, text=True, timeout=INSTALLING, check=False
    )


# --- pre-commit ----------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> str:
    """Run git in *folder* with an author of its own and nobody's settings."""
    program = require_program("git", "it comes with your system")
    who = ("user.name=a", "user.email=a@b.c", "commit.gpgsign=false", "init.defaultBranch=main")
    settings = [word for one in who for word in ("-c", one)]
    done = called([program, *settings, *arguments], folder, GIT_CONFIG_GLOBAL=os.devnull)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass(frozen=True, slots=True)
class Ours:
    """A repository with the hooks, as pre-commit finds it, and where it keeps the environments that it makes."""

    repository: Path
    rev: str
    home: Path

    def hook(self, theirs: Path, hook: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run one hook in somebody else's repository as `git commit` does."""
        command = [sys.executable, "-m", "pre_commit", "run", hook, "--color", "never", *options]
        return called(command, theirs, PRE_COMMIT_HOME=str(self.home), GIT_CONFIG_GLOBAL=os.devnull)

    def used_by(self, theirs: Path, shown_as: str) -> Path:
        """Make a folder a repository that uses the hooks as the page shows."""
        config = shown(shown_as)
        (repo,) = config["repos"]
        config["repos"] = [{**repo, "repo": str(self.repository), "rev": self.rev}]
        with (theirs / ".pre-commit-config.yaml").open("w", encoding="utf-8") as file:
            YAML(typ="safe").dump(config, file)
        _committed(theirs)
        return theirs


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Ours:
    if not os.environ.get("CI"):
        pytest.importorskip("pre_commit")
    folder = tmp_path_factory.mktemp("policy-engine")
    for name in OF_THE_PACKAGE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return Ours(folder, _committed(folder), tmp_path_factory.mktemp("pre-commit"))


@pytest.fixture
def theirs(ours: Ours, tmp_path: Path) -> Path:
    return ours.used_by(desk(tmp_path / "their repository", POLICY), ".pre-commit-config.yaml")


def _committed(folder: Path) -> str:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "as it is")
    return git(folder, "rev-parse", "HEAD")


def test_the_hook_validates_all_policies_when_one_changes(ours: Ours, theirs: Path) -> None:
    passed = ours.hook(theirs, "policy-validate", "--all-files")
    assert (passed.returncode, "Passed" in passed.stdout) == (0, True), passed.stdout + passed.stderr
    (theirs / "policies" / "catalog.yaml").write_text(
        edited(USED_CATALOG, ("fraud-disputes", "disputes")), encoding="utf-8"
    )
    git(theirs, "add", "--all")
    failed = ours.hook(theirs, "policy-validate")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "policies/card-fraud.yaml:11:" in failed.stdout
    assert "in 1 of 2 files" in failed.stdout


def test_the_hook_has_nothing_to_do_when_no_policy_changes(ours: Ours, theirs: Path) -> None:
    skipped = ours.hook(theirs, "policy-validate", "--files", ".pre-commit-config.yaml")
    assert (skipped.returncode, "no files to check" in skipped.stdout) == (0, True), skipped.stdout + skipped.stderr


def test_the_hook_is_told_of_another_folder(ours: Ours, tmp_path: Path) -> None:
    theirs = ours.used_by(desk(tmp_path, BROKEN, "decisions"), "elsewhere/.pre-commit-config.yaml")
    failed = ours.hook(theirs, "policy-validate", "--all-files")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "decisions/card-fraud.yaml:16:53: PE" in failed.stdout


def test_the_hook_lays_out_the_files_that_change(ours: Ours, theirs: Path) -> None:
    policy = theirs / "policies" / "card-fraud.yaml"
    policy.write_text(POLICY.replace("version: 7", "version:    7"), encoding="utf-8")
    git(theirs, "add", "--all")
    changed = ours.hook(theirs, "policy-fmt")
    assert changed.returncode == 1, changed.stdout + changed.stderr
    assert "version: 7\n" in policy.read_text(encoding="utf-8")
    git(theirs, "add", "--all")
    assert ours.hook(theirs, "policy-fmt").returncode == 0


def test_every_hook_runs_a_command_that_there_is_and_the_page_tells_of_it() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    for hook in HOOKS:
        program, command = hook["entry"].split()
        assert program == "policy-engine"
        assert command in main.commands
        assert f"| `{hook['id']}` |" in page
        assert re.search(hook["files"], "policies/emea/card-fraud.yaml")
        assert not re.search(hook["files"], "other/policies/card-fraud.yaml")
    used = [
        hook["id"]
        for file in (".pre-commit-config.yaml", "elsewhere/.pre-commit-config.yaml")
        for repo in shown(file)["repos"]
        for hook in repo["hooks"]
    ]
    assert set(used) <= {hook["id"] for hook in HOOKS}


# --- GitHub Actions ------------------------------------------------------------------------------------------


def steps(folder: Path, inputs: Mapping[str, str]) -> list[tuple[str, dict[str, str]]]:
    """Return the scripts of the action with their variables, as its runner fills them in."""
    known = {key: str(value["default"]) for key, value in ACTION["inputs"].items()} | dict(inputs)
    values = {f"inputs.{key}": value for key, value in known.items()}
    values |= {"github.action_path": str(ROOT), "runner.temp": str(folder)}

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: values[found[1]], text)

    scripts = [step for step in ACTION["runs"]["steps"] if "run" in step]
    assert all(step["shell"] == "bash" and "${{" not in step["run"] for step in scripts)
    return [(step["run"], {key: filled(value) for key, value in step["env"].items()}) for step in scripts]


def in_bash(script: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a script as GitHub does where `shell: bash` is said."""
    bash = require_program("bash", "it comes with your system")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return called([bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", script], folder, PATH=path, **env)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the runner's folder for temporary files, with what the action installs there."""
    folder = tmp_path_factory.mktemp("runner temp")
    script, env = steps(folder, {})[0]
    installed = in_bash(script, folder, **env)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return folder


def acted(runner: Path, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's last step in *folder*."""
    script, env = steps(runner, inputs)[-1]
    return in_bash(script, folder, **env)


def test_the_action_fails_for_findings_and_only_then(runner: Path, tmp_path: Path) -> None:
    passed = acted(runner, desk(tmp_path / "good", POLICY))
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "2 files, 1 policy: no findings" in passed.stderr
    failed = acted(runner, desk(tmp_path / "bad", BROKEN))
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "policies/card-fraud.yaml" in failed.stdout
    assert acted(runner, tmp_path / "good", paths="nowhere").returncode == 2


def test_the_action_takes_paths_a_line_each_whatever_is_in_them(runner: Path, tmp_path: Path) -> None:
    desk(tmp_path, BROKEN, "more policies; $(touch pwned)")
    desk(tmp_path, POLICY, "--strict")
    done = acted(runner, tmp_path, paths="--strict\nmore policies; $(touch pwned)/card-fraud.yaml\n", format="json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "more policies; $(touch pwned)/card-fraud.yaml" in done.stdout
    assert not (tmp_path / "pwned").exists()


def test_the_action_writes_a_file_where_one_is_asked_for(runner: Path, tmp_path: Path) -> None:
    done = acted(runner, desk(tmp_path, BROKEN), format="sarif", output="policy-engine.sarif", strict="true")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "card-fraud.yaml" in (tmp_path / "policy-engine.sarif").read_text(encoding="utf-8")


def test_the_page_uses_the_action_with_inputs_that_it_has_and_names_them_all() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in ACTION["inputs"])
    for file in (".github/workflows/policies.yaml", ".github/workflows/policies-scanned.yaml"):
        used = [one for one in shown(file)["jobs"]["validate"]["steps"] if "policy-engine@" in one["uses"]]
        assert len(used) == 1
        assert set(used[0].get("with", {})) <= set(ACTION["inputs"])
    assert [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step] == ["actions/setup-python@v5"]


# --- GitLab CI -----------------------------------------------------------------------------------------------


def test_the_job_writes_a_report_and_tells_of_the_findings_in_its_log(runner: Path, tmp_path: Path) -> None:
    job = JOB["policy-engine"]
    needs_package, _, install, *commands = job["script"]
    variables = {**JOB["variables"], **shown(".gitlab-ci.yml")["variables"], "POLICY_ENGINE_PACKAGE": str(ROOT)}
    assert set(variables) == set(JOB["variables"])
    report = job["artifacts"]["reports"]["codequality"]
    script = "\n".join([needs_package, *commands])
    assert install.endswith('install --quiet --disable-pip-version-check "$POLICY_ENGINE_PACKAGE"')
    for policy, code in ((POLICY, 0), (BROKEN, 1)):
        folder = desk(tmp_path / str(code), policy)
        # as the job's second and third line install it, only once for all tests
        (folder / ".policy-engine").symlink_to(runner / "policy-engine")
        done = in_bash(script, folder, **variables)
        assert done.returncode == code, done.stdout + done.stderr
        assert ("card-fraud.yaml:16:53: PE" in done.stdout) == bool(code)
        assert ("card-fraud.yaml" in (folder / report).read_text(encoding="utf-8")) == bool(code)


def test_the_job_says_what_it_needs(tmp_path: Path) -> None:
    done = in_bash("\n".join(JOB["policy-engine"]["script"]), tmp_path, **JOB["variables"])
    assert done.returncode != 0
    assert "say what pip is to install" in done.stderr
    assert not (tmp_path / ".policy-engine").exists()


@pytest.mark.parametrize(("in_ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_program_that_is_missing_fails_in_ci_and_nowhere_else(
    in_ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", in_ci)
    with pytest.raises(outcome, match="`no-such-program` is not installed: look for it"):
        require_program("no-such-program", "look for it")
