"""Evidence as it lies in a folder, whatever it is: read where it may be, and held against the policy's thresholds."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.lint import told_by
from policy_engine.lint.evidence import EvidentCut, Unfit
from policy_engine.loader import read_documents
from policy_engine.loader._evidence import EvidenceFiles
from policy_engine.validator import check
from tests.support.kinds import SCORES
from tests.support.policies import CATALOG, POLICY, edited, line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "evidence/v7.json"
BLOCK = {"band": "block", "score": None, "threshold_from": "base", "threshold": 0.9}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a catalog, a policy that names its evidence, and a folder for that."""
    policies = tmp_path / "policies"
    (policies / "evidence").mkdir(parents=True)
    (policies / "catalog.yaml").write_text(CATALOG)
    (policies / "policy.yaml").write_text(f"{POLICY}evidence: {NAME}\n")
    return policies


def written(*thresholds: Any, **keys: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Return the text of evidence with these thresholds."""
    return json.dumps({"schema": "evidence/v1", "use_case": "card-fraud", "thresholds": list(thresholds), **keys})


def told(folder: Path, evidence: str | bytes | None = None, path: Path | None = None) -> list[str]:
    """Return what is found in the policy, with *evidence* in its place if given."""
    if evidence is not None:
        (folder / NAME).write_bytes(evidence if isinstance(evidence, bytes) else evidence.encode())
    found = check(read_documents([path or folder], keep_evidence=told_by)).report.diagnostics
    return [line(one).rpartition("policy.yaml:")[2] for one in found]


def renamed(folder: Path, name: str) -> None:
    """Let the policy name other evidence."""
    (folder / "policy.yaml").write_text(f"{POLICY}evidence: {json.dumps(name)}\n")


# --- what it speaks for --------------------------------------------------------------------------------------


def test_evidence_of_the_thresholds_that_there_are_is_no_finding(folder: Path) -> None:
    eu = {"band": "block", "threshold_from": "eu", "threshold": 0.93}
    evidence = written(BLOCK, {"band": "review", "threshold": 0.55}, eu, measures={"recall": 0.4}, created="2026-06-01")
    assert told(folder, evidence) == []
    assert told(folder, f"\ufeff{written()}") == []


def test_a_threshold_that_was_moved_is_told_with_both_numbers(folder: Path) -> None:
    eu = {"band": "block", "threshold_from": "eu", "threshold": 0.9299999999999999}
    assert told(folder, written(BLOCK | {"threshold": 0.91}, eu, eu)) == [
        (
            "11:29: PE435 the threshold of `block` (base) is 0.9, and its evidence `evidence/v7.json` speaks for 0.91 "
            "/ write 0.91, or choose it anew and let `evidence` name what is written then"
        ),
        (
            "16:60: PE435 the threshold of `block` (override `eu`) is 0.93, and its evidence `evidence/v7.json` speaks "
            "for 0.9299999999999999 / write 0.9299999999999999, or choose it anew and let `evidence` name what is "
            "written then"
        ),
    ]


def test_a_threshold_that_is_a_word_by_now_is_told(folder: Path) -> None:
    policy = edited(POLICY, ("{block: 0.93}", "{block: never}"))
    (folder / "policy.yaml").write_text(f"{policy}evidence: {NAME}\n")
    (found,) = told(folder, written({"band": "block", "threshold_from": "eu", "threshold": 0.93}))
    assert found.startswith("16:60: PE435 the threshold of `block` (override `eu`) is never, and its evidence")


def test_in_float32_what_rounds_alike_is_the_same(folder: Path) -> None:
    policy = edited(POLICY, ("kind: probability", "kind: probability\n  type: float32"))
    (folder / "policy.yaml").write_text(f"{policy}evidence: {NAME}\n")
    assert told(folder, written(BLOCK | {"threshold": 0.9000000001})) == []
    (found,) = told(folder, written(BLOCK | {"threshold": 0.901}))
    assert "is 0.9, and its evidence" in found


@pytest.mark.parametrize(
    ("evident", "whose"),
    [
        (BLOCK | {"band": "blok"}, "`blok` (base)"),
        (BLOCK | {"threshold_from": "fr"}, "`block` (override `fr`)"),
        (BLOCK | {"band": "review", "threshold_from": "eu"}, "`review` (override `eu`)"),
        (BLOCK | {"score": "face"}, "`block` of `face` (base)"),
        (BLOCK | {"band": "allow"}, "`allow` (base)"),
    ],
)
def test_a_threshold_that_is_gone_is_told_at_the_evidence(folder: Path, evident: dict[str, Any], whose: str) -> None:
    assert told(folder, written(evident)) == [
        (
            f"17:11: PE435 `evidence/v7.json` speaks for a threshold of {whose}, which this policy does not have / "
            "choose the thresholds anew and name what is written then, or bring back what it speaks for"
        )
    ]


def test_of_several_scores_each_has_its_own(folder: Path) -> None:
    (folder / "policy.yaml").write_text(f"{SCORES}evidence: {NAME}\n")
    thresholds = [
        {"band": "pass", "score": "document", "threshold": 0.9},
        {"band": "pass", "score": "face", "threshold": 0.81},
        {"band": "pass", "score": "face", "threshold_from": "eu", "threshold": 0.85},
        {"band": "pass", "threshold_from": "eu", "threshold": 0.85},
        {"band": "pass", "threshold": 0.9},
    ]
    evidence = json.dumps({"schema": "evidence/v1", "use_case": "kyc", "thresholds": thresholds})
    assert [one.split(" / ")[0] for one in told(folder, evidence)] == [
        (
            "11:76: PE435 the threshold of `pass` of `face` (base) is 0.8, and its evidence `evidence/v7.json` speaks "
            "for 0.81"
        ),
        "21:11: PE435 `evidence/v7.json` speaks for a threshold of `pass` (base), which this policy does not have",
    ]


def test_of_very_many_the_first_are_told(folder: Path) -> None:
    assert len(told(folder, written(*(BLOCK | {"band": f"b{i}"} for i in range(1000))))) == 20


# --- what is none --------------------------------------------------------------------------------------------

_ITEM = (
    'let each item of `thresholds` look like `{"band": "block", "score": null, "threshold_from": "base", '
    '"threshold": 0.9}`'
)
NONE: dict[str, tuple[str, str, str]] = {
    "a list": ("[]", "it is no mapping", "let it begin with `schema`: `evidence/v1`"),
    "no schema": ("{}", "`schema` is not there, not `evidence/v1`", "write `schema`: `evidence/v1`"),
    "another schema": (
        '{"schema": ["evidence/v2"]}',
        "`schema` is [evidence/v2], not `evidence/v1`",
        "write `schema`: `evidence/v1`",
    ),
    "another use case": (
        written(use_case="kyc"),
        "`use_case` is kyc, not `card-fraud`",
        "name the evidence of `card-fraud`",
    ),
    "no thresholds": (
        '{"schema": "evidence/v1", "use_case": "card-fraud"}',
        "`thresholds` is not there, not a list",
        _ITEM,
    ),
    "no mapping in the list": (written(BLOCK, 7), "item 2 of `thresholds` is no threshold: 7", _ITEM),
}


@pytest.mark.parametrize("case", NONE)
def test_what_is_no_evidence_of_this_policy_is_told(folder: Path, case: str) -> None:
    evidence, why, mend = NONE[case]
    assert told(folder, evidence) == [f"17:11: PE434 `evidence/v7.json` is no evidence of this policy: {why} / {mend}"]


@pytest.mark.parametrize(
    "one",
    [
        {"band": 1},
        {"score": 1},
        {"threshold_from": 1},
        {"threshold": "0.9"},
        {"threshold": True},
        {"threshold": None},
        {"threshold": 10**400},
    ],
    ids=str,
)
def test_an_item_that_is_no_threshold_is_told(folder: Path, one: dict[str, Any]) -> None:
    (found,) = told(folder, written(BLOCK | one))
    assert "PE434 `evidence/v7.json` is no evidence of this policy: item 1 of `thresholds` is no threshold" in found


# --- what cannot be read -------------------------------------------------------------------------------------

UNREADABLE: dict[str, tuple[bytes, str]] = {
    "not UTF-8": (b'{"a": "\xff"}', "its byte 7 is no UTF-8"),
    "no JSON": (b'{\n "a": }', "it is no JSON from line 2, column 7 on"),
    "empty": (b"", "it is no JSON from line 1, column 1 on"),
    "NaN": (b'{"threshold": NaN}', "it has `NaN` for a number"),
    "an infinity": (b"[-Infinity]", "it has `-Infinity` for a number"),
    "beyond binary64": (b"[1e999]", "it has a number beyond binary64"),
    "very many digits": (b"9" * 5000, "it has a number that is too large"),
    "nested": (b"[" * 500_000, "it is nested too deeply"),
    "a key twice": (b'{"a": 1, "a": 2}', "it has a key twice in one mapping"),
    "huge": (b" " * (2**20 + 1), "it is larger than 1 MiB"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_bytes_that_are_no_data_are_told(folder: Path, case: str) -> None:
    evidence, why = UNREADABLE[case]
    (found,) = told(folder, evidence)
    assert found.startswith(f"17:11: PE433 the evidence `evidence/v7.json` cannot be read: {why} / ")


def test_as_much_as_is_allowed_is_read(folder: Path) -> None:
    assert told(folder, written().ljust(2**20)) == []


def test_where_there_is_no_file_that_is_told(folder: Path) -> None:
    assert told(folder) == [
        (
            "17:11: PE433 the evidence `evidence/v7.json` cannot be read: there is no such file / put the file there, "
            "or delete `evidence`"
        )
    ]


OUTSIDE = "it leads out of the folder of the policies"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/passwd", "it is an absolute path"),
        ("C:/secret.json", "it is an absolute path"),
        ("\\\\host\\share\\x.json", "it is an absolute path"),
        ("../outside.json", OUTSIDE),
        ("evidence/../../outside.json", OUTSIDE),
        ("../policies-too/x.json", OUTSIDE),
        ("policy.yaml/x.json", "there is no such file"),
        ("x" * 3000, "there is no such file"),
        ("evidence", "it is a folder, not a file"),
        (".", "it is a folder, not a file"),
    ],
)
def test_a_name_that_leads_to_no_file_in_the_folder_is_told(folder: Path, name: str, why: str) -> None:
    (folder.parent / "outside.json").write_text(written())
    (folder.parent / "policies-too").mkdir()
    (folder.parent / "policies-too" / "x.json").write_text(written())
    renamed(folder, name)
    (found,) = told(folder)
    assert "PE433 the evidence" in found
    assert f"cannot be read: {why} / " in found


def test_a_name_with_a_byte_of_zero_is_no_name(folder: Path) -> None:
    real = os.path.realpath(folder)
    assert (
        str(EvidenceFiles(told_by).read("a\0b.json", f"{real}/policy.yaml", real).trouble)
        == "that is no name of a file"
    )


def test_the_way_through_the_folder_above_and_back_is_one(folder: Path) -> None:
    renamed(folder, f"../policies/evidence/../{NAME}")
    assert told(folder, written(BLOCK)) == []


def test_a_policy_deeper_in_the_folder_may_name_what_lies_beside(folder: Path) -> None:
    (folder / "cards").mkdir()
    renamed(folder, f"../{NAME}")
    (folder / "policy.yaml").rename(folder / "cards" / "policy.yaml")
    assert told(folder, written(BLOCK)) == []
    assert told(folder, path=folder / "cards" / "policy.yaml") == []
    # Where only the inner folder is named, nothing outside of it is read
    (folder / "catalog.yaml").rename(folder / "cards" / "catalog.yaml")
    (found,) = told(folder, path=folder / "cards")
    assert OUTSIDE in found


def test_a_policy_without_a_catalog_has_its_own_folder(folder: Path) -> None:
    (folder / "catalog.yaml").unlink()
    (folder / ".git").mkdir()
    bare = POLICY[: POLICY.index("overrides:")].replace(", effect: adverse, escalate: fraud-disputes", "")
    bare = bare.replace(", escalate: fraud-ops", "").replace("on_invalid: review", "on_invalid: block")
    (folder / "policy.yaml").write_text(f"{bare}evidence: {NAME}\n")
    assert told(folder, written(BLOCK), folder / "policy.yaml") == []
    (folder / "policy.yaml").write_text(f"{bare}evidence: ../x.json\n")
    (found,) = told(folder, path=folder / "policy.yaml")
    assert OUTSIDE in found


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.symlink_to(path.parent.parent.parent / "outside.json"), "its link leads out of the folder"),
        (lambda path: path.symlink_to(path), "its links lead in a circle"),
        (os.mkfifo, "it is a pipe, not a file"),
        (lambda path: path.symlink_to("/dev/zero"), "its link leads out of the folder"),
    ],
    ids=["a link that leads out", "a ring of links", "a pipe", "a device"],
)
def test_what_is_no_file_of_the_folder_is_told_and_nobody_waits(
    folder: Path, make: Callable[[Path], None], why: str
) -> None:
    (folder.parent / "outside.json").write_text(written())
    make(folder / NAME)
    (found,) = told(folder)
    assert f"cannot be read: {why}" in found


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "real.json").write_text(written(BLOCK))
    (folder / NAME).symlink_to(folder / "real.json")
    assert told(folder) == []


def test_a_folder_of_policies_that_is_a_link_is_where_it_leads_to(folder: Path) -> None:
    (folder / NAME).write_text(written(BLOCK))
    (folder.parent / "link").symlink_to(folder)
    assert told(folder, path=folder.parent / "link") == []


def test_a_file_that_may_not_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / NAME).write_text(written(BLOCK))
    real = os.open

    def refusing(path: str, *rest: Any) -> int:  # noqa: ANN401 - as the system's own
        if str(path).endswith(".json"):
            raise PermissionError(13, "denied")
        return real(path, *rest)

    monkeypatch.setattr(os, "open", refusing)
    (found,) = told(folder)
    assert "cannot be read: no right to read it" in found


# --- whether it is asked -------------------------------------------------------------------------------------


def test_nobody_asks_unless_told_to(folder: Path) -> None:
    loaded = read_documents([folder])
    assert loaded.evidence is None
    assert check(loaded).report.diagnostics == ()


def test_of_a_policy_with_errors_the_evidence_says_nothing(folder: Path) -> None:
    policy = edited(POLICY, ("at_least: 0.55", "at_least: 5"))
    (folder / "policy.yaml").write_text(f"{policy}evidence: {NAME}\n")
    assert [one.split(" ")[1] for one in told(folder)] == ["PE202"]


def test_evidence_that_many_policies_name_is_read_once(folder: Path) -> None:
    (folder / NAME).write_text(written(BLOCK))
    (folder / "other.json").symlink_to(NAME)
    for n, name in enumerate([NAME, "other.json", f"evidence/../{NAME}", "nowhere.json"]):
        text = edited(POLICY, ("use_case: card-fraud", f"use_case: u{n}"))
        (folder / f"u{n}.yaml").write_text(f"{text}evidence: {name}\n")
    read: list[Any] = []

    def keep(data: Any) -> int:  # noqa: ANN401 - whatever JSON can hold
        read.append(data)
        return len(read)

    evidence = read_documents([folder], keep_evidence=keep).evidence or {}
    assert [data["thresholds"] for data in read] == [[BLOCK]]
    assert [one.kept for one in evidence.values()] == [1, 1, 1, 1, None]


def test_of_evidence_stays_what_the_rules_ask_for() -> None:
    told = told_by({"schema": "evidence/v1", "use_case": "u", "thresholds": [BLOCK, BLOCK], "cases": ["private"] * 9})
    assert str(told) == (
        "Told(use_case='u', shown='u', thresholds=(Evident(band='block', score=None, source='base', threshold=0.9, "
        "previous=None, since=0),), version=None, cuts=())"
    )
    assert isinstance(told_by([{}] * 9), Unfit)


@pytest.mark.parametrize(
    "wrong",
    [
        {"band": 1},
        {"above": "0.3"},
        {"above": True},
        {"previous": None},
        {"version": "2"},
        {"version": None},
    ],
)
def test_what_is_no_cut_of_a_highlight_is_passed_over(wrong: dict[str, Any]) -> None:
    cut = {"band": "suggest", "above": 0.3, "previous": 0.2, "version": 2}
    data = {"schema": "evidence/v1", "use_case": "u", "thresholds": [], "highlights": [{**cut, **wrong}, "x", cut, cut]}
    told = told_by(data)
    assert not isinstance(told, Unfit)
    assert told.cuts == (EvidentCut("suggest", 0.3, 0.2, 2),)
    nothing = told_by({**data, "highlights": cut})
    assert not isinstance(nothing, Unfit)
    assert nothing.cuts == ()
