"""The language once more, in the slowest way there is: every cell by itself, nothing shared, nothing remembered.

It is written from what the language is documented to mean, and uses nothing of the package but its models. The
reference has to be quick enough to be asked about every table; this one is only ever asked by tests.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from policy_engine.exceptions import InvalidRequestError, UnknownUseCaseError
from policy_engine.model import NumberCondition, NumberDimension, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.model import Catalog, Override, Policy, Request

    Cell = dict[str, Any]
    Field = tuple[str, ...]

UNKNOWN: Final = None
"""Stands in a cell for a value that nobody declared."""
FOREVER: Final = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


@dataclass(frozen=True)
class Oracle:
    """What a policy means in a catalog."""

    policy: Policy
    catalog: Catalog

    # --- dimensions ------------------------------------------------------------------------------------------

    def dimensions(self) -> list[str]:
        """Return the dimensions that make a cell."""
        every = ["jurisdiction", *self.catalog.dimensions, "escalation_path"]
        return [
            name for name in every if name in self.policy.unknown or any(name in o.when for o in self.policy.overrides)
        ]

    def values(self, name: str) -> list[Any]:
        """Return the values of a dimension; those of a number are the places of its stretches."""
        if name == "jurisdiction":
            return sorted(self.catalog.jurisdictions)
        if name == "escalation_path":
            return sorted(["none", *self.catalog.escalation_paths])
        declared = self.catalog.dimensions[name]
        return list(range(len(declared.cuts) + 1)) if isinstance(declared, NumberDimension) else sorted(declared)

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, the unknown values too."""
        names = self.dimensions()
        for values in product(*([UNKNOWN, *self.values(name)] for name in names)):
            yield dict(zip(names, values, strict=True))

    def everything_in(self, group: str) -> set[str]:
        """Return a jurisdiction and all that lies in it."""
        found = {group}
        while True:
            more = {
                name
                for name, one in self.catalog.jurisdictions.items()
                if name not in found and any(parent in found for parent in one.parents)
            }
            if not more:
                return found
            found |= more

    # --- overrides -------------------------------------------------------------------------------------------

    def matched(self, override: Override, name: str) -> set[Any]:
        """Return the values of a dimension that an override matches."""
        if name not in override.when:
            return {UNKNOWN, *self.values(name)}
        wanted = override.when[name]
        if isinstance(wanted, NumberCondition):
            declared = self.catalog.dimensions[name]
            assert isinstance(declared, NumberDimension)
            starts: list[float | None] = [None, *declared.cuts]
            first = 0 if wanted.at_least is None else starts.index(wanted.at_least)
            end = len(starts) if wanted.below is None else starts.index(wanted.below)
            return set(range(first, end))
        values = {wanted} if isinstance(wanted, str) else set(wanted)
        return set().union(*(self.everything_in(one) for one in values)) if name == "jurisdiction" else values

    def window(self, override: Override) -> tuple[datetime, datetime]:
        """Return from when until when an override holds."""
        begins = [self.policy.effective.from_]
        ends = [self.policy.effective.until or FOREVER]
        if override.effective is not None:
            begins += [override.effective.from_] if override.effective.from_ else []
            ends += [override.effective.until] if override.effective.until else []
        return max(begins), min(ends)

    def matching(self, cell: Cell, at: datetime) -> list[Override]:
        """Return the overrides in force that match a cell, by id."""
        return [
            one
            for one in sorted(self.policy.overrides, key=lambda one: one.id)
            if self.window(one)[0] <= at < self.window(one)[1]
            and all(cell[name] in self.matched(one, name) for name in one.when)
        ]

    def same_cells(self, one: Override, other: Override) -> bool:
        """Say whether two overrides match the very same cells."""
        return all(self.matched(one, name) == self.matched(other, name) for name in self.dimensions())

    def is_narrower(self, one: Override, other: Override) -> bool:
        """Say whether one override goes before another where both match."""
        if self.same_cells(one, other):
            (begin, end), (outer_begin, outer_end) = self.window(one), self.window(other)
            return (begin, end) != (outer_begin, outer_end) and outer_begin <= begin and end <= outer_end
        return all(self.matched(one, name) <= self.matched(other, name) for name in self.dimensions())

    def remaining(self, cell: Cell, at: datetime, field: Field) -> list[tuple[str, Any]]:
        """Return who sets a field in a cell with no narrower one beside it, and to what."""
        setting = [(one, fields_of(one)[field]) for one in self.matching(cell, at) if field in fields_of(one)]
        return [
            (one.id, value)
            for one, value in setting
            if not any(self.is_narrower(other, one) for other, _ in setting if other is not one)
        ]

    # --- what holds ------------------------------------------------------------------------------------------

    def held(self, cell: Cell, at: datetime, field: Field) -> tuple[str, Any] | None:
        """Return where a field's value in a cell came from, and the value; None if nobody sets it."""
        remaining = self.remaining(cell, at, field)
        if not remaining:
            base = self.base()
            return ("base", base[field]) if field in base else None
        strictest = min(self.mildness(field, value) for _, value in remaining)
        return next(one for one in remaining if self.mildness(field, one[1]) == strictest)

    def mildness(self, field: Field, value: Any) -> float:  # noqa: ANN401 - a field may hold anything
        """Return a number that is larger the milder a value is; 0 where there is no such thing."""
        riskier = self.policy.score.higher_is == "riskier"
        if field[0] == "on_invalid":
            place = self.policy.band_names.index(value)
            return place if riskier else -place
        if field[0] == "thresholds":
            # how much a score has to bring for the band: for the mild end, much is strict
            height = {"never": math.inf, "always": -math.inf}[value] if isinstance(value, str) else value
            return height if riskier else -height
        return 0

    def base(self) -> dict[Field, Any]:
        """Return what the policy itself sets."""
        found: dict[Field, Any] = {}
        for band in self.policy.bands:
            found["thresholds", band.name] = band.at_least
            found["escalate", band.name] = band.escalate
            found["reasons", band.name] = band.reasons
            for key, value in band.attributes.items():
                found["attributes", band.name, key] = value
        for name, band_name in per_class(self.policy.on_invalid).items():
            found["on_invalid", name] = band_name
        return found

    def ladder(self, cell: Cell, at: datetime) -> list[tuple[str, float | None, str | None]]:
        """Return the bands that scores can reach in a cell, from the top, with their thresholds and who set them."""
        rungs: list[tuple[str, float | None, str | None]] = []
        for name in self.policy.band_names:
            source, value = self.held(cell, at, ("thresholds", name)) or ("base", None)
            if value == "never":
                continue
            if value == "always" or name == self.policy.band_names[-1]:
                return [*rungs, (name, None, None)]
            rungs.append((name, value, source))
        raise AssertionError

    # --- cases -----------------------------------------------------------------------------------------------

    def possible(self, name: str, given: object) -> list[Any]:
        """Return the values that a given one may stand for."""
        known = self.known(name, given)
        if known is not None:
            return [known]
        rule = self.policy.unknown.get(name, "strictest")
        if rule == "error":
            raise InvalidRequestError(name)
        if name == "jurisdiction" and isinstance(given, str) and re.fullmatch("[A-Z][A-Z]-[A-Z0-9]{1,3}", given):
            country = given.split("-")[0]
            if country in self.catalog.jurisdictions:
                return sorted(self.everything_in(country))
        return [UNKNOWN] if rule == "base" else [UNKNOWN, *self.values(name)]

    def known(self, name: str, given: object) -> Any:  # noqa: ANN401 - text, or the place of a stretch
        """Return the value that a given one is, or None if nobody declared it."""
        declared = self.catalog.dimensions.get(name)
        if isinstance(declared, NumberDimension):
            number = binary64(given)
            return None if isinstance(number, str) else len([cut for cut in declared.cuts if cut <= number])
        if name == "escalation_path" and given is None:
            return "none"
        return next((value for value in self.values(name) if isinstance(given, str) and value == given), None)

    def score_of(self, request: Request) -> float | str:
        """Return the score, or its class of bad input."""
        if not self.policy.score.model.admits(request.model, request.model_version):
            return "wrong_model"
        if request.score is None:
            return "missing"
        number = binary64(request.score)
        if isinstance(number, str):
            return number
        low, high = (0, 1) if self.policy.score.range is None else self.policy.score.range
        if (low is not None and number < low) or (high is not None and number > high):
            return "out_of_range"
        return number

    def verdict(self, request: Request) -> Verdict:
        """Return the verdict on a request."""
        given = request.dimensions.get("jurisdiction")
        several = given if isinstance(given, (list, tuple, set, frozenset)) else [] if given is None else [given]
        names: list[Any] = sorted({one for one in several if isinstance(one, str)})
        if any(not isinstance(one, str) for one in several):
            names.append(None)
        unknown = set()
        verdicts = []
        for place, name in enumerate(names or [None]):
            asked = {**request.dimensions, "jurisdiction": name}
            unknown |= {one for one in self.dimensions() if self.known(one, asked.get(one)) is None}
            for values in product(*(self.possible(one, asked.get(one)) for one in self.dimensions())):
                cell = dict(zip(self.dimensions(), values, strict=True))
                verdicts.append(self.in_cell(cell, request, place if names else None))
        ranks = self.policy.band_names if self.policy.score.higher_is == "riskier" else self.policy.band_names[::-1]
        strictest = min(ranks.index(one.outcome) for one in verdicts)
        best = next(one for one in verdicts if ranks.index(one.outcome) == strictest)
        return replace(best, unknown=tuple(one for one in self.dimensions() if one in unknown))

    def in_cell(self, cell: Cell, request: Request, place: int | None) -> Verdict:
        """Return the verdict in one cell."""
        at, score = request.at, self.score_of(request)
        source, threshold, above = None, None, None
        if isinstance(score, str):
            _, outcome = self.held(cell, at, ("on_invalid", score)) or ("base", "")
        else:
            ladder = self.ladder(cell, at)
            rung = next(i for i, (_, least, _) in enumerate(ladder) if least is None or score >= least)
            outcome, threshold, source = ladder[rung]
            above = ladder[rung - 1][1] if rung else None
        riding = {field: self.held(cell, at, field) for field in self.fields()}
        return Verdict(
            outcome=outcome,
            threshold=threshold,
            threshold_from=source,
            next_threshold=above,
            invalid=score if isinstance(score, str) else None,  # type: ignore[arg-type]  # one of the classes
            escalate=(riding["escalate", outcome] or ("", None))[1],
            reasons=(riding["reasons", outcome] or ("", ()))[1],
            attributes={
                field[2]: held[1] for field, held in riding.items() if field[:2] == ("attributes", outcome) and held
            },
            jurisdiction=place,
        )

    def fields(self) -> set[Field]:
        """Return every field that anybody sets."""
        return {*self.base(), *(field for one in self.policy.overrides for field in fields_of(one))}


