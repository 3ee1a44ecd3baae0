"""Score the queries of this folder with microresolve and write them as requests for policy-engine.

    python examples/intents/score_queries.py [FOLDER]

writes `prompt-safety.jsonl` and `tool-routing.jsonl`, into this folder unless another is named. It needs
`pip install microresolve`; the files are checked in, so that deciding them does not.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypedDict

import yaml
from microresolve import MicroResolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE: Final = Path(__file__).resolve().parent
# The intents that the queries of a use case are held against.
INTENTS: Final = {"prompt-safety": "attacks.yaml", "tool-routing": "tools.yaml"}
# A score is a binary32 number, which has about seven digits; the rest of its decimal form is noise.
DECIMALS: Final = 6


class Query(TypedDict):
    """What somebody typed, and the intents that a person says are meant."""

    query: str
    expected: list[str]


class Request(TypedDict):
    """One line for `policy-engine decide --input`."""

    use_case: str
    score: dict[str, float]
    model: str
    model_version: str
    context: Query


class _Trace(Protocol):
    all_scores: list[tuple[str, float]]


class _Namespace(Protocol):
    """As much of microresolve's namespace as is used here; the package has no type hints of its own."""

    def add_intent(self, intent_id: str, phrases: Sequence[str]) -> int: ...

    def resolve_with_trace(self, query: str) -> tuple[object, _Trace]: ...


def learn(use_case: str, intents: Mapping[str, Sequence[str]]) -> _Namespace:
    """Return a namespace that knows *intents* by their seed phrases. It lives in memory only."""
    namespace: _Namespace = MicroResolve().namespace(use_case)
    for intent, phrases in intents.items():
        namespace.add_intent(intent, phrases)
    return namespace


def score(namespace: _Namespace, query: str) -> dict[str, float]:
    """Return the raw score of every intent that shares a word with *query*, the highest first; none may.

    The raw scores of all are in the trace only. The intents of the result itself leave out most runners-up and weak
    matches, and their `confidence` is a share of the best match's score: the best has 1.0, however weak it is.
    """
    _, trace = namespace.resolve_with_trace(query)
    ranked = sorted(trace.all_scores, key=lambda pair: (-pair[1], pair[0]))
    return {intent: round(raw, DECIMALS) for intent, raw in ranked}


def requests(use_case: str) -> Iterator[Request]:
    """Yield a request for each query of *use_case*, in the order of `queries.yaml`."""
    namespace = learn(use_case, yaml.safe_load((HERE / INTENTS[use_case]).read_text("utf-8")))
    queries: dict[str, list[Query]] = yaml.safe_load((HERE / "queries.yaml").read_text("utf-8"))
    for query in queries[use_case]:
        yield {
            "use_case": use_case,
            "score": score(namespace, query["query"]),
            "model": "microresolve",
            "model_version": version("microresolve"),
            "context": query,
        }


def main(folder: Path) -> None:
    """Write the requests of every use case into *folder*."""
    for use_case in INTENTS:
        path = folder / f"{use_case}.jsonl"
        lines = [json.dumps(request, ensure_ascii=False) + "\n" for request in requests(use_case)]
        path.write_text("".join(lines), encoding="utf-8", newline="\n")
        print(f"{path}: {len(lines)} requests")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else HERE)
