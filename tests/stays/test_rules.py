"""The sentences of the contract, one by one."""

from datetime import date, timedelta

import pytest

from casework.stays.rules import (
    Condition,
    ConditionKind,
    HeldDocument,
    InvalidLedger,
    Permit,
    PermitKind,
    Question,
    Rule,
    RuleKind,
    Stay,
    assess,
    binding_to_json,
    law_of,
    limits_from_json,
)

from .register import REGISTER, RULES, anchored, rolling

ONE = timedelta(days=1)
PASSPORT = HeldDocument("passport", biometric=True)
INTERNAL_ID = HeldDocument("internal_id")
PER_ENTRY = {"kind": "per_entry_days", "days": 90}


def day(text):
    return date.fromisoformat(text)


def stay(entered_on, left_on=None):
    return Stay(day(entered_on), day(left_on) if left_on else None)


def permit(kind, starts_on, ends_on, stay_days=None, entries=None):
    return Permit(PermitKind(kind), day(starts_on), day(ends_on) if ends_on else None, stay_days, entries)


def ask(*limits, on, plan=None, **other):
    question = Question(
        "XX", "RU", day(on), limits=limits_from_json(list(limits)), plan_entry_on=plan and day(plan), **other
    )
    return assess(question, RULES)


def of(country, *, on, plan=None, nationality="RU", **other):
    question = Question(country, nationality, day(on), plan_entry_on=plan and day(plan), **other)
    return assess(question, REGISTER.law_for(country, nationality))


def codes(answer):
    return [warning.code for warning in answer.warnings]


def spans(answer):
    return [(str(found.starts_on), str(found.ends_on), found.days) for found in answer.overstays]


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


