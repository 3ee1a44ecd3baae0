"""Findings and results in the forms that people and tools read. One module a form; each is its own front door."""
