"""`policy-engine init`: a new policy that is in order from the start."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._template import DIRECTIONS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.cli._template import BandWanted, Kind, Variable
    from policy_engine.loader import Document

_STDOUT = "-"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_NAME_OF_BAND = "a band is a letter, then up to 63 letters, digits, `_`, `.` or `-`"
_LONGEST_TEXT = 200

_EPILOG = """\b
Example:
  policy-engine init card-fraud
  policy-engine init kyc --kind scores --owner onboarding
  policy-engine init derm-triage --kind classes --from-env \\
    TIER_CONFIDENT_THRESHOLD=0.815 possible:TIER_REFER_THRESHOLD=0.433 \\
    possible.highlight.above:POSSIBLE_ITEM_THRESHOLD=0.25 --rest refer
"""


@click.command(epilog=_EPILOG, short_help="Begin a new policy.")
@click.argument("use_case")
@click.argument("more", nargs=-1, metavar="[[WHAT:]NAME[=VALUE]]...")
@click.option("--kind", type=click.Choice(KINDS), default="probability", help="What the model returns.")
@click.option("--higher-is", type=click.Choice(["riskier", "safer"]), help="What a high score means.")
@click.option("--owner", metavar="TEXT", default="unassigned", help="Who answers for the policy.")
@click.option("--model", metavar="NAME", help="The model; left out, it is called after the use case.")
@click.option(
    "--from-env",
    multiple=True,
    metavar="[WHAT:]NAME[=VALUE]",
    help="A variable that is a threshold now; several may follow. WHAT names its band, or says what else it is.",
)
@click.option("--rest", metavar="NAME", help="With --from-env, what the band below all thresholds is called.")
@click.option("-o", "--output", metavar="FILE", help="Where to write it; left out, the folder of the policies.")
def init(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Begin a new policy: write one with three bands, comments and tests, and a catalog if there is none.

    With --from-env, environment variables of an old service become its bands, and may still set their thresholds
    within bounds. WHAT is the name of the band, which is called after the variable without it; `lead.ratio`; or
    `BAND.highlight.above`. A NAME without a VALUE is read from the environment. What is written is in order, as
    `validate` says; thresholds and names are yours to change. Nothing that is there is ever overwritten.
    """
    from policy_engine.cli._messages import tell
    from policy_engine.cli._template import CATALOG, policy_text
    from policy_engine.cli._terminal import write

    use_case = options["use_case"]
    if not _NAME.fullmatch(use_case):
        raise click.UsageError(
            "USE_CASE is a letter, then up to 63 letters, digits, `_`, `.` or `-`: it names the use case in requests"
        )
    path = _path(use_case, options["output"])
    catalog = _catalog_beside(path, to_stdout=options["output"] == _STDOUT)
    if options["output"] != _STDOUT:
        _refuse_what_is_there(path, use_case)
    text = policy_text(_wanted(options, catalog))
    _check(path, text, catalog)
    if options["output"] == _STDOUT:
        write(text, None)
        return 0
    if catalog.is_new:
        _write_new(catalog.path, CATALOG)
        tell(f"wrote {catalog.path}")
    _write_new(path, text)
    tell(f"wrote {path}")
    return 0


# --- where ---------------------------------------------------------------------------------------------------


def _path(use_case: str, output: str | None) -> Path:
    from policy_engine.cli._policies import usual_folder

    if output in (None, _STDOUT):
        return usual_folder() / f"{use_case}.yaml"
    path = Path(output)
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise click.UsageError(f"--output: policies end in .yaml, and `{output}` does not")
    return path


class _Catalog:
    """The catalog of a new policy: one that is there, or one to be written with it, or none."""

    def __init__(self, path: Path, document: Document | None, *, is_new: bool) -> None:
        self.path, self.document, self.is_new = path, document, is_new

    @property
    def escalation_path(self) -> str | None:
        """The first path by name that cases can go to."""
        data = None if self.document is None else self.document.data
        paths = data.get("escalation_paths") if isinstance(data, dict) else None
        return min(paths, default=None) if isinstance(paths, dict) else None


