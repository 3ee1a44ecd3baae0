"""`python -m policy_engine`: the same as `policy-engine`."""

from policy_engine.cli import run

run()
