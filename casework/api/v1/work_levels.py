from typing import Any

from rest_framework import serializers

from casework.people.checks import LANGUAGE
from casework.work.languages import LEVELS


class Levels(serializers.DictField):
    """How well a language is spoken or asked for: {"ka": "A2"}."""

    default_error_messages = {
        "written": 'Levels by language code: {{"ka": "A2"}}; a level is one of {levels}.',
    }

    def to_internal_value(self, data: Any) -> dict[str, str]:
        known = isinstance(data, dict) and all(
            LANGUAGE.match(code) and isinstance(level, str) and level in LEVELS
            for code, level in data.items()
        )
        if not known:
            self.fail("written", levels=", ".join(LEVELS))
        return dict(data)


def levels_asked(told: str) -> Levels:
    return Levels(child=serializers.ChoiceField(LEVELS), required=False, help_text=told)