class TestVisas:
    visa = permit("visa", "2022-09-01", "2022-10-31", 30, 1)

    def lv(self, permits, **other):
        return of("LV", document=PASSPORT, purpose="family", permits=permits, **other)

    def test_days_bind(self):
        answer = self.lv([self.visa], on="2022-10-01", stays=[stay("2022-09-24")])
        assert (answer.last_lawful_day, answer.binding_limit.kind) == (day("2022-10-23"), "visa_days")
        assert (answer.days_used, answer.days_left) == (8, 22)
        assert binding_to_json(answer.binding_limit) == {
            "kind": "visa_days",
            "permit": "visa",
            "starts_on": "2022-09-01",
            "ends_on": "2022-10-31",
            "stay_days": 30,
            "entries": 1,
        }

    def test_earlier_stays_use_its_days(self):
        visa = permit("visa", "2022-09-01", "2022-12-31", 30, 2)
        ledger = [stay("2022-09-01", "2022-09-20"), stay("2022-11-01")]
        answer = self.lv([visa], on="2022-11-01", stays=ledger)
        assert answer.last_lawful_day == day("2022-11-10")

    def test_only_days_within_its_dates_are_its_days(self):
        earlier = permit("residence_permit", "2022-08-01", "2022-09-10")
        visa = permit("visa", "2022-09-01", "2022-12-31", 30, None)
        ledger = [stay("2022-08-15", "2022-09-10"), stay("2022-11-01")]
        answer = self.lv([visa, earlier], on="2022-11-01", stays=ledger)
        assert answer.last_lawful_day == day("2022-11-30")

    def test_unlawful_days_after_a_permit_use_its_days_too(self):
        permits = [
            permit("visa", "2022-09-01", "2022-12-31", 30, None),
            permit("residence_permit", "2022-08-01", "2022-09-10"),
        ]
        ledger = [stay("2022-08-15", "2022-09-15"), stay("2022-11-01")]
        assert self.lv(permits, on="2022-11-01", stays=ledger).last_lawful_day == day("2022-11-25")

    def test_a_second_entry_on_a_single_entry_visa(self):
        ledger = [stay("2022-09-05", "2022-09-10")]
        answer = self.lv([self.visa], on="2022-09-20", plan="2022-09-20", stays=ledger)
        assert (answer.status, answer.last_lawful_day) == ("not_admitted", None)
        assert answer.binding_limit.kind == "visa_entries"
        assert answer.next_entry is None  # no later day helps

    def test_another_visa_later_is_the_next_entry(self):
        later = permit("visa", "2022-12-01", "2022-12-31")
        ledger = [stay("2022-09-05", "2022-09-10")]
        answer = self.lv([self.visa, later], on="2022-09-20", plan="2022-09-20", stays=ledger)
        assert (answer.next_entry.entry_on, answer.next_entry.days) == (day("2022-12-01"), 31)

    def test_one_visa_after_the_other_carries_on(self):
        visas = [permit("visa", "2022-09-01", "2022-09-30"), permit("visa", "2022-10-01", "2022-10-20")]
        answer = self.lv(visas, on="2022-09-20", stays=[stay("2022-09-10")])
        assert (answer.last_lawful_day, answer.binding_limit.kind) == (day("2022-10-20"), "visa_validity")

    def test_two_visas_with_a_gap(self):
        visas = [permit("visa", "2022-09-01", "2022-09-30"), permit("visa", "2022-10-05", "2022-10-20")]
        answer = self.lv(visas, on="2022-10-25", stays=[stay("2022-09-10")])
        assert answer.last_lawful_day == day("2022-09-30")
        assert spans(answer) == [("2022-10-01", "2022-10-04", 4), ("2022-10-21", "2022-10-25", 5)]

    def test_the_window_binds_before_the_visa(self):
        visa = permit("visa", "2022-01-01", "2022-12-31")
        answer = self.lv(
            [visa], on="2022-06-01", stays=[stay("2022-02-01", "2022-03-31"), stay("2022-06-01")]
        )
        assert (answer.last_lawful_day, answer.binding_limit.kind) == (day("2022-07-01"), "rolling_window")

    def test_without_a_visa_or_outside_its_dates(self):
        for permits in ([], [self.visa]):
            answer = self.lv(permits, on="2022-11-05", plan="2022-11-05")
            assert (answer.status, codes(answer)[0]) == ("not_admitted", "visa_required")
            assert answer.next_entry is None
            assert (answer.last_lawful_day, answer.first_unlawful_day) == (None, day("2022-11-05"))

    def test_an_old_visa_does_not_bind_where_none_is_needed(self):
        visa = permit("visa", "2019-01-01", "2019-12-31", 10, 1)
        answer = of("RS", on="2022-10-01", document=PASSPORT, stays=[stay("2022-09-25")], permits=[visa])
        assert answer.last_lawful_day == day("2022-10-24")
        assert "visa_not_in_use" in codes(answer)

    def test_a_visa_adds_to_visa_free_limits(self):
        visa = permit("visa", "2022-09-01", "2022-10-10")
        answer = of("RS", on="2022-10-01", document=PASSPORT, stays=[stay("2022-09-25")], permits=[visa])
        assert (answer.last_lawful_day, answer.binding_limit.kind) == (day("2022-10-10"), "visa_validity")

    def test_any_number_of_days_and_entries(self):
        visa = permit("visa", "2022-09-01", "2022-10-31")
        ledger = [stay("2022-09-01", "2022-09-03"), stay("2022-09-05", "2022-09-07"), stay("2022-09-09")]
        answer = self.lv([visa], on="2022-09-09", stays=ledger)
        assert (answer.last_lawful_day, answer.binding_limit.kind) == (day("2022-10-31"), "visa_validity")