def decide(policies: Sequence[Policy], catalog: Catalog, request: Request) -> Verdict:
    """Return the verdict on a request under the policy that is live."""
    live = [
        one
        for one in policies
        if one.use_case == request.use_case
        and one.effective.from_ <= request.at
        and (one.effective.until is None or request.at < one.effective.until)
    ]
    if not live:
        raise UnknownUseCaseError(request.use_case)
    return Oracle(live[0], catalog).verdict(request)


def fields_of(override: Override) -> dict[Field, Any]:
    """Return what an override sets."""
    found: dict[Field, Any] = {}
    for kind, written in (
        ("thresholds", override.thresholds),
        ("escalate", override.escalate),
        ("reasons", override.reasons),
    ):
        found |= {(kind, band): value for band, value in (written or {}).items()}
    for band, attributes in (override.attributes or {}).items():
        found |= {("attributes", band, key): value for key, value in attributes.items()}
    return found | {("on_invalid", name): band for name, band in per_class(override.on_invalid).items()}


def per_class(written: str | dict[Any, str] | None) -> dict[str, str]:
    """Return the band of each class that an `on_invalid` names, itself or by `otherwise`."""
    classes = ("wrong_model", "missing", "wrong_type", "not_finite", "out_of_range")
    if written is None:
        return {}
    if isinstance(written, str):
        return dict.fromkeys(classes, written)
    return {
        name: written[key]
        for name in classes
        for key in (name, "otherwise")
        if key in written and (key == name or name not in written)
    }


def binary64(value: object) -> float | str:
    """Return a number in binary64, or its class of bad input."""
    is_duration = type(value).__name__ == "timedelta64"
    if isinstance(value, bool) or is_duration or not isinstance(value, (Real, Decimal)):
        return "wrong_type"
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return "not_finite"
    except TypeError:
        return "wrong_type"
    return number if -math.inf < number < math.inf else "not_finite"
