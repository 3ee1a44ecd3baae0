"""What pytest is not to look at: importing it would rename this machine for all other tests."""

collect_ignore = ["machine"]
