"""Write into the pages what their commands print now: `python -m tests.docs.refresh [--fresh] [PAGE ...]`.

Only what no longer matches is rewritten. What was elided with `...` stays so while the lines around it are there.
With `--fresh` all is written anew, so that ids, instants and digests of a page are those of one run.

Read the difference before you commit it: a page may have been right, and the program wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.docs.pages import PAGES, ROOT, rewritten, run_page

_FRESH: Final = "--fresh"


def main(arguments: list[str]) -> int:
    """Rewrite the pages; return 1 where something is left that a person has to mend."""
    fresh = _FRESH in arguments
    left = 0
    for page in [one for one in arguments if one != _FRESH] or PAGES:
        with TemporaryDirectory() as folder:
            mismatches = list(run_page(page, Path(folder), fresh=fresh))
        (ROOT / page).write_text(rewritten(page, mismatches), encoding="utf-8")
        for one in mismatches:
            left += one.now is None
            state = "mend by hand" if one.now is None else "rewritten"
            print(f"{one.block.place}: {state}: {one.what}", file=sys.stderr)  # noqa: T201 - a script's messages
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
