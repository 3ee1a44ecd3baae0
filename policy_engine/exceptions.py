"""Broken promises: what a caller did that cannot be answered. A finding about a policy is not one of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy_engine.diagnostics import Report


class PolicyEngineError(Exception):
    """The root of everything that policy-engine raises on purpose."""


class InvalidPolicyError(PolicyEngineError):
    """The policies have errors, so nothing was loaded. `report` holds every finding."""

    def __init__(self, report: Report) -> None:
        """Say how many errors there are and quote the first."""
        self.report = report
        first = next(found for found in report.diagnostics if found.severity == "error")
        where = f"{first.file}:{first.span.line}:{first.span.column}"
        more = f" (and {report.errors - 1} more)" if report.errors > 1 else ""
        super().__init__(f"{where}: {first.code} {first.message}; {first.help}{more}")


class PoliciesNotFoundError(PolicyEngineError):
    """The place named holds no policy at all."""


class InvalidRequestError(PolicyEngineError):
    """The request cannot be judged: a key that nobody declared, or a value that the policy refuses."""


class UnknownUseCaseError(InvalidRequestError):
    """No live policy covers the use case at that instant. There is no default outcome."""


class EnvironmentNumberError(PolicyEngineError):
    """An environment variable that sets a tunable number is none, or one that the policy does not allow."""


class MiscompiledError(PolicyEngineError):
    """The compiled table and the reference disagree, so the table is not used. This is a bug of policy-engine."""


class LabelledDataError(PolicyEngineError):
    """Labelled scores by which nothing can be measured: what is no number, a label that is neither of two."""


class TuningError(PolicyEngineError):
    """Thresholds cannot be chosen so: a bound that is none, or cases of which nothing can be guaranteed."""


class AuditError(PolicyEngineError):
    """A decision could not be recorded, so it was not given."""


class MaskKeyError(PolicyEngineError):
    """The catalog wants pseudonyms in the log and there is no key for them, or one that cannot be used."""


class AuditFullError(AuditError):
    """A decision was not recorded, so it was not given: too many wait to be written already."""


class AuditCorruptError(AuditError):
    """A log was changed since it was written. Nothing is appended to it."""
