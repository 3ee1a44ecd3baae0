"""What the models themselves refuse beyond types: what belongs together, what excludes what, what must rise."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from policy_engine.lint import as_written, either, in_short, quoted
from policy_engine.validator._examples import bands_of, by_strictness, example_mapping, numbers_in, thresholds_of
from policy_engine.validator._shape import Keys
from policy_engine.validator._times import mend_duration, mend_instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.validator._complaint import Complaint
    from policy_engine.validator._shape import Path


class OwnCheck(NamedTuple):
    """How one of the models' own checks is told: what to do, and which key or item of the thing it is about.

    `words`, if given, stand in place of the model's own, which cannot know what else is in the file.
    """

    mend: Callable[[Complaint], str]
    of: Callable[[Complaint], Path] = lambda _: ()
    at: Literal["key", "value"] = "value"
    words: Callable[[Complaint], str | None] = lambda _: None


# --- where it is ---------------------------------------------------------------------------------------------


def _key(*keys: str) -> Callable[[Complaint], Path]:
    """Return what finds the last of these keys that is there."""
    return lambda one: next(((key,) for key in reversed(keys) if key in one.value), ())


def _second(complaint: Complaint) -> Path:
    items = complaint.value
    return (next(place for place, one in enumerate(items) if one in items[:place]),)


def _reserved_name(complaint: Complaint) -> Path:
    return (str(complaint.context.get("name", "none")),) if isinstance(complaint.value, dict) else ()


# --- one of several keys -------------------------------------------------------------------------------------


def _one_of(*keys: str) -> Callable[[Complaint], str | None]:
    """Return what says that there are several of these keys; the model's own words do where there is none."""

    def words(complaint: Complaint) -> str | None:
        there = [f"`{key}`" for key in keys if complaint.value.get(key) is not None]
        return f"has {' and '.join(there)}, and may have one of them" if there else None

    return words


def _delete_or_add(*keys: str, both: str) -> Callable[[Complaint], str]:
    """Return what says which keys to delete where there are several, and what to add where there is none."""

    def mend(complaint: Complaint) -> str:
        if any(complaint.value.get(key) is not None for key in keys):
            return both
        shape = complaint.place.shape
        example = example_mapping(shape, complaint.data) if isinstance(shape, Keys) else {}
        wanted = {key: example[key] for key in keys if key in example}
        return f"add one, such as `{as_written(wanted)[1:-1]}`"

    return mend


def _choose(*keys: str, both: str) -> OwnCheck:
    return OwnCheck(_delete_or_add(*keys, both=both), _key(*keys), "key", _one_of(*keys))


# --- what to do ----------------------------------------------------------------------------------------------


def _rising_pair(complaint: Complaint) -> str:
    return f"write `{as_written(sorted(complaint.value))}`"


def _window(complaint: Complaint) -> str:
    window = complaint.value
    if "from" in window and "until" in window:
        return f"write an `until` after {window['from']}"
    return "write `from`, `until` or both, or delete `effective`"


