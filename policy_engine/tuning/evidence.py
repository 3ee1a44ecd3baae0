"""The evidence of a threshold that was chosen: what it says of this one, and what it keeps of the others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from policy_engine.exceptions import TuningError
from policy_engine.lint import Evident, evident_in, held_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.lint import Held
    from policy_engine.resolution import Path
    from policy_engine.tuning.band import BandToTune
    from policy_engine.tuning.policy_file import PolicyFile


def still_true(file: PolicyFile) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return what the evidence says of thresholds that the policy has, as it says it, and whose it has no more."""
    entries: list[dict[str, Any]] = []
    left_behind: list[str] = []
    for entry in (file.evidence or {}).get("thresholds", ()):
        one = cast("Evident", evident_in(entry))  # what was read is evidence of this policy
        held = held_by(file.policy, one)
        if held is not None and held.is_held_as(one.threshold):
            entries.append(entry)
        else:
            left_behind.append(one.whose)
    return entries, tuple(left_behind)


def path_of(file: PolicyFile, entry: Mapping[str, Any]) -> Path:
    """Return where the threshold stands that an item of evidence is about; what is still true is about one."""
    return cast("Held", held_by(file.policy, cast("Evident", evident_in(entry)))).path


def is_told(entry: Mapping[str, Any] | None, record: Mapping[str, Any]) -> bool:
    """Say whether an item of evidence has this very record."""
    return entry is not None and _is_same(entry.get("tuned"), record)


def entry_of(
    band: BandToTune, threshold: float, record: Mapping[str, Any], same: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return what the evidence says of the threshold; *same* is what it said while the number was this one already.

    `previous` is the number before this one, and `version` that of the policy which had this one first.
    """
    told = None if same is None else evident_in(same)
    was_tuned = told is not None and told.previous is not None and told.since > 0
    return {
        "band": band.band,
        "score": band.score,
        "threshold_from": band.source,
        "threshold": threshold + 0.0,
        "previous": told.previous if told is not None and was_tuned else band.present,
        "version": told.since if told is not None and was_tuned else band.version + 1,
        "tuned": record,
    }


def as_data(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as JSON has it, its keys in their order."""
    try:
        data: dict[str, Any] = json.loads(json.dumps(dict(record), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise TuningError(f"the record is none that JSON can hold: {error}") from error
    return data


def _is_same(one: object, other: object) -> bool:
    """Say whether two JSON values are one: 1, 1.0 and true are three."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def as_bytes(evidence: Mapping[str, Any]) -> bytes:
    """Return evidence as its file holds it."""
    # What is no character, as in a command line that was no UTF-8, is an escape of JSON's
    return f"{json.dumps(evidence, indent=2, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace")