class TestPermits:
    @pytest.mark.parametrize(
        "kind", ["residence_permit", "long_stay_visa", "asylum_certificate", "temporary_protection"]
    )
    def test_it_replaces_limits_and_refused_purposes(self, kind):
        held = [permit(kind, "2022-10-01", "2023-09-30")]
        answer = of(
            "LV", on="2022-10-05", purpose="tourism", document=PASSPORT, plan="2022-10-05", permits=held
        )
        assert (answer.status, answer.last_lawful_day) == ("lawful", day("2023-09-30"))
        assert (answer.binding_limit.kind, answer.binding_limit.permit) == ("permit", held[0])

    def test_its_days_count_in_no_window(self):
        held = [permit("residence_permit", "2022-01-01", "2022-06-30")]
        ledger = [stay("2022-02-01", "2022-06-30"), stay("2022-08-01")]
        answer = ask(rolling(), on="2022-08-01", permits=held, stays=ledger)
        assert (answer.last_lawful_day, answer.days_used) == (day("2022-10-29"), 1)

    def test_visa_free_time_does_not_revive_after_it(self):
        held = [permit("residence_permit", "2022-10-01", "2022-10-31")]
        answer = ask(PER_ENTRY, on="2022-11-05", permits=held, stays=[stay("2022-09-25")])
        assert (answer.status, answer.last_lawful_day) == ("overstayed", day("2022-10-31"))
        assert spans(answer) == [("2022-11-01", "2022-11-05", 5)]
        assert answer.next_entry.entry_on == day("2022-11-06")  # a new entry is new visa-free time

    def test_permits_that_adjoin_extend_the_run(self):
        held = [
            permit("residence_permit", "2023-02-01", "2023-12-31"),
            permit("asylum_certificate", "2022-12-24", "2023-01-31"),
        ]
        answer = ask(PER_ENTRY, on="2022-10-01", permits=held, stays=[stay("2022-09-25")])
        assert (answer.last_lawful_day, answer.days_left) == (day("2023-12-31"), 456)

    def test_a_permit_after_a_gap_does_not(self):
        held = [permit("residence_permit", "2022-12-25", "2023-12-31")]
        answer = ask(PER_ENTRY, on="2023-01-01", permits=held, stays=[stay("2022-09-25")])
        assert (answer.status, answer.last_lawful_day) == ("overstayed", day("2022-12-23"))
        assert spans(answer) == [("2022-12-24", "2022-12-24", 1)]
        assert "permit_after_gap" in codes(answer)

    def test_another_kind_only_warns(self):
        held = [permit("other", "2022-09-01", "2024-12-31")]
        answer = ask(PER_ENTRY, on="2022-10-01", permits=held, stays=[stay("2022-09-25")])
        assert answer.last_lawful_day == day("2022-12-23")
        assert codes(answer) == ["permit_not_counted"]

    def test_without_an_end_it_has_no_last_day(self):
        held = [permit("residence_permit", "2022-09-01", None)]
        answer = ask(PER_ENTRY, on="2022-10-01", permits=held, stays=[stay("2022-09-25")])
        assert (answer.status, answer.last_lawful_day, answer.days_left) == ("lawful", None, None)

    def test_it_is_enough_where_no_rule_is_known(self):
        held = [permit("residence_permit", "2022-09-01", "2023-08-31")]
        answer = of("MD", on="2022-10-01", permits=held, stays=[stay("2022-09-25")])
        assert (answer.status, answer.last_lawful_day) == ("lawful", day("2023-08-31"))

    def test_temporary_protection_is_required_and_given(self):
        held = [permit("temporary_protection", "2022-03-01", "2025-03-04")]
        without = of("DE", nationality="UA", on="2023-01-01", plan="2023-01-01", document=PASSPORT)
        assert (without.status, codes(without)[0]) == ("not_admitted", "permit_required")
        answer = of(
            "DE", nationality="UA", on="2023-01-01", plan="2023-01-01", document=PASSPORT, permits=held
        )
        assert answer.last_lawful_day == day("2025-03-04")


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


