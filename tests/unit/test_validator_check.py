"""The stages: what each needs, what it hides of others, and what is handed back in the end."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from policy_engine.loader import Loaded
from policy_engine.model import EMPTY_CATALOG
from policy_engine.validator import CheckedPolicySet, check
from policy_engine.validator._draft import MOST_OF_A_KIND
from policy_engine.validator._schema import MOST_TOLD
from tests.support.policies import CATALOG, POLICY, checked, codes, edited, findings, loaded, plus

if TYPE_CHECKING:
    from policy_engine.diagnostics import Report

MILD = ("effect: adverse, escalate: fraud-disputes", "attributes: {lane: red}")
NO_WORDS_OF_A_CATALOG = edited(
    POLICY,
    MILD,
    (", escalate: fraud-ops", ""),
    ("on_invalid: review", "on_invalid: block"),
    (POLICY[POLICY.index("overrides:") :], ""),
)


def _by_file(report: Report) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in report.diagnostics:
        found.setdefault(one.file, []).append(one.code)
    return found


# --- what a sound set comes to -------------------------------------------------------------------------------


def test_policies_stand_in_the_order_of_their_use_cases_and_instants() -> None:
    later = edited(POLICY, ("from: 2026-07-01", "from: 2027-07-01"), ("version: 7", "version: 8"))
    sooner = edited(POLICY, ("00Z}", "00Z, until: 2027-07-01T00:00:00Z}"))
    other = edited(POLICY, ("card-fraud", "account-takeover"))
    policies, report = checked(later, other=other, sooner=sooner)
    assert report.diagnostics == ()
    assert policies is not None
    assert [one.file for one in policies.policies] == ["other.yaml", "sooner.yaml", "policy.yaml"]
    assert [one.policy.effective.from_.year for one in policies.policies] == [2026, 2026, 2027]
    assert policies.catalog.effects == ("adverse",)


def test_sources_are_the_files_with_their_digests() -> None:
    read = loaded({"policy.yaml": POLICY, "catalog.yaml": CATALOG})
    policies, report = check(read)
    assert policies is not None
    assert [one.file for one in policies.sources] == ["catalog.yaml", "policy.yaml"]
    assert [one.sha256 for one in policies.sources] == [document.sha256 for document in read.documents]
    assert report.files == ("catalog.yaml", "policy.yaml")
    assert report.sources == {"catalog.yaml": CATALOG, "policy.yaml": POLICY}


def test_nobody_but_check_makes_a_checked_set() -> None:
    policies, _ = checked()
    assert policies is not None
    with pytest.raises(TypeError, match="only `check` makes a CheckedPolicySet"):
        CheckedPolicySet(policies.catalog, policies.policies, policies.sources, proof=object())
    with pytest.raises(ValueError, match="proof"):
        replace(policies, policies=())  # type: ignore[call-arg]


def test_no_catalog_is_the_empty_one() -> None:
    policies, report = checked(NO_WORDS_OF_A_CATALOG, catalog=None)
    assert report.diagnostics == ()
    assert policies is not None
    assert policies.catalog is EMPTY_CATALOG


def test_a_catalog_alone_is_a_set_without_policies() -> None:
    policies, report = check(loaded({"catalog.yaml": CATALOG}))
    assert report.ok
    assert policies is not None
    assert policies.policies == ()


def test_an_error_anywhere_leaves_no_set() -> None:
    policies, report = checked(
        other=edited(POLICY, ("card-fraud", "other"), ("on_invalid: review", "on_invalid: deny"))
    )
    assert policies is None
    assert codes(report) == ["PE204"]


# --- what hides what -----------------------------------------------------------------------------------------


def test_a_policy_with_errors_hides_nothing_of_another() -> None:
    texts = {
        "document": edited(POLICY, ("card-fraud", "a"), ("owner: payments-risk", "owner: a\nowner: b")),
        "schema": edited(POLICY, ("card-fraud", "b"), ("owner: payments-risk\n", "")),
        "names": edited(POLICY, ("card-fraud", "c"), ("jurisdiction: EU", "jurisdiction: DK")),
        "cells": edited(POLICY, ("card-fraud", "d"), ("at_least: 0.55", "at_least: 0.95")),
        "promises": edited(
            POLICY,
            ("card-fraud", "e"),
            ("overrides:", "tests: [{given: {score: 1}, expect: {outcome: allow}}]\noverrides:"),
        ),
    }
    _, report = checked(edited(POLICY, ("card-fraud", "f"), ("{block: 0.93}", "{block: 93}")), **texts)
    assert _by_file(report) == {
        "document.yaml": ["PE007"],
        "schema.yaml": ["PE102"],
        "names.yaml": ["PE206"],
        "cells.yaml": ["PE201"],
        "promises.yaml": ["PE501"],
        "policy.yaml": ["PE202"],
    }


def test_names_and_shapes_of_a_policy_are_told_together() -> None:
    edits = (("on_invalid: review", "on_invalid: deny"), ("jurisdiction: EU", "jurisdiction: DK"))
    assert codes(checked(edited(POLICY, *edits)).report) == ["PE204", "PE206"]


def test_cells_wait_for_names() -> None:
    edits = (("at_least: 0.55", "at_least: 0.95"), ("jurisdiction: EU", "jurisdiction: DK"))
    assert codes(checked(edited(POLICY, *edits)).report) == ["PE206"]


def test_tests_wait_for_cells() -> None:
    test = ("overrides:", "tests: [{given: {score: 1}, expect: {outcome: allow}}]\noverrides:")
    assert codes(checked(edited(POLICY, test, ("at_least: 0.55", "at_least: 0.95"))).report) == ["PE201"]


def test_policies_are_held_against_each_other_whatever_else_is_wrong_with_them() -> None:
    _, report = checked(
        edited(POLICY, ("on_invalid: review", "on_invalid: deny")), second=edited(POLICY, ("version: 7", "version: 8"))
    )
    assert _by_file(report) == {"policy.yaml": ["PE204"], "second.yaml": ["PE403"]}


@pytest.mark.parametrize(
    ("edit", "code"),
    [(("at_least: 0.55", "at_least: &low 0.55"), "PE006"), (("at_least: 0.55", "at_least: .nan"), "PE009")],
)
def test_what_reading_had_to_leave_out_is_told_once(edit: tuple[str, str], code: str) -> None:
    found = codes(checked(edited(POLICY, edit)).report)
    assert found
    assert set(found) == {code}


def test_an_alias_is_not_also_a_missing_value() -> None:
    policy = edited(POLICY, ("at_least: 0.90", "at_least: &high 0.90"), ("{block: 0.93}", "{block: *high}"))
    assert set(codes(checked(policy).report)) == {"PE006"}


# --- the catalog ---------------------------------------------------------------------------------------------


def test_two_catalogs_are_one_too_many() -> None:
    second = edited(CATALOG, ("adverse", "mild"))
    (found,) = findings(edited(POLICY, ("jurisdiction: EU", "jurisdiction: DK")), CATALOG, words=second)
    assert found == (
        "words.yaml:1:9: PE106 a set of policies has one catalog, and `catalog.yaml` is one already / move what it "
        "declares into `catalog.yaml`"
    )


@pytest.mark.parametrize(
    "catalog",
    [
        pytest.param(edited(CATALOG, ("jurisdictions:", "jurisdiction:")), id="a misspelt key"),
        pytest.param(edited(CATALOG, ("dimensions:", "dimensions: {")), id="no YAML"),
        pytest.param("", id="nothing"),
        pytest.param("- catalog/v1\n", id="a list"),
        pytest.param(edited(CATALOG, ("EU: {}", "EU: {in: DE}")), id="a ring"),
    ],
)
def test_with_a_broken_catalog_no_word_of_it_is_called_unknown(catalog: str) -> None:
    found = findings(edited(POLICY, ("on_invalid: review", "on_invalid: deny")), catalog)
    of_policy = [line for line in found if not line.startswith("catalog.yaml")]
    assert [line.partition(" / ")[0] for line in of_policy] == ["14:13: PE204 `deny` is no band of this policy"]
    assert len(found) > len(of_policy)


def test_a_file_that_could_not_be_read_may_have_been_the_catalog() -> None:
    read = loaded({"policy.yaml": POLICY})
    policies, report = check(Loaded(read.documents, read.diagnostics, ("catalog.yaml", "policy.yaml")))
    assert policies is None
    assert report.diagnostics == ()


def test_a_file_that_is_neither_says_so() -> None:
    (found,) = findings(POLICY, CATALOG, other="services: {}\n")
    place, help_text = "other.yaml:1:1: PE105 `schema` is missing", "write `schema: policy/v1` or `schema: catalog/v1`"
    assert found == f"{place} / {help_text} as the first line"


# --- what findings carry -------------------------------------------------------------------------------------


def test_a_finding_in_a_cell_names_the_cell_and_a_score() -> None:
    big = plus("{id: big, when: {amount: {at_least: 1000}}, thresholds: {review: 0.92}, because: x}")
    (found,) = checked(edited(POLICY, big)).report.diagnostics
    assert found.cell == {"jurisdiction": "US", "amount": "1000 and above"}
    assert found.witness == 0.92
    assert (found.span.column, found.span.end_column) == (70, 74)


def test_what_a_terminal_would_obey_is_spelled_out() -> None:
    test = r'{name: "a\e[2Jb", given: {"\e[31m": 1, score: 1}, expect: {outcome: allow}}'
    (found,) = checked(edited(POLICY, ("overrides:", f"tests: [{test}]\noverrides:"))).report.diagnostics
    assert found.message == "`\\x1b[31m` is neither a dimension nor a key of a request"
    assert found.help.startswith("write one that is known here: `amount`, ")
    (found,) = checked(
        edited(POLICY, ("overrides:", f"tests: [{test.replace('e[31m', 'x61mount')}]\noverrides:"))
    ).report.diagnostics
    assert found.message.startswith("the test `a\\x1b[2Jb` fails")


def test_a_flood_of_mistakes_in_one_file_is_counted() -> None:
    _, report = checked(POLICY + "".join(f"key-{number}: 1\n" for number in range(1000)))
    assert len(report.diagnostics) == MOST_TOLD + 1
    assert {found.code for found in report.diagnostics} == {"PE101"}
    last = report.diagnostics[-1]
    assert (last.message, last.span.line) == ("900 more findings follow in this file", 117)


def test_a_long_value_is_cut_in_a_message() -> None:
    (found,) = checked(edited(POLICY, ("owner: payments-risk", f"owner: [{'x' * 500}]"))).report.diagnostics
    assert found.help == "write text"
    (found,) = checked(edited(POLICY, ("on_invalid: review", f"on_invalid: 0.{'1' * 500}"))).report.diagnostics
    assert len(found.message) < 120


def test_checking_imports_nothing_heavy() -> None:
    program = (
        "import sys; from policy_engine.validator import check; from policy_engine.loader import Loaded\n"
        "check(Loaded((), (), ()))\n"
        "print(*sorted({'numpy', 'structlog', 'jsonschema', 'ruamel', 'pycountry', 'hypothesis'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


# --- more than anybody reads -----------------------------------------------------------------------------------------

FAILING = "  - {given: {jurisdiction: US, score: 0.1}, expect: {outcome: block}}\n"


@pytest.mark.parametrize(("more", "told"), [(-1, 0), (0, 0), (1, 1), (1_000, 1)])
@pytest.mark.parametrize("code", ["PE501", "PE206"])
def test_what_is_found_again_and_again_is_told_until_nobody_reads_on(code: str, more: int, told: int) -> None:
    count = MOST_OF_A_KIND + more
    if code == "PE501":
        policy = POLICY + "tests:\n" + FAILING * count
    else:
        policy = edited(
            POLICY, ("{jurisdiction: EU}", f"{{jurisdiction: [{', '.join(f'x{n}' for n in range(count))}]}}")
        )
    found = [one for one in checked(policy).report.diagnostics if one.code == code]
    assert [one.message for one in found].count("there are more findings of this kind") == told
    assert len(found) == min(count, MOST_OF_A_KIND) + told
