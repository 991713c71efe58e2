"""The forms of beds. Each gives the details that its operation takes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest

from casework.backoffice import fields
from casework.backoffice.asked import organisation_of
from casework.backoffice.housing.once import Once
from casework.housing.details import NeedDetails, PlaceDetails, TurnedAwayDetails, UnitDetails
from casework.housing.models import Ground, Per, PlaceKind, Priority, Unit

HOLD, PLACE = "hold", "place"
HOW = [(HOLD, "Hold for 24 hours"), (PLACE, "Confirm at once")]
SEALED = "Only your organisation can read it."
REASON = "Without names: it stays with the placement."


def usual_currency(request: HttpRequest) -> str | None:
    """What the organisation last wrote prices in."""
    priced = Unit.objects.filter(organisation_id=organisation_of(request).pk, price__isnull=False)
    return priced.order_by("-created_at").values_list("currency", flat=True).first()


def _currency_of(values: dict[str, Any], price: str) -> str | None:
    """Chosen beforehand for whoever gives a price: without one it says nothing."""
    amount: Decimal | None = values[price]
    return values["currency"] or None if amount is not None else None


class PlaceForm(forms.Form):
    name = fields.text("Name", longest=150, required=True)
    kind = fields.choice("Kind", PlaceKind.choices, required=True)
    country = fields.country("Country")
    city = fields.text("City", longest=100, required=True)
    address = fields.long_text("Address", longest=300, help_text=SEALED)
    contact = fields.long_text("Whom to call", longest=300, help_text=SEALED)

    def details(self) -> PlaceDetails:
        return PlaceDetails(**self.cleaned_data)


class UnitForm(forms.Form):
    name = fields.text("Name", longest=100, required=True, help_text="As it stands on the door.")
    capacity = fields.number("Beds", required=True)
    private = fields.tick("One household at a time", help_text="Otherwise it is let by the bed.")
    step_free = fields.tick("No steps")
    pets = fields.tick("Pets may come")
    price = fields.money("Price", help_text="For all of a private unit, for one bed of a shared one.")
    currency = fields.currency()
    price_per = fields.choice("Price for a", Per.choices, initial=Per.NIGHT)
    available_from = fields.day("Available from", help_text="Empty: it has been there all along.")
    available_until = fields.day("Available until", help_text="The last night. Empty: no end is known.")

    def details(self) -> UnitDetails:
        values = dict(self.cleaned_data)
        values["currency"] = _currency_of(values, "price")
        return UnitDetails(**{**values, "price_per": values["price_per"] or Per.NIGHT})


class ClosureForm(forms.Form):
    starts_on = fields.day("First night", required=True)
    ends_on = fields.day("Last night", required=True)
    reason = fields.text("Why", longest=300, help_text="Repairs, for example.")


class NeedForm(forms.Form):
    """What they ask for."""

    people = fields.number("People", required=True)
    needed_from = fields.day("First night", required=True)
    needed_until = fields.day("Last night", help_text="Empty: no end is known.")
    city = fields.text("City", longest=100, help_text="Empty: any city of the country.")
    country = fields.country("Country", required=False)
    priority = fields.choice("How urgent", Priority.choices, required=True, initial=Priority.NORMAL)
    grounds = fields.several("Because of", Ground.choices, help_text="Raises how urgent it is by itself.")
    step_free = fields.tick("They cannot climb steps")
    pets = fields.tick("With a pet")
    budget = fields.money("They can pay", help_text="All of them together. A month counts 30 nights.")
    currency = fields.currency()
    budget_per = fields.choice("For a", Per.choices, initial=Per.NIGHT)
    reason = fields.long_text("What else matters", longest=2000)

    def details(self) -> NeedDetails:
        values = dict(self.cleaned_data)
        values["currency"] = _currency_of(values, "budget")
        values.update(
            country=values["country"] or None, budget_per=values["budget_per"] or Per.NIGHT,
            grounds=tuple(values["grounds"]),
        )  # fmt: skip
        return NeedDetails(**values)


class AskForm(Once, NeedForm):
    pass


class WithdrawForm(forms.Form):
    reason = fields.text("Why", longest=300, help_text="They found a bed themselves, for example.")


class PlacingForm(forms.Form):
    how = fields.choice("How", HOW, required=True, initial=HOLD)
    starts_on = fields.day("First night", required=True)
    ends_on = fields.day("Last night", required=True)
    people = fields.number("People", required=True)
    split_reason = fields.text(
        "Why not all together", longest=300, help_text="Only where some of them sleep elsewhere."
    )


class ReasonForm(forms.Form):
    reason = fields.text("Why", longest=300, help_text=REASON)


class EndForm(forms.Form):
    ends_on = fields.day("Last night that they slept there", required=True)
    reason = fields.text("Why", longest=300, help_text=REASON)


class NightsForm(forms.Form):
    starts_on = fields.day("First night", required=True)
    ends_on = fields.day("Last night", required=True)
    reason = fields.text("Why", longest=300, help_text=REASON)


class MoveForm(forms.Form):
    from_day = fields.day("First night in the other unit", required=True)
    reason = fields.text("Why", longest=300, help_text=REASON)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = fields.choice("To", units, required=True)
        self.order_fields(["from_day", "unit", "reason"])


class TurnedAwayForm(Once):
    on = fields.day("Day", required=True)
    city = fields.text("City", longest=100, required=True)
    people = fields.number("People", required=True)
    price_asked = fields.money(
        "Price that was asked of them", help_text="For a night and all of them, if known."
    )
    currency = fields.currency()
    reason = fields.text("Why there was no bed", longest=300, help_text="Without names.")

    def details(self) -> TurnedAwayDetails:
        values = dict(self.cleaned_data)
        return TurnedAwayDetails(**{**values, "currency": _currency_of(values, "price_asked")})
