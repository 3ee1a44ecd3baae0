"""What makes a finding the same one after an edit, so that CI systems tell new findings from old ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from policy_engine.diagnostics import Diagnostic, Report
    from policy_engine.reporting.repository import Repository

_PLACE = re.compile(r"(?<=\bline )[0-9]+")
_QUOTED = re.compile(r"(?<=`)[^`]+(?=`)")


class Marked(NamedTuple):
    """A finding with its fingerprint in hexadecimal. `waived` is the reason of a comment that answers for it."""

    finding: Diagnostic
    fingerprint: str
    waived: str | None = None


def marked(report: Report, repository: Repository) -> list[Marked]:
    """Return every finding, by place, those that are waived among them. No fingerprint stands twice.

    It says the rule, the file, the message and the cell, not the place: lines that are added above change nothing, nor
    does the folder from which files were named. Of findings that are alike in a file the first is the first again as
    long as none is added above it, waived or not.
    """
    paths = {file: repository.path_of(file) for file in report.files}
    told = [(found, None) for found in report.diagnostics]
    every = sorted([*told, *report.waived], key=lambda one: one[0].order)
    met: Counter[str] = Counter()
    made: list[Marked] = []
    for found, reason in every:
        same = _what_stays(found, repository, paths)
        made.append(Marked(found, sha256(f"{met[same]} {same}".encode()).hexdigest(), reason))
        met[same] += 1
    return made


def _what_stays(found: Diagnostic, repository: Repository, paths: dict[str, str]) -> str:
    message = _PLACE.sub("?", _QUOTED.sub(lambda word: paths.get(word[0], word[0]), found.message))
    cell = sorted((found.cell or {}).items())
    return json.dumps([found.code, repository.path_of(found.file), message, cell])
