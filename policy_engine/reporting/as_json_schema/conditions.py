"""What the models check beyond the types of their keys, as far as an editor can help with it.

A key that belongs beside some others only is refused elsewhere, in words, and proposed only where it belongs.
"""

from __future__ import annotations

from typing import Any, Final, get_args

from policy_engine.model.overrides import CHANGES
from policy_engine.vocabulary import ScoreKind

Rule = dict[str, Any]


def _is(key: str, *values: str) -> Rule:
    """Return the condition that *key* has one of these values; one that is misspelt is told elsewhere.

    No `enum`: editors would list its values among those that may be written.
    """
    value: Rule = {"const": values[0]} if len(values) == 1 else {"pattern": f"^(?:{'|'.join(values)})$"}
    return {"properties": {key: value}, "required": [key]}


def _has(*keys: str) -> Rule:
    return {"anyOf": [{"required": [key]} for key in keys]} if len(keys) > 1 else {"required": list(keys)}


def _has_not(*keys: str) -> Rule:
    # no `anyOf`: while an editor looks for what it may propose, each of its conditions counts as met
    return {"allOf": [{"not": {"required": [key]}} for key in keys]}


def _refused(key: str, message: str) -> Rule:
    return {"properties": {key: False}, "errorMessage": message}


def _needed(key: str, message: str) -> Rule:
    return {"required": [key], "errorMessage": message}


def _if(condition: Rule, then: Rule) -> Rule:
    return {"if": condition, "then": then}


def _unless(condition: Rule, then: Rule) -> Rule:
    return {"if": condition, "else": then}


def _one_of(words: str, *keys: str) -> list[Rule]:
    """Return the rules that let just one of these keys stand; *words* is how a message names them."""
    *earlier, last = keys
    one_alone = [
        _if(_has(*keys[:at]), _refused(key, f"takes only one of {words}")) for at, key in enumerate(keys) if at
    ]
    return [_unless(_has(*earlier), _needed(last, f"needs one of {words}")), *one_alone]


def _some_of(message: str, *keys: str) -> list[Rule]:
    """Return the rule that one of these keys stands there at least."""
    *earlier, last = keys
    return [_unless(_has(*earlier), _needed(last, message))]


def _other_kinds(*kinds: str) -> tuple[str, ...]:
    return tuple(kind for kind in get_args(ScoreKind) if kind not in kinds)


_NUMBER_HAS_RANGE: Final = _if(
    _is("kind", "number"), _needed("range", "a `number` needs a `range`; write [null, null] if it has no ends")
)
_RANGE_OF_PROBABILITY: Final = {"const": [0, 1], "doNotSuggest": True} | {
    "errorMessage": "the range of a `probability` is [0, 1]; for another one write kind `number`"
}
_PROBABILITY_HAS_ONE_RANGE: Final = _if(_is("kind", "probability"), {"properties": {"range": _RANGE_OF_PROBABILITY}})
_LOW_END: Final = {
    "type": "number",
    "errorMessage": "an absent class counts as the range's low end: it must be a number",
}

_OF_SCORE: Final[list[Rule]] = [
    _NUMBER_HAS_RANGE,
    _PROBABILITY_HAS_ONE_RANGE,
    _if(_is("kind", "classes"), {"properties": {"range": {"prefixItems": [_LOW_END], "doNotSuggest": True}}}),
    _if(_is("kind", "labels"), _needed("labels", "the kind `labels` needs the list of `labels` there are")),
    _if(_is("kind", *_other_kinds("classes")), _refused("signal", "only the kind `classes` has a `signal`")),
    _if(
        _is("kind", *_other_kinds("classes", "labels")),
        _refused("labels", "only the kinds `classes` and `labels` have `labels`"),
    ),
    _if(
        _is("signal", "margin"),
        {"properties": {"higher_is": {"const": "safer", "errorMessage": "a `margin` needs `higher_is: safer`"}}},
    ),
]


def _score_is(*kinds: str) -> Rule:
    return {"properties": {"score": _is("kind", *kinds)}, "required": ["score"]}


