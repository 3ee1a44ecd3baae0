"""The command line: `policy-engine COMMAND`."""

import os

from policy_engine.cli._garbage import without_garbage_collection

# pydantic looks through all installed packages for plugins, which takes as long as a policy to check. A program of its
# own can say that there are none; a service that imports policy_engine says so itself, if it wants to
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

with without_garbage_collection():
    from policy_engine.cli.main import main, run

__all__ = ["main", "run"]