def _catalog_beside(path: Path, *, to_stdout: bool) -> _Catalog:
    from policy_engine.cli._template import CATALOG
    from policy_engine.loader import catalog_for, read_document, read_documents

    found = catalog_for(path)
    if found is not None:
        documents = read_documents([found]).documents
        return _Catalog(found, documents[0] if documents else None, is_new=False)
    beside = path.with_name("catalog.yaml")
    if to_stdout:
        return _Catalog(beside, None, is_new=False)
    document, _ = read_document(CATALOG.encode(), str(beside))
    return _Catalog(beside, document, is_new=True)


def _refuse_what_is_there(path: Path, use_case: str) -> None:
    from policy_engine.exceptions import PoliciesNotFoundError
    from policy_engine.loader import read_documents

    if os.path.lexists(path):
        raise click.UsageError(f"{path} is there already, and nothing is overwritten: name another FILE with --output")
    try:
        loaded = read_documents([path.parent])
    except PoliciesNotFoundError:
        return
    for document in loaded.documents:
        if isinstance(document.data, dict) and document.data.get("use_case") == use_case:
            raise click.UsageError(
                f"{document.file} is a policy of `{use_case}` already: a new version is an edit of it"
            )


def _write_new(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _check(path: Path, text: str, catalog: _Catalog) -> None:
    """Raise `InvalidPolicyError` where the new policy is not in order beside this catalog, as with odd numbers."""
    from policy_engine.exceptions import InvalidPolicyError
    from policy_engine.loader import Loaded, read_document, read_documents
    from policy_engine.validator import check

    document, found = read_document(text.encode(), str(path))
    documents = (document,) if catalog.document is None else (document, catalog.document)
    around = () if catalog.is_new or catalog.document is None else read_documents([catalog.path]).diagnostics
    files = tuple(one.file for one in documents)
    _, report = check(Loaded(documents, (*found, *around), files, frozenset(files[1:])))
    if not report.ok:
        raise InvalidPolicyError(report)


# --- what ----------------------------------------------------------------------------------------------------


def _wanted(options: Mapping[str, Any], catalog: _Catalog) -> Any:  # noqa: ANN401 - a type that --help need not load
    from datetime import UTC, datetime

    from policy_engine.cli._template import LEAD_RATIO, Wanted
    from policy_engine.model import format_instant

    kind: Kind = options["kind"]
    higher_is = options["higher_is"] or DIRECTIONS[kind]
    variables = _variables(options["from_env"], options["more"])
    bands = _bands(options, variables, higher_is)
    return Wanted(
        use_case=options["use_case"],
        kind=kind,
        higher_is=higher_is,
        owner=_said("--owner", options["owner"]),
        model=_said("--model", options["model"] or f"{options['use_case']}-model"),
        begin=format_instant(datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)),
        bands=bands,
        score_range=_range(kind, bands),
        escalation_path=catalog.escalation_path,
        lead=next((one for one in variables if one.what == LEAD_RATIO), None),
    )


def _bands(options: Mapping[str, Any], variables: Sequence[Variable], higher_is: str) -> tuple[BandWanted, ...]:
    from policy_engine.cli._template import HIGHLIGHT, REST, bands_of, usual_bands

    kind: Kind = options["kind"]
    rest = options["rest"]
    if not variables:
        if rest is not None:
            raise click.UsageError("--rest goes with --from-env: without it, the last band is named below")
        return usual_bands(kind, higher_is)
    if kind == "scores":
        raise click.UsageError("--from-env makes the bands of one score: say another --kind than scores")
    if rest is not None and not _NAME.fullmatch(rest):
        raise click.UsageError(f"--rest: {_NAME_OF_BAND}")
    bands = bands_of(variables, options["use_case"], rest or REST)
    if len(bands) == 1:
        raise click.UsageError("--from-env: no variable is a threshold, and a policy needs one")
    others = [one for one in variables if not one.is_threshold]
    if others and kind != "classes":
        raise click.UsageError(f"`{others[0].what}` is of classes: say --kind classes")
    names = [band.name for band in bands]
    for one in others:
        of = str(one.what).removesuffix(HIGHLIGHT)
        if str(one.what).endswith(HIGHLIGHT) and of not in names:
            raise click.UsageError(f"`{one.what}` is of no band that is made here: {', '.join(names)}")
    return bands


