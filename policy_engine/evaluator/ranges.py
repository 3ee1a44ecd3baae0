"""From what a request gives to the codes that a table knows."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.exceptions import InvalidRequestError
from policy_engine.reference import read_number
from policy_engine.resolution import country_of
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, MODEL_VERSION, MOST_JURISDICTIONS, NO_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.compiler import CompiledStep, PolicyTable, Range
    from policy_engine.reference import Reading


class Ranged(NamedTuple):
    """The codes by which a given value is judged, those that it may stand for, and whether it was *unknown*."""

    judged: Range
    possible: Range
    is_unknown: bool


def range_of(table: PolicyTable, step: CompiledStep, given: object) -> Ranged:
    """Return the codes that *given* is judged by in a dimension, those it may stand for, and whether it was *unknown*.

    Raises `InvalidRequestError` where the policy refuses what is unknown.
    """
    known = _known(step, given)
    if known is not None:
        return Ranged(known, known, is_unknown=False)
    if step.unknown is None:
        message = f"`{step.name}` is not known or left out, and the policy of `{table.policy.use_case}` refuses that"
        raise InvalidRequestError(message)
    country = _country_of(step, given)
    if country is not None:
        return Ranged(step.within[country], step.within[country], is_unknown=True)
    return Ranged(step.unknown, step.possible, is_unknown=True)


def _country_of(step: CompiledStep, given: object) -> str | None:
    """Return the declared country that an undeclared name shaped like ISO 3166-2 (`DE-XX`) lies in, else None."""
    return country_of(given, step.within) if step.name == JURISDICTION else None


def range_of_member(step: CompiledStep, reading: Reading, versions: Sequence[str]) -> Ranged:
    """Return the codes that a member of a case ranges over in a dimension of its own.

    *versions* are the names of the versions of its model.
    """
    name = reading.version if step.name == MODEL_VERSION else reading.name
    known = step.known.get(name or "")
    if known is not None:
        return Ranged(known, known, is_unknown=False)
    codes = step.unknown or ()
    if step.name == MODEL_VERSION:
        all_codes = (step.nothing, *(step.known[version][0] for version in versions))
        codes = tuple(code for code in dict.fromkeys(all_codes) if code is not None)
    return Ranged(codes, codes, is_unknown=True)


def judged_values(table: PolicyTable, name: str, given: object) -> tuple[str | None, ...]:
    """Return the values by whose codes `range_of` judges a dimension, in the same order; None is *unknown*."""
    place = next(place for place, step in enumerate(table.steps) if step.name == name)
    step, dimension = table.steps[place], table.resolved.steps[place].dimension
    known = known_value(step, given)
    if known is not None:
        return (known,)
    country = _country_of(step, given)
    if country is not None:
        return tuple(value for value in step.values if value in dimension.within[country])
    return (None,) if step.rule == "base" else (None, *step.values)


def cell_in_words(table: PolicyTable, given: Mapping[str, object]) -> dict[str, str]:
    """Return what each dimension that the policy uses has as its value: `unknown` where nobody declared it.

    Of a number that is the name of its interval; several jurisdictions are joined by "and". Dimensions in which the
    labels or scores of one case may differ are left out.
    """
    found = {}
    for step in table.steps[: table.outer]:
        value = given.get(step.name)
        values = (named_jurisdictions(value) if step.name == JURISDICTION else ()) or (value,)
        found[step.name] = " and ".join(dict.fromkeys(known_value(step, one) or "unknown" for one in values))
    return found


def _known(step: CompiledStep, given: object) -> Range | None:
    value = known_value(step, given)
    return None if value is None else step.known[value]


def known_value(step: CompiledStep, given: object) -> str | None:
    """Return the value of the dimension that *given* is, of a number the name of its interval; None if *unknown*."""
    if step.cuts:
        number = read_number(given)
        return None if isinstance(number, str) else step.values[bisect_right(step.cuts, number)]
    if given is None and step.name == ESCALATION_PATH:
        return NO_PATH
    return given if isinstance(given, str) and given in step.known else None


def named_jurisdictions(given: object) -> tuple[str | None, ...]:
    """Return the jurisdictions of a request, each once, by name; None, last, stands for what is no text.

    Raises `InvalidRequestError` where they are more than a request may name.
    """
    if isinstance(given, str):
        return (given,)
    if given is None:
        return ()
    if not isinstance(given, (list, tuple, set, frozenset)):
        return (None,)
    texts = sorted({name for name in given if isinstance(name, str)})
    odd = any(not isinstance(name, str) for name in given)
    if len(texts) + odd > MOST_JURISDICTIONS:
        message = f"the request names {len(texts) + odd} jurisdictions; {MOST_JURISDICTIONS} are the most"
        raise InvalidRequestError(message)
    return (*texts, None) if odd else tuple(texts)
