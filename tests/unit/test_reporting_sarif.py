"""SARIF: held to its schema, with places that a repository knows and fingerprints that last."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from policy_engine import __version__
from policy_engine.diagnostics import Diagnostic, Span, Waived
from policy_engine.printable import printable
from policy_engine.reporting.as_sarif import findings_as_sarif
from policy_engine.reporting.repository import Repository
from tests.support.reports import HERE, HOSTILE, finding, hostile, report_of, sarif_in, warning


def result_of(found: Diagnostic, *, of: Repository = HERE) -> Any:  # noqa: ANN401 - any JSON value
    """Return the only result."""
    (result,) = sarif_in(findings_as_sarif(report_of(found), of))["results"]
    return result


def test_a_result_says_what_where_and_what_to_do() -> None:
    result = result_of(finding(cell={"tier": "gold"}, witness=0.5))
    mark = result.pop("partialFingerprints")
    assert list(mark) == ["policyEngineFinding/v1"]
    assert result == {
        "ruleId": "PE999",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "is wrong\nhelp: mend it"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "policies/a.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9},
                }
            }
        ],
        "properties": {"cell": {"tier": "gold"}, "witness": 0.5},
    }


def test_a_run_says_which_rules_found_something_and_how_columns_count() -> None:
    run = sarif_in(findings_as_sarif(report_of(finding(code="PE428"), finding(code="PE210"), warning()), HERE))
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("policy-engine", __version__)
    rules = [(rule["id"], rule["name"], rule["defaultConfiguration"]["level"]) for rule in driver["rules"]]
    assert rules == [
        ("PE210", "unreachable-band", "error"),
        ("PE428", "else-overtakes", "warning"),
        ("PE999", "PE999", "error"),
    ]
    assert [(one["ruleId"], one["ruleIndex"]) for one in run["results"]] == [("PE210", 0), ("PE428", 1), ("PE999", 2)]
    assert driver["rules"][0]["shortDescription"]["text"].startswith("no score reaches a band")


def test_no_findings_are_a_run_without_results() -> None:
    run = sarif_in(findings_as_sarif(report_of(files=("policies/a.yaml",)), HERE))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_a_warning_is_one_and_what_is_not_there_is_left_out() -> None:
    result = result_of(warning(mend=""))
    assert (result["level"], result["message"]["text"]) == ("warning", "is odd")
    assert "properties" not in result


@pytest.mark.parametrize("witness", [float("nan"), float("inf"), float("-inf")])
def test_a_witness_that_json_has_no_word_for_is_left_out(witness: float) -> None:
    assert "properties" not in result_of(finding(witness=witness))


@pytest.mark.parametrize(
    ("file", "uri", "base"),
    [
        ("../policies/a.yaml", "policies/a.yaml", "%SRCROOT%"),
        ("a b/ü%#?:.yaml", "deep/a%20b/%C3%BC%25%23%3F%3A.yaml", "%SRCROOT%"),
        ("/repo/a.yaml", "a.yaml", "%SRCROOT%"),
        ("/elsewhere/a b.yaml", "file:///elsewhere/a%20b.yaml", None),
        ("../../elsewhere/a.yaml", "file:///elsewhere/a.yaml", None),
        ("<stdin>", "%3Cstdin%3E", None),
    ],
)
def test_a_place_is_an_address_from_the_root_of_the_repository(file: str, uri: str, base: str | None) -> None:
    result = result_of(finding(file=file), of=Repository(Path("/repo"), Path("/repo/deep")))
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert (artifact["uri"], artifact.get("uriBaseId")) == (uri, base)


def test_an_empty_span_is_a_place_too() -> None:
    region = result_of(finding(span=Span()))["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}


def test_lines_above_change_no_fingerprint_and_equal_findings_have_their_own() -> None:
    moved = result_of(finding(span=Span(30, 5, 30, 9)))["partialFingerprints"]
    assert moved == result_of(finding())["partialFingerprints"]
    twice = sarif_in(findings_as_sarif(report_of(finding(), finding(span=Span(9, 1, 9, 2))), HERE))["results"]
    assert twice[0]["partialFingerprints"] == moved
    assert twice[1]["partialFingerprints"] != moved


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_is_text_and_no_link(text: str) -> None:
    (result,) = sarif_in(findings_as_sarif(hostile(text), HERE))["results"]
    message = result["message"]["text"]
    assert message.split("\n")[0] == printable(text).replace("](", "] (")
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert printable(text).split("/")[-1] in unquote(artifact["uri"])
    assert result["properties"] == {"cell": {printable(text): printable(text)}}


def test_what_is_waived_is_suppressed_with_its_reason() -> None:
    report = replace(report_of(finding(code="PE210")), waived=(Waived(warning(code="PE428"), "[as](agreed)\n"),))
    told, waived = sarif_in(findings_as_sarif(report, HERE))["results"]
    assert (waived["ruleId"], waived["ruleIndex"], waived["level"]) == ("PE428", 1, "warning")
    assert waived["suppressions"] == [{"kind": "inSource", "justification": "[as](agreed)\\n"}]
    assert "suppressions" not in told
