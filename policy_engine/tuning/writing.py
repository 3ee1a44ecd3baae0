"""Thresholds that were chosen, written back: a reviewable edit of the policy, and the evidence that it names."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.exceptions import TuningError
from policy_engine.formatting import FormattedFile, FormattedText, expect_as_read, put_whole, write_formatted
from policy_engine.lint import told_by
from policy_engine.loader import MOST_BYTES, Evidence
from policy_engine.printable import printable, quoted
from policy_engine.resolution import format_number
from policy_engine.tuning.cuts_in_evidence import moved_cuts, with_cuts
from policy_engine.tuning.editing import edited
from policy_engine.tuning.evidence import as_bytes, as_data, entry_of, is_told, path_of, still_true
from policy_engine.validator import BEFORE_TUNING, FAILING_TEST, check

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping, Sequence

    from policy_engine.diagnostics import Report
    from policy_engine.loader import Document
    from policy_engine.resolution import Path
    from policy_engine.tuning.band import BandToTune
    from policy_engine.tuning.policy_file import PolicyFile

_FOLDER: Final = "evidence"
_MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a choice would write: the policy's bytes and those of its evidence. Nothing is written yet.

    `is_new` is False where the policy has the number, and its evidence this very record of it: then both are as they
    are. `named` is the evidence as the policy names it. `report` is what is found in the policy with the edit, warnings
    alone: its tests that speak of the time before, among them. `left_behind` are the thresholds that the evidence spoke
    for until now and that the policy has no more, in words: nothing speaks for them then.
    """

    file: PolicyFile
    after: bytes
    named: str
    evidence: bytes
    is_new: bool
    report: Report
    left_behind: tuple[str, ...] = ()

    @property
    def before(self) -> bytes:
        """The policy's bytes as they are."""
        return self.file.raw

    @property
    def evidence_path(self) -> pathlib.Path:
        """Where the evidence lies, without links: beside the policy."""
        return self.file.real.parent / self.named


class Chosen(NamedTuple):
    """A threshold that was chosen for a band, and how: the record is JSON.

    It is the same for the same command on the same data: it says nothing of the version, the number before, or the
    time.
    """

    band: BandToTune
    threshold: float
    record: Mapping[str, Any]

    @property
    def is_there(self) -> bool:
        """Whether the policy has the threshold already, in the score's type."""
        score = self.band.scale.score
        return score.rounded(self.band.present) == score.rounded(self.threshold)


def propose(band: BandToTune, threshold: float, record: Mapping[str, Any]) -> Proposal:
    """Return the edit that gives *band* this threshold, and the evidence that says how it was chosen.

    Of the policy three things change: the number, as long as it is another one in the score's type; `version`, which
    goes up by one; and `evidence`. What the evidence says of other thresholds is carried over while the policy still
    has them.

    Raises `TuningError` where the policy would have errors, where the evidence would be too large to be read, where its
    file is there already and says something else, and for numbers and records that cannot be written. Other policies
    are not looked at, except for the catalog.
    """
    return propose_together([Chosen(band, threshold, record)])


def propose_together(chosen: Sequence[Chosen], cuts: Mapping[str, float] | None = None) -> Proposal:
    """Return the one edit that gives several bands of a policy their thresholds, as `propose` does for one.

    *cuts* are those of the highlights of some bands, which were chosen beside. Where all is there already, and the
    evidence has these very records, nothing changes. Raises `TuningError` for a cut of a band without highlights, too.
    """
    chosen = [one._replace(record=as_data(one.record)) for one in chosen]
    file = chosen[0].band.file
    entries, left_behind = still_true(file)
    moved = moved_cuts(file, cuts or {})
    own: dict[Path, dict[str, Any]] = {}
    for entry in entries:
        own.setdefault(path_of(file, entry), entry)  # of two items about one threshold the first counts
    if not moved and all(one.is_there and is_told(own.get(one.band.path), one.record) for one in chosen):
        named, written = str(file.policy.evidence), as_bytes(file.evidence)
        return Proposal(file, file.raw, named, written, is_new=False, report=check(file.loaded).report)
    version = file.policy.version + 1
    named = f"{_FOLDER}/{file.policy.use_case}-v{version}.json"
    # An item that is there keeps its place, and a new one comes last
    told = {
        one.band.path: entry_of(one.band, one.threshold, one.record, own.get(one.band.path) if one.is_there else None)
        for one in chosen
    }
    evidence = {
        "schema": "evidence/v1",
        "use_case": file.policy.use_case,
        "version": version,
        "thresholds": list((own | told).values()),
    }
    highlights = with_cuts(file, moved)
    if highlights:
        evidence["highlights"] = highlights
    numbers = {one.band.path: one.threshold for one in chosen if not one.is_there}
    numbers |= {one.path: one.above for one in moved}
    after, document = edited(file.document, file.raw, {("version",): version, **numbers}, named)
    raw = as_bytes(evidence)
    if len(raw) > MOST_BYTES:
        raise TuningError(f"the evidence {quoted(named)} would be larger than 1 MiB, more than is read: record less")
    report = _checked(chosen, document, evidence)
    proposal = Proposal(file, after, named, raw, is_new=True, report=report, left_behind=left_behind)
    _expect_no_other(proposal)
    return proposal


