"""What the options of `decide` ask for, and which of them do not go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli._dimensions import given_dimensions, known_use_case
from policy_engine.cli._given import boolean_or_text, by_name, score_of, scores_of
from policy_engine.cli._instants import instant_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.model import Catalog
    from policy_engine.validator import CheckedPolicySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of `decide`, as given."""

    use_case: str | None
    score: tuple[str, ...]
    model: tuple[str, ...]
    model_version: tuple[str, ...]
    subject: str | None
    at: str | None
    jurisdiction: tuple[str, ...]
    escalation_path: str | None
    dims: tuple[str, ...]
    facts: tuple[str, ...]
    thresholds: tuple[str, ...]
    reason_codes: tuple[str, ...]
    paths: tuple[str, ...]
    source: str | None
    input_format: str | None
    columns: tuple[str, ...]
    context: tuple[str, ...]
    ignore: tuple[str, ...]
    score_prefix: str | None
    audit_dir: str | None
    explain: bool
    summary: bool
    form: str | None
    output: str | None
    output_format: str | None
    jobs: int | None

    def refuse_what_does_not_fit(self) -> None:
        """Raise `click.UsageError` for an option of the one way to decide that was given with the other."""
        one = {"--score": self.score, "--subject": self.subject, "--format": self.form}
        many = {
            "--input-format": self.input_format,
            "--column": self.columns,
            "--context": self.context,
            "--ignore": self.ignore,
            "--score-prefix": self.score_prefix,
            "--summary": self.summary,
            "--output-format": self.output_format,
            "--jobs": self.jobs,
        }
        if self.source is None:
            _refuse(many, "goes with --input FILE, and none is given")
            if self.use_case is None:
                raise click.UsageError("name the USE_CASE to decide, or a file of cases with --input FILE")
        else:
            _refuse(one, "is for one case, and --input FILE brings many: each says its own, one JSON line comes out")

    def given(self, checked: CheckedPolicySet) -> dict[str, Any]:
        """Return what the options say of a case, with the names that a request has; raise where nobody declared one."""
        use_case = None if self.use_case is None else _known(self.use_case, checked)
        scores = _names_of_scores(use_case, checked)
        said = {
            "use_case": use_case,
            "model": _of_models("--model", self.model, scores),
            "model_version": _of_models("--model-version", self.model_version, scores),
            "subject": self.subject,
            "facts": _facts(self.facts, checked.catalog) or None,
            "thresholds": {name: score_of(number) for name, number in _by_name("--threshold", self.thresholds).items()}
            or None,
            "reason_codes": list(self.reason_codes) or None,
            "at": None if self.at is None else instant_of(self.at),
        }
        dimensions = given_dimensions(checked.catalog, self.dims, self.jurisdiction, self.escalation_path)
        return {name: value for name, value in said.items() if value is not None} | dimensions


def score_asked(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a score may be anything
    """Return the score that `--score` gives, once or for each name; raise `click.UsageError` where it is not clear."""
    try:
        return scores_of(texts)
    except ValueError as error:
        raise click.UsageError(f"--score, where it is given several times, takes {error}") from None


def _by_name(option: str, texts: Sequence[str]) -> dict[str, str]:
    try:
        return by_name(texts, "NUMBER" if option == "--threshold" else "true or NAME=false")
    except ValueError as error:
        raise click.UsageError(f"{option} takes {error}") from None


def _facts(texts: Sequence[str], catalog: Catalog) -> dict[str, bool]:
    from policy_engine.diagnostics import did_you_mean

    found = {}
    for name, text in _by_name("--fact", texts).items():
        if name not in catalog.facts:
            raise click.UsageError(f"the catalog declares no fact `{name}`: {did_you_mean(name, catalog.facts)}")
        value = boolean_or_text(text)
        if isinstance(value, str):
            raise click.UsageError(f"--fact {name} takes true or false, not `{text}`; leave out what is not known")
        found[name] = value
    return found


def _names_of_scores(use_case: str | None, checked: CheckedPolicySet) -> frozenset[str]:
    """Return the names of the scores of a use case whose cases have several."""
    return frozenset(
        name
        for one in checked.policies
        if one.policy.use_case == use_case or use_case is None
        for name in one.policy.scores or ()
    )


def _of_models(option: str, texts: Sequence[str], scores: frozenset[str]) -> dict[str, str] | str | None:
    """Return one text for the only model, or a text by name for each of several scores."""
    if len(texts) == 1 and texts[0].partition("=")[0] not in scores:
        return texts[0]
    found: dict[str, str] = {}
    for text in texts:
        name, sign, said = text.partition("=")
        if not sign or name in found or name not in scores:
            raise click.UsageError(f"{option} is given several times: each takes SCORE=TEXT, for one of several scores")
        found[name] = said
    return found or None


def _known(use_case: str, checked: CheckedPolicySet) -> str:
    return known_use_case(use_case, sorted({one.policy.use_case for one in checked.policies}))


def _refuse(options: Mapping[str, object], why: str) -> None:
    for name, value in options.items():
        if value not in (None, (), False):
            raise click.UsageError(f"{name} {why}")
