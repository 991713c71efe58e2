"""What the page asks. Every sentence comes from the wording, none from the framework."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from casework.people.countries import is_country
from casework.reminders.models import AnswerKind
from casework.selfservice.countries import ANOTHER, ASKED_ABOUT, NATIONALITIES, choices, names
from casework.selfservice.wording import Words, words_of
from casework.stays.rules import PURPOSES, PermitKind
from casework.stays.sentences import named
from casework.stays.zones import local_day

EARLIEST, FARTHEST = date(1990, 1, 1), timedelta(days=3660)
EARLIER_STAYS = range(1, 4)
MOST_COMPARED = 20
MOST_DAYS = 3660
WRITTEN = ["%Y-%m-%d", "%d.%m.%Y"]  # a browser without a calendar shows a plain line
THERE, PLAN = "there", "plan"


def day_field(words: Words, label: str, required: bool = False, hint: str = "") -> forms.DateField:
    return forms.DateField(
        required=required, label=words[label], help_text=words.get(hint, ""), input_formats=WRITTEN,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": words["error_required"], "invalid": words["error_date"]},
    )  # fmt: skip


class StayForm(forms.Form):
    """`with_rules`: the countries of the register. `at` says which day it is in a country."""

    use_required_attribute = False  # a browser would complain in its own language, not in the reader's

    def __init__(self, data: QueryDict | None, *, language: str, with_rules: list[str], at: datetime) -> None:
        super().__init__(data)
        self.words, self.language, self.at = words_of(language), language, at
        self._about_the_person(with_rules)
        self._about_the_stay()
        self._about_permits_and_others(with_rules)

    def _about_the_person(self, with_rules: list[str]) -> None:
        words = self.words
        offered = [*with_rules, *ASKED_ABOUT]
        asked = [code for code in [self.data.get("country", "")] if is_country(code) and code not in offered]
        self.fields["country"] = self._choice(
            "country",
            [
                ("", words["choose"]),
                (words["with_rules"], choices(with_rules, self.language)),
                (
                    words["without_rules"],
                    [
                        *choices([*set(ASKED_ABOUT) - set(with_rules), *asked], self.language),
                        (ANOTHER, words["another_country"]),
                    ],
                ),
            ],
        )
        known = choices(NATIONALITIES, self.language)
        self.fields["nationality"] = self._choice(
            "nationality", [*known, (ANOTHER, words["another_nationality"])], initial="RU"
        )
        documents = [(code, words[code]) for code in ("passport", "internal_id")]
        self.fields["document"] = self._choice("document", [*documents, ("", words["not_known"])], False)
        flags = [("", words["not_known"]), ("yes", words["yes"]), ("no", words["no"])]
        self.fields["biometric"] = self._choice("biometric", flags, False)
        self.fields["purpose"] = self._choice(
            "purpose", [("", words["not_known"]), *self._named("purpose", PURPOSES)], False, hint="optional"
        )

    def _about_the_stay(self) -> None:
        words = self.words
        modes = [(THERE, words["there"]), (PLAN, words["plan"])]
        self.fields["mode"] = self._choice("mode", modes, widget=forms.RadioSelect, initial=THERE)
        self.fields["entered_on"] = self._day("entered_on", True, hint="entered_hint")
        self.fields["left_on"] = self._day("left_on", hint="left_hint")
        for number in EARLIER_STAYS:
            self.fields[f"earlier_{number}_from"] = self._day("from")
            self.fields[f"earlier_{number}_until"] = self._day("until")

    def _about_permits_and_others(self, with_rules: list[str]) -> None:
        kinds = [("", self.words["permit_none"]), *self._named("permit", PermitKind)]
        self.fields["permit_kind"] = self._choice("permit_kind", kinds, False)
        self.fields["permit_from"] = self._day("from")
        self.fields["permit_until"] = self._day("until", hint="permit_until_hint")
        self.fields["visa_days"] = self._number("visa_days")
        self.fields["visa_entries"] = self._number("visa_entries")
        self.fields["go_on"] = self._day("go_on")
        self.fields["compare"] = forms.MultipleChoiceField(
            choices=choices(with_rules, self.language),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            label=self.words["with_rules"],
            error_messages=dict.fromkeys(("invalid_choice", "invalid_list"), self.words["error_choice"]),
        )

    # --- fields ------------------------------------------------------------------------------------------
    def _choice(self, label: str, offered: Any, required: bool = True, hint: str = "", **other: Any) -> Any:
        words = self.words
        return forms.ChoiceField(
            choices=offered, required=required, label=words[label], help_text=words.get(hint, ""),
            error_messages={"required": words["error_choice"], "invalid_choice": words["error_choice"]},
            **other,
        )  # fmt: skip

    def _day(self, label: str, required: bool = False, hint: str = "") -> forms.DateField:
        return day_field(self.words, label, required, hint)

    def _number(self, label: str) -> forms.IntegerField:
        words = self.words
        said = words["error_number"].format(most=MOST_DAYS)
        return forms.IntegerField(
            required=False, label=words[label], help_text=words["visa_hint"],
            min_value=1, max_value=MOST_DAYS,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), said),
        )  # fmt: skip

    def _named(self, kind: str, codes: Any) -> list[tuple[str, str]]:
        told = {str(code): named(kind, str(code), self.language) for code in codes}
        return [(code, name[:1].title() + name[1:]) for code, name in told.items()]

    # --- what does not fit together ----------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name, day in [*found.items()]:  # a fault takes its field out
            if isinstance(day, date) and not EARLIEST <= day <= self.at.date() + FARTHEST:
                self._fault(name, "error_range")
        if not self.errors:
            self._check_stay(found)
            self._check_earlier(found)
            self._check_permit(found)
            self._check_others(found)
        return found

    def _check_stay(self, found: dict[str, Any]) -> None:
        today, entered_on, left_on = self.today, found["entered_on"], found["left_on"]
        if found["mode"] == PLAN:
            if entered_on < today:
                self._fault("entered_on", "error_past")
            if left_on:
                self._fault("left_on", "error_left_plan")
        elif entered_on > today:
            self._fault("entered_on", "error_future")
        elif left_on and left_on < entered_on:
            self._fault("left_on", "error_left_before")

    def _check_earlier(self, found: dict[str, Any]) -> None:
        for number in EARLIER_STAYS:
            first, last = found[f"earlier_{number}_from"], found[f"earlier_{number}_until"]
            if first and last:
                if last < first:
                    self._fault(f"earlier_{number}_until", "error_order")
                elif last > found["entered_on"]:
                    self._fault(f"earlier_{number}_until", "error_earlier")
            elif first or last:
                self._fault(f"earlier_{number}_{'until' if first else 'from'}", "error_pair")

    def _check_permit(self, found: dict[str, Any]) -> None:
        first, last = found["permit_from"], found["permit_until"]
        numbers = found["visa_days"] or found["visa_entries"]
        if (first or last or numbers) and not found["permit_kind"]:
            self._fault("permit_kind", "error_permit")
        if first and last and last < first:
            self._fault("permit_until", "error_order")

    def _check_others(self, found: dict[str, Any]) -> None:
        if len(found["compare"]) > MOST_COMPARED:
            self._fault("compare", "error_most")
        if found["go_on"] and found["go_on"] < self.today:
            self._fault("go_on", "error_go_on")

    def _fault(self, name: str, sentence: str) -> None:
        self.add_error(name, self.words[sentence])

    # --- for the page ------------------------------------------------------------------------------------
    @property
    def today(self) -> date:
        return local_day(self.cleaned_data["country"], self.at)

    @property
    def country_name(self) -> str:
        return names(self.language).get(self.cleaned_data["country"], self.words["another_country"])

    def earlier(self) -> Iterator[tuple[int, forms.BoundField, forms.BoundField]]:
        for number in EARLIER_STAYS:
            yield number, self[f"earlier_{number}_from"], self[f"earlier_{number}_until"]

    def says(self, *names: str) -> bool:
        """A folded part stands open where something was entered."""
        return any(self.data.get(name) for name in names)

    @property
    def says_earlier(self) -> bool:
        return self.says(*(f"earlier_{n}_{end}" for n in EARLIER_STAYS for end in ("from", "until")))

    @property
    def says_permit(self) -> bool:
        return self.says("permit_kind", "permit_from", "permit_until", "visa_days", "visa_entries")

    @property
    def says_compare(self) -> bool:
        return self.says("compare", "go_on")


class AnswerForm(forms.Form):
    """One of the three answers to a reminder. `version` is the deadline's, as the page showed it."""

    use_required_attribute = False

    answer = forms.ChoiceField(choices=AnswerKind.choices)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)

    def __init__(self, data: QueryDict | None, *, words: Words) -> None:
        super().__init__(data)
        self.words = words
        self.fields["left_on"] = day_field(words, "left_on", hint="link_left_hint")

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("answer") != AnswerKind.LEFT:
            values["left_on"] = None  # the day stands in a form of its own, but a browser may fill it in
            self.errors.pop("left_on", None)
        elif values.get("left_on") is None and "left_on" not in self.errors:
            self.add_error("left_on", self.fields["left_on"].error_messages["required"])
        elif values.get("left_on") and values["left_on"] < EARLIEST:
            self.add_error("left_on", self.words["link_error_left"])
        return values
