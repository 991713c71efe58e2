"""The forms of a person's file. Each gives the details that its operation takes."""

from string import ascii_lowercase, ascii_uppercase
from typing import Any

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db.models import QuerySet

from casework.backoffice import fields
from casework.backoffice.words import day
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import Document, DocumentKind, Precision, Sex
from casework.stays.details import ArrivalDetails, DecisionDetails, PermitDetails
from casework.stays.models import DecisionKind, Outcome, PeriodUnit, PermitKind, Purpose

CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)
YES_OR_NO = [("true", "yes"), ("false", "no")]


def languages() -> list[tuple[str, str]]:
    """The languages we write in first, then the others by name."""
    ours = [code for code, _ in settings.LANGUAGES]
    others = [code for code, known in LANG_INFO.items() if "name" in known and code not in ours]
    named = sorted((LANG_INFO[code]["name"], code) for code in others)
    return [(code, LANG_INFO[code]["name"]) for code in ours] + [(code, name) for name, code in named]


class PersonForm(forms.Form):
    family_name = fields.text("Family name", longest=150, help_text="As in the document, any script.")
    given_name = fields.text("Given name", longest=150)
    patronymic = fields.text("Patronymic", longest=150)
    native_name = fields.text("Full name in their own script", longest=300)
    birth_date = fields.day("Born on")
    birth_date_precision = fields.choice(
        "How exact is that", Precision.choices, initial=Precision.DAY,
        help_text="If only the year is known, give 1 January and choose year.",
    )  # fmt: skip
    sex = fields.choice("Sex", [pair for pair in Sex.choices if pair[0]])
    nationality = fields.country("Nationality")
    preferred_language = fields.choice("Write to them in", languages(), required=True, initial="ru")
    languages = fields.text(
        "Speaks", longest=200, help_text="Language codes with commas, for example: ru, en, uk"
    )
    email = fields.text("E-mail", longest=254, help_text="Reminders go there; without it they become tasks.")
    second_email = fields.text(
        "Second e-mail", longest=254,
        help_text="Somebody they trust, or another address of theirs: for when the first gives no answer.",
    )  # fmt: skip
    phone = fields.text("Phone", longest=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _keep(self, "preferred_language")

    def details(self) -> PersonDetails:
        values = dict(self.cleaned_data)
        spoken = (code.strip() for code in values.pop("languages").split(","))
        precision = values.pop("birth_date_precision") or Precision.DAY
        return PersonDetails(**values, languages=tuple(filter(None, spoken)), birth_date_precision=precision)

    @staticmethod
    def initial_of(details: PersonDetails) -> dict[str, Any]:
        return {**vars(details), "languages": ", ".join(details.languages)}


class DocumentForm(forms.Form):
    kind = fields.choice("Kind", DocumentKind.choices, required=True)
    issuing_country = fields.country("Issued by")
    number = fields.text("Number", longest=60, required=True)
    biometric = fields.choice("Biometric", YES_OR_NO, help_text="Leave open if you cannot tell.")
    issued_on = fields.day("Issued on")
    expires_on = fields.day("Expires on")

    def details(self) -> DocumentDetails | None:
        """None when the form was left empty, where it may be."""
        return self.shown() if self.has_changed() or not self.empty_permitted else None

    def shown(self) -> DocumentDetails:
        biometric = {"true": True, "false": False}.get(self.cleaned_data["biometric"])
        return DocumentDetails(**{**self.cleaned_data, "biometric": biometric})

    @staticmethod
    def initial_of(details: DocumentDetails) -> dict[str, Any]:
        biometric = {None: "", True: "true", False: "false"}[details.biometric]
        return {**vars(details), "biometric": biometric}


class LinesForm(forms.Form):
    """The machine readable lines, typed or pasted: what surrounds them and small letters do not matter."""

    lines = fields.long_text(
        "The lines at the foot of the document", longest=400, required=True,
        help_text="Two or three lines with < between the words, each on a line of its own.",
    )  # fmt: skip

    def clean_lines(self) -> list[str]:
        typed = (line.strip().translate(CAPITALS) for line in self.cleaned_data["lines"].splitlines())
        return [line for line in typed if line]


class ArrivalForm(forms.Form):
    country = fields.country("Country they entered")
    entered_on = fields.day("Entered on", required=True, help_text="The date of the stamp.")
    left_on = fields.day("Left on", help_text="Only if they have left already.")
    entry_point = fields.text("Where they crossed", longest=100)
    purpose = fields.choice("Purpose they named", Purpose.choices)

    def details(self) -> ArrivalDetails:
        values = dict(self.cleaned_data)
        values.pop("document", None)
        values.pop("assigned_to", None)
        return ArrivalDetails(**{**values, "purpose": values["purpose"] or None})


class KnownPersonsArrivalForm(ArrivalForm):
    """For somebody whose documents are in the file."""

    def __init__(self, *args: Any, documents: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = fields.chosen(
            "Document they showed", documents, required=False, empty_label="none, or not known"
        )
        shown.label_from_instance = named  # type: ignore[method-assign, assignment]
        self.fields["document"] = shown


class NewPersonsArrivalForm(ArrivalForm):
    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if colleagues is not None:
            self.fields["assigned_to"] = fields.chosen(
                "Caseworker", colleagues, required=False, empty_label="whoever is on duty",
                help_text="Gets the deadlines of this household.",
            )  # fmt: skip


class ExitForm(forms.Form):
    left_on = fields.day("Left on", required=True, help_text="The day they crossed the border again.")


class VoidForm(forms.Form):
    reason = fields.text(
        "Why it was a mistake", longest=200, required=True, help_text="Without names: it stays in the file."
    )


class PermitForm(forms.Form):
    country = fields.country("Country")
    kind = fields.choice("Kind", PermitKind.choices, required=True)
    starts_on = fields.day("First day", required=True)
    ends_on = fields.day("Last day", required=True, help_text="The last day on which it is good.")
    stay_days = fields.number("Days of stay within it", help_text="On the visa; empty: any number.")
    entries = fields.number("Entries", help_text="On the visa; empty: any number.")

    def details(self) -> PermitDetails:
        return PermitDetails(**self.cleaned_data)


class DecisionForm(forms.Form):
    country = fields.country("Whose authority decided")
    kind = fields.choice("About", DecisionKind.choices, required=True)
    outcome = fields.choice("Outcome", Outcome.choices, required=True)
    served_on = fields.day(
        "Served on", required=True, help_text="The day they were given it, or were sent it as the law counts."
    )
    within = fields.number("Period to appeal", help_text="Only if the decision itself names one.")
    unit = fields.choice("Counted in", PeriodUnit.choices)

    def details(self) -> DecisionDetails:
        return DecisionDetails(**{**self.cleaned_data, "unit": self.cleaned_data["unit"] or None})


def named(document: Document) -> str:
    return f"{document.get_kind_display()}, {document.issuing_country}, until {day(document.expires_on)}"


def _keep(form: forms.Form, name: str) -> None:
    """A value that a partner app stored stays choosable, though it is not on our list."""
    value, field = form.initial.get(name), form.fields[name]
    if value and isinstance(field, forms.ChoiceField) and value not in dict(_flat(field)):
        field.choices = [*_flat(field), (value, value)]


def _flat(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    return list(field.choices)  # type: ignore[arg-type]
