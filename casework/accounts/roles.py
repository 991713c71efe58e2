"""Who may do what, in the words of the API's scopes, for people and for partner apps alike."""

from enum import StrEnum


class Scope(StrEnum):
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    STAYS_READ = "stays:read"
    STAYS_WRITE = "stays:write"
    HOUSING_READ = "housing:read"
    HOUSING_WRITE = "housing:write"
    WORK_READ = "work:read"
    WORK_WRITE = "work:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    REMINDERS_READ = "reminders:read"
    REMINDERS_WRITE = "reminders:write"
    STATISTICS_READ = "statistics:read"
    EVENTS_READ = "events:read"
    WEBHOOKS_WRITE = "webhooks:write"
    RULES_READ = "rules:read"
    RULES_WRITE = "rules:write"


class Role(StrEnum):
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    INTAKE = "intake"
    LEGAL = "legal"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    RULE_EDITOR = "rule_editor"
    RULE_REVIEWER = "rule_reviewer"


S = Scope
READS_FILES = frozenset({S.PEOPLE_READ, S.STAYS_READ, S.CASES_READ, S.REMINDERS_READ, S.RULES_READ})
WORKS_FILES = READS_FILES | {
    S.PEOPLE_WRITE, S.STAYS_WRITE, S.CASES_WRITE, S.REMINDERS_WRITE,
    S.HOUSING_READ, S.HOUSING_WRITE, S.WORK_READ, S.WORK_WRITE,
}  # fmt: skip

SCOPES_OF_ROLE: dict[str, frozenset[Scope]] = {
    Role.CASEWORKER: WORKS_FILES,
    Role.SUPERVISOR: WORKS_FILES | {S.STATISTICS_READ},
    Role.INTAKE: frozenset({S.PEOPLE_READ, S.PEOPLE_WRITE, S.STAYS_READ, S.STAYS_WRITE, S.RULES_READ}),
    Role.LEGAL: READS_FILES | {S.STAYS_WRITE},
    # An auditor reads the trail and the figures, not the files.
    Role.AUDITOR: frozenset({S.EVENTS_READ, S.STATISTICS_READ, S.RULES_READ}),
    # An administrator manages accounts; need to know does not follow from that.
    Role.ADMINISTRATOR: frozenset({S.RULES_READ, S.STATISTICS_READ, S.WEBHOOKS_WRITE}),
    Role.RULE_EDITOR: frozenset({S.RULES_READ, S.RULES_WRITE}),
    Role.RULE_REVIEWER: frozenset({S.RULES_READ, S.RULES_WRITE}),
}
