"""What came of the policies' own tests, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.diagnostics import Diagnostic, Report, Span
    from policy_engine.loader import Document, Loaded

FAILING_TEST: Final = "PE501"


class OwnTest(NamedTuple):
    """One test of a policy. `finding` says why it fails, and is None where it passes."""

    file: str
    use_case: str
    name: str
    span: Span
    finding: Diagnostic | None

    @property
    def passes(self) -> bool:
        """Whether the decision is the expected one."""
        return self.finding is None


class OwnTests(NamedTuple):
    """All tests that were run, the policies whose tests were not, since something else is wrong, and the report."""

    run: tuple[OwnTest, ...]
    not_run: tuple[str, ...]
    report: Report

    @property
    def failed(self) -> int:
        """How many tests fail."""
        return sum(not one.passes for one in self.run)


def own_tests(loaded: Loaded, report: Report) -> OwnTests:
    """Return the tests of *loaded* with what the *report* on it says of each."""
    run = tuple(one for document in loaded.documents for one in _of_document(document, report))
    not_run = tuple(one.file for one in loaded.documents if is_policy(one) and one.file not in report.tested)
    return OwnTests(run, not_run, report)


def is_policy(document: Document) -> bool:
    """Say whether a document is meant to be a policy: any mapping that is no catalog."""
    return isinstance(document.data, dict) and document.data.get("schema") != "catalog/v1"


def _of_document(document: Document, report: Report) -> Iterator[OwnTest]:
    failing = [one for one in report.diagnostics if one.file == document.file and one.code == FAILING_TEST]
    for place in range(report.tested.get(document.file, 0)):
        test: Any = document.data["tests"][place]
        span = document.value_span(("tests", place))
        finding = next((one for one in failing if _begins_in(one.span, span)), None)
        yield OwnTest(document.file, document.data["use_case"], test.get("name") or f"test {place + 1}", span, finding)


def _begins_in(inner: Span, outer: Span) -> bool:
    return (outer.line, outer.column) <= (inner.line, inner.column) < (outer.end_line, outer.end_column)
