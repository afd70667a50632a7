"""The audit: what was billed for a visit against what its note documents, line by line and in both directions. No dollars.

Pure: coded notes and billed lines in, findings out; files are read and written elsewhere.
"""

from nlp_coder.audit.billed import BilledLine, read_billed
from nlp_coder.audit.compare import compare
from nlp_coder.audit.findings import RESULT_WORDS, AuditLine, Result

__all__ = ["RESULT_WORDS", "AuditLine", "BilledLine", "Result", "compare", "read_billed"]
