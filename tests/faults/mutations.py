"""Slips that people make in policies, each of which `validate` has to refuse, and edits that mean nothing.

A mutant is a sample policy with one slip in it, or one edit. Run it from the root of the checkout:

    python tests/faults/mutations.py                  a table of all mutants of every sample policy
    python tests/faults/mutations.py FILE...          of some, with each wrong mutant that passes

A mutant of a slip is *wrong* unless it comes to the same table as the policy: then nothing depends on what was slipped
on. It is *refused* when `validate` finds an error in it; the policy's own tests count. `--seed` says which letters are
swapped and which wrong word is taken; every place of the policy is tried whatever it is.

What passes is little: ids that no test names, defaults that are written out, bounds that nothing can reach, what else
no test of a sample promises. In the catalog it is who a path leads to, and words that no policy uses. Whoever changes a
sample and sees more pass adds tests to it, not exceptions here.
"""

from __future__ import annotations

import argparse
import copy
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from math import inf, nextafter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import yaml

from policy_engine.compiler import compile_policies
from policy_engine.loader import Loaded, read_document
from policy_engine.validator import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Steps = tuple[str | int, ...]
    Mutate = Callable[["Sample", Random], Iterator[tuple[str, str]]]

ROOT: Final = Path(__file__).resolve().parents[2]
POLICIES: Final = ROOT / "policies"
CATALOG: Final = POLICIES / "catalog.yaml"
SAMPLES: Final = tuple(sorted(path for path in POLICIES.glob("*.yaml") if path != CATALOG))
SEED: Final = 20260701


@dataclass(frozen=True)
class Sample:
    """A sample policy, or their catalog: its text and data, the data of the catalog, and the files to check it with."""

    name: str
    text: str
    data: dict[str, Any]
    catalog: dict[str, Any]
    beside: tuple[Path, ...]

    @property
    def bands(self) -> list[str]:
        """The names of its bands."""
        return [band["name"] for band in self.data["bands"]]


@dataclass(frozen=True)
class Mutant:
    """What became of a policy, by which operator and where."""

    operator: str
    where: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """What `validate` says of a text: whether it refuses it, and the digest of the table, if it does not."""

    codes: tuple[str, ...]
    digest: str | None


