"""An unquoted scalar means what the YAML 1.2 core schema says, and nothing else."""

from __future__ import annotations

from math import nextafter
from sys import float_info
from typing import Any

import pytest

from policy_engine.loader import read_document

LARGEST = float_info.max


def value_of(scalar: str) -> Any:  # noqa: ANN401 - any scalar
    document, findings = read_document(f"a: {scalar}\n".encode(), "policy.yaml")
    assert findings == ()
    return document.data["a"]


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("010", 10),
        ("-010", -10),
        ("0o17", 15),
        ("0xFf", 255),
        ("9007199254740993", 9007199254740993),
        (str(int(LARGEST)), int(LARGEST)),
        ("0.90", 0.9),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5e-3", -0.0005),
        ("+1E+2", 100.0),
        ("1e3", 1000.0),
        ("1e-400", 0.0),
        (repr(LARGEST), LARGEST),
        (repr(nextafter(0.6, 0)), nextafter(0.6, 0)),
        ("0." + "1" * 500, 0.1111111111111111),
    ],
)
def test_the_core_schema_names_what_is_not_text(scalar: str, value: Any) -> None:  # noqa: ANN401 - any scalar
    read = value_of(scalar)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "scalar",
    [
        *("NO", "no", "No", "yes", "Y", "on", "off", "nULL", "tRUE", "None", "nil"),
        *("1_000", "0_1", "1,5", "0b1", "0O17", "0XFF", "-0x1", "0o8", "0xg", "1e", "1e+", ".", "+", "+.", ".e1"),
        *("2026-07-01", "2026-07-01T00:00:00Z", "12:30:45", "190:20", "1.2.3", "4.2,<5", "P1D", "PT30M", "0.9%"),
        *("inf", "nan", "infinity", ".infinity", ".nAn", "+.nan", "-.NAN", "=", "<", "it's", 'a"b', "a#b", "a:b"),
        *("\u0661\u0662", "\uff11", "1\u00a0", "\u00bd", "\u2460"),
    ],
)
def test_what_the_core_schema_does_not_name_is_text(scalar: str) -> None:
    assert value_of(scalar) == scalar


@pytest.mark.parametrize("quoted", ['"1"', "'1'", '"true"', "'~'", '""', '".nan"', "'1e999'", '"<<"'])
def test_what_stands_in_quotes_is_text(quoted: str) -> None:
    assert value_of(quoted) == quoted[1:-1]


@pytest.mark.parametrize("header", ["|", "|-", ">", ">+"])
def test_a_block_scalar_is_text(header: str) -> None:
    assert value_of(f"{header}\n  12").strip() == "12"


@pytest.mark.parametrize(
    "scalar",
    [
        *(".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.Inf", "+.INF", ".nan", ".NaN", ".NAN"),
        *("1e999", "-1e999", "1.8e308", "9" * 309, "-" + "9" * 309, "0x" + "f" * 257, "0o" + "7" * 400),
        *("9" * 401, "0" * 401, "1" + "0" * 400, "0x" + "0" * 401),
    ],
)
def test_a_number_that_binary64_cannot_hold_is_refused(scalar: str) -> None:
    document, (finding,) = read_document(f"a: 1\nb: [{scalar}, 2]\n".encode(), "policy.yaml")
    assert (finding.code, finding.span.line, finding.span.column) == ("PE009", 2, 5)
    assert finding.span.end_column == 5 + len(scalar)
    assert "a number must be finite" in finding.message
    assert document.data == {"a": 1, "b": [None, 2]}


@pytest.mark.parametrize("scalar", ["9" * 308, "0" * 400, "-" + "0" * 398 + "1", "0x" + "f" * 255])
def test_a_number_just_inside_binary64_is_read(scalar: str) -> None:
    assert value_of(scalar) == int(scalar, 0 if "x" in scalar else 10)
