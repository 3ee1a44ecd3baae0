"""The log of decisions: append-only, chained by hash, and verified by anyone who can read it."""

from policy_engine.audit.log import AuditLog, Durability, Receipt
from policy_engine.audit.opening import Recovery
from policy_engine.audit.records import Record, read_records
from policy_engine.audit.verification import Problem, StreamVerification, Verification
from policy_engine.audit.verifier import verify

__all__ = [
    "AuditLog",
    "Durability",
    "Problem",
    "Receipt",
    "Record",
    "Recovery",
    "StreamVerification",
    "Verification",
    "read_records",
    "verify",
]
