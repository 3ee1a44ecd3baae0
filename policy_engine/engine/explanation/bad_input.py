"""What is wrong with a score that is none: what came, and what was to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from policy_engine.engine.explanation.words import cut_off
from policy_engine.reference import entries_of, read_score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.engine.explanation.told import Told
    from policy_engine.model import Score
    from policy_engine.vocabulary import InvalidClass

_IS_INVALID: Mapping[InvalidClass, str] = {
    "missing": "is missing",
    "wrong_type": "is no number",
    "not_finite": "is no finite number",
    "out_of_range": "lies outside the range",
}


def why_invalid(told: Told, invalid: InvalidClass | None) -> str:
    """Return what is wrong with the score that decided."""
    score, kind = told.decision.request.score, told.policy.kind
    if invalid is None:
        return "there is no valid score"
    if invalid == "wrong_model":
        return _wrong_model(told)
    if invalid == "no_candidates":
        return "the score names no class at all"
    if kind == "scores" and invalid == "wrong_type" and not isinstance(score, Mapping):
        return "the case has several scores, and what came is no mapping by their names"
    if score is not None and told.policy.score is not None and kind in ("classes", "labels"):
        found = _fault_of_several(told.policy.score, score, invalid)
        if found is not None:
            return found
    return "there is no score" if invalid == "missing" else f"the score {_IS_INVALID[invalid]}"


def _fault_of_several(score: Score, given: object, invalid: InvalidClass) -> str | None:
    """Return what is wrong with all of the scores of a case, or which of its classes makes all of them bad."""
    what = "class" if score.kind == "classes" else "label"
    entries, is_faulty = entries_of(score.labels, given)
    if invalid == "wrong_type":
        fault = _fault_of_container(score.labels, entries, what, is_faulty=is_faulty)
        if fault is not None:
            return fault
    if score.kind == "labels":
        return None
    bad = next((label for label, value in entries if read_score(score, value) == invalid), None)
    return f"the score of {'a class' if bad is None else f'the class `{cut_off(bad)}`'} {_IS_INVALID[invalid]}"


def _fault_of_container(
    labels: Sequence[str] | None, entries: Sequence[tuple[str | None, object]], what: str, *, is_faulty: bool
) -> str | None:
    names = [label for label, _ in entries]
    if is_faulty and not names:
        return f"what came is neither a mapping of each {what} to its score nor a list of them"
    if is_faulty and names and all(name is None for name in names):
        if labels is None:
            return f"it is a list of scores, and the policy does not say which {what} each belongs to"
        return f"it is a list of length {len(names)}, and the policy's `labels` are {len(labels)}"
    twice = next((name for name, times in Counter(names).items() if name is not None and times > 1), None)
    if twice is not None:
        return f"the {what} `{cut_off(twice)}` is there twice"
    undeclared = [name for name in names if name is not None and labels is not None and name not in labels]
    if what == "class" and undeclared:
        return f"the class `{cut_off(undeclared[0])}` is none of the policy's `labels`"
    return f"which {what} each score belongs to cannot be told" if is_faulty else None


def _wrong_model(told: Told) -> str:
    """Say what came as the model or its version, and what the policy covers."""
    request, policy, name = told.decision.request, told.policy, told.member.reading.name
    said: dict[str, Any] = {"model": request.model, "model_version": request.model_version}
    model = policy.scales[0].score.model
    if policy.kind == "scores":
        model = policy.scale_of(name).score.model
        for what, given in said.items():
            if given is not None and not isinstance(given, Mapping):
                return f"`{what}` is no mapping by the names of the scores, so it says of none whose score it is"
        said = {what: None if given is None else given.get(name) for what, given in said.items()}
    if said["model"] is not None and said["model"] != model.name:
        return f"the score is of the model `{cut_off(str(said['model']))}`, and the policy is for `{model.name}`"
    versions = model.versions.values() if isinstance(model.versions, Mapping) else [model.versions]
    fits = " or ".join(f"`{one}`" for one in versions)
    if said["model_version"] is None:
        return f"the score comes without a model version, and the policy covers {fits}"
    return f"the score is of the model version `{cut_off(str(said['model_version']))}`, and the policy covers {fits}"
