"""The JSON Schemas of policies and catalogs, generated from the models, for editors and other tools.

A schema says which keys there are and how values look. Whether a policy means something is what `validate` says.
"""

from policy_engine.reporting.as_json_schema.schema import DIALECT, KINDS, file_name, schema_as_text, schema_of

__all__ = ["DIALECT", "KINDS", "file_name", "schema_as_text", "schema_of"]
