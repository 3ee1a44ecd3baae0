"""Which policies a command is about: those named, else those that the project names, else `policies/`."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli._project import FILE, TABLE, project
from policy_engine.cli._terminal import overwrites
from policy_engine.exceptions import PoliciesNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from policy_engine.diagnostics import Report
    from policy_engine.loader import Loaded
    from policy_engine.resolution import ResolvedPolicy
    from policy_engine.validator import Checked, CheckedPolicySet

STDIN = "-"
_USUAL = "policies"


def check_all(
    loaded: Loaded, paths: Sequence[str], *, now: datetime | None = None, for_review: bool = False
) -> Checked:
    """Check what was read at *paths*, asking of `check` what these options say.

    Raises `PoliciesNotFoundError` where there is no policy in it; a catalog that was named as a file is enough.
    """
    from policy_engine.validator import check

    done = check(loaded, now=now, for_review=for_review)
    _expect_a_policy(loaded, paths, done.report)
    return done


def review_all(loaded: Loaded, paths: Sequence[str], now: datetime) -> Report:
    """Return what is found for a review of what was read at *paths*, on two processors where there are two.

    Raises `PoliciesNotFoundError` as `check_all` does.
    """
    from policy_engine.processes import in_two_processes
    from policy_engine.validator import review

    report = review(loaded, now=now, across=in_two_processes)
    _expect_a_policy(loaded, paths, report)
    return report


def _expect_a_policy(loaded: Loaded, paths: Sequence[str], report: Report) -> None:
    from policy_engine.reporting.own_tests import is_policy

    only_files = bool(paths) and all(path == STDIN or Path(path).is_file() for path in paths)
    if report.ok and not only_files and not any(is_policy(one) for one in loaded.documents):
        raise _only_a_catalog(loaded)


def _only_a_catalog(loaded: Loaded) -> PoliciesNotFoundError:
    return PoliciesNotFoundError(f"there is no policy, only a catalog: {', '.join(loaded.files)}")


def usable_policies(paths: Sequence[str], output: str | None) -> CheckedPolicySet:
    """Return the policies at *paths*, of which there are some; raise `InvalidPolicyError` where they have errors.

    *output* is where the command will write, as for `loaded_policies`. As in a service, a candidate that has
    errors is left out, and that is told.
    """
    from policy_engine.cli._messages import tell
    from policy_engine.exceptions import InvalidPolicyError
    from policy_engine.validator import check_leaving_out_candidates

    loaded = loaded_policies(paths, output, with_evidence=True)
    checked, report, left_out = check_leaving_out_candidates(loaded)
    if checked is None:
        raise InvalidPolicyError(report)
    for one in left_out:
        tell(f"a candidate is left out: {one.why}")
    if not checked.policies:
        raise _only_a_catalog(loaded)
    return checked


def resolved_here(checked: CheckedPolicySet, use_case: str) -> list[ResolvedPolicy]:
    """Return the policies of a use case with the numbers that they take from this process's environment.

    Raises `EnvironmentNumberError` for a variable that is no number or lies outside its bounds.
    """
    from policy_engine.reference import numbers_from
    from policy_engine.resolution import resolve

    own = [one.resolved for one in checked.policies if one.policy.use_case == use_case]
    numbers = [numbers_from(one.policy, os.environ) for one in own]
    return [resolve(one.policy, checked.catalog, held) if held else one for one, held in zip(own, numbers, strict=True)]


def loaded_policies(paths: Sequence[str], output: str | None, *, with_evidence: bool) -> Loaded:
    """Read the policies at *paths*, or where the project has them; *with_evidence*, also what they name as theirs.

    Raises `PoliciesNotFoundError` for a path that does not exist, and where there is no file at all, and
    `click.UsageError` where the *output* of the command would overwrite a file that was read.
    """
    loaded = _loaded(paths, with_evidence=with_evidence)
    if overwrites(output, (*loaded.reals, FILE)):
        raise click.UsageError(f"--output is a file that was read: `{output}` would be lost")
    return loaded


def _loaded(paths: Sequence[str], *, with_evidence: bool) -> Loaded:
    from policy_engine.loader import read_documents
    from policy_engine.processes import in_two_processes

    if STDIN in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` reads one policy from the standard input: name no other PATH beside it")
        return _from_stdin()
    across = partial(in_two_processes, meanwhile=_import_what_checks)
    return read_documents(named_paths(paths), keep_evidence=_told_by if with_evidence else None, across=across)


def _told_by(evidence: object) -> object:
    """Return what the rules ask of evidence, which is read after all that checks was imported."""
    from policy_engine.lint import told_by

    return told_by(evidence)


def _import_what_checks() -> None:
    """Import what every command needs next: where another process reads as well, this costs no time."""
    import policy_engine.validator  # noqa: F401


def named_paths(paths: Sequence[str]) -> list[Path]:
    """Return *paths*, or where the project has its policies; raise `PoliciesNotFoundError` where nobody says."""
    return [Path(path) for path in paths or _project_paths()]


def _from_stdin() -> Loaded:
    """Return the policy that the standard input holds, with the catalog that it would have among the project's."""
    from policy_engine.cli._terminal import standard_input
    from policy_engine.loader import Loaded, read_catalog_for, read_document

    name = "<stdin>"
    document, found = read_document(standard_input().read(2 * 2**20), name)
    is_catalog = isinstance(document.data, dict) and document.data.get("schema") == "catalog/v1"
    folder = next(iter(project().policies), _USUAL)
    around = Loaded((), (), ()) if is_catalog else read_catalog_for(Path(folder) / name)
    return Loaded(
        (document, *around.documents),
        (*found, *around.diagnostics),
        (name, *around.files),
        around.brought,
        reals=around.reals,
    )


def _project_paths() -> tuple[str, ...]:
    """Return where the project in the working folder has its policies."""
    named = project().policies
    if named:
        return named
    if not Path(_USUAL).exists():
        raise PoliciesNotFoundError(
            f"no PATH is named and there is no `{_USUAL}/` here: name a folder or a file, "
            f'or write [{TABLE}] policies = "PATH" into pyproject.toml'
        )
    return (_USUAL,)


def usual_folder() -> Path:
    """Return the folder in which the project has its policies, whether or not it is there yet.

    Raises `click.UsageError` where the project names files.
    """
    folder = Path(next(iter(project().policies), _USUAL))
    if folder.is_file():
        raise click.UsageError(f"the project names files such as `{folder}` and no folder: say --output FILE")
    return folder