_OF_POLICY: Final[list[Rule]] = [
    *_one_of("`score` and `scores`", "scores", "score"),
    _if(_has("scores"), _refused("on_invalid", "each of the `scores` has an `on_invalid` of its own")),
    _if(
        _has("score"),
        _needed("on_invalid", "needs `on_invalid`, the band of a score that is missing or no valid one"),
    ),
    *(
        _if(where, _refused(key, f"only a score of kind `{kind}` has {key}"))
        for key, kind in (("lead", "classes"), ("unknown_label", "labels"))
        for where in (_score_is(*_other_kinds(kind)), _has("scores"))
    ),
]

CONDITIONS: Final[dict[str, list[Rule]]] = {
    "NumberCondition": _some_of("says neither `at_least` nor `below`", "at_least", "below"),
    "Window": _some_of("says neither `from` nor `until`", "from", "until"),
    "Override": _some_of(f"changes nothing: give it one of {', '.join(f'`{key}`' for key in CHANGES)}", *CHANGES),
    "Score": _OF_SCORE,
    "NamedScore": [
        _NUMBER_HAS_RANGE,
        _PROBABILITY_HAS_ONE_RANGE,
    ],
    "Policy": _OF_POLICY,
    "KnockOut": [
        *_one_of("`at_least` and `at_most`", "at_least", "at_most"),
        _if(_has("at_most"), _needed("fail_open_because", "`at_most` overrules the score: say why it may")),
    ],
    "Tunable": [
        *_one_of("`env` and `per_call: true`", "env", "per_call"),
        _if(
            {"properties": {"tighten_only": {"const": False}}, "required": ["tighten_only", "per_call"]},
            _needed("because", "`tighten_only: false` needs `because`: say why a call may loosen"),
        ),
    ],
    "Stage": _one_of("`shadow` and `canary`", "shadow", "canary"),
    "Target": _one_of("`at_least`, `at_most` and `between`", "at_least", "at_most", "between"),
    "Guardrail": [
        _if(_is("require", "tighten_only"), _refused(key, f"`tighten_only` is about all bands, so it takes no `{key}`"))
        for key in ("effects", "bands")
    ]
    + [
        _unless(
            {"anyOf": [_is("require", "tighten_only"), _has("effects")]},
            _needed("bands", "needs `effects` or `bands`, to say of what it speaks"),
        ),
    ],
    "Objective": [
        *_one_of("`maximise` and `minimise`", "maximise", "minimise"),
        _if(_is("minimise", "cost"), _needed("costs", "`minimise: cost` needs `costs`")),
        _unless(_is("minimise", "cost"), _refused("costs", "`costs` belong to `minimise: cost`")),
        _if(_is("maximise", "fbeta"), _needed("beta", "`maximise: fbeta` needs `beta`")),
        _unless(_is("maximise", "fbeta"), _refused("beta", "`beta` belongs to `maximise: fbeta`")),
    ],
}
"""Model to its rules. All of them hold; a message is for the one thing that its rule asks for."""

PROPOSED: Final[dict[str, list[tuple[Rule, tuple[str, ...]]]]] = {
    "Score": [
        (_is("kind", *_other_kinds("probability")), ("range",)),
        (_is("kind", "classes", "labels"), ("labels",)),
        (_is("kind", "classes"), ("signal",)),
    ],
    "NamedScore": [(_is("kind", "number"), ("range",))],
    "Policy": [
        (_has_not("scores"), ("score", "on_invalid")),
        (_has_not("score"), ("scores",)),
        (_score_is("classes"), ("lead",)),
        (_score_is("labels"), ("unknown_label",)),
    ],
    "KnockOut": [(_has_not("at_most"), ("at_least",)), (_has_not("at_least"), ("at_most", "fail_open_because"))],
    "Tunable": [(_has_not("per_call"), ("env",)), (_has_not("env"), ("per_call", "tighten_only"))],
    "Stage": [(_has_not("canary"), ("shadow",)), (_has_not("shadow"), ("canary",))],
    "Target": [
        (_has_not("at_most", "between"), ("at_least",)),
        (_has_not("at_least", "between"), ("at_most",)),
        (_has_not("at_least", "at_most"), ("between",)),
    ],
    "Guardrail": [({"not": _is("require", "tighten_only")}, ("effects", "bands"))],
    "Objective": [
        (_has_not("minimise"), ("maximise",)),
        (_has_not("maximise"), ("minimise",)),
        (_is("minimise", "cost"), ("costs",)),
        (_is("maximise", "fbeta"), ("beta",)),
    ],
}
"""Model to when an editor is to propose which of its keys. By themselves, these are not proposed."""
