"""`python -m policy_engine`: the same as `policy-engine`, and whoever runs it as a module learns of its end."""

from policy_engine.cli import main

main()
