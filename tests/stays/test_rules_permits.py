"""The sentences of the contract on visas and permits, one by one."""

import pytest

from casework.stays.rules import binding_to_json

from .asking import PASSPORT, PER_ENTRY, ask, codes, day, of, permit, spans, stay
from .register import rolling


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

    def test_days_that_an_overlapping_stay_spends_later_lengthen_nothing(self):
        """The booked stay begins on the same day and goes on behind a certificate."""
        permits = [
            permit("visa", "2022-11-01", "2022-12-20", 4, None),
            permit("asylum_certificate", "2022-11-24", "2022-11-27"),
        ]
        booked = [stay("2022-11-16", "2022-12-06")]
        answer = self.lv(permits, on="2022-11-10", plan="2022-11-16", stays=booked)
        assert answer.last_lawful_day == day("2022-11-19")

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