def _specifier(complaint: Complaint) -> str:
    """Return the specifier that a version stands for, `3.x` and `v3` among them, if it is one itself."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - few mistakes are of this kind

    plain = re.fullmatch(r"[vV]?([0-9][0-9A-Za-z.]*?)(\.[xX*])?", str(complaint.value))
    if plain is not None:
        meant = f"=={plain[1]}{'.*' if plain[2] else ''}"
        with suppress(InvalidSpecifier):
            return f'write `"{SpecifierSet(meant)}"`'
    return 'write it as in `">=4.2,<5"`'


def _override_without_change(complaint: Complaint) -> str:
    band = [*bands_of(complaint.data), "review"][0]
    return f"add what differs, such as `thresholds: {{{band}: 0.95}}`, or delete the override"


def _range_for_thresholds(complaint: Complaint) -> str:
    """Return the range that the thresholds in the document fit in, as a line to add."""
    own = complaint.value.get("thresholds")
    numbers = thresholds_of(complaint.data) if own is None else numbers_in(own)
    is_probability = bool(numbers) and all(0 <= one <= 1 for one in numbers)
    fits = all(0 <= one <= 100 for one in numbers)  # noqa: PLR2004 - a usual range
    ends = "[0, 1]" if is_probability else "[0, 100]" if fits else "[null, null]"
    where = f"under {complaint.name}: the lowest and the highest possible score, null for an end that is open"
    mend = f"add `range: {ends}` {where}"
    return f"{mend}; or write `kind: probability`" if is_probability else mend


def _low_end(complaint: Complaint) -> str:
    high = complaint.value["range"][1]
    low = 0 if high is None or high > 0 else high - 1
    return f"write `[{low}, {as_written(high)}]`, with the lowest score that the model can return"


def _rising_cuts(complaint: Complaint) -> str:
    """Return the cuts in order, each once: two that are written apart may be one number in binary64."""
    # The sum makes a zero of a negative zero.
    rising = sorted({float(cut) + 0.0 for cut in complaint.value})
    mend = f"write `{as_written(rising)}`"
    return mend if len(rising) == len(complaint.value) else f"{mend}: cuts that are equal as binary64 are one cut"


def _other_name(complaint: Complaint) -> str:
    name = in_short(str(complaint.context.get("name", "none")))
    return f"choose another name, such as `{name}_value`" if complaint.key == "dimensions" else "choose another name"


def _move_into_scores(complaint: Complaint) -> str:
    band = complaint.value
    written = f"`on_invalid: {in_short(band)}`" if isinstance(band, str) else "it"
    return f"move {written} into each of `scores`"


def _labels(complaint: Complaint) -> str:
    return f"add `labels: [spam, violence]` under {complaint.name}, with the labels that the model knows"


def _delete_or_kind(key: str, *kinds: str) -> Callable[[Complaint], str]:
    """Return what says of which kinds of score the key is; of several scores, each is a single number."""
    written = either([f"`kind: {kind}`" for kind in kinds])
    return lambda one: f"delete `{key}`" + ("" if len(one.path) > 1 else f", or write {written}")


def _guardrail_bands(complaint: Complaint) -> str:
    if complaint.value.get("require") == "person":
        return "add `effects: [adverse]`, or `bands` with their names"
    band = by_strictness(complaint.data)[0]
    return f"add `bands: [{band}]` with the names of bands, or `effects` with what they do to a person"


def _shared_version(complaint: Complaint) -> Path:
    return (str(complaint.context["other"]),)


def _fit_the_cap(complaint: Complaint) -> str:
    return f"write `floor: {as_written(complaint.value['cap'])}` or less, or a greater `cap`"


OWN_CHECKS: dict[str, OwnCheck] = {
    "bounds": OwnCheck(_rising_pair),
    "duration": OwnCheck(lambda one: mend_duration(str(one.value))),
    "empty_condition": OwnCheck(lambda _: "write one or both, such as `{at_least: 1000}`"),
    "empty_override": OwnCheck(_override_without_change),
    "empty_window": OwnCheck(_window),
    "floor_above_cap": OwnCheck(_fit_the_cap, _key("floor")),
    "guardrail_bands": OwnCheck(_guardrail_bands, at="key"),
    "instant": OwnCheck(lambda one: mend_instant(str(one.value))),
    "knock_out": _choose(
        "at_least", "at_most", both="delete one: for a case that is to be neither milder nor stricter, write two"
    ),
    "labels_needed": OwnCheck(_labels, _key("kind")),
    "labels_of_kinds": OwnCheck(_delete_or_kind("labels", "classes", "labels"), _key("labels"), "key"),
    "low_end_needed": OwnCheck(_low_end, _key("range")),
    "margin_is_safer": OwnCheck(
        lambda _: "write `higher_is: safer`, or `signal: top`",
        _key("higher_is"),
        words=lambda _: "has the signal `margin`, which says how sure the model is: a high one is safer",
    ),
    "margin_too_wide": OwnCheck(lambda _: "write ends that the scores of the model stay between", _key("range")),
    "no_version": OwnCheck(lambda _: 'write a lower bound that lies below the upper one, as in `">=4.2,<5"`'),
    "not_rising": OwnCheck(_rising_cuts),
    "objective": OwnCheck(
        lambda _: "write `{maximise: recall}`, or `{minimise: cost, costs: {false_positive: 1, false_negative: 10}}`"
    ),
    "on_invalid_of_scores": OwnCheck(
        _move_into_scores, at="key", words=lambda _: "stands beside `scores`, each of which has its own"
    ),
    "one_number": OwnCheck(lambda _: "write `probability`, or `number` and its `range`", _key("kind")),
    "one_score": OwnCheck(
        lambda _: "delete `scores`, or move what `score` says into it, under a name of its own",
        at="key",
        words=lambda _: "stands beside `score`, and a policy has one of them",
    ),
    "range": OwnCheck(
        lambda one: f"write `{as_written(sorted(one.value))}`" if len(set(one.value)) > 1 else "write `[0, 1]`"
    ),
    "range_empty": OwnCheck(lambda _: "write ends that differ as float32, or delete `type`", _key("range")),
    "range_fixed": OwnCheck(lambda _: "delete `range`, or write `kind: number`", _key("range")),
    "range_needed": OwnCheck(_range_for_thresholds, _key("kind")),
    "repeated": OwnCheck(lambda one: f"delete the second `{one.context['value']}`", _second),
    "reserved": OwnCheck(_other_name, _reserved_name, "key"),
    "signal_of_classes": OwnCheck(_delete_or_kind("signal", "classes"), _key("signal"), "key"),
    "specifier": OwnCheck(_specifier),
    "stage": _choose(
        "shadow", "canary", both="delete one: `shadow` decides beside the live policy, `canary` for a share of subjects"
    ),
    "target": _choose("at_least", "at_most", "between", both="write `between: [0.08, 0.13]` for two bounds"),
    "target_bounds": OwnCheck(
        lambda one: (
            f"write `{as_written(sorted(one.value['between']))}`"
            if len(set(one.value["between"])) > 1
            else "write two numbers that differ"
        ),
        _key("between"),
    ),
    "tighten_all": OwnCheck(
        lambda one: f"delete {either([f'`{key}`' for key in ('effects', 'bands') if key in one.value])}",
        _key("bands", "effects"),
        "key",
    ),
    "too_many_groups": OwnCheck(
        lambda _: "let it lie in the nearest of them alone", lambda one: (str(one.context["name"]),), "key"
    ),
    "too_many_jurisdictions": OwnCheck(lambda _: "declare those that a policy or a request names", at="key"),
    "tunable": _choose(
        "env", "per_call", both="delete one: `env` is read when policies are loaded, `per_call` with each request"
    ),
    "versions_overlap": OwnCheck(
        lambda _: 'write versions that share none, as in `{v4: ">=4,<5", v5: ">=5,<6"}`', _shared_version
    ),
}
"""By the type that the model gives its complaint."""

_ABOUT_THE_TEXT = frozenset({"instant", "duration", "no_version", "specifier"})


def subject_of(complaint: Complaint) -> str:
    """Return what the models' words speak of: the text that stands there, or the thing by its name."""
    value: Any = complaint.value
    if complaint.type in _ABOUT_THE_TEXT and value is not None:
        return quoted(value if isinstance(value, str) else as_written(value))
    return complaint.name
