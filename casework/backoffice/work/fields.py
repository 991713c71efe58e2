"""Fields of work without JavaScript: occupations typed by name or code, languages each with its level."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from unfold import widgets

from casework.backoffice.file_forms import languages as languages_offered
from casework.work.languages import LEVELS, language_name
from casework.work.occupations import is_occupation, named, occupation_name

MOST_OFFERED = 6
ROOM_FOR_MORE = 2
FEWEST_ROWS = 3
Spoken = tuple[str, str]  # a language's code and its level, either may be empty


def occupation_of(text: str) -> str:
    """The code of what was typed: "7112 Bricklayers…", "7112", or part of a name that only one has."""
    typed = " ".join(text.split())
    code = typed[:4]
    if is_occupation(code) and typed in (code, _line(code)):
        return code
    found = named(typed)
    if len(found) == 1:
        return found[0].code
    if not found:
        raise forms.ValidationError(f"No occupation is called “{typed[:60]}”. Try another word or a code.")
    offered = "; ".join(_line(one.code) for one in found[:MOST_OFFERED])
    more = f"; and {len(found) - MOST_OFFERED} more" if len(found) > MOST_OFFERED else ""
    raise forms.ValidationError(f"“{typed[:60]}” may be several: {offered}{more}. Give the code of one.")


class OccupationInput(forms.TextInput):
    """The browser offers what holds the letters typed, in English or Russian."""

    template_name = "backoffice/work/occupation.html"

    def __init__(self) -> None:
        shown = {"class": " ".join(widgets.INPUT_CLASSES), "autocomplete": "off"}
        super().__init__(attrs={**shown, "list": "offered_occupations"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "offered": named("")}

    def format_value(self, value: Any) -> str | None:
        return _line(value) if is_occupation(str(value)) else value


class OccupationField(forms.CharField):
    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label=label, max_length=300, widget=OccupationInput(), **options)

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        return occupation_of(typed) if typed else typed


class OccupationInputs(OccupationInput):
    """One under the other, and always room for two more."""

    template_name = "backoffice/work/occupations.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        typed = [self.format_value(one) for one in value or ()]
        lines = typed + [""] * max(ROOM_FOR_MORE, FEWEST_ROWS - len(typed))
        return {**super().get_context(name, None, attrs), "lines": lines}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [text for text in data.getlist(name) if text.strip()]


class OccupationsField(forms.Field):
    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label=label, required=False, widget=OccupationInputs(), **options)

    def clean(self, value: Sequence[str]) -> tuple[str, ...]:
        return tuple(_each_once(occupation_of(text) for text in value))


class SpokenRows(forms.Widget):
    """A language and its level on each line."""

    template_name = "backoffice/work/languages.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        rows = list(value or ())
        rows += [("", "")] * max(ROOM_FOR_MORE, FEWEST_ROWS - len(rows))
        known = {code for code, _ in languages_offered()}
        others = [(code, language_name(code)) for code, _ in rows if code and code not in known]
        return {
            **super().get_context(name, value, attrs),
            "rows": rows, "offered": [*languages_offered(), *_each_once(others)], "levels": LEVELS,
            "select": " ".join(widgets.SELECT_CLASSES),
        }  # fmt: skip

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Spoken]:
        rows = zip(data.getlist(name), data.getlist(f"{name}_level"), strict=False)
        return [row for row in rows if any(row)]


class SpokenField(forms.Field):
    """`languages` and `language_levels` of the details, on lines of their own."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label=label, required=False, widget=SpokenRows(), **options)

    def clean(self, value: Sequence[Spoken]) -> list[Spoken]:
        if not all(code for code, _ in value):
            raise forms.ValidationError("Say which language this is the level of.")
        return list(value)

    @staticmethod
    def details(rows: Sequence[Spoken]) -> dict[str, Any]:
        levels = {code: level for code, level in rows if level}
        return {"languages": tuple(code for code, _ in rows), "language_levels": levels}

    @staticmethod
    def rows(languages: Iterable[str], levels: Any) -> list[Spoken]:
        return [(code, levels.get(code, "")) for code in languages]


def _line(code: str) -> str:
    return f"{code} {occupation_name(code)}"


def _each_once(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
