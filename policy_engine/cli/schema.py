"""`policy-engine schema`: the JSON Schemas for editors, printed, written or compared."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli._options import NAMED, output_option

_KINDS = ("policy", "catalog")
_EPILOG = """\b
Example:
  policy-engine schema catalog
  policy-engine schema --write schemas

\b
An editor that knows YAML takes it from the first line of a policy:
  # yaml-language-server: $schema=../schemas/policy.schema.json
"""


@click.command(epilog=_EPILOG, short_help="Print the JSON Schemas for editors.")
@click.argument("kind", type=click.Choice(_KINDS), default="policy")
@click.option("--write", "write_to", metavar="DIR", type=NAMED, help="Write both schemas into the folder DIR.")
@click.option("--check", "check_in", metavar="DIR", type=NAMED, help="Exit with 1 if those in DIR are not these.")
@output_option
def schema(*, kind: str, write_to: str | None, check_in: str | None, output: str | None) -> int:
    """Print the JSON Schema (2020-12) of a policy or of a catalog.

    An editor that is pointed at it completes keys and marks the wrong ones. It is generated from the same
    models that `validate` reads, which checks far more than a schema can say.
    """
    from policy_engine.cli._terminal import write
    from policy_engine.reporting.as_json_schema import schema_as_text

    if write_to is not None and check_in is not None:
        raise click.UsageError("--write and --check do not go together: what was written is as it should be")
    if check_in is not None:
        return _check(_folder(check_in))
    if write_to is not None:
        return _write(_folder(write_to))
    write(schema_as_text(kind).encode(), output)
    return 0


def _folder(name: str) -> Path:
    folder = Path(name)
    if not folder.is_dir():
        raise click.UsageError(f"there is no folder `{name}`")
    return folder


def _write(folder: Path) -> int:
    from policy_engine.cli._messages import tell
    from policy_engine.reporting.as_json_schema import file_name, schema_as_text

    for kind in _KINDS:
        path = folder / file_name(kind)
        path.write_text(schema_as_text(kind), encoding="utf-8", newline="\n")
        tell(f"wrote {path}")
    return 0


def _check(folder: Path) -> int:
    """Compare the schemas in *folder* with the generated ones, and those with the rules of JSON Schema."""
    from jsonschema import Draft202012Validator

    from policy_engine.cli._messages import tell
    from policy_engine.reporting.as_json_schema import file_name, schema_as_text, schema_of

    stale = []
    for kind in _KINDS:
        Draft202012Validator.check_schema(schema_of(kind))
        path = folder / file_name(kind)
        if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != schema_as_text(kind):
            stale.append(path)
            tell(f"{path} is not what the models say: write it anew with policy-engine schema --write {folder}")
    if not stale:
        tell(f"both schemas in {folder} are what the models say")
    return 1 if stale else 0
