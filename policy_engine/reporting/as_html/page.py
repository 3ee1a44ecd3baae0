"""The page as a whole: one file that asks nobody for anything, whatever its texts say."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from policy_engine.reporting.as_html.markup import Html, data_block, element, html_of, joined
from policy_engine.reporting.as_html.sections.bands import bands
from policy_engine.reporting.as_html.sections.curves import curves
from policy_engine.reporting.as_html.sections.drift import drift
from policy_engine.reporting.as_html.sections.policy import policy
from policy_engine.reporting.as_html.sections.provenance import provenance
from policy_engine.reporting.as_html.sections.refit import refit
from policy_engine.reporting.as_html.sections.segments import segments
from policy_engine.reporting.as_html.sections.trust import trust
from policy_engine.reporting.as_html.sections.trying import trying
from policy_engine.reporting.as_html.sections.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SCRIPTS: Final = ("page.js",)
_COUNTED: Final = (
    *("higher_is", "n", "is_weighted", "flagged_fare_better"),
    *("threshold", "text", "flagged", "tp", "fp", "fn", "tn", "segments"),
)
"""What the script needs of the part `threshold`."""


@dataclass(frozen=True)
class Parts:
    """What a page tells of, as JSON has it; what is None is not told of.

    `tuning` is what `tune` prints, and `policy` what that has of a policy; `threshold` comes from `threshold_part`.
    `bands` are those of the score from the highest threshold down, each with `name`, `threshold` (None for the last)
    and `tuned`. `refit` is what `refit` prints, `drift` what `drift` does. `provenance` has `command`, `data` (a `file`
    and its `sha256` each), `rows` and `packages`.
    """

    tuning: Mapping[str, Any] | None = None
    threshold: Mapping[str, Any] | None = None
    bands: Sequence[Mapping[str, Any]] | None = None
    policy: Mapping[str, Any] | None = None
    refit: Mapping[str, Any] | None = None
    drift: Mapping[str, Any] | None = None
    provenance: Mapping[str, Any] | None = None

    @cached_property
    def labels(self) -> dict[float | None, str]:
        """Each threshold that is kept, in as few digits as flag the same."""
        part = self.threshold
        return {} if part is None else dict(zip(part["threshold"], part["text"], strict=True))


_SECTIONS: Final = (verdict, refit, trying, curves, bands, trust, segments, drift, policy, provenance)


def report_as_html(title: str, parts: Mapping[str, Any]) -> str:
    """Return a page with all of *parts*, named as those of `Parts`; the same parts make the same page.

    Its style and its script are in it, and the page forbids the browser everything else.
    """
    given = Parts(**parts)
    style, script = _asset("page.css"), "".join(_asset(one) for one in _SCRIPTS)
    head = joined(
        (
            Html('<meta charset="utf-8">'),
            Html(f'<meta http-equiv="Content-Security-Policy" content="{_allowed(style, script)}">'),
            Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Html('<meta name="color-scheme" content="light dark">'),
            Html('<meta name="referrer" content="no-referrer">'),
            element("title", title),
            element("style", Html(style)),
        )
    )
    body = joined(
        (
            element("header", element("p", "policy-engine", class_="brand"), element("h1", title)),
            element("main", *(one(given) for one in _SECTIONS)),
            _data(given),
            element("script", Html(script)),
        )
    )
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body>{body}</body>\n</html>\n'


def _asset(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _allowed(style: str, script: str) -> str:
    """Return what the browser may do: take this style, run this script, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{_digest(style)}'",
            f"script-src 'sha256-{_digest(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _data(parts: Parts) -> Html:
    """Return what the script counts with: nothing where there is no threshold to move."""
    part = parts.threshold
    if part is None:
        return html_of("")
    tuning = parts.tuning or {}
    marked = {name: (tuning.get(name) or {}) for name in ("empirical", "guaranteed")}
    jumps = [
        {"name": text, "threshold": marked[name]["threshold"]}
        for name, text in (("empirical", "best on these cases"), ("guaranteed", "guaranteed"))
        if marked[name].get("feasible")
    ]
    bands = [{"threshold": one["threshold"], "tuned": one["tuned"]} for one in parts.bands or ()]
    return data_block("counts", {**{name: part[name] for name in _COUNTED}, "jumps": jumps, "bands": bands})
