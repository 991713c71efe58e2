"""Form fields in the theme's clothes. They read what was typed; what is possible is the domain's word."""

from collections.abc import Iterable
from typing import Any

from django import forms
from unfold import widgets

from casework.people.countries import choices as countries
from casework.people.currencies import codes as currencies

NOTHING = [("", "–")]


class DayInput(forms.DateInput):
    """The browser's own calendar: it knows the caseworker's way of writing dates."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": " ".join(widgets.INPUT_CLASSES)})


class Boxes(forms.CheckboxSelectMultiple):
    """Side by side in our own clothes: the theme puts each of twenty countries on a line of its own."""

    template_name = "backoffice/boxes.html"
    input_type = "boxes"  # for the theme, which puts the label of one checkbox behind it


def text(label: str, *, longest: int, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=longest,
        widget=widgets.UnfoldAdminTextInputWidget(), **options,
    )  # fmt: skip


def long_text(label: str, *, longest: int, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=longest,
        widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 3}), **options,
    )  # fmt: skip


def day(label: str, *, required: bool = False, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput(), **options)


def number(label: str, *, required: bool = False, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=required, widget=widgets.UnfoldAdminIntegerFieldWidget(), **options
    )


def tick(label: str, **options: Any) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, widget=widgets.UnfoldBooleanWidget(), **options
    )  # fmt: skip


def hour(label: str, **options: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": " ".join(widgets.INPUT_CLASSES)})
    return forms.TimeField(label=label, widget=widget, **options)


def choice(
    label: str, choices: Iterable[tuple[str, str]], *, required: bool = False, **options: Any
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=required, choices=[*NOTHING, *choices],
        widget=widgets.UnfoldAdminSelectWidget(), **options,
    )  # fmt: skip


def country(label: str, *, required: bool = True, **options: Any) -> forms.ChoiceField:
    return choice(label, countries(), required=required, **options)


def money(label: str, *, max_digits: int = 10, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, max_digits=max_digits, decimal_places=2,
        widget=widgets.UnfoldAdminDecimalFieldWidget(attrs={"min": "0"}), **options,
    )  # fmt: skip


def currency() -> forms.ChoiceField:
    return choice("Currency", [(code, code) for code in sorted(currencies())])


def chosen(label: str, queryset: Any, **options: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    """One of the rows that this organisation has."""
    return forms.ModelChoiceField(
        label=label, queryset=queryset, widget=widgets.UnfoldAdminSelectWidget(), **options
    )


def several(label: str, choices: Iterable[tuple[str, str]], **options: Any) -> forms.MultipleChoiceField:
    """A box to tick for each."""
    return forms.MultipleChoiceField(
        label=label, required=False, choices=list(choices), widget=Boxes(), **options
    )
