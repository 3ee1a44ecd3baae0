"""What is wanted of a threshold, as the options of `tune` or a policy say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from policy_engine.exceptions import TuningError
from policy_engine.tuning import Objective, Plan, Start
from policy_engine.tuning.plan import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.tuning import BandToTune
    from policy_engine.vocabulary import Direction

_KINDS = ("maximise", "minimise", "capacity", "share")
_WITH = {"beta": ("maximise", "fbeta"), "fp_cost": ("minimise", "cost"), "fn_cost": ("minimise", "cost")}
"""Options that go with a value of another."""


def plan_of(options: Mapping[str, Any], band: BandToTune | None) -> Plan:
    """Return what *options* want of a threshold, and what the policy of *band* wants where they are silent.

    Raises `click.UsageError` where they want nothing, or two things.
    """
    at_least = dict(band.at_least) if band is not None else {}
    at_least |= {name: options[f"min_{name}"] for name in ("precision", "recall") if options[f"min_{name}"] is not None}
    higher_is: Direction = options["higher_is"] or "riskier"
    favoured = False
    if band is not None:
        # The cases that reach a band's threshold are those that get there, whichever way it is
        higher_is, favoured = "riskier", band.higher_is == "safer"
    try:
        objective = _objective(options, at_least, band)
    except TuningError as error:
        raise click.UsageError(str(error)) from None
    start = Start(options["start"], options["start_flagged"])
    if start != Start() and "precision" not in at_least:
        raise click.UsageError("--start and --start-flagged go with --min-precision: it is tested from there")
    return Plan(objective, at_least, _confidence(options, band), start, higher_is, favoured)


def refuse_what_does_not_fit(options: Mapping[str, Any]) -> None:
    """Raise `click.UsageError` for options that do not go together."""
    given = [_flag(name) for name in _KINDS if options[name] is not None]
    if len(given) > 1:
        raise click.UsageError(f"a threshold is chosen for one thing: either {' or '.join(given)}")
    for name, (other, value) in _WITH.items():
        if options[name] is not None and options[other] != value:
            raise click.UsageError(f"{_flag(name)} goes with {_flag(other)} {value}")
    if options["start"] is not None and options["start_flagged"] is not None:
        raise click.UsageError("testing starts at a threshold or at a number of cases: --start or --start-flagged")
    if options["policy"] is None:
        for name in ("band", "of_score", "override", "at", "write"):
            if options.get(name):
                raise click.UsageError(f"{_flag(name)} goes with --policy")
        return
    if options["band"] is None:
        raise click.UsageError("--band NAME is missing: the threshold of which band is chosen?")
    if options["higher_is"] is not None:
        raise click.UsageError("--higher-is does not go with --policy: it is the policy that says it")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _objective(options: Mapping[str, Any], at_least: Mapping[str, float], band: BandToTune | None) -> Objective:
    if options["maximise"] is not None:
        return Objective.maximise(options["maximise"], options["beta"])
    if options["minimise"] is not None:
        wrongly, missed = options["fp_cost"], options["fn_cost"]
        if wrongly is None or missed is None:
            raise click.UsageError("--minimise cost needs both costs: --fp-cost 1 --fn-cost 10")
        return Objective.minimise_cost(wrongly, missed)
    if options["capacity"] is not None:
        return Objective.capacity(options["capacity"])
    if options["share"] is not None:
        return Objective.share(options["share"])
    if band is not None and band.objective is not None:
        return band.objective
    # As much as possible of the one, where there is enough of the other
    if "precision" in at_least:
        return Objective.maximise("recall")
    if "recall" in at_least:
        return Objective.maximise("precision")
    raise click.UsageError(_nothing_wanted(band))


def _nothing_wanted(band: BandToTune | None) -> str:
    how = "--maximise f1, --min-precision 0.9, --minimise cost --fp-cost 1 --fn-cost 10, --capacity 200 or --share 0.1"
    if band is None:
        return f"what is the threshold chosen for? Say it by {how}"
    return f"the policy declares no `objective` of `{band.band}`: write one there, or say it by {how}"


def _confidence(options: Mapping[str, Any], band: BandToTune | None) -> float | None:
    """Return how surely bounds are to be kept; None where a policy wants them kept on the sample only."""
    said: float | None = options["confidence"]
    if said is not None:
        return said
    bounds_are_given = options["min_precision"] is not None or options["min_recall"] is not None
    return CONFIDENCE if band is None or bounds_are_given else band.confidence
