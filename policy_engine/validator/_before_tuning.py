"""Tests that fail only since thresholds were tuned: they pass on the policy with the numbers that it had before.

The evidence of a policy says what a threshold was before it was chosen anew. It is believed where it is all of it
true of the policy, and was written for this very version: whoever raises the version by hand, or edits a number that
was tuned, brings the tests up to date first.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.lint import Unfit, as_written, cut_held_by, held_by, thresholds_for
from policy_engine.printable import quoted
from policy_engine.reference import Meaning
from policy_engine.validator.trying import MOST_JUDGED, cells_judged, tried_again

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policy_engine.lint import Told
    from policy_engine.loader import Document, Evidence
    from policy_engine.model import Catalog, Policy
    from policy_engine.resolution import Path
    from policy_engine.validator.trying import TriedTest

BEFORE_TUNING: Final = "PE506"

_MOST_TUNINGS: Final = 10
"""So many versions are gone back: nobody leaves a test behind for longer."""
_MOST_NAMED: Final = 3


class _Moved(NamedTuple):
    """A number that was tuned in the version `since`: whose it is, what it was and is, and where it stands."""

    whose: str
    since: int
    previous: float
    present: float | str
    path: Path

    @property
    def in_words(self) -> str:
        """Return "`block` (base) was tuned from 0.9 to 0.91"."""
        return f"{self.whose} was tuned from {as_written(self.previous)} to {as_written(self.present)}"


class Then(NamedTuple):
    """What a policy was before the last of its tunings, one or several of them, and what was tuned, in words."""

    meaning: Meaning
    tuned: str


class BeforeTuning:
    """The policies of one use case as they were before they were tuned.

    `sound` returns the policy that a document holds, None where it has an error.
    """

    def __init__(
        self, catalog: Catalog, evidence: Mapping[str, Evidence], sound: Callable[[Document], Policy | None]
    ) -> None:
        """Begin with nothing looked up: most tests pass."""
        self._catalog = catalog
        self._evidence = evidence
        self._sound = sound
        self._known: dict[str, tuple[list[Then], Iterator[Then]]] = {}
        self._judged = 0

    def passed(self, one: TriedTest, document: Document, passes: Callable[[TriedTest], bool]) -> Then | None:
        """Return the time, the nearest first, when a test passed that fails now; None where there was none.

        The *document* is that of the policy which decides the case.
        """
        for then in self._times(document, one.by):
            if self._judged > MOST_JUDGED:
                return None
            again = tried_again(one, then.meaning)
            self._judged += cells_judged(again)
            if passes(again):
                return then
        return None

    def _times(self, document: Document, policy: Policy | None) -> Iterator[Then]:
        """Yield what a policy was, the last tuning first. Each time is looked up once, when it is first asked for."""
        read = self._evidence.get(document.file)
        if policy is None or read is None or read.trouble is not None:
            return
        if document.file not in self._known:
            self._known[document.file] = ([], self._before(document, policy, read.kept))
        known, rest = self._known[document.file]
        yield from known
        for then in rest:
            known.append(then)
            yield then

    def _before(self, document: Document, policy: Policy, told: Told | Unfit) -> Iterator[Then]:
        for moved in _tunings(policy, told):
            before = self._sound(replace(document, data=_put_back(document.data, moved)))
            if before is not None:
                yield Then(Meaning(before, self._catalog), _in_words(moved))


def _tunings(policy: Policy, told: Told | Unfit) -> Iterator[list[_Moved]]:
    """Yield what was tuned last, then that and what was tuned before it, and so on."""
    evident = thresholds_for(policy, told)
    if isinstance(evident, Unfit) or isinstance(told, Unfit) or told.version != policy.version:
        return
    moved: list[_Moved] = []
    for one in evident:
        held = held_by(policy, one)
        if held is None or not held.is_held_as(one.threshold):
            # It was edited since, so that the evidence speaks for nothing
            return
        is_of_this_policy = 1 <= one.since <= policy.version
        if one.previous is not None and is_of_this_policy and not held.is_held_as(one.previous):
            moved.append(_Moved(one.whose, one.since, one.previous, held.written, held.path))
    for cut in told.cuts:
        has = cut_held_by(policy, cut)
        if has is None or has[0] != cut.above:
            return
        if cut.previous != cut.above and 1 <= cut.since <= policy.version:
            moved.append(_Moved(f"the highlight of {quoted(cut.band)}", cut.since, cut.previous, *has))
    versions = sorted({one.since for one in moved}, reverse=True)
    for version in versions[:_MOST_TUNINGS]:
        yield [one for one in moved if one.since >= version]


def _put_back(data: Any, moved: Sequence[_Moved]) -> Any:  # noqa: ANN401 - a policy as plain data
    """Return the data of a policy with the numbers that its thresholds had before."""
    before = deepcopy(data)
    for one in moved:
        *way, last = one.path
        inside: Any = before
        for step in way:
            inside = inside[step]
        inside[last] = one.previous
    return before


def _in_words(moved: Sequence[_Moved]) -> str:
    named = [one.in_words for one in moved[:_MOST_NAMED]]
    more = len(moved) - len(named)
    return " and ".join(named) + (f" and {more} more were" if more else "")
