"""What would change in a file, as a unified diff."""

from __future__ import annotations

from difflib import unified_diff


def diff_of(before: bytes | None, after: bytes, name: str) -> str:
    """Return the unified diff of a file that is UTF-8; *before* is None where there is no file yet."""
    was = "/dev/null" if before is None else name
    lines = unified_diff(_lines(before or b""), _lines(after), was, name)
    text = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    # A terminal would go back to the beginning of the line and write over it, also one that is shown this later
    return text.replace("\r", "^M")


def _lines(raw: bytes) -> list[str]:
    """Return the lines of a file with their line feeds: no other character ends a line in a diff."""
    *lines, last = raw.decode().split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])
