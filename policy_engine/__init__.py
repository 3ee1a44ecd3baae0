"""Thresholds as policy: declare them in YAML, check them, apply them, and keep a log that can be believed."""
