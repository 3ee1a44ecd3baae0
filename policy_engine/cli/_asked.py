"""What the options of `decide` ask for, and which of them do not go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._dimensions import given_dimensions, known_use_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.validator import CheckedPolicySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of `decide`, as given."""

    use_case: str | None
    score: str | None
    model: str | None
    model_version: str | None
    subject: str | None
    at: str | None
    jurisdiction: tuple[str, ...]
    escalation_path: str | None
    dims: tuple[str, ...]
    paths: tuple[str, ...]
    source: str | None
    input_format: str | None
    columns: tuple[str, ...]
    context: tuple[str, ...]
    ignore: tuple[str, ...]
    audit_dir: str | None
    explain: bool
    summary: bool
    form: str | None
    output: str | None

    def refuse_what_does_not_fit(self) -> None:
        """Raise `click.UsageError` for an option of the one way to decide that was given with the other."""
        one = {"--score": self.score, "--subject": self.subject, "--format": self.form}
        many = {
            "--input-format": self.input_format,
            "--column": self.columns,
            "--context": self.context,
            "--ignore": self.ignore,
            "--summary": self.summary,
        }
        if self.source is None:
            _refuse(many, "goes with --input FILE, and none is given")
            if self.use_case is None:
                raise click.UsageError("name the USE_CASE to decide, or a file of cases with --input FILE")
        else:
            _refuse(one, "is for one case, and --input FILE brings many: each says its own, one JSON line comes out")

    def given(self, checked: CheckedPolicySet) -> dict[str, Any]:
        """Return what the options say of a case, with the names that a request has; raise where nobody declared one."""
        said = {
            "use_case": None if self.use_case is None else _known(self.use_case, checked),
            "model": self.model,
            "model_version": self.model_version,
            "subject": self.subject,
            "at": None if self.at is None else instant_of(self.at),
        }
        dimensions = given_dimensions(checked.catalog, self.dims, self.jurisdiction, self.escalation_path)
        return {name: value for name, value in said.items() if value is not None} | dimensions


def instant_of(text: str) -> Any:  # noqa: ANN401 - a datetime, whose module is not needed here
    """Return the instant that `--at` names; raise `click.UsageError` where it names none."""
    from policy_engine.model import parse_instant

    try:
        return parse_instant(text)
    except ValueError:
        raise click.UsageError(
            f"--at takes an instant with an offset, such as 2026-07-01T00:00:00Z, not `{text}`"
        ) from None


def _known(use_case: str, checked: CheckedPolicySet) -> str:
    return known_use_case(use_case, sorted({one.policy.use_case for one in checked.policies}))


def _refuse(options: Mapping[str, object], why: str) -> None:
    for name, value in options.items():
        if value not in (None, (), False):
            raise click.UsageError(f"{name} {why}")
