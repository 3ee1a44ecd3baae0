"""What would change in the policy: the lines, as a reviewer sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.reporting.as_html.figures import exact
from policy_engine.reporting.as_html.markup import Html, element, section

if TYPE_CHECKING:
    from policy_engine.reporting.as_html.page import Parts

_KINDS = {"+": "added", "-": "removed", "@": "place"}


def policy(parts: Parts) -> Html:
    """Return the change of the policy, or why there can be none."""
    found = parts.policy
    if found is None:
        return Html("")
    whose = f"{found['use_case']}, version {found['version']}: {found['band']} ({found['threshold_from']})"
    now = element("p", whose, ", now at ", element("b", exact(found["present"])), ".")
    if found["why_not"] is not None:
        return section("policy", "In the policy", now, element("p", f"Nothing would be written: {found['why_not']}."))
    if not found["diff"]:
        return section("policy", "In the policy", now, element("p", "The policy has this threshold already."))
    lines = [
        element("span", line, Html("\n"), class_=_KINDS.get(line[:1], "same")) for line in found["diff"].splitlines()
    ]
    what = element(
        "p", "This is what ", element("code", "tune --write"), " changes, with evidence in a file beside it:"
    )
    return section("policy", "In the policy", now, what, element("pre", element("code", *lines)))
