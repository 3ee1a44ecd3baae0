"""`policy-engine fmt`: policies and catalogs in their canonical form, with every comment kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from policy_engine.cli._options import paths_argument

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy_engine.formatting import FormattedFile

_STDIN_NAME = "<stdin>"
_EPILOG = """\b
Example:
  policy-engine fmt
  policy-engine fmt --check --diff policies
  policy-engine fmt - < policies/card-fraud.yaml
"""


@click.command(epilog=_EPILOG, short_help="Format policies.")
@paths_argument
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if a file would change, and name it.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change as a unified diff.")
def fmt(*, paths: tuple[str, ...], check: bool, diff: bool) -> int:
    """Format policies and catalogs: folders, files, or `-` for one from the standard input to the standard output.

    Keys get the order of the documentation, short mappings and lists one line of at most 120 columns, and text
    quotes only where it needs them. Comments stay, numbers stay as they are written, and so does everything that
    the file means: a file of which that cannot be proven is left alone and told of, as is one that cannot be read.
    """
    from policy_engine.cli._policies import STDIN, named_paths
    from policy_engine.formatting import format_files

    if STDIN in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` formats the standard input: name no other PATH beside it")
        return _format_stdin(check=check, diff=diff)
    return _format(format_files(named_paths(paths)), check=check, diff=diff)


def _format(files: Iterable[FormattedFile], *, check: bool, diff: bool) -> int:
    from policy_engine.cli._messages import tell

    changed, unchanged, left_alone = 0, 0, 0
    for file in files:
        if file.formatted.after is None:
            _tell_why_not(file)
            left_alone += 1
        elif not file.would_change:
            unchanged += 1
        elif _change(file, check=check, diff=diff):
            changed += 1
        else:
            left_alone += 1
    tell(_summary(changed, unchanged, left_alone, only_would=check or diff))
    return 1 if left_alone or (check and changed) else 0


def _format_stdin(*, check: bool, diff: bool) -> int:
    from policy_engine.cli._messages import tell
    from policy_engine.cli._terminal import standard_input, write
    from policy_engine.formatting import FormattedFile, format_text

    raw = standard_input().read(2 * 2**20)
    file = FormattedFile(_STDIN_NAME, _STDIN_NAME, raw, format_text(raw, _STDIN_NAME))
    if file.formatted.after is None:
        _tell_why_not(file)
        return 1
    if diff and file.would_change:
        _write_diff(file)
    elif check and file.would_change:
        tell(f"would format {file.name}")
    elif not (check or diff):
        write(file.formatted.after, None)
    return 1 if check and file.would_change else 0


def _change(file: FormattedFile, *, check: bool, diff: bool) -> bool:
    """Write a file that is not canonical, or say that it would be written; return whether that went well."""
    from policy_engine.cli._messages import tell
    from policy_engine.formatting import write_formatted

    if diff:
        _write_diff(file)
    if check or diff:
        tell(f"would format {file.name}")
        return True
    try:
        write_formatted(file)
    except OSError as error:
        tell(f"{file.name}: is left alone: it cannot be written: {(error.strerror or str(error)).lower()}")
        return False
    tell(f"formatted {file.name}")
    return True


def _tell_why_not(file: FormattedFile) -> None:
    from policy_engine.cli._messages import tell, tell_lines, width_of_messages
    from policy_engine.diagnostics import Report
    from policy_engine.reporting.as_text import findings_as_text

    formatted = file.formatted
    if formatted.why_not is not None:
        tell(f"{file.name}: is left alone: {formatted.why_not}")
        return
    report = Report(formatted.findings, (file.name,), {file.name: formatted.before})
    tell_lines(findings_as_text(report, wrap=width_of_messages()).rstrip("\n"))
    tell(f"{file.name}: is left alone: it cannot be read as it should be")


def _write_diff(file: FormattedFile) -> None:
    from policy_engine.cli._diff import diff_of
    from policy_engine.cli._terminal import write

    write(diff_of(file.raw, file.formatted.after or b"", file.name), None)


def _summary(changed: int, unchanged: int, left_alone: int, *, only_would: bool) -> str:
    """Say what became of all files.

    >>> _summary(2, 7, 0, only_would=False), _summary(1, 0, 1, only_would=True)
    ('2 files formatted, 7 unchanged', '1 file would be formatted, 0 unchanged, 1 left alone')
    """
    files = "1 file" if changed == 1 else f"{changed} files"
    done = "would be formatted" if only_would else "formatted"
    return f"{files} {done}, {unchanged} unchanged" + (f", {left_alone} left alone" if left_alone else "")
