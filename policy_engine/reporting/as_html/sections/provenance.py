"""Where the numbers come from: the command, the data by its digest, and the versions of what counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.reporting.as_html.figures import count
from policy_engine.reporting.as_html.markup import Html, element, joined, section, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.reporting.as_html.page import Parts


def provenance(parts: Parts) -> Html:
    """Return how the page can be made again, byte for byte."""
    found = parts.provenance
    if found is None:
        return Html("")
    files = found.get("data", ())
    has_rows = any("rows" in one for one in files)
    rows = [[*_file(one), *([count(one.get("rows"))] if has_rows else [])] for one in files]
    head = ["file", "SHA-256", *(["rows"] if has_rows else [])]
    read = joined((count(found["rows"]), " rows. ")) if "rows" in found else ""
    packages = ", ".join(f"{name} {version}" for name, version in found.get("packages", {}).items())
    return section(
        "provenance",
        "Where this comes from",
        element("pre", element("code", found["command"])) if "command" in found else "",
        table(head, rows, caption="What was read", words=2),
        element("p", read, packages, ". The same command on the same data makes the same page.", class_="note"),
    )


def _file(one: Mapping[str, Any]) -> list[Html]:
    """Return a file with its digest; what came through a pipe has none."""
    return [element("code", one["file"]), element("code", one["sha256"] or "read from a pipe", class_="digest")]
