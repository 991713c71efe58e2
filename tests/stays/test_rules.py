"""The sentences of the contract on rules, limits and days, one by one."""

from datetime import date

from casework.stays.rules import (
    HeldDocument,
    Question,
    Rule,
    RuleKind,
    assess,
    binding_to_json,
    law_of,
    limits_from_json,
)

from .asking import INTERNAL_ID, PER_ENTRY, ask, codes, day, of, permit, spans, stay
from .register import REGISTER, RULES, anchored, rolling


class TestTheExampleOfTheContract:
    answer = of("KZ", on="2022-10-01", document=INTERNAL_ID, purpose="tourism", stays=[stay("2022-09-25")])

    def test_days(self):
        assert self.answer.status == "lawful"
        assert (self.answer.last_lawful_day, self.answer.first_unlawful_day) == (
            day("2022-12-23"),
            day("2022-12-24"),
        )
        assert (self.answer.days_used, self.answer.days_left) == (7, 83)
        assert self.answer.overstays == ()
        assert self.answer.next_entry is None

    def test_the_other_reading_is_named(self):
        warning = self.answer.warnings[0]
        assert warning.code == "other_reading"
        assert warning.values["last_lawful_day"] == day("2022-12-25")
        assert warning.values["limits"][0].months == 3

    def test_rule_and_binding_limit(self):
        assert self.answer.rule.title == "KZ-2022 90 per entry"
        assert binding_to_json(self.answer.binding_limit) == {
            "kind": "per_entry_days",
            "days": 90,
            "entry_day_counts": True,
        }


class TestRules:
    def test_each_stay_follows_the_rule_of_its_own_entry_day(self):
        ledger = [stay("2022-09-25", "2022-12-30"), stay("2023-02-01")]
        answer = of("KZ", on="2023-02-10", stays=ledger)
        assert answer.rule.title == "KZ-2023 90 in 180"
        assert answer.last_lawful_day == day(
            "2023-05-01"
        )  # the first stay counts in no window of the new law
        assert spans(answer) == [("2022-12-24", "2022-12-30", 7)]  # and has its own 90 days

    def test_a_stay_keeps_its_rule_and_says_so(self):
        answer = of("KZ", on="2023-02-10", stays=[stay("2022-12-24")])
        assert answer.last_lawful_day == day("2023-03-23")
        kept = next(reason for reason in answer.reasons if reason.code == "older_rule_kept")
        assert kept.values["changed_on"] == day("2023-01-27")

    def test_a_window_counts_stays_from_a_day(self):
        ledger = [stay("2023-01-01", "2023-01-30"), stay("2023-02-10", "2023-02-19"), stay("2023-04-01")]
        everything = ask(rolling(30), on="2023-04-01", stays=ledger)
        assert everything.status == "overstayed"
        some = ask(rolling(30, counts_stays_entered_from="2023-02-01"), on="2023-04-01", stays=ledger)
        assert (some.last_lawful_day, some.days_used) == (day("2023-04-20"), 11)

    def test_a_stay_that_the_window_does_not_count_is_not_guessed(self):
        answer = ask(
            rolling(counts_stays_entered_from="2023-02-01"), on="2023-01-10", stays=[stay("2023-01-01")]
        )
        assert (answer.status, answer.last_lawful_day, codes(answer)) == (
            "unknown",
            None,
            ["no_limit_counts"],
        )

    def test_the_earliest_of_several_limits_binds(self):
        until = {"kind": "until", "date": "2022-10-31"}
        answer = ask(PER_ENTRY, until, rolling(60), on="2022-10-01", stays=[stay("2022-09-25")])
        assert answer.last_lawful_day == day("2022-10-31")
        assert answer.binding_limit.kind == "until"

    def test_a_reading_is_a_whole_list_of_limits(self):
        limits = limits_from_json(
            [{"kind": "per_entry_days", "days": 90}, {"kind": "until", "date": "2022-12-01"}]
        )
        other = limits_from_json([rolling(60), {"kind": "until", "date": "2022-12-31"}])
        rule = Rule("1", RuleKind.STAY, "two readings", country="KZ", limits=limits, readings=(other,))
        question = Question("KZ", "RU", day("2022-10-01"), stays=[stay("2022-09-25")])
        answer = assess(question, [rule])
        assert answer.last_lawful_day == day("2022-11-23")  # 60 days by the reading, before 1 December
        assert answer.warnings[0].values == {"limits": limits, "last_lawful_day": day("2022-12-01")}

    def test_readings_that_agree_are_not_named(self):
        answer = of("KZ", on="2023-03-01", stays=[stay("2023-03-01")])
        assert "other_reading" not in codes(answer)

    def test_an_anchored_period_opens_at_the_first_entry_after_the_last_one(self):
        # 1 January opens 1 January to 28 June; the period over, the entry of 10 July opens the next.
        ledger = [stay("2023-01-01", "2023-03-01"), stay("2023-05-01", "2023-05-30")]
        first = ask(anchored(), on="2023-06-28", plan="2023-06-28", stays=ledger)
        assert first.status == "not_admitted"
        assert first.next_entry.entry_on == day("2023-06-30")
        second = ask(anchored(), on="2023-07-10", plan="2023-07-10", stays=ledger)
        assert second.last_lawful_day == day("2023-10-07")

    def test_a_stay_over_the_end_of_its_period_does_not_reset_it(self):
        limit = anchored(40, 60)
        ledger = [stay("2023-01-01", "2023-01-10"), stay("2023-02-20")]  # the period ends on 1 March
        answer = ask(limit, on="2023-03-20", stays=ledger)
        assert answer.last_lawful_day == day("2023-03-21")
        assert answer.days_used == 39

    def test_limits_replace_the_register_with_its_admission(self):
        question = Question(
            "LV", "RU", day("2022-10-01"), "tourism", INTERNAL_ID, limits=limits_from_json([PER_ENTRY]),
            plan_entry_on=day("2022-10-01"),
        )  # fmt: skip
        answer = assess(question, REGISTER.law_for("LV", "RU"))
        assert (answer.status, answer.rule) == ("lawful", None)

    def test_permits_apply_to_limits_that_are_tried(self):
        held = [permit("residence_permit", "2022-09-01", "2023-08-31")]
        answer = ask(PER_ENTRY, on="2022-10-01", stays=[stay("2022-09-25")], permits=held)
        assert answer.last_lawful_day == day("2023-08-31")

    def test_rows_of_another_nationality_are_passed_over(self):
        assert (
            of("DE", on="2024-01-01", nationality="UA", plan="2024-01-01").rule.title
            == "DE temporary protection"
        )
        assert law_of(RULES, "DE", "KZ").stay == []


