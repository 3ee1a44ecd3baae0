"""Personal data in records: what the catalog wants left out, or under a pseudonym, goes before anything is queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from policy_engine.audit.telling import tell
from policy_engine.exceptions import MaskKeyError

if TYPE_CHECKING:
    from policy_engine.audit.mask_key import MaskKey
    from policy_engine.model import Recording
    from policy_engine.vocabulary import RecordAs

FAILED: Final = "masking_failed"
"""The only key of a request that could not be masked: it names the exception."""

CONTEXT_DROPPED: Final = "context_dropped"
"""The key of a masked request that counts what of its `context` is left out because the catalog does not name it."""


def needs_key(recording: Recording) -> bool:
    """Say whether any field is recorded as a pseudonym."""
    return "hmac" in (recording.subject, *(recording.context or {}).values(), *recording.dimensions.values())


class Masking:
    """What masks the requests of records as one catalog says.

    >>> from policy_engine.model import Recording
    >>> masking = Masking(Recording.model_validate({"subject": "drop", "context": {"device.os": "keep"}}), None)
    >>> masking.masked({"subject": "c-17", "context": {"device": {"os": "x", "id": "f3"}}})
    ({'context': {'device': {'os': 'x'}}, 'context_dropped': 1}, ['subject'])
    """

    def __init__(self, recording: Recording, key: MaskKey | None) -> None:
        """Mask as *recording* says, under *key*. Raises `MaskKeyError` where that needs one and there is none."""
        if key is None and needs_key(recording):
            raise MaskKeyError(
                "`audit` of the catalog wants pseudonyms (`hmac`) in the log, and there is no key for them; set "
                "`POLICY_ENGINE_MASK_KEY` to what `openssl rand -hex 32` prints, or open the log with a `mask_key`"
            )
        # INVARIANT: where it is None, nothing asks for it.
        self._key = cast("MaskKey", key)
        self._subject = recording.subject
        self._dimensions = recording.dimensions
        self._lists_context = recording.context is not None
        self._context = recording.context or {}
        self._above = {path[:dot] for path in self._context for dot, letter in enumerate(path) if letter == "."}

    def masked(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Return the `request` of a record as it may be written, and which fields of it were masked, each once.

        *request* stays as it is; what is kept of it is shared. What of the context the catalog does not name is only
        counted: such a key may itself say something of a person. Where a value cannot be masked, nothing is left of
        the request but the name of the exception, and the logger `policy_engine.audit` is told.
        """
        try:
            return self._masked(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing may be written as it came
            why = type(error).__name__
            tell("audit_masking_failed", error=why)
            return {FAILED: why}, ["request"]

    def _masked(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        kept: dict[str, Any] = {}
        masked: dict[str, None] = {}
        for name, value in request.items():
            if name == "subject":
                self._put(kept, name, value, self._subject, name, masked)
            elif name == "dimensions" and self._dimensions:
                kept[name] = self._of_dimensions(value, masked)
            elif name == "context" and self._lists_context:
                kept[name], dropped = self._of_context(value, "", masked)
                if dropped:
                    kept[CONTEXT_DROPPED] = dropped
            else:
                kept[name] = value
        return kept, list(masked)

    def _of_dimensions(self, given: Mapping[str, Any], masked: dict[str, None]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in given.items():
            self._put(kept, name, value, self._dimensions.get(name, "keep"), f"dimensions.{name}", masked)
        return kept

    def _of_context(self, given: Mapping[str, Any], above: str, masked: dict[str, None]) -> tuple[dict[str, Any], int]:
        """Return what is named of the context, or of a mapping in it, and how many keys and items are not."""
        kept: dict[str, Any] = {}
        dropped = 0
        for key, value in given.items():
            path = f"{above}{key}"
            way = self._context.get(path)
            if way is not None:
                self._put(kept, key, value, way, f"context.{path}", masked)
            elif path in self._above and isinstance(value, (Mapping, list)):
                kept[key], more = self._below(value, f"{path}.", masked)
                dropped += more
            else:
                dropped += 1
        return kept, dropped

    def _below(self, value: Mapping[str, Any] | list[Any], above: str, masked: dict[str, None]) -> tuple[Any, int]:
        """Return the same of what stands above named fields: of a mapping, or of each item of a list."""
        if isinstance(value, Mapping):
            return self._of_context(value, above, masked)
        each = [self._below(item, above, masked) for item in value if isinstance(item, (Mapping, list))]
        return [kept for kept, _ in each], len(value) - len(each) + sum(dropped for _, dropped in each)

    def _put(
        self, kept: dict[str, Any], key: str, value: object, way: RecordAs, path: str, masked: dict[str, None]
    ) -> None:
        if way == "keep":
            kept[key] = value
            return
        masked[path] = None
        if way == "hmac":
            # No value says nothing of a person, and all that have none would look like one
            kept[key] = None if value is None else self._key.pseudonym(value)
