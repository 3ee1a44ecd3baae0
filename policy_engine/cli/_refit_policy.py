"""The policy whose bands are the tiers of a refit: what it says of cases, and how it gets new thresholds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import numpy as np

from policy_engine.cli._messages import tell
from policy_engine.cli._provenance import command_of, data_of, expect_unchanged, packages_of
from policy_engine.cli._refit_promises import tell_broken_targets, why_too_weak
from policy_engine.cli._terminal import write, writes_to
from policy_engine.cli._tuned_policy import diff_of_policy, tell_or_write
from policy_engine.exceptions import PoliciesNotFoundError, TuningError
from policy_engine.reporting.refits import summary_as_plain
from policy_engine.tuning import read_policy_file, sources_of_rows
from policy_engine.tuning.tiered_policy import propose_tiers, tiers_in
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from policy_engine.cli._class_scores import ReadClasses
    from policy_engine.cli._refit_cases import Refitted
    from policy_engine.tuning import Proposal
    from policy_engine.tuning.tiered_policy import TieredPolicy

NOT_OF_THE_FIT: Final = frozenset({"write", "form", "output", "output_dir", "expect"})
"""Options that say what becomes of a fit, and not which it is."""
_KEPT: Final = (
    "n", "classes", "wanted", "all", "tiers", "outcome_mix", "highlight", "refer_candidates", "stricter", "aurc",
)  # fmt: skip
"""What evidence keeps of all that is told: nothing of the thresholds before, which are others the next time."""


def read_tiers(path: str) -> TieredPolicy:
    """Return the tiers of the policy file *path*; raise `click.UsageError` where it has none."""
    try:
        return tiers_in(read_policy_file(Path(path)))
    except (PoliciesNotFoundError, TuningError) as error:
        raise click.UsageError(str(error)) from error


def rows_of_base(tiered: TieredPolicy, read: ReadClasses) -> ReadClasses:
    """Return the cases that get both thresholds from the base of the policy: others say nothing of these two."""
    if not tiered.file.policy.overrides:
        return read
    at = tiered.file.policy.effective.from_
    rows = len(read.scores)
    sources = [np.array(sources_of_rows(band, read.others, rows, at)) for band in (tiered.confident, tiered.possible)]
    chosen = np.flatnonzero((sources[0] == BASE) & (sources[1] == BASE))
    if not len(chosen):
        raise click.UsageError(f"no case gets its thresholds from the base of `{tiered.file.policy.use_case}`")
    return read.at(chosen)


def end_with_tiers(asked: Refitted, tiered: TieredPolicy, ctx: click.Context) -> int:
    """Show a refit and what would change in the policy, or change it; return the exit code."""
    options = asked.options
    proposal, why_not = _proposal(asked, tiered, ctx)
    if proposal is not None and writes_to(options["output"], proposal.evidence_path):
        raise click.UsageError("--output is where the evidence goes: name another file")
    expect_unchanged(asked.states)
    told = asked.told({"policy": _as_plain(tiered, proposal, why_not)})
    if isinstance(told, str) and proposal is not None and not options["write"]:
        diff = diff_of_policy(proposal)
        told += f"\n{diff}" if diff else ""
    write(told, options["output"])
    if proposal is None:
        tell(f"nothing {'is' if options['write'] else 'would be'} written: {why_not}")
        return 1 if options["write"] else 0
    _tell_of_highlights(asked, tiered)
    tell_broken_targets(asked.found, tiered)
    return tell_or_write(proposal, write=options["write"])


def _tell_of_highlights(asked: Refitted, tiered: TieredPolicy) -> None:
    """Say where highlights are shown for a floor or a cap that is not the policy's, and is not written."""
    plan, own = asked.found.plan, tiered.highlight
    given = [name for name in ("floor", "cap") if asked.options[name] is not None]
    if own is not None and any(getattr(plan, name) != getattr(own, name) for name in given):
        tell(
            f"highlights are shown for at least {plan.floor} and at most {plan.cap}: these two are not written, and "
            f"the policy keeps {own.floor} and {'no cap' if own.cap is None else own.cap}"
        )


def _proposal(asked: Refitted, tiered: TieredPolicy, ctx: click.Context) -> tuple[Proposal | None, str | None]:
    """Return what would change, or why nothing can."""
    cuts = asked.found.fit.cuts
    if cuts is None:
        return None, asked.found.fit.why
    too_weak = why_too_weak(asked.found.plan, tiered)
    if too_weak is not None:
        return None, too_weak
    highlights = asked.found.plan.highlights
    above = highlights[0] if asked.options["highlight"] is not None and len(highlights) == 1 else None
    try:
        return propose_tiers(tiered, cuts, _record(asked, ctx), above), None
    except TuningError as error:
        return None, str(error)


def _record(asked: Refitted, ctx: click.Context) -> dict[str, Any]:
    """Return how thresholds were fitted, as the evidence keeps it: nothing that differs from one run to the next."""
    plain = summary_as_plain(asked.found, asked.beside)
    thresholds = {
        name: {key: value for key, value in one.items() if key != "old"} for name, one in plain["thresholds"].items()
    }
    return {
        "command": command_of(ctx, "refit", NOT_OF_THE_FIT),
        "data": data_of([*asked.options["data"], *asked.options["baseline"]]),
        "packages": packages_of(),
        "thresholds": thresholds,
        **{name: plain[name] for name in _KEPT},
    }


def _as_plain(tiered: TieredPolicy, proposal: Proposal | None, why_not: str | None) -> dict[str, Any]:
    policy, highlight = tiered.file.policy, tiered.highlight
    return {
        "file": tiered.file.name,
        "use_case": policy.use_case,
        "version": policy.version,
        "present": {
            tiered.confident.band: tiered.cuts.confident,
            tiered.possible.band: tiered.cuts.refer,
            "highlight": None if highlight is None else highlight.above,
        },
        "diff": None if proposal is None else diff_of_policy(proposal),
        "why_not": why_not,
    }