class TestPlans:
    def test_a_plan_that_may_begin(self):
        answer = ask(PER_ENTRY, on="2022-09-01", plan="2022-09-25")
        assert (answer.status, answer.last_lawful_day) == ("lawful", day("2022-12-23"))
        assert (answer.days_used, answer.next_entry) == (0, None)

    def test_a_plan_that_must_wait(self):
        answer = ask(rolling(), on="2023-05-30", plan="2023-05-30", stays=[stay("2023-03-01", "2023-05-29")])
        assert (answer.status, answer.last_lawful_day, answer.days_used) == ("not_admitted", None, 90)
        assert (answer.next_entry.entry_on, answer.next_entry.days) == (day("2023-08-28"), 90)

    def test_next_entry_counts_only_days_in_a_row(self):
        ledger = [stay("2023-01-01", "2023-01-10"), stay("2023-04-01", "2023-06-19")]
        answer = ask(rolling(), on="2023-06-20", plan="2023-06-20", stays=ledger)
        assert (answer.next_entry.entry_on, answer.next_entry.days) == (day("2023-06-30"), 10)

    def test_a_booked_stay_caps_the_plan(self):
        ledger = [stay("2026-05-21", "2026-07-19"), stay("2026-09-20", "2026-10-04")]
        answer = ask(rolling(), on="2026-07-20", plan="2026-08-01", stays=ledger)
        assert answer.last_lawful_day == day("2026-08-15")
        assert "booked_stay" in [reason.code for reason in answer.reasons]

    def test_a_booked_stay_can_leave_nothing(self):
        ledger = [stay("2026-05-01", "2026-07-14"), stay("2026-09-20", "2026-10-04")]
        answer = ask(rolling(), on="2026-07-20", plan="2026-08-01", stays=ledger)
        assert (answer.status, answer.last_lawful_day) == ("not_admitted", None)
        assert answer.next_entry.entry_on == day(
            "2026-09-20"
        )  # the booked stay's own days are counted already

    def test_a_booked_stay_that_is_unlawful_anyway_caps_nothing(self):
        booked = stay("2026-11-01", "2027-02-28")  # 120 days: it overstays by itself
        answer = ask(rolling(), on="2026-07-20", plan="2026-08-01", stays=[booked])
        assert answer.status == "lawful"
        assert answer.last_lawful_day == day("2026-08-02")  # its first 90 lawful days are kept

    def test_a_plan_on_an_entry_refused_for_good_has_no_next(self):
        held = [permit("visa", "2022-09-01", "2022-12-31")]
        answer = of(
            "LV", on="2022-09-20", plan="2022-09-20", purpose="tourism", document=PASSPORT, permits=held
        )
        assert (answer.status, answer.next_entry) == ("not_admitted", None)
        assert codes(answer)[0] == "refused_purposes"

    def test_the_next_entry_is_admissible_too(self):
        held = [permit("visa", "2022-01-01", "2022-12-31")]
        full = [stay("2022-05-01", "2022-07-29")]
        asked = {
            "on": "2022-08-01",
            "plan": "2022-08-01",
            "document": PASSPORT,
            "permits": held,
            "stays": full,
        }
        assert of("LV", purpose="family", **asked).next_entry.entry_on == day("2022-10-28")
        assert of("LV", purpose="tourism", **asked).next_entry is None  # refused from 19 September on

    def test_a_new_rule_can_open_an_earlier_day(self):
        rules = [
            Rule(
                "1",
                RuleKind.STAY,
                "old",
                entries_until=day("2023-06-30"),
                limits=limits_from_json([rolling()]),
            ),
            Rule(
                "2",
                RuleKind.STAY,
                "new",
                entries_from=day("2023-07-01"),
                limits=limits_from_json([PER_ENTRY]),
            ),
        ]
        question = Question(
            "KZ",
            "RU",
            day("2023-05-30"),
            stays=[stay("2023-03-01", "2023-05-29")],
            plan_entry_on=day("2023-05-30"),
        )
        assert assess(question, rules).next_entry.entry_on == day("2023-07-01")

    def test_the_next_entry_is_not_guessed_where_no_rule_is_known(self):
        left = of("TH", on="2024-05-10", document=PASSPORT, stays=[stay("2024-04-01", "2024-04-20")])
        assert (left.status, left.next_entry) == ("left", None)
        assert "no_rule" in codes(left)

    def test_an_entry_within_a_stay_that_lasts_uses_fewer_new_days_each_day(self):
        limits = anchored(1, 3), anchored(2, 5)
        ledger = [
            stay("2023-11-01", "2023-11-01"),
            stay("2023-11-02", "2023-11-07"),
            stay("2023-11-10", "2023-11-10"),
        ]
        answer = ask(*limits, on="2023-11-01", plan="2023-11-02", stays=ledger)
        assert answer.next_entry.entry_on == day("2023-11-07")

    def test_a_plan_in_the_past_counts_like_a_stay(self):
        stayed = ask(rolling(30), on="2022-12-31", stays=[stay("2022-09-25")])
        planned = ask(rolling(30), on="2022-12-31", plan="2022-09-25")
        assert (planned.status, planned.days_used, planned.days_left) == ("lawful", stayed.days_used, 0)

    def test_a_plan_in_the_past(self):
        answer = ask(PER_ENTRY, on="2022-10-01", plan="2022-09-25")
        assert (answer.last_lawful_day, answer.days_used, answer.days_left) == (day("2022-12-23"), 7, 83)


