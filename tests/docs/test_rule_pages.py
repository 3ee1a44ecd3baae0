"""Each code has a page: what it finds, why, an example that it finds, and the same one mended, with no finding left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from policy_engine.validator import ALL_RULES
from tests.docs.blocks import blocks_of
from tests.docs.commands import commands_in
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from policy_engine.diagnostics import RuleInfo

FOLDER = ROOT / "docs" / "rules"
SILENT = re.compile(r"[0-9]+ files?, [0-9]+ polic(?:y|ies): no findings(?:, [0-9]+ waived)?")


def test_each_page_is_about_a_code() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {one.code for one in ALL_RULES}


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda one: one.code)
def test_a_page_says_what_and_why_and_shows_the_finding_and_the_mend(rule: RuleInfo) -> None:
    name = f"docs/rules/{rule.code}.md"
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.startswith(f"# {rule.code}: {rule.name}\n\n{rule.severity.capitalize()}.")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["What it finds", "Why", "Example"]
    commands = [
        one for block in blocks_of(ROOT / name, name) if block.language == "console" for one in commands_in(block.text)
    ]
    validations = [one for one in commands if one.line.startswith("policy-engine validate")]
    assert f" {rule.code} " in validations[0].output
    assert "--strict" in validations[-1].line
    assert SILENT.fullmatch(validations[-1].output.strip())
