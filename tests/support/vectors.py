"""The language-neutral vectors: policies and cases with the decisions that every implementation has to give."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.engine.requests import RequestReader
from policy_engine.exceptions import EnvironmentNumberError, InvalidRequestError, UnknownUseCaseError
from policy_engine.loader import read_document
from policy_engine.model import Catalog, Policy
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.model import Request, Verdict
    from tests.support.evaluators import Decide
    from tests.support.strategies import Document

CONFORMANCE: Final = Path(__file__).parent.parent / "conformance"

SPECIAL: Final[dict[str, Callable[[Any], Any]]] = {
    "number": float,
    "next_below": lambda number: math.nextafter(number, -math.inf),
    "next_above": lambda number: math.nextafter(number, math.inf),
    "power_of_ten": lambda exponent: 10**exponent,
    "float64": np.float64,
    "float32": np.float32,
    "float16": np.float16,
    "decimal": Decimal,
    "fraction": Fraction,
    "text": str,
    "numpy_bool": np.bool_,
    "numpy_timedelta": np.timedelta64,
    "numpy_array": np.array,
}
"""What YAML cannot say is a mapping with one of these keys; tests/conformance/README.md explains them."""

ERRORS: Final = {
    InvalidRequestError: "invalid_request",
    UnknownUseCaseError: "unknown_use_case",
    EnvironmentNumberError: "invalid_environment",
}

BESIDE_THE_VERDICT: Final = ("signal", "candidate")
"""Fields of a decision that are none of a verdict."""

IN_PARTS: Final = frozenset({"highlighted", "members", "tuned", "sample", "candidate"})
"""Fields of a decision that are mappings, or lists of them: a vector writes the keys that it is about."""


@dataclass(frozen=True)
class Vector:
    """One case: a request, what it proves of which clause, and the fields that its decision must have."""

    file: str
    id: str
    clause: str
    why: str
    written: Document
    """The request as it stands in the file, with the file's defaults."""
    environment: Document
    """The environment in which the policies are loaded: text by the name of a variable."""
    expect: Document
    catalog: Catalog = field(repr=False)

    @property
    def request(self) -> Request:
        """The request with its special values made; `InvalidRequestError` where it cannot be read as one."""
        given = {name: special(value) for name, value in self.written.items()}
        return RequestReader(self.catalog, clock=_no_clock).read(given)


@dataclass(frozen=True)
class VectorFile:
    """A catalog and policies with the cases that they decide."""

    name: str
    title: str
    catalog_document: Document
    policy_documents: tuple[Document, ...]
    vectors: tuple[Vector, ...]

    @property
    def catalog(self) -> Catalog:
        """The catalog's model."""
        return Catalog.model_validate(self.catalog_document)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies' models."""
        return tuple(Policy.model_validate(one) for one in self.policy_documents)


@lru_cache(maxsize=1)
def vector_files() -> tuple[VectorFile, ...]:
    """Return all files of vectors, by name."""
    return tuple(_vector_file(path) for path in sorted((CONFORMANCE / "vectors").glob("*.yaml")))


@lru_cache(maxsize=1)
def clauses() -> dict[str, str]:
    """Return the clauses that vectors prove, in their order, each with a sentence that says it."""
    found: dict[str, str] = _read(CONFORMANCE / "clauses.yaml")
    return found


def special(written: Any) -> Any:  # noqa: ANN401 - any value that a request may have
    """Return the value that *written* stands for: itself, unless it is a mapping with one key of `SPECIAL`.

    What stands inside of a list or a mapping may be such a mapping, too.
    """
    if isinstance(written, dict) and len(written) == 1:
        ((word, value),) = written.items()
        if word in SPECIAL:
            return SPECIAL[word](special(value))
    if isinstance(written, dict):
        return {name: special(value) for name, value in written.items()}
    return [special(value) for value in written] if isinstance(written, list) else written


def found(decide: Decide, vector: Vector) -> Document:
    """Return what an evaluator says of a vector, in the words of a decision, as far as the vector expects something.

    The signal and the candidates, of which a verdict says nothing, are left as expected.
    """
    try:
        request = vector.request
        said = decision_of(decide(request), request)
    except InvalidRequestError as error:
        return {"error": ERRORS[type(error)]}
    return as_far_as_expected({**{name: vector.expect.get(name) for name in BESIDE_THE_VERDICT}, **said}, vector.expect)


def as_far_as_expected(said: Document, expect: Document) -> Document:
    """Return of a decision the fields that a vector expects, and of those in parts the keys that it writes."""
    return {
        name: _part(said.get(name), expected) if name in IN_PARTS else said.get(name)
        for name, expected in expect.items()
    }


def _part(said: Any, expected: Any) -> Any:  # noqa: ANN401 - a mapping, a list of them, or null
    if isinstance(said, dict) and isinstance(expected, dict):
        return {name: said.get(name) for name in expected}
    if isinstance(said, list) and isinstance(expected, list) and len(said) == len(expected):
        return [_part(one, other) for one, other in zip(said, expected, strict=True)]
    return said


def decision_of(verdict: Verdict, request: Request) -> Document:
    """Return a verdict in the words of a decision: jurisdictions by name, sequences as lists."""
    return {
        "outcome": verdict.outcome,
        "threshold": verdict.threshold,
        "threshold_from": verdict.threshold_from,
        "next_threshold": verdict.next_threshold,
        "invalid": verdict.invalid,
        "escalate": verdict.escalate,
        "reasons": list(verdict.reasons),
        "attributes": dict(verdict.attributes),
        "jurisdiction": _named(verdict, request),
        "unknown": list(verdict.unknown),
        "label": verdict.label,
        "ambiguous": list(verdict.ambiguous),
        "highlighted": [one._asdict() for one in verdict.highlighted],
        "members": [one._asdict() for one in verdict.members],
        "knock_outs": list(verdict.knock_outs),
        "tuned": None if verdict.tuned is None else verdict.tuned._asdict(),
        "sample": None if verdict.sample is None else verdict.sample._asdict(),
    }


def _named(verdict: Verdict, request: Request) -> str | None:
    given = request.dimensions.get(JURISDICTION)
    if verdict.jurisdiction is None or given is None:
        return None
    names = [given] if isinstance(given, str) else sorted(set(given))
    return names[verdict.jurisdiction]


def _vector_file(path: Path) -> VectorFile:
    written = _read(path)
    defaults = written.get("defaults", {})
    catalog = Catalog.model_validate(written["catalog"])
    vectors = tuple(
        Vector(
            path.stem,
            case["id"],
            case["clause"],
            case["why"],
            {**defaults, **case["request"]},
            {**written.get("environment", {}), **case.get("environment", {})},
            case["expect"],
            catalog,
        )
        for case in written["cases"]
    )
    return VectorFile(path.stem, written["title"], written["catalog"], tuple(written["policies"]), vectors)


def _no_clock() -> datetime:
    # every request names its instant
    return datetime.min.replace(tzinfo=UTC)


def _read(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    document, findings = read_document(path.read_bytes(), path.name)
    assert not findings, findings
    return document.data
