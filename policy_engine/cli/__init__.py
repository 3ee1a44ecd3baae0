"""The command line: `policy-engine COMMAND`."""

import os

# pydantic looks through all installed packages for plugins, which takes as long as a policy to check. A program of its
# own can say that there are none; a service that imports policy_engine says so itself, if it wants to
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from policy_engine.cli.main import main

__all__ = ["main"]
