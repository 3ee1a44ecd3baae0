"""How Hypothesis draws: the same cases each time where CI is set, new ones on a developer's machine."""

import os

from hypothesis import HealthCheck, Phase, settings

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
