"""From what a request gives as its score to numbers that can be compared, or to why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.exceptions import InvalidRequestError
from policy_engine.reference.numbers import read_number
from policy_engine.vocabulary import INVALID_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.model import Policy, Request, Score
    from policy_engine.vocabulary import InvalidClass


class Ranked(NamedTuple):
    """One of several classes with its score; one that the request leaves out has the range's low end."""

    label: str
    score: float
    is_given: bool


class Reading(NamedTuple):
    """What one member of a case comes to: a label, one of several scores, or (without a name) the only score.

    `version` is the name of its model's version, None where it is *unknown*. `ranking` has the classes of a
    valid score, the likeliest first, and of equals the first by name.
    """

    name: str | None
    signal: float | InvalidClass
    version: str | None
    ranking: tuple[Ranked, ...] = ()


def read(policy: Policy, request: Request) -> list[Reading]:
    """Return the members of the case by name, each with its signal or the first class of bad input that it is in.

    Raises `InvalidRequestError` for a score that nobody declared, and for such a label where the policy says so.
    """
    if policy.score is None:
        return _read_scores(policy, request)
    score = policy.score
    version = score.model.version_name(request.model_version) if _is_admitted(score, request) else None
    if score.kind == "labels":
        return _read_labels(policy, score, request, version)
    if not _is_admitted(score, request):
        return [Reading(None, "wrong_model", version)]
    if score.kind == "classes":
        return [_read_classes(score, request.score, version)]
    return [Reading(None, read_score(score, request.score), version)]


def _is_admitted(score: Score, request: Request) -> bool:
    return score.model.admits(request.model, request.model_version)


def read_score(score: Score, given: object) -> float | InvalidClass:
    """Return one number as the score's type holds it, or the first class of bad input that it falls into."""
    if given is None:
        return "missing"
    number = read_number(given)
    if isinstance(number, str):
        return number
    rounded = score.rounded(number)
    if rounded in (float("inf"), float("-inf")):
        return "not_finite"
    return rounded if score.low <= rounded <= score.high else "out_of_range"


# --- several scores, and labels: each member is judged by itself ---------------------------------------------


def _read_scores(policy: Policy, request: Request) -> list[Reading]:
    scores = policy.scores or {}
    for what, given in (("score", request.score), ("model", request.model), ("model_version", request.model_version)):
        undeclared = [name for name in given if name not in scores] if isinstance(given, Mapping) else []
        if undeclared:
            message = f"`{what}` names `{str(undeclared[0])[:60]}`, which is none of the policy's `scores`"
            raise InvalidRequestError(message)
    readings = []
    for name, score in sorted(scores.items()):
        model, model_version = (_item(given, name) for given in (request.model, request.model_version))
        signal: float | InvalidClass = "wrong_model"
        version = None
        if score.model.admits(model, model_version):
            version = score.model.version_name(model_version)
            signal = read_score(score, _item(request.score, name))
        readings.append(Reading(name, signal, version))
    return readings


def _item(given: object, name: str) -> object:
    """Return what a mapping says of one of several scores. What is no mapping says the same, and nothing right, of all.

    None or an empty list, as a mapping without the name, leaves it out.
    """
    if isinstance(given, Mapping):
        return given.get(name)
    return None if given is None or (isinstance(given, (list, tuple)) and not given) else [given]


def _read_labels(policy: Policy, score: Score, request: Request, version: str | None) -> list[Reading]:
    declared = frozenset(score.labels or ())
    entries, is_faulty = entries_of(score.labels or (), request.score)
    counts = Counter(label for label, _ in entries)
    given = {label: value for label, value in entries if label is not None}
    undeclared = sorted(label for label in given if label not in declared)
    if undeclared and policy.unknown_label == "error":
        message = (
            f"the label `{undeclared[0][:60]}` is not declared, and the policy of `{policy.use_case}` refuses that"
        )
        raise InvalidRequestError(message)
    readings = []
    for label in sorted({*declared, *undeclared}):
        signal = read_score(score, given.get(label))
        if not _is_admitted(score, request):
            signal = "wrong_model"
        elif request.score is not None and (is_faulty or counts[label] > 1):
            signal = "wrong_type"
        readings.append(Reading(label, signal, version))
    return readings


# --- classes: one input, of which one bad member makes all of it bad -----------------------------------------


def _read_classes(score: Score, given: object, version: str | None) -> Reading:
    if given is None:
        return Reading(None, "missing", version)
    entries, is_faulty = entries_of(score.labels, given)
    if not entries and not is_faulty:
        return Reading(None, "no_candidates", version)
    labels = [label for label, _ in entries]
    known = frozenset(score.labels or labels)
    if is_faulty or len(set(labels)) < len(labels) or any(label not in known for label in labels):
        entries.append((None, "a fault of the container ranks as one bad member of class wrong_type"))
    numbers = [(str(label), read_score(score, value)) for label, value in entries]
    for invalid in INVALID_CLASSES:
        if any(number == invalid for _, number in numbers):
            return Reading(None, invalid, version)
    ranked = [Ranked(label, number, is_given=True) for label, number in numbers if not isinstance(number, str)]
    given_labels = frozenset(labels)
    ranked += [Ranked(label, score.low, is_given=False) for label in score.labels or () if label not in given_labels]
    ranked.sort(key=lambda one: (-one.score, one.label))
    first = ranked[0].score
    second = ranked[1].score if len(ranked) > 1 else score.low
    return Reading(None, first - second if score.signal == "margin" else first, version, tuple(ranked))


def entries_of(labels: Sequence[str] | None, given: object) -> tuple[list[tuple[str | None, object]], bool]:
    """Return the labels of a mapping, a list of `{label, score}`, or an array in the order of *labels*, with scores.

    And whether the container has a fault by which it cannot be told what belongs to what.
    """
    if given is None:
        return [], False
    if isinstance(given, Mapping):
        texts: list[tuple[str | None, object]] = [
            (label, value) for label, value in given.items() if isinstance(label, str)
        ]
        return texts, len(texts) < len(given)
    items = given
    if getattr(given, "ndim", None) == 1 and hasattr(given, "tolist"):
        # As a list, durations would be numbers: only what are numbers, or anything at all, may become one
        kind = getattr(getattr(given, "dtype", None), "kind", "O")
        items = given.tolist() if kind in "iufO" else list(given)  # type: ignore[call-overload]
    if not isinstance(items, (list, tuple)):
        return [], True
    if not items:
        return [], False
    if all(isinstance(item, Mapping) for item in items):
        whole = [item for item in items if item.keys() == {"label", "score"} and isinstance(item["label"], str)]
        entries: list[tuple[str | None, object]] = [(item["label"], item["score"]) for item in whole]
        return entries, len(whole) < len(items)
    if labels is None or len(items) != len(labels):
        # whose scores these are is not known, but what they are is: the first class of bad input counts
        return [(None, item) for item in items], True
    return [*zip(labels, items, strict=True)], False
