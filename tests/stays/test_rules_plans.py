"""The sentences of the contract on plans and on the ledger, one by one."""

import pytest

from casework.stays.rules import InvalidLedger, Question, Rule, RuleKind, assess, limits_from_json

from .asking import PASSPORT, PER_ENTRY, ask, codes, day, of, permit, spans, stay
from .register import anchored, rolling


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
