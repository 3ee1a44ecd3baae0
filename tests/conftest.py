"""How Hypothesis draws, and what is told of a run while it goes on.

Where CI is set, the same cases are drawn each time, and on a developer's machine new ones.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

# A policy with its catalog takes many draws, and a machine under load is no reason to fail: no test is timed.
_PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile("dev", deadline=None, max_examples=40, suppress_health_check=_PATIENT)
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
# A seeded fault is to be noticed; nobody wants its smallest case.
settings.register_profile(
    "faults", settings.get_profile("ci"), max_examples=30, database=None, phases=[Phase.explicit, Phase.generate]
)
# `HYPOTHESIS_PROFILE=nightly make test` looks for what a short run misses.
settings.register_profile("nightly", settings.get_profile("dev"), max_examples=5000)

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))

SLOW: Final = 120.0
"""A test that takes as many seconds is told at once."""


@pytest.hookimpl(trylast=True)  # once there is a reporter
def pytest_configure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    # A worker has one, too, which nobody sees
    if os.environ.get("CI") and reporter is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(TellsAtOnce(reporter))


class TellsAtOnce:
    """Tells failures and slow tests when they come: a run that is ended from outside tells nothing at its end."""

    def __init__(self, reporter: TerminalReporter) -> None:
        self._reporter = reporter

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell of a test that has ended, if there is something to tell."""
        took = f"{report.nodeid} ({report.when}, {report.duration:.0f} s)"
        if report.failed:
            self._reporter.ensure_newline()
            self._reporter.write_line(f"failed: {took}\n{report.longreprtext[-2000:]}")
        elif report.duration > SLOW:
            self._reporter.ensure_newline()
            self._reporter.write_line(f"slow: {took}")
