"""`rule`: all codes in a list, and the page about one as the documentation has it."""

from __future__ import annotations

import pytest

from policy_engine.validator import ALL_RULES
from tests.support.commands import ROOT, assert_fits, json_of, run


def test_without_a_code_all_are_listed_by_family_with_what_they_find() -> None:
    result = run("rule")
    assert result.exit_code == 0
    assert_fits(result.stdout, 120)
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("  PE")] == [one.code for one in ALL_RULES]
    assert "PE2xx  bands, cells and overrides" in lines


@pytest.mark.parametrize("asked", ["PE203", "pe203", "tied-overrides"])
def test_a_page_is_found_by_code_or_name(asked: str) -> None:
    result = run("rule", asked)
    assert result.exit_code == 0
    assert result.stdout.startswith("# PE203: tied-overrides\n")
    assert "`shop/card-fraud.yaml`:\n\n```yaml\n" in result.stdout
    assert "<!--" not in result.stdout


def test_json_has_what_a_code_stands_for_and_its_page() -> None:
    (one,) = json_of(run("rule", "PE424", "--format", "json"))
    assert (one["code"], one["name"], one["severity"]) == ("PE424", "end-without-successor", "warning")
    assert one["may_be_waived"] is True
    assert one["page"].startswith("# PE424")
    every = json_of(run("rule", "--format", "json"))
    assert [each["code"] for each in every] == [each.code for each in ALL_RULES]
    assert "page" not in every[0]


@pytest.mark.parametrize(
    ("asked", "hint"),
    [("PE999", "without CODE, all are listed"), ("tied-overides", "did you mean `tied-overrides`?"), ("", "")],
)
def test_a_code_that_there_is_not_is_told(asked: str, hint: str) -> None:
    result = run("rule", asked)
    assert result.exit_code == 2
    assert f"no rule has the code or name `{asked}`" in result.stderr
    assert hint in result.stderr


def test_pages_are_where_the_package_looks_for_them() -> None:
    from policy_engine._resources import rules_folder

    assert rules_folder() == ROOT / "docs" / "rules"
