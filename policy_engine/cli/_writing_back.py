"""The end of `tune` with a policy: what would change in it is shown, or written with how it was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
import numpy as np

from policy_engine.cli._messages import tell
from policy_engine.cli._provenance import command_of, data_of, packages_of
from policy_engine.cli._terminal import write, writes_to
from policy_engine.cli._tuned_policy import diff_of_policy, tell_or_write
from policy_engine.exceptions import TuningError
from policy_engine.reporting.as_json import as_json
from policy_engine.reporting.as_text import tuning_as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.tuning import BandToTune, Proposal, Tuned

_NOT_KEPT: Final = frozenset({"scenarios", "segments"})
"""What evidence leaves out of all that is told: it says nothing of the threshold that was chosen."""
NOT_OF_THE_CHOICE: Final = frozenset({"write", "form", "output", "report", "title", "plots"})
"""Options that say what becomes of a choice, and not which it is."""


class Proposed(NamedTuple):
    """What would change in a policy, or why nothing can; `plain` is the same as JSON has it."""

    proposal: Proposal | None
    why_not: str | None
    plain: dict[str, Any]


def end_with_policy(tuned: Tuned, proposed: Proposed, plain: Mapping[str, Any], options: Mapping[str, Any]) -> int:
    """Show the threshold and what would change in the policy, or change it; return the exit code."""
    proposal, why_not, _ = proposed
    if proposal is not None and writes_to(options["output"], proposal.evidence_path):
        raise click.UsageError("--output is where the evidence goes: name another file")
    if options["form"] == "json":
        write(as_json({**plain, "policy": proposed.plain}), options["output"])
    else:
        diff = "" if proposal is None or options["write"] else diff_of_policy(proposal)
        write(tuning_as_text(tuned) + (f"\n{diff}" if diff else ""), options["output"])
    if proposal is None:
        tell(f"nothing {'is' if options['write'] else 'would be'} written: {why_not}")
        return 1 if options["write"] else 0
    return tell_or_write(proposal, write=options["write"])


def proposed_for(band: BandToTune, tuned: Tuned, plain: Mapping[str, Any], ctx: click.Context) -> Proposed:
    """Return what a choice would change in the policy of *band*. Nothing is written."""
    proposal, why_not = _proposal(tuned, band, plain, ctx)
    return Proposed(proposal, why_not, _as_plain(band, proposal, why_not))


def _proposal(
    tuned: Tuned, band: BandToTune, plain: Mapping[str, Any], ctx: click.Context
) -> tuple[Proposal | None, str | None]:
    """Return what would change, or why nothing can."""
    from policy_engine.tuning import propose

    if tuned.choice is None:
        return None, "there is no threshold that has what is wanted"
    if tuned.choice.threshold is None:
        return None, "flagging none is the best, and no number says that; a policy may say `never`"
    threshold = tuned.choice.threshold
    if band.scale.score.type == "float32":
        # The shortest number that is the same to the policy
        threshold = float(str(np.float32(threshold)))
    try:
        return propose(band, threshold, _record(plain, ctx)), None
    except TuningError as error:
        return None, str(error)


def _record(plain: Mapping[str, Any], ctx: click.Context) -> dict[str, Any]:
    """Return how a threshold was chosen, as the evidence keeps it: nothing that differs from one run to the next.

    `report` chooses as `tune` does, so that the command is that of `tune` in any case.
    """
    options = ctx.params
    return {
        "command": command_of(ctx, "tune", NOT_OF_THE_CHOICE),
        "data": data_of(files_of(options)),
        "packages": packages_of(),
        **{name: value for name, value in plain.items() if name not in _NOT_KEPT},
    }


def files_of(options: Mapping[str, Any]) -> list[str]:
    """Return the files that a threshold is chosen by."""
    return [*options["data"], *([] if options["holdout"] is None else [options["holdout"]])]


def _as_plain(band: BandToTune, proposal: Proposal | None, why_not: str | None) -> dict[str, Any]:
    return {
        "file": band.file.name,
        "use_case": band.use_case,
        "version": band.version,
        "band": band.band,
        "score": band.score,
        "threshold_from": band.source,
        "present": band.present,
        "diff": None if proposal is None else diff_of_policy(proposal),
        "why_not": why_not,
    }
