"""The file of a policy whose thresholds are to be chosen: its bytes, what they mean, and the evidence that it names."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.exceptions import InvalidPolicyError, TuningError
from policy_engine.lint import Told, Unfit, told_by
from policy_engine.loader import read_documents, read_named_files
from policy_engine.printable import quoted
from policy_engine.validator import check

if TYPE_CHECKING:
    from policy_engine.loader import Document, Evidence, Loaded, NamedFile
    from policy_engine.model import Catalog, Policy
    from policy_engine.resolution import ResolvedPolicy
    from policy_engine.validator import CheckedPolicy


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy without errors, in a file of its own, as it was read.

    `raw` are the file's bytes, and `real` is its path without links. `loaded` is what it was checked with, its catalog
    among that. `evidence` is what the file holds that the policy names as its evidence, None where it names none.
    """

    checked: CheckedPolicy
    catalog: Catalog
    document: Document
    loaded: Loaded
    raw: bytes
    real: Path
    evidence: Any = None

    @property
    def name(self) -> str:
        """What people call the file."""
        return self.document.file

    @property
    def policy(self) -> Policy:
        """The policy as written."""
        return self.checked.policy

    @property
    def resolved(self) -> ResolvedPolicy:
        """The policy with what holds in each of its cells."""
        return self.checked.resolved


class _Kept(NamedTuple):
    """Evidence as it is, and what it tells the rules."""

    data: Any
    told: Told | Unfit


def read_policy_file(path: Path) -> PolicyFile:
    """Read and check the policy in the file *path*, with the catalog that it brings and the evidence that it names.

    Raises `PoliciesNotFoundError` where there is no such file, `InvalidPolicyError` for a policy with errors, and
    `TuningError` for what is no file of a policy, for a link that leads to one elsewhere, and for evidence that cannot
    be read or is none of this policy: nothing could be carried over from it.
    """
    if str(path) == "-":
        raise TuningError("a policy is tuned in its file, not from the standard input: name the file")
    if path.is_dir():
        raise TuningError(f"{quoted(str(path))} is a folder: name the file of the policy whose threshold is chosen")
    read = read_documents([path], keep_evidence=lambda data: _Kept(data, told_by(data)))
    told = read._replace(evidence={file: _told(one) for file, one in (read.evidence or {}).items()})
    checked, report = check(told)
    if checked is None:
        raise InvalidPolicyError(report)
    (named,) = read_named_files([path])
    if named.leads_out:
        raise TuningError(f"{named.name} is a link to a file elsewhere: name that file itself")
    found = next((one for one in checked.policies if one.file == named.name), None)
    if found is None:
        raise TuningError(f"{named.name} is a catalog and has no bands: name the file of a policy")
    document = next(one for one in read.documents if one.file == named.name)
    _expect_the_same(named, document)
    evidence = _evidence_of(found.policy, (read.evidence or {}).get(named.name))
    return PolicyFile(found, checked.catalog, document, told, named.raw, Path(named.real), evidence)


def _told(evidence: Evidence) -> Evidence:
    return evidence._replace(kept=None if evidence.kept is None else evidence.kept.told)


def _expect_the_same(named: NamedFile, document: Document) -> None:
    if sha256(named.raw).hexdigest() != document.sha256:
        raise TuningError(f"{named.name} changed while it was read: run again")


def _evidence_of(policy: Policy, evidence: Evidence | None) -> Any:  # noqa: ANN401 - any JSON value
    """Return the data of a policy's evidence, held to be evidence of this policy."""
    if policy.evidence is None or evidence is None:
        return None
    named = quoted(policy.evidence)
    if evidence.trouble is not None:
        raise TuningError(f"the evidence {named} cannot be read: {evidence.trouble.message}; {evidence.trouble.mend}")
    told = evidence.kept.told
    unfit = told if isinstance(told, Unfit) else told.thresholds
    if isinstance(unfit, Unfit):
        raise TuningError(f"{named} is no evidence of this policy: {unfit.why}; {unfit.mend}")
    if told.use_case != policy.use_case:
        raise TuningError(f"{named} is evidence of {told.shown}, not of `{policy.use_case}`: name that of this policy")
    return evidence.kept.data
