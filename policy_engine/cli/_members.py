"""Options for the dimensions in which the labels or the scores of one case differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policy_engine.model import Policy

Command = TypeVar("Command", bound="Callable[..., Any]")


def member_options(command: Command) -> Command:
    """Add the options that say which score, which label, and which version of the model."""
    for option in (
        click.option("--model-version", metavar="VERSION", help="The model's version, or the name that it has."),
        click.option("--label", metavar="LABEL", help="Which of several labels."),
        click.option("--score", metavar="NAME", help="Which of several scores."),
    ):
        command = option(command)
    return command


def given_of_members(policy: Policy, options: Mapping[str, Any]) -> dict[str, str]:
    """Return what these options say, with the names of the dimensions.

    Raises `click.UsageError` for a score that the policy does not have, and for one or a label where none are told
    apart.
    """
    given = {}
    if options["score"] is not None:
        given["score"] = _one_of("score", options["score"], tuple(policy.scores or ()))
    if options["label"] is not None:
        if policy.kind != "labels":
            raise click.UsageError(f"--label: the policy of `{policy.use_case}` tells no labels apart")
        given["label"] = options["label"]
    if options["model_version"] is not None:
        given["model_version"] = _version_name(policy, options["model_version"], given.get("score"))
    return given


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    from policy_engine.diagnostics import did_you_mean

    if value in known:
        return value
    hint = did_you_mean(value, known) if known else "the policy has one score, which has no name"
    raise click.UsageError(f"--{name}: there is no `{value}`: {hint}")


def _version_name(policy: Policy, version: str, score: str | None) -> str:
    """Return the name under which overrides speak of *version*, the text itself where it has none."""
    scales = policy.scales if score is None else (policy.scale_of(score),)
    names = (scale.score.model.version_name(version) for scale in scales)
    return next((name for name in names if name is not None), version)
