"""What a choice writes: three values of the policy and not a byte more, the evidence, and never the one without it."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from policy_engine.engine import Engine
from policy_engine.exceptions import InvalidPolicyError, TuningError
from policy_engine.formatting import files, format_text
from policy_engine.lint import told_by
from policy_engine.loader import MOST_BYTES, meaning, read_document, read_documents
from policy_engine.tuning.band import BandToTune, band_to_tune
from policy_engine.tuning.policy_file import read_policy_file
from policy_engine.tuning.writing import Proposal, propose, write_proposal
from policy_engine.validator import check
from tests.docs.pages import ROOT
from tests.support.kinds import SCORES
from tests.support.policies import CATALOG, POLICY, codes, edited, plus

if TYPE_CHECKING:
    from pathlib import Path

RECORD: Final = {"objective": "recall", "data": {"sha256": "ab", "rows": 100}, "value": 0.25}


class Place(NamedTuple):
    """One threshold of a sample policy."""

    name: str
    band: str
    score: str | None
    source: str


def _places() -> list[Place]:
    found = []
    for path in sorted((ROOT / "policies").glob("*.yaml")):
        if path.stem != "catalog":
            policy = read_policy_file(path).policy
            found += [Place(path.stem, band, one.name, "base") for one in policy.scales for band in one.thresholds]
            found += [
                Place(path.stem, band, None, one.id)
                for one in policy.overrides
                for band, written in (one.thresholds or {}).items()
                if not isinstance(written, str)
            ]
    return found


PLACES: Final = _places()


def band_at(path: Path, band: str = "block", score: str | None = None, source: str = "base") -> BandToTune:
    """Return a threshold of the policy in a file."""
    return band_to_tune(read_policy_file(path), band, score=score, source=source)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a policy beside its catalog."""
    return laid_out(tmp_path, POLICY)


def laid_out(folder: Path, text: str | bytes, catalog: str = CATALOG) -> Path:
    """Write a policy and a catalog into a folder, and return the policy's file."""
    (folder / "catalog.yaml").write_text(catalog)
    path = folder / "policy.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def tuned(path: Path, threshold: float, record: dict[str, Any] | None = None, **which: Any) -> Proposal:  # noqa: ANN401 - as `band_at` takes it
    """Write a threshold into a policy, and return what was written."""
    proposal = propose(band_at(path, **which), threshold, RECORD if record is None else record)
    write_proposal(proposal)
    return proposal


def found_in(path: Path) -> list[str]:
    """Return the codes of what is found in a policy with its evidence."""
    return codes(check(read_documents([path], keep_evidence=told_by)).report)


# --- the sample policies -------------------------------------------------------------------------------------


_ODD_THERE: Final = {Place("prompt-safety", "tag", None, "base"): ["PE235"]}
"""Below the cut of its highlight, a band may show nothing."""


def _moved(band: BandToTune) -> float:
    """Return a number near the present one that is none of the policy's, on the stricter side of it."""
    step = 0.0137 * max(1.0, abs(band.present) / 10)
    return round(band.present + (step if band.higher_is == "safer" else -step), 6)


def _outside(before: bytes, after: bytes) -> tuple[bytes, bytes]:
    """Return two texts without their versions, evidence and numbers in lines that differ."""
    lines = [raw.splitlines(keepends=True) for raw in (before, after)]
    lines[1] = [line for line in lines[1] if not line.startswith(b"evidence: ")]
    assert len(lines[0]) == len(lines[1])
    kept: tuple[list[bytes], list[bytes]] = ([], [])
    for one, other in zip(*lines, strict=True):
        differ = one != other
        kept[0].append(re.sub(rb"[0-9.]+", b"N", one) if differ else one)
        kept[1].append(re.sub(rb"[0-9.]+", b"N", other) if differ else other)
    return b"".join(kept[0]), b"".join(kept[1])


def test_evidence_that_is_there_and_says_something_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    other = tmp_path / "evidence" / "card-fraud-v8.json"
    other.parent.mkdir()
    other.write_text("{}")
    with pytest.raises(TuningError, match="is there already, and says something else"):
        propose(band_to_tune(read_policy_file(path), "block"), 0.91, {"a": 1})
    assert (path.read_text(), other.read_text()) == (POLICY, "{}")


