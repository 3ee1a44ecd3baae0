"""The environment variables of an old service, as `--from-env` names them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click

from policy_engine.cli._given import score_of
from policy_engine.cli._wanted import HIGHLIGHT, LEAD_RATIO, NAME, REST, SHAPE_OF_NAME, Variable, bands_of
from policy_engine.diagnostics import first_repeated
from policy_engine.reference import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.cli._wanted import BandWanted, Kind

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


def variables_of(from_env: Sequence[str], more: Sequence[str]) -> list[Variable]:
    """Return the variables with their numbers; raise `click.UsageError` for what cannot be told or is there twice."""
    if more and not from_env:
        raise click.UsageError(f"what is `{more[0]}`? Only --from-env NAME=VALUE takes several arguments")
    found = [_variable(said) for said in (*from_env, *more)]
    named, what = first_repeated(one.name for one in found), first_repeated(one.what for one in found if one.what)
    if named is not None:
        raise click.UsageError(f"--from-env names `{named}` twice")
    if what is not None:
        raise click.UsageError(f"--from-env sets `{what}` twice")
    by_number: dict[float, str] = {}
    for one in found:
        if one.is_threshold and by_number.setdefault(one.number, one.name) != one.name:
            raise click.UsageError(
                f"`{by_number[one.number]}` and `{one.name}` are the same number, and the thresholds of bands differ: "
                "leave one out"
            )
    return found


def _variable(said: str) -> Variable:
    named, sign, text = said.partition("=")
    what, colon, name = named.rpartition(":")
    if not _VARIABLE.fullmatch(name):
        raise click.UsageError(f"--from-env takes NAME=VALUE or NAME, a variable's name, not `{said[:60]}`")
    if colon and what != LEAD_RATIO and not NAME.fullmatch(what.removesuffix(HIGHLIGHT)):
        raise click.UsageError(f"--from-env takes WHAT:NAME, and `{what[:60]}` is no WHAT: a band is {SHAPE_OF_NAME}")
    return Variable(name, _number(name, text if sign else os.environ.get(name)), what or None)


def _number(name: str, text: str | None) -> float:
    if text is None:
        raise click.UsageError(f"the environment has no variable `{name}`: say --from-env {name}=VALUE")
    number = read_number(score_of(text))
    if isinstance(number, str):
        raise click.UsageError(f"`{name}` is no number that a threshold could be: `{text[:60]}`")
    return number


def bands_from(variables: Sequence[Variable], kind: Kind, use_case: str, rest: str | None) -> tuple[BandWanted, ...]:
    """Return the bands that variables make, the last called *rest*; raise `click.UsageError` where they make none."""
    if kind == "scores":
        raise click.UsageError("--from-env makes the bands of one score: say another --kind than scores")
    if rest is not None and not NAME.fullmatch(rest):
        raise click.UsageError(f"--rest: a band is {SHAPE_OF_NAME}")
    last = rest or REST
    if any(one.what == last for one in variables):
        raise click.UsageError(f"--from-env gives `{last}` a threshold, and it is the band below all: say --rest NAME")
    bands = bands_of(variables, use_case, last)
    if len(bands) == 1:
        raise click.UsageError("--from-env: no variable is a threshold, and a policy needs one")
    by_name = {band.name: band for band in bands}
    for one in variables:
        if one.is_threshold:
            continue
        if kind != "classes":
            raise click.UsageError(f"`{one.what}` is of classes: say --kind classes")
        if one.what == LEAD_RATIO:
            if one.number < 1:
                raise click.UsageError(f"`{one.name}` is a ratio, which is 1 or more: how far ahead the first class is")
            continue
        _check_highlight(one, by_name)
    return bands


def _check_highlight(one: Variable, bands: Mapping[str, BandWanted]) -> None:
    band = bands.get(str(one.what).removesuffix(HIGHLIGHT))
    if band is None:
        raise click.UsageError(f"`{one.what}` is of no band that is made here: {', '.join(bands)}")
    if band.at_least is not None and one.number > band.at_least:
        raise click.UsageError(f"`{one.name}` is above `{band.env}`, so that a case of `{band.name}` may show no class")
