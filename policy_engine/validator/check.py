"""The steps in their order. Each gathers all that it finds; a policy with errors hides nothing of another."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.diagnostics import Report, in_order
from policy_engine.lint import (
    CATALOG_RULES,
    CELL_RULES,
    EVIDENCE_RULES,
    NAME_RULES,
    POLICY_RULES,
    SET_RULES,
    SIZE_RULES,
    SOUND_RULES,
    TEST_RULES,
    TIE_RULES,
    TIME_RULES,
    USE_RULES,
    WHOLE_CATALOG_RULES,
    WHOLE_RULES,
    CatalogInUse,
    PolicyAtInstant,
    PolicyInCatalog,
    PolicyInCells,
    PolicyUnderTest,
    PolicyWithEvidence,
    SitedPolicy,
)
from policy_engine.model import EMPTY_CATALOG, Catalog, Policy
from policy_engine.processes import one_after_the_other
from policy_engine.reference import Meaning
from policy_engine.resolution import lay_out, settle_cells
from policy_engine.validator._before_tuning import BEFORE_TUNING, BeforeTuning
from policy_engine.validator._checked import PROOF, CheckedPolicy, CheckedPolicySet, Source
from policy_engine.validator._draft import Draft
from policy_engine.validator._promises import FAILING_TEST, failing_tests, found_in, since_tuning
from policy_engine.validator._schema import kind_of, read_written
from policy_engine.validator.registry import NEVER_IN_A_CATALOG, NEVER_IN_A_POLICY, SECOND_CATALOG
from policy_engine.validator.trying import Reaching, tried_tests

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from policy_engine.diagnostics import Diagnostic
    from policy_engine.lint import Finding, Rule
    from policy_engine.loader import Document, Evidence, Loaded
    from policy_engine.processes import Across
    from policy_engine.resolution import ResolvedPolicy
    from policy_engine.validator._draft import Notes
    from policy_engine.validator._promises import FailingTest


class Checked(NamedTuple):
    """What a check comes to: the policies, if nothing stands in their way, and everything that was found."""

    policies: CheckedPolicySet | None
    report: Report


class _Written(NamedTuple):
    """A policy that could be read, and the document that it came from."""

    policy: Policy
    draft: Draft


_ByPolicy = dict[int, list[tuple["Rule[Sequence[SitedPolicy]]", "Finding"]]]


class _Judged(NamedTuple):
    """What the policies of one use case came to, each by itself and in its own tests.

    `places` are theirs among all policies, `notes` what their drafts noted, and `resolved` their cells, where they
    are sound enough. `are_sound` says whether all were before their tests.
    """

    places: Sequence[int]
    notes: Sequence[Notes]
    resolved: Sequence[ResolvedPolicy | None]
    are_sound: bool
    tested: Mapping[str, int]


class _Together(NamedTuple):
    """What all policies are checked with: the catalog, what was found of each beside the others, what is asked for."""

    catalog: Catalog | None
    looked_for: Collection[str]
    found: _ByPolicy
    is_any_tested: bool
    evidence: Mapping[str, Evidence] | None
    for_review: bool
    keeps_cells: bool


class _Done(NamedTuple):
    """What every step comes to."""

    catalog: Catalog | None
    policies: Sequence[_Written]
    resolved: Sequence[ResolvedPolicy | None]
    report: Report


def check(loaded: Loaded, *, now: datetime | None = None, for_review: bool = False) -> Checked:
    """Take documents through every step, and return them as policies if none found an error.

    The steps: reading (its findings come with *loaded*), schema, names and shapes, cells, all policies
    together, the policies' own tests. A document goes on to the next step while it has no error.

    With *now*, what is over by then is told, too. Without it, what is found depends on nothing but the documents.
    Where it is *for_review*, so are what the catalog declares and nothing uses, and what no test reaches: nothing that
    a service which loads policies would want to spend time on.
    """
    done = _check(loaded, now, for_review=for_review, keeps_cells=True, across=one_after_the_other)
    return Checked(_checked(done, loaded) if done.report.ok else None, done.report)


def review(loaded: Loaded, *, now: datetime, across: Across = one_after_the_other) -> Report:
    """Return what `check` finds for a review, and no policies. *across* is how it goes through the use cases."""
    return _check(loaded, now, for_review=True, keeps_cells=False, across=across).report


def _check(loaded: Loaded, now: datetime | None, *, for_review: bool, keeps_cells: bool, across: Across) -> _Done:
    drafts = _drafts(loaded)
    written = [(_read(draft), draft) for draft in drafts]
    catalog = _the_catalog(loaded, written)
    policies = [_Written(one, draft) for one, draft in written if isinstance(one, Policy)]
    are_all = _are_all_read(loaded, written)
    together = _Together(
        catalog,
        *_found_together(policies, are_all=are_all),
        any(one.policy.tests for one in policies),
        loaded.evidence,
        for_review=for_review,
        keeps_cells=keeps_cells,
    )
    judged = across(partial(_judged, policies, together), _by_use_case(policies))
    resolved: list[ResolvedPolicy | None] = [None] * len(policies)
    tested: dict[str, int] = {}
    for one in judged:
        tested.update(one.tested)
        for place, notes, cells in zip(one.places, one.notes, one.resolved, strict=True):
            policies[place].draft.take(notes)
            resolved[place] = cells
    if are_all:
        others = (draft for one, draft in written if not isinstance(one, Policy))
        is_reviewed = for_review and all(one.are_sound for one in judged) and all(draft.is_sound for draft in others)
        rules = (*WHOLE_CATALOG_RULES, *(USE_RULES if is_reviewed else ()))
        _check_use_of_catalogs(written, loaded.brought, rules)
    if now is not None:
        _check_time(policies, now)
    own = [one for draft in drafts for one in (*draft.found, *draft.about_waivers())]
    report = Report(
        in_order([*loaded.diagnostics, *own]),
        loaded.files,
        {one.file: one.text for one in loaded.documents},
        tested,
        tuple(sorted((one for draft in drafts for one in draft.waived), key=lambda one: one.finding.order)),
    )
    return _Done(catalog, policies, resolved, report)


def _drafts(loaded: Loaded) -> list[Draft]:
    by_file: dict[str, list[Diagnostic]] = {}
    for found in loaded.diagnostics:
        by_file.setdefault(found.file, []).append(found)
    return [Draft(document, by_file.get(document.file, ())) for document in loaded.documents]


# --- schema, and the catalog ---------------------------------------------------------------------------------


def _read(draft: Draft) -> Policy | Catalog | None:
    if not isinstance(draft.document.data, dict):
        return None
    written, told = read_written(draft.document)
    for one in told:
        draft.tell(one.code, one.message, one.help, one.path, one.at)
    if not draft.is_sound:
        return None
    draft.looked_for |= NEVER_IN_A_CATALOG if isinstance(written, Catalog) else NEVER_IN_A_POLICY
    return written


def _the_catalog(loaded: Loaded, written: Sequence[tuple[Policy | Catalog | None, Draft]]) -> Catalog | None:
    """Return the catalog that policies are checked with: the one there is, or the empty one where there is none.

    None where it cannot be known: there are several, or one with errors, or a file that may be one.
    """
    # Of several, the one that is meant for all lies above the others
    catalogs = sorted(
        ((one, draft) for one, draft in written if kind_of(draft.document.data) == "catalog/v1"),
        key=lambda item: (item[1].document.file.count("/"), item[1].document.file),
    )
    for _, draft in catalogs[1:]:
        first = catalogs[0][1].document.file
        message = f"a set of policies has one catalog, and `{first}` is one already"
        draft.tell(SECOND_CATALOG, message, f"move what it declares into `{first}`", ("schema",), "value")
    if len(catalogs) == 1:
        catalog, draft = catalogs[0]
        if isinstance(catalog, Catalog):
            draft.hold_to(CATALOG_RULES, catalog)
        return catalog if isinstance(catalog, Catalog) and draft.is_sound else None
    unread = len(loaded.documents) < len(loaded.files)
    if catalogs or unread or any(kind_of(draft.document.data) is None for _, draft in written):
        return None
    return EMPTY_CATALOG


# --- names, shapes and cells ---------------------------------------------------------------------------------


def _resolved(policy: Policy, draft: Draft, catalog: Catalog | None) -> ResolvedPolicy | None:
    """Hold a policy to the rules that it can be held to, and return its cells if there was no error before them."""
    draft.hold_to(POLICY_RULES, policy)
    if catalog is None:
        return None
    draft.hold_to(NAME_RULES, PolicyInCatalog(policy, catalog))
    if not draft.is_sound:
        return None
    layout = lay_out(policy, catalog)
    draft.hold_to(SIZE_RULES, layout)
    if not layout.is_whole:
        return None
    resolved = settle_cells(layout)
    draft.hold_to(TIE_RULES, PolicyInCells(resolved, catalog))
    if draft.is_sound and draft.waived:
        # Where a tie is waived the stricter holds, and the other rules have to see it so
        resolved = settle_cells(layout._replace(ties="strictest"))
    cells = PolicyInCells(resolved, catalog)
    draft.hold_to(CELL_RULES, cells)
    if draft.is_sound:
        draft.hold_to(SOUND_RULES, cells)
    return resolved


# --- all policies together, and their promises ---------------------------------------------------------------


def _found_together(policies: Sequence[_Written], *, are_all: bool) -> tuple[Collection[str], _ByPolicy]:
    """Return what is looked for in all policies together, and what is found of each.

    It is told once each was checked by itself.
    """
    # The line of a policy that is alone in its use case need not be found: it meets no other.
    use_cases = Counter(one.policy.use_case for one in policies)
    lines = [one.draft.line_of(("effective",)) if use_cases[one.policy.use_case] > 1 else 0 for one in policies]
    sited = [SitedPolicy(one.policy, one.draft.document.file, line) for one, line in zip(policies, lines, strict=True)]
    rules = (*SET_RULES, *(WHOLE_RULES if are_all else ()))
    by_policy: _ByPolicy = {}
    for rule in rules:
        for found in rule.check(sited):
            by_policy.setdefault(found.of, []).append((rule, found))
    return [rule.code for rule in rules], by_policy


def _by_use_case(policies: Sequence[_Written]) -> list[list[int]]:
    """Return the places of the policies, those of one use case together."""
    places: dict[str, list[int]] = {}
    for place, one in enumerate(policies):
        places.setdefault(one.policy.use_case, []).append(place)
    return list(places.values())


def _judged(policies: Sequence[_Written], together: _Together, places: Sequence[int]) -> _Judged:
    """Check the policies of one use case each by itself, tell what is found of all, and run their tests."""
    own = [policies[place] for place in places]
    resolved = [_resolved(one.policy, one.draft, together.catalog) for one in own]
    for place, one in zip(places, own, strict=True):
        one.draft.looked_for.update(together.looked_for)
        for rule, found in together.found.get(place, ()):
            one.draft.add(rule, found)
    _check_evidence(own, together.evidence or {})
    are_sound = all(one.draft.is_sound for one in own)
    tested = _check_promises(own, resolved, together)
    cells = resolved if together.keeps_cells else [None] * len(own)
    return _Judged(places, [one.draft.notes for one in own], cells, are_sound, tested)


def _check_promises(
    own: Sequence[_Written], resolved: Sequence[ResolvedPolicy | None], together: _Together
) -> dict[str, int]:
    """Run the tests of each sound policy, among the sound policies of its use case; return how many, by file.

    For a review, what the tests of a policy do not reach is told as well, if they all pass.
    """
    if together.catalog is None:
        return {}
    sound = [one for one in own if one.draft.is_sound]
    tests = _Tests(sound, together.catalog, together.evidence, are_all=len(sound) == len(own))
    tested: dict[str, int] = {}
    for one, cells in zip(own, resolved, strict=True):
        if not one.draft.is_sound:
            continue
        reaching = Reaching(one.policy)
        ran = tests.run(one, reaching)
        tested[one.draft.document.file] = ran.tests
        if together.for_review and one.draft.is_sound and ran.are_current and cells is not None:
            one.draft.hold_to(TEST_RULES, PolicyUnderTest(cells, reaching.reached, together.is_any_tested))
    return tested


class _Ran(NamedTuple):
    """How many tests were tried, and whether none of them speaks of the time before a threshold was tuned."""

    tests: int
    are_current: bool


class _Tests:
    """The tests of the sound policies of one use case; *are_all* says whether they are all that it has."""

    def __init__(
        self, sound: Sequence[_Written], catalog: Catalog, evidence: Mapping[str, Evidence] | None, *, are_all: bool
    ) -> None:
        self._are_all = are_all
        self._looked_for = {FAILING_TEST} if evidence is None else {FAILING_TEST, BEFORE_TUNING}
        self._live = [Meaning(one.policy, catalog) for one in sound]
        self._documents = {id(one.policy): one.draft.document for one in sound}
        self._before = BeforeTuning(catalog, evidence or {}, partial(_sound, catalog))

    def run(self, one: _Written, reaching: Reaching) -> _Ran:
        """Run the tests of one policy, and tell what fails."""
        are_current = True
        tried = reaching.noting(tried_tests(one.policy, self._live))
        for failing in failing_tests(one.policy, tried, are_all=self._are_all):
            since = self._since_tuning(one.policy, failing)
            if since is not None:
                are_current = False
                if not one.draft.is_full(BEFORE_TUNING):
                    one.draft.warn(BEFORE_TUNING, since)
                continue
            if one.draft.is_full(FAILING_TEST):
                # Of this one nothing is told, and those behind it are not looked at
                return _Ran(reaching.tests - 1, are_current)
            found = failing.finding
            one.draft.tell(FAILING_TEST, found.message, found.help, found.path, found.at)
        if self._are_all:
            one.draft.looked_for |= self._looked_for
        return _Ran(reaching.tests, are_current)

    def _since_tuning(self, policy: Policy, failing: FailingTest) -> Finding | None:
        """Return what is told of a test that passed before thresholds were tuned; None where it did not."""
        tried = failing.tried
        if tried is None or tried.by is None:
            return None
        then = self._before.passed(
            tried,
            self._documents[id(tried.by)],
            lambda again: found_in(policy, again, failing.place, are_all=self._are_all) is None,
        )
        return None if then is None else since_tuning(failing, tried.test, then.tuned)


def _sound(catalog: Catalog, document: Document) -> Policy | None:
    """Return the policy that a document holds, if it has no error by itself; whatever else is found is not told."""
    draft = Draft(document, ())
    written = _read(draft)
    if not isinstance(written, Policy):
        return None
    _resolved(written, draft, catalog)
    return written if draft.is_sound else None


def _check_use_of_catalogs(
    written: Sequence[tuple[Policy | Catalog | None, Draft]],
    brought: Collection[str],
    rules: Collection[Rule[CatalogInUse]],
) -> None:
    """Hold catalogs to the policies beside them. Of one that a policy brought, other policies lie elsewhere."""
    policies = tuple(one for one, _ in written if isinstance(one, Policy))
    for one, draft in written:
        if isinstance(one, Catalog) and draft.document.file not in brought:
            draft.hold_to(rules, CatalogInUse(one, policies))


def _are_all_read(loaded: Loaded, written: Sequence[tuple[Policy | Catalog | None, Draft]]) -> bool:
    """Say whether there is no file but those of policies and catalogs that could be read."""
    return len(loaded.documents) == len(loaded.files) and all(
        one is not None or kind_of(draft.document.data) == "catalog/v1" for one, draft in written
    )


def _check_time(policies: Sequence[_Written], now: datetime) -> None:
    for one in policies:
        if one.draft.is_sound:
            one.draft.hold_to(TIME_RULES, PolicyAtInstant(one.policy, now))


def _check_evidence(policies: Sequence[_Written], evidence: Mapping[str, Evidence]) -> None:
    for one in policies:
        read = evidence.get(one.draft.document.file)
        if read is not None and one.draft.is_sound:
            trouble = None if read.trouble is None else (read.trouble.message, read.trouble.mend)
            one.draft.hold_to(EVIDENCE_RULES, PolicyWithEvidence(one.policy, read.kept, trouble))


def _checked(done: _Done, loaded: Loaded) -> CheckedPolicySet | None:
    if done.catalog is None:
        return None
    checked = [
        CheckedPolicy(cells, one.draft.document.file)
        for one, cells in zip(done.policies, done.resolved, strict=True)
        if cells is not None
    ]
    checked.sort(key=lambda one: (one.policy.use_case, one.policy.window))
    sources = sorted((one.file, one.sha256) for one in loaded.documents)
    return CheckedPolicySet(done.catalog, tuple(checked), tuple(Source(*one) for one in sources), PROOF)
