"""Where the test of a bound began, in words: the same in text and on the page."""

from __future__ import annotations

from typing import Final

STARTS: Final = {
    "least_certifiable": "the strictest threshold that could pass without an error",
    "threshold": "the threshold that --start says",
    "flagged": "the strictest threshold that flags as many as --start-flagged says",
    "flag_all": "the threshold that flags all",
}
"""By the rule."""
