"""What can be used of a set of policies: a candidate that is broken keeps no live policy from being loaded."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.loader import CATALOG
from policy_engine.validator._schema import kind_of
from policy_engine.validator.check import check

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from policy_engine.diagnostics import Diagnostic, Report
    from policy_engine.loader import Document, Loaded
    from policy_engine.validator._checked import CheckedPolicySet


class LeftOut(NamedTuple):
    """A file that is not in use, by the SHA-256 of its bytes (empty where they cannot be had), and why.

    `error` names the exception that there would be if it were a live policy's file; `findings` are those of the check
    that are about this file.
    """

    file: str
    sha256: str
    error: str
    why: str
    findings: tuple[Diagnostic, ...] = ()


class CheckedInPart(NamedTuple):
    """The policies, what was found in them, and the files that they are without.

    Where there are no policies, errors lie elsewhere, too, and the report has everything that was found.
    """

    policies: CheckedPolicySet | None
    report: Report
    left_out: tuple[LeftOut, ...] = ()


def check_leaving_out_candidates(loaded: Loaded) -> CheckedInPart:
    """Check documents as `check` does, leaving out candidates as far as that is needed for the others to pass.

    A candidate is a document that can be read and is a policy with a `stage`. What cannot be read may be anything,
    and a live policy is never left out.
    """
    candidates = {one.file for one in loaded.documents if is_candidate(one)}
    try:
        everything = check(loaded)
    except Exception as error:
        # A fault of policy-engine itself. If it takes a candidate to meet it, the live policies need not.
        if not candidates:
            raise
        checked, report = check(_without(loaded, candidates))
        unfit = (LeftOut(one.file, one.sha256, type(error).__name__, str(error)) for one in _among(loaded, candidates))
        return CheckedInPart(checked, report, tuple(unfit))
    if everything.policies is not None or not candidates:
        return CheckedInPart(*everything)
    broken = {one.file for one in everything.report.diagnostics if one.severity == "error"} & candidates
    # A candidate may be at fault also where the finding is another file's: then all of them are left out
    for unfit_files in (broken, candidates) if broken else (candidates,):
        checked, report = check(_without(loaded, unfit_files))
        if checked is not None:
            found = [_left_out(one.file, loaded, everything.report) for one in _among(loaded, unfit_files)]
            return CheckedInPart(checked, report, tuple(found))
    return CheckedInPart(*everything)


def check_leaving_out_errors(loaded: Loaded) -> CheckedInPart:
    """Check documents as `check` does, leaving out each file that has an error.

    There are no policies where the catalog has one: without it the others would mean something else.
    """
    everything = check(loaded)
    done, rest = everything, loaded
    left_out: list[LeftOut] = []
    while done.policies is None:
        broken = {one.file for one in done.report.diagnostics if one.severity == "error"}.intersection(rest.files)
        left_out += [_left_out(file, rest, done.report) for file in sorted(broken)]
        if not broken or any(_is_catalog(file, rest) for file in broken):
            break
        rest = _without(rest, broken)
        done = check(rest)
    return CheckedInPart(done.policies, everything.report, tuple(left_out))


def _is_catalog(file: str, loaded: Loaded) -> bool:
    """Say whether a file is the catalog, or would be if it could be read."""
    kinds = (kind_of(one.data) for one in _among(loaded, (file,)))
    return PurePosixPath(file).name == CATALOG or "catalog/v1" in kinds


def is_candidate(document: Document) -> bool:
    """Say whether a document is a policy with a `stage`, whatever else is wrong with it."""
    data = document.data
    return isinstance(data, dict) and data.get("stage") is not None and kind_of(data) == "policy/v1"


def _among(loaded: Loaded, files: Collection[str]) -> Iterable[Document]:
    return (one for one in loaded.documents if one.file in files)


def _without(loaded: Loaded, files: Collection[str]) -> Loaded:
    return loaded._replace(
        documents=tuple(one for one in loaded.documents if one.file not in files),
        diagnostics=tuple(one for one in loaded.diagnostics if one.file not in files),
        files=tuple(one for one in loaded.files if one not in files),
    )


def _left_out(file: str, loaded: Loaded, report: Report) -> LeftOut:
    sha256 = next((one.sha256 for one in _among(loaded, (file,))), "")
    findings = tuple(one for one in report.diagnostics if one.file == file)
    first = next((one for one in (*findings, *report.diagnostics) if one.severity == "error"), None)
    why = "" if first is None else f"{first.file}:{first.span.line}:{first.span.column}: {first.code} {first.message}"
    return LeftOut(file, sha256, "InvalidPolicyError", why, findings)
