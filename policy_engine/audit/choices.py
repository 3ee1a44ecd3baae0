"""What a log can be told to do: when a record is safe enough, and what becomes of one that cannot be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Sequence

Durability = Literal["none", "batch", "sync"]
OnError = Literal["fail_closed", "fail_open"]
OnFull = Literal["block", "fail_closed", "fail_open"]

_KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "durability": get_args(Durability),
    "on_error": get_args(OnError),
    "on_full": get_args(OnFull),
}


def check_choices(**said: str) -> None:
    """Raise `AuditError` for a word that is none of those that its name may have."""
    for name, word in said.items():
        if word not in _KNOWN[name]:
            raise AuditError(f"{name} `{word}` is not known; say {_one_of(_KNOWN[name])}")


def _one_of(words: Sequence[str]) -> str:
    quoted = [f"`{word}`" for word in words]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"
