"""Fields that take a value as JSON writes it and mend nothing: 5 is no text, "yes" is no truth."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.fields import empty

from casework.people.cities import LONGEST, city_key

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].+(Z|z|[+-][0-9]{2}:[0-9]{2}))?\Z")
IDENTIFIER = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
DIGITS = re.compile(r"-?[0-9]{1,9}\Z")
AMOUNT = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,2})?\Z")
CODE = re.compile(r"[A-Z]{2}\Z")


class Text(serializers.CharField):
    """`blank`: may be empty or null, which is kept as empty."""

    default_error_messages = {"invalid": "Text is needed here."}

    def __init__(self, *, blank: bool = False, **kwargs: Any) -> None:
        self.blank = blank
        super().__init__(allow_blank=blank, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        return "" if data is None and self.blank else super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class CountryCode(Text):
    """Two capital letters. Whether the code exists is for the operation to say."""

    default_error_messages = {"code": "A country is two capital letters (ISO 3166-1 alpha-2)."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=2, max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not CODE.match(text):
            self.fail("code")
        return text


class City(Text):
    """A city to look for, as the key by which it is found."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "As written; capitals and spaces do not matter.")
        super().__init__(max_length=LONGEST, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return city_key(super().to_internal_value(data))


class Day(serializers.DateField):
    default_error_messages = {"written": "A day is written YYYY-MM-DD."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not DAY.match(data):
            self.fail("written")
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError:
            self.fail("written")


class Moment(serializers.DateTimeField):
    """A moment with its offset, or a day, which begins at midnight UTC."""

    default_error_messages = {"written": "A moment is written YYYY-MM-DDTHH:MM:SS+HH:MM, or a day."}

    def to_internal_value(self, data: Any) -> Any:
        # A "+" that was not escaped in a query arrives as a space.
        text = re.sub(r" (?=[0-9]{2}:[0-9]{2}\Z)", "+", data) if isinstance(data, str) else ""
        if not MOMENT.match(text):
            self.fail("written")
        try:
            moment = parse_datetime(f"{text}T00:00:00Z" if DAY.match(text) else text)
        except ValueError:
            moment = None
        return moment if moment is not None else self.fail("written")


class Flag(serializers.BooleanField):
    default_error_messages = {"invalid": "True or false is needed here."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class FlagText(serializers.BooleanField):
    """A truth in a query, where everything is text."""

    default_error_messages = {"invalid": "true or false is needed here."}

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            self.fail("invalid", input=data)
        return bool(data == "true")


class Whole(serializers.IntegerField):
    default_error_messages = {"invalid": "A whole number is needed here."}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class WholeText(serializers.IntegerField):
    """A whole number in a query, where everything is text."""

    default_error_messages = {"invalid": "A whole number is needed here."}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not DIGITS.match(data):
            self.fail("invalid")
        return int(data)


class Money(serializers.DecimalField):
    """A decimal as text, so that nobody's float comes between. Whether it may be negative, operations say."""

    default_error_messages = {"written": "An amount is text: digits, and after a point at most two more."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not AMOUNT.match(data):
            self.fail("written")
        return Decimal(data)


class Kind(serializers.ChoiceField):
    """One of a list of words."""

    default_error_messages = {"invalid_choice": "One of: {choices}."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choice_strings_to_values:
            self.fail("invalid_choice", choices=", ".join(map(str, self.choices)))
        return data


class Reference(serializers.UUIDField):
    """The id of another object, under that object's name."""

    default_error_messages = {"invalid": "An id is needed here."}

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not IDENTIFIER.match(data):
            self.fail("invalid")
        return UUID(data)
