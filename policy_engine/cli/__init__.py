"""The command line: `policy-engine COMMAND`."""

from policy_engine.cli.main import main

__all__ = ["main"]
