"""Small policies of one use case, live and candidates, in a folder of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

SHADOW: Final = "stage: {shadow: {until: 2027-01-01T00:00:00Z}}"

POLICY: Final = """\
schema: policy/v1
use_case: x
version: {version}
owner: o
effective: {{from: 2026-01-01T00:00:00Z}}
{stage}
score: {{kind: probability, higher_is: riskier, model: {{name: m}}}}
bands:
  - {{name: block, at_least: {block}}}
  - {{name: allow}}
on_invalid: block
"""


def put(folder: Path, name: str, version: int, stage: str = "# live", block: object = 0.9, *, more: str = "") -> None:
    """Write a policy that blocks from *block* on: the live one, or with a *stage* a candidate."""
    text = POLICY.format(version=version, stage=stage, block=block) + more
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