class TestDays:
    def test_once_overstayed_the_last_lawful_day_lies_in_the_past(self):
        answer = ask(PER_ENTRY, on="2023-01-10", stays=[stay("2022-09-25")])
        assert (answer.status, answer.last_lawful_day) == ("overstayed", day("2022-12-23"))
        assert (answer.days_used, answer.days_left) == (108, 0)
        assert spans(answer) == [("2022-12-24", "2023-01-10", 18)]
        assert answer.next_entry.entry_on == day("2023-01-11")
        assert "entry_ban_possible" in codes(answer)

    def test_the_last_lawful_day_itself_is_lawful(self):
        answer = ask(PER_ENTRY, on="2022-12-23", stays=[stay("2022-09-25")])
        assert (answer.status, answer.days_used, answer.days_left) == ("lawful", 90, 0)
        assert ask(PER_ENTRY, on="2022-12-24", stays=[stay("2022-09-25")]).status == "overstayed"

    def test_an_entry_day_without_a_day_left(self):
        ledger = [stay("2023-03-01", "2023-05-29"), stay("2023-05-30")]
        answer = ask(rolling(), on="2023-06-02", stays=ledger)
        assert (answer.status, answer.last_lawful_day) == ("overstayed", None)
        assert answer.first_unlawful_day == day("2023-05-30")
        assert spans(answer) == [("2023-05-30", "2023-06-02", 4)]

    def test_an_entry_day_that_does_not_count(self):
        limit = {"kind": "per_entry_days", "days": 90, "entry_day_counts": False}
        answer = ask(limit, on="2022-10-01", stays=[stay("2022-09-25")])
        assert (answer.last_lawful_day, answer.days_used, answer.days_left) == (day("2022-12-24"), 6, 84)

    def test_before_everything(self):
        answer = ask(PER_ENTRY, on="2022-09-01", stays=[stay("2022-09-25")])
        assert (answer.status, answer.last_lawful_day, answer.days_used) == ("lawful", day("2022-12-23"), 0)
        assert answer.overstays == ()

    def test_booked_days_are_not_used_days(self):
        ledger = [stay("2023-01-01", "2023-01-10"), stay("2023-03-01", "2023-03-20")]
        answer = ask(rolling(), on="2023-02-01", stays=ledger)
        assert (answer.status, answer.days_used) == ("left", 10)

    def test_a_calendar_year_begins_anew_within_a_stay(self):
        limit = {"kind": "calendar_year", "days": 30}
        lawful = ask(limit, on="2023-01-05", stays=[stay("2022-12-10")])
        assert (lawful.last_lawful_day, lawful.days_used) == (day("2023-01-30"), 5)
        broken = ask(limit, on="2023-02-02", stays=[stay("2022-11-25")])
        assert broken.last_lawful_day == day("2022-12-24")
        assert spans(broken) == [("2022-12-25", "2022-12-31", 7), ("2023-01-31", "2023-02-02", 3)]

    def test_a_window_as_long_as_its_days_never_ends(self):
        assert ask(rolling(180, 180), on="2022-10-01", stays=[stay("2022-09-25")]).status == "unknown"

    def test_the_end_of_the_calendar(self):
        answer = ask(PER_ENTRY, on="9999-12-01", stays=[stay("9999-12-01")])
        assert (answer.last_lawful_day, answer.first_unlawful_day) == (date.max, None)
        assert ask(rolling(), on="0001-01-01", stays=[stay("0001-01-01")]).last_lawful_day == day(
            "0001-03-31"
        )
        overstayed = ask({"kind": "per_entry_days", "days": 1}, on="9999-12-31", stays=[stay("9999-12-01")])
        assert overstayed.next_entry is None


def test_every_answer_gives_two_to_six_reasons():
    answers = [
        of("KZ", on="2023-02-10", document=INTERNAL_ID, stays=[stay("2022-12-24")]),
        of("KZ", on="2023-05-10", document=INTERNAL_ID, stays=[stay("2022-12-24")]),
        of(
            "LV",
            on="2026-02-01",
            plan="2026-02-01",
            purpose="tourism",
            document=HeldDocument("passport", False),
        ),
        of("GE", on="2022-10-01"),
        of("MD", on="2022-10-01"),
        of("UZ", on="2022-10-01", plan="2022-10-01"),
        ask(PER_ENTRY, on="2022-10-01", stays=[stay("2022-09-01"), stay("2022-09-20")]),
        ask(rolling(), on="2023-05-30", plan="2023-05-30", stays=[stay("2023-03-01", "2023-05-29")]),
    ]
    assert all(2 <= len(answer.reasons) <= 6 for answer in answers)
