"""The policy of `tune` on the command line: what is shown, what is written, and what is left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from policy_engine.cli._tuned_policy import diff_of_policy, read_band, tell_or_write
from policy_engine.tuning.writing import propose
from tests.support.policies import CATALOG, POLICY, edited

if TYPE_CHECKING:
    from pathlib import Path

TEST = "tests:\n  - {given: {score: 0.9, jurisdiction: US}, expect: {outcome: block}}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a policy with a test that pins its number."""
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY + TEST)
    return path


def ended(path: Path, threshold: float, *, write: bool, band: str = "block") -> int:
    """Write a threshold of the policy, or say that it is not written."""
    return tell_or_write(propose(read_band(str(path), band, None, None), threshold, {"a": 1}), write=write)


def test_without_a_word_to_write_it_is_told_what_would_be_written(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    diff = diff_of_policy(propose(read_band(str(path), "block", None, None), 0.9137, {"a": 1}))
    assert [line for line in diff.splitlines() if line[:1] in "+-"] == [
        f"--- {path.as_posix()}",
        f"+++ {path.as_posix()}",
        "-version: 7",
        "+version: 8",
        "-  - {name: block, at_least: 0.90, effect: adverse, escalate: fraud-disputes, reasons: [FR01]}",
        "+  - {name: block, at_least: 0.9137, effect: adverse, escalate: fraud-disputes, reasons: [FR01]}",
        "+evidence: evidence/card-fraud-v8.json",
    ]
    assert ended(path, 0.9137, write=False) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "".join(err.split()) == "".join(
        f"nothing is written: --write writes this, and how it was chosen into {path.parent.as_posix()}/evidence/"
        "card-fraud-v8.json 1 test of the policy speaks of the time before: bring it up to date, "
        "`policy-engine test` fails until then".split()
    )
    assert path.read_text() == POLICY + TEST


def test_what_is_written_is_named_and_once_more_there_is_nothing_to_write(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(path, 0.9137, write=True) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[:2] == [
        f"wrote {path.parent.as_posix()}/evidence/card-fraud-v8.json",
        f"wrote {path.as_posix()}",
    ]
    written = path.read_bytes()
    assert ended(path, 0.9137, write=True) == 0
    assert "nothing to write" in capsys.readouterr().err
    assert path.read_bytes() == written
    assert diff_of_policy(propose(read_band(str(path), "block", None, None), 0.9137, {"a": 1})) == ""


def test_evidence_that_speaks_no_more_is_told(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(POLICY)
    ended(path, 0.9137, write=True)
    path.write_text(edited(path.read_text(), ("0.9137", "0.92")))
    ended(path, 0.6, write=True, band="review")
    assert "the evidence no longer speaks for `block` (base): " in capsys.readouterr().err


@pytest.mark.parametrize(("name", "band"), [("none.yaml", "block"), ("catalog.yaml", "block"), ("policy.yaml", "x")])
def test_what_is_no_threshold_is_wrong_usage(path: Path, name: str, band: str) -> None:
    with pytest.raises(click.UsageError):
        read_band(str(path.parent / name), band, None, None)