def _said(option: str, text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST_TEXT:
        raise click.UsageError(f"{option} takes one line of up to {_LONGEST_TEXT} visible characters")
    return text


def _variables(from_env: Sequence[str], more: Sequence[str]) -> list[Variable]:
    """Return the variables with their numbers; raise `click.UsageError` for what cannot be told or is there twice."""
    if more and not from_env:
        raise click.UsageError(f"what is `{more[0]}`? Only --from-env NAME=VALUE takes several arguments")
    found = [_variable(said) for said in (*from_env, *more)]
    for what, keys in (
        ("names `{}` twice", [one.name for one in found]),
        ("sets `{}` twice", [one.what for one in found if one.what is not None]),
    ):
        twice = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
        if twice is not None:
            raise click.UsageError(f"--from-env {what.format(twice)}")
    for one in found:
        alike = [other.name for other in found if other.number == one.number and other.is_threshold]
        if one.is_threshold and len(alike) > 1:
            raise click.UsageError(
                f"`{alike[0]}` and `{alike[1]}` are the same number, and the thresholds of bands differ: leave one out"
            )
    return found


def _variable(said: str) -> Variable:
    from policy_engine.cli._template import HIGHLIGHT, LEAD_RATIO, Variable

    named, sign, text = said.partition("=")
    what, colon, name = named.rpartition(":")
    if not _VARIABLE.fullmatch(name):
        raise click.UsageError(f"--from-env takes NAME=VALUE or NAME, a variable's name, not `{said[:60]}`")
    if colon and what != LEAD_RATIO and not _NAME.fullmatch(what.removesuffix(HIGHLIGHT)):
        raise click.UsageError(f"--from-env takes WHAT:NAME, and `{what[:60]}` is no WHAT: {_NAME_OF_BAND}")
    return Variable(name, _number(name, text if sign else os.environ.get(name)), what or None)


def _number(name: str, text: str | None) -> float:
    from policy_engine.cli._given import score_of
    from policy_engine.reference import read_number

    if text is None:
        raise click.UsageError(f"the environment has no variable `{name}`: say --from-env {name}=VALUE")
    number = read_number(score_of(text))
    if isinstance(number, str):
        raise click.UsageError(f"`{name}` is no number that a threshold could be: `{text[:60]}`")
    return number


def _range(kind: Kind, bands: Sequence[BandWanted]) -> tuple[float | None, float | None]:
    """Return the range of the score: the usual one of its kind where the thresholds lie in it, else an open one."""
    numbers = [band.at_least for band in bands if band.at_least is not None]
    if kind in ("probability", "scores"):
        if not all(0 <= number <= 1 for number in numbers):
            raise click.UsageError("a probability lies between 0 and 1, and not all of these do: say --kind number")
        return (0.0, 1.0)
    if kind == "number":
        is_usual = not any(band.env for band in bands)
        return (0.0, 100.0) if is_usual else (None, None)
    if all(0 <= number <= 1 for number in numbers):
        return (0.0, 1.0)
    if kind == "classes" and min(numbers) < 0:
        raise click.UsageError("the scores of classes are not below 0 here: say --kind number, or leave that one out")
    return (0.0, None) if min(numbers) >= 0 else (None, None)
