"""The rules, one a file, each named for what it looks for. The registry has them all."""