def write_proposal(proposal: Proposal) -> None:
    """Write the evidence, and then the policy: at no time does a policy name evidence that is not there.

    Each file is whole before it takes its name, and keeps the rights of the policy's. Raises `TuningError` where the
    folder of the evidence leads elsewhere, and `OSError` where the policy is no longer what was read or a file cannot
    be written; then the policy is as it was.
    """
    if not proposal.is_new:
        return
    file, target = proposal.file, proposal.evidence_path
    formatted = FormattedText(file.document.text, proposal.after)
    policy = FormattedFile(file.name, str(file.real), file.raw, formatted)
    expect_as_read(policy)
    was_there = target.exists()
    _put_evidence(target, proposal.evidence, stat.S_IMODE(file.real.stat().st_mode))
    try:
        write_formatted(policy)
    except BaseException:
        if not was_there:
            with suppress(OSError):
                target.unlink()
        raise


def _expect_no_other(proposal: Proposal) -> None:
    """Raise `TuningError` where the evidence would take the place of another's, as of another file of the use case."""
    target = proposal.evidence_path
    try:
        is_other = target.exists() and target.read_bytes() != proposal.evidence
    except OSError:
        is_other = True
    if is_other:
        raise TuningError(
            f"{quoted(proposal.named)} is there already, and says something else: it may be the evidence of another "
            "policy; raise the version of this one, or move that file away if nothing names it"
        )


def _put_evidence(target: pathlib.Path, content: bytes, mode: int) -> None:
    folder = target.parent
    if folder.is_symlink():
        raise TuningError(f"`{printable(str(folder))}` is a link: make it a folder, where evidence can lie")
    folder.mkdir(exist_ok=True)
    if not target.is_file() or target.read_bytes() != content:
        put_whole(target, content, mode)
    for one in (folder, folder.parent):
        _settle(one)


def _settle(folder: pathlib.Path) -> None:
    """Have the names in a folder on the disk before anything speaks of them, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _checked(chosen: Sequence[Chosen], document: Document, evidence: Mapping[str, Any]) -> Report:
    """Return what is found in the policy with its edit; raise `TuningError` where that is an error."""
    loaded, name = chosen[0].band.file.loaded, chosen[0].band.file.name
    with_edit = loaded._replace(
        documents=tuple(document if one.file == name else one for one in loaded.documents),
        evidence={**(loaded.evidence or {}), name: Evidence(told_by(evidence))},
    )
    report = check(with_edit).report
    if not report.ok:
        first = ""
        is_stale = any(one.code == FAILING_TEST for one in report.diagnostics)
        if is_stale and any(one.code == BEFORE_TUNING for one in check(loaded).report.diagnostics):
            first = f"bring the tests up to date that speak of the time before {name} was tuned last, and try again; "
        numbers = " and ".join(f"{format_number(one.threshold)} for {one.band.whose}" for one in chosen)
        raise TuningError(f"{first}with {numbers}, the policy would have errors: {_in_words(report)}")
    return report


def _in_words(report: Report) -> str:
    errors = [one for one in report.diagnostics if one.severity == "error"]
    told = [
        f"{one.file}:{one.span.line}:{one.span.column}: {one.code} {one.message}; {one.help}"
        for one in errors[:_MOST_TOLD]
    ]
    more = len(errors) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more else "")
