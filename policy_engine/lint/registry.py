"""Every rule, in the order in which a policy meets them. A rule that is not named here does not run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.lint.rules import (
    band_without_test,
    band_without_threshold,
    bounds_of_tunable,
    candidate_that_has_ended,
    candidate_that_never_decides,
    cap_without_reason,
    class_without_band,
    closed_band_reached,
    decided_without_person,
    dimension_of_members,
    drawn_by,
    duplicate_name,
    else_of_reasons,
    else_overtakes,
    end_without_successor,
    evidence_of_something_else,
    evidence_that_differs,
    fact_named_like_a_dimension,
    fail_open,
    field_within_another,
    gap_between_policies,
    guardrail_named_twice,
    guardrail_on_unknown_band,
    guardrail_without_band,
    guardrail_without_policy,
    highlight_above_threshold,
    highlight_outside_range,
    key_of_another_kind,
    knock_out_without_effect,
    knock_out_without_test,
    lead_below_zero,
    loosened_under_guardrail,
    loosening_tunable,
    loosening_without_reason,
    masked_dimension_unknown,
    no_open_band,
    not_held_against,
    number_off_cut,
    overlapping_policies,
    override_that_changes_nothing,
    override_that_has_ended,
    override_without_effect,
    override_without_test,
    part_outside_its_country,
    path_ends_in_unknown_band,
    path_ends_milder,
    policy_that_has_ended,
    policy_without_tests,
    ring_of_escalations,
    ring_of_jurisdictions,
    same_cells_twice,
    sample_of_itself,
    sample_that_has_ended,
    shares_over_one,
    single_class,
    stage_without_time,
    target_of_everything,
    target_that_nothing_proves,
    target_that_says_nothing,
    targets_that_exclude_each_other,
    threshold_of_last_band,
    threshold_of_unnamed_band,
    threshold_outside_guardrail,
    threshold_outside_range,
    thresholds_out_of_order,
    tied_overrides,
    too_many_cells,
    tuned_out_of_order,
    two_canaries,
    unassigned_jurisdiction,
    unknown_band,
    unknown_dimension,
    unknown_effect,
    unknown_escalation_path,
    unknown_fact,
    unknown_parent,
    unknown_tunable,
    unknown_value,
    unknown_word_in_guardrail,
    unreachable_band,
    unreadable_evidence,
    unused_dimension,
    unused_effect,
    unused_escalation_path,
    unused_fact,
    unused_group,
    use_case_no_longer_decided,
    variable_of_two_tunables,
    version_given_twice,
    version_not_raised,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.lint._rule import Rule
    from policy_engine.lint.subjects import (
        CatalogInUse,
        FileAgainst,
        PolicyAgainst,
        PolicyAtInstant,
        PolicyInCatalog,
        PolicyInCells,
        PolicyUnderTest,
        PolicyWithEvidence,
        SitedPolicy,
        UseCaseAgainst,
    )
    from policy_engine.model import Catalog, Policy
    from policy_engine.resolution import Layout

CATALOG_RULES: Final[tuple[Rule[Catalog], ...]] = (
    unknown_parent.RULE,
    unassigned_jurisdiction.RULE,
    ring_of_jurisdictions.RULE,
    part_outside_its_country.RULE,
    fact_named_like_a_dimension.RULE,
    guardrail_named_twice.RULE,
    unknown_word_in_guardrail.RULE,
    masked_dimension_unknown.RULE,
    field_within_another.RULE,
)
"""What is asked of a catalog."""

POLICY_RULES: Final[tuple[Rule[Policy], ...]] = (
    threshold_outside_range.RULE,
    unknown_band.RULE,
    duplicate_name.RULE,
    band_without_threshold.RULE,
    threshold_of_last_band.RULE,
    threshold_of_unnamed_band.RULE,
    class_without_band.RULE,
    stage_without_time.RULE,
    key_of_another_kind.RULE,
    dimension_of_members.RULE,
    highlight_outside_range.RULE,
    single_class.RULE,
    lead_below_zero.RULE,
    cap_without_reason.RULE,
    else_of_reasons.RULE,
    else_overtakes.RULE,
    sample_of_itself.RULE,
    target_of_everything.RULE,
    unknown_tunable.RULE,
    loosening_tunable.RULE,
    shares_over_one.RULE,
    targets_that_exclude_each_other.RULE,
    target_that_says_nothing.RULE,
    target_that_nothing_proves.RULE,
)
"""What is asked of a policy by itself."""

NAME_RULES: Final[tuple[Rule[PolicyInCatalog], ...]] = (
    unknown_dimension.RULE,
    unknown_value.RULE,
    number_off_cut.RULE,
    unknown_fact.RULE,
    drawn_by.RULE,
    unknown_escalation_path.RULE,
    unknown_effect.RULE,
    path_ends_in_unknown_band.RULE,
    path_ends_milder.RULE,
    guardrail_without_band.RULE,
)
"""What is asked of the words that a policy takes from its catalog."""

SIZE_RULES: Final[tuple[Rule[Layout], ...]] = (too_many_cells.RULE,)
"""What is asked before the cells that a policy makes are settled."""

TIE_RULES: Final[tuple[Rule[PolicyInCells], ...]] = (tied_overrides.RULE,)
"""What is asked of the cells first: whether the policy says what holds in them."""

CELL_RULES: Final[tuple[Rule[PolicyInCells], ...]] = (
    thresholds_out_of_order.RULE,
    unreachable_band.RULE,
    override_without_effect.RULE,
    knock_out_without_effect.RULE,
    same_cells_twice.RULE,
    fail_open.RULE,
    loosening_without_reason.RULE,
    bounds_of_tunable.RULE,
    tuned_out_of_order.RULE,
    ring_of_escalations.RULE,
    closed_band_reached.RULE,
    no_open_band.RULE,
    decided_without_person.RULE,
    threshold_outside_guardrail.RULE,
    loosened_under_guardrail.RULE,
)
"""What is asked of the cells that a policy makes."""

SOUND_RULES: Final[tuple[Rule[PolicyInCells], ...]] = (
    override_that_changes_nothing.RULE,
    highlight_above_threshold.RULE,
)
"""What is asked of cells in which no other rule found an error: whatever these find would follow from it."""

SET_RULES: Final[tuple[Rule[Sequence[SitedPolicy]], ...]] = (
    overlapping_policies.RULE,
    version_given_twice.RULE,
    two_canaries.RULE,
    variable_of_two_tunables.RULE,
)
"""What is asked of policies together."""

WHOLE_RULES: Final[tuple[Rule[Sequence[SitedPolicy]], ...]] = (
    candidate_that_never_decides.RULE,
    gap_between_policies.RULE,
    end_without_successor.RULE,
)
"""What is asked of all policies together, if all could be read: they are about policies that are not there."""

WHOLE_CATALOG_RULES: Final[tuple[Rule[CatalogInUse], ...]] = (
    guardrail_without_policy.RULE,
    guardrail_on_unknown_band.RULE,
)
"""What is asked of a catalog beside all policies, if all could be read."""

TIME_RULES: Final[tuple[Rule[PolicyAtInstant], ...]] = (
    policy_that_has_ended.RULE,
    candidate_that_has_ended.RULE,
    override_that_has_ended.RULE,
    sample_that_has_ended.RULE,
)
"""What is asked of a policy without errors at an instant, if one is given: what is over by then."""

EVIDENCE_RULES: Final[tuple[Rule[PolicyWithEvidence], ...]] = (
    unreadable_evidence.RULE,
    evidence_of_something_else.RULE,
    evidence_that_differs.RULE,
)
"""What is asked of a policy without errors and the evidence that it names, if that was read."""

USE_RULES: Final[tuple[Rule[CatalogInUse], ...]] = (
    unused_dimension.RULE,
    unused_fact.RULE,
    unused_group.RULE,
    unused_effect.RULE,
    unused_escalation_path.RULE,
)
"""What a reviewer is told of a catalog without errors beside all policies: what it declares and nothing uses."""

TEST_RULES: Final[tuple[Rule[PolicyUnderTest], ...]] = (
    band_without_test.RULE,
    override_without_test.RULE,
    knock_out_without_test.RULE,
    policy_without_tests.RULE,
)
"""What a reviewer is told of a policy without errors: what its own tests do not reach."""

AGAINST_RULES: Final[tuple[Rule[PolicyAgainst], ...]] = (version_not_raised.RULE,)
"""What is asked of a policy and of what it was in a git revision, where one is named."""

USE_CASE_AGAINST_RULES: Final[tuple[Rule[UseCaseAgainst], ...]] = (use_case_no_longer_decided.RULE,)
"""What is asked of a use case that a git revision decides."""

FILE_AGAINST_RULES: Final[tuple[Rule[FileAgainst], ...]] = (not_held_against.RULE,)
"""What is told of a file that a git revision has, and against which nothing can be held."""

RULES: Final[tuple[Rule[Any], ...]] = (
    *CATALOG_RULES,
    *POLICY_RULES,
    *NAME_RULES,
    *SIZE_RULES,
    *TIE_RULES,
    *CELL_RULES,
    *SOUND_RULES,
    *SET_RULES,
    *WHOLE_RULES,
    *WHOLE_CATALOG_RULES,
    *TIME_RULES,
    *EVIDENCE_RULES,
    *USE_RULES,
    *TEST_RULES,
    *AGAINST_RULES,
    *USE_CASE_AGAINST_RULES,
    *FILE_AGAINST_RULES,
)
"""All rules."""
