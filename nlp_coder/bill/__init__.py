"""Billing: services with minutes in; claim lines, modifiers and alerts out. Only the rule tables are files."""

from nlp_coder.bill.claim import Claim, bill_services
from nlp_coder.bill.documentation import checklist, note_alert
from nlp_coder.bill.edits import deleted_code_alert
from nlp_coder.bill.records import bill_record, read_record
from nlp_coder.bill.rulebook import Rulebook, load_rulebook
from nlp_coder.bill.services import Service, ServiceError
from nlp_coder.bill.units import UnitSplit, split_units, units_for

__all__ = [
    "Claim",
    "Rulebook",
    "Service",
    "ServiceError",
    "UnitSplit",
    "bill_record",
    "bill_services",
    "checklist",
    "deleted_code_alert",
    "load_rulebook",
    "note_alert",
    "read_record",
    "split_units",
    "units_for",
]
