"""The file that a policy names as its evidence: JSON that lies in the folder of the policies, whatever is in it."""

from __future__ import annotations

import errno
import json
import math
import os
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Never

from policy_engine.loader._bytes import MOST_BYTES, UnreadableError, read_bytes, unreadable
from policy_engine.loader._folder import is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LEADS_OUT: Final = "put the file into the folder of the policies, and name it from here"
_NO_JSON: Final = "let it be JSON, as the tool that chose the thresholds wrote it"


class Evidence(NamedTuple):
    """What was kept of a policy's evidence, or the reason why it cannot be had."""

    kept: Any = None
    trouble: UnreadableError | None = None


class EvidenceFiles:
    """The evidence that policies name. Each file is read once, however many name it.

    Of its data stays what *keep* makes of it: 1 MiB of JSON may take 25 MiB as plain data.
    """

    def __init__(self, keep: Callable[[Any], Any]) -> None:
        """Begin with no file read."""
        self._keep = keep
        self._read: dict[str, Evidence] = {}

    @property
    def reals(self) -> Iterable[str]:
        """The files that were read, by their paths without links."""
        return self._read

    def read(self, named: str, policy: str, folder: str) -> Evidence:
        """Return the evidence *named* in the file *policy*, which lies in *folder*: both are paths without links.

        Nothing outside the folder is read, by whatever way the name leads there, and nothing but a regular file.
        """
        try:
            real = _inside(named, os.path.dirname(policy), folder)  # noqa: PTH120 - text
        except UnreadableError as error:
            return _unreadable(error)
        if real not in self._read:
            self._read[real] = self._of(real)
        return self._read[real]

    def _of(self, real: str) -> Evidence:
        try:
            return Evidence(self._keep(_data(read_bytes(real))))
        except UnreadableError as error:
            return _unreadable(error)


def _unreadable(error: UnreadableError) -> Evidence:
    return Evidence(trouble=UnreadableError(error.message.removeprefix("cannot be read: "), error.mend))


def _inside(named: str, beside: str, folder: str) -> str:
    """Return the path without links of what is *named*, once it is sure that it lies in the folder."""
    as_windows = PureWindowsPath(named)
    if as_windows.drive or as_windows.root:
        raise UnreadableError("it is an absolute path", "write the path from this file to it, with `/`")
    path = os.path.normpath(os.path.join(beside, named))  # noqa: PTH118 - as text, for pathlib leaves `..` in
    if not is_within(path, folder):
        raise UnreadableError("it leads out of the folder of the policies", _LEADS_OUT)
    try:
        real = os.path.realpath(path, strict=True)
    except FileNotFoundError:
        raise UnreadableError("there is no such file", "put the file there, or delete `evidence`") from None
    except ValueError:
        raise UnreadableError("that is no name of a file", "write the path from this file to it") from None
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ENOTDIR):
            raise UnreadableError("there is no such file", "put the file there, or delete `evidence`") from None
        raise unreadable(error) from error
    if not is_within(real, folder):
        raise UnreadableError("its link leads out of the folder of the policies", _LEADS_OUT)
    return real


def _data(raw: bytes) -> Any:  # noqa: ANN401 - anything may stand in a file
    if len(raw) > MOST_BYTES:
        raise UnreadableError("it is larger than 1 MiB", "let it have the numbers that count, not the cases")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"its byte {error.start} is no UTF-8", "save it as UTF-8") from None
    try:
        return json.loads(text, parse_constant=_refused, parse_float=_finite, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"it is no JSON from {where} on", _NO_JSON) from None
    except RecursionError:
        raise UnreadableError("it is nested too deeply", _NO_JSON) from None
    except ValueError:
        # A whole number with more digits than Python turns into one
        raise UnreadableError("it has a number that is too large", _NO_JSON) from None


def _refused(word: str) -> Never:
    raise UnreadableError(f"it has `{word}` for a number", "write null where there is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UnreadableError("it has a number beyond binary64", _NO_JSON)
    return number


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableError("it has a key twice in one mapping", _NO_JSON)
    return found
