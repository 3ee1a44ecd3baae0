"""From a caller's mapping to a request. A key that nobody declared is an error, never a silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policy_engine.diagnostics import did_you_mean
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import REQUEST_KEYS, Request, as_instant
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from policy_engine.model import Catalog


class RequestReader:
    """Reads requests in the words of one catalog. `clock` gives the instant of those that name none."""

    def __init__(self, catalog: Catalog, clock: Callable[[], datetime]) -> None:
        """Learn the catalog's words."""
        self._clock = clock
        self.dimensions = (JURISDICTION, *catalog.dimensions, ESCALATION_PATH)
        self._facts = frozenset(catalog.facts)
        self._dimensions = frozenset(self.dimensions)
        self._keys = frozenset((*REQUEST_KEYS, *self.dimensions))

    def read(self, given: Mapping[str, Any]) -> Request:
        """Return the request of a mapping with the names that JSON requests have.

        Raises `InvalidRequestError` for a key or a fact that nobody declared, and for a key of the wrong type. A score,
        a model version, a dimension, or what one fact or threshold is, may be anything: policies decide that.
        """
        if not self._keys.issuperset(given):
            raise InvalidRequestError(self._unknown_key(given))
        use_case = given.get("use_case")
        if not isinstance(use_case, str):
            message = "`use_case` is missing" if use_case is None else "`use_case` must be text"
            raise InvalidRequestError(message)
        return Request(
            use_case=use_case,
            score=given.get("score"),
            at=self._instant(given.get("at")),
            model=given.get("model"),
            model_version=given.get("model_version"),
            dimensions={name: given[name] for name in given if name in self._dimensions},
            subject=read_subject(given.get("subject")),
            facts=self.read_facts(given.get("facts")),
            thresholds=read_thresholds(given.get("thresholds")),
            reason_codes=read_reason_codes(given.get("reason_codes")),
            context=read_context(given.get("context")),
        )

    def read_facts(self, given: object) -> Mapping[str, Any]:
        """Return the facts of a request; raise `InvalidRequestError` for one that nobody declared.

        What one is may be anything: of a fact that is no boolean, knock-outs know nothing.
        """
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            raise InvalidRequestError("`facts` must be a mapping")
        for name in given:
            if name not in self._facts:
                hint = did_you_mean(str(name), self._facts) if self._facts else "the catalog declares no `facts`"
                message = f"unknown fact `{str(name)[:60]}`: {hint}"
                raise InvalidRequestError(message)
        return dict(given)

    def check_dimensions(self, given: Mapping[str, Any]) -> None:
        """Raise `InvalidRequestError` for a dimension that nobody declared."""
        if not self._dimensions.issuperset(given):
            raise InvalidRequestError(self._unknown_key(given))

    def _unknown_key(self, given: Mapping[str, Any]) -> str:
        key = str(next(key for key in given if key not in self._keys))
        hint = did_you_mean(key, self._keys)
        return f"unknown key `{key[:60]}`: {hint} (what is only to be recorded goes under `context`)"

    def _instant(self, given: object) -> datetime:
        instant = as_instant(self._clock() if given is None else given)
        if instant is None:
            raise InvalidRequestError("`at` is not an instant with an offset, such as 2026-07-01T00:00:00Z")
        return instant


def read_subject(given: object) -> str | None:
    """Return the subject of a request; raise `InvalidRequestError` for what is no text."""
    if given is None or isinstance(given, str):
        return given
    message = "`subject` must be text"
    raise InvalidRequestError(message)


def read_thresholds(given: object) -> Mapping[str, Any]:
    """Return the numbers that a request gives for itself; raise `InvalidRequestError` for what is no mapping.

    A name that is not tunable and a number out of its bounds are no errors: the decision says that they were refused.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidRequestError("`thresholds` must be a mapping")
    return {str(name): value for name, value in given.items()}


def read_reason_codes(given: object) -> Sequence[Any]:
    """Return the codes that come with the case; raise `InvalidRequestError` for what is no list."""
    if given is None:
        return ()
    if not isinstance(given, (list, tuple)):
        raise InvalidRequestError("`reason_codes` must be a list, the weightiest code first")
    return tuple(given)


def read_context(given: Any) -> Mapping[str, Any] | None:  # noqa: ANN401 - as given
    """Return the context of a request; raise `InvalidRequestError` for what is no mapping."""
    if given is None or isinstance(given, dict):
        return given
    message = "`context` must be a mapping"
    raise InvalidRequestError(message)
