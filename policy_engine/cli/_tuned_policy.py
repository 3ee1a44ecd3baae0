"""The policy that `tune` takes its objective from, and writes what was chosen back into."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from policy_engine.tuning.band import BandToTune
    from policy_engine.tuning.writing import Proposal


def read_band(path: str, band: str, of_score: str | None, override: str | None) -> BandToTune:
    """Return the threshold of *band* in the policy file *path*: the base's, or that of an *override* by its id.

    Raises `click.UsageError` where there is no such threshold, and `InvalidPolicyError` for a policy with errors.
    """
    from policy_engine.exceptions import PoliciesNotFoundError, TuningError
    from policy_engine.tuning.band import band_to_tune
    from policy_engine.tuning.policy_file import read_policy_file
    from policy_engine.vocabulary import BASE

    try:
        return band_to_tune(read_policy_file(Path(path)), band, score=of_score, source=override or BASE)
    except (PoliciesNotFoundError, TuningError) as error:
        raise click.UsageError(str(error)) from error


def tell_or_write(proposal: Proposal, *, write: bool) -> int:
    """Write what changes in the policy and its evidence, or say that nothing is written; return the exit code.

    On the standard error, it is told what is left to do: tests that speak of the time before, and thresholds for which
    the evidence speaks no more.
    """
    from policy_engine.cli._messages import tell
    from policy_engine.tuning.writing import write_proposal

    if not proposal.is_new:
        tell(f"{proposal.file.name} has this threshold, and its evidence this record of it: nothing to write")
    elif write:
        write_proposal(proposal)
        tell(f"wrote {_shown(proposal)}")
        tell(f"wrote {proposal.file.name}")
    else:
        tell(f"nothing is written: --write writes this, and how it was chosen into {_shown(proposal)}")
    for one in _left_to_do(proposal):
        tell(one)
    return 0


def diff_of_policy(proposal: Proposal) -> str:
    """Return what would change in the policy as a unified diff, empty where nothing would."""
    from policy_engine.cli._diff import diff_of

    return diff_of(proposal.before, proposal.after, proposal.file.name) if proposal.is_new else ""


def _shown(proposal: Proposal) -> str:
    """Return the name of the evidence as the policy's own is written, beside which it lies."""
    return (Path(proposal.file.name).parent / proposal.named).as_posix()


def _left_to_do(proposal: Proposal) -> list[str]:
    from policy_engine.validator import BEFORE_TUNING

    stale = sum(one.code == BEFORE_TUNING for one in proposal.report.diagnostics)
    told = []
    if stale:
        tests, them = (
            ("1 test of the policy speaks", "it") if stale == 1 else (f"{stale} tests of the policy speak", "them")
        )
        told.append(f"{tests} of the time before: bring {them} up to date, `policy-engine test` fails until then")
    if proposal.left_behind:
        names = ", ".join(proposal.left_behind)
        told.append(f"the evidence no longer speaks for {names}: the policy has other numbers there than were tuned")
    return told
