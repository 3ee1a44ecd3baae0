"""Options of the commands that read labelled scores, spelled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from policy_engine.cli._file_formats import FORMATS
from policy_engine.cli._options import NAMED

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")

_LABELLED: Final = (
    click.argument("data", nargs=-1, required=True, metavar="DATA...", type=NAMED),
    click.option("--score", required=True, metavar="COLUMN", help="The column of the score."),
    click.option("--label", required=True, metavar="COLUMN", help="The column that says what turned out to be true."),
    click.option(
        "--positive", metavar="VALUE", help="The label to be found.  [default: 1 of 0 and 1, true of truth values]"
    ),
    click.option(
        "--higher-is",
        type=click.Choice(["riskier", "safer"]),
        help="Flagged is what reaches the threshold (riskier), or what does not (safer).  [default: riskier]",
    ),
)

weight_option = click.option("--weight", metavar="COLUMN", help="The column of how much each case counts.")

by_option = click.option("--by", multiple=True, metavar="COLUMN,...", help="Tell segments apart by these columns, too.")

input_format_option = click.option(
    "--input-format", type=click.Choice(FORMATS), help="What the files are, where their names do not say it."
)


def labelled_options(command: Command) -> Command:
    """Add the files, and the options that say what their columns mean."""
    for one in reversed(_LABELLED):
        command = one(command)
    return command
