"""A question made ready for counting: its law, its permits, and who may enter on a given day."""

from . import counting
from .answer import StayWarning
from .days import day_of
from .law import Condition, ConditionKind, CountryLaw, Rule
from .ledger import Ledger
from .permits import Holdings
from .question import Question
from .runs import Run, run_of

# What is refused for another reason than counting: a code and the values of its sentence.
Refusal = tuple[str, dict[str, object]]


class Case:
    __slots__ = ("document_kind", "holdings", "law", "on", "question")

    def __init__(self, question: Question, law: CountryLaw) -> None:
        self.question = question
        self.law = law
        self.holdings = Holdings(question.permits)
        self.on = question.on.toordinal()
        # Limits that are tried stand in place of the register, with what it says of documents.
        self.document_kind = (
            None if question.document is None or law.replaced_register else question.document.kind
        )

    def rules_of(self, entry: int) -> list[Rule]:
        """The stay rules of an entry on the document that the question names."""
        return [rule for rule in self.law.stay_rules(entry) if rule.accepts(self.document_kind)]

    def run(self, ledger: Ledger, index: int) -> Run:
        return run_of(ledger, index, self.rules_of(ledger.spans[index][0]))

    def earlier_run(self, ledger: Ledger, index: int) -> Run:
        """Of a stay that is not asked about: its document is not known, but the law accepted one."""
        entry = ledger.spans[index][0]
        return run_of(ledger, index, self.rules_of(entry) or self.law.stay_rules(entry))

    def refusals(self, entry: int, rule: Rule | None) -> list[Refusal]:
        """Why nobody would be admitted on that day, whatever is left to count."""
        of_day = self.law.stay_rules(entry)
        if of_day and not any(candidate.accepts(self.document_kind) for candidate in of_day):
            return [("document_not_accepted", {"document": self.document_kind, "entered_on": day_of(entry)})]
        found = []
        for row in ([rule] if rule else []) + self.law.conditions(entry, self.document_kind):
            if row.condition is not None:
                refusal = self._refusal(row.condition, entry)
                if refusal is not None and refusal not in found:
                    found.append(refusal)
        return found

    def _refusal(self, condition: Condition, entry: int) -> Refusal | None:
        document, purpose = self.question.document, self.question.purpose
        kind = condition.kind
        if kind is ConditionKind.BIOMETRIC_REQUIRED:
            if document is not None and document.biometric is False:
                return "biometric_required", {"entered_on": day_of(entry)}
            return None
        if any(start <= entry <= end for start, end in self.holdings.replaced):
            return None
        if kind is ConditionKind.VISA_REQUIRED and not self.holdings.visa_dated(entry):
            return "visa_required", {"entered_on": day_of(entry)}
        if kind is ConditionKind.PERMIT_REQUIRED and not self.holdings.holds(condition.permit, entry):
            return "permit_required", {"permit": condition.permit, "entered_on": day_of(entry)}
        if kind is ConditionKind.REFUSED_PURPOSES and purpose in condition.purposes:
            return "refused_purposes", {"purpose": purpose, "entered_on": day_of(entry)}
        return None

    def admission_warnings(self, entry: int) -> list[StayWarning]:
        """What could not be checked, what a permit would ask for, and what will be refused later."""
        found = []
        document, purpose = self.question.document, self.question.purpose
        biometric = document.biometric if document is not None else None
        covered = any(start <= entry <= end for start, end in self.holdings.replaced)
        for row in self.law.conditions(entry, self.document_kind):
            kind = row.condition.kind if row.condition else None
            if kind is ConditionKind.REFUSED_PURPOSES and purpose is None and not covered:
                found.append(StayWarning("purpose_not_given", {"title": row.title}))
            if kind is ConditionKind.BIOMETRIC_REQUIRED and biometric is None:
                found.append(StayWarning("biometric_not_given", {"title": row.title}))
        for row in self.law.conditions(self.on, self.document_kind):
            if row.condition is not None and self._permit_needs_passport(row.condition):
                valid_days = row.condition.passport_valid_days
                code = row.condition.code or "permit_condition"
                found.append(StayWarning(code, {"title": row.title, "days": valid_days}))
        for first, row in self.law.coming_conditions(max(entry, self.on), self.document_kind):
            condition = row.condition
            if condition is not None and self._will_refuse(condition):
                found.append(StayWarning("refused_later", {"from_on": day_of(first), "title": row.title}))
        return found

    def _permit_needs_passport(self, condition: Condition) -> bool:
        if condition.kind is not ConditionKind.PERMIT_CONDITION:
            return False
        document = self.question.document
        if document is None or document.kind != "passport":
            return True
        expires_on = document.expires_on
        return expires_on is not None and expires_on.toordinal() - self.on < condition.passport_valid_days

    def _will_refuse(self, condition: Condition) -> bool:
        if condition.kind is ConditionKind.BIOMETRIC_REQUIRED:
            return self.question.document is not None and self.question.document.biometric is False
        return (
            condition.kind is ConditionKind.REFUSED_PURPOSES and self.question.purpose in condition.purposes
        )

    def earliest_by_limits(self, entry: int, ledger: Ledger) -> int:
        """A day up to which the limits of an entry on `entry` refuse every entry, in all readings."""
        return max(
            (
                counting.earliest_entry(limit, entry, ledger)
                for rule in self.rules_of(entry)
                for reading in (rule.limits, *rule.readings)
                for limit in reading
            ),
            default=entry,
        )