class TestLedger:
    def test_left(self):
        answer = ask(PER_ENTRY, on="2022-10-01", stays=[stay("2022-09-01", "2022-09-20")])
        assert (answer.status, answer.last_lawful_day, answer.first_unlawful_day) == ("left", None, None)
        assert (answer.next_entry.entry_on, answer.next_entry.days) == (day("2022-10-02"), 90)

    def test_left_without_any_stay(self):
        assert ask(PER_ENTRY, on="2022-10-01").status == "left"

    def test_overstays_of_the_past_are_listed(self):
        answer = ask(rolling(), on="2024-07-01", stays=[stay("2024-03-17", "2024-06-15")])
        assert (answer.status, spans(answer)) == ("left", [("2024-06-15", "2024-06-15", 1)])

    def test_the_order_of_the_ledger_does_not_matter(self):
        ledger = [stay("2023-04-01"), stay("2023-01-01", "2023-01-30"), stay("2023-02-10", "2023-02-19")]
        answers = {
            ask(rolling(), on="2023-04-01", stays=order).last_lawful_day for order in (ledger, ledger[::-1])
        }
        assert answers == {day("2023-05-20")}

    def test_a_shared_day_counts_once_and_the_second_stay_is_a_new_entry(self):
        ledger = [stay("2023-01-01", "2023-01-10"), stay("2023-01-10")]
        window = ask(rolling(), on="2023-01-10", stays=ledger)
        assert (window.days_used, codes(window)) == (10, [])
        per_entry = ask(PER_ENTRY, on="2023-01-10", stays=ledger)
        assert (per_entry.days_used, per_entry.last_lawful_day) == (1, day("2023-04-09"))

    def test_longer_overlaps_count_once_and_warn(self):
        ledger = [stay("2023-01-01", "2023-01-10"), stay("2023-01-05", "2023-01-20"), stay("2023-02-01")]
        answer = ask(rolling(), on="2023-02-01", stays=ledger)
        assert (answer.days_used, codes(answer)) == (21, ["stays_overlap"])

    def test_a_plan_within_a_booked_stay_overlaps(self):
        ledger = [stay("2023-01-01", "2023-01-10")]
        assert "stays_overlap" in codes(ask(PER_ENTRY, on="2023-01-01", plan="2023-01-05", stays=ledger))
        assert "stays_overlap" not in codes(ask(PER_ENTRY, on="2023-01-01", plan="2023-01-10", stays=ledger))

    def test_an_open_stay_before_a_later_one(self):
        ledger = [stay("2023-02-01"), stay("2023-03-01")]
        answer = ask(rolling(), on="2023-03-05", stays=ledger)
        assert (answer.status, answer.last_lawful_day, answer.next_entry) == ("unknown", None, None)
        values = answer.warnings[0].values
        assert answer.warnings[0].code == "exit_not_recorded"
        assert (values["latest_exit"], values["earliest_exit"]) == (day("2023-05-01"), day("2023-05-28"))

    def test_an_open_stay_before_a_plan(self):
        answer = ask(PER_ENTRY, on="2023-02-05", plan="2023-03-01", stays=[stay("2023-02-01")])
        assert (answer.status, codes(answer)) == ("unknown", ["exit_not_recorded"])

    @pytest.mark.parametrize(
        ("ledger", "pointer"),
        [
            ({"stays": [stay("2023-01-01"), stay("2023-01-02", "2023-01-01")]}, "/stays/1/left_on"),
            ({"permits": [permit("visa", "2023-01-02", "2023-01-01")]}, "/permits/0/ends_on"),
            ({"permits": [permit("visa", "2023-01-01", "2023-01-02", 0)]}, "/permits/0/stay_days"),
            ({"permits": [permit("visa", "2023-01-01", "2023-01-02", 1, 0)]}, "/permits/0/entries"),
        ],
    )
    def test_bad_input(self, ledger, pointer):
        with pytest.raises(InvalidLedger) as refused:
            ask(PER_ENTRY, on="2023-01-01", **ledger)
        assert refused.value.pointer == pointer


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
