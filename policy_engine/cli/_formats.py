"""The formats of findings for people and for CI systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from policy_engine.diagnostics import Report
    from policy_engine.reporting.own_tests import OwnTests

FORMATS: Final = ("text", "json", "github", "gitlab", "sarif", "junit", "markdown")


def findings_in(form: str, report: Report, policies: int, *, strict: bool) -> bytes:
    """Return findings in any of the formats but `text`. If *strict*, a warning fails what CI shows, too."""
    if form == "json":
        from policy_engine.reporting.as_json import findings_as_json

        return findings_as_json(report)
    if form == "junit":
        from policy_engine.reporting.as_junit import findings_as_junit

        return findings_as_junit(report, strict=strict)
    if form == "markdown":
        from policy_engine.reporting.as_markdown import findings_as_markdown

        return findings_as_markdown(report, policies)
    return _beside_lines(form, report)


def own_tests_in(form: str, tests: OwnTests) -> bytes:
    """Return what came of the policies' own tests in any of the formats but `text` and `json`."""
    if form == "junit":
        from policy_engine.reporting.as_junit import own_tests_as_junit

        return own_tests_as_junit(tests)
    if form == "markdown":
        from policy_engine.reporting.as_markdown import own_tests_as_markdown

        return own_tests_as_markdown(tests)
    return _beside_lines(form, tests.report)


def _beside_lines(form: str, report: Report) -> bytes:
    """Return findings in a format that shows them beside the lines of a repository."""
    from pathlib import Path

    from policy_engine.reporting.repository import repository_around

    repository = repository_around(Path.cwd())
    if form == "github":
        from policy_engine.reporting.as_github import findings_as_github

        return findings_as_github(report, repository)
    if form == "gitlab":
        from policy_engine.reporting.as_gitlab import findings_as_gitlab

        return findings_as_gitlab(report, repository)
    from policy_engine.reporting.as_sarif import findings_as_sarif

    return findings_as_sarif(report, repository)
