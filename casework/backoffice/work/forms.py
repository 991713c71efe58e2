"""The forms of work. Each gives the details that its operation takes."""

from typing import Any

from django import forms

from casework.backoffice import fields
from casework.backoffice.work.fields import OccupationField, OccupationsField, SpokenField
from casework.backoffice.work.words import sectors_offered
from casework.work.details import NeedDetails, OpeningDetails
from casework.work.models import Application, ClosedReason, PayPer
from casework.work.rules import STEPS, Step

HOW_TO_CHOOSE = "Type a word of it in English or Russian, or its four digits, and choose."
STEP_LABELS = {
    Step.SENT: "Sent to the employer",
    Step.INTERVIEW: "Invited to an interview",
    Step.HIRED: "Hired: it takes a position and cannot be taken back",
    Step.DECLINED: "Declined: the employer says no",
    Step.WITHDRAWN: "Withdrawn: the person or we take it back",
}
WHY_CLOSED = [
    (ClosedReason.WITHDRAWN.value, "The employer takes nobody any more"),
    (ClosedReason.FILLED.value, "Every position is taken, by our people or others"),
]


class OpeningForm(forms.Form):
    employer = fields.text("Employer", longest=150, required=True)
    title = fields.text("What the work is", longest=200, required=True, help_text="As the employer says it.")
    occupation = OccupationField("Occupation", help_text=HOW_TO_CHOOSE)
    sector = fields.choice("Sector", sectors_offered(), required=True)
    country = fields.country("Country")
    city = fields.text("City", longest=100, required=True)
    positions = fields.number("Positions", min_value=1)
    pay = fields.money(
        "Pay", max_digits=12, help_text="Leave it and the next two empty if it is not said."
    )  # fmt: skip
    currency = fields.currency()
    pay_per = fields.choice("Paid per", PayPer.choices)
    opens_on = fields.day("Applications from", help_text="Empty: at once.")
    closes_on = fields.day("Closes on", help_text="The last day on which somebody can be proposed.")
    starts_on = fields.day("Work begins on")
    spoken = SpokenField("Languages they ask for")
    contact = fields.long_text("Whom to call there", longest=2000, help_text="Kept sealed.")
    housing_offered = fields.tick("Housing comes with it")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["positions"].required = True

    def details(self) -> OpeningDetails:
        values = dict(self.cleaned_data)
        said = SpokenField.details(values.pop("spoken"))
        empty = {name: values[name] or None for name in ("currency", "pay_per", "contact")}
        return OpeningDetails(**{**values, **said, **empty})

    @staticmethod
    def initial_of(details: OpeningDetails) -> dict[str, Any]:
        spoken = SpokenField.rows(details.languages, details.language_levels)
        return {**vars(details), "spoken": spoken}


class NeedForm(forms.Form):
    occupations = OccupationsField("Occupations", help_text=f"{HOW_TO_CHOOSE} Empty: any.")
    skills = fields.text(
        "Skills", longest=2100, help_text="In plain words with commas: welding, crane, driving licence C"
    )
    country = fields.country("Country", required=False, help_text="Empty: anywhere.")
    city = fields.text("City", longest=100, help_text="Empty: any city.")
    available_from = fields.day("Free from", help_text="Empty: at once.")
    spoken = SpokenField("Languages they speak")
    sectors = fields.several("Sectors", sectors_offered())

    def details(self) -> NeedDetails:
        values = dict(self.cleaned_data)
        said = SpokenField.details(values.pop("spoken"))
        skills = (" ".join(skill.split()) for skill in values.pop("skills").split(","))
        return NeedDetails(
            **{**values, **said, "country": values["country"] or None},
            skills=tuple(dict.fromkeys(filter(None, skills))),
        )  # fmt: skip

    @staticmethod
    def initial_of(details: NeedDetails) -> dict[str, Any]:
        spoken = SpokenField.rows(details.languages, details.language_levels)
        return {**vars(details), "spoken": spoken, "skills": ", ".join(details.skills)}


class CloseForm(forms.Form):
    reason = fields.choice("Why", WHY_CLOSED, required=True, initial=ClosedReason.WITHDRAWN)


class StepForm(forms.Form):
    """The steps that may follow. `next`: the page to come back to."""

    status = fields.choice("What happened", [], required=True)
    reason = fields.text(
        "Why", longest=500, help_text="Needed when it was declined; it stands in the log of the application."
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        after = STEPS.get(Step(application.status), frozenset())
        offered = [(step.value, STEP_LABELS[step]) for step in Step if step in after]
        told = f"It is {application.status}: choose what may follow that."
        self.fields["status"] = fields.choice(
            "What happened", offered, required=True, error_messages={"invalid_choice": told}
        )


class WithdrawNeedForm(forms.Form):
    reason = fields.text("Why", longest=500, help_text="Stands in the log of what is withdrawn with it.")