@dataclass
class Count:
    """How many mutants there were of a policy, and which of them went the wrong way."""

    wrong: int = 0
    same: int = 0
    passed: list[Mutant] = field(default_factory=list)
    harmless: int = 0
    refused: list[tuple[Mutant, Verdict]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of wrong mutants that is refused."""
        return 1 - len(self.passed) / self.wrong if self.wrong else 1.0


def sample_of(path: Path) -> Sample:
    """Return a sample policy with its catalog, or the catalog with all policies."""
    text = path.read_text(encoding="utf-8")
    beside = SAMPLES if path.name == CATALOG.name else (CATALOG,)
    return Sample(path.name, text, _data(text), _data(CATALOG.read_text(encoding="utf-8")), beside)


def _data(text: str) -> Any:  # noqa: ANN401 - a document's data may be any
    return read_document(text.encode(), "x.yaml")[0].data


def judged(sample: Sample, text: str) -> Verdict:
    """Check what became of a sample together with the files beside it and, if nothing stands against it, compile it."""
    texts = {sample.name: text.encode(), **{path.name: path.read_bytes() for path in sample.beside}}
    read = [read_document(raw, file) for file, raw in texts.items()]
    found = tuple(one for _, diagnostics in read for one in diagnostics)
    checked, report = check(Loaded(tuple(document for document, _ in read), found, tuple(texts)))
    codes = tuple(one.code for one in report.diagnostics if one.severity == "error")
    if checked is None or not checked.policies:
        return Verdict(codes or ("no policy",), None)
    return Verdict(codes, compile_policies(checked, {}).digest)


# --- places of a tree ------------------------------------------------------------------------------------------------


def _places(data: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:  # noqa: ANN401 - any YAML value
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        yield (*steps, step), value
        yield from _places(value, (*steps, step))


def _at(data: Any, steps: Steps) -> Any:  # noqa: ANN401 - any YAML value
    for step in steps:
        data = data[step]
    return data


def _with(sample: Sample, steps: Steps, value: Any) -> str:  # noqa: ANN401 - any YAML value
    data = copy.deepcopy(sample.data)
    _at(data, steps[:-1])[steps[-1]] = value
    return _written(data)


def _without(sample: Sample, steps: Steps) -> str:
    data = copy.deepcopy(sample.data)
    del _at(data, steps[:-1])[steps[-1]]
    return _written(data)


def _renamed(sample: Sample, steps: Steps, name: str) -> str:
    """Return the policy with another key in the same place."""
    data = copy.deepcopy(sample.data)
    parent = _at(data, steps[:-1])
    pairs = [(name if key == steps[-1] else key, value) for key, value in parent.items()]
    parent.clear()
    parent.update(pairs)
    return _written(data)


def _written(data: Any) -> str:  # noqa: ANN401 - any YAML value
    return json.dumps(data, indent=1, ensure_ascii=False)


def _shown(steps: Steps) -> str:
    return ".".join(map(str, steps))


def _is_said(steps: Steps) -> bool:
    """Say whether what stands there decides nothing and promises nothing: words for people, or what tuning aims at."""
    return steps[0] in ("schema", "description", "owner", "objective", "targets") or steps[-1] in (
        *("because", "fail_open_because"),
        *(("name",) if steps[0] == "tests" else ()),
    )


def _decides(steps: Steps) -> bool:
    """Say whether what stands there may decide a case."""
    return not _is_said(steps) and steps[0] not in ("tests", "version", "use_case")


def _slipped(word: str, random: Random) -> str:
    """Return a word as it is misspelt: two letters swapped, one left out, or one twice."""
    at = random.randrange(max(1, len(word) - 1))
    swapped = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    candidates = [swapped, word[:at] + word[at + 1 :], word[: at + 1] + word[at:]]
    return random.choice([one for one in candidates if one not in (word, "")] or [f"{word}{word}"])


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# --- slips: words ----------------------------------------------------------------------------------------------------


def misspell_key(sample: Sample, random: Random) -> Iterator[tuple[str, str]]:
    """Misspell any key: of the language, a band, a dimension, a label, a class of bad input."""
    for steps, _ in _places(sample.data):
        if isinstance(steps[-1], str):
            yield _shown(steps), _renamed(sample, steps, _slipped(steps[-1], random))


def misspell_word(sample: Sample, random: Random) -> Iterator[tuple[str, str]]:
    """Misspell any word that decides or is promised: a band, a value, a path, a code, a label, a model."""
    for steps, value in _places(sample.data):
        promised = steps[0] == "tests" and "expect" in steps
        if isinstance(value, str) and (_decides(steps) or promised) and not _is_said(steps):
            yield _shown(steps), _with(sample, steps, _slipped(value, random))


def take_the_wrong_word(sample: Sample, random: Random) -> Iterator[tuple[str, str]]:
    """Name another band, value, path, fact, dimension or label that there is, as when a line was copied."""
    catalog = sample.catalog
    groups: list[list[str]] = [
        sample.bands,
        [*catalog["jurisdictions"]],
        [*catalog["escalation_paths"]],
        [*catalog["facts"]],
        *(values for values in catalog["dimensions"].values() if isinstance(values, list)),
        *([sample.data["score"]["labels"]] if sample.data.get("score", {}).get("labels") else []),
        [*sample.data.get("scores", {})],
    ]
    for steps, value in _places(sample.data):
        if not _decides(steps) or steps[-2:-1] == ("labels",) or (steps[0] == "bands" and steps[-1] == "name"):
            continue
        for group in groups:
            if isinstance(value, str) and value in group and len(group) > 1:
                other = random.choice([one for one in group if one != value])
                yield _shown(steps), _with(sample, steps, other)
            if steps[-1] in group and steps[0] != "scores" and len(group) > 1:
                free = [one for one in group if one not in _at(sample.data, steps[:-1])]
                if free and isinstance(steps[-1], str):
                    yield _shown(steps), _renamed(sample, steps, random.choice(free))


# --- slips: numbers --------------------------------------------------------------------------------------------------


def _numbers(sample: Sample) -> Iterator[tuple[Steps, float]]:
    for steps, value in _places(sample.data):
        if _is_number(value) and _decides(steps):
            yield steps, value


def write_number_as_text(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Put a number into quotes."""
    for steps, value in _numbers(sample):
        yield _shown(steps), _with(sample, steps, str(value))


def write_per_cent(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write a share in per cent, with the sign and without."""
    for steps, value in _numbers(sample):
        if 0 < value < 1:
            yield _shown(steps), _with(sample, steps, round(value * 100, 9))
            yield _shown(steps), _with(sample, steps, f"{value * 100:g}%")


def lose_the_point(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write 9 for 0.9, and 0.09."""
    for steps, value in _numbers(sample):
        if isinstance(value, float):
            yield _shown(steps), _with(sample, steps, round(value * 10, 9))
            yield _shown(steps), _with(sample, steps, round(value / 10, 9))


def turn_sign(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write a minus before a number."""
    for steps, value in _numbers(sample):
        if value:
            yield _shown(steps), _with(sample, steps, -value)


def write_another_last_digit(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Change the last digit of a number, and not the test that promises it."""
    for steps, value in _numbers(sample):
        digits = len(repr(value).partition(".")[2])
        for by in (1, -1):
            changed = round(value + by / 10**digits, digits) if isinstance(value, float) else value + by
            yield _shown(steps), _with(sample, steps, changed)


def drop_digit(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Leave out the last digit of a number that has several."""
    for steps, value in _numbers(sample):
        shorter = repr(value)[:-1]
        if len(shorter.partition(".")[2]) > 0:
            yield _shown(steps), _with(sample, steps, float(shorter))


def swap_thresholds(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Swap the thresholds of two bands, at the bands and in overrides."""
    bands = [i for i, band in enumerate(sample.data["bands"]) if "at_least" in band]
    for one, other in pairwise(bands):
        data = copy.deepcopy(sample.data)
        upper, lower = data["bands"][one], data["bands"][other]
        upper["at_least"], lower["at_least"] = lower["at_least"], upper["at_least"]
        yield f"bands {one} and {other}", _written(data)
    for steps, value in _places(sample.data):
        if steps[-1] == "thresholds" and steps[0] != "tests" and len(value) > 1:
            first, second, *_ = value
            swapped = {**value, first: value[second], second: value[first]}
            yield _shown(steps), _with(sample, steps, swapped)


def turn_range(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write the two ends of a range in the wrong order."""
    for steps, value in _places(sample.data):
        if isinstance(value, list) and len(value) == 2 and steps[-1] in ("range", "within", "between"):
            yield _shown(steps), _with(sample, steps, value[::-1])


# --- slips: something is missing, too much, or of another form -------------------------------------------------------


def drop_key(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Leave out any key that decides, and a reason."""
    for steps, _value in _places(sample.data):
        is_reason = steps[-1] in ("because", "fail_open_because")
        if isinstance(steps[-1], str) and (is_reason or _decides(steps) or len(steps) == 1):
            yield _shown(steps), _without(sample, steps)


def drop_item(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Leave out any item of a list that decides: a band, an override, a knock-out, a code, a value."""
    for steps, _value in _places(sample.data):
        if isinstance(steps[-1], int) and _decides(steps):
            yield _shown(steps), _without(sample, steps)


def write_one_for_a_list(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Forget the brackets around the only item of a list, or the item itself."""
    for steps, value in _places(sample.data):
        if isinstance(value, list) and _decides(steps) and value:
            yield _shown(steps), _with(sample, steps, value[0])
            yield _shown(steps), _with(sample, steps, [])


def leave_empty(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write a key and forget its value."""
    for steps, _value in _places(sample.data):
        if isinstance(steps[-1], str) and _decides(steps):
            yield _shown(steps), _with(sample, steps, None)


def move_up(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Move a key one level up, as when it is not indented enough."""
    for steps, value in _places(sample.data):
        above = steps[:-2]
        if len(steps) > 1 and isinstance(steps[-1], str) and _decides(steps):
            data = copy.deepcopy(sample.data)
            del _at(data, steps[:-1])[steps[-1]]
            target = _at(data, above)
            if isinstance(target, dict) and steps[-1] not in target:
                target[steps[-1]] = value
                yield _shown(steps), _written(data)


def turn_direction(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Turn riskier into safer, and take another kind of score or another signal."""
    others = {"higher_is": ("riskier", "safer"), "kind": ("probability", "number", "classes", "labels")}
    others |= {"signal": ("top", "margin"), "ties": ("error", "strictest")}
    for steps, value in _places(sample.data):
        if isinstance(steps[-1], str) and _decides(steps):
            for other in others.get(steps[-1], ()):
                if other != value:
                    yield _shown(steps), _with(sample, steps, other)


# --- slips: time -----------------------------------------------------------------------------------------------------

_OFFSET: Final = re.compile(r"(Z|[+-]\d\d:\d\d)$")


def drop_offset(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Leave out the offset of an instant, and its time of day."""
    for steps, value in _places(sample.data):
        if steps[-1] in ("from", "until", "at") and isinstance(value, str) and "T" in value:
            yield _shown(steps), _with(sample, steps, _OFFSET.sub("", value))
            yield _shown(steps), _with(sample, steps, value.partition("T")[0])


def swap_ends(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Take the beginning for the end, and the other way round."""
    for steps, value in _places(sample.data):
        if steps[-1] == "effective" and isinstance(value, dict):
            turned = {{"from": "until", "until": "from"}[key]: when for key, when in value.items()}
            yield _shown(steps), _with(sample, steps, turned)


def take_another_year(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write another year or month into a window of what the policy overrides."""
    for steps, value in _places(sample.data):
        if steps[0] == "overrides" and "effective" in steps[:-1]:
            yield _shown(steps), _with(sample, steps, str(int(value[:4]) + 1) + value[4:])
            yield _shown(steps), _with(sample, steps, str(int(value[:4]) - 1) + value[4:])


# --- slips: the policy reaches further, or less far -------------------------------------------------------------------


def swap_labels(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Swap two labels of a score, so that an array of scores is read in another order."""
    labels = sample.data.get("score", {}).get("labels", [])
    for one, other in combinations(range(len(labels)), 2):
        turned = [*labels]
        turned[one], turned[other] = labels[other], labels[one]
        yield f"score.labels {one} and {other}", _with(sample, ("score", "labels"), turned)


def move_instant(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Begin or end by a second, a day or a year earlier or later, of a policy and of what it overrides."""
    for steps, value in _places(sample.data):
        if "effective" in steps[:-1] and steps[0] != "tests":
            for days in (1 / 86_400, 1, 365):
                for by in (timedelta(days=days), timedelta(days=-days)):
                    moved = datetime.fromisoformat(value) + by
                    yield f"{_shown(steps)} {by}", _with(sample, steps, moved.isoformat().replace("+00:00", "Z"))


def give_an_end(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Let a policy, or what it overrides, end a year after the policy begins, or begin only then."""
    begins = sample.data.get("effective", {}).get("from")
    if begins is None:
        return
    later = str(int(begins[:4]) + 1) + begins[4:]
    yield "effective.until", _with(sample, ("effective", "until"), later)
    for i, override in enumerate(sample.data.get("overrides", [])):
        for end in ("from", "until") if "effective" not in override else ():
            yield f"overrides.{i}.effective.{end}", _with(sample, ("overrides", i, "effective"), {end: later})


def move_version(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Take a version of a model more or less, at either end of a range."""
    for steps, value in _places(sample.data):
        if steps[-1] != "versions":
            continue
        for old, new in ((">=", ">"), (">=", "=="), ("<", "<=")):
            if old in value:
                yield _shown(steps), _with(sample, steps, value.replace(old, new))
        for found in re.finditer(r"[\d.]+", value):
            *before, last = found[0].split(".")
            numbers = [".".join([*before, str(int(last) + by)]) for by in (1, -1)]
            for number in (*numbers, f"{numbers[0]}.1", f"{numbers[1]}.5", f"{found[0]}.1"):
                yield (
                    f"{_shown(steps)} {number}",
                    _with(sample, steps, value[: found.start()] + number + value[found.end() :]),
                )


def _depends_on(sample: Sample) -> dict[str, list[str]]:
    """Return the values of every dimension that the conditions of a policy name, but for those that are cut."""
    conditions = [one["when"] for key in ("overrides", "knock_outs") for one in sample.data.get(key, [])]
    values = {"jurisdiction": [*sample.catalog["jurisdictions"]], **sample.catalog["dimensions"]}
    named = {dimension for when in conditions for dimension in when}
    return {one: values[one] for one in sorted(named) if isinstance(values.get(one), list)}


def narrow_condition(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Let an override or a knock-out hold only for one value of a dimension that it does not name."""
    for key in ("overrides", "knock_outs"):
        for i, one in enumerate(sample.data.get(key, [])):
            for dimension, values in _depends_on(sample).items():
                for value in values if dimension not in one["when"] else ():
                    steps = (key, i, "when", dimension)
                    yield f"{_shown(steps)} {value}", _with(sample, steps, value)


def widen_condition(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Let an override or a knock-out hold for one more value of a dimension that it names."""
    values = _depends_on(sample)
    for key in ("overrides", "knock_outs"):
        for i, one in enumerate(sample.data.get(key, [])):
            for dimension, named in one["when"].items():
                kept = named if isinstance(named, list) else [named]
                for value in values.get(dimension, []):
                    if value not in kept:
                        steps = (key, i, "when", dimension)
                        yield f"{_shown(steps)} {value}", _with(sample, steps, [*kept, value])


_CLASSES: Final = ("missing", "wrong_type", "out_of_range", "wrong_model", "no_candidates")
"""All but `not_finite`: a policy's file may hold no such number, so no test of its can give one."""


def let_bad_input_pass(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Give one class of bad input the mildest outcome or the strictest, with a reason that says nothing."""
    for steps, value in _places(sample.data):
        if steps[-1] != "on_invalid" or steps[0] == "tests":
            continue
        written = value if isinstance(value, dict) else {"otherwise": value}
        for bad in _CLASSES:
            for band in (sample.bands[0], sample.bands[-1]):
                data = copy.deepcopy(sample.data)
                _at(data, steps[:-1])["on_invalid"] = {**written, bad: band}
                _at(data, steps[:-1])["fail_open_because"] = "it seldom happens"
                yield f"{_shown(steps)} {bad} {band}", _written(data)


def take_the_next_number(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write the next floating-point number above, or below."""
    for steps, value in _numbers(sample):
        if isinstance(value, float):
            for towards in (inf, -inf):
                yield _shown(steps), _with(sample, steps, nextafter(value, towards))


def move_jurisdiction(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Let a jurisdiction of a catalog lie in nothing, or in another one."""
    jurisdictions = sample.data.get("jurisdictions", {})
    for name, written in jurisdictions.items():
        if "in" in written:
            yield f"jurisdictions.{name}", _with(sample, ("jurisdictions", name), {})
        for other in jurisdictions:
            if other not in (name, written.get("in")):
                yield f"jurisdictions.{name} in {other}", _with(sample, ("jurisdictions", name), {"in": other})


# --- slips: layout ---------------------------------------------------------------------------------------------------


def indent_wrongly(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Indent a line by two blanks more, or fewer, or by a tab."""
    lines = sample.text.splitlines(keepends=True)
    for i, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        changed = [f"  {line}", line.replace("  ", "\t", 1)] + ([line[2:]] if line.startswith("  ") else [])
        for one in changed:
            if one != line:
                yield f"line {i + 1}", "".join([*lines[:i], one, *lines[i + 1 :]])


def write_key_twice(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write a line with a key twice, and a key twice in braces."""
    lines = sample.text.splitlines(keepends=True)
    for i, line in enumerate(lines):
        if re.match(r" *[\w-]+: \S", line):
            yield f"line {i + 1}", "".join([*lines[: i + 1], line, *lines[i + 1 :]])
        twice = re.sub(r"\{([\w-]+: [\w.]+), ", r"{\1, \1, ", line, count=1)
        if twice != line:
            yield f"line {i + 1}", "".join([*lines[:i], twice, *lines[i + 1 :]])


def lose_mark(sample: Sample, random: Random) -> Iterator[tuple[str, str]]:
    """Forget a colon, a brace, a bracket, a quote or a comma."""
    for found in re.finditer(r"[:{}\[\]\",](?=\s|\w)", sample.text):
        before = sample.text[sample.text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if "#" not in before and not re.search(r"(because|description|name):", before) and random.random() < 0.25:
            line = sample.text.count("\n", 0, found.start()) + 1
            yield f"line {line}", sample.text[: found.start()] + sample.text[found.end() :]


# --- edits that mean nothing -----------------------------------------------------------------------------------------


def reorder_keys(sample: Sample, random: Random) -> Iterator[tuple[str, str]]:
    """Write the keys of every mapping in another order. The first key stays `schema`, labels rank by name anyhow."""
    for _ in range(8):
        yield "everywhere", _written({"schema": sample.data["schema"], **_shuffled(sample.data, random)})


def _shuffled(data: Any, random: Random) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(data, dict):
        keys = random.sample(list(data), len(data))
        return {key: _shuffled(data[key], random) for key in keys if key != "schema"}
    return [_shuffled(one, random) for one in data] if isinstance(data, list) else data


def reorder_items(sample: Sample, random: Random) -> Iterator[tuple[str, str]]:
    """Write overrides, knock-outs, tests, targets, and the values of a condition in another order."""
    for steps, value in _places(sample.data):
        is_unordered = steps in (("overrides",), ("knock_outs",), ("tests",), ("targets",)) or "when" in steps
        if isinstance(value, list) and is_unordered and (steps[0] != "tests" or len(steps) == 1):
            for _ in range(2):
                yield _shown(steps), _with(sample, steps, random.sample(value, len(value)))


def lay_out_otherwise(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write the same data in braces or by indentation, with other quotes, in one line or wide."""
    yield "as JSON", _written(sample.data)
    yield "in one line", json.dumps(sample.data)
    for style in (None, "'", '"'):
        for flow in (True, False, None):
            text = yaml.safe_dump(sample.data, default_style=style, default_flow_style=flow, sort_keys=False)
            # Of numbers in quotes PyYAML says with a tag that they are none: not what an editor would write
            if "!!" not in text and _data(text) == sample.data:
                yield f"style {style}, flow {flow}", text
    yield "line ends", sample.text.replace("\n", "\r\n")
    yield "a mark", "\ufeff" + sample.text


def comment(sample: Sample, random: Random) -> Iterator[tuple[str, str]]:
    """Add comments and blank lines, and take all comments away."""
    lines = sample.text.splitlines(keepends=True)
    for _ in range(6):
        at = random.randrange(len(lines) + 1)
        yield f"line {at}", "".join([*lines[:at], "\n# why: {block: 0.5}\n", *lines[at:]])
    yield "none", "".join(re.sub(r"(^|\s)#( .*)?$", "", line) for line in lines)


def quote(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Put a word into quotes, or into others."""
    for found in re.finditer(r"(?<=: )([A-Za-z][\w-]*)(?=[,}\n])", sample.text):
        before = sample.text[sample.text.rfind("\n", 0, found.start()) : found.start()]
        is_all_of_it = sample.text[found.end()] == "\n" or "{" in before
        if is_all_of_it and found[1] not in ("true", "false", "null"):
            line = sample.text.count("\n", 0, found.start()) + 1
            for mark in "'\"":
                quoted = f"{mark}{found[1]}{mark}"
                yield f"line {line}", sample.text[: found.start()] + quoted + sample.text[found.end() :]


def spell_number_otherwise(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write 0.900 or 9e-1 for 0.9."""
    for found in re.finditer(r"(?<=[ \[])(0\.\d+)(?=[,}\]\n])", sample.text):
        line = sample.text.count("\n", 0, found.start()) + 1
        for spelt in (f"{found[1]}00", f"{found[1]}e0", f"+{found[1]}"):
            yield f"line {line}", sample.text[: found.start()] + spelt + sample.text[found.end() :]


def reword(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Give a reason or a description in other words, and raise the version."""
    for steps, value in _places(sample.data):
        if isinstance(value, str) and (steps[-1] in ("because", "fail_open_because") or steps == ("description",)):
            yield _shown(steps), _with(sample, steps, "in other words")
        if steps[-1] == "name" and steps[0] == "tests":
            yield _shown(steps), _with(sample, steps, "by another name")
    yield "owner", _with(sample, ("owner",), "somebody-else")


def put_one_into_a_list(sample: Sample, _: Random) -> Iterator[tuple[str, str]]:
    """Write one value of a condition as a list of one."""
    for steps, value in _places(sample.data):
        # The digest covers a knock-out as it is written
        is_condition = steps[0] == "overrides" and steps[2:3] == ("when",) and isinstance(steps[-1], str)
        if is_condition and isinstance(value, str):
            yield _shown(steps), _with(sample, steps, [value])


SLIPS: Final[tuple[Mutate, ...]] = (
    *(misspell_key, misspell_word, take_the_wrong_word),
    *(write_number_as_text, write_per_cent, lose_the_point, turn_sign, write_another_last_digit, drop_digit),
    *(swap_thresholds, turn_range, drop_key, drop_item, write_one_for_a_list, leave_empty, move_up, turn_direction),
    *(drop_offset, swap_ends, take_another_year, indent_wrongly, write_key_twice, lose_mark),
    *(swap_labels, move_instant, give_an_end, move_version, narrow_condition, widen_condition, let_bad_input_pass),
    *(take_the_next_number,),
)
EDITS: Final[tuple[Mutate, ...]] = (
    *(reorder_keys, reorder_items, lay_out_otherwise, comment, quote, spell_number_otherwise, reword),
    put_one_into_a_list,
)


SLIPS_IN_A_CATALOG: Final[tuple[Mutate, ...]] = (
    *(one for one in SLIPS if one not in (take_the_wrong_word, swap_thresholds)),
    move_jurisdiction,
)


def mutants(sample: Sample, operators: tuple[Mutate, ...], seed: int) -> list[Mutant]:
    """Return every mutant that the operators make."""
    made = []
    for operator in operators:
        name = operator.__name__.replace("_", "-")
        random = Random(f"{seed} {name} {sample.name}")  # noqa: S311 - which slips are tried is no secret
        made += [Mutant(name, where, text) for where, text in operator(sample, random) if text != sample.text]
    return made


def count(sample: Sample, slips: list[Mutant], edits: list[Mutant]) -> Count:
    """Judge mutants, and count those that went the wrong way."""
    own = judged(sample, sample.text).digest
    counted = Count()
    for one in slips:
        verdict = judged(sample, one.text)
        if verdict.digest == own:
            counted.same += 1
            continue
        counted.wrong += 1
        if verdict.digest is not None:
            counted.passed.append(one)
    for one in edits:
        verdict = judged(sample, one.text)
        counted.harmless += 1
        if verdict.digest != own:
            counted.refused.append((one, verdict))
    return counted


def _table(arguments: argparse.Namespace) -> int:
    said = sys.stdout.write
    said(f"seed {arguments.seed}\n{'policy':28}{'wrong':>7}{'refused':>9}{'same':>6}{'harmless':>10}{'refused':>9}\n")
    for path in [Path(file) for file in arguments.files] or (*SAMPLES, CATALOG):
        sample = sample_of(path)
        slips = SLIPS_IN_A_CATALOG if sample.beside == SAMPLES else SLIPS
        edits = () if sample.beside == SAMPLES else EDITS
        counted = count(sample, mutants(sample, slips, arguments.seed), mutants(sample, edits, arguments.seed))
        said(f"{sample.name:28}{counted.wrong:7}{counted.share:9.2%}{counted.same:6}")
        said(f"{counted.harmless:10}{len(counted.refused):9}\n")
        if arguments.files:
            said("".join(f"  passes: {one.operator} {one.where}\n" for one in counted.passed))
        said("".join(f"  refused: {one.operator} {one.where} {it.codes}\n" for one, it in counted.refused))
        for operator, times in Counter(one.operator for one in counted.passed).most_common():
            said(f"    {times:3} pass by {operator}\n")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Count the slips in sample policies that validate refuses.")
    parser.add_argument("files", nargs="*", help="sample policies; default: all of them")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default: {SEED}")
    sys.exit(_table(parser.parse_args()))
