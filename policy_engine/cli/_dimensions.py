"""Dimensions as options: `--tier gold`, though only the catalog knows that there is a `tier`."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policy_engine.model import Catalog

Command = TypeVar("Command", bound="Callable[..., Any]")

_DIM = "--dim"


class DimensionCommand(click.Command):
    """A command that takes `--NAME VALUE` for every dimension: to click it is `--dim NAME=VALUE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Spell dimensions out before click reads the arguments."""
        return super().parse_args(ctx, list(self._spelled_out(ctx, args)))

    def _spelled_out(self, ctx: click.Context, args: list[str]) -> Iterator[str]:
        takes_value = {
            name: not (option.is_flag or option.count)
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            for name in (*option.opts, *option.secondary_opts)
        }
        rest = deque(args)
        while rest:
            arg = rest.popleft()
            name, sign, _ = arg.partition("=")
            if arg == "--":
                yield from (arg, *rest)
                return
            if not name.startswith("--") or name in takes_value:
                yield arg
                if takes_value.get(arg) and rest:
                    yield rest.popleft()
            elif sign:
                yield from (_DIM, arg[2:])
            elif rest and not rest[0].startswith("--"):
                yield from (_DIM, f"{name[2:]}={rest.popleft()}")
            else:
                # Whether it is a dimension without its value or a misspelt option, only the catalog says
                yield from (_DIM, name)


def dimension_options(command: Command) -> Command:
    """Add the options that say what the case is."""
    return _with_dimensions(command, "Whose rules apply; a case may have several.")


def cell_options(command: Command) -> Command:
    """Add the options that say which cell: they are those of a case, which has one jurisdiction there."""
    return _with_dimensions(command, "Whose rules apply.")


def _with_dimensions(command: Command, whose: str) -> Command:
    for option in (
        click.option("--escalation-path", metavar="PATH", help="The escalation path that is open."),
        click.option(_DIM, "dims", multiple=True, metavar="NAME=VALUE", help="A dimension; shorter: --NAME VALUE."),
        click.option("--jurisdiction", multiple=True, metavar="NAME", help=whose),
    ):
        command = option(command)
    return command


def given_dimensions(
    catalog: Catalog, dims: Sequence[str], jurisdiction: Sequence[str], escalation_path: str | None
) -> dict[str, Any]:
    """Return the dimensions that the options name, as a request has them.

    Raises `click.UsageError` for one that the catalog does not declare, or that is given twice.
    """
    given: dict[str, Any] = {}
    if jurisdiction:
        given["jurisdiction"] = jurisdiction[0] if len(jurisdiction) == 1 else list(jurisdiction)
    if escalation_path is not None:
        given["escalation_path"] = escalation_path
    for dim in dims:
        name, value = _name_and_value(catalog, dim)
        if name in given:
            raise click.UsageError(f"`{name}` is given twice: a case has one value of it")
        given[name] = _value_of(catalog, name, value)
    return given


def _name_and_value(catalog: Catalog, dim: str) -> tuple[str, str]:
    said, sign, value = dim.partition("=")
    name = said.removeprefix("--").replace("-", "_")
    if not name or not (sign or said.startswith("--")):
        raise click.UsageError(f"--dim takes NAME=VALUE, not `{dim}`")
    if name not in dimension_names(catalog):
        raise click.UsageError(f"no option and no dimension is called `--{_flag(name)}`: {_hint(catalog, name)}")
    if not sign:
        raise click.UsageError(f"--{_flag(name)} needs a value, as in --{_flag(name)} VALUE")
    return name, value


def _value_of(catalog: Catalog, name: str, value: str) -> float | str:
    from policy_engine.cli._given import number_or_text
    from policy_engine.model import NumberDimension

    return number_or_text(value) if isinstance(catalog.dimensions.get(name), NumberDimension) else value


def _hint(catalog: Catalog, name: str) -> str:
    from policy_engine.diagnostics import did_you_mean, nearest

    context = click.get_current_context()
    options = [option for param in context.command.get_params(context) for option in param.opts]
    near = nearest(f"--{_flag(name)}", [*options, *(f"--{_flag(one)}" for one in catalog.dimensions)])
    return f"did you mean `{near}`?" if near else did_you_mean(name, dimension_names(catalog))


def dimension_names(catalog: Catalog) -> tuple[str, ...]:
    """Return every dimension that a request may name."""
    return ("jurisdiction", *catalog.dimensions, "escalation_path")


def known_use_case(use_case: str, known: Mapping[str, object] | Sequence[str]) -> str:
    """Return *use_case* if there is a policy for it; raise `click.UsageError` if not."""
    from policy_engine.diagnostics import did_you_mean

    if use_case in known:
        return use_case
    raise click.UsageError(f"no policy is for the use case `{use_case}`: {did_you_mean(use_case, known)}")


def _flag(name: str) -> str:
    return name.replace("_", "-")
