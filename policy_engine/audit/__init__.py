"""The log of decisions: append-only, chained by hash, and verified by anyone who can read it."""

from policy_engine.audit.batch_files import Batch
from policy_engine.audit.choices import Durability, OnError, OnFull
from policy_engine.audit.log import AuditLog
from policy_engine.audit.mask_key import MaskKey
from policy_engine.audit.masking import Masking
from policy_engine.audit.opening import Recovery
from policy_engine.audit.query import Answer, Question, query
from policy_engine.audit.receipt import Receipt
from policy_engine.audit.records import Record, read_records
from policy_engine.audit.verification import Problem, StreamVerification, Verification
from policy_engine.audit.verifier import verify

__all__ = [
    "Answer",
    "AuditLog",
    "Batch",
    "Durability",
    "MaskKey",
    "Masking",
    "OnError",
    "OnFull",
    "Problem",
    "Question",
    "Receipt",
    "Record",
    "Recovery",
    "StreamVerification",
    "Verification",
    "query",
    "read_records",
    "verify",
]
