"""The end of `tune` with a policy: what would change in it is shown, or written with how it was chosen."""

from __future__ import annotations

import platform
import shlex
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import numpy as np
from click.core import ParameterSource

from policy_engine.cli._file_formats import STANDARD
from policy_engine.cli._messages import tell
from policy_engine.cli._terminal import write
from policy_engine.cli._tuned_policy import diff_of_policy, tell_or_write
from policy_engine.exceptions import TuningError
from policy_engine.reporting.as_json import as_json
from policy_engine.reporting.as_text import tuning_as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.tuning import BandToTune, Proposal, Tuned

_PACKAGES: Final = ("policy-engine", "numpy", "scipy")
_NOT_KEPT: Final = frozenset({"scenarios", "segments"})
"""What evidence leaves out of all that is told: it says nothing of the threshold that was chosen."""
_NOT_OF_THE_CHOICE: Final = frozenset({"write", "form", "output"})
"""Options that say what becomes of a choice, and not which it is."""


def states_of(options: Mapping[str, Any]) -> dict[str, tuple[int, ...] | None]:
    """Return what tells whether a file is still the one that was read, None of what is no file."""
    return {path: _state(path) for path in _files(options)}


def end_with_policy(
    tuned: Tuned,
    band: BandToTune,
    plain: Mapping[str, Any],
    ctx: click.Context,
    states: Mapping[str, tuple[int, ...] | None],
) -> int:
    """Show the threshold and what would change in the policy, or change it; return the exit code.

    *states* are those of the files before they were read: evidence has the digest of what was.
    """
    options = ctx.params
    _refuse_what_cannot_be_named(options, states)
    proposal, why_not = _proposal(tuned, band, plain, ctx)
    if _state_has_changed(states):
        raise click.UsageError("a file changed while it was read: run again")
    if proposal is not None and options["output"] is not None and _is_there(options["output"], proposal.evidence_path):
        raise click.UsageError("--output is where the evidence goes: name another file")
    if options["form"] == "json":
        write(as_json({**plain, "policy": _as_plain(band, proposal, why_not)}), options["output"])
    else:
        diff = "" if proposal is None or options["write"] else diff_of_policy(proposal)
        write(tuning_as_text(tuned) + (f"\n{diff}" if diff else ""), options["output"])
    if proposal is None:
        tell(f"nothing {'is' if options['write'] else 'would be'} written: {why_not}")
        return 1 if options["write"] else 0
    return tell_or_write(proposal, write=options["write"])


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
    """Return how a threshold was chosen, as the evidence keeps it: nothing that differs from one run to the next."""
    options = ctx.params
    return {
        "command": shlex.join(("policy-engine", "tune", *_arguments(ctx))),
        "data": [{"file": path, "sha256": _digest(path)} for path in _files(options)],
        "packages": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        **{name: value for name, value in plain.items() if name not in _NOT_KEPT},
    }


def _files(options: Mapping[str, Any]) -> list[str]:
    return [*options["data"], *([] if options["holdout"] is None else [options["holdout"]])]


def _state(path: str) -> tuple[int, ...] | None:
    if path == STANDARD or not Path(path).is_file():
        return None
    found = Path(path).stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _state_has_changed(states: Mapping[str, tuple[int, ...] | None]) -> bool:
    return any(state != _state(path) for path, state in states.items())


def _refuse_what_cannot_be_named(options: Mapping[str, Any], states: Mapping[str, tuple[int, ...] | None]) -> None:
    for path, state in states.items():
        if state is None and options["write"]:
            raise click.UsageError(f"with --write, DATA are files, and `{path}` is none: evidence has their digests")


def _is_there(output: str, path: Path) -> bool:
    return output != STANDARD and Path(output).resolve() == path.resolve()


def _digest(path: str) -> str | None:
    """Return the digest of a file; None of what cannot be read twice, as a pipe."""
    if path == STANDARD or not Path(path).is_file():
        return None
    with Path(path).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _arguments(ctx: click.Context) -> list[str]:
    """Return what was given on the command line and has a say in the choice, in the order of the help."""
    found: list[str] = []
    for one in ctx.command.params:
        if one.name is None or ctx.get_parameter_source(one.name) != ParameterSource.COMMANDLINE:
            continue
        value = ctx.params[one.name]
        if isinstance(one, click.Argument):
            found += value
        elif one.name not in _NOT_OF_THE_CHOICE:
            values = value if one.multiple else [value]
            found += [part for each in values for part in (one.opts[-1], _as_given(each))]
    return found


def _as_given(value: Any) -> str:  # noqa: ANN401 - whatever an option takes
    return ":".join(str(one) for one in value) if isinstance(value, tuple) else str(value)


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
