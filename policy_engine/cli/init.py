"""`policy-engine init`: a new policy that is in order from the start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from policy_engine.cli._options import NAMED
from policy_engine.cli._wanted import DIRECTIONS, KINDS, NAME, SHAPE_OF_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.cli._wanted import Kind, Wanted
    from policy_engine.loader import Document

_STDOUT = "-"
_CATALOG_FILE = "catalog.yaml"
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
@click.option(
    "-o", "--output", metavar="FILE", type=NAMED, help="Where to write it; left out, the folder of the policies."
)
def init(**options: Any) -> int:  # noqa: ANN401 - click's own
    """Begin a new policy: write one with three bands, comments and tests, and a catalog if there is none.

    With --from-env, environment variables of an old service become its bands, and may still set their thresholds
    within bounds. WHAT is the name of the band, which is called after the variable without it; `lead.ratio`; or
    `BAND.highlight.above`. A NAME without a VALUE is read from the environment. What is written is in order, as
    `validate` says; thresholds and names are yours to change. Nothing that is there is ever overwritten.
    """
    from policy_engine.cli._messages import tell
    from policy_engine.cli._template import policy_text
    from policy_engine.cli._terminal import write

    use_case = options["use_case"]
    if not NAME.fullmatch(use_case):
        raise click.UsageError(f"USE_CASE is {SHAPE_OF_NAME}: it names the use case in requests")
    path = _path(use_case, options["output"])
    catalog = _catalog_beside(path, to_stdout=options["output"] == _STDOUT)
    if options["output"] != _STDOUT:
        _refuse_what_is_there(path, use_case)
    text = _formatted(policy_text(_wanted(options, catalog)), path)
    _check(path, text, catalog)
    if options["output"] == _STDOUT:
        write(text, None)
        return 0
    _write_new(path, text)
    if catalog.is_new:
        _write_beside(catalog.path, path)
        tell(f"wrote {catalog.path}")
    tell(f"wrote {path}")
    return 0


def _formatted(text: str, path: Path) -> str:
    """Return *text* as `fmt` leaves it, so that it changes nothing in a new policy."""
    from policy_engine.formatting import format_text

    after = format_text(text.encode(), str(path)).after
    return text if after is None else after.decode()


# --- where ---------------------------------------------------------------------------------------------------


def _path(use_case: str, output: str | None) -> Path:
    from policy_engine.cli._policies import usual_folder

    if output in (None, _STDOUT):
        return usual_folder() / f"{use_case}.yaml"
    path = Path(output)
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise click.UsageError(f"--output: policies end in .yaml, and `{output}` does not")
    if path.name == _CATALOG_FILE:
        raise click.UsageError(f"--output: `{_CATALOG_FILE}` is the name of a catalog, and a policy has one beside it")
    return path


class _Catalog(NamedTuple):
    """The catalog of a new policy: one that is there, or one to be written with it, or none."""

    path: Path
    document: Document | None
    is_new: bool

    @property
    def escalation_path(self) -> str | None:
        """The first path by name that cases can go to."""
        data = None if self.document is None else self.document.data
        paths = data.get("escalation_paths") if isinstance(data, dict) else None
        return min(paths, default=None) if isinstance(paths, dict) else None


def _catalog_beside(path: Path, *, to_stdout: bool) -> _Catalog:
    from policy_engine.cli._template import CATALOG
    from policy_engine.loader import catalog_for, read_catalog_for, read_document

    found = catalog_for(path)
    if found is not None:
        documents = read_catalog_for(path).documents
        return _Catalog(found, documents[0] if documents else None, is_new=False)
    beside = path.with_name(_CATALOG_FILE)
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


def _write_beside(catalog: Path, policy: Path) -> None:
    """Write the catalog of a new policy; where that cannot be done, the policy is not left without it."""
    from policy_engine.cli._template import CATALOG

    try:
        _write_new(catalog, CATALOG)
    except OSError:
        policy.unlink()
        raise


def _check(path: Path, text: str, catalog: _Catalog) -> None:
    """Raise `InvalidPolicyError` where the new policy is not in order beside this catalog, as with odd numbers."""
    from policy_engine.exceptions import InvalidPolicyError
    from policy_engine.loader import Loaded, read_catalog_for, read_document
    from policy_engine.validator import check

    document, found = read_document(text.encode(), str(path))
    documents = (document,) if catalog.document is None else (document, catalog.document)
    around = () if catalog.is_new else read_catalog_for(path).diagnostics
    files = tuple(one.file for one in documents)
    _, report = check(Loaded(documents, (*found, *around), files, frozenset(files[1:])))
    if not report.ok:
        raise InvalidPolicyError(report)


# --- what ----------------------------------------------------------------------------------------------------


def _wanted(options: Mapping[str, Any], catalog: _Catalog) -> Wanted:
    from datetime import UTC, datetime

    from policy_engine.cli._variables import bands_from, variables_of
    from policy_engine.cli._wanted import LEAD_RATIO, Wanted, range_for, usual_bands
    from policy_engine.model import format_instant

    kind: Kind = options["kind"]
    higher_is = options["higher_is"] or DIRECTIONS[kind]
    variables = variables_of(options["from_env"], options["more"])
    if not variables and options["rest"] is not None:
        raise click.UsageError("--rest goes with --from-env: the last band has its usual name otherwise")
    bands = (
        bands_from(variables, kind, options["use_case"], options["rest"]) if variables else usual_bands(kind, higher_is)
    )
    return Wanted(
        use_case=options["use_case"],
        kind=kind,
        higher_is=higher_is,
        owner=_said("--owner", options["owner"]),
        model=_said("--model", options["model"] or f"{options['use_case']}-model"),
        begin=format_instant(datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)),
        bands=bands,
        score_range=range_for(kind, bands),
        escalation_path=catalog.escalation_path,
        lead=next((one for one in variables if one.what == LEAD_RATIO), None),
    )


def _said(option: str, text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST_TEXT:
        raise click.UsageError(f"{option} takes one line of up to {_LONGEST_TEXT} visible characters")
    return text
