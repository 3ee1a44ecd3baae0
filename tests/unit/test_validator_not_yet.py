"""Words that the language will have: nobody is told to delete them, or that they are misspelt."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, after_in_catalog

MEND = "keep what it says outside the policy until it does: to leave it out altogether changes decisions"
TO_COME: dict[str, tuple[Edit, str]] = {
    **{
        f"`{key}` of a policy": (("owner:", f"{key}: [x]\nowner:"), f"4:1: PE101 #`{key}`")
        for key in (
            *("evidence", "facts", "knock_outs", "lead", "samples"),
            *("scores", "stage", "targets", "tunable", "unknown_label"),
        )
    },
    **{
        f"`{key}` of a score": (("  higher_is", f"  {key}: x\n  higher_is"), f"8:3: PE101 #`{key}`")
        for key in ("labels", "signal", "type")
    },
    "`highlight` of a band": (("{name: allow}", "{name: allow, highlight: red}"), "13:19: PE101 #`highlight`"),
    "`highlight` of an override": (
        (", because: fewer", ", highlight: red, because: fewer"),
        "16:67: PE101 #`highlight`",
    ),
    "the kind `classes`": (("kind: probability", "kind: classes"), "7:9: PE104 #the kind `classes`"),
    "the kind `labels`": (("kind: probability", "kind: labels"), "7:9: PE104 #the kind `labels`"),
    "a mapping of versions": (
        ("fraud-gbm}", "fraud-gbm, versions: {EU: '>=4'}}"),
        "9:38: PE103 #a mapping for `versions`",
    ),
}
NEAR: dict[str, tuple[Edit, str]] = {
    "in another mapping": (
        ("{name: allow}", "{name: allow, knock_outs: x}"),
        "`knock_outs` is no key of a band / delete",
    ),
    "misspelt": (("owner:", "evidences: x\nowner:"), "`evidences` is no key of a policy / delete it, or"),
    "a list of versions": (
        ("fraud-gbm}", "fraud-gbm, versions: ['>=4']}"),
        "`versions` is a list where text is wanted",
    ),
    "another kind": (("kind: probability", "kind: classy"), "`classy` is no value of `kind` / write"),
}


@pytest.mark.parametrize("case", TO_COME)
def test_a_word_to_come_is_told_as_one(case: str) -> None:
    edit, told = TO_COME[case]
    words = told.replace("#", "this version of policy-engine does not know ")
    assert after(edit) == [f"{words} yet / {MEND}"]


@pytest.mark.parametrize("key", ["facts", "guardrails"])
def test_so_it_is_in_a_catalog(key: str) -> None:
    (told,) = after_in_catalog(("effects:", f"{key}: {{}}\neffects:"))
    mend = MEND.replace("policy", "catalog")
    assert told == f"catalog.yaml:12:1: PE101 this version of policy-engine does not know `{key}` yet / {mend}"


@pytest.mark.parametrize("case", NEAR)
def test_near_misses_are_told_as_before(case: str) -> None:
    edit, told = NEAR[case]
    (found,) = after(edit)
    assert told in found
