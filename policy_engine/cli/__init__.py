"""The command line: `policy-engine COMMAND`."""

import os
from typing import NoReturn

from policy_engine.cli._ending import end
from policy_engine.cli._garbage import without_garbage_collection

# pydantic looks through all installed packages for plugins, which takes as long as a policy to check. A program of its
# own can say that there are none; a service that imports policy_engine says so itself, if it wants to
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

with without_garbage_collection():
    from policy_engine.cli.main import main

__all__ = ["main", "run"]


def run() -> NoReturn:
    """Run the command line in a process of its own, and end it."""
    code: object = 0
    try:
        main()
    except SystemExit as ending:
        code = ending.code
    end(code if isinstance(code, int) else int(code is not None))
