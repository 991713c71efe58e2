"""The sentences of the contract on documents and admission, one by one."""

import pytest

from casework.stays.rules import Condition, ConditionKind, HeldDocument, Question, Rule, RuleKind, assess

from .asking import INTERNAL_ID, PASSPORT, codes, day, of, permit, spans, stay
from .register import RULES


class TestDocuments:
    def test_a_rule_but_not_for_this_document(self):
        for asked in ({"plan": "2022-09-25"}, {"stays": [stay("2022-09-25")]}, {}):
            answer = of("GE", on="2022-10-01", document=INTERNAL_ID, **asked)
            assert (answer.status, answer.last_lawful_day) == ("not_admitted", None)
            assert codes(answer)[0] == "document_not_accepted"
            assert answer.rule.title == "GE one year"

    def test_no_document_given_refuses_nothing(self):
        assert of("GE", on="2022-10-01", plan="2022-10-01").status == "lawful"

    @pytest.mark.parametrize("asked", [{}, {"plan": "2022-09-25"}, {"stays": [stay("2022-09-25")]}])
    @pytest.mark.parametrize("country", ["MD", "ZZ"])
    def test_no_rule_at_all(self, country, asked):
        answer = of(country, on="2022-10-01", document=PASSPORT, **asked)
        assert (answer.status, answer.last_lawful_day, answer.first_unlawful_day) == ("unknown", None, None)
        assert codes(answer) == ["no_rule"]

    def test_a_day_before_the_first_rule(self):
        assert of("TR", on="2013-05-19", plan="2013-05-19", document=PASSPORT).status == "unknown"

    def test_a_rule_that_does_not_say_how_long(self):
        answer = of("UZ", on="2022-10-01", plan="2022-10-01", document=PASSPORT)
        assert (answer.status, codes(answer)) == ("unknown", ["length_not_known"])
        assert answer.rule.title == "UZ length not known"

    def test_biometric_passports(self):
        held = [permit("visa", "2026-01-01", "2026-12-31")]
        asked = {"on": "2026-02-01", "plan": "2026-02-01", "purpose": "family", "permits": held}
        assert of("DE", document=HeldDocument("passport", True), **asked).status == "lawful"
        refused = of("DE", document=HeldDocument("passport", False), **asked)
        assert (refused.status, codes(refused)[0]) == ("not_admitted", "biometric_required")
        unknown = of("DE", document=HeldDocument("passport"), **asked)
        assert (unknown.status, codes(unknown)) == ("lawful", ["biometric_not_given"])

    def test_a_purpose_that_is_not_given_warns(self):
        held = [permit("visa", "2022-09-01", "2022-12-31")]
        answer = of("LV", on="2022-10-01", plan="2022-10-01", document=PASSPORT, permits=held)
        assert (answer.status, codes(answer)) == ("lawful", ["purpose_not_given"])

    def test_one_that_expires_first_warns_and_never_binds(self):
        document = HeldDocument("passport", expires_on=day("2022-10-10"))
        answer = of("RS", on="2022-10-01", document=document, stays=[stay("2022-09-25")])
        assert (answer.last_lawful_day, codes(answer)) == (day("2022-10-24"), ["document_expires_first"])
        later = HeldDocument("passport", expires_on=day("2022-10-24"))
        assert codes(of("RS", on="2022-10-01", document=later, stays=[stay("2022-09-25")])) == []

    def test_a_stay_that_was_not_admitted(self):
        held = [permit("visa", "2022-09-01", "2022-12-31")]
        ledger = [stay("2022-10-01")]
        answer = of("LV", on="2022-10-03", purpose="tourism", document=PASSPORT, permits=held, stays=ledger)
        assert (answer.status, answer.first_unlawful_day) == ("not_admitted", day("2022-10-01"))
        assert spans(answer) == [("2022-10-01", "2022-10-03", 3)]
        assert answer.next_entry is None

    def test_earlier_stays_were_on_a_document_that_the_law_accepted(self):
        answer = of("RS", on="2022-12-01", plan="2022-12-01", document=INTERNAL_ID, stays=[
            stay("2022-09-01", "2022-10-05")
        ])  # fmt: skip
        assert (answer.status, spans(answer)) == ("not_admitted", [("2022-10-01", "2022-10-05", 5)])

    def test_a_condition_on_passports_is_none_on_other_documents(self):
        rules = [
            *(rule for rule in RULES if rule.country == "KZ"),
            Rule(
                "b", RuleKind.ADMISSION, "biometric", document_kinds=frozenset(["passport"]),
                condition=Condition(ConditionKind.BIOMETRIC_REQUIRED),
            ),
        ]  # fmt: skip
        for kind, status in (("passport", "not_admitted"), ("internal_id", "lawful")):
            document = HeldDocument(kind, biometric=False)
            question = Question(
                "KZ", "RU", day("2024-01-01"), document=document, plan_entry_on=day("2024-01-01")
            )
            assert assess(question, rules).status == status

    def test_a_permit_needs_a_passport(self):
        asked = {"on": "2023-03-01", "stays": [stay("2023-02-20")]}
        assert "passport_required_for_permit" in codes(of("KZ", document=INTERNAL_ID, **asked))
        short = HeldDocument("passport", expires_on=day("2023-08-27"))
        assert "passport_required_for_permit" in codes(of("KZ", document=short, **asked))
        enough = HeldDocument("passport", expires_on=day("2023-08-28"))
        assert "passport_required_for_permit" not in codes(of("KZ", document=enough, **asked))
