"""Write into the pages what their commands print now: `python -m tests.docs.refresh [PAGE ...]`.

Only blocks that no longer match are rewritten, and what was elided in them with `...` comes back in full.
Read the difference before you commit it: a page may have been right, and the program wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.docs.pages import PAGES, ROOT, rewritten, run_page


def main(pages: list[str]) -> int:
    """Rewrite the pages; return 1 where something is left that a person has to mend."""
    left = 0
    for page in pages or PAGES:
        with TemporaryDirectory() as folder:
            mismatches = list(run_page(page, Path(folder)))
        (ROOT / page).write_text(rewritten(page, mismatches), encoding="utf-8")
        for one in mismatches:
            left += one.now is None
            state = "mend by hand" if one.now is None else "rewritten"
            print(f"{one.block.place}: {state}: {one.what}", file=sys.stderr)  # noqa: T201 - a script's messages
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