@pytest.mark.parametrize(
    "place", PLACES, ids="-".join(f"{{0.{name}}}" for name in ("name", "band", "score", "source")).format
)
def test_every_threshold_of_the_samples_is_written_and_not_a_byte_more(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", folder)
    path = folder / f"{place.name}.yaml"
    which: dict[str, Any] = {"band": place.band, "score": place.score, "source": place.source}
    band = band_at(path, **which)
    threshold = _moved(band)
    proposal = propose(band, threshold, RECORD)
    assert path.read_bytes() == proposal.before
    write_proposal(proposal)
    after = path.read_bytes()
    assert after == proposal.after
    # Three things changed, each in a line of its own, and no other
    before, rest = _outside(proposal.before, after)
    assert before == rest
    changed = sum(a != b for a, b in zip(proposal.before.split(b"\n"), _without_evidence(after), strict=True))
    assert changed == 2
    again = band_at(path, **which)
    assert (again.present, again.version) == (threshold, band.version + 1)
    assert again.file.policy.evidence == f"evidence/{band.use_case}-v{band.version + 1}.json"
    # It is sound for everybody, with tests of the time before alone
    assert set(found_in(path)) <= {"PE506", *_ODD_THERE.get(place, ())}
    Engine.load(path)
    # Once more, the same bytes
    assert not propose(again, threshold, RECORD).is_new
    evidence = proposal.evidence_path.read_bytes()
    tuned(path, threshold, **which)
    assert (path.read_bytes(), proposal.evidence_path.read_bytes()) == (after, evidence)
    # By hand, it does not stay unnoticed
    place_of_number = again.file.document.value_range(again.path)
    assert place_of_number is not None
    text = again.file.document.text
    by_hand = f"{text[: place_of_number[0]]}{threshold + 0.0001}{text[place_of_number[1] :]}"
    path.write_text(by_hand, newline="")
    assert "PE435" in found_in(path)
    assert "PE506" not in found_in(path)


def _without_evidence(raw: bytes) -> list[bytes]:
    return [line for line in raw.split(b"\n") if not line.startswith(b"evidence: ")]


@pytest.mark.parametrize("name", sorted({one.name for one in PLACES}))
def test_a_sample_stays_as_fmt_would_have_it(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", folder)
    path = folder / f"{name}.yaml"
    for place in (one for one in PLACES if one.name == name):
        band = band_at(path, place.band, place.score, place.source)
        after = propose(band, _moved(band), RECORD).after
        assert format_text(after, "x.yaml").after == after


# --- the edit ------------------------------------------------------------------------------------------------

ODD: dict[str, tuple[str, str]] = {
    "flow in flow": ("{name: block, at_least: 0.9137, effect", "{name: block, at_least: 0.90, effect"),
    "a comment beside it": ("at_least: 0.9137 # why\n", "at_least: 0.90 # why\n"),
    "spaces around it": ("at_least:    0.9137   # why\n", "at_least:    9.0e-1   # why\n"),
    "on the next line": ("at_least:\n      0.9137\n", "at_least:\n      0.900\n"),
}
BLOCK: Final = "  - {name: block, at_least: 0.90, effect: adverse, escalate: fraud-disputes, reasons: [FR01]}\n"


@pytest.mark.parametrize("case", ODD)
def test_a_number_is_replaced_wherever_and_however_it_stands(case: str, tmp_path: Path) -> None:
    after, before = ODD[case]
    text = POLICY
    if case != "flow in flow":
        text = edited(
            POLICY, (BLOCK, f"  - name: block\n    {before}    effect: adverse\n    escalate: fraud-disputes\n")
        )
    path = laid_out(tmp_path, text)
    tuned(path, 0.9137)
    expected = edited(text, (before, after), ("version: 7", "version: 8"))
    assert path.read_text() == _with_evidence(expected)


def _with_evidence(text: str) -> str:
    return f"{text}evidence: evidence/card-fraud-v8.json\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("is_ended", [True, False])
def test_line_ends_and_marks_stay_as_they_are(line_end: str, mark: bytes, is_ended: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    text = (
        POLICY.replace("owner: payments-risk", 'owner: "Zahlungsverkehr: ä"  # ü') if is_ended else POLICY.rstrip("\n")
    )
    path = laid_out(tmp_path, mark + text.replace("\n", line_end).encode())
    tuned(path, 0.9137)
    expected = edited(text, ("at_least: 0.90", "at_least: 0.9137"), ("version: 7", "version: 8"))
    expected += "evidence: evidence/card-fraud-v8.json\n" if is_ended else "\nevidence: evidence/card-fraud-v8.json"
    assert path.read_bytes() == mark + expected.replace("\n", line_end).encode()


TESTS: Final = "tests:\n  - {given: {score: 0.1}, expect: {outcome: allow}}\n"
BEFORE_TESTS: dict[str, tuple[str, str]] = {
    "directly": ("", ""),
    "a comment of the tests": ("", "# what was promised\n"),
    "a blank line": ("", "\n"),
    "a comment of the block": ("  # there are no others\n", ""),
    "both": ("  # there are no others\n\n  # nor these\n", "\n# what was promised\n\n"),
    "a comment beside the last": ("  - {id: us, when: {jurisdiction: US}, reasons: {block: [US01]}} # soon\n", ""),
}


@pytest.mark.parametrize("case", BEFORE_TESTS)
def test_the_evidence_gets_the_line_that_fmt_would_give_it(case: str, tmp_path: Path) -> None:
    block, tests = BEFORE_TESTS[case]
    text = format_text(f"{POLICY}{block}{tests}{TESTS}".encode(), "policy.yaml").after or b""
    path = laid_out(tmp_path, text)
    proposal = tuned(path, 0.9137)
    after = path.read_bytes()
    assert format_text(after, "policy.yaml").after == after
    assert after == (
        text.replace(b"0.90,", b"0.9137,")
        .replace(b"version: 7", b"version: 8")
        .replace(f"{tests}tests:".encode(), f"evidence: {proposal.named}\n{tests}tests:".encode())
    )


def test_keys_in_another_order_and_a_value_in_quotes_stay_so(tmp_path: Path) -> None:
    head, rest = POLICY.split("owner:")
    text = f"{head}{TESTS}evidence: 'e.json'  # of last year\nowner:{rest}"
    path = laid_out(tmp_path, text)
    (tmp_path / "e.json").write_text('{"schema": "evidence/v1", "use_case": "card-fraud", "thresholds": []}')
    tuned(path, 0.9137)
    expected = edited(text, ("at_least: 0.90", "at_least: 0.9137"), ("version: 7", "version: 8"))
    assert path.read_text() == expected.replace("'e.json'", "'evidence/card-fraud-v8.json'")


def test_a_policy_in_one_pair_of_braces_gets_it_there(tmp_path: Path) -> None:
    text = json.dumps(read_document(POLICY.encode(), "x")[0].data) + "\n"
    path = laid_out(tmp_path, text)
    tuned(path, 0.9137)
    after = text.replace('"at_least": 0.9,', '"at_least": 0.9137,').replace('"version": 7', '"version": 8')
    assert path.read_text() == f'{after[:-2]}, "evidence": "evidence/card-fraud-v8.json"}}\n'


def test_of_several_scores_each_number_is_written_at_its_own_place(tmp_path: Path) -> None:
    path = laid_out(tmp_path, SCORES)
    tuned(path, 0.8125, band="pass", score="face")
    assert read_policy_file(path).policy.scales[1].thresholds == {"manual": 0.5, "pass": 0.8125}
    assert path.read_text().count("0.8125") == 1
    (entry,) = json.loads((tmp_path / "evidence" / "kyc-v2.json").read_text())["thresholds"]
    assert (entry["score"], entry["threshold_from"], entry["previous"]) == ("face", "base", 0.8)


@given(st.floats(0.551, 0.9299, exclude_max=True) | st.floats(0.5625, 0.90625, width=32))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_number_reads_back_as_itself(path: Path, threshold: float) -> None:
    assume(threshold != 0.9)
    document, findings = read_document(propose(band_at(path), threshold, {}).after, "policy.yaml")
    assert findings == ()
    assert document.data["bands"][0]["at_least"] == threshold


@pytest.mark.parametrize(
    ("threshold", "written"),
    [(95.0, "95"), (-0.0, "0"), (1e-7, "1e-07"), (1e22, "1e+22"), (0.1 + 0.2, "0.30000000000000004")],
)
def test_numbers_are_written_as_short_as_they_can_be(threshold: float, written: str, tmp_path: Path) -> None:
    wide = ("kind: probability", "kind: number\n  range: [-1, 1.0e+30]")
    policy = edited(
        POLICY, wide, ("at_least: 0.55", "at_least: -0.5"), (POLICY[POLICY.index("overrides:") :], "description: x\n")
    )
    after = propose(band_at(laid_out(tmp_path, policy)), threshold, {}).after
    assert f"at_least: {written},".encode() in after
    assert meaning(written) == threshold


@pytest.mark.parametrize("threshold", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_finite_number_is_refused(path: Path, threshold: float) -> None:
    with pytest.raises(TuningError, match="it has to be a finite number"):
        propose(band_at(path), threshold, {})


def test_in_float32_what_rounds_alike_is_the_number_that_is_there(tmp_path: Path) -> None:
    path = laid_out(tmp_path, edited(POLICY, ("kind: probability", "kind: probability\n  type: float32")))
    proposal = tuned(path, 0.8999999761581421)
    assert b"at_least: 0.90," in proposal.after
    assert found_in(path) == []
    assert not propose(band_at(path), 0.8999999761581421, RECORD).is_new
    other = tuned(path, 0.8999999165534973)
    assert b"at_least: 0.8999999165534973," in other.after
    assert found_in(path) == []


# --- the evidence ---------------------------------------------------------------------------------------------


def test_evidence_says_what_was_tuned_how_and_from_what(path: Path) -> None:
    proposal = tuned(path, 0.9137)
    assert proposal.evidence_path == path.parent.resolve() / "evidence" / "card-fraud-v8.json"
    text = proposal.evidence_path.read_text()
    assert text.endswith("}\n")
    assert json.loads(text) == {
        "schema": "evidence/v1",
        "use_case": "card-fraud",
        "version": 8,
        "thresholds": [
            {
                "band": "block",
                "score": None,
                "threshold_from": "base",
                "threshold": 0.9137,
                "previous": 0.9,
                "version": 8,
                "tuned": RECORD,
            }
        ],
    }


def entries(path: Path, version: int) -> list[Any]:
    """Return what the evidence of a version says of thresholds."""
    found: list[Any] = json.loads((path.parent / "evidence" / f"card-fraud-v{version}.json").read_text())["thresholds"]
    return found


def test_what_is_said_of_other_thresholds_is_carried_over_as_it_is(path: Path) -> None:
    tuned(path, 0.9137)
    first = entries(path, 8)
    first[0]["of our own"] = {"b": 1, "a": [2]}
    evidence = path.parent / "evidence" / "card-fraud-v8.json"
    evidence.write_text(json.dumps({**json.loads(evidence.read_text()), "thresholds": first}))
    proposal = tuned(path, 0.6, band="review")
    assert entries(path, 9)[0] == first[0]
    assert [(one["band"], one["previous"], one["version"]) for one in entries(path, 9)] == [
        ("block", 0.9, 8),
        ("review", 0.55, 9),
    ]
    assert proposal.left_behind == ()
    assert found_in(path) == []


def test_what_the_policy_has_no_more_is_left_behind_and_told(path: Path) -> None:
    tuned(path, 0.9137)
    tuned(path, 0.94, source="eu")
    path.write_text(edited(path.read_text(), ("at_least: 0.9137", "at_least: 0.92")))
    proposal = tuned(path, 0.6, band="review")
    assert proposal.left_behind == ("`block` (base)",)
    assert [(one["band"], one["threshold_from"]) for one in entries(path, 10)] == [("block", "eu"), ("review", "base")]


def test_the_same_number_by_other_data_is_a_new_version_with_the_number_before_it(path: Path) -> None:
    tuned(path, 0.9137)
    proposal = tuned(path, 0.9137, {"data": "of this year"})
    assert proposal.is_new
    assert (
        edited(proposal.before.decode(), ("version: 8", "version: 9"), ("-v8.json", "-v9.json"))
        == proposal.after.decode()
    )
    (entry,) = entries(path, 9)
    assert (entry["previous"], entry["version"], entry["tuned"]) == (0.9, 8, {"data": "of this year"})


def test_the_number_that_the_policy_has_already_is_proved_without_an_edit_of_it(path: Path) -> None:
    proposal = tuned(path, 0.9)
    assert b"at_least: 0.90," in proposal.after
    (entry,) = entries(path, 8)
    assert (entry["threshold"], entry["previous"]) == (0.9, 0.9)


def test_another_number_has_the_last_one_before_it(path: Path) -> None:
    tuned(path, 0.9137)
    tuned(path, 0.91)
    (entry,) = entries(path, 9)
    assert (entry["threshold"], entry["previous"], entry["version"]) == (0.91, 0.9137, 9)


def test_a_record_is_told_apart_by_the_type_of_its_numbers_and_not_by_its_order(path: Path) -> None:
    tuned(path, 0.9137, {"a": 1, "b": (1, 2)})
    assert not propose(band_at(path), 0.9137, {"b": [1, 2], "a": 1}).is_new
    assert propose(band_at(path), 0.9137, {"b": [1, 2], "a": True}).is_new


@pytest.mark.parametrize("record", [{"a": float("nan")}, {"a": {1, 2}}, {"a": b"x"}])
def test_a_record_that_is_no_json_is_refused(path: Path, record: dict[str, Any]) -> None:
    with pytest.raises(TuningError, match="the record is none that JSON can hold"):
        propose(band_at(path), 0.9137, record)


def test_words_that_are_no_utf8_are_written_as_escapes(path: Path) -> None:
    tuned(path, 0.9137, {"command": "tune \udcff ä"})
    assert entries(path, 8)[0]["tuned"] == {"command": "tune \udcff ä"}
    assert "PE433" not in found_in(path)


def test_evidence_beyond_what_is_read_is_refused(path: Path) -> None:
    room = MOST_BYTES - len(propose(band_at(path), 0.9137, {"a": ""}).evidence)
    assert len(propose(band_at(path), 0.9137, {"a": "x" * room}).evidence) == MOST_BYTES
    with pytest.raises(TuningError, match="would be larger than 1 MiB"):
        propose(band_at(path), 0.9137, {"a": "x" * (room + 1)})


# --- what must not be written -----------------------------------------------------------------------------------


def test_a_number_with_which_the_policy_has_errors_is_refused_with_them(path: Path) -> None:
    with pytest.raises(TuningError) as refused:
        propose(band_at(path), 0.5, RECORD)
    told = str(refused.value)
    assert told.startswith(
        f"with 0.5 for `block` (base), the policy would have errors: {path.as_posix()}:12:30: PE201 "
    )


def test_a_test_that_the_new_number_breaks_is_a_warning_in_what_is_proposed(tmp_path: Path) -> None:
    test = "tests: [{given: {score: 0.95, jurisdiction: US}, expect: {outcome: block, next_threshold: null}}]\n"
    path = laid_out(tmp_path, POLICY + test)
    assert codes(propose(band_at(path), 0.96, RECORD).report) == ["PE506"]
    assert codes(propose(band_at(path), 0.95, RECORD).report) == []


def test_nobody_goes_two_steps_ahead_of_the_tests(tmp_path: Path) -> None:
    path = laid_out(
        tmp_path, f"{POLICY}tests: [{{given: {{score: 0.9, jurisdiction: US}}, expect: {{outcome: block}}}}]\n"
    )
    tuned(path, 0.9137)
    assert found_in(path) == ["PE506"]
    written = path.read_bytes()
    with pytest.raises(TuningError, match="bring the tests up to date that speak of the time before") as refused:
        tuned(path, 0.92)
    assert "PE501" in str(refused.value)
    assert path.read_bytes() == written
    path.write_text(edited(path.read_text(), ("score: 0.9,", "score: 0.9137,")))
    tuned(path, 0.92)
    assert found_in(path) == ["PE506"]


# --- the files ---------------------------------------------------------------------------------------------------


def test_rights_stay_and_the_evidence_has_the_same(path: Path) -> None:
    path.chmod(0o640)
    proposal = tuned(path, 0.9137)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert stat.S_IMODE(proposal.evidence_path.stat().st_mode) == 0o640


def test_a_policy_that_changed_meanwhile_is_left_alone(path: Path) -> None:
    proposal = propose(band_at(path), 0.9137, RECORD)
    path.write_text(f"{POLICY}# by somebody else\n")
    with pytest.raises(OSError, match="it changed meanwhile"):
        write_proposal(proposal)
    assert path.read_text() == f"{POLICY}# by somebody else\n"
    assert sorted(one.name for one in path.parent.iterdir()) == ["catalog.yaml", "policy.yaml"]


def test_where_the_policy_cannot_be_replaced_no_evidence_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = propose(band_at(path), 0.9137, RECORD)
    seen: list[bool] = []

    def refuse(*_: object) -> None:
        seen.append(proposal.evidence_path.exists())
        raise OSError(28, "no space left")

    monkeypatch.setattr(files, "put_whole", refuse)
    with pytest.raises(OSError, match="no space left"):
        write_proposal(proposal)
    # The evidence was there before the policy was to name it, and is gone with the attempt
    assert seen == [True]
    assert not proposal.evidence_path.exists()
    assert path.read_text() == POLICY


def test_evidence_that_lay_there_stays_where_the_policy_cannot_be_replaced(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = propose(band_at(path), 0.9137, RECORD)
    proposal.evidence_path.parent.mkdir()
    proposal.evidence_path.write_bytes(proposal.evidence)
    monkeypatch.setattr(files, "put_whole", lambda *_: (_ for _ in ()).throw(OSError(28, "no space left")))
    with pytest.raises(OSError, match="no space left"):
        write_proposal(proposal)
    assert proposal.evidence_path.read_bytes() == proposal.evidence


def test_a_folder_of_evidence_that_leads_elsewhere_is_refused(
    path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (path.parent / "evidence").symlink_to(elsewhere)
    with pytest.raises(TuningError, match="is a link: make it a folder"):
        tuned(path, 0.9137)
    assert list(elsewhere.iterdir()) == []
    assert path.read_text() == POLICY


def test_a_link_within_the_folder_leads_to_the_file_that_is_edited(path: Path) -> None:
    real = path.parent / "versions" / "v7.yaml"
    real.parent.mkdir()
    path.rename(real)
    path.symlink_to("versions/v7.yaml")
    proposal = tuned(path, 0.9137)
    assert path.is_symlink()
    assert b"0.9137" in real.read_bytes()
    assert proposal.evidence_path == real.parent.resolve() / "evidence" / "card-fraud-v8.json"
    assert found_in(path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_policy_that_may_not_be_written_is_left_alone(path: Path) -> None:
    path.chmod(0o444)
    with pytest.raises(PermissionError):
        tuned(path, 0.9137)
    assert path.read_text() == POLICY


def test_a_policy_that_would_have_the_version_of_another_is_refused_by_validate(path: Path) -> None:
    other = edited(POLICY, ("version: 7", "version: 8"), ("from: 2026", "from: 2027"))
    path.write_text(edited(POLICY, ("00Z}", "00Z, until: 2027-07-01T00:00:00Z}")))
    (path.parent / "next.yaml").write_text(other)
    tuned(path, 0.9137)
    with pytest.raises(InvalidPolicyError):
        Engine.load(path.parent)


def test_an_override_is_told_apart_from_the_base(path: Path) -> None:
    path.write_text(edited(POLICY, plus("{id: us, when: {jurisdiction: US}, thresholds: {block: 0.95}, because: x}")))
    tuned(path, 0.94, source="us")
    assert "at_least: 0.90," in path.read_text()
    assert "{block: 0.93}" in path.read_text()
    assert "{block: 0.94}" in path.read_text()
