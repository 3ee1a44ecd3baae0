"""Reports of findings for tests of formats, hostile ones among them, and what every format is held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from hypothesis import strategies as st
from jsonschema import Draft4Validator

from policy_engine.diagnostics import Diagnostic, Report, Severity, Span
from policy_engine.reporting.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLISHED: Final = Path(__file__).resolve().parents[1] / "published"
HERE: Final = Repository(Path("/repo"), Path("/repo"))
"""A repository whose top folder is the working folder; nothing of it is on the disk."""

HOSTILE: Final = (
    "a\n::error file=x::forged",
    "a\r\n##[error]forged",
    "100%25,a:b,line=7::x%0Ay",
    "| a | b |\n|---|---|\n",
    "`one backtick, and `two` more",
    '</failure></testcase><testcase name="forged"/> ]]> &amp; "x" \'y\'',
    "<!-- --><script>alert(1)</script><img src=x onerror=y>",
    "[click](http://evil.example) ![](//evil.example/x.png) www.evil.example",
    "@all @org/team #1 GH-1 !2 ~label :100: user@example.com $x$",
    "\x00\x07\x08\x1b[2J\x7f\x85\x9b31m",
    "\u202egnol\u2066\u200b\u200e\ufeff\u2028\u2029",
    "\ud800 \udfff \ufffe \uffff \U000e0041",
    "日本語 ü \U0001f600",
    "",
)
"""Texts that forge another finding, another place or a mark-up wherever they are not escaped."""


def finding(
    message: str = "is wrong",
    mend: str = "mend it",
    file: str = "policies/a.yaml",
    span: Span = Span(3, 5, 3, 9),  # noqa: B008 - frozen
    code: str = "PE999",
    severity: Severity = "error",
    cell: Mapping[str, str] | None = None,
    witness: float | None = None,
) -> Diagnostic:
    """Return a finding."""
    return Diagnostic(code, file, span, message, mend, severity, cell, witness)


def report_of(*found: Diagnostic, files: tuple[str, ...] = ()) -> Report:
    """Return a report of findings, by place, in the files that they are in and in more."""
    return Report(
        tuple(sorted(found, key=lambda one: one.order)), tuple(dict.fromkeys([*files, *(one.file for one in found)]))
    )


def warning(message: str = "is odd", **more: Any) -> Diagnostic:  # noqa: ANN401 - as `finding` takes it
    """Return a warning."""
    return finding(message, severity="warning", **more)


def hostile(text: str) -> Report:
    """Return a report that holds *text* wherever a policy or a file name may put it."""
    return report_of(finding(text, text, f"policies/{text}.yaml", cell={text: text}, witness=float("nan")))


ANY_TEXT: Final = st.one_of(st.text(st.characters()), st.sampled_from(HOSTILE), st.text("`|\n@:%,\\<&[](){}"))
"""Any text at all, lone surrogates too, and much of what means something in a format."""


@st.composite
def any_finding(draw: st.DrawFn) -> Diagnostic:
    """Return a finding with any text in its message, help, file and cell."""
    line, column = draw(st.integers(1, 10**6)), draw(st.integers(1, 10**6))
    more, wide = draw(st.integers(0, 2)), draw(st.integers(0, 99))
    return finding(
        draw(ANY_TEXT),
        draw(ANY_TEXT),
        draw(ANY_TEXT),
        Span(line, column, line + more, column + wide),
        draw(st.sampled_from(["PE001", "PE210", "PE428", "PE999"])),
        draw(st.sampled_from(["error", "warning"])),
        draw(st.none() | st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2)),
        draw(st.none() | st.floats()),
    )


ANY_REPORT: Final = st.lists(any_finding(), max_size=4).map(lambda found: report_of(*found, files=("policies/b.yaml",)))


def shown(made: bytes) -> str:
    """Return what a format made as text, held to this: a terminal obeys nothing in it but the ends of its lines."""
    text = made.decode()
    assert text.replace("\n", "").isprintable()
    return text


def json_in(made: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON that a format made, held to have no number that JSON does not know."""
    return json.loads(shown(made), parse_constant=_refuse)


def _refuse(name: str) -> float:
    raise AssertionError(f"{name} is no JSON")


_SARIF: Final = Draft4Validator(json.loads((PUBLISHED / "sarif-schema-2.1.0.json").read_bytes()))


def sarif_in(made: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return the only run of a SARIF log, held to its schema."""
    log = json_in(made)
    assert [error.message for error in _SARIF.iter_errors(log)] == []
    (run,) = log["runs"]
    return run


def junit_in(made: bytes) -> ET.Element:
    """Return the root of JUnit XML, held to its schema and to its own counts."""
    shown(made)
    root = ET.fromstring(made)  # noqa: S314 - our own
    assert_fits_junit(root)
    for parent in (root, *root):
        cases = list(parent.iter("testcase"))
        assert parent.get("tests") == str(len(cases))
        for attribute, tag in (("failures", "failure"), ("errors", "error")):
            assert parent.get(attribute) == str(len(list(parent.iter(tag))))
    return root


_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_JUNIT: Final = {one.get("name"): one for one in ET.parse(PUBLISHED / "junit-10.xsd").getroot()}  # noqa: S314 - the same


def assert_fits_junit(element: ET.Element) -> None:
    """Assert that an element has the attributes and the children that the schema gives it.

    It reads as much of XML Schema as says something of the elements that we write: there, children may come in any
    number and any order.
    """
    declared = _JUNIT[element.tag]
    attributes = {one.get("name"): one.get("use") == "required" for one in declared.iter(f"{_XS}attribute")}
    assert set(element.keys()) <= set(attributes)
    assert {name for name, required in attributes.items() if required} <= set(element.keys())
    children = {one.get("ref") for one in declared.iter(f"{_XS}element")}
    assert {child.tag for child in element} <= children
    for child in element:
        assert_fits_junit(child)
