"""Options that several commands have, spelled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")


class _Named(click.ParamType[str]):
    """The name of a file or a folder. An empty one, as of a variable that is not set, would be the working folder."""

    name = "path"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return *value* as it is, unless it is empty."""
        if not value:
            self.fail("it is empty: name a file or a folder; `.` is the working folder", param, ctx)
        return value


NAMED: Final = _Named()

paths_argument = click.argument("paths", nargs=-1, metavar="[PATHS]...", type=NAMED)

policies_option = click.option(
    "--policies",
    "paths",
    multiple=True,
    metavar="PATH",
    type=NAMED,
    help="A folder of policies, or a policy file; may be repeated.",
)

output_option = click.option(
    "-o", "--output", metavar="FILE", type=NAMED, help="Write to FILE, not to the standard output."
)

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour: `auto` on a terminal, unless NO_COLOR is set.",
)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Return the option `--format`, whose value is called `form`; without it, the first of *formats* is meant."""
    text = f"How to write it.  [default: {formats[0]}]"
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0], help=text)
