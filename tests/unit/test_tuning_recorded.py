"""The decisions of a log as tallies: what makes them positives, and a log that changes while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, Question, verify
from policy_engine.exceptions import AuditCorruptError
from policy_engine.tuning import Outcome, RecordedPolicy, Which, read_recorded, recorded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from policy_engine.audit import Verification

WHICH = Which("ground", 1)
BANDS = {WHICH: ("accept", "label")}


def _logged(log: Path, *decisions: tuple[str, str | None]) -> Path:
    """Write decisions, each a band and the first class; their ids count from `d0`."""
    records = [
        {"decision_id": f"d{place}", "use_case": "ground", "policy": {"version": 1}, "outcome": band, "label": first}
        for place, (band, first) in enumerate(decisions)
    ]
    with AuditLog(log, stream="web") as audit:
        audit.append_many(records)
    return log


def _read(log: Path, labels: Mapping[str, bool | str]) -> RecordedPolicy:
    return read_recorded(log, Question(), BANDS, labels=labels).policies[WHICH]


def test_of_classes_it_is_asked_whether_the_first_class_is_the_true_one(tmp_path: Path) -> None:
    decisions = (("accept", "sand"), ("accept", "clay"), ("label", "sand"), ("label", None), ("accept", "sand"))
    log = _logged(tmp_path / "log", *decisions)
    found = _read(log, {"d0": "sand", "d1": "sand", "d2": "sand", "d3": "sand"})
    assert found.labels == {"sand"}
    assert found.outcomes(lambda label, first: label == first) == {
        Outcome("accept", "accept", is_positive=True): 1,
        Outcome("accept", "accept", is_positive=False): 1,
        Outcome("label", "label", is_positive=True): 1,
        Outcome("label", "label", is_positive=False): 1,
        Outcome("accept", "accept"): 1,
    }


def test_labels_that_are_truth_values_say_it_themselves(tmp_path: Path) -> None:
    found = _read(_logged(tmp_path / "log", ("accept", "sand"), ("accept", "sand")), {"d0": True, "d1": False})
    assert found.outcomes() == {Outcome("accept", "accept", truth): 1 for truth in (True, False)}


def test_labels_that_are_names_do_not(tmp_path: Path) -> None:
    found = _read(_logged(tmp_path / "log", ("accept", "sand")), {"d0": "sand"})
    with pytest.raises(TypeError, match="labels that are names do not say what is a positive"):
        found.outcomes()


def test_a_log_that_changes_after_it_was_verified_is_told_and_nothing_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _logged(tmp_path / "log", ("accept", "sand"), ("accept", "sand"))

    def verify_and_tamper(folder: Path, **options: Any) -> Verification:  # noqa: ANN401 - passed on
        found = verify(folder, **options)
        (segment,) = folder.glob("*/segments/*.log")
        segment.write_bytes(segment.read_bytes().replace(b'"accept"', b'"labels"', 1))
        return found

    monkeypatch.setattr(recorded, "verify", verify_and_tamper)
    with pytest.raises(
        AuditCorruptError, match=r"^the log does not verify, so nothing of it was counted: web/segments/"
    ):
        read_recorded(log, Question(), BANDS)
