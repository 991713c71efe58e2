"""How long a person may stay, and why: dated law, a ledger of stays and permits in, days with reasons out.

Plain Python without a clock, a database or a network. Sources of the way days are counted: Regulation (EU)
2016/399 Art. 6, the European Commission's user manual for the short-stay calculator, CJEU C-241/05 (Bot) for
periods that a first entry opens, Regulation (EEC, Euratom) 1182/71 for periods of authorities.
"""

from .answer import (
    Assessment,
    Binding,
    NextEntry,
    Overstay,
    Reason,
    Status,
    StayWarning,
    binding_to_json,
)
from .assessing import assess
from .days import LastDay, add_months
from .duties import NoWorkingDay, legal_due_on, registration_due
from .law import (
    Condition,
    ConditionKind,
    CountryLaw,
    Register,
    Rule,
    RuleKind,
    condition_from_json,
    law_of,
    rule_from_row,
)
from .limits import InvalidLimit, Limit, LimitKind, limit_from_json, limit_to_json, limits_from_json
from .question import PURPOSES, HeldDocument, InvalidLedger, Permit, PermitKind, Question, Stay

__all__ = [
    "PURPOSES",
    "Assessment",
    "Binding",
    "Condition",
    "ConditionKind",
    "CountryLaw",
    "HeldDocument",
    "InvalidLedger",
    "InvalidLimit",
    "LastDay",
    "Limit",
    "LimitKind",
    "NextEntry",
    "NoWorkingDay",
    "Overstay",
    "Permit",
    "PermitKind",
    "Question",
    "Reason",
    "Register",
    "Rule",
    "RuleKind",
    "Status",
    "Stay",
    "StayWarning",
    "add_months",
    "assess",
    "binding_to_json",
    "condition_from_json",
    "law_of",
    "legal_due_on",
    "limit_from_json",
    "limit_to_json",
    "limits_from_json",
    "registration_due",
    "rule_from_row",
]
